import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, filesOf, importsOf, isForTests, root, textOf, withoutComments } from './source-text.ts';

/** The house style, as far as a text can be judged by a program. What the compiler and the linter hold is left to them. */

const sources = [...filesOf('src/**/*.ts'), ...filesOf('test/**/*.ts'), ...filesOf('bench/**/*.ts')];
const tests = sources.filter((file) => file.endsWith('.test.ts'));

/** `file:line the line` for each line that matches, of a text whose lines are those of the file. */
function lines(file: string, pattern: RegExp, text: string): readonly string[] {
  const shown = textOf(file).split('\n');
  return text.split('\n').flatMap((line, i) => (pattern.test(line) ? `${file}:${i + 1} ${shown[i]?.trim()}` : []));
}

describe('types', () => {
  it('are never given up for any', () => {
    const any = /(?::|<|\||&|\bas|\bis|\bextends)\s*any\b(?!\s*[.:(?])|\bany\[\]/;
    expect(sources.flatMap((file) => lines(file, any, codeOf(textOf(file))))).toEqual([]);
  });

  it('and rules are never switched off by a comment', () => {
    // The file that names them is left out: it would find itself.
    const off = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable|v8 ignore|istanbul ignore/;
    const others = sources.filter((file) => file !== 'test/style.test.ts');
    expect(others.flatMap((file) => lines(file, off, textOf(file)))).toEqual([]);
  });
});

describe('tests', () => {
  it('all run: none is skipped, singled out or still to be written', () => {
    const held =
      /\b(?:describe|it|test|suite)(?:\.\w+)*\.(?:only|skip|todo|skipIf|runIf|fails)\b|\b[xf](?:it|describe)\(/;
    expect(tests.length).toBeGreaterThan(20);
    expect(tests.flatMap((file) => lines(file, held, codeOf(textOf(file))))).toEqual([]);
  });

  it('assert something in every file', () => {
    // A contract suite asserts in the kit; a file that only calls it has its assertions there.
    const asserts = /\bexpect\b|\bfc\.assert\(|\bexpectTypeOf\(|\b\w*(?:[cC]ontract)\w*\(|\bdescribe(?:Store|System)\(/;
    expect(tests.filter((file) => !asserts.test(codeOf(textOf(file))))).toEqual([]);
  });
});

/**
 * What must come from World (src/model/world.ts), so that everything runs on simulated time from one seed: the clock, chance, timers, the
 * network. Matched in code, not in comments or strings. A method that is called fetch is none of it; the global one is.
 */
const air =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\.now\b|\bhrtime\b|\bgetRandomValues\b|\brandom(?:UUID|Bytes|Int)\b|(?<![.\w]|function |async )fetch\((?![^)]*\)\s*(?::|\{))|\bglobalThis\.fetch\b/;

/** In tests a turn of the event loop may be waited for: that is neither a clock nor a sleep. */
const turnOfLoop = /\bsetImmediate\b/g;

/** Where the air may be breathed, and why. A folder ends with a slash, a name that any folder may have begins with a star. */
const breathes: Readonly<Record<string, string>> = {
  'src/app/world.ts': 'it is the World of a real process',
  'src/app/folder.ts': 'keys and tokens must not follow from anything that could be known, in no world',
  'src/store/encryption.ts': 'the nonces of stored credentials, for the same reason',
  'src/cli/': 'the shell is the outside: its clock, its signals, the end of the process',
  'src/server/': 'it serves real sockets',
  'bench/': 'it measures real time',
  'test/run.ts': 'it says how long the checks took',
  'src/twins/front.test.ts': 'it tries what is put on a port of this machine, over that port',
  '*/twin/clients.test.ts': 'the vendors’ own clients talk to the twin over real sockets',
  'src/systems/kit/testing.ts': 'simulated time may move on only when nothing is left to be done now',
};

function isAt(file: string, place: string): boolean {
  if (place.startsWith('*')) return file.endsWith(place.slice(1));
  return place.endsWith('/') ? file.startsWith(place) : file === place;
}

function breathed(file: string): readonly string[] {
  const code = codeOf(textOf(file));
  return lines(file, air, isForTests(file) ? code.replaceAll(turnOfLoop, '            ') : code);
}

describe('clock, chance, timers and network', () => {
  it('come from World', () => {
    const bound = sources.filter((file) => !Object.keys(breathes).some((place) => isAt(file, place)));
    const timers = (file: string): boolean => importsOf(file).some(({ written }) => /^(?:node:)?timers/.test(written));
    expect(bound.length).toBeGreaterThan(100);
    expect(bound.flatMap(breathed)).toEqual([]);
    expect(bound.filter(timers)).toEqual([]);
  });

  it('are exempt only where that is needed', () => {
    const idle = Object.keys(breathes).filter((place) => {
      const files = sources.filter((file) => isAt(file, place));
      return files.length > 0 && !files.some((file) => air.test(codeOf(textOf(file))));
    });
    expect(idle).toEqual([]);
  });
});

describe('files', () => {
  it('have at most 400 lines', () => {
    const long = sources.flatMap((file) => {
      const count = textOf(file).trimEnd().split('\n').length;
      return count > 400 ? `${file} has ${count}` : [];
    });
    expect(long).toEqual([]);
  });

  it('have names in kebab case', () => {
    const odd = sources.filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*[./])+ts$/.test(file));
    expect(odd).toEqual([]);
  });

  it('import each other by their full names', () => {
    const short = sources.flatMap((file) =>
      importsOf(file).flatMap(({ file: target, written, line }) =>
        target !== null && !/\.(?:ts|json)$/.test(written) ? `${file}:${line} ${written}` : [],
      ),
    );
    expect(short).toEqual([]);
  });

  it('leave nothing for later', () => {
    const later = /\b(?:TODO|FIXME|XXX|HACK)\b/;
    const others = sources.filter((file) => file !== 'test/style.test.ts');
    expect(others.flatMap((file) => lines(file, later, textOf(file)))).toEqual([]);
  });

  it('say no more than they are: no enum, namespace or parameter property', () => {
    const old = /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w|^\s*(?:export\s+)?namespace\s+\w/;
    expect(sources.flatMap((file) => lines(file, old, codeOf(textOf(file))))).toEqual([]);
  });
});

/** Everything that is committed: what is in the folder, without what .gitignore names. */
function committed(folder = ''): readonly string[] {
  const ignored = new Set(['node_modules', 'dist', '.syncline', 'coverage', '.git']);
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (ignored.has(entry.name) || entry.name.endsWith('.log')) return [];
    return entry.isDirectory() ? committed(path) : entry.isFile() ? [path] : [];
  });
}

describe('what is committed', () => {
  const texts = committed().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const found = (pattern: RegExp): readonly string[] =>
    texts.flatMap(({ path, text }) =>
      path === 'test/style.test.ts'
        ? []
        : text.split('\n').flatMap((line, i) => (pattern.test(line) ? `${path}:${i + 1} ${line.trim()}` : [])),
    );

  it('names no folder of anybody’s machine', () => {
    expect(texts.length).toBeGreaterThan(200);
    expect(found(/(?<![\w.~:/-])\/(?:work|root|home|Users|mnt)\/|[A-Z]:\\Users\\/)).toEqual([]);
  });

  it('names no package registry', () => {
    expect(found(/\bregistry\.[\w-]+\.\w+|npmmirror|artifactory|verdaccio|\/\/npm\.[\w-]+\.|_authToken/i)).toEqual([]);
  });

  it('holds no private key', () => {
    expect(found(/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*$/)).toEqual([]);
  });
});

describe('the style test itself', () => {
  it('finds what it is there for, and nothing in comments and strings', () => {
    const bad = ['const a = Date.now();', 'await fetch(url);', 'setTimeout(() => {}, 5);', 'const d = new Date();'];
    expect(bad.filter((line) => !air.test(codeOf(line)))).toEqual([]);
    const good = [
      'world.now();',
      'world.fetch(request);',
      'fetch(request: Request): Promise<Response>;',
      'async fetch(request) {',
      'new Date(at).toISOString();',
      '// Date.now() is not used',
      "say('setTimeout(');",
      'const html = `<script>fetch(1)</script>`;',
    ];
    expect(good.filter((line) => air.test(codeOf(line)))).toEqual([]);
    expect(withoutComments("a('// not a comment'); // a comment").trimEnd()).toBe("a('// not a comment');");
  });
});
