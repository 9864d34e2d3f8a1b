import { describe, expect, it } from 'vitest';
import type { Cause, HistoryRow } from '../../model/history.ts';
import type { Side } from '../../model/record.ts';
import { openMemory } from '../../store/memory.ts';
import { type Bench, newBench, textRule } from '../testing.ts';
import { releaseBrake } from './brake.ts';
import { loopOf } from './loop.ts';

const minuteMs = 60_000;
const now = 100 * minuteMs;
const note = { crm: 'Note', desk: 'note' };

interface Step {
  readonly side?: Side;
  readonly value: string;
  readonly cause?: Cause;
  readonly field?: string;
  readonly outcome?: string;
}

/** Updates of one link, a minute after each other, the last one a minute ago. */
function rows(steps: readonly Step[]): readonly HistoryRow[] {
  return steps.map(({ side = 'desk', value, cause = 'edit', field, outcome = 'ok' }, i) => ({
    id: `h${i}`,
    at: now - (steps.length - i) * minuteMs,
    run: 'run',
    sync: 'accounts',
    link: 'L1',
    side,
    do: 'update',
    cause,
    record: 'R1',
    fields: { [field ?? note[side]]: { before: null, after: value, rule: 'note' } },
    outcome,
  }));
}

const letters = (text: string): readonly Step[] => [...text].map((value) => ({ value }));
const looping = (steps: readonly Step[], side: Side = 'desk') => loopOf(rows(steps), note, side, now)?.is ?? null;

/** All words of so many letters out of A, B and C. */
function words(length: number): readonly string[] {
  return length === 0 ? [''] : words(length - 1).flatMap((word) => [...'ABC'].map((letter) => word + letter));
}

describe('a field that is put back', () => {
  it('loops once five writes have put back three values, whatever the values are (1,093 words)', () => {
    let cases = 0;
    for (const length of [0, 1, 2, 3, 4, 5, 6])
      for (const word of words(length)) {
        const putBack = [...word].filter((letter, i) => word.slice(0, i).includes(letter)).length;
        expect(looping(letters(word)), word).toBe(word.length >= 5 && putBack >= 3 ? 'put back' : null);
        cases += 1;
      }
    expect(cases).toBe(1093);
  });

  it('does not loop when each value is another one', () => {
    expect(looping(letters('ABCDEFGH'))).toBeNull();
    expect(looping(letters('ABCDA'))).toBeNull();
  });

  it.each<[string, readonly Step[], string | null]>([
    ['the other side’s writes', letters('ABABA').map((step) => ({ ...step, side: 'crm' as const })), null],
    ['another field’s writes', letters('ABABA').map((step) => ({ ...step, field: 'name' })), null],
    ['what the vendor refused', letters('ABABA').map((step) => ({ ...step, outcome: 'refused: no' })), null],
    ['what a person answered', letters('ABABA').map((step) => ({ ...step, cause: 'answer' as const })), null],
    ['what an undo put back', letters('ABABA').map((step) => ({ ...step, cause: 'undo' as const })), null],
    ['retries', letters('ABABA').map((step) => ({ ...step, cause: 'retry' as const })), 'put back'],
  ])('counts only its own: %s', (_what, steps, expected) => {
    expect(looping(steps)).toBe(expected);
  });

  it('begins anew with a person’s answer for that field', () => {
    const answer: Step = { value: 'A', cause: 'answer' };
    expect(looping([...letters('ABABA'), answer])).toBeNull();
    expect(looping([...letters('ABABA'), answer, ...letters('BABA')])).toBeNull();
    expect(looping([...letters('ABABA'), answer, ...letters('BABAB')])).toBe('put back');
    expect(looping([...letters('ABABA'), { ...answer, field: 'name' }])).toBe('put back');
  });

  it('forgets what was an hour ago', () => {
    const old = rows(letters('ABABA')).map((row) => ({ ...row, at: row.at - 60 * minuteMs }));
    expect(loopOf(old, note, 'desk', now)).toBeNull();
    expect(loopOf([...old.slice(0, 1), ...rows(letters('BABA'))], note, 'desk', now)).toBeNull();
  });

  it('says how often in which time', () => {
    expect(loopOf(rows(letters('ABABAB')), note, 'desk', now)).toEqual({
      is: 'put back',
      times: 6,
      spanMs: 5 * minuteMs,
    });
  });
});

describe('a field that each side makes something else of', () => {
  const turns = (count: number): readonly Step[] =>
    Array.from({ length: count }, (_, i) => ({ value: `v${i}`, side: i % 2 ? 'crm' : 'desk' }));

  it('loops once it has been written ten times in strict turns', () => {
    expect(looping(turns(9), 'crm')).toBeNull();
    expect(looping(turns(10), 'desk')).toBe('ping-pong');
    expect(looping(turns(10), 'crm')).toBeNull();
  });

  it('does not loop where one side is written twice in a row', () => {
    const steps = [...turns(6), { value: 'again', side: 'crm' as const }, ...turns(4)];
    expect(looping(steps, 'desk')).toBeNull();
  });
});

describe('the breaker', () => {
  /** A two-way sync, and an automation at the desk that sets the plan back to "gold" after each of our writes. */
  async function fight(
    rounds: number,
    bench = newBench(openMemory()),
  ): Promise<{ bench: Bench; account: string; organization: string }> {
    const account = bench.crm.add({ name: 'Acme', note: 'n', plan: 'silver' });
    await bench.run({ direction: 'both' });
    const organization = [...bench.desk.records.keys()].at(-1) ?? '';
    for (let i = 0; i < rounds; i++) await round(bench, account, organization);
    return { bench, account, organization };
  }

  async function round(bench: Bench, account: string, organization: string): Promise<void> {
    bench.crm.edit(account, { plan: 'silver' });
    await bench.run();
    bench.desk.edit(organization, { plan: 'gold' });
    await bench.run();
    await bench.world.sleep(minuteMs);
  }

  it('freezes the field and says who rewrites it, both values and how often', async () => {
    const { bench, account, organization } = await fight(9);
    bench.crm.edit(account, { plan: 'silver' });
    await bench.run();
    const [hold] = await bench.store.holds({ status: 'loop' });
    expect(hold).toMatchObject({ why: 'loop', field: 'plan both', values: { crm: 'silver', desk: 'gold' } });
    expect(hold?.message).toMatch(
      /^Account "Acme" \(sales-000001\): plan was written \d+ times within \d+ minutes?, and was changed again each time \(last by "person"\)\. It is left alone now: Sales has "silver", Support has "gold"\./,
    );
    expect(bench.desk.get(organization)).toMatchObject({ plan: 'gold' });
  });

  it('lets the rest of the record go on', async () => {
    const { bench, account, organization } = await fight(9);
    bench.crm.edit(account, { plan: 'silver', note: 'fresh' });
    await bench.run();
    expect(bench.desk.get(organization)).toMatchObject({ plan: 'gold', note: 'fresh' });
    expect(await bench.store.holds({ status: 'loop' })).toHaveLength(1);
  });

  it('keeps it frozen when the hour is over, and writes nothing', async () => {
    const { bench, account, organization } = await fight(9);
    bench.crm.edit(account, { plan: 'silver' });
    await bench.run();
    await bench.world.sleep(120 * minuteMs);
    const writes = bench.desk.made.write + bench.crm.made.write;
    bench.crm.edit(account, { plan: 'bronze' });
    await bench.run();
    expect(bench.desk.made.write + bench.crm.made.write).toBe(writes);
    expect(bench.desk.get(organization)).toMatchObject({ plan: 'gold' });
  });

  it('ends by itself when both sides have the same', async () => {
    const { bench, account, organization } = await fight(9);
    bench.crm.edit(account, { plan: 'silver' });
    await bench.run();
    bench.desk.edit(organization, { plan: 'silver' });
    await bench.run();
    expect(await bench.store.holds({})).toEqual([]);
  });

  const answered = async (say: 'go' | 'crm' | 'desk' | 'skip') => {
    const { bench, account, organization } = await fight(9);
    bench.crm.edit(account, { plan: 'silver' });
    await bench.run();
    const [hold] = await bench.store.holds({ status: 'loop' });
    await bench.store.answer(hold?.id ?? '', { say }, bench.world.now());
    await bench.run();
    return { bench, account, organization };
  };

  it('tries again after "go", and counts from then on', async () => {
    const { bench, account, organization } = await answered('go');
    expect(bench.desk.get(organization)?.plan).toBe(bench.crm.get(account)?.plan);
    expect(await bench.store.holds({})).toEqual([]);
    for (let i = 0; i < 3; i++) await round(bench, account, organization);
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('writes the side that a person names, once', async () => {
    const { bench, account } = await answered('desk');
    expect(bench.crm.get(account)).toMatchObject({ plan: 'gold' });
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('leaves it so after "skip", and says no more of it', async () => {
    const { bench, account, organization } = await answered('skip');
    const writes = bench.desk.made.write + bench.crm.made.write;
    await round(bench, account, organization);
    await bench.world.sleep(120 * minuteMs);
    bench.crm.edit(account, { plan: 'bronze' });
    await bench.run();
    expect(bench.desk.made.write + bench.crm.made.write).toBe(writes);
    expect(await bench.store.holds({})).toEqual([]);
    expect(await bench.store.counts('accounts', bench.world.now())).toMatchObject({ held: 0 });
    expect(await bench.store.holds({ status: 'loop' })).toMatchObject([{ quiet: true }]);
  });

  it('begins anew with another rule', async () => {
    const { bench, account, organization } = await answered('skip');
    await bench.world.sleep(120 * minuteMs);
    await bench.store.allDue('accounts', bench.world.now());
    await bench.run({
      direction: 'both',
      hash: 'h2',
      rules: ['name', 'note', 'plan'].map((name) => textRule(name, 'both', { hash: `other ${name}` })),
    });
    expect(bench.desk.get(organization)).toMatchObject({ plan: bench.crm.get(account)?.plan });
    expect(await bench.store.holds({ status: 'loop' })).toEqual([]);
  });

  it('keeps a field frozen where a person lets the brake go that held the whole record', async () => {
    const full = newBench(openMemory());
    const others = Array.from({ length: 250 }, (_, i) => full.crm.add({ name: `Account ${i}`, note: 'n' }));
    await full.run({ direction: 'both' });
    await full.world.sleep(120 * minuteMs);
    const { bench, account, organization } = await fight(9, full);
    bench.crm.edit(account, { plan: 'silver' });
    await bench.run();
    await bench.world.sleep(120 * minuteMs);
    for (const id of [...others, account]) bench.crm.edit(id, { note: 'new' });
    await bench.run();
    expect(bench.desk.get(organization)).toMatchObject({ note: 'n', plan: 'gold' });
    await releaseBrake(bench.store, { sync: 'accounts', side: 'desk', kind: 'changes' }, bench.world.now());
    await bench.run();
    expect(bench.desk.get(organization)).toMatchObject({ note: 'new', plan: 'gold' });
    expect(await bench.store.holds({})).toMatchObject([{ why: 'loop', field: 'plan both' }]);
  });

  it('asks for history once for a batch that updates, and not at all for one that does not', async () => {
    const bench = newBench(openMemory());
    const asked: number[] = [];
    const { updatesOf } = bench.store;
    Object.assign(bench.store, {
      updatesOf: (links: readonly string[], since: number) => {
        asked.push(links.length);
        return updatesOf(links, since);
      },
    });
    const accounts = Array.from({ length: 40 }, (_, i) => bench.crm.add({ name: `Account ${i}` }));
    await bench.run();
    expect(asked).toEqual([]);
    for (const id of accounts) bench.crm.edit(id, { note: 'new' });
    await bench.run();
    expect(asked).toEqual([40]);
  });
});
