import { describe, expect, it } from 'vitest';
import type { Value } from '../../model/value.ts';
import { openMemory } from '../../store/memory.ts';
import { answerTo } from '../answers/word.ts';
import { type Bench, newBench, textRule } from '../testing.ts';
import { releaseBrake } from './brake.ts';
import { brakeWindowMs } from './kind.ts';

const changes = { sync: 'accounts', side: 'desk', kind: 'changes' } as const;

/** So many accounts with their organizations, linked more than an hour ago. */
async function settled(count: number): Promise<{ bench: Bench; accounts: readonly string[] }> {
  const bench = newBench(openMemory());
  const accounts = Array.from({ length: count }, (_, i) => bench.crm.add({ name: `Account ${i}`, note: 'old' }));
  await bench.run();
  await bench.world.sleep(2 * brakeWindowMs);
  return { bench, accounts };
}

const notes = (bench: Bench, note: Value) => bench.desk.all().filter((record) => record.note === note).length;
const held = async (bench: Bench) => (await bench.store.holds({ status: 'brake', limit: 10_000 })).length;

function editAll(bench: Bench, accounts: readonly string[], note: string): void {
  for (const id of accounts) bench.crm.edit(id, { note });
}

/** The sync with another rule for notes: every organization gets another one. */
const renoted = {
  hash: 'h2',
  rules: [
    textRule('name', 'crm-to-desk'),
    textRule('note', 'crm-to-desk', {
      hash: 'other',
      convert: (_to, from) => ({ ok: true, value: `re: ${String(from)}` }),
      equal: (crm, desk) => desk === `re: ${String(crm)}`,
    }),
  ],
};

describe('more changes than the share', () => {
  it('are stopped before the first of them, and each record says so', async () => {
    const { bench, accounts } = await settled(300);
    const writes = bench.desk.made.write;
    editAll(bench, accounts.slice(0, 151), 'new');
    await bench.run();
    expect(bench.desk.made.write).toBe(writes);
    expect(notes(bench, 'new')).toBe(0);
    expect(await held(bench)).toBe(151);
    const [hold] = await bench.store.holds({ status: 'brake' });
    expect(hold).toMatchObject({ field: null, brake: { side: 'desk', kind: 'changes' } });
    expect(hold?.message).toMatch(
      /^organization "Account \d+" \(support-\d+\) would be changed \(note "old" → "new"\), and the brake of the sync "accounts" is on: within an hour 151 of 300 organizations in Support would be changed, and 150 are the limit\./,
    );
  });

  it('pass as long as they are no more than it', async () => {
    const { bench, accounts } = await settled(300);
    editAll(bench, accounts.slice(0, 150), 'new');
    await bench.run();
    expect(notes(bench, 'new')).toBe(150);
    expect(await held(bench)).toBe(0);
  });

  it('are counted over a rolling hour, each record once', async () => {
    const { bench, accounts } = await settled(300);
    for (const note of ['one', 'two']) {
      editAll(bench, accounts.slice(0, 100), note);
      await bench.run();
      await bench.world.sleep(10 * 60_000);
    }
    expect(notes(bench, 'two')).toBe(100);
    editAll(bench, accounts.slice(100, 151), 'three');
    await bench.run();
    expect(notes(bench, 'three')).toBe(0);
    expect(await held(bench)).toBe(51);
  });

  it('pass when an hour lies between them', async () => {
    const { bench, accounts } = await settled(300);
    editAll(bench, accounts.slice(0, 100), 'one');
    await bench.run();
    await bench.world.sleep(brakeWindowMs);
    editAll(bench, accounts.slice(100, 200), 'two');
    await bench.run();
    expect([notes(bench, 'one'), notes(bench, 'two'), await held(bench)]).toEqual([100, 100, 0]);
  });

  it('are none of a small sync’s', async () => {
    const { bench, accounts } = await settled(199);
    editAll(bench, accounts, 'new');
    await bench.run();
    expect(notes(bench, 'new')).toBe(199);
  });

  it('are stopped before the first also where more is due than one batch takes', async () => {
    const { bench, accounts } = await settled(2600);
    const writes = bench.desk.made.write;
    editAll(bench, accounts.slice(0, 1400), 'new');
    await bench.run();
    expect(bench.desk.made.write).toBe(writes);
    expect(await held(bench)).toBe(1400);
  });

  it('pass in several batches where all of them together are within the limit', async () => {
    const { bench, accounts } = await settled(2600);
    editAll(bench, accounts.slice(0, 1300), 'new');
    await bench.run();
    expect([notes(bench, 'new'), await held(bench)]).toEqual([1300, 0]);
  });

  it('leave creates and first meetings alone, and what is joined within the hour', async () => {
    const bench = newBench(openMemory());
    for (let i = 0; i < 300; i++) bench.crm.add({ name: `Account ${i}`, note: 'ours' });
    for (let i = 0; i < 250; i++) bench.desk.add({ name: `Account ${i}`, note: 'theirs' });
    await bench.run();
    expect(notes(bench, 'ours')).toBe(300);
    for (const [id] of bench.crm.records) bench.crm.edit(id, { note: 'edited' });
    await bench.run();
    expect([notes(bench, 'edited'), await held(bench)]).toEqual([300, 0]);
  });

  it('are stopped before the first of them also where three workers go at them together', async () => {
    const { bench, accounts } = await settled(2600);
    const writes = bench.desk.made.write;
    editAll(bench, accounts.slice(0, 1900), 'new');
    await bench.run(undefined, { only: [] });
    const worker = () => bench.run(undefined, { feeds: [] });
    await Promise.all([worker(), worker(), worker()]);
    expect(bench.desk.made.write).toBe(writes);
    expect(await held(bench)).toBe(1900);
  });

  it('never pass the limit where some worker decides while another one still reads', async () => {
    const { bench, accounts } = await settled(2600);
    editAll(bench, accounts.slice(0, 1900), 'new');
    await Promise.all([bench.run(), bench.run(), bench.run()]);
    expect(notes(bench, 'new')).toBeLessThanOrEqual(1300);
    expect(notes(bench, 'new') + (await held(bench))).toBe(1900);
  });

  it('come from other rules too', async () => {
    const { bench } = await settled(300);
    await bench.store.allDue('accounts', bench.world.now());
    const writes = bench.desk.made.write;
    await bench.run(renoted);
    expect(bench.desk.made.write).toBe(writes);
    expect(await held(bench)).toBe(300);
  });
});

describe('while a brake is on', () => {
  async function stopped(): Promise<{ bench: Bench; accounts: readonly string[] }> {
    const { bench, accounts } = await settled(300);
    editAll(bench, accounts.slice(0, 200), 'new');
    await bench.run();
    return { bench, accounts };
  }

  it('further changes are held, also after a restart, and creates go on', async () => {
    const { bench, accounts } = await stopped();
    bench.crm.edit(accounts[250] ?? '', { note: 'late' });
    bench.crm.add({ name: 'Fresh', note: 'fresh' });
    await bench.world.sleep(2 * brakeWindowMs);
    await bench.run();
    expect(await held(bench)).toBe(201);
    expect([notes(bench, 'late'), notes(bench, 'fresh')]).toEqual([0, 1]);
  });

  it('"go" lets one record go', async () => {
    const { bench } = await stopped();
    const [hold] = await bench.store.holds({ status: 'brake' });
    await bench.store.answer(hold?.id ?? '', { say: 'go' }, bench.world.now());
    await bench.run();
    expect([notes(bench, 'new'), await held(bench)]).toEqual([1, 199]);
  });

  it('"skip" leaves one record as it is, and it is not asked about again', async () => {
    const { bench } = await stopped();
    const [hold] = await bench.store.holds({ status: 'brake' });
    await bench.store.answer(hold?.id ?? '', { say: 'skip' }, bench.world.now());
    await bench.run();
    await bench.run();
    expect([notes(bench, 'new'), await held(bench)]).toEqual([0, 199]);
  });

  it('a release lets the whole wave go, uncounted', async () => {
    const { bench, accounts } = await stopped();
    expect(await releaseBrake(bench.store, changes, bench.world.now())).toBe(200);
    await bench.run();
    expect([notes(bench, 'new'), await held(bench)]).toEqual([200, 0]);
    editAll(bench, accounts.slice(0, 150), 'next');
    await bench.run();
    expect([notes(bench, 'next'), await held(bench)]).toEqual([150, 0]);
  });

  it('a release is no word about a record of which a person has just said "skip"', async () => {
    const { bench } = await stopped();
    const [hold] = await bench.store.holds({ status: 'brake' });
    if (!hold) throw new Error('nothing is held');
    await bench.store.answer(hold.id, answerTo(hold, { say: 'skip' }), bench.world.now());
    expect(await releaseBrake(bench.store, changes, bench.world.now())).toBe(199);
    await bench.run();
    expect([notes(bench, 'new'), await held(bench)]).toEqual([199, 0]);
  });

  it('it ends by itself when the cause goes: the edits are taken back', async () => {
    const { bench, accounts } = await stopped();
    editAll(bench, accounts.slice(0, 200), 'old');
    await bench.run();
    expect(await held(bench)).toBe(0);
    bench.crm.edit(accounts[7] ?? '', { note: 'one' });
    await bench.run();
    expect([notes(bench, 'one'), await held(bench)]).toEqual([1, 0]);
    expect(await bench.store.brake(changes)).toBeNull();
  });

  it('it ends by itself when the rules are changed back', async () => {
    const { bench, accounts } = await settled(300);
    await bench.store.allDue('accounts', bench.world.now());
    await bench.run(renoted);
    expect(await held(bench)).toBe(300);
    await bench.store.allDue('accounts', bench.world.now());
    const writes = bench.desk.made.write;
    await bench.run({});
    expect(await held(bench)).toBe(0);
    expect(bench.desk.made.write).toBe(writes);
    bench.crm.edit(accounts[7] ?? '', { note: 'one' });
    await bench.run();
    expect(notes(bench, 'one')).toBe(1);
  });

  it('other rules that change few records are no wave any more', async () => {
    const { bench } = await settled(300);
    await bench.store.allDue('accounts', bench.world.now());
    await bench.run(renoted);
    await bench.store.allDue('accounts', bench.world.now());
    const some = textRule('note', 'crm-to-desk', {
      hash: 'third',
      convert: (_to, from) => ({ ok: true, value: from }),
      equal: (crm, desk) => crm === desk,
    });
    bench.crm.edit([...bench.crm.records.keys()][3] ?? '', { note: 'one' });
    await bench.run({ hash: 'h3', rules: [textRule('name', 'crm-to-desk'), some] });
    expect([notes(bench, 'one'), await held(bench)]).toEqual([1, 0]);
  });

  it('the other side goes on', async () => {
    const bench = newBench(openMemory());
    const accounts = Array.from({ length: 300 }, (_, i) =>
      bench.crm.add({ name: `Account ${i}`, note: 'old', plan: 'old' }),
    );
    await bench.run({ direction: 'both' });
    await bench.world.sleep(2 * brakeWindowMs);
    editAll(bench, accounts.slice(0, 200), 'new');
    const [organization] = [...bench.desk.records.values()].filter(({ fields }) => fields.name === 'Account 3');
    bench.desk.edit(organization?.id ?? '', { plan: 'theirs' });
    await bench.run();
    expect(await held(bench)).toBe(200);
    expect(bench.crm.get(accounts[3] ?? '')).toMatchObject({ note: 'new', plan: 'theirs' });
    expect(notes(bench, 'new')).toBe(0);
  });

  it('a release of one side is no word about the other side’s', async () => {
    const bench = newBench(openMemory());
    const accounts = Array.from({ length: 300 }, (_, i) =>
      bench.crm.add({ name: `Account ${i}`, note: 'old', plan: 'old' }),
    );
    await bench.run({ direction: 'both' });
    await bench.world.sleep(2 * brakeWindowMs);
    editAll(bench, accounts.slice(0, 200), 'new');
    for (const id of [...bench.desk.records.keys()].slice(0, 200)) bench.desk.edit(id, { plan: 'theirs' });
    await bench.run();
    const theirs = () => bench.crm.all().filter(({ plan }) => plan === 'theirs').length;
    await releaseBrake(bench.store, changes, bench.world.now());
    await bench.run();
    expect([notes(bench, 'new'), theirs(), await held(bench)]).toEqual([200, 0, 200]);
    await releaseBrake(bench.store, { ...changes, side: 'crm' }, bench.world.now());
    await bench.run();
    expect([theirs(), await held(bench)]).toEqual([200, 0]);
  });
});
