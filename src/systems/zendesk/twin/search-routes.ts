import { type Answer, type Call, ok, type Route } from './call.ts';
import { groupBody } from './desk.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { organizationBody } from './organizations.ts';
import { link, wholeNumber } from './paging.ts';
import { badAttribute, badPage, badSearch, missingParameter, Refusal } from './refusal.ts';
import { matchingOrganizations, matchingUsers } from './search.ts';
import { parseQuery, type Query } from './search-query.ts';
import { ticketBody } from './ticket-body.ts';
import { matchingGroups, matchingTickets } from './ticket-search.ts';
import { ticketSideloads } from './ticket-sideloads.ts';
import { userBody } from './user-body.ts';

/** Source: Zendesk, "Search". Only pages by number, 1000 results at most; the count is that of all. */
export const searchRoutes: readonly Route[] = [
  { method: 'GET', path: 'search', handle: search, role: 'agent', limit: 'searchPerMinute' },
  { method: 'GET', path: 'search/count', handle: count, role: 'agent', limit: 'searchPerMinute' },
  { method: 'GET', path: 'search/export', handle: exportAll, role: 'agent', limit: 'searchExportPerMinute' },
];

/** One record that a search found, before it is drawn. */
export interface Hit {
  readonly kind: string;
  readonly id: number;
  readonly created: number;
  readonly updated: number;
  readonly draw: () => JsonObject;
}

const mostResults = 1000;

function hitsOf(call: Call, query: Query, kinds: readonly string[]): readonly Hit[] {
  const { account, base } = call;
  return kinds.flatMap((kind): readonly Hit[] => {
    if (kind === 'user') {
      return matchingUsers(account, query).map((user) => hit(kind, user, () => userBody(account, user, base)));
    }
    if (kind === 'organization') {
      return matchingOrganizations(account, query).map((record) =>
        hit(kind, record, () => organizationBody(account, record, base)),
      );
    }
    if (kind === 'ticket') {
      return matchingTickets(account, query).map((ticket) =>
        hit(kind, ticket, () => ticketBody(account, ticket, base)),
      );
    }
    if (kind === 'group') {
      return matchingGroups(account, query).map((group) => hit(kind, group, () => groupBody(group, base)));
    }
    return [];
  });
}

function hit(
  kind: string,
  record: { readonly id: number; readonly created: number; readonly updated: number },
  draw: () => JsonObject,
): Hit {
  const { id, created, updated } = record;
  return { kind, id, created, updated, draw: () => ({ ...draw(), result_type: kind }) };
}

const allKinds = ['ticket', 'user', 'organization', 'group'];

function queried(call: Call): { readonly query: Query; readonly hits: readonly Hit[] } {
  const text = call.query.get('query');
  if (text === null) throw missingParameter('query');
  const query = parseQuery(text);
  return { query, hits: sorted(call, hitsOf(call, query, query.types.length === 0 ? allKinds : query.types)) };
}

function sorted(call: Call, hits: readonly Hit[]): readonly Hit[] {
  const by = call.query.get('sort_by');
  if (by !== 'created_at' && by !== 'updated_at') return hits;
  const key = by === 'created_at' ? 'created' : 'updated';
  const sign = call.query.get('sort_order') === 'asc' ? 1 : -1;
  return [...hits].sort((a, b) => sign * (a[key] - b[key] || a.id - b.id));
}

function search(call: Call): Answer {
  if (call.query.has('page[size]')) throw badAttribute('page', 'must be an integer');
  const number = wholeNumber(call.query.get('page'), 'page') ?? 1;
  const size = Math.min(100, wholeNumber(call.query.get('per_page'), 'per_page') ?? 100);
  if (number * size > mostResults) throw badSearch();
  const { hits } = queried(call);
  const shown = hits.slice((number - 1) * size, number * size);
  const hasNext = number * size < hits.length;
  return {
    status: 200,
    headers: { 'cache-control': 'max-age=10, private' },
    body: {
      results: shown.map((one) => one.draw()),
      ...included(call, shown),
      facets: null,
      next_page: hasNext ? link(call, { page: String(number + 1), per_page: String(size) }) : null,
      previous_page: number > 1 ? link(call, { page: String(number - 1), per_page: String(size) }) : null,
      count: hits.length,
    },
  };
}

function count(call: Call): Answer {
  return ok({ count: queried(call).hits.length });
}

/** `include=tickets(users,organizations)`: arrays beside the results, for those of one kind. */
function included(call: Call, shown: readonly Hit[]): JsonObject {
  const names = /tickets\(([\w,\s]*)\)/.exec(call.query.get('include') ?? '')?.[1];
  if (names === undefined) return {};
  const { tickets } = call.account.desk;
  const found = shown.filter((one) => one.kind === 'ticket').map((one) => tickets.get(one.id));
  const include = names.split(',').map((name) => name.trim());
  return ticketSideloads(call, { include })(found.filter((ticket) => ticket !== undefined));
}

const cursorLivesMs = 3_600_000;

/** By creation; the cursor dies after an hour. */
function exportAll(call: Call): Answer {
  const kind = call.query.get('filter[type]');
  const text = call.query.get('query');
  if (kind === null) throw missingParameter('filter[type]');
  if (text === null) throw missingParameter('query');
  const query = parseQuery(text);
  if (query.types.length > 0 && call.account.switches.exportTypeInQuery === '422') {
    throw new Refusal(422, { error: 'invalid', description: 'Invalid search: type is not allowed in the query' });
  }
  const size = Math.min(1000, wholeNumber(call.query.get('page[size]'), 'page[size]') ?? 100);
  const cursor = cursorOf(call);
  const hits = [...hitsOf(call, query, [kind])].sort((a, b) => a.created - b.created || a.id - b.id);
  const rest =
    cursor === null
      ? hits
      : hits.filter((one) => one.created > cursor.created || (one.created === cursor.created && one.id > cursor.id));
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const hasMore = rest.length > size;
  const issuedMs = cursor?.issuedMs ?? call.account.nowMs;
  const after =
    last === undefined
      ? null
      : Buffer.from(JSON.stringify({ created: last.created, id: last.id, issuedMs })).toString('base64');
  const next = after === null ? null : link(call, { 'page[after]': after, 'page[size]': String(size) });
  return ok({
    results: shown.map((one) => one.draw()),
    facets: null,
    meta: { has_more: hasMore, after_cursor: after, before_cursor: null },
    links: { prev: null, next },
  });
}

function cursorOf(call: Call): { readonly created: number; readonly id: number; readonly issuedMs: number } | null {
  const text = call.query.get('page[after]');
  if (text === null) return null;
  const cursor = parseCursor(text);
  if (cursor === null || cursor.issuedMs + cursorLivesMs < call.account.nowMs) {
    throw badPage('InvalidPaginationParameter', 'page[after] is not valid');
  }
  return cursor;
}

function parseCursor(
  text: string,
): { readonly created: number; readonly id: number; readonly issuedMs: number } | null {
  try {
    const value = parseJson(Buffer.from(text, 'base64').toString('utf8'));
    if (!isObject(value)) return null;
    const { created, id, issuedMs } = value;
    if (typeof created !== 'number' || typeof id !== 'number' || typeof issuedMs !== 'number') return null;
    return { created, id, issuedMs };
  } catch {
    return null;
  }
}
