import type { Value } from '../model/value.ts';

const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;
const mask = 0xffffffffffffffffn;

/** FNV-1a, 64 bits, over UTF-16 units, as 16 hexadecimal digits. It tells rules apart; it protects nothing. */
export function hashText(text: string): string {
  let hash = offset;
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * prime) & mask;
  return hash.toString(16).padStart(16, '0');
}

export type Plain = Value | undefined | readonly Plain[] | { readonly [key: string]: Plain };

/** The same content gives the same hash, whatever the order of its keys; a key that is undefined counts as absent. */
export function hashOf(content: Plain): string {
  return hashText(canonical(content));
}

/** The content as text, the same whatever the order of its keys. */
export function canonical(content: Plain): string {
  if (content === null || typeof content !== 'object') return JSON.stringify(content) ?? 'null';
  if (Array.isArray(content)) return `[${content.map((member: Plain) => canonical(member)).join(',')}]`;
  const entries = Object.entries(content).filter(([, value]) => value !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`).join(',')}}`;
}
