import { afterEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney } from './harness.ts';

/** Accounts, contacts and leads: the whole product against both twins with their real lags and limits, on simulated time. */
let journey: Journey;
afterEach(() => journey.close());

const people = {
  contacts: { preset: 'salesforce-zendesk/contacts' },
  leads: { preset: 'salesforce-zendesk/leads' },
};

type Row = Readonly<Record<string, unknown>>;

async function started(): Promise<Journey> {
  const fresh = await newJourney();
  await fresh.configure({}, { syncs: people });
  return fresh;
}

const usersOf = async () => (await journey.records('support', 'user')).filter((row) => row.role === 'end-user');
const byEmail = (rows: readonly Row[], email: string) => rows.find((row) => row.email === email);
const matching = (calls: Readonly<Record<string, number>>, route: RegExp) =>
  Object.entries(calls).reduce((sum, [name, count]) => sum + (route.test(name) ? count : 0), 0);

describe('a first load of accounts, contacts and leads', () => {
  it('makes organizations first and users in them, each in one write', async () => {
    journey = await started();
    const accounts = await journey.seed(
      'sales',
      'Account',
      Array.from({ length: 5 }, (_, i) => ({ Name: `Account ${i}` })),
    );
    await journey.seed(
      'sales',
      'Contact',
      Array.from({ length: 30 }, (_, i) => ({
        FirstName: 'Ada',
        LastName: `Number ${i}`,
        Email: `ada${i}@acme.example`,
        Phone: `+4930123450${String(i).padStart(2, '0')}`,
        Title: 'Engineer',
        ...(i < 25 ? { AccountId: accounts[i % 5] } : {}),
      })),
    );
    await journey.seed('sales', 'Lead', [{ LastName: 'Lovelace', Company: 'Analytical', Email: 'lead@example.com' }]);
    await journey.world.pass(90_000);
    const report = await journey.run();
    expect(report.syncs).toMatchObject({
      accounts: { created: { desk: 5 }, held: 0, failed: 0 },
      contacts: { created: { desk: 30 }, updated: { desk: 0 }, held: 0, failed: 0 },
      leads: { created: { desk: 1 }, held: 0, failed: 0 },
    });
    const users = await usersOf();
    const organizations = await journey.records('support', 'organization');
    expect(users).toHaveLength(31);
    const ada = byEmail(users, 'ada7@acme.example');
    const organization = organizations.find((row) => row.name === 'Account 2');
    expect(ada).toMatchObject({ name: 'Ada Number 7', organization_id: organization?.id, details: 'Engineer' });
    expect(byEmail(users, 'ada29@acme.example')).toMatchObject({ organization_id: null });
    const quiet = await journey.run();
    expect(quiet.calls.support?.write).toBe(0);
    expect(quiet.calls.sales?.write).toBe(0);
  });

  it('costs what pages and jobs cost, and no more', async () => {
    journey = await started();
    const count = 2000;
    await journey.seed(
      'sales',
      'Contact',
      Array.from({ length: count }, (_, i) => ({ LastName: `Number ${i}`, Email: `n${i}@acme.example` })),
    );
    await journey.world.pass(90_000);
    const report = await journey.run();
    expect(report.syncs.contacts).toMatchObject({ created: { desk: count }, held: 0, failed: 0 });
    const calls = { ...(await journey.calls('sales')).byRoute, ...(await journey.calls('support')).byRoute };
    const polls = matching(calls, /job_statuses/);
    const jobs = matching(calls, /users\/create_many/);
    expect(polls).toBeLessThanOrEqual(0.2 * jobs);
    expect(matching(calls, /create_or_update/)).toBe(0);
    // Of the Salesforce pages one each is for the accounts and leads, of which there are none.
    const pages = matching(calls, /query|composite/) - 2;
    const users = jobs + pages + matching(calls, /incremental\/users/);
    expect(users).toBeLessThanOrEqual(1.1 * (count / 2000 + count / 100 + count / 1000));
  });

  it('tells how much is left, and that comes down to nothing', async () => {
    journey = await started();
    await journey.seed(
      'sales',
      'Contact',
      Array.from({ length: 4000 }, (_, i) => ({ LastName: `Number ${i}`, Email: `n${i}@acme.example` })),
    );
    await journey.world.pass(90_000);
    const left: number[] = [];
    const told: number[] = [];
    await journey.open((service) =>
      service.run({
        syncs: [],
        onProgress: (progress) => {
          if (progress.left) left.push(progress.left.records);
          if (progress.left?.aboutMs) told.push(progress.left.aboutMs);
        },
      }),
    );
    expect(Math.max(...left)).toBeGreaterThanOrEqual(3000);
    expect(left.at(-1)).toBeLessThan(Math.max(...left));
    expect(told.length).toBeGreaterThan(0);
  });
});
