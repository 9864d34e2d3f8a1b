import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/engine/ports.ts';
import { openMemory } from '../../src/store/memory.ts';
import { type Journey, newJourney, type Row } from './harness.ts';
import { step } from './said-and-done.ts';

/** Waves against the brake, through the whole product: both twins, simulated time. */
let journey: Journey;
afterEach(() => journey.close());

const dayMs = 86_400_000;
const plain: readonly Row[] = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Description', desk: 'details' },
];
/** A changed mapping: 400 of 600 organizations would get other details. */
const changed: readonly Row[] = [
  { crm: 'Name', desk: 'name' },
  { desk: 'details', from: "crm.Description == 'keep' ? 'keep' : 'about ' + crm.Name" },
];

async function settled(sync: Row = {}, options: Parameters<typeof newJourney>[0] = {}): Promise<readonly string[]> {
  journey = await newJourney(options);
  await journey.configure({ fields: plain, ...sync });
  const rows = Array.from({ length: 600 }, (_, i) => ({ Name: `Account ${i}`, Description: i < 400 ? 'old' : 'keep' }));
  const ids = await journey.seed('sales', 'Account', rows);
  await step(journey);
  await journey.world.pass(dayMs);
  await journey.forgetCalls();
  return ids;
}

async function details(): Promise<Readonly<Record<string, number>>> {
  const rows = (await journey.records('support', 'organization')).filter(({ deleted_at: gone }) => !gone);
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const text = String(row.details).replace(/Account \d+/, 'Account');
    counts[text] = (counts[text] ?? 0) + 1;
  }
  return counts;
}

const held = () => journey.open((service) => service.holds({ status: 'brake', limit: 1000 }));
const before = { old: 400, keep: 200 };
const after = { 'about Account': 400, keep: 200 };

describe('a changed mapping that would rewrite 400 of 600 organizations', () => {
  it('is stopped before the first write, and every record says why', async () => {
    await settled();
    await journey.configure({ fields: changed });
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ updated: { desk: 0 }, held: 400, failed: 0 });
    expect(report.calls.support?.write).toBe(0);
    expect(await details()).toEqual(before);
    const [hold] = await held();
    expect(hold?.message).toMatch(
      /^Organization "Account \d+" \(\d+\) would be changed \(details "old" → "about Account \d+"\), and the brake of the sync "accounts" is on: within an hour 400 of 600 organizations in Zendesk would be changed, and 300 are the limit\. Nothing like it is written there now\./,
    );
    expect(hold?.offers.map(({ say, always = false }) => [say, always])).toEqual([
      ['go', true],
      ['skip', false],
    ]);
  });

  it('is told of by the preview, and "apply" does exactly that plan', async () => {
    await settled();
    await journey.configure({ fields: changed });
    const plan = await journey.preview();
    expect(plan.head.syncs.accounts).toMatchObject({ update: { desk: 400 }, hold: 0 });
    expect(plan.head.notes).toContain(
      'accounts: a run would stop before the first of these, at the brake: within an hour 400 of 600 organizations in Zendesk would be changed, and 300 are the limit. "apply" does exactly this plan.',
    );
    const report = await journey.apply(plan);
    expect(report).toMatchObject({ left: [], syncs: { accounts: { updated: { desk: 400 }, held: 0 } } });
    expect(await details()).toEqual(after);
    expect((await step(journey)).calls.support?.write).toBe(0);
  });

  it('that was stopped can still be previewed and applied, also when a run came in between', async () => {
    await settled();
    await journey.configure({ fields: changed });
    await step(journey);
    const plan = await journey.preview();
    expect(plan.head.syncs.accounts).toMatchObject({ update: { desk: 400 } });
    await step(journey);
    expect(await details()).toEqual(before);
    expect(await journey.apply(plan)).toMatchObject({ left: [], syncs: { accounts: { updated: { desk: 400 } } } });
    expect([await details(), await held()]).toEqual([after, []]);
  });

  it('is previewed without making anything due, and applied as a whole also where another process stops it again meanwhile', async () => {
    const store = openMemory();
    const rival = { on: false };
    const shared: Store = {
      ...store,
      async rouseBraked(...given) {
        const roused = await store.rouseBraked(...given);
        if (!rival.on) return roused;
        rival.on = false;
        const now = journey.world.now();
        const ask = { syncs: ['accounts'], now, lease: 'rival', until: now + 60_000 };
        const taken = await store.take({ ...ask, limit: 390 });
        const again = taken.map(({ link, turn, holds }) => ({ link: link.id, turn, holds, due: 'clear' }) as const);
        await store.commit(again, 'rival', now);
        return roused;
      },
    };
    await settled({}, { store: shared });
    await journey.configure({ fields: changed });
    await step(journey);
    const plan = await journey.preview();
    expect(plan.head.syncs.accounts).toMatchObject({ update: { desk: 400 } });
    expect((await journey.open((service) => service.status())).syncs.accounts).toMatchObject({ due: 0, held: 400 });
    rival.on = true;
    expect(await journey.apply(plan)).toMatchObject({ left: [], syncs: { accounts: { updated: { desk: 400 } } } });
    expect([rival.on, await details()]).toEqual([false, after]);
  });

  it('stays stopped after a restart, while new records and first meetings go on', async () => {
    await settled({}, { store: 'folder' });
    await journey.configure({ fields: changed });
    await step(journey);
    await journey.seed('sales', 'Account', [{ Name: 'Fresh', Description: 'keep' }]);
    await journey.world.pass(dayMs);
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ created: { desk: 1 }, updated: { desk: 0 }, held: 400 });
  });

  it('goes record by record with "go", and as a whole with "go" for always', async () => {
    await settled();
    await journey.configure({ fields: changed });
    await step(journey);
    const [first, second] = await held();
    await journey.open((service) => service.answer(first?.id ?? '', { say: 'go' }));
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 1 }, held: 399 });
    await journey.open((service) => service.answer(second?.id ?? '', { say: 'go', always: true }));
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 399 }, held: 0 });
    expect(await details()).toEqual(after);
    // What was let go is no standing word: the next wave is stopped again.
    await journey.configure({ fields: [...plain.slice(0, 1), { desk: 'details', from: "'re ' + crm.Name" }] });
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 0 }, held: 600 });
  });

  it('goes as a whole but for whom a person has said "skip" of, and of two words about one record the later one counts', async () => {
    await settled();
    await journey.configure({ fields: changed });
    await step(journey);
    const [first, second] = await held();
    await journey.open(async (service) => {
      for (const hold of [first, second]) await service.answer(hold?.id ?? '', { say: 'skip' });
      expect(await service.answer(second?.id ?? '', { say: 'go', always: true })).toMatchObject({ answered: true });
    });
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 399 }, held: 0 });
  });

  it('is no wave any more once the mapping is put back', async () => {
    const [account] = await settled();
    await journey.configure({ fields: changed });
    await step(journey);
    await journey.configure({ fields: plain });
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 0 }, held: 0 });
    await journey.edit('sales', 'Account', account ?? '', { Description: 'new' });
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 1 }, held: 0 });
  });

  it('that was stopped goes once the sync is given a higher limit, and not by a lower one', async () => {
    await settled();
    const configured = async (changes: number) => {
      await journey.configure({ fields: changed, brake: { changes } });
      return (await step(journey)).syncs.accounts;
    };
    expect(await configured(0.5)).toMatchObject({ updated: { desk: 0 }, held: 400 });
    expect(await configured(0.3)).toMatchObject({ updated: { desk: 0 }, held: 400 });
    expect((await held())[0]?.message).toContain('and 180 are the limit');
    expect(await configured(0.7)).toMatchObject({ updated: { desk: 400 }, held: 0 });
  });

  it('is none where the first load of all pairs waits for its vendor for hours', async () => {
    journey = await newJourney();
    await journey.configure({ fields: plain });
    const names = Array.from({ length: 300 }, (_, i) => `Account ${i}`);
    await journey.seed(
      'sales',
      'Account',
      names.map((Name) => ({ Name, Description: 'ours' })),
    );
    await journey.seed(
      'support',
      'organization',
      names.map((name) => ({ name, details: 'theirs' })),
    );
    const match = { method: 'PUT', path: 'organizations' };
    await journey.control('support', 'POST', 'faults', { match, do: 'status', status: 503, times: 100_000 });
    expect((await step(journey)).syncs.accounts).toMatchObject({ linked: 300, updated: { desk: 0 }, failed: 300 });
    await journey.control('support', 'DELETE', 'faults');
    await journey.world.pass(dayMs);
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 300 }, held: 0 });
    expect(await details()).toEqual({ ours: 300 });
  });

  it('passes where the brake allows it', async () => {
    await settled({ brake: { changes: 0.7 } });
    await journey.configure({ fields: changed, brake: { changes: 0.7 } });
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 400 }, held: 0 });
  });
});

describe('a wave of drift that a sweep would restore', () => {
  const restore = { drift: 'restore' };
  async function stopped(): Promise<void> {
    await settled(restore);
    const organizations = await journey.records('support', 'organization');
    const drifted = organizations.filter(({ details: text }) => text === 'old');
    for (const { id } of drifted) await journey.edit('support', 'organization', String(id), { details: 'theirs' });
    await step(journey);
    const { accounts } = (await sweep()).syncs;
    expect(accounts).toMatchObject({ equal: 200, explained: 400, why: { brake: 400 }, waiting: 400, differ: 0 });
    expect(await details()).toEqual({ theirs: 400, keep: 200 });
  }
  const sweep = () => journey.open((service) => service.sweep({ syncs: [] }));

  it('is stopped, counted as held by each sweep, and done by "go", for one record or for all', async () => {
    await stopped();
    expect((await sweep()).syncs.accounts).toMatchObject({ why: { brake: 400 }, differ: 0 });
    const [first, second] = await held();
    await journey.open((service) => service.answer(first?.id ?? '', { say: 'go' }));
    await step(journey);
    expect(await details()).toEqual({ old: 1, theirs: 399, keep: 200 });
    await journey.open((service) => service.answer(second?.id ?? '', { say: 'go', always: true }));
    await step(journey);
    expect(await details()).toEqual(before);
    expect((await sweep()).syncs.accounts).toMatchObject({ equal: 600, why: {} });
  });

  it('is seen in a preview, and applied', async () => {
    await stopped();
    const plan = await journey.preview();
    expect(plan.head.syncs.accounts).toMatchObject({ update: { desk: 400 } });
    expect(await journey.apply(plan)).toMatchObject({ left: [], syncs: { accounts: { held: 0 } } });
    expect(await details()).toEqual(before);
  });

  it('stays as it is where a person says "skip"', async () => {
    await stopped();
    await journey.open(async (service) => {
      for (const { id } of await service.holds({ status: 'brake', limit: 1000 }))
        await service.answer(id, { say: 'skip' });
    });
    await step(journey);
    expect((await sweep()).syncs.accounts).toMatchObject({ why: { lossy: 400 }, waiting: 0 });
    expect(await details()).toEqual({ theirs: 400, keep: 200 });
  });
});

describe('a side that shows nothing any more', () => {
  it('stops everything, says why, and goes on when it is shown again', async () => {
    const ids = await settled();
    await journey.control('sales', 'PUT', 'settings', { hiddenRows: ids });
    // Another field is read from now on, so the feed begins anew.
    await journey.configure({ fields: [...plain, { crm: 'AccountNumber', desk: 'notes' }] });
    await journey.world.pass(90_000);
    await expect(journey.run()).rejects.toThrow(
      /Salesforce shows not one Account, where at least 10 are known\. Nothing was taken over, and nothing is written/,
    );
    expect(await details()).toEqual(before);
    await journey.control('sales', 'PUT', 'settings', { hiddenRows: [] });
    await journey.world.pass(20 * 60_000);
    expect((await step(journey)).syncs.accounts).toMatchObject({ held: 0, failed: 0 });
  });
});

describe('a wave of removals', () => {
  const remove = { remove: { desk: 'trash' } };
  const gone = async (ids: readonly string[]) => {
    for (const id of ids) await journey.remove('sales', 'Account', id);
  };
  const there = async () =>
    (await journey.records('support', 'organization')).filter(({ deleted_at: at }) => !at).length;

  it('of 60 is stopped before the first one, and one of 50 is not', async () => {
    const ids = await settled(remove);
    await gone(ids.slice(0, 60));
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ removed: { desk: 0 }, held: 60 });
    expect(await there()).toBe(600);
    const [hold] = await held();
    expect(hold?.message).toMatch(
      /would be removed, and the brake of the sync "accounts" is on: within an hour 60 organizations in Zendesk would be removed, and 50 are the limit\./,
    );
    await journey.open((service) => service.answer(hold?.id ?? '', { say: 'go', always: true }));
    expect((await step(journey)).syncs.accounts).toMatchObject({ removed: { desk: 60 }, held: 0 });
    expect(await there()).toBe(540);
    await journey.world.pass(dayMs);
    await gone(ids.slice(60, 110));
    expect((await step(journey)).syncs.accounts).toMatchObject({ removed: { desk: 50 }, held: 0 });
  });

  it('that archives instead is counted alike', async () => {
    const set = { remove: { desk: { set: { notes: 'archived' } } } };
    const ids = await settled(set);
    await gone(ids.slice(0, 60));
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 0 }, held: 60 });
  });

  it('that a person has previewed is applied', async () => {
    const ids = await settled(remove);
    await gone(ids.slice(0, 60));
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    expect(plan.head.notes.join('\n')).toContain(
      'within an hour 60 organizations in Zendesk would be removed, and 50 are the limit',
    );
    expect(await journey.apply(plan)).toMatchObject({ left: [] });
    expect(await there()).toBe(540);
  });
});
