import { describe, expect, it } from 'vitest';
import type { Fault, FaultKind } from '../model/fault.ts';
import { FaultError } from '../model/fault.ts';
import type { SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { backOffMs } from './fail.ts';
import { type Bench, newBench, stillWorld, textRule } from './testing.ts';

/** Limits the calls of one vendor: what is tried without pause and without end shows as an error. */
function guarded(bench: Bench, writes: number): void {
  const connect = bench.desk.connection.bind(bench.desk);
  bench.desk.connection = () => {
    const connection = connect();
    return {
      ...connection,
      write: async (operations, until) => {
        if (bench.desk.made.write >= writes) throw new Error('the same write is tried again and again');
        return connection.write(operations, until);
      },
    };
  };
}

const verbs = ['create', 'update'] as const;
type Verb = (typeof verbs)[number];

/** One record about to be written to the desk by this verb, and the fault that its vendor answers with, once. */
async function failing(verb: Verb, fault: Fault, applied = false, world = stillWorld()) {
  const bench = newBench(openMemory(), world);
  guarded(bench, 20);
  const account = bench.crm.add({ name: 'Acme', note: 'a' });
  const beta = bench.crm.add({ name: 'Beta', note: 'a' });
  if (verb === 'update') await bench.run();
  else await bench.run({ create: [] });
  if (verb === 'update') bench.crm.edit(account, { note: 'b' });
  bench.desk.faults.push({ applied, fault });
  const started = bench.world.now();
  const setup: Partial<SyncSetup> = { create: ['desk'] };
  if (verb === 'create') {
    bench.crm.edit(account, { note: 'b' });
    bench.crm.edit(beta, { note: 'b' });
  }
  await bench.run(setup);
  const history = await bench.store.history({ sync: 'accounts', status: 'failed' });
  return { bench, account, started, history, notes: notesOf(bench) };
}

function notesOf({ desk }: Bench): readonly string[] {
  return desk
    .all()
    .map(({ name, note }) => `${name} ${note}`)
    .sort();
}

const reached = { create: ['Acme b', 'Beta b'], update: ['Acme b', 'Beta a'] };

describe('a fault that passes', () => {
  const passing: readonly FaultKind[] = ['later', 'limit', 'login', 'stale', 'unsure'];
  for (const kind of passing)
    for (const verb of verbs)
      it(`${kind}, on ${verb}: the record gets there in the end, and nobody is held`, async () => {
        const { bench } = await failing(verb, { kind, say: 'not now' });
        await bench.world.sleep(300_000);
        await bench.run();
        expect(notesOf(bench)).toEqual(reached[verb]);
        expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({
          due: 0,
          held: 0,
          failed: 0,
          inFlight: 0,
        });
      });

  for (const verb of verbs)
    it(`unsure, applied all the same, on ${verb}: it is not written twice`, async () => {
      const { bench, notes } = await failing(verb, { kind: 'unsure', say: 'the line broke' }, true);
      expect(notes).toEqual(reached[verb]);
      const writes = bench.desk.made.write;
      await bench.run();
      expect(bench.desk.made.write).toBe(writes);
    });

  it('later is tried again after a growing pause, of a second at first and never above a quarter of an hour and its half', () => {
    const still = () => 0;
    expect([0, 1, 2, 3].map((tries) => backOffMs(still, tries))).toEqual([1000, 2000, 4000, 8000]);
    expect(backOffMs(still, 400)).toBe(900_000);
    expect(backOffMs(() => 0.999_999, 400)).toBeLessThanOrEqual(1_350_000);
  });

  it('later is tried again in whole milliseconds, as every moment is counted', () => {
    expect(
      [0.123, 0.5, 0.987_654].map((chance) => backOffMs(() => chance, 3)).filter((ms) => !Number.isInteger(ms)),
    ).toEqual([]);
  });

  it('limit is waited for as long as the vendor said, is nobody’s failure, and leaves no row of history', async () => {
    const { bench, started, history } = await failing('update', { kind: 'limit', say: 'slow down', afterMs: 20_000 });
    expect(bench.world.now() - started).toBeGreaterThanOrEqual(20_000);
    expect(history).toEqual([]);
  });

  it('later leaves a row that names the fault, with what stood there before and what was sent', async () => {
    const { history } = await failing('update', { kind: 'later', say: 'the server is down' });
    expect(history).toMatchObject([
      {
        do: 'update',
        side: 'desk',
        outcome: 'later: the server is down',
        fields: { note: { before: 'a', after: 'b' } },
      },
    ]);
  });

  it('a busy vendor does not use up the patience for a record that is out of date', async () => {
    const bench = newBench(openMemory());
    guarded(bench, 30);
    bench.crm.add({ name: 'Acme' });
    for (let i = 0; i < 3; i++) bench.desk.faults.push({ applied: false, fault: { kind: 'later', say: 'busy' } });
    bench.desk.faults.push({ applied: false, fault: { kind: 'stale', say: 'changed meanwhile' } });
    await bench.run();
    expect(await bench.store.holds({})).toEqual([]);
    expect(bench.desk.all()).toHaveLength(1);
  });

  it('stale is held for a person when looking again does not help', async () => {
    const bench = newBench(openMemory());
    guarded(bench, 30);
    bench.crm.add({ name: 'Acme' });
    for (let i = 0; i < 10; i++)
      bench.desk.faults.push({ applied: false, fault: { kind: 'stale', say: 'taken', code: 'DuplicateValue' } });
    await bench.run();
    expect(await bench.store.holds({})).toMatchObject([{ why: 'refused', vendorCode: 'DuplicateValue' }]);
    expect(bench.desk.made.write).toBeLessThan(6);
  });
});

describe('a create whose answer was lost', () => {
  it('is not sent again while tracing it cannot tell either', async () => {
    const bench = newBench(openMemory());
    Object.assign(bench.desk, { markField: null, uniqueName: false });
    const connect = bench.desk.connection.bind(bench.desk);
    let vague = 3;
    bench.desk.connection = () => {
      const connection = connect();
      return {
        ...connection,
        trace: async (operations, since) => {
          vague -= 1;
          if (vague < 0) return connection.trace(operations, since);
          return operations.map(() => ({ ok: false, fault: { kind: 'unsure', say: 'no answer' } }));
        },
      };
    };
    bench.crm.add({ name: 'Acme' });
    bench.desk.faults.push({ applied: true, fault: { kind: 'unsure', say: 'the line broke' } });
    await bench.run({ match: [] });
    expect(bench.desk.all()).toHaveLength(1);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ links: 1, inFlight: 0 });
  });
});

describe('a record that the vendor says is gone', () => {
  /** The feed has not told it yet. */
  const goneUnseen = async (fate: 'trash' | 'hidden') => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    await bench.run();
    await bench.run();
    bench.crm.edit(account, { note: 'b' });
    for (const record of bench.desk.records.values()) Object.assign(record, { gone: true, fate });
    await bench.run();
    const history = await bench.store.history({ sync: 'accounts', status: 'failed' });
    return { holds: await bench.store.holds({}), history };
  };

  it('while it is updated: it is looked for, and its twin’s edit is held as having nowhere to go', async () => {
    const { holds, history } = await goneUnseen('trash');
    expect(holds).toMatchObject([{ why: 'closed' }]);
    expect(history).toMatchObject([{ outcome: 'gone: it was deleted' }]);
  });

  it('while it is updated, and that is not shown when it is looked for: it is held as hidden, not as removed', async () => {
    const { holds } = await goneUnseen('hidden');
    expect(holds).toMatchObject([{ why: 'hidden' }]);
  });

  it('while it is created (something that it points to): it is not tried for ever without a pause', async () => {
    const bench = newBench(openMemory());
    guarded(bench, 20);
    bench.crm.add({ name: 'Acme' });
    for (let i = 0; i < 40; i++)
      bench.desk.faults.push({ applied: false, fault: { kind: 'gone', say: 'its parent was deleted' } });
    await bench.run();
    const { held, failed } = await bench.store.counts('accounts', bench.world.now());
    expect(held + failed).toBe(1);
  });
});

describe('a fault that stays', () => {
  for (const kind of ['refused', 'bug'] as const)
    for (const verb of verbs)
      it(`${kind}, on ${verb}: the record is held with the reason, and no second run writes`, async () => {
        const { bench, history } = await failing(verb, { kind, say: 'no', code: 'NO' });
        const holds = await bench.store.holds({});
        expect(new Set(holds.map(({ why, vendorCode, field }) => `${why} ${vendorCode} ${field}`))).toEqual(
          new Set(['refused NO null']),
        );
        expect(holds[0]?.message).toContain('no [NO].');
        expect(history[0]).toMatchObject({ outcome: `${kind}: no` });
        const writes = bench.desk.made.write;
        await bench.run();
        expect(bench.desk.made.write).toBe(writes);
      });

  it('holds nobody else: the other records of the batch go on', async () => {
    const bench = newBench(openMemory());
    for (let i = 0; i < 5; i++) bench.crm.add({ name: `Account ${i}`, note: i === 2 ? 'bad' : 'fine' });
    bench.desk.refused.set('note', 'bad');
    await bench.run();
    expect(bench.desk.all()).toHaveLength(5);
    expect(await bench.store.holds({})).toMatchObject([{ field: 'note crm-to-desk', values: { crm: 'bad' } }]);
  });

  it('a refused field keeps its base where it was, on both sides, and its hold ends when the source takes another value', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'p' });
    await bench.run();
    bench.desk.refused.set('note', 'bad');
    bench.crm.edit(account, { note: 'bad', plan: 'q' });
    await bench.run();
    const [hold] = await bench.store.holds({});
    const [link] = await bench.store.links([hold?.link ?? '']);
    expect(link?.crm?.base).toMatchObject({ 'note=note': 'a', 'plan=plan': 'q' });
    expect(link?.desk?.base).toMatchObject({ 'note=note': 'a', 'plan=plan': 'q' });
    bench.crm.edit(account, { plan: 'r' });
    await bench.run();
    expect((await bench.store.holds({}))[0]?.id).toBe(hold?.id);
    expect(bench.desk.all()[0]).toMatchObject({ note: 'a', plan: 'r' });
    bench.crm.edit(account, { note: 'good' });
    await bench.run();
    expect(await bench.store.holds({})).toEqual([]);
    expect(bench.desk.all()[0]).toMatchObject({ note: 'good', plan: 'r' });
  });

  for (const refused of ['note', 'every field'] as const)
    it(`${refused} of what was sent is refused: an edit the other way does not wait for that hold`, async () => {
      const bench = newBench(openMemory());
      const both = { direction: 'both' } as const;
      const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'p' });
      await bench.run(both);
      const [org] = [...bench.desk.records.keys()];
      bench.desk.refused.set('note', 'bad').set('name', refused === 'note' ? '' : 'Worse');
      bench.crm.edit(account, refused === 'note' ? { note: 'bad' } : { note: 'bad', name: 'Worse' });
      bench.desk.edit(org ?? '', { plan: 'two' });
      await bench.run(both);
      expect(bench.crm.get(account)).toMatchObject({ plan: 'two' });
      expect(bench.desk.all()).toMatchObject([{ name: 'Acme', note: 'a', plan: 'two' }]);
      const held = (await bench.store.holds({})).map(({ field, why }) => `${field} ${why}`).sort();
      const all = ['name both refused', 'note both refused'];
      expect(held).toEqual(refused === 'note' ? all.slice(1) : all);
      const writes = bench.desk.made.write;
      await bench.run(both);
      expect(bench.desk.made.write).toBe(writes);
    });

  it('two refused fields are two holds, and the third field goes on', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'p' });
    await bench.run();
    bench.desk.refused.set('note', 'bad').set('plan', 'worse');
    bench.crm.edit(account, { name: 'Acme North', note: 'bad', plan: 'worse' });
    await bench.run();
    expect((await bench.store.holds({})).map(({ field }) => field).sort()).toEqual([
      'note crm-to-desk',
      'plan crm-to-desk',
    ]);
    expect(bench.desk.all()[0]).toMatchObject({ name: 'Acme North', note: 'a', plan: 'p' });
  });

  it('a refused field that two rules write is held, and the other field goes on', async () => {
    const bench = newBench(openMemory());
    const rules = [
      textRule('name', 'crm-to-desk'),
      textRule('note', 'crm-to-desk', { id: 'note → tags', desk: 'tags' }),
      textRule('plan', 'crm-to-desk', {
        id: 'plan → tags',
        desk: 'tags',
        convert: (_to, from, current) => ({ ok: true, value: `${current ?? ''}${from}` }),
        equal: (crm, desk) => String(desk ?? '').includes(String(crm)),
      }),
    ];
    const reads = { crm: ['name', 'note', 'plan'], desk: ['name', 'tags', 'external_id'] };
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'p' });
    await bench.run({ rules, reads });
    bench.desk.refused.set('tags', 'xy');
    bench.crm.edit(account, { name: 'Acme North', note: 'x', plan: 'y' });
    await bench.run();
    expect(bench.desk.all()[0]).toMatchObject({ name: 'Acme North' });
  });

  it('an id that may not be written back holds itself, and the fields go on', async () => {
    const bench = newBench(openMemory());
    const writeBack = { crm: null, desk: { field: 'twin', when: 'always' } } as const;
    const reads = { crm: ['name', 'note', 'plan'], desk: ['name', 'note', 'plan', 'external_id', 'twin'] };
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    bench.desk.add({ name: 'Acme', note: 'theirs' });
    bench.desk.refused.set('twin', account);
    await bench.run({ writeBack, reads });
    expect(bench.desk.all()[0]).toMatchObject({ note: 'a' });
  });
});

describe('a look-up that the vendor refuses', () => {
  it('puts off the record that asked for it, and none of the others', async () => {
    const bench = newBench(openMemory());
    const connect = bench.desk.connection.bind(bench.desk);
    bench.desk.connection = () => ({
      ...connect(),
      find: async () => {
        throw new FaultError({ kind: 'refused', say: 'you may not search' });
      },
    });
    bench.crm.add({ name: 'Acme' });
    bench.desk.faults.push({ applied: false, fault: { kind: 'stale', say: 'taken' } });
    await bench.run({}, { stay: false });
    bench.crm.add({ name: 'Beta' });
    await bench.world.sleep(10_000);
    await bench.run({}, { stay: false });
    expect(bench.desk.all()).toMatchObject([{ name: 'Beta' }]);
  });
});

describe('what a person said', () => {
  it('about a conflict is not forgotten because the vendor was busy', async () => {
    const bench = newBench(openMemory());
    const rules = [textRule('name', 'both'), textRule('note', 'both', { conflict: ['ask'] })];
    const account = bench.crm.add({ name: 'Acme', note: 'a' });
    await bench.run({ direction: 'both', rules });
    const org = [...bench.desk.records.keys()][0] ?? '';
    bench.crm.edit(account, { note: 'b' });
    bench.desk.edit(org, { note: 'c' });
    await bench.run();
    const [hold] = await bench.store.holds({});
    expect(hold).toMatchObject({ why: 'conflict', values: { crm: 'b', desk: 'c', base: 'a' } });
    await bench.store.answer(hold?.id ?? '', { say: 'crm' }, bench.world.now());
    bench.desk.faults.push({ applied: false, fault: { kind: 'later', say: 'busy' } });
    await bench.run();
    expect(bench.desk.get(org)).toMatchObject({ note: 'b' });
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('about a record with the name of another one is not forgotten because the vendor was busy', async () => {
    const bench = newBench(openMemory());
    bench.desk.uniqueName = false;
    bench.crm.add({ name: 'Acme', note: 'one' });
    await bench.run();
    bench.crm.add({ name: 'Acme', note: 'two' });
    await bench.run();
    const [hold] = await bench.store.holds({});
    await bench.store.answer(hold?.id ?? '', { say: 'create' }, bench.world.now());
    bench.desk.faults.push({ applied: false, fault: { kind: 'later', say: 'busy' } });
    await bench.run();
    expect(
      bench.desk
        .all()
        .map(({ note }) => note)
        .sort(),
    ).toEqual(['one', 'two']);
  });
});
