import type { Change, Page, Want } from '../../model/record.ts';
import type { Binning, Cursor } from './cursor.ts';
import { completed, whole } from './details.ts';
import type { Module } from './modules.ts';
import { listLagMs, pageSize } from './objects.ts';
import { asBinned } from './reading.ts';
import type { Session } from './session.ts';
import { changeOf, goneChange, timeOf } from './values.ts';

/**
 * The recycle bin as evidence of removals: what appears in it was removed, what leaves it was brought back or is gone for good. Neither moves
 * a record in the list of changes. The latest page is remembered; what leaves the bin from further down is noticed when it is edited.
 */
export async function readBin(session: Session, module: Module, want: Want, at: Binning): Promise<Page> {
  const rows = await session.wire.bin(module, at.from);
  const removedAt = (id: string): number | undefined => at.bin.rows[id];
  const times = rows.map((row) => [row.id, timeOf(row.deletedTime) ?? 0] as const);
  const found = { ...at.found, ...Object.fromEntries(times) };
  const fresh = rows.filter((row) => removedAt(row.id) !== (timeOf(row.deletedTime) ?? 0));
  const trash = fresh.map((row) => changeOf(session.name, module, asBinned(row), [], new Map()));
  const oldest = Math.min(...times.map(([, time]) => time));
  const latestKnown = Math.max(0, ...Object.values(at.bin.rows));
  const first = at.bin.at === 0;
  const ended = rows.length < pageSize || (!first && oldest < latestKnown - listLagMs);
  if (!ended) {
    const next: Cursor = { ...at, from: at.from + pageSize, found };
    return { changes: trash, cursor: JSON.stringify(next), more: true };
  }
  // All of the bin was read, or all of it down to here.
  const floor = rows.length < pageSize ? 0 : oldest;
  const left = Object.entries(at.bin.rows).filter(([id, time]) => !(id in found) && time > floor);
  const returned = await Promise.all(left.map(([id]) => fateOf(session, module, want, id)));
  const latest = Object.entries(found)
    .sort(([, a], [, b]) => b - a)
    .slice(0, pageSize);
  const bin = { at: session.world.now(), rows: Object.fromEntries(latest) };
  const rest: Cursor = { in: 'rest', since: at.since, seen: at.seen, bin };
  return { changes: [...trash, ...returned], cursor: JSON.stringify(rest), more: false };
}

/** A record that was in the bin and is not any more. */
async function fateOf(session: Session, module: Module, want: Want, id: string): Promise<Change> {
  const row = await whole(session, module, id);
  if (row === null) return goneChange(session.name, module, id, 'purged');
  const types = await session.catalog.typesFor(module, want.fields);
  const [full] = await completed(session, module, [row], want.fields);
  return changeOf(session.name, module, full ?? row, want.fields, types);
}
