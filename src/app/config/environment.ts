import type { Path } from './source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Missing {
  readonly path: Path;
  readonly name: string;
}

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Puts the environment's values where the config's texts say `${NAME}`. Only values are touched, after parsing, so that a value with quotes
 * or colons in it cannot change the config's shape. What is missing is named; nothing of what was found is ever said.
 */
export function substitute(
  value: unknown,
  environment: Environment,
): { readonly value: unknown; readonly missing: readonly Missing[] } {
  const missing: Missing[] = [];
  const walk = (node: unknown, path: Path): unknown => {
    if (typeof node === 'string')
      return node.replace(reference, (whole, name: string) => {
        const found = environment[name];
        if (found !== undefined && found !== '') return found;
        missing.push({ path, name });
        return whole;
      });
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]));
    if (typeof node === 'object' && node !== null)
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]));
    return node;
  };
  return { value: walk(value, []), missing };
}
