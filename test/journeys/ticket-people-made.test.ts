import { afterEach, describe, expect, it } from 'vitest';
import type { Journey } from './harness.ts';
import { newPeople, one, peopleIn, syncsOnly, tickets, wrote } from './ticket-people.ts';
import { caseOf, cases, catchUp } from './ticketing.ts';

/** A ticket's organization and requester: the case's account and contact, found or made. */
let journey: Journey;
afterEach(() => journey.close());

const { accounts, contacts, holds, ticket, member, there } = peopleIn(() => journey);

describe('an id that stands in', () => {
  it('and is of another kind, or of nobody, is refused by the check, and a wrong one that came later by the record', async () => {
    journey = await newPeople();
    const house = await one(journey, 'sales', 'Account', { Name: 'House' });
    const person = await one(journey, 'sales', 'Contact', { LastName: 'Nobody' });
    const problems = async (organization: string, requester: string) => {
      const use = (id: string) => ({ use: 'default', default: id });
      await syncsOnly(journey, { tickets: tickets({ organization: use(organization), requester: use(requester) }) });
      return journey.open((service) => service.check({ live: true }));
    };
    expect(await problems(house.slice(0, 15), person)).toEqual([]);
    expect((await problems(person, house)).map(({ problem }) => problem)).toEqual([
      `Sync tickets: for AccountId the id of a Contact stands in, "${person}", and Salesforce wants that of an Account.`,
      `Sync tickets: for ContactId the id of an Account stands in, "${house}", and Salesforce wants that of a Contact.`,
    ]);
    const [nobody] = await problems('001000000000001AAA', person);
    expect(nobody).toMatchObject({
      path: 'syncs.tickets.options',
      problem:
        'Sync tickets: for AccountId the Account "001000000000001AAA" stands in, and there is none with this id, or our user is not shown it.',
      fix: 'Give the id of an Account that is there.',
    });
    await problems(house, person);
    await catchUp(journey);
    await journey.remove('sales', 'Account', house);
    const ada = await one(journey, 'support', 'user', { name: 'Ada', email: 'ada@acme.example' });
    const id = await ticket({ requester_id: ada });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ AccountId: null });
    const [held] = await journey.open((service) => service.holds({ sync: 'tickets' }));
    expect(held).toMatchObject({ why: 'refused', field: 'AccountId ← organization_id' });
    expect(held?.message).toBe(
      `Ticket "Help" (${id}): AccountId would get Account ${house}, which stands in where there is none, and was deleted. Name another default`,
    );
  });
});

describe('what tickets have made', () => {
  it('is all in step to a sweep, and what nobody points to is no matter of it', async () => {
    journey = await newPeople();
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    await one(journey, 'support', 'organization', { name: 'Nobody’s' });
    await ticket({ requester_id: await member(acme, 'ada'), organization_id: acme });
    await catchUp(journey);
    const swept = await journey.open((service) => service.sweep({ syncs: [] }));
    for (const [name, figures] of Object.entries(swept.syncs))
      expect({ name, figures }).toMatchObject({ name, figures: { pairs: 1, differ: 0, drifted: 0 } });
    expect(wrote(journey, 'support')).toEqual([]);
  });
});

describe('a run that has made all of a ticket', () => {
  it('is undone as a whole: case, contact and account', async () => {
    journey = await newPeople();
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    await ticket({ requester_id: await member(acme, 'ada'), organization_id: acme });
    await journey.world.pass(90_000);
    const { run } = await journey.run();
    const { left } = await journey.open((service) => service.undo({ run }));
    expect(left).toEqual([]);
    expect([await accounts(), await contacts(), await there('Case')]).toEqual([[], [], []]);
    await catchUp(journey);
    expect([await accounts(), await contacts(), await there('Case')]).toEqual([[], [], []]);
  });
});

describe('a load of tickets', () => {
  it.each(['lose-answer', 'drop'])(
    'makes nothing twice and leaves nothing out where every first answer to a write is lost (%s)',
    async (does) => {
      journey = await newPeople();
      for (let n = 0; n < 3; n++) {
        const acme = await one(journey, 'support', 'organization', { name: `Acme ${n}` });
        await ticket({ requester_id: await member(acme, `user${n}`), organization_id: acme });
      }
      // Accounts and contacts, which have no key here, and cases, which have: a call each.
      for (const [method, times] of [
        ['POST', 2],
        ['PATCH', 1],
      ] as const)
        await journey.control('sales', 'POST', 'faults', {
          match: { method, path: '/composite/sobjects' },
          do: does,
          times,
        });
      await catchUp(journey);
      for (let later = 0; later < 3; later++) {
        await journey.world.pass(900_000);
        await catchUp(journey);
      }
      // All of them have struck.
      expect(await journey.control('sales', 'GET', 'faults')).toEqual([]);
      const sent = journey.writes('sales').filter(({ path }) => path.includes('/composite/sobjects'));
      expect(sent.length).toBeGreaterThanOrEqual(does === 'drop' ? 6 : 3);
      expect((await accounts()).map(({ Name }) => Name).toSorted()).toEqual(['Acme 0', 'Acme 1', 'Acme 2']);
      expect((await contacts()).length).toBe(3);
      const made = await cases(journey);
      expect(made.map(({ AccountId, ContactId }) => [AccountId !== null, ContactId !== null])).toEqual([
        [true, true],
        [true, true],
        [true, true],
      ]);
      expect(await holds()).toEqual([]);
    },
  );

  it('asks for and makes what they point to by the batch', async () => {
    journey = await newPeople();
    const organizations = await journey.seed(
      'support',
      'organization',
      Array.from({ length: 60 }, (_, n) => ({ name: `Acme ${n}` })),
    );
    const users = await journey.seed(
      'support',
      'user',
      organizations.map((organization_id, n) => ({
        name: `User ${n}`,
        email: `user${n}@acme.example`,
        organization_id,
      })),
    );
    const rows = Array.from({ length: 180 }, (_, n) => ({
      subject: `Ticket ${n}`,
      description: 'It is broken',
      requester_id: users[n % 60],
      organization_id: organizations[n % 60],
    }));
    await journey.seed('support', 'ticket', rows);
    await journey.world.pass(90_000);
    await journey.forgetCalls();
    const { calls, syncs } = await journey.run();
    expect(syncs.tickets).toMatchObject({ created: { crm: 180, desk: 0 }, held: 0, failed: 0 });
    expect([syncs['tickets.organizations'], syncs['tickets.people']]).toMatchObject([
      { created: { crm: 60, desk: 0 } },
      { created: { crm: 60, desk: 0 } },
    ]);
    // One call each for accounts, contacts and cases, however many tickets there are.
    expect(calls.sales?.write).toBe(3);
    expect(calls.sales?.read).toBeLessThan(30);
    expect(calls.support?.read).toBeLessThan(20);
    const made = await cases(journey);
    expect(made.filter(({ AccountId, ContactId }) => AccountId === null || ContactId === null)).toEqual([]);
  });
});
