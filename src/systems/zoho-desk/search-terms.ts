/**
 * Values as the search takes them. Source: Zoho Desk OpenAPI, file "Search": a comma means "or", `*` stands for anything at either end, a
 * term has three characters at least, and of the ASCII signs only some may stand in it.
 */
const shortest = 3;
const unsafe = /[^\p{L}\p{N}\p{M}\s_\-.@?:/!()]+/u;
const mostTerms = 10;
/** Characters of one question: for a standard field, and for a custom one with the name before it. */
const mostLength = { standard: 250, custom: 900 } as const;

/**
 * The term for a value: itself, or its longest part that may be asked for, open at the ends. null where that is too short: then the search
 * cannot tell, and what is there is known from the feed alone.
 */
export function termOf(value: string): string | null {
  const text = value.trim();
  const parts = text.split(unsafe);
  const part = parts.reduce((longest, one) => (one.trim().length > longest.trim().length ? one : longest), '').trim();
  if (part.length < shortest || part.length > mostLength.standard) return null;
  return part === text ? part : `${text.startsWith(part) ? '' : '*'}${part}${text.endsWith(part) ? '' : '*'}`;
}

/** Several terms in one question. */
export function groupsOf(terms: readonly string[], of: keyof typeof mostLength): readonly string[] {
  const groups: { text: string; count: number }[] = [];
  for (const term of new Set(terms)) {
    const last = groups.at(-1);
    if (last !== undefined && last.count < mostTerms && last.text.length + term.length + 1 <= mostLength[of]) {
      last.text += `,${term}`;
      last.count += 1;
    } else groups.push({ text: term, count: 1 });
  }
  return groups.map(({ text }) => text);
}
