import { beforeEach, describe, expect, it } from 'vitest';
import type { SyncSetup } from '../../model/sync.ts';
import type { Value } from '../../model/value.ts';
import { feedAt } from '../engine.ts';
import { pass } from '../pass.ts';
import { Town } from '../testing/town.ts';
import { fakeType } from '../testing.ts';
import { readUnstamped, unstampedIn, unstampedNotes } from './unstamped.ts';

let town: Town;
let setup: SyncSetup;
beforeEach(() => {
  town = new Town();
  const sync = town.accountsSync();
  const type = fakeType(town.accounts, 'Account');
  const fields = type.fields.map((field) => (field.name === 'plan' ? { ...field, stamped: false } : field));
  setup = { ...sync, crm: { ...sync.crm, type: { ...type, fields } } };
});

/** A formula has another result: the record keeps its stamp, and no feed tells. */
function recompute(id: string, fields: Readonly<Record<string, Value>>): void {
  const record = town.accounts.records.get(id);
  if (!record) throw new Error(`no ${id}`);
  record.fields = { ...record.fields, ...fields };
}

async function readNow(): Promise<number> {
  const engine = town.engine([setup]);
  const feed = feedAt([setup], 'accounts', 'Account');
  if (!feed) throw new Error('nobody reads accounts');
  const pieces = readUnstamped(engine, feed, unstampedIn(feed));
  for (;;) {
    const piece = await pieces.next();
    if (!piece.done) continue;
    await pass(engine, { feeds: [] });
    return piece.value;
  }
}

describe('a field that changes without a stamp', () => {
  it('is found among those that the sync reads', () => {
    const feed = feedAt([setup], 'accounts', 'Account');
    expect(feed && unstampedIn(feed)).toEqual(['plan']);
    expect(unstampedNotes(setup, 3_600_000)).toEqual([
      'Sales Account: plan changes without a stamp, so such changes are noticed every hour (schedule.computed) and by the sweep, not at once.',
    ]);
    expect(unstampedNotes(setup, 5_400_000)[0]).toContain('are noticed every 90 minutes (');
    expect(unstampedNotes(town.contactsSync(), 5_400_000)).toEqual([]);
  });

  it('is brought over when it is read, and costs one call for a page of records', async () => {
    const ids = Array.from({ length: 120 }, (_, i) =>
      town.accounts.add({ name: `Account ${i}`, note: 'n', plan: 'a' }),
    );
    for (let i = 0; i < 2; i++) await town.run([setup]);
    const [first = ''] = ids;
    recompute(first, { plan: 'b' });
    await town.run([setup]);
    const twin = (await town.twin(setup, 'crm', first)) ?? '';
    expect(town.organizations.get(twin)).toMatchObject({ plan: 'a' });
    const reads = town.accounts.made.read;
    expect(await readNow()).toBe(1);
    expect(town.accounts.made.read - reads).toBe(3);
    expect(town.organizations.get(twin)).toMatchObject({ plan: 'b', note: 'n', name: 'Account 0' });
    const writes = town.writes();
    expect(await readNow()).toBe(0);
    expect(town.writes()).toBe(writes);
  });

  it('brings a record inside its filter', async () => {
    const id = town.accounts.add({ name: 'Acme', note: 'n', plan: 'outside' });
    await town.run([setup]);
    recompute(id, { plan: 'inside' });
    await readNow();
    expect(town.organizations.all()).toMatchObject([{ name: 'Acme', plan: 'inside' }]);
  });

  it('of a record that was edited as well is left to its feed, which brings all of it', async () => {
    const id = town.accounts.add({ name: 'Acme', note: 'n', plan: 'a' });
    for (let i = 0; i < 2; i++) await town.run([setup]);
    town.accounts.edit(id, { note: 'edited', plan: 'b' });
    expect(await readNow()).toBe(0);
    await town.run([setup]);
    expect(town.organizations.all()).toMatchObject([{ note: 'edited', plan: 'b' }]);
  });
});
