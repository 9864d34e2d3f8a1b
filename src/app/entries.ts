import { offersOf } from '../engine/answers/offers.ts';
import type { FaultRow, HoldRow, RowFilter } from '../engine/ports.ts';
import type { HistoryRow } from '../model/history.ts';
import { type Changed, holdReasons } from '../model/hold.ts';
import { AppError, type HistoryEntry, type HoldEntry, type ReportFilter } from './app.ts';
import type { Config } from './config/schema.ts';
import { effectiveSides } from './session.ts';

const spanMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A filter in the words of the command line, as the store takes it. Throws AppError where a word cannot be understood. */
export function rowFilter(filter: ReportFilter, now: number): RowFilter {
  const { since, until, record, before, ...rest } = filter;
  return {
    ...rest,
    ...(since === undefined ? {} : { since: timeMs('since', since, now) }),
    ...(until === undefined ? {} : { until: timeMs('until', until, now) }),
    ...(record === undefined ? {} : { record: recordOf(record) }),
    ...(before === undefined ? {} : { before: entryOf(before) }),
  };
}

/** Where none was found: a slip must not read as if nothing were waiting. Throws AppError where no hold could be what is asked for. */
export function checkHolds(config: Config, { sync, status }: ReportFilter): void {
  const syncs = Object.keys(config.syncs);
  if (sync !== undefined && !syncs.includes(sync))
    throw new AppError(`There is no sync "${sync}". The config has: ${syncs.join(', ') || 'none'}`);
  if (status !== undefined && !holdReasons.some((why) => why === status))
    throw new AppError(`No hold is ever "${status}". Reasons are: ${holdReasons.join(', ')}`);
}

function timeMs(name: string, text: string, now: number): number {
  const [, count, unit] = /^(\d+)(s|m|h|d)$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (spanMs[unit] ?? 0);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new AppError(
      `${name}: ${text} is neither a time such as 2026-11-20T09:00:00Z nor a span such as 90m, 24h or 7d`,
    );
  return at;
}

function entryOf(text: string): { readonly at: number; readonly id: string } {
  const [, time = '', id = ''] = /^([^/]+)\/(.+)$/.exec(text) ?? [];
  const at = Date.parse(time);
  if (Number.isNaN(at))
    throw new AppError(
      `before: ${text} should be the time and the id of an entry, such as 2026-11-20T09:00:00.000Z/01jd3w8k2m`,
    );
  return { at, id };
}

export function recordOf(text: string): { readonly side: 'crm' | 'desk'; readonly id: string } {
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
    changed: row.changed ? { crm: changedEntry(row.changed.crm), desk: changedEntry(row.changed.desk) } : null,
    offers: offersOf(row),
    message: row.message,
    vendorCode: row.vendorCode,
    candidates: row.candidates,
    tries: row.tries,
    nextTry: null,
    since: iso(row.since),
  };
}

function changedEntry({ by, at }: Changed): { readonly by: string | null; readonly at: string | null } {
  return { by, at: at === null ? null : iso(at) };
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
    changed: null,
    offers: [],
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

export function historyEntry({ at, source, ...row }: HistoryRow): HistoryEntry {
  return { ...row, at: iso(at), ...(source ? { source: changedEntry(source) } : {}) };
}
