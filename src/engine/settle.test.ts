import { describe, expect, it } from 'vitest';
import { newEnd } from '../model/link.ts';
import type { Operation, Outcome } from '../model/operation.ts';
import { newTally } from '../model/tally.ts';
import type { Fields, Value } from '../model/value.ts';
import { openMemory } from '../store/memory.ts';
import type { Engine } from './engine.ts';
import { pairOf } from './meet.ts';
import { pass } from './pass.ts';
import type { DueLink, Intent } from './ports.ts';
import { type Settled, settle } from './settle.ts';
import { FakeVendor, fakeSetup, newBench, stillWorld, textRule } from './testing.ts';

/** One open intent for the account A1, as the cycle leaves it when its call is about to be made. */
async function intended(
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

const created = () =>
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

const updated = () =>
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

const ok = (now: Fields | null = null): Outcome => ({ ok: true, id: 'O1', version: '2', now });

describe('a create that succeeded', () => {
  it('gives the link its other end, with the base that both sides agreed on, and is in history with what was there before', async () => {
    const { engine, store, world, intent, link } = await created();
    await settle(engine, [{ intent, outcome: ok() }]);
    expect(await link()).toMatchObject({
      crm: {
        id: 'A1',
        base: { 'name=name': 'Acme', 'note=note': 'b', 'plan=plan': null },
        rules: { 'name=name': 'h' },
      },
      desk: {
        id: 'O1',
        version: '2',
        base: { 'name=name': 'Acme', 'note=note': 'b', 'plan=plan': null },
        rules: { 'plan=plan': 'h' },
      },
    });
    expect(await store.history({})).toEqual([
      expect.objectContaining({
        run: 'run-7',
        link: 'L1',
        side: 'desk',
        do: 'create',
        cause: 'edit',
        record: 'O1',
        outcome: 'ok',
        fields: intent.before,
      }),
    ]);
    expect(await store.counts('accounts', world.now())).toMatchObject({ links: 1, due: 0, held: 0, inFlight: 0 });
    expect(engine.tallies.get('accounts')?.created).toEqual({ crm: 0, desk: 1 });
  });

  it('leaves a sighting with what was sent and the mark, found by its match keys', async () => {
    const { engine, store, setup, intent } = await created();
    await settle(engine, [{ intent, outcome: ok() }]);
    const [known] = await store.known('support', 'organization', ['O1']);
    expect(known?.sighting?.seen).toEqual({ name: 'Acme', note: 'b', external_id: 'A1' });
    const ask = {
      pair: pairOf(setup),
      side: 'desk',
      connection: 'support',
      object: 'organization',
      field: 'name',
      value: 'acme',
    } as const;
    expect(await store.kin([ask], 10)).toMatchObject([
      [{ sighting: { ref: { id: 'O1' } }, links: [{ id: 'L1', whole: true }] }],
    ]);
  });

  it('takes the form that the vendor gave to what was sent for the base, and nothing that it does not show', async () => {
    const { engine, setup, intent, link } = await created();
    // Under these rules the vendor's capitals and its cut text mean what was sent.
    const rules = setup.rules.map((rule) => ({ ...rule, equal: () => true }));
    await settle({ ...engine, setups: [{ ...setup, rules }] }, [{ intent, outcome: ok({ name: 'ACME', note: 'b…' }) }]);
    expect((await link())?.desk?.base).toEqual({ 'name=name': 'ACME', 'note=note': 'b…', 'plan=plan': null });
    expect((await link())?.crm?.base).toEqual({ 'name=name': 'Acme', 'note=note': 'b', 'plan=plan': null });
  });

  it('gives its claims back', async () => {
    const { engine, store, world, setup, intent } = await created();
    await settle(engine, [{ intent, outcome: ok() }]);
    const page = {
      connection: 'sales',
      object: 'Account',
      lease: '',
      cursor: null,
      complete: true,
      fields: [],
      now: world.now(),
      sightings: [],
      keys: {},
      due: [],
    };
    await store.observe({
      ...page,
      open: [{ sync: 'accounts', pair: pairOf(setup), side: 'crm', id: 'A2', link: 'L2', lane: 'live' }],
    });
    await store.take({ syncs: ['accounts'], now: world.now(), limit: 9, lease: 'next', until: world.now() + 1 });
    const claims = [{ connection: 'support', object: 'organization', field: 'name', value: 'acme' }];
    expect(await store.commit([{ link: 'L2', turn: 1, claims, due: 'clear' }], 'next', world.now())).toEqual([
      { is: 'done' },
    ]);
  });

  it('absorbs the half link that the feed had opened for the new record meanwhile', async () => {
    const { engine, store, world, setup, intent, link } = await created();
    const ref = { connection: 'support', object: 'organization', id: 'O1' };
    await store.observe({
      connection: 'support',
      object: 'organization',
      lease: '',
      cursor: null,
      complete: true,
      fields: ['name'],
      now: world.now(),
      keys: {},
      due: [],
      sightings: [{ ref, version: '2', at: null, by: null, seen: { name: 'Acme' } }],
      open: [{ sync: 'accounts', pair: pairOf(setup), side: 'desk', id: 'O1', link: 'half', lane: 'live' }],
    });
    await settle(engine, [{ intent, outcome: ok() }]);
    expect((await link())?.desk?.id).toBe('O1');
    expect(await store.links(['half'])).toEqual([]);
    expect(await store.counts('accounts', world.now())).toMatchObject({ links: 1, due: 0 });
  });

  it('makes the link due again where more is to be written', async () => {
    const { engine, store, world, intent } = await created();
    await settle(engine, [{ intent: { ...intent, again: true }, outcome: ok() }]);
    expect((await store.counts('accounts', world.now())).due).toBe(1);
  });
});

describe('an update that succeeded', () => {
  it('moves the bases of the fields that it wrote, on both sides, and no other one', async () => {
    const { engine, intent, link } = await updated();
    await settle(engine, [{ intent, outcome: ok() }]);
    for (const side of ['crm', 'desk'] as const)
      expect((await link())?.[side]).toMatchObject({
        base: { 'name=name': 'Acme', 'note=note': 'b', 'plan=plan': null },
        rules: { 'name=name': 'old', 'note=note': 'new', 'plan=plan': 'old' },
      });
  });

  it('does not clear a link that became due again while the call was made', async () => {
    const { engine, store, world, intent } = await updated();
    const page = {
      connection: 'sales',
      object: 'Account',
      lease: '',
      cursor: null,
      complete: true,
      fields: [],
      now: world.now(),
      sightings: [],
      keys: {},
      open: [],
    };
    await store.observe({ ...page, due: [{ link: 'L1', lane: 'live', cause: 'edit' }] });
    await settle(engine, [{ intent, outcome: ok() }]);
    expect((await store.counts('accounts', world.now())).due).toBe(1);
  });

  it('leaves other fields of the sighting as they were seen', async () => {
    const { engine, store, world, intent } = await updated();
    const ref = { connection: 'support', object: 'organization', id: 'O1' };
    await store.observe({
      connection: 'support',
      object: 'organization',
      lease: '',
      cursor: null,
      complete: true,
      fields: [],
      now: world.now(),
      keys: {},
      due: [],
      open: [],
      sightings: [{ ref, version: '1', at: null, by: null, seen: { name: 'Acme', note: 'a', plan: 'gold' } }],
    });
    await settle(engine, [{ intent, outcome: ok() }]);
    expect((await store.known('support', 'organization', ['O1']))[0]?.sighting).toMatchObject({
      version: '2',
      seen: { name: 'Acme', note: 'b', plan: 'gold' },
    });
  });
});

describe('an intent that is settled already', () => {
  const again: readonly Outcome[] = [
    ok(),
    { ok: false, fault: { kind: 'refused', say: 'no' } },
    { ok: false, fault: { kind: 'later', say: 'busy' } },
  ];
  for (const second of again)
    it(`is passed over, whatever the second answer says (${second.ok ? 'ok' : second.fault.kind})`, async () => {
      const { engine, store, world, intent, link } = await updated();
      await settle(engine, [{ intent, outcome: ok() }]);
      const before = {
        link: await link(),
        history: await store.history({}),
        counts: await store.counts('accounts', world.now()),
      };
      await settle(engine, [{ intent, outcome: second }]);
      expect({
        link: await link(),
        history: await store.history({}),
        counts: await store.counts('accounts', world.now()),
      }).toEqual(before);
      expect(engine.tallies.get('accounts')?.updated).toEqual({ crm: 0, desk: 1 });
    });
});

describe('a write that failed', () => {
  const kinds = ['later', 'limit', 'stale', 'gone', 'refused', 'login', 'unsure', 'bug'] as const;
  for (const kind of kinds)
    for (const [verb, start] of [
      ['create', created],
      ['update', updated],
    ] as const)
      it(`moves no base and settles its intent (${kind}, ${verb})`, async () => {
        const { engine, store, world, intent, link } = await start();
        const before = await link();
        await settle(engine, [{ intent, outcome: { ok: false, fault: { kind, say: 'because' } } }]);
        expect(await link()).toEqual(before);
        expect((await store.counts('accounts', world.now())).inFlight).toBe(0);
        expect(await store.history({})).toHaveLength(kind === 'limit' ? 0 : 1);
        expect((await store.known('support', 'organization', ['']))[0]?.sighting ?? null).toBeNull();
        expect(engine.tallies.get('accounts')).toMatchObject({ created: { desk: 0 }, updated: { desk: 0 } });
      });

  const expectDue = (due: DueLink | undefined) => ({ tries: due?.tries, askVendor: due?.askVendor });
  const table: readonly (readonly [(typeof kinds)[number], number, { tries: number; askVendor: boolean } | null])[] = [
    ['later', 1500, { tries: 1, askVendor: false }],
    ['limit', 60_000, { tries: 0, askVendor: false }],
    ['login', 300_000, { tries: 0, askVendor: false }],
    ['unsure', 1500, { tries: 1, askVendor: true }],
    ['stale', 0, { tries: 1, askVendor: true }],
    ['refused', 0, null],
    ['bug', 0, null],
  ];
  for (const [kind, waitMs, expected] of table)
    it(`comes back when the table says so (${kind})`, async () => {
      const { engine, world, intent, take } = await updated();
      await settle(engine, [{ intent, outcome: { ok: false, fault: { kind, say: 'because' } } }]);
      if (waitMs > 0) expect(await take()).toBeUndefined();
      await world.sleep(waitMs);
      const due = await take();
      expect(due ? expectDue(due) : null).toEqual(expected);
    });

  it('makes its connection wait where the vendor said so, and no other one', async () => {
    const { engine, world, intent } = await updated();
    await settle(engine, [
      { intent, outcome: { ok: false, fault: { kind: 'limit', say: 'slow down', afterMs: 9000 } } },
    ]);
    expect([...engine.waits]).toEqual([['support', { until: world.now() + 9000, reason: 'slow down' }]]);
  });

  it('is settled beside those that succeeded', async () => {
    const { engine, store, world, intent, link } = await updated();
    const settled: Settled[] = [
      { intent: { ...intent, id: 'unknown' }, outcome: ok() },
      { intent, outcome: ok() },
    ];
    await settle(engine, settled);
    expect((await link())?.desk?.base['note=note']).toBe('b');
    expect((await store.counts('accounts', world.now())).inFlight).toBe(0);
  });
});

describe('what we wrote ourselves', () => {
  for (const direction of ['crm-to-desk', 'both'] as const)
    it(`is no edit when the feed shows it (${direction})`, async () => {
      const bench = newBench(openMemory());
      const account = bench.crm.add({ name: 'Acme', note: 'a', plan: null });
      await bench.run({ direction });
      bench.crm.edit(account, { note: 'b' });
      await bench.run();
      const engine = await bench.run();
      expect(engine.tallies.get('accounts')).toMatchObject({ seen: 0, updated: { crm: 0, desk: 0 } });
      expect(bench.desk.made.write).toBe(2);
      expect(bench.crm.made.write).toBe(0);
    });

  it('is no edit when the vendor kept it in another form, and that form is the base', async () => {
    const bench = newBench(openMemory());
    const lower = textRule('note', 'both', {
      equal: (crm, desk) => String(crm).toLowerCase() === String(desk).toLowerCase(),
    });
    const connect = bench.desk.connection.bind(bench.desk);
    bench.desk.connection = () => {
      const connection = connect();
      const lowered = ({ note, ...fields }: Record<string, Value>) => ({
        ...fields,
        ...(typeof note === 'string' ? { note: note.toLowerCase() } : {}),
      });
      return {
        ...connection,
        write: (operations, until) =>
          connection.write(
            operations.map((each) => (each.do === 'create' ? { ...each, fields: lowered({ ...each.fields }) } : each)),
            until,
          ),
      };
    };
    bench.crm.add({ name: 'Acme', note: 'LOUD' });
    await bench.run({ direction: 'both', rules: [textRule('name', 'both'), lower] });
    const writes = bench.desk.made.write + bench.crm.made.write;
    await bench.run();
    await bench.run();
    expect(bench.desk.made.write + bench.crm.made.write).toBe(writes);
    expect(bench.crm.all()[0]).toMatchObject({ note: 'LOUD' });
  });
});

describe('an edit that the read-back shows', () => {
  /** Two linked records, kept in step both ways; the desk's record is edited just before this verb of the next run. */
  async function edited(verb: 'write' | 'read', fields: Record<string, Value>) {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'p' });
    await bench.run({ direction: 'both' });
    const org = [...bench.desk.records.keys()][0] ?? '';
    const connect = bench.desk.connection.bind(bench.desk);
    let written = verb === 'write';
    let landed = false;
    const land = () => {
      if (landed || !written) return;
      landed = true;
      bench.desk.edit(org, fields);
    };
    bench.desk.connection = () => {
      const connection = connect();
      return {
        ...connection,
        write: async (operations, until) => {
          if (verb === 'write') land();
          const sent = await connection.write(operations, until);
          written = true;
          return sent;
        },
        read: async (want, ids) => {
          if (verb === 'read') land();
          return connection.read(want, ids);
        },
      };
    };
    bench.crm.edit(account, { note: 'b' });
    await bench.run();
    await bench.run();
    return { crm: bench.crm.get(account), desk: bench.desk.get(org) };
  }

  for (const verb of ['write', 'read'] as const)
    it(`of another field goes on to the other side (before the ${verb})`, async () => {
      const { crm, desk } = await edited(verb, { plan: 'gold' });
      expect(desk).toMatchObject({ note: 'b', plan: 'gold' });
      expect(crm).toMatchObject({ note: 'b', plan: 'gold' });
    });

  it('of the field that was just written is not taken for what we wrote', async () => {
    const { crm, desk } = await edited('read', { note: 'c' });
    expect(desk).toMatchObject({ note: 'c' });
    expect(crm).toMatchObject({ note: 'c' });
  });
});

describe('the outcomes of a job', () => {
  it('go each to its own record, however many travelled together', async () => {
    const bench = newBench(openMemory());
    bench.desk.jobMs = 4000;
    const accounts = Array.from({ length: 12 }, (_, i) => bench.crm.add({ name: `Account ${i}`, note: 'a' }));
    await bench.run();
    bench.desk.refused.set('note', 'bad');
    accounts.forEach((id, i) => {
      bench.crm.edit(id, { note: i % 3 === 0 ? 'bad' : 'b' });
    });
    await bench.run();
    const held = (await bench.store.holds({})).map(({ crm }) => crm).sort();
    expect(held).toEqual(accounts.filter((_, i) => i % 3 === 0));
    for (const record of bench.desk.all()) expect(['a', 'b']).toContain(record.note);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 12, due: 0, inFlight: 0 });
  });
});

describe('two syncs that share the records of one vendor', () => {
  it('each find a record by their own criterion, also after the other one has written it', async () => {
    const world = stillWorld();
    const store = openMemory();
    const [one, two, desk] = [
      new FakeVendor('sales', world),
      new FakeVendor('partners', world),
      new FakeVendor('support', world),
    ];
    desk.uniqueName = false;
    const byNote = {
      crm: 'note',
      desk: 'note',
      keys: (_side: unknown, value: unknown) => (typeof value === 'string' && value !== '' ? [value] : []),
    };
    const setups = [
      fakeSetup(one, desk),
      { ...fakeSetup(two, desk), name: 'partners', match: [byNote], mark: { crm: null, desk: null } },
    ];
    const run = () =>
      pass({
        world,
        store,
        setups,
        run: 'run',
        waits: new Map(),
        progress: { count: 0 },
        moments: new Map(),
        connections: new Map([one, two, desk].map((vendor) => [vendor.name, vendor.connection()])),
        tallies: new Map(setups.map(({ name }) => [name, newTally()])),
      });
    const account = one.add({ name: 'Acme', note: 'A-17' });
    await run();
    one.edit(account, { name: 'Acme North' });
    await run();
    two.add({ name: 'Acme North', note: 'A-17' });
    await run();
    expect(desk.all()).toHaveLength(1);
  });
});

describe('several records that could be the one whose answer was lost', () => {
  async function several() {
    const bench = newBench(openMemory());
    Object.assign(bench.desk, { markField: null, uniqueName: false });
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    const again = bench.desk.add({ name: 'Acme', note: 'a' }, 'us');
    bench.desk.faults.push({ applied: true, fault: { kind: 'unsure', say: 'the line broke' } });
    await bench.run({ match: [] });
    const [hold] = await bench.store.holds({});
    return { bench, account, again, hold };
  }

  it('are held for a person, and no third one is made by the next edit', async () => {
    const { bench, account, hold } = await several();
    expect(hold).toMatchObject({ why: 'unsure' });
    bench.crm.edit(account, { note: 'b' });
    await bench.run();
    expect(bench.desk.all()).toHaveLength(2);
  });

  it('are one once a person has said which', async () => {
    const { bench, again, hold } = await several();
    await bench.store.answer(hold?.id ?? '', { say: 'candidate', id: again }, bench.world.now());
    await bench.run();
    expect(bench.desk.all()).toHaveLength(2);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 1, held: 0 });
  });
});
