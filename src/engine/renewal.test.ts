import { describe, expect, it } from 'vitest';
import type { SyncSetup } from '../model/sync.ts';
import { pass } from './pass.ts';
import { Crash, Steps } from './testing/steps.ts';
import { Town } from './testing/town.ts';

/** Deals stand for cases, and tickets whose `plan` is closed are closed: locked for good, while the deal may move on. */
function syncOf(town: Town, more: Partial<SyncSetup> = {}): SyncSetup {
  // Two tickets may be called the same.
  town.tickets.uniqueName = false;
  const sync = town.dealsSync({ direction: 'both', create: ['crm'], onMatch: 'desk', match: [], ...more });
  const lock = { field: 'plan', values: ['closed'], say: 'is closed' };
  return { ...sync, renew: ['desk'], desk: { ...sync.desk, type: { ...sync.desk.type, locks: [lock] } }, ...more };
}

/** A ticket that was closed with its deal; the answer is the deal, which is open again. */
async function reopened(town: Town, sync: SyncSetup): Promise<{ readonly ticket: string; readonly deal: string }> {
  const ticket = town.tickets.add({ name: 'Fire', note: 'n', plan: 'open' });
  await town.rest([sync]);
  const [deal = ''] = town.deals.records.keys();
  town.tickets.edit(ticket, { plan: 'closed' });
  await town.rest([sync]);
  town.deals.edit(deal, { plan: 'open' });
  return { ticket, deal };
}

const tickets = (town: Town) => town.tickets.all().map(({ name, plan }) => [name, plan]);

describe('a locked record whose twin moves on', () => {
  it('is followed by a new one, which takes its place; it stays as it is, and nothing is made of it', async () => {
    const town = new Town();
    const sync = syncOf(town);
    const { ticket, deal } = await reopened(town, sync);
    await town.rest([sync]);
    expect(tickets(town)).toEqual([
      ['Fire', 'closed'],
      ['Fire', 'open'],
    ]);
    const next = await town.twin(sync, 'crm', deal);
    expect(next).not.toBe(ticket);
    expect(await town.holds()).toEqual([]);
    town.tickets.edit(ticket, { note: 'seen once more' });
    town.tickets.edit(String(next), { note: 'goes on' });
    await town.rest([sync]);
    expect(town.deals.all()).toMatchObject([{ note: 'goes on', plan: 'open' }]);
    expect(await town.twin(sync, 'desk', ticket)).toBeNull();
    // And once more.
    town.tickets.edit(String(next), { plan: 'closed' });
    await town.rest([sync]);
    town.deals.edit(deal, { plan: 'open' });
    await town.rest([sync]);
    expect(tickets(town).map(([, plan]) => plan)).toEqual(['closed', 'closed', 'open']);
    expect(town.deals.all()).toHaveLength(1);
  });

  it.each([
    ['the sync does not say so', { renew: [] }],
    ['the sync only watches', { mode: 'watch' as const }],
  ])('is held where %s', async (_, more) => {
    const town = new Town();
    const sync = syncOf(town);
    await reopened(town, sync);
    const other = { ...sync, ...more };
    await town.rest([other]);
    expect(tickets(town)).toEqual([['Fire', 'closed']]);
    expect(await town.holds()).toHaveLength(1);
  });

  it('is left alone where the twin has an edit of another field, or was never in step', async () => {
    const town = new Town();
    const sync = syncOf(town);
    const ticket = town.tickets.add({ name: 'Fire', note: 'n', plan: 'closed' });
    await town.rest([sync]);
    const [deal = ''] = town.deals.records.keys();
    town.deals.edit(deal, { note: 'another' });
    await town.rest([sync]);
    expect(tickets(town)).toEqual([['Fire', 'closed']]);
    expect(await town.twin(sync, 'desk', ticket)).toBe(deal);
  });

  it('is followed by one and no more, whenever the process dies', async () => {
    const die = async (at: number, when: 'before' | 'after'): Promise<number> => {
      const town = new Town();
      const sync = syncOf(town);
      const { ticket, deal } = await reopened(town, sync);
      const steps = new Steps(at, when);
      const engine = town.engine([sync], {
        store: steps.around(town.store),
        connections: new Map(town.vendors.map((vendor) => [vendor.name, steps.around(vendor.connection())])),
      });
      try {
        await pass(engine);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        await town.store.releaseAll(town.world.now());
      }
      await town.rest([sync]);
      town.tickets.edit(ticket, { note: 'seen once more' });
      await town.rest([sync]);
      const where = `${when} step ${at}`;
      expect({ where, tickets: tickets(town) }).toEqual({
        where,
        tickets: [
          ['Fire', 'closed'],
          ['Fire', 'open'],
        ],
      });
      expect({ where, deals: [...town.deals.records.keys()] }).toEqual({ where, deals: [deal] });
      expect({ where, holds: await town.holds() }).toEqual({ where, holds: [] });
      return steps.count;
    };
    const steps = await die(0, 'before');
    expect(steps).toBeGreaterThan(5);
    for (let at = 1; at <= steps; at++) for (const when of ['before', 'after'] as const) await die(at, when);
  });
});
