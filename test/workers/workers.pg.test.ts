import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/engine/ports.ts';
import { openStore } from '../../src/store/open.ts';
import { freshDatabase } from '../../src/store/testing.ts';
import { rungNamed } from '../crash/rungs.ts';
import { type Company, openCompany } from './company.ts';

/**
 * Real processes on one PostgreSQL, one of them really killed: the others finish its work, and both sides are as if it had not been.
 * More records than one worker takes at once, so that both have some.
 */
const count = 1_600;
/** The leases of a dead worker have run out by then, and no vendor can be working on what it sent (ms). */
const later = 150_000;

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const each of close.toReversed()) await each();
  close = [];
});

async function open(rung: string) {
  const database = await freshDatabase();
  close.push(database.drop);
  const company = await openCompany(rungNamed(rung), count, database.url);
  close.push(company.close);
  const store = await openStore('', database.url);
  close.push(store.close);
  return { company, store };
}

/** Nothing is left, now or later. */
async function isQuiet(store: Store): Promise<boolean> {
  const { links, due, inFlight } = await store.counts('accounts', Number.MAX_SAFE_INTEGER);
  return links === count && due === 0 && inFlight === 0;
}

/** Nothing is left that a worker at that time would not still wait for. */
async function isIdle(store: Store, now: number): Promise<boolean> {
  const soon = now + 10_000;
  const underway = await store.underway(['sales', 'support']);
  const next = (await store.nextDue(['accounts'])).get('accounts') ?? null;
  return underway.every(({ nextAt }) => nextAt > soon) && (next === null || next > soon);
}

const nameOf = (row: Readonly<Record<string, unknown>>) => String(row.Name ?? row.name);
const names = async (company: Company) => ({
  crm: (await company.records('sales', 'Account')).map(nameOf).sort(),
  desk: (await company.records('support', 'organization')).map(nameOf).sort(),
});
const customers = Array.from({ length: count }, (_, i) => `Customer ${i}`).sort();

describe('two workers on one database', () => {
  it.each(['keyed', 'salesforce-traced'])(
    'of which one is killed leave no duplicate and nothing missing: %s',
    async (rung) => {
      const { company, store } = await open(rung);
      const [victim, survivor] = [company.hire(), company.hire()];
      const [host, object] =
        rung === 'keyed' ? (['support', 'organization'] as const) : (['sales', 'Account'] as const);
      await company.until('some twins are there', async () => (await company.records(host, object)).length >= 300);
      expect(await victim.end('SIGKILL')).toBeNull();
      expect(await isQuiet(store)).toBe(false);
      // How much that is depends on how much the dead one had taken, which is nobody's until its leases run out.
      let made = 0;
      await company.until('the other one has done its share', async () => {
        const before = made;
        made = (await company.records(host, object)).length;
        return made >= 900 || (made === before && (await isIdle(store, company.now())));
      });
      expect(await survivor.end('SIGTERM')).toBe(0);

      // Time goes by in leaps: each heir is a process whose clock is ahead, for the leases to run out and the vendors' feeds to catch up.
      for (let ahead = later; ahead <= 4 * later && !(await isQuiet(store)); ahead += later) {
        await company.pass(later);
        const heir = company.hire(ahead);
        await company.until('nothing is left but waiting', () => isIdle(store, company.now() + ahead));
        expect(await heir.end('SIGTERM')).toBe(0);
      }
      expect(await isQuiet(store)).toBe(true);
      expect(await names(company)).toEqual({ crm: customers, desk: customers });
      expect(await store.holds({})).toEqual([]);
      expect(await store.faults({})).toEqual([]);
    },
  );
});
