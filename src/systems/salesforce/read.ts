import type { Change, Want } from '../../model/record.ts';
import type { Fields } from '../../model/value.ts';
import { chunks } from '../kit/attempt.ts';
import type { Query } from './api.ts';
import type { FeedOptions } from './changes.ts';
import { pageSize } from './objects.ts';
import { changeOf, columnsOf, fateOf, idOf } from './records.ts';
import { equals, groups, literal, quoted } from './soql.ts';
import { id18, type Row } from './values.ts';
import { urlRoom } from './wire.ts';

/** Ids in one query: 27 characters each once encoded. */
const idsPerQuery = 400;

/** Records by id: one call for up to 2,000; one more where some are missing, to learn what became of them. */
export async function readRecords(
  options: FeedOptions,
  want: Want,
  ids: readonly string[],
): Promise<readonly Change[]> {
  const found: Change[] = [];
  // A retrieve takes no fields of related records; a query does.
  const related = want.fields.some((field) => field.includes('.'));
  for (const some of chunks([...new Set(ids.map(id18))], pageSize)) {
    const rows = related ? await queryByIds(options, want, some) : await retrieve(options, want, some);
    found.push(...rows);
    const there = new Set(rows.map((change) => change.ref.id));
    const missing = some.filter((id) => !there.has(id));
    if (missing.length > 0) found.push(...(await evidenceOf(options, want, missing)));
  }
  return found;
}

async function retrieve(options: FeedOptions, want: Want, ids: readonly string[]): Promise<readonly Change[]> {
  const { records, asOf } = await options.api.retrieve(want.object, ids, columnsOf(want, false));
  return records
    .filter((row): row is Row => row !== null)
    .map((row) => changeOf(row, want, { connection: options.connection, asOf, typeOf: options.typeOf }));
}

async function queryByIds(options: FeedOptions, want: Want, ids: readonly string[]): Promise<readonly Change[]> {
  const soql = (some: readonly string[]) =>
    `SELECT ${columnsOf(want, false).join(', ')} FROM ${want.object} WHERE Id IN (${some.map(quoted).join(',')})`;
  const asked = chunks(ids, idsPerQuery).map((some): Query => ({ soql: soql(some), all: false }));
  const pages = await options.api.queries(asked, `reading ${ids.length} of ${want.object}`);
  return pages.flatMap((page) =>
    page.records.map((row) =>
      changeOf(row, want, { connection: options.connection, asOf: page.asOf, typeOf: options.typeOf }),
    ),
  );
}

/** What is not there may lie in the recycle bin or have lost a merge. What is not even there is hidden, as far as anybody can tell. */
async function evidenceOf(options: FeedOptions, want: Want, ids: readonly string[]): Promise<readonly Change[]> {
  const bare: Want = { object: want.object, fields: [] };
  const soql = (some: readonly string[]) =>
    `SELECT ${columnsOf(bare, true).join(', ')} FROM ${want.object} WHERE Id IN (${some.map(quoted).join(',')})`;
  const asked = chunks(ids, idsPerQuery).map((some): Query => ({ soql: soql(some), all: true }));
  const pages = await options.api.queries(asked, `looking for ${ids.length} missing of ${want.object}`);
  const about = (asOf: number) => ({ connection: options.connection, asOf, typeOf: options.typeOf });
  const known = new Map<string, Change>();
  for (const page of pages) {
    for (const row of page.records) {
      const fate = fateOf(row, options.connection, want.object);
      if (fate !== null) known.set(idOf(row), changeOf(row, bare, about(page.asOf)));
    }
  }
  return ids.map(
    (id): Change =>
      known.get(id) ?? {
        ref: { connection: options.connection, object: want.object, id },
        version: null,
        at: null,
        by: null,
        seen: { gone: 'hidden' },
      },
  );
}

/** Exact look-up by SOQL, never the search index, which lags. Several groups of values go in one call. */
export async function findRecords(
  options: FeedOptions,
  want: Want,
  key: readonly string[],
  values: readonly Fields[],
): Promise<readonly Change[]> {
  const columns = columnsOf(want, false).join(', ');
  const head = `SELECT ${columns} FROM ${want.object} WHERE `;
  const room = urlRoom - encodeURIComponent(head).length;
  const [only, ...others] = key;
  if (only === undefined || values.length === 0) return [];
  const wheres: string[] = [];
  if (others.length === 0) {
    const texts = values.map((one) => literal(one[only] ?? null, options.typeOf(only)));
    const terms = new Set(texts.filter((text): text is string => text !== undefined));
    if (terms.delete('null')) wheres.push(`${only} = null`);
    for (const group of groups([...terms], room)) wheres.push(`${only} IN (${group.join(',')})`);
  } else {
    const terms = values.map((one) => equals(key, one, options.typeOf));
    const some = [...new Set(terms.filter((term): term is string => term !== undefined))];
    for (const group of groups(some, room)) wheres.push(group.join(' OR '));
  }
  const queries = wheres.map((where): Query => ({ soql: head + where, all: false }));
  const began = options.now() + options.api.skewMs();
  const rows = await options.api.gather(queries, `finding ${want.object} by ${key.join(', ')}`);
  const seen = new Map(rows.map((row) => [idOf(row), row]));
  return [...seen.values()].map((row) =>
    changeOf(row, want, { connection: options.connection, asOf: began, typeOf: options.typeOf }),
  );
}
