import type { FaultRow, HoldRow, RowFilter } from '../engine/ports.ts';
import type { HistoryRow } from '../model/history.ts';
import { AppError, type HistoryEntry, type HoldEntry, type ReportFilter } from './app.ts';
import type { Config } from './config/schema.ts';
import { effectiveSides } from './session.ts';

const spanMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A filter in the words of the command line, as the store takes it. Throws AppError where a word cannot be understood. */
export function rowFilter(filter: ReportFilter, now: number): RowFilter {
  const { sync, since, status, record, limit } = filter;
  return {
    ...(sync === undefined ? {} : { sync }),
    ...(since === undefined ? {} : { since: sinceMs(since, now) }),
    ...(status === undefined ? {} : { status }),
    ...(record === undefined ? {} : { record: recordOf(record) }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function sinceMs(text: string, now: number): number {
  const [, count, unit] = /^(\d+)(s|m|h|d)$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (spanMs[unit] ?? 0);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new AppError(
      `since: ${text} is neither a time such as 2026-11-20T09:00:00Z nor a span such as 90m, 24h or 7d`,
    );
  return at;
}

function recordOf(text: string): { readonly side: 'crm' | 'desk'; readonly id: string } {
  const [, side, id] = /^(crm|desk):(.+)$/.exec(text) ?? [];
  if ((side !== 'crm' && side !== 'desk') || id === undefined) {
    throw new AppError(`record: ${text} should be crm:ID or desk:ID, such as crm:0015g00000XyZAAV`);
  }
  return { side, id };
}

const iso = (ms: number): string => new Date(ms).toISOString();

export function holdEntry(config: Config, row: HoldRow): HoldEntry {
  return {
    id: row.id,
    sync: row.sync,
    link: row.link,
    ...ends(config, row.sync, row),
    why: row.why,
    field: row.field,
    values: row.values,
    message: row.message,
    vendorCode: row.vendorCode,
    candidates: row.candidates,
    tries: row.tries,
    nextTry: null,
    since: iso(row.since),
  };
}

/** A link that failed and is tried again by itself; its id is the link's. */
export function faultEntry(config: Config, row: FaultRow): HoldEntry {
  return {
    id: row.link,
    sync: row.sync,
    link: row.link,
    ...ends(config, row.sync, row),
    why: row.fault.kind,
    field: null,
    values: { crm: null, desk: null, base: null },
    message: row.fault.say,
    vendorCode: row.fault.code ?? null,
    candidates: [],
    tries: row.tries,
    nextTry: iso(row.nextTry),
    since: iso(row.since),
  };
}

function ends(
  config: Config,
  sync: string,
  row: { readonly crm: string | null; readonly desk: string | null },
): Pick<HoldEntry, 'crm' | 'desk'> {
  const sides = config.syncs[sync] ? effectiveSides(config, sync) : null;
  const end = (side: 'crm' | 'desk') => {
    const id = row[side];
    return id === null ? null : { id, object: sides?.[side].object ?? '' };
  };
  return { crm: end('crm'), desk: end('desk') };
}

export function historyEntry(row: HistoryRow): HistoryEntry {
  const { id, at, run, sync, link, side, do: verb, record, cause, fields, outcome } = row;
  return { id, at: iso(at), run, sync, link, side, do: verb, record, cause, fields, outcome };
}
