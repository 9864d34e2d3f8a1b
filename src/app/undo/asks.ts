import type { Engine } from '../../engine/engine.ts';
import type { Known, Store } from '../../engine/ports.ts';
import type { Touched } from '../../engine/undo/ports.ts';
import { bondOf, type UndoAsk } from '../../engine/undo/undo.ts';
import type { HistoryRow } from '../../model/history.ts';
import { isGone, type Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';

/** What an undo is about, as the store is asked for it. */
export interface UndoScope extends Touched {
  /** The vendor's name of a field, or a rule's id; null: everything. */
  readonly field: string | null;
}

/** Links that are worked on at a time: memory is bounded by this, however much is undone. */
const pageSize = 500;
/** More rows of history than links of one page could ever have. */
const allRows = 10_000_000;

/** The links of a sync that an undo is about, page by page. */
export async function* pagesOf(store: Store, sync: string, scope: UndoScope): AsyncGenerator<readonly string[]> {
  const { field: _, ...touched } = scope;
  for (let after: string | null = null; ; ) {
    const page: readonly string[] = await store.touched({ ...touched, sync, after, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last;
  }
}

export type Asks = Map<string, UndoAsk & { readonly tried: Set<string> }>;

/** By link what is to be undone, newest first; a link of which no field is meant is left out. `run`: what this undo does itself. */
export async function asksOf(store: Store, links: readonly string[], scope: UndoScope, run: string): Promise<Asks> {
  const rows = (await store.history({ links, status: 'ok', limit: allRows })).filter((row) => row.run !== run);
  const asks: Asks = new Map();
  for (const [link, all] of Map.groupBy(rows, (row) => row.link)) {
    const meant = all.filter((row) => isMeant(row, scope));
    const [newest] = meant;
    if (!newest) continue;
    const later = all.slice(0, all.indexOf(newest));
    const wroteAt = { crm: lastWrite(all, 'crm'), desk: lastWrite(all, 'desk') };
    asks.set(link, { rows: meant, later, wroteAt, tried: new Set(), field: scope.field });
  }
  return asks;
}

function isMeant(row: HistoryRow, { run, since, until, field }: UndoScope): boolean {
  if ((run !== undefined && row.run !== run) || row.at < (since ?? 0) || row.at > until) return false;
  if (field !== null && row.do !== 'update') return false;
  return field === null || Object.entries(row.fields).some(([name, { rule }]) => name === field || rule === field);
}

function lastWrite(rows: readonly HistoryRow[], side: Side): number | null {
  const last = rows.find(
    (row) => row.side === side && (row.do === 'create' || row.do === 'update' || row.do === 'restore'),
  );
  return last?.at ?? null;
}

/** Desk records that an undo parts from their links, or that were parted and are to be joined again, by link. */
export function bondsOf(asks: Asks, is: 'joined' | 'parted'): ReadonlyMap<string, string> {
  return new Map(
    [...asks].flatMap(([link, ask]) => {
      const bond = bondOf(ask);
      return bond?.is === is ? [[link, bond.desk] as const] : [];
    }),
  );
}

/** Of records that were parted, by the link that they are to have again: what is known of them, as long as both are there and free. */
export async function rejoinable(engine: Engine, setup: SyncSetup, asks: Asks): Promise<ReadonlyMap<string, Known>> {
  const bonds = bondsOf(asks, 'parted');
  if (bonds.size === 0) return new Map();
  const { connection, object } = sideOf(setup, 'desk');
  const known = new Map(
    (await engine.store.known(connection, object, [...bonds.values()])).map((each) => [each.id, each]),
  );
  const links = await engine.store.links([...bonds.keys()]);
  return new Map(
    links.flatMap((link) => {
      const desk = known.get(bonds.get(link.id) ?? '');
      const half = desk?.links.find((each) => each.link.sync === setup.name);
      const isThere = desk?.sighting && !isGone(desk.sighting.seen);
      return link.crm && !link.desk && isThere && half && !half.link.crm && !half.inFlight ? [[link.id, desk]] : [];
    }),
  );
}
