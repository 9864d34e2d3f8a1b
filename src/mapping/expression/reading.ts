import type { ASTNode } from '@marcbachmann/cel-js';
import type { Side } from '../../model/record.ts';

/** What an expression mentions, found in its syntax tree. `at` is where in its text, counted from 0. */
export interface Reading {
  /** Names of fields that are known, or may be. */
  readonly fields: readonly string[];
  /** `crm.X` where there is no field X. */
  readonly unknown: readonly { readonly name: string; readonly at: number }[];
  /** The side that the value goes to, or a record as a whole. */
  readonly refused: readonly { readonly what: 'other side' | 'whole record'; readonly at: number }[];
  /** Calls by name, with the text of their first argument where that is written out. */
  readonly calls: readonly Call[];
}

export interface Call {
  readonly name: string;
  readonly at: number;
  /** null: not a text that is written out. */
  readonly literal: string | null;
  /** Takes the place of the function that is called. */
  rename(name: string): void;
  /** The macros over lists that it stands inside of. */
  readonly depth: number;
}

const macros: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/**
 * `isField` decides how far a chain of names is one field: `crm.Parent.Name` is the longest beginning that is a field, so that custom
 * fields with dots in their names (`desk.organization_fields.industry`) need no quoting. `crm['my-field']` is the same as `crm.my-field`.
 */
export function readingOf(ast: ASTNode, side: Side, isField: (name: string) => boolean): Reading {
  const fields = new Set<string>();
  const unknown: { name: string; at: number }[] = [];
  const refused: { what: 'other side' | 'whole record'; at: number }[] = [];
  const calls: Call[] = [];
  const chain = (node: ASTNode): boolean => {
    const names = pathOf(node);
    if (names === null) return false;
    const [root, ...path] = names;
    if (root !== side) refused.push({ what: 'other side', at: node.start });
    else if (path.length === 0) refused.push({ what: 'whole record', at: node.start });
    else {
      const found = path.map((_, i) => path.slice(0, path.length - i).join('.')).find(isField);
      if (found === undefined) unknown.push({ name: path.join('.'), at: node.start });
      else fields.add(found);
    }
    return true;
  };
  const visit = (node: ASTNode, depth: number): void => {
    if (chain(node)) return;
    if (node.op !== 'call' && node.op !== 'rcall') {
      for (const part of parts(node.args)) visit(part, depth);
      return;
    }
    const args = node.args;
    const given = args.length === 2 ? args[1] : args[2];
    const first = given[0];
    calls.push({
      name: args[0],
      at: node.start,
      literal: first?.op === 'value' && typeof first.args === 'string' ? first.args : null,
      rename: (name) => {
        args[0] = name;
      },
      depth,
    });
    if (args.length === 3) visit(args[1], depth);
    for (const part of given) visit(part, macros.has(args[0]) ? depth + 1 : depth);
  };
  visit(ast, 0);
  return { fields: [...fields], unknown, refused, calls };
}

/** `['crm', 'Parent', 'Name']` for a chain of names that begins with a record; null for everything else. */
function pathOf(node: ASTNode): readonly string[] | null {
  if (node.op === 'id') return node.args === 'crm' || node.args === 'desk' ? [node.args] : null;
  if (node.op !== '.' && node.op !== '[]') return null;
  const [left, right] = node.args;
  const name = typeof right === 'string' ? right : right.op === 'value' ? right.args : null;
  const before = typeof name === 'string' ? pathOf(left) : null;
  return before === null || typeof name !== 'string' ? null : [...before, name];
}

function parts(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap((one: unknown) => parts(one));
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'start' in value;
}
