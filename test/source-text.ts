import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** The repository, whatever folder the tests are run from. */
export const root = normalize(join(import.meta.dirname, '..'));

/** Paths of the files that match, from the repository's root, with `/`, sorted. */
export function filesOf(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/**
 * What is there for tests alone and is never shipped: tests, the worlds and fakes that they share, the contract suites, and probes that
 * measure. They are judged by looser rules, and nothing that is shipped may import them.
 */
export function isForTests(path: string): boolean {
  return /(\.test|\/testing|\/contract|\/contract-bench|-probe)\.ts$|\/(contract|testing)\/|\/fake-[^/]*\.ts$/.test(
    path,
  );
}

export interface Import {
  /** As it is written. */
  readonly written: string;
  /** The file from the repository's root where it is one of ours; null for a package. */
  readonly file: string | null;
  readonly line: number;
}

/** Static, type-only, re-exporting, side-effect and dynamic imports of a module, in the order of the text. */
export function importsOf(path: string, text: string = textOf(path)): readonly Import[] {
  // Looked for where strings are blank, so that a string that reads like an import is none; the name is read from the text itself.
  const code = codeOf(text);
  const found: Import[] = [];
  for (const match of code.matchAll(/\b(?:from\s*|import\s*\(?\s*)(['"`])( *)\1|\bimport\s*\(\s*[^\s'"`]/g)) {
    const end = match.index + match[0].length - 1;
    const written = match[1] === undefined ? '(computed)' : text.slice(end - (match[2]?.length ?? 0), end);
    const file = written.startsWith('.')
      ? normalize(join(dirname(path), written))
          .split(sep)
          .join('/')
      : null;
    found.push({ written, file, line: code.slice(0, match.index).split('\n').length });
  }
  return found;
}

/** The text with comments and the contents of strings blanked out, so that what is left is code. Lines stay where they are. */
export function codeOf(text: string): string {
  return without(text, { comments: true, strings: true });
}

/** The text with comments blanked out. */
export function withoutComments(text: string): string {
  return without(text, { comments: true, strings: false });
}

/** What may stand before a `/` that opens a regular expression; after a name, a number or a bracket it divides. */
const beforeRegex =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>\n]|\b(?:return|typeof|case|in|of|do|else|yield|await|void|delete))\s*$/;

/** A scanner just good enough for our own sources: strings, templates with their `${}`, comments, regular expressions. */
function without(text: string, what: { readonly comments: boolean; readonly strings: boolean }): string {
  let out = '';
  let at = 0;
  /** For each template that we are inside of: how many braces are open in its `${}`. */
  const templates: number[] = [];
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  const put = (part: string, hide: boolean): void => {
    out += hide ? blank(part) : part;
    at += part.length;
  };
  const template = (from: number): void => {
    let end = from;
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end)) end += text[end] === '\\' ? 2 : 1;
    put(text.slice(from, end), what.strings);
    if (text[end] === '`') {
      put('`', false);
    } else {
      put('${', false);
      templates.push(0);
    }
  };
  while (at < text.length) {
    const rest = text.slice(at, at + 2);
    const open = templates.at(-1);
    if (rest === '//' || rest === '/*') {
      const end = rest === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2;
      put(text.slice(at, end < at + 2 ? text.length : end), what.comments);
    } else if (rest[0] === "'" || rest[0] === '"') {
      const end = closing(text, at, rest[0]);
      put(rest[0], false);
      put(text.slice(at, end), what.strings);
      if (at < text.length) put(text.charAt(at), false);
    } else if (rest[0] === '`') {
      put('`', false);
      template(at);
    } else if (rest[0] === '/' && beforeRegex.test(out.slice(-40))) {
      const end = closing(text, at, '/');
      put('/', false);
      put(text.slice(at, end), what.strings);
      if (at < text.length) put(text.charAt(at), false);
    } else if (rest[0] === '}' && open === 0) {
      templates.pop();
      put('}', false);
      template(at);
    } else {
      if (open !== undefined && (rest[0] === '{' || rest[0] === '}')) {
        templates[templates.length - 1] = open + (rest[0] === '{' ? 1 : -1);
      }
      put(rest.charAt(0), false);
    }
  }
  return out;
}

/** Where the quote that is opened at `at` closes, or its line ends; in a regular expression a `/` inside of `[]` closes nothing. */
function closing(text: string, at: number, quote: string): number {
  let inClass = false;
  let end = at + 1;
  while (end < text.length && text[end] !== '\n') {
    const letter = text[end];
    if (letter === '\\') end += 1;
    else if (quote === '/' && letter === '[') inClass = true;
    else if (quote === '/' && letter === ']') inClass = false;
    else if (letter === quote && !inClass) return end;
    end += 1;
  }
  return end;
}
