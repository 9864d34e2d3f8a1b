/** A reference to another record, kept as the link that joins it to its twin; turned into an id only when it is written. */
export interface Pointer {
  readonly link: string;
}

/** null, empty and absent stay different: null is an empty field, '' an empty text, and an absent key is unknown. */
export type Value = null | boolean | number | string | Pointer | readonly Value[];

/** Members to add to and drop from a set, for systems that can do that without rewriting the whole set. */
export interface Delta {
  readonly add: readonly Value[];
  readonly drop: readonly Value[];
}

export type Fields = Readonly<Record<string, Value>>;

export function isPointer(value: Value | undefined): value is Pointer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Exact equality of two values. Equality *under a mapping* is the rule's business (mapping/). */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((member, i) => same(member, b[i]));
  if (isPointer(a) && isPointer(b)) return a.link === b.link;
  return false;
}

/** Blank: nothing a person would call a value. */
export function isBlank(value: Value | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** How a value reads in a message: quoted, cut at 80 characters, `empty` where there is none. */
export function show(value: Value | Delta | undefined): string {
  if (value === undefined || value === null || value === '') return 'empty';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const cut = [...text].length > 80 ? `${[...text].slice(0, 79).join('')}…` : text;
  return typeof value === 'string' ? `"${cut}"` : cut;
}
