import { describe, expect, it } from 'vitest';
import { type Bench, newBench, textRule } from '../engine/testing.ts';
import type { Answer } from '../model/hold.ts';
import type { SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { answerHold, forgetAnswer, standingAnswers } from './standing.ts';

const asking = {
  direction: 'both',
  rules: [
    textRule('name', 'both'),
    textRule('note', 'both', { conflict: ['ask'] }),
    textRule('plan', 'both', { conflict: ['ask'] }),
  ],
} as const satisfies Partial<SyncSetup>;

const why = async ({ store }: Bench) =>
  (await store.holds({})).map((hold) => `${hold.why} ${hold.field ?? ''}`.trim()).sort();
const notes = (vendor: Bench['crm']) => vendor.all().map(({ note }) => note);

/** Says it of the first hold of that kind. */
async function say({ store, world }: Bench, kind: string, answer: Answer): Promise<void> {
  const [hold] = await store.holds({ status: kind });
  if (!hold) throw new Error(`nothing is held ${kind}`);
  expect(await answerHold(store, world, hold.id, answer)).toBe(true);
}

async function pairs(setup: Partial<SyncSetup>, ...names: readonly string[]) {
  const bench = newBench(openMemory());
  const accounts = names.map((name) => bench.crm.add({ name, note: 'a', plan: 'p' }));
  await bench.run(setup);
  const organizations = names.map((name) => {
    const [id] = [...bench.desk.records.values()].flatMap((each) => (each.fields.name === name ? [each.id] : []));
    return id ?? '';
  });
  return { bench, accounts, organizations };
}

describe('a conflict answered for always', () => {
  it('ends every conflict of that field, those that are held and those to come, in a preview too, and says so in the history', async () => {
    const { bench, accounts, organizations } = await pairs(asking, 'Acme', 'Beta', 'Gamma');
    const [acme = '', beta = '', gamma = ''] = accounts;
    const collide = (i: number) => {
      bench.crm.edit(accounts[i] ?? '', { note: 'crm', plan: 'crm' });
      bench.desk.edit(organizations[i] ?? '', { note: 'desk', plan: 'desk' });
    };
    collide(0);
    collide(1);
    await bench.run();
    expect(await why(bench)).toEqual([
      'conflict note both',
      'conflict note both',
      'conflict plan both',
      'conflict plan both',
    ]);
    const [note] = (await bench.store.holds({})).filter(({ field }) => field === 'note both');
    await answerHold(bench.store, bench.world, note?.id ?? '', { say: 'desk', always: true });
    await bench.run();
    expect(await why(bench)).toEqual(['conflict plan both', 'conflict plan both']);
    expect([acme, beta].map((id) => bench.crm.get(id)?.note)).toEqual(['desk', 'desk']);

    collide(2);
    await bench.run();
    expect(bench.crm.get(gamma)).toMatchObject({ note: 'desk', plan: 'crm' });
    const rows = await bench.store.history({ limit: 100 });
    const over = rows.flatMap(({ fields }) => (fields.note?.over ? [fields.note] : []));
    expect(over).toHaveLength(3);
    for (const each of over)
      expect(each).toMatchObject({
        before: 'crm',
        after: 'desk',
        over: { policy: 'answer', note: 'answered for always' },
      });
  });

  it('never goes against an edit of one side alone', async () => {
    const { bench, accounts, organizations } = await pairs(asking, 'Acme');
    bench.crm.edit(accounts[0] ?? '', { note: 'crm' });
    bench.desk.edit(organizations[0] ?? '', { note: 'desk' });
    await bench.run();
    await say(bench, 'conflict', { say: 'desk', always: true });
    await bench.run();
    bench.crm.edit(accounts[0] ?? '', { note: 'crm again' });
    await bench.run();
    expect(notes(bench.desk)).toEqual(['crm again']);
  });

  it('is forgotten on demand: then such a field waits for a person again', async () => {
    const { bench, accounts, organizations } = await pairs(asking, 'Acme');
    const collide = (mark: string) => {
      bench.crm.edit(accounts[0] ?? '', { note: `crm ${mark}` });
      bench.desk.edit(organizations[0] ?? '', { note: `desk ${mark}` });
    };
    collide('1');
    await bench.run();
    await say(bench, 'conflict', { say: 'crm', always: true });
    await bench.run();
    const [standing] = await standingAnswers(bench.store);
    expect(standing).toMatchObject({ sync: 'accounts', why: 'conflict', field: 'note both', answer: { say: 'crm' } });
    await forgetAnswer(bench.store, standing?.id ?? '');
    expect(await standingAnswers(bench.store)).toEqual([]);
    collide('2');
    await bench.run();
    expect(await why(bench)).toEqual(['conflict note both']);
    await expect(forgetAnswer(bench.store, 'none')).rejects.toThrow('There is no standing answer none');
  });

  it('of two words about the same field the later one counts', async () => {
    const { bench, accounts, organizations } = await pairs(asking, 'Acme');
    for (const word of ['crm', 'desk'] as const) {
      await forgetAll(bench);
      bench.crm.edit(accounts[0] ?? '', { note: `crm for ${word}` });
      bench.desk.edit(organizations[0] ?? '', { note: `desk for ${word}` });
      await bench.run();
      await say(bench, 'conflict', { say: word, always: true });
      await bench.run();
      expect(notes(bench.crm)).toEqual([`${word} for ${word}`]);
      expect(await standingAnswers(bench.store)).toHaveLength(1);
    }
  });
});

async function forgetAll({ store }: Bench): Promise<void> {
  for (const { id } of await standingAnswers(store)) await forgetAnswer(store, id);
}

describe('an ambiguous record answered for always', () => {
  async function doubled(names: readonly string[]) {
    const bench = newBench(openMemory());
    bench.desk.uniqueName = false;
    for (const name of names) for (const note of ['1', '2']) bench.desk.add({ name, note, plan: null });
    for (const name of names) bench.crm.add({ name, note: 'ours', plan: null });
    await bench.run({});
    expect(await why(bench)).toEqual(names.map(() => 'ambiguous'));
    return bench;
  }

  it('with "create" gets a record of its own, each of them, also the next one', async () => {
    const bench = await doubled(['Acme', 'Beta']);
    await say(bench, 'ambiguous', { say: 'create', always: true });
    await bench.run();
    expect(await why(bench)).toEqual([]);
    for (const note of ['1', '2']) bench.desk.add({ name: 'Gamma', note, plan: null });
    bench.crm.add({ name: 'Gamma', note: 'ours', plan: null });
    await bench.run();
    expect(await why(bench)).toEqual([]);
    expect(notes(bench.desk).filter((note) => note === 'ours')).toHaveLength(3);
  });

  it('with "skip" is left alone, each of them, and stays so when it is edited', async () => {
    const bench = await doubled(['Acme', 'Beta']);
    await say(bench, 'ambiguous', { say: 'skip', always: true });
    await bench.run();
    for (const id of bench.crm.records.keys()) bench.crm.edit(id, { note: 'edited' });
    await bench.run();
    expect(await why(bench)).toEqual([]);
    expect(notes(bench.desk)).toEqual(['1', '2', '1', '2']);
  });
});

describe('a refused value answered for always', () => {
  const mapped = (direction: 'crm-to-desk' | 'both') => ({
    direction,
    rules: [
      textRule('name', direction),
      textRule('plan', direction, {
        convert: (_to, from) =>
          from === 'unmapped' ? { ok: false, say: 'it has no entry' } : { ok: true, value: from },
      }),
      textRule('note', direction),
    ],
  });

  it('always means the value that was given: on the records that are held, and on new ones, which are not sent it first', async () => {
    for (const direction of ['crm-to-desk', 'both'] as const) {
      const { bench, accounts } = await pairs(mapped(direction), 'Acme', 'Beta');
      for (const id of accounts) bench.crm.edit(id, { plan: 'unmapped' });
      await bench.run();
      expect(await why(bench)).toEqual([`refused plan ${direction}`, `refused plan ${direction}`]);
      await say(bench, 'refused', { say: 'value', value: 'other', always: true });
      bench.crm.add({ name: 'Gamma', note: 'a', plan: 'unmapped' });
      await bench.run();
      expect(await why(bench)).toEqual([]);
      expect(bench.desk.all().map(({ plan }) => plan)).toEqual(['other', 'other', 'other']);
      expect(bench.crm.all().map(({ plan }) => plan)).toEqual(['unmapped', 'unmapped', 'unmapped']);
      const writes = bench.desk.made.write + bench.crm.made.write;
      await bench.run();
      expect(bench.desk.made.write + bench.crm.made.write).toBe(writes);
    }
  });

  it('gives way to a mapping that was changed since and can carry the value itself; any other change leaves it as it is', async () => {
    const under = (map: Readonly<Record<string, string>>): Partial<SyncSetup> => ({
      rules: [
        textRule('name', 'crm-to-desk'),
        textRule('plan', 'crm-to-desk', {
          hash: JSON.stringify(map),
          convert: (_to, from) => {
            const value = map[String(from)];
            return value === undefined ? { ok: false, say: 'it has no entry' } : { ok: true, value };
          },
          equal: (crm, desk) => map[String(crm)] === desk,
        }),
      ],
    });
    const { bench, accounts } = await pairs(under({ p: 'P' }), 'Acme');
    const plan = () => bench.desk.all().map((each) => each.plan);
    bench.crm.edit(accounts[0] ?? '', { plan: 'iron' });
    await bench.run();
    await say(bench, 'refused', { say: 'value', value: 'OTHER', always: true });
    for (const [map, expected] of [
      [{ p: 'P' }, 'OTHER'],
      [{ p: 'P', gold: 'GOLD' }, 'OTHER'],
      [{ p: 'P', iron: 'IRON' }, 'IRON'],
    ] as const) {
      await bench.store.allDue('accounts', bench.world.now());
      await bench.run(under(map));
      expect(plan()).toEqual([expected]);
      expect(await why(bench)).toEqual([]);
    }
  });

  it('says nothing of another value, nor of another field', async () => {
    const { bench, accounts } = await pairs({ direction: 'crm-to-desk' }, 'Acme', 'Beta');
    const [acme = '', beta = ''] = accounts;
    bench.desk.refused.set('note', 'bad');
    bench.crm.edit(acme, { note: 'bad', plan: 'x' });
    await bench.run();
    await say(bench, 'refused', { say: 'value', value: 'good', always: true });
    await bench.run();
    bench.desk.refused.set('note', 'worse').set('plan', 'bad');
    bench.crm.edit(acme, { note: 'worse', plan: 'y' });
    bench.crm.edit(beta, { note: 'bad', plan: 'bad' });
    await bench.run();
    expect(await why(bench)).toEqual(['refused note crm-to-desk', 'refused plan crm-to-desk']);
    expect(notes(bench.desk)).toEqual(['good', 'good']);
  });

  it('of the vendor is never sent again where it was given or skipped, also on a create', async () => {
    for (const answer of [{ say: 'skip' }, { say: 'value', value: 'good' }] as const) {
      const { bench, accounts } = await pairs({ direction: 'crm-to-desk' }, 'Acme');
      bench.desk.refused.set('note', 'bad');
      bench.crm.edit(accounts[0] ?? '', { note: 'bad' });
      await bench.run();
      await say(bench, 'refused', { ...answer, always: true });
      await bench.run();
      bench.crm.add({ name: 'Beta', note: 'bad', plan: 'p' });
      await bench.run();
      const refusals = (await bench.store.history({ limit: 100 })).filter(({ outcome }) =>
        outcome.startsWith('refused'),
      );
      expect(refusals).toHaveLength(1);
      expect(await why(bench)).toEqual([]);
      expect(notes(bench.desk)).toEqual(answer.say === 'skip' ? ['a', undefined] : ['good', 'good']);
    }
  });
});

it('a value that was given for always, and that the vendor refuses as well, is sent once until somebody says something else', async () => {
  const { bench, accounts } = await pairs({ direction: 'crm-to-desk' }, 'Acme');
  const [acme = ''] = accounts;
  bench.desk.refused.set('note', 'bad');
  bench.crm.edit(acme, { note: 'bad' });
  await bench.run();
  bench.desk.refused.set('note', 'worse');
  await say(bench, 'refused', { say: 'value', value: 'worse', always: true });
  await bench.run();
  const writes = bench.desk.made.write;
  for (let i = 0; i < 2; i++) {
    await bench.store.allDue('accounts', bench.world.now());
    await bench.run();
  }
  expect(await why(bench)).toEqual(['refused note crm-to-desk']);
  expect(bench.desk.made.write).toBe(writes);

  await say(bench, 'refused', { say: 'value', value: 'good', always: true });
  await bench.run();
  expect(notes(bench.desk)).toEqual(['good']);
  expect(await why(bench)).toEqual([]);
});

describe('a record that is not shown or was removed, answered with "skip"', () => {
  it.each(['hidden', 'closed'] as const)('is asked about no more (%s): once, or for always', async (kind) => {
    for (const always of [false, true]) {
      const { bench, accounts, organizations } = await pairs(asking, 'Acme', 'Beta');
      const gone = kind === 'hidden' ? 'hidden' : 'trash';
      bench.desk.remove(organizations[0] ?? '', gone);
      bench.crm.edit(accounts[0] ?? '', { note: 'edited' });
      await bench.run();
      expect(await why(bench)).toEqual([kind]);
      await say(bench, kind, { say: 'skip', ...(always ? { always } : {}) });
      await bench.run();
      expect(await why(bench)).toEqual([]);
      bench.desk.remove(organizations[1] ?? '', gone);
      for (const id of accounts) bench.crm.edit(id, { note: 'edited again' });
      await bench.run();
      expect(await why(bench)).toEqual(always ? [] : [kind, kind]);
    }
  });
});

describe('a lost create that may be one of several, answered with "skip"', () => {
  it.each([false, true])(
    'is shown no more, and no third one is made, whatever is edited (for always: %s)',
    async (always) => {
      const bench = newBench(openMemory());
      Object.assign(bench.desk, { markField: null, uniqueName: false });
      const setup = { match: [] } as const;
      const lost = async (name: string) => {
        bench.desk.add({ name, note: 'a' }, 'us');
        bench.desk.faults.push({ applied: true, fault: { kind: 'unsure', say: 'the line broke' } });
        const account = bench.crm.add({ name, note: 'a' });
        await bench.run(setup);
        return account;
      };
      const account = await lost('Acme');
      await say(bench, 'unsure', { say: 'skip', ...(always ? { always } : {}) });
      await bench.run();
      expect(await why(bench)).toEqual([]);
      bench.crm.edit(account, { note: 'b' });
      await bench.run();
      expect(await why(bench)).toEqual([]);
      expect(bench.desk.all()).toHaveLength(2);
      await lost('Beta');
      await bench.store.retry(null, bench.world.now());
      await bench.run();
      expect(await why(bench)).toEqual(always ? [] : ['unsure']);
      expect(bench.desk.all()).toHaveLength(4);
    },
  );
});

describe('a field whose expression cannot be worked out, answered with "skip"', () => {
  it('is asked about no more until the record changes', async () => {
    const computed = {
      name: '=crm.plan',
      reads: ['plan'],
      value: () => ({ ok: false, say: 'The expression cannot be worked out' }) as const,
    };
    const rules = [textRule('name', 'crm-to-desk'), textRule('note', 'crm-to-desk', { crm: '=crm.plan' })];
    const { bench, accounts } = await pairs({ rules, computed: { crm: [computed], desk: [] } }, 'Acme');
    expect(await why(bench)).toEqual(['refused note crm-to-desk']);
    await say(bench, 'refused', { say: 'skip' });
    await bench.run();
    expect(await why(bench)).toEqual([]);
    bench.crm.edit(accounts[0] ?? '', { plan: 'q' });
    await bench.run();
    expect(await why(bench)).toEqual(['refused note crm-to-desk']);
  });
});

describe('an answer that a hold does not take', () => {
  it('is refused with those that it takes, and changes nothing', async () => {
    const { bench, accounts, organizations } = await pairs(asking, 'Acme');
    bench.crm.edit(accounts[0] ?? '', { note: 'crm' });
    bench.desk.edit(organizations[0] ?? '', { note: 'desk' });
    await bench.run();
    const [hold] = await bench.store.holds({});
    const refused = (answer: Answer) => answerHold(bench.store, bench.world, hold?.id ?? '', answer);
    await expect(refused({ say: 'create' })).rejects.toThrow(
      `the hold ${hold?.id} (conflict of note both) does not take create. It takes crm, desk, --value V, skip`,
    );
    await expect(refused({ say: 'value', value: 'x', always: true })).rejects.toThrow('For always it takes crm, desk');
    await expect(refused({ say: 'skip', always: true })).rejects.toThrow('another record may need it');
    await expect(refused({ say: 'value', value: 5 })).rejects.toThrow(
      `the hold ${hold?.id} (conflict of note both) does not take 5: that is a number, and what is held is a text`,
    );
    expect(await answerHold(bench.store, bench.world, 'gone', { say: 'crm' })).toBe(false);
    expect(await standingAnswers(bench.store)).toEqual([]);
    await bench.run();
    expect(await why(bench)).toEqual(['conflict note both']);
  });

  it('a record without a twin that is left so is not asked about until it changes', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: null, note: 'a', plan: null });
    await bench.run({});
    await say(bench, 'required', { say: 'skip' });
    await bench.run();
    expect(await why(bench)).toEqual([]);
    expect(bench.desk.all()).toEqual([]);
    bench.crm.edit(account, { note: 'b' });
    await bench.run();
    await say(bench, 'required', { say: 'value', value: 'Named by hand' });
    await bench.run();
    expect(bench.desk.all()).toMatchObject([{ name: 'Named by hand', note: 'b' }]);
  });
});
