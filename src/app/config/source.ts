import type { Document, LineCounter } from 'yaml';
import { isMap, isPair, isSeq } from 'yaml';
import type { Problem } from '../app.ts';

export type Path = readonly (string | number)[];

/** Where things stand in the file that a config was read from. */
export interface Source {
  /** The file's name, for messages. */
  readonly file: string;
  /** The line (1-based) of the nearest thing to the path that is in the file; null where there is no file. */
  lineOf(path: Path): number | null;
}

/** For a config that comes from no file (the API, a form). */
export function withoutSource(file: string): Source {
  return { file, lineOf: () => null };
}

export function yamlSource(file: string, document: Document, lines: LineCounter): Source {
  return {
    file,
    lineOf(path) {
      let node: unknown = document.contents;
      let offset = offsetOf(node);
      for (const key of path) {
        const next = step(node, key);
        if (next === null) break;
        node = next.node;
        offset = next.offset ?? offset;
      }
      return offset === null ? 1 : lines.linePos(offset).line;
    },
  };
}

function step(node: unknown, key: string | number): { readonly node: unknown; readonly offset: number | null } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && keyOf(item.key) === String(key));
    return pair === undefined ? null : { node: pair.value, offset: offsetOf(pair.key) };
  }
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key];
    return item === undefined ? null : { node: item, offset: offsetOf(item) };
  }
  return null;
}

function keyOf(key: unknown): string {
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(key);
}

function offsetOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return null;
  const [start] = node.range;
  return typeof start === 'number' ? start : null;
}

/** `syncs.accounts.fields[2].desk` */
function pathText(path: Path): string {
  let text = '';
  for (const key of path) text += typeof key === 'number' ? `[${key}]` : text === '' ? key : `.${key}`;
  return text;
}

export function problemAt(source: Source, path: Path, problem: string, fix: string): Problem {
  return { path: pathText(path), line: source.lineOf(path), problem, fix };
}
