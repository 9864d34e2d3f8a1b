import type { DueLink, Intent, LinkChange, Observed, Store } from '../../engine/ports.ts';
import type { HistoryRow } from '../../model/history.ts';
import { type Hold, matchKey } from '../../model/hold.ts';
import { newEnd } from '../../model/link.ts';
import type { Operation } from '../../model/operation.ts';
import type { Side, Sighting } from '../../model/record.ts';
import type { Fields } from '../../model/value.ts';

// The small world of the contract suite: accounts at `sales` and organizations at `support`, in step by the sync `accounts`.

export const pair = 'sales/Account|support/organization';
export const places = {
  crm: { connection: 'sales', object: 'Account' },
  desk: { connection: 'support', object: 'organization' },
} as const;
const nameField = { crm: 'Name', desk: 'name' } as const;

export type Opener = () => Promise<Store>;

export function sighting(
  side: Side,
  id: string,
  seen: Sighting['seen'] = { [nameField[side]]: `name of ${id}` },
): Sighting {
  return { ref: { ...places[side], id }, version: `v-${id}`, at: 1_000, by: 'somebody', seen };
}

export function keyOf(side: Side, value: string): string {
  return matchKey(places[side].connection, places[side].object, nameField[side], value);
}

/** An empty page of the side's feed at `now`. */
export function page(side: Side, now: number, more: Partial<Observed> = {}): Observed {
  return {
    ...places[side],
    lease: '',
    cursor: null,
    complete: false,
    fields: [nameField[side]],
    now,
    sightings: [],
    keys: {},
    open: [],
    due: [],
    ...more,
  };
}

interface Half {
  readonly side: Side;
  readonly id: string;
  readonly link: string;
  readonly sync?: string;
  readonly lane?: 'live' | 'load';
  readonly seen?: Fields;
  readonly keys?: readonly string[];
  readonly now?: number;
}

/** A record turns up that nobody knows: its half link is opened and due. */
export async function meetRecord(store: Store, { side, id, link, keys, now = 1, ...more }: Half): Promise<void> {
  const open = { sync: more.sync ?? 'accounts', pair, side, id, link, lane: more.lane ?? 'live' } as const;
  await store.observe(
    page(side, now, {
      sightings: [sighting(side, id, more.seen)],
      keys: keys === undefined ? {} : { [id]: keys.map((value) => ({ field: nameField[side], value })) },
      open: [open],
    }),
  );
}

/** Somebody edits the record of a link. */
export async function edit(
  store: Store,
  side: Side,
  id: string,
  link: string,
  seen: Fields,
  now: number,
): Promise<void> {
  await store.observe(
    page(side, now, { sightings: [sighting(side, id, seen)], due: [{ link, lane: 'live', cause: 'edit' }] }),
  );
}

export async function takeAll(
  store: Store,
  now: number,
  lease = 'worker',
  until = now + 1_000,
): Promise<readonly DueLink[]> {
  return store.take({ syncs: ['accounts', 'partners'], now, limit: 100, lease, until });
}

export function idsOf(due: readonly DueLink[]): readonly string[] {
  return due.map(({ link }) => link.id);
}

export function change(link: string, turn: number, more: Partial<LinkChange> = {}): LinkChange {
  return { link, turn, due: 'clear', ...more };
}

/** Two records that are linked and quiet. */
export async function linkPair(store: Store, link: string, crm: string, desk: string, now = 1): Promise<void> {
  await meetRecord(store, { side: 'crm', id: crm, link, now });
  await store.observe(page('desk', now, { sightings: [sighting('desk', desk)] }));
  const ends = { crm: newEnd(crm), desk: newEnd(desk) };
  await store.commit([change(link, 1, { ends, absorb: null })], null, now);
}

export function intent(id: string, link: string, more: Partial<Intent> = {}): Intent {
  const create: Operation = {
    do: 'create',
    link,
    object: 'organization',
    mark: `mark-${id}`,
    fields: { name: 'Acme' },
  };
  return {
    id,
    run: 'run',
    sync: 'accounts',
    link,
    connection: 'support',
    side: 'desk',
    operation: create,
    cause: 'create',
    before: {},
    agreed: { crm: {}, desk: {}, rules: {} },
    turn: 1,
    tries: 0,
    again: false,
    asked: false,
    batch: 'batch',
    place: 0,
    at: 10,
    state: 'open',
    job: null,
    againAt: 60_000,
    ...more,
  };
}

export function updateOf(id: string, link: string, record: string, more: Partial<Intent> = {}): Intent {
  const ref = { ...places.desk, id: record };
  return intent(id, link, { operation: { do: 'update', link, ref, expect: null, fields: { name: 'Acme' } }, ...more });
}

export function hold(id: string, link: string, more: Partial<Hold> = {}): Hold {
  return {
    id,
    sync: 'accounts',
    link,
    why: 'conflict',
    field: 'Name → name',
    values: { crm: 'A', desk: 'B', base: 'C' },
    message: 'Account Acme: Name was changed on both sides.',
    vendorCode: null,
    candidates: [],
    wakes: [],
    tries: 0,
    since: 10,
    ...more,
  };
}

export function historyRow(id: string, at: number, more: Partial<HistoryRow> = {}): HistoryRow {
  return {
    id,
    at,
    run: 'run',
    sync: 'accounts',
    link: 'link-1',
    side: 'desk',
    do: 'update',
    cause: 'edit',
    record: '7',
    fields: { name: { before: null, after: 'Acme', rule: 'Name → name' } },
    outcome: 'ok',
    ...more,
  };
}
