import { newEnd } from '../../model/link.ts';
import type { Operation, Outcome } from '../../model/operation.ts';
import { newTally } from '../../model/tally.ts';
import type { Fields } from '../../model/value.ts';
import { openMemory } from '../../store/memory.ts';
import type { Engine } from '../engine.ts';
import { pairOf } from '../meet.ts';
import type { Intent } from '../ports.ts';
import { FakeVendor, fakeSetup, stillWorld } from '../testing.ts';

/** One open intent for the account A1, as the cycle leaves it when its call is about to be made. */
export async function intended(
  operation: (link: string) => Operation,
  before: Intent['before'],
  agreed: Intent['agreed'],
  base: Fields = {},
) {
  const world = stillWorld();
  const [crm, desk] = [new FakeVendor('sales', world), new FakeVendor('support', world)];
  const setup = fakeSetup(crm, desk);
  const store = openMemory();
  const engine: Engine = {
    world,
    store,
    connections: new Map([crm, desk].map((vendor) => [vendor.name, vendor.connection()])),
    setups: [setup],
    run: 'run-7',
    tallies: new Map([[setup.name, newTally()]]),
    waits: new Map(),
    progress: { count: 0 },
    glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
    moments: new Map(),
  };
  const now = world.now();
  const seen = { name: 'Acme', note: 'b', plan: null };
  const page = {
    connection: 'sales',
    object: 'Account',
    lease: '',
    cursor: null,
    complete: true,
    fields: ['name', 'note', 'plan'],
    now,
    keys: {},
  };
  await store.observe({
    ...page,
    sightings: [{ ref: { connection: 'sales', object: 'Account', id: 'A1' }, version: '1', at: now, by: null, seen }],
    open: [{ sync: 'accounts', pair: pairOf(setup), side: 'crm', id: 'A1', link: 'L1', lane: 'live' }],
    due: [],
  });
  const take = async () =>
    (
      await store.take({ syncs: ['accounts'], now: world.now(), limit: 1, lease: 'ours', until: world.now() + 1000 })
    )[0];
  const due = await take();
  const intent: Intent = {
    id: 'I1',
    run: 'run-7',
    sync: 'accounts',
    link: 'L1',
    connection: 'support',
    side: 'desk',
    operation: operation('L1'),
    cause: 'edit',
    before,
    agreed,
    turn: due?.turn ?? 0,
    tries: 0,
    again: false,
    batch: 'B1',
    place: 0,
    at: now,
    state: 'open',
    job: null,
    againAt: now + 60_000,
    asked: false,
  };
  const updates = intent.operation.do === 'update';
  const rules = Object.fromEntries(Object.keys(base).map((key) => [key, 'old']));
  const ends = {
    crm: { ...newEnd('A1', '1'), base, rules },
    desk: updates ? { ...newEnd('O1', '1'), base, rules } : null,
  };
  await store.commit(
    [
      {
        link: 'L1',
        turn: intent.turn,
        ends,
        open: [intent],
        claims: updates ? [] : [{ connection: 'support', object: 'organization', field: 'name', value: 'acme' }],
        due: 'keep',
      },
    ],
    'ours',
    now,
  );
  await store.release('ours');
  return { engine, store, world, setup, intent, take, link: async () => (await store.links(['L1']))[0] };
}

export const created = () =>
  intended(
    (link) => ({ do: 'create', link, object: 'organization', mark: 'A1', fields: { name: 'Acme', note: 'b' } }),
    {
      name: { before: null, after: 'Acme', rule: 'name' },
      note: { before: null, after: 'b', rule: 'note' },
      external_id: { before: null, after: 'A1', rule: 'mark' },
    },
    {
      crm: { 'name=name': 'Acme', 'note=note': 'b', 'plan=plan': null },
      desk: { 'name=name': 'Acme', 'note=note': 'b', 'plan=plan': null },
      rules: { 'name=name': 'h', 'note=note': 'h', 'plan=plan': 'h' },
    },
  );

export const updated = () =>
  intended(
    (link) => ({
      do: 'update',
      link,
      ref: { connection: 'support', object: 'organization', id: 'O1' },
      expect: '1',
      fields: { note: 'b' },
    }),
    { note: { before: 'a', after: 'b', rule: 'note' } },
    { crm: { 'note=note': 'b' }, desk: { 'note=note': 'b' }, rules: { 'note=note': 'new' } },
    { 'name=name': 'Acme', 'note=note': 'a', 'plan=plan': null },
  );

export const ok = (now: Fields | null = null): Outcome => ({ ok: true, id: 'O1', version: '2', now });
