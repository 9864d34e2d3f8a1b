/** Times travel as ISO 8601 in UTC with milliseconds and a literal Z. Source: Zoho Desk's OpenAPI files, the pattern of every time. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

const pattern = /^(19|20)\d\d-\d{1,2}-\d{1,2}T\d{1,2}:\d{1,2}:\d{1,2}(\.\d{0,3})?Z$/;

/** Milliseconds since 1970; null where the text is no such time (an offset instead of Z is none). */
export function parseTime(text: string): number | null {
  if (!pattern.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

export const dayMs = 86_400_000;
