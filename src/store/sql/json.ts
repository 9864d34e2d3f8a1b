import { createHash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * A value as the text of a `jsonb` argument. PostgreSQL cannot keep U+0000 nor half a surrogate pair; vendors let people type both, so
 * they become U+FFFD, else one such character would stop a whole page.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\u')) return text;
  return text.replace(/\\(\\|u0000|ud[89a-f][0-9a-f]{2})/g, (found, what: string) =>
    what === '\\' ? found : '\\ufffd',
  );
}

export function jsonb(value: unknown): RawBuilder<unknown> {
  return sql`${jsonText(value)}::jsonb`;
}

/** Rows as an argument: `from ${rowsOf(rows)} as r(id text, …)`. */
export function rowsOf(rows: readonly object[]): RawBuilder<unknown> {
  return sql`jsonb_to_recordset(${jsonText(rows)}::jsonb)`;
}

export function texts(values: readonly string[]): RawBuilder<readonly string[]> {
  return sql`array(select jsonb_array_elements_text(${jsonText(values)}::jsonb))`;
}

/**
 * The rows of a query, or of what a statement returns, as one JSON text. Reading a thousand rows field by field costs more in the embedded database's protocol than in
 * the database; one text is parsed by the engine that we run on.
 */
export async function manyRows<T>(db: Kysely<Tables>, query: RawBuilder<unknown>): Promise<readonly T[]> {
  const found = await sql<{ rows: readonly T[] }>`
    with r as (${query}) select coalesce(json_agg(r), '[]'::json) as rows from r`.execute(db);
  return found.rows[0]?.rows ?? [];
}

/** Longest match key that is kept as it is, in bytes: an index entry of PostgreSQL must stay below a third of a page (2,704 bytes). */
const longestKey = 1_000;

/** A match key or claim as it is indexed: a very long one keeps its beginning, for people, and a hash. */
export function indexKey(key: string): string {
  if (Buffer.byteLength(key) <= longestKey) return key;
  return `${key.slice(0, 200)}…#${createHash('sha256').update(key).digest('hex')}`;
}
