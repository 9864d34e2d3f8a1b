import { hash } from '../../../../twins/chance.ts';
import type { StoredRow } from '../row.ts';

/** The entity tag of a row, as the vendor gives one for accounts only. */
export function rowTag(row: StoredRow): string {
  return `"${hash(`${row.id}/${row.modifiedAt}`).toString(16)}--gzip"`;
}

/** True where a GET may be answered with 304. */
export function isUnchanged(headers: Headers, changedAt: number, tag: string | null): boolean {
  const none = headers.get('if-none-match');
  if (none !== null && tag !== null) return none === '*' || none.split(',').some((one) => one.trim() === tag);
  const since = Date.parse(headers.get('if-modified-since') ?? '');
  return !Number.isNaN(since) && Math.floor(changedAt / 1_000) * 1_000 <= since;
}
