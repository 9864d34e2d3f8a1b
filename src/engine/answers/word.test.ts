import { describe, expect, it } from 'vitest';
import type { Answer, Hold } from '../../model/hold.ts';
import { type Direction, flows, type Rule, type SyncSetup } from '../../model/sync.ts';
import { openMemory } from '../../store/memory.ts';
import { due } from '../testing/verdicts.ts';
import { type Bench, newBench, textRule } from '../testing.ts';
import { answerTo, valuesOf, wordOn } from './word.ts';

const asking = {
  direction: 'both',
  rules: [textRule('name', 'both'), textRule('note', 'both', { conflict: ['ask'] })],
} as const satisfies Partial<SyncSetup>;

const heldWhole: Hold = {
  id: 'H1',
  sync: 'accounts',
  link: 'L1',
  why: 'refused',
  field: null,
  values: { crm: null, desk: null, base: null },
  message: '',
  vendorCode: null,
  candidates: [],
  wakes: [],
  tries: 0,
  since: 0,
};

const notes = ({ crm, desk }: Bench) => [...crm.all(), ...desk.all()].map(({ note }) => note);
const held = async ({ store }: Bench) =>
  (await store.holds({})).map(({ why, values }) => [why, values.crm, values.desk]);

async function say({ store, world }: Bench, answer: Answer): Promise<void> {
  const [hold] = await store.holds({});
  if (!hold) throw new Error('nothing is held');
  await store.answer(hold.id, answerTo(hold, answer), world.now());
}

async function pair(setup: Partial<SyncSetup>) {
  const bench = newBench(openMemory());
  const account = bench.crm.add({ name: 'Acme', note: 'a', plan: null });
  await bench.run(setup);
  const [organization = ''] = bench.desk.records.keys();
  return { bench, account, organization };
}

describe('"skip" of what a brake has stopped', () => {
  it.each([
    ['changes', true],
    ['removals', false],
  ] as const)('of %s: whether it is said of the fields: %s', (kind, isOfFields) => {
    const brake = { side: 'desk', kind } as const;
    const hold = { ...heldWhole, why: 'brake', brake } as const;
    const word = answerTo(hold, { say: 'skip' });
    const got = wordOn(due({ answers: { '': word }, holds: [hold] }), textRule('note', 'crm-to-desk'), {});
    expect(got).toEqual(isOfFields ? word : undefined);
  });
});

describe('an edit that comes after the answer, and before anybody has acted on that', () => {
  it.each(['skip', 'crm', 'desk', 'value'] as const)('is decided about anew, and lost by no "%s"', async (word) => {
    const answer: Answer = word === 'value' ? { say: word, value: 'given' } : { say: word };
    for (const later of ['crm', 'desk'] as const) {
      const { bench, account, organization } = await pair(asking);
      bench.crm.edit(account, { note: 'b' });
      bench.desk.edit(organization, { note: 'd' });
      await bench.run();
      await say(bench, answer);
      if (later === 'crm') bench.crm.edit(account, { note: 'newer' });
      else bench.desk.edit(organization, { note: 'newer' });
      await bench.run();
      const expected = later === 'crm' ? ['newer', 'd'] : ['b', 'newer'];
      expect([later, ...notes(bench)]).toEqual([later, ...expected]);
      expect(await held(bench)).toEqual([['conflict', ...expected]]);
    }
  });

  it('is carried where the answer was about a value that was refused', async () => {
    const { bench, account } = await pair({ direction: 'crm-to-desk' });
    for (const answer of [{ say: 'skip' }, { say: 'value', value: 'instead' }] as const) {
      bench.desk.refused.set('note', 'bad');
      bench.crm.edit(account, { note: 'bad' });
      await bench.run();
      expect(await held(bench)).toMatchObject([['refused', 'bad', expect.anything()]]);
      await say(bench, answer);
      bench.crm.edit(account, { note: `good after ${answer.say}` });
      await bench.run();
      expect(notes(bench)).toEqual([`good after ${answer.say}`, `good after ${answer.say}`]);
      expect(await held(bench)).toEqual([]);
    }
  });

  it('is carried also where the vendor was busy meanwhile, and the hold is gone', async () => {
    const { bench, account, organization } = await pair(asking);
    bench.crm.edit(account, { note: 'b' });
    bench.desk.edit(organization, { note: 'd' });
    await bench.run();
    await say(bench, { say: 'desk' });
    bench.crm.faults.push({ applied: false, fault: { kind: 'later', say: 'busy' } });
    await bench.run(undefined, { stay: false });
    expect(notes(bench)).toEqual(['b', 'd']);
    bench.crm.edit(account, { note: 'newer' });
    await bench.run();
    expect(notes(bench)).toEqual(['newer', 'd']);
    expect(await held(bench)).toEqual([['conflict', 'newer', 'd']]);
  });

  it('leaves the answer as it is where nobody has edited that field: both sides get a value that was given', async () => {
    const { bench, account, organization } = await pair(asking);
    bench.crm.edit(account, { note: 'b' });
    bench.desk.edit(organization, { note: 'd' });
    await bench.run();
    await say(bench, { say: 'value', value: 'given' });
    bench.crm.edit(account, { name: 'Acme Ltd' });
    await bench.run();
    expect(notes(bench)).toEqual(['given', 'given']);
    expect(await held(bench)).toEqual([]);
  });

  it('counts on a side from which something flows, in every combination of directions and values', () => {
    const values = ['said', 'given', 'newer'];
    for (const direction of ['crm-to-desk', 'desk-to-crm', 'both'] as const satisfies readonly Direction[])
      for (const crm of values)
        for (const desk of values)
          for (const answer of [{ say: 'skip' }, { say: 'value', value: 'given' }] as const) {
            const rule = textRule('note', direction);
            const word = { ...answer, about: { crm: 'said', desk: 'said' } } as const;
            const isKnown = (value: string) => value === 'said' || (value === 'given' && answer.say === 'value');
            const counts = (!flows(direction, 'desk') || isKnown(crm)) && (!flows(direction, 'crm') || isKnown(desk));
            const got = wordOn(due({ answers: { [rule.id]: word } }), rule, { crm, desk });
            expect({ direction, crm, desk, word, got }).toEqual({
              direction,
              crm,
              desk,
              word,
              got: counts ? word : undefined,
            });
          }
  });
});

describe('a value that is given for both sides', () => {
  const desks: Readonly<Record<string, string>> = { High: 'high', Low: 'low' };
  const crms: Readonly<Record<string, string>> = { high: 'High', low: 'Low' };
  const mapped: Rule = textRule('note', 'both', {
    convert: (to, from) => {
      const value = (to === 'desk' ? desks : crms)[String(from)];
      return value === undefined ? { ok: false, say: 'it has no entry' } : { ok: true, value };
    },
    equal: (crm, desk) => desks[String(crm)] === desk,
  });

  it('may be in the words of either, and is what it means on each', () => {
    for (const word of ['High', 'high']) expect(valuesOf(mapped, word)).toEqual({ crm: 'High', desk: 'high' });
    expect(valuesOf(mapped, 'Other')).toEqual({ crm: 'Other', desk: 'Other' });
    expect(valuesOf(textRule('note', 'both'), 'High')).toEqual({ crm: 'High', desk: 'High' });
  });

  it('is in the words of the target where it is for that one alone', () => {
    expect(valuesOf(mapped, 'high', ['desk'])).toMatchObject({ desk: 'high' });
    expect(valuesOf({ ...mapped, direction: 'crm-to-desk' }, 'high')).toMatchObject({ desk: 'high' });
  });
});
