import { z } from 'zod';
import { didYouMean } from '../../mapping/problem.ts';
import type { Path } from './source.ts';

/** A schema's complaint in words for an administrator. No value is ever repeated: it may be a secret. */
export interface Explained {
  readonly path: Path;
  readonly problem: string;
  readonly fix: string;
}

type Issue = z.core.$ZodIssue;

export function explain(schema: z.ZodType, issues: readonly Issue[]): readonly Explained[] {
  const shape: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return issues.flatMap((issue) => one(shape, issue, []));
}

function one(shape: unknown, issue: Issue, before: Path): readonly Explained[] {
  const path = [...before, ...issue.path.filter((key) => typeof key !== 'symbol')];
  const at = lastName(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(shape, key, path, at));
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? [{ path, problem: `${at} is missing.`, fix: `Add it: ${expectedWords(issue.expected)}.` }]
        : [
            {
              path,
              problem: `${at} is not ${expectedWords(issue.expected)}.`,
              fix: `Give ${expectedWords(issue.expected)}.`,
            },
          ];
    case 'invalid_value': {
      const allowed = issue.values.map((value) => String(value));
      return [{ path, problem: `${at} has a value that is not known.`, fix: `Use ${orList(allowed)}.` }];
    }
    case 'invalid_union':
      return union(shape, issue, path, at);
    case 'invalid_key':
      return [{ path, problem: `${at} is no good name.`, fix: sentence(issue.issues[0]?.message ?? issue.message) }];
    default:
      return [{ path, problem: `${at} cannot be used.`, fix: sentence(issue.message) }];
  }
}

function unknownKey(shape: unknown, key: string, path: Path, at: string): Explained {
  const fix = didYouMean(key, keysAt(shape, path), 'keys here');
  // Where names of the person's own are allowed as well (a value map), the name was no mistake: what stands under it is.
  if (!fix.startsWith('Did you mean') && takesAnyKey(shape, path))
    return {
      path: [...path, key],
      problem: `"${key}" cannot be used.`,
      fix: 'Give one value: a text, a number, true or false.',
    };
  return { path: [...path, key], problem: `${path.length === 0 ? 'The config' : at} has no key "${key}".`, fix };
}

/**
 * A choice of shapes: the complaint of the branch that the person seems to have meant — one with a misspelt key, else the one that got
 * furthest — or, where none got anywhere, what the branches expect.
 */
function union(shape: unknown, issue: Issue & { code: 'invalid_union' }, path: Path, at: string): readonly Explained[] {
  const inside = issue.errors
    .filter((branch) => branch.every((error) => error.path.length > 0 || error.code === 'unrecognized_keys'))
    .sort((a, b) => depth(b) - depth(a))
    .map((branch) => branch.flatMap((error) => one(shape, error, path)));
  const meant = inside.find((branch) => branch.some(({ fix }) => fix.startsWith('Did you mean'))) ?? inside[0];
  if (meant !== undefined && meant.length > 0) return meant;
  const words = issue.errors.flat().flatMap((error) => {
    if (error.code === 'invalid_value') return error.values.map((value) => String(value));
    return error.code === 'invalid_type' ? [expectedWords(error.expected)] : [];
  });
  const fix = words.length === 0 ? sentence(issue.message) : `Give ${orList([...new Set(words)])}.`;
  return [{ path, problem: `${at} cannot be used.`, fix }];
}

function depth(branch: readonly Issue[]): number {
  return Math.max(0, ...branch.map((error) => error.path.length));
}

function lastName(path: Path): string {
  const name = path.at(-1);
  if (name === undefined) return 'The config';
  if (typeof name === 'number') return `Entry ${name + 1} of "${path.at(-2) ?? ''}"`;
  return `"${name}"`;
}

function expectedWords(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list, such as [a, b]',
    object: 'a group of keys',
    record: 'a group of keys',
  };
  return words[expected] ?? expected;
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return first.endsWith('.') ? first : `${first}.`;
}

/** The keys that the schema knows at a path, read from its JSON Schema. */
function keysAt(shape: unknown, path: Path): readonly string[] {
  return [...new Set(shapesAt(shape, path).flatMap((node) => Object.keys(objectAt(node, 'properties'))))];
}

function takesAnyKey(shape: unknown, path: Path): boolean {
  return shapesAt(shape, path).some((node) => typeof member(node, 'additionalProperties') === 'object');
}

function shapesAt(shape: unknown, path: Path): readonly unknown[] {
  let nodes = [shape];
  for (const key of path) nodes = nodes.flatMap((node) => below(node, key));
  return nodes.flatMap((node) => branches(node));
}

function below(node: unknown, key: string | number): readonly unknown[] {
  return branches(node).flatMap((branch) => {
    if (typeof key === 'number') return [member(branch, 'items')];
    const property = member(objectAt(branch, 'properties'), key);
    return property === undefined ? [member(branch, 'additionalProperties')] : [property];
  });
}

function branches(node: unknown): readonly unknown[] {
  const any = member(node, 'anyOf') ?? member(node, 'oneOf');
  return Array.isArray(any) ? any.flatMap((branch) => branches(branch)) : [node];
}

function objectAt(node: unknown, key: string): object {
  const found = member(node, key);
  return typeof found === 'object' && found !== null ? found : {};
}

function member(node: unknown, key: string): unknown {
  if (typeof node !== 'object' || node === null) return undefined;
  return Object.entries(node).find(([name]) => name === key)?.[1];
}
