import type { Call } from './call.ts';
import { decodeExportCursor, encodeExportCursor } from './cursor.ts';
import type { Json, JsonObject } from './json.ts';
import { wholeNumber } from './paging.ts';
import { badAttribute, missingParameter, Refusal } from './refusal.ts';
import { type Seconds, toSeconds } from './stamps.ts';
import type { Timeline } from './timeline.ts';

/**
 * Incremental exports: the change feed. Rows go by (generated second, id); what changed within the lag is withheld.
 * Source: Zendesk, "Incremental Exports" and "Using the Incremental Exports API"; the exact rule of the time-based form is from
 * recorded traffic.
 */
export interface Feed {
  readonly name: string;
  /** The path of the time-based form below /api/v2/incremental, such as `organizations`. */
  readonly path: string;
  readonly timeline: Timeline;
  /** Draws rows; those that come back undefined are hidden (`exclude_deleted`). */
  readonly draw: (id: number) => Json | undefined;
  /** Side-loads, for the ids of the page. */
  readonly more?: (ids: readonly number[]) => JsonObject;
}

const largest = 1000;

/**
 * Rows from `start_time` on. A full page whose rows all share one second shows that whole second and goes on with the next; any other
 * page goes on with its last second, which is therefore shown again: for ever, at the end of the stream.
 */
export function timeExport(call: Call, feed: Feed): JsonObject {
  const start = startTime(call);
  const size = pageSize(call);
  const until = visibleUntil(call);
  let { rows, more } = feed.timeline.read({ second: start, id: 0 }, until, size);
  const first = rows[0]?.second;
  const last = rows.at(-1)?.second;
  let end = last ?? start;
  if (rows.length >= size && first !== undefined && first === last) {
    rows = feed.timeline.read({ second: first, id: 0 }, first, Number.POSITIVE_INFINITY).rows;
    more = feed.timeline.read({ second: first + 1, id: 0 }, until, 1).rows.length > 0;
    // A second that is not over yet must be asked for again. Only where the lag was switched off can it be seen at all.
    end = first < call.account.now ? first + 1 : first;
  }
  const drawn = draw(feed, rows);
  return {
    [feed.name]: drawn,
    ...feed.more?.(rows.map((row) => row.id)),
    count: drawn.length,
    end_of_stream: !more,
    end_time: end,
    next_page: nextLink(call, feed.path, { start_time: String(end) }),
  };
}

/** The cursor names the last row shown; it is there at the end of the stream too, to be polled later. */
export function cursorExport(call: Call, feed: Feed): JsonObject {
  const size = pageSize(call);
  const text = call.query.get('cursor');
  const cursor = text === null || text === '' ? null : decodeExportCursor(text);
  if (cursor === undefined) throw badAttribute('cursor', 'is not valid');
  const from = cursor === null ? { second: startTime(call), id: 0 } : { second: cursor.second, id: cursor.id + 1 };
  const { rows, more } = feed.timeline.read(from, visibleUntil(call), size);
  const last = rows.at(-1) ?? cursor ?? { second: from.second, id: 0 };
  const isOver = last.second < call.account.now;
  // A second that is not over yet is shown again: a record with a lower id may still change in it.
  const after = encodeExportCursor(more || isOver ? last : { second: last.second, id: 0 });
  return {
    [feed.name]: draw(feed, rows),
    ...feed.more?.(rows.map((row) => row.id)),
    after_url: nextLink(call, `${feed.path}/cursor`, { cursor: after }),
    after_cursor: after,
    before_url: null,
    before_cursor: null,
    end_of_stream: !more,
  };
}

/** A few rows, to try a program with; not counted against the exports. */
export function sampleExport(call: Call, feed: Feed): JsonObject {
  const { rows } = feed.timeline.read({ second: startTime(call), id: 0 }, visibleUntil(call), 50);
  const drawn = draw(feed, rows);
  return { [feed.name]: drawn, count: drawn.length, end_time: rows.at(-1)?.second ?? null, next_page: null };
}

function draw(feed: Feed, rows: readonly { readonly id: number }[]): readonly Json[] {
  return rows.map((row) => feed.draw(row.id)).filter((row) => row !== undefined);
}

/** Changes of the last seconds are withheld. */
function visibleUntil(call: Call): Seconds {
  return toSeconds(call.account.nowMs - call.account.switches.exportLagMs);
}

export function startTime(call: Call): Seconds {
  const text = call.query.get('start_time') ?? call.query.get('unix_time');
  if (text === null || text === '') throw missingParameter('start_time');
  if (!/^\d+(\.\d+)?$/.test(text)) throw badAttribute('start_time', 'must be an integer');
  const start = Math.floor(Number(text));
  if (start > visibleUntil(call)) {
    throw new Refusal(422, { error: 'InvalidValue', description: call.account.switches.startTimeTooRecentText });
  }
  return start;
}

function pageSize(call: Call): number {
  return Math.min(largest, wholeNumber(call.query.get('per_page'), 'per_page') ?? largest);
}

function nextLink(call: Call, path: string, position: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(position);
  for (const name of ['per_page', 'include', 'exclude_deleted']) {
    const value = call.query.get(name);
    if (value !== null) query.set(name, value);
  }
  return `${call.base}/api/v2/incremental/${path}.json?${query}`;
}
