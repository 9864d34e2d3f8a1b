import { describe, expect, it } from 'vitest';
import type { SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { type Bench, newBench, textRule } from './testing.ts';

/** A hold waits for a person, or for its cause to go: then it goes by itself, and what it kept back is carried. */

const both = {
  direction: 'both',
  rules: [
    textRule('name', 'both'),
    textRule('note', 'both', { conflict: ['ask'] }),
    textRule('plan', 'both', { conflict: ['ask'] }),
  ],
} as const satisfies Partial<SyncSetup>;

const holds = async ({ store }: Bench) => (await store.holds({})).map(({ why, field }) => [why, field]);

interface Pair {
  readonly bench: Bench;
  readonly account: string;
  readonly organization: string;
}

async function pair(setup: Partial<SyncSetup> = both): Promise<Pair> {
  const bench = newBench(openMemory());
  const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'p' });
  await bench.run(setup);
  const [organization = ''] = bench.desk.records.keys();
  return { bench, account, organization };
}

/** No hold is left, and nothing is written when nothing happens. */
async function rests(bench: Bench): Promise<void> {
  await bench.run();
  expect(await holds(bench)).toEqual([]);
  const writes = bench.crm.made.write + bench.desk.made.write;
  await bench.run();
  expect(bench.crm.made.write + bench.desk.made.write).toBe(writes);
}

describe('a conflict goes by itself', () => {
  async function held(): Promise<Pair> {
    const given = await pair();
    given.bench.crm.edit(given.account, { note: 'crm' });
    given.bench.desk.edit(given.organization, { note: 'desk' });
    await given.bench.run();
    expect(await holds(given.bench)).toEqual([['conflict', 'note both']]);
    return given;
  }

  it('when one side is undone: the other one’s edit is carried', async () => {
    const { bench, account, organization } = await held();
    bench.desk.edit(organization, { note: 'a' });
    await rests(bench);
    expect(bench.desk.get(organization)).toMatchObject({ note: 'crm' });
    expect(bench.crm.get(account)).toMatchObject({ note: 'crm' });
  });

  it('when both are undone, and when both become the same', async () => {
    for (const note of ['a', 'x']) {
      const { bench, account, organization } = await held();
      bench.desk.edit(organization, { note });
      bench.crm.edit(account, { note });
      await rests(bench);
      expect([bench.crm.get(account)?.note, bench.desk.get(organization)?.note]).toEqual([note, note]);
    }
  });

  it('when another policy can tell', async () => {
    const { bench, organization } = await held();
    await bench.store.retry(null, bench.world.now());
    await bench.run({ ...both, rules: [textRule('note', 'both', { conflict: ['crm'] })] });
    await rests(bench);
    expect(bench.desk.get(organization)).toMatchObject({ note: 'crm' });
  });

  it('when one of the two records is removed', async () => {
    const { bench, organization } = await held();
    bench.desk.remove(organization);
    await bench.run();
    expect(await holds(bench)).not.toContainEqual(['conflict', 'note both']);
  });
});

describe('a refused value goes by itself', () => {
  const mapped = (known: readonly string[], hash: string) => ({
    direction: 'crm-to-desk' as const,
    rules: [
      textRule('name', 'crm-to-desk'),
      textRule('plan', 'crm-to-desk', {
        hash,
        convert: (_to, from) =>
          known.includes(String(from))
            ? { ok: true, value: from }
            : { ok: false, say: `${String(from)} is not mapped` },
      }),
    ],
  });

  it('when the option is mapped', async () => {
    const { bench, account, organization } = await pair(mapped(['p'], 'one'));
    bench.crm.edit(account, { plan: 'gold' });
    await bench.run();
    expect(await holds(bench)).toEqual([['refused', 'plan crm-to-desk']]);
    await bench.store.allDue('accounts', bench.world.now());
    await bench.run(mapped(['p', 'gold'], 'two'));
    await rests(bench);
    expect(bench.desk.get(organization)).toMatchObject({ plan: 'gold' });
  });

  it('when the value becomes one that can be carried, or the one that was there', async () => {
    for (const plan of ['p', 'q']) {
      const { bench, account, organization } = await pair(mapped(['p', 'q'], 'one'));
      bench.crm.edit(account, { plan: 'a value that is much too long' });
      await bench.run();
      expect(await holds(bench)).toEqual([['refused', 'plan crm-to-desk']]);
      bench.crm.edit(account, { plan });
      await rests(bench);
      expect(bench.desk.get(organization)).toMatchObject({ plan });
    }
  });

  it('of the vendor, when the value becomes another one', async () => {
    const { bench, account, organization } = await pair();
    bench.desk.refused.set('note', 'bad');
    bench.crm.edit(account, { note: 'bad' });
    await bench.run();
    expect(await holds(bench)).toEqual([['refused', 'note both']]);
    bench.crm.edit(account, { note: 'good' });
    await rests(bench);
    expect(bench.desk.get(organization)).toMatchObject({ note: 'good' });
  });

  it('of the vendor, when the other side has it by then', async () => {
    const { bench, account, organization } = await pair();
    bench.desk.refused.set('note', 'bad');
    bench.crm.edit(account, { note: 'bad' });
    await bench.run();
    bench.desk.edit(organization, { note: 'bad' });
    await rests(bench);
  });
});

describe('a missing value goes by itself', () => {
  it('when it is there: the twin is made', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: null, note: 'a', plan: null });
    await bench.run({});
    expect(await holds(bench)).toEqual([['required', 'name crm-to-desk']]);
    bench.crm.edit(account, { name: 'Acme' });
    await rests(bench);
    expect(bench.desk.all()).toMatchObject([{ name: 'Acme' }]);
  });
});

describe('an ambiguous record goes by itself', () => {
  async function doubled(): Promise<{
    readonly bench: Bench;
    readonly account: string;
    readonly twins: readonly string[];
  }> {
    const bench = newBench(openMemory());
    bench.desk.uniqueName = false;
    const twins = ['1', '2'].map((note) => bench.desk.add({ name: 'Acme', note, plan: null }));
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: null });
    await bench.run({});
    expect(await holds(bench)).toEqual([['ambiguous', null]]);
    return { bench, account, twins };
  }

  it('when one of the two goes away, or is called otherwise', async () => {
    for (const how of ['removed', 'renamed'] as const) {
      const { bench, twins } = await doubled();
      const [first = '', second = ''] = twins;
      if (how === 'removed') bench.desk.remove(first);
      else bench.desk.edit(first, { name: 'Other' });
      await rests(bench);
      expect(bench.desk.get(second)).toMatchObject({ note: 'a' });
    }
  });

  it('when the record itself is called otherwise, or goes away', async () => {
    const { bench, account } = await doubled();
    bench.crm.edit(account, { name: 'Third' });
    await rests(bench);
    expect(bench.desk.all().map(({ name }) => name)).toContain('Third');
    const second = await doubled();
    second.bench.crm.remove(second.account);
    await rests(second.bench);
  });

  it('when the record of the same name on its own side goes away', async () => {
    const bench = newBench(openMemory());
    const twin = bench.desk.add({ name: 'Acme', note: 'd', plan: null });
    const [first = ''] = ['1', '2'].map((note) => bench.crm.add({ name: 'Acme', note, plan: null }));
    await bench.run({});
    expect(await holds(bench)).toEqual([
      ['ambiguous', null],
      ['ambiguous', null],
    ]);
    bench.crm.remove(first);
    await rests(bench);
    expect(bench.desk.get(twin)).toMatchObject({ note: '2' });
  });
});

describe('a record whose twin is not shown or was removed', () => {
  it('goes on when it is shown again, with what was edited meanwhile', async () => {
    const { bench, account, organization } = await pair();
    bench.desk.remove(organization, 'hidden');
    bench.crm.edit(account, { note: 'meanwhile' });
    await bench.run();
    expect(await holds(bench)).toEqual([['hidden', null]]);
    bench.desk.remove(organization, null);
    await rests(bench);
    expect(bench.desk.get(organization)).toMatchObject({ note: 'meanwhile' });
  });

  it('goes on when it is restored, and rests when the edits that had nowhere to go are undone', async () => {
    const { bench, account, organization } = await pair();
    bench.desk.remove(organization);
    bench.crm.edit(account, { note: 'meanwhile' });
    await bench.run();
    expect(await holds(bench)).toEqual([['closed', null]]);
    bench.crm.edit(account, { note: 'a' });
    await rests(bench);
    bench.crm.edit(account, { note: 'again' });
    await bench.run();
    expect(await holds(bench)).toEqual([['closed', null]]);
    bench.desk.remove(organization, null);
    await rests(bench);
    expect(bench.desk.get(organization)).toMatchObject({ note: 'again' });
  });
});
