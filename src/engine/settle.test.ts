import { describe, expect, it } from 'vitest';
import type { Outcome } from '../model/operation.ts';
import { pairOf } from './meet.ts';
import type { DueLink } from './ports.ts';
import { type Settled, settle } from './settle.ts';
import { created, ok, updated } from './testing/intents.ts';

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

  it('is known by what was sent where the vendor does not show that field, and from its own time on', async () => {
    const { engine, store, intent } = await updated();
    await settle(engine, [{ intent, outcome: { ok: true, id: 'O1', version: '2', now: { name: 'Acme' }, at: 7000 } }]);
    const [known] = await store.known('support', 'organization', ['O1']);
    expect(known?.sighting).toMatchObject({ at: 7000, seen: { name: 'Acme', note: 'b' } });
  });
});

describe('an update whose record was removed before the vendor told of it', () => {
  it.each([
    ['nothing shows it: it stays gone', null, { gone: 'purged' }],
    ['it is shown again: it is there', { name: 'Acme', note: 'b' }, { name: 'Acme', note: 'b' }],
  ] as const)('%s', async (_case, now, seen) => {
    const { engine, store, world, intent } = await updated();
    const place = { connection: 'support', object: 'organization' };
    const gone = { ref: { ...place, id: 'O1' }, version: '1', at: null, by: null, seen: { gone: 'purged' } } as const;
    const page = { lease: '', cursor: null, complete: true, fields: [], keys: {}, due: [], open: [] };
    await store.observe({ ...place, ...page, now: world.now(), sightings: [gone] });
    await settle(engine, [{ intent, outcome: ok(now) }]);
    expect((await store.known('support', 'organization', ['O1']))[0]?.sighting?.seen).toEqual(seen);
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
