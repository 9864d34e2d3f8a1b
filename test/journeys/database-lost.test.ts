import { afterEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney } from './harness.ts';
import { byName, quietStep, step, usersByName } from './said-and-done.ts';

/** What Syncline remembers can be lost; which record belongs to which is found again from what stands at the vendors. */
let journey: Journey;
afterEach(() => journey.close());

async function begin(): Promise<void> {
  journey = await newJourney();
  const contacts = { preset: 'salesforce-zendesk/contacts' };
  await journey.configure({}, { syncs: { contacts, leads: { preset: 'salesforce-zendesk/leads' } } });
}

const organizations = async () => byName(await journey.records('support', 'organization'));

describe('when the database is lost', () => {
  it('links come back from the marks; nothing is created or written', async () => {
    await begin();
    const accounts = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    await journey.seed('sales', 'Contact', [
      { LastName: 'Addressed', Email: 'a@acme.example', AccountId: accounts[0] },
      { LastName: 'Nameless', AccountId: accounts[1] },
      { LastName: 'Nameless' },
    ]);
    await journey.seed('sales', 'Lead', [{ LastName: 'Lead', Company: 'X', Email: 'lead@acme.example' }]);
    await step(journey);
    await quietStep(journey);
    const before = {
      organizations: await journey.records('support', 'organization'),
      users: await journey.records('support', 'user'),
    };

    await journey.loseDatabase();
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    for (const counts of Object.values(plan.head.syncs))
      expect(counts).toMatchObject({ create: { desk: 0 }, update: { desk: 0 }, hold: 0 });
    const report = await step(journey);
    expect(report.syncs).toMatchObject({
      accounts: { linked: 2, created: { desk: 0 } },
      contacts: { linked: 3, created: { desk: 0 } },
      leads: { linked: 1, created: { desk: 0 } },
    });
    expect(journey.writes('support')).toEqual([]);
    expect(await journey.records('support', 'organization')).toEqual(before.organizations);
    expect(await journey.records('support', 'user')).toEqual(before.users);
    await quietStep(journey);
  });

  it('the links are the old ones where two have changed their names, or their addresses, crosswise meanwhile', async () => {
    await begin();
    const [acme = '', beta = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    await step(journey);
    const ids = Object.entries(await organizations()).map(([name, { id }]) => [name, id]);
    await journey.loseDatabase();
    await journey.edit('sales', 'Account', acme, { Name: 'For a moment' });
    await journey.edit('sales', 'Account', beta, { Name: 'Acme' });
    await journey.edit('sales', 'Account', acme, { Name: 'Beta' });
    await step(journey);
    await step(journey);
    const marks = await journey.records('support', 'organization');
    expect(marks.map(({ id, external_id: mark }) => [mark, id]).sort()).toEqual(
      ids.map(([name, id]) => [name === 'Acme' ? acme : beta, id]).sort(),
    );
    expect(marks).toHaveLength(2);
    const report = await journey.open((service) => service.status());
    expect(report.syncs.accounts).toMatchObject({ links: 2 });
  });

  it('links without a mark come back by name and by any address; nothing is created or written', async () => {
    await begin();
    await journey.seed('support', 'organization', [{ name: 'ACME', external_id: 'erp-1' }]);
    const [user] = await journey.seed('support', 'user', [{ name: 'Ann', email: 'ann@acme.example' }]);
    const [acme] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }]);
    const [ann = ''] = await journey.seed('sales', 'Contact', [
      { LastName: 'Ann', Email: 'ann@acme.example', AccountId: acme },
    ]);
    await step(journey);
    // Her new address is a further one of the user, which no feed shows.
    await journey.edit('sales', 'Contact', ann, { Email: 'new@acme.example' });
    await step(journey);
    await quietStep(journey);
    const before = await journey.records('support', 'user');
    await journey.loseDatabase();
    const report = await step(journey);
    expect(report.syncs).toMatchObject({
      accounts: { linked: 1, created: { desk: 0 }, updated: { desk: 0 } },
      contacts: { linked: 1, created: { desk: 0 }, updated: { desk: 0 }, held: 0 },
    });
    expect(await journey.records('support', 'user')).toEqual(before);
    await journey.edit('sales', 'Contact', ann, { LastName: 'Anna' });
    await step(journey);
    expect((await usersByName(journey)).Anna).toMatchObject({ id: Number(user), email: 'ann@acme.example' });
    await quietStep(journey);
  });

  it('the same in a new data folder', async () => {
    await begin();
    await journey.seed('sales', 'Contact', [{ LastName: 'Ann', Email: 'ann@acme.example' }, { LastName: 'Nameless' }]);
    await step(journey);
    await journey.loseDatabase('folder');
    expect((await step(journey)).syncs.contacts).toMatchObject({ linked: 2, created: { desk: 0 } });
    expect(journey.writes('support')).toEqual([]);
  });

  it('nothing is created as long as Zendesk cannot be read to its end', async () => {
    await begin();
    await journey.seed('sales', 'Contact', [{ LastName: 'Ann', Email: 'ann@acme.example' }, { LastName: 'Nameless' }]);
    await step(journey);
    await journey.loseDatabase();
    await journey.forgetCalls();
    const fault = { match: { path: 'incremental/users' }, do: 'status', status: 500 };
    await journey.control('support', 'POST', 'faults', fault);
    await expect(journey.run()).rejects.toThrow(/Connection support could not be read to the end \(user\)/);
    expect(journey.writes('support')).toEqual([]);
    await journey.control('support', 'DELETE', 'faults');
    expect((await step(journey)).syncs.contacts).toMatchObject({ linked: 2, created: { desk: 0 } });
    await quietStep(journey);
  });
});
