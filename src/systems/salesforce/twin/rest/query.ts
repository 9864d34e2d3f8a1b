import type { Json } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import type { QueryPage } from '../query-cursors.ts';
import { runQuery } from '../soql/run.ts';
import { type Answer, basePath, type Call } from './call.ts';
import { columnMetadata } from './column-metadata.ts';
import { notAllowed } from './rows.ts';

/** `/query` and `/queryAll`, with `?q=` or a locator. */
export function query(call: Call): Answer {
  return answerQuery(call, call.path[0]?.toLowerCase() === 'queryall', false, call.path[1]);
}

/** `/tooling/query`. */
export function toolingQuery(call: Call): Answer {
  return answerQuery(call, false, true, call.path[2]);
}

function answerQuery(call: Call, all: boolean, tooling: boolean, locator: string | undefined): Answer {
  if (call.method !== 'GET') throw notAllowed(call.method, 'GET,HEAD');
  const { org, cursors } = call.api;
  if (locator !== undefined) {
    const page = cursors.next(locator, call.user);
    if (page === null) throw apiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return { status: 200, body: pageBody(call, page, tooling) };
  }
  const text = call.query.get('q');
  if (text === null) throw apiError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
  const found = runQuery(text, { org, user: call.user, all, tooling, version: call.version });
  if (call.query.get('columns') === 'true') return { status: 200, body: columnMetadata(call, text, found) };
  const page = cursors.first(found, pageSize(call), call.user);
  return { status: 200, body: pageBody(call, page, tooling) };
}

/** 200 to 2,000; what else is asked for is taken to the nearer end. */
function pageSize(call: Call): number {
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(call.headers.get('sforce-query-options') ?? '')?.[1] ?? 2_000);
  return Math.min(2_000, Math.max(200, asked));
}

/** The next page is always under `/query`, also for queryAll. */
function pageBody(call: Call, { totalSize, records, next }: QueryPage, tooling: boolean): Json {
  if (next === null) return { totalSize, done: true, records };
  return {
    totalSize,
    done: false,
    nextRecordsUrl: `${basePath(call)}/${tooling ? 'tooling/' : ''}query/${next}`,
    records,
  };
}
