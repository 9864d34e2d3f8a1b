import { afterEach, describe, expect, it } from 'vitest';
import type { Journey, Row } from './harness.ts';
import { newPeople, one, syncsOnly, tickets, wrote } from './ticket-people.ts';
import { caseOf, cases, catchUp } from './ticketing.ts';

/** A ticket's organization and requester: the case's account and contact, found or made. */
let journey: Journey;
afterEach(() => journey.close());

const there = (rows: readonly Row[]) => rows.filter(({ IsDeleted }) => IsDeleted !== true);
const accounts = async () => there(await journey.records('sales', 'Account'));
const contacts = async () => there(await journey.records('sales', 'Contact'));
const holds = async () =>
  (await journey.open((service) => service.holds({}))).map(({ sync, why, field }) =>
    `${sync}: ${why} ${field ?? ''}`.trim(),
  );

async function ticket(fields: Row): Promise<string> {
  return one(journey, 'support', 'ticket', { subject: 'Help', description: 'It is broken', ...fields });
}

const member = (organization: string, name: string) =>
  one(journey, 'support', 'user', { name, email: `${name}@acme.example`, organization_id: organization });

describe('a ticket without any other sync', () => {
  it('gets an account and a contact that are made for it, and for nobody else', async () => {
    journey = await newPeople();
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    await one(journey, 'support', 'organization', { name: 'Nobody’s' });
    const ada = await one(journey, 'support', 'user', {
      name: 'Ada M. Lovelace',
      email: 'ada@acme.example',
      organization_id: acme,
    });
    await one(journey, 'support', 'user', { name: 'Bob', email: 'bob@acme.example' });
    const id = await ticket({ requester_id: ada, organization_id: acme });
    await catchUp(journey);
    expect(await accounts()).toMatchObject([{ Name: 'Acme' }]);
    const [account] = await accounts();
    expect(await contacts()).toMatchObject([
      { FirstName: 'Ada M.', LastName: 'Lovelace', Email: 'ada@acme.example', AccountId: account?.Id },
    ]);
    const [contact] = await contacts();
    expect(await caseOf(journey, id)).toMatchObject({ AccountId: account?.Id, ContactId: contact?.Id });
    expect(await holds()).toEqual([]);
    await journey.forgetCalls();
    await catchUp(journey);
    await catchUp(journey);
    expect([wrote(journey, 'sales'), wrote(journey, 'support')]).toEqual([[], []]);
  });

  it('goes on with what was made once its syncs are in the file: nothing is made twice, nothing is held, edits flow', async () => {
    journey = await newPeople();
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    const other = await one(journey, 'support', 'organization', { name: 'Other' });
    const ada = await one(journey, 'support', 'user', {
      name: 'Ada Lovelace',
      email: 'ada@acme.example',
      organization_id: acme,
    });
    const id = await ticket({ requester_id: ada, organization_id: acme });
    await catchUp(journey);
    const both = {
      accounts: { preset: 'salesforce-zendesk/accounts' },
      contacts: { preset: 'salesforce-zendesk/contacts' },
    };
    await syncsOnly(journey, { tickets: tickets(), ...both });
    await journey.forgetCalls();
    await catchUp(journey);
    expect(await holds()).toEqual([]);
    expect([wrote(journey, 'sales'), wrote(journey, 'support')]).toEqual([[], []]);
    expect([(await accounts()).length, (await contacts()).length]).toEqual([1, 1]);
    const [account] = await accounts();
    await journey.edit('sales', 'Account', String(account?.Id), { Name: 'Acme Ltd' });
    const bob = await one(journey, 'support', 'user', {
      name: 'Bob',
      email: 'bob@acme.example',
      organization_id: other,
    });
    const second = await ticket({ requester_id: bob, organization_id: other });
    await catchUp(journey);
    expect((await journey.records('support', 'organization')).map(({ name }) => name)).toContain('Acme Ltd');
    expect((await accounts()).map(({ Name }) => Name).toSorted()).toEqual(['Acme Ltd', 'Other']);
    // And back again: the file loses them, and what they linked is known all the same.
    await syncsOnly(journey, { tickets: tickets() });
    await journey.forgetCalls();
    await catchUp(journey);
    expect([wrote(journey, 'sales'), await holds()]).toEqual([[], []]);
    const [first, then] = [await caseOf(journey, id), await caseOf(journey, second)];
    expect(first.AccountId).toBe(account?.Id);
    expect(then.AccountId).toBe((await accounts()).find(({ Name }) => Name === 'Other')?.Id);
    expect(then.ContactId).toBe((await contacts()).find(({ Email }) => Email === 'bob@acme.example')?.Id);
  });

  it('says in a preview what would be made for it', async () => {
    journey = await newPeople();
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    const ada = await one(journey, 'support', 'user', {
      name: 'Ada Lovelace',
      email: 'ada@acme.example',
      organization_id: acme,
    });
    await ticket({ requester_id: ada, organization_id: acme });
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    const made = plan.lines.flatMap((line) => (line.do === 'create' ? [line] : []));
    const linkOf = (object: string) => made.find((line) => line.object === object)?.link;
    expect(made.map(({ object, name }) => [object, name.replace(/ \(.*/, '')]).toSorted()).toEqual([
      ['Account', 'Organization "Acme"'],
      ['Case', 'Ticket "Help"'],
      ['Contact', 'User "Ada Lovelace"'],
    ]);
    expect(made.find(({ object }) => object === 'Case')?.fields).toMatchObject({
      AccountId: { to: { link: linkOf('Account') } },
      ContactId: { to: { link: linkOf('Contact') } },
    });
    const { left } = await journey.apply(plan);
    expect(left).toEqual([]);
    expect([(await accounts()).length, (await contacts()).length]).toEqual([1, 1]);
  });

  it('has the ids written back into what it points to, once, also where that existed', async () => {
    journey = await newPeople({
      organization: { writeBack: 'AccountNumber' },
      requester: { writeBack: 'Department' },
    });
    const existing = await one(journey, 'sales', 'Account', { Name: 'Acme', AccountNumber: 'old' });
    await one(journey, 'sales', 'Account', { Name: 'Nobody’s', AccountNumber: 'old' });
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    await one(journey, 'support', 'organization', { name: 'Nobody’s' });
    const ada = await one(journey, 'support', 'user', {
      name: 'Ada Lovelace',
      email: 'ada@acme.example',
      organization_id: acme,
    });
    await ticket({ requester_id: ada, organization_id: acme });
    await catchUp(journey);
    expect((await accounts()).map(({ Name, AccountNumber }) => [Name, AccountNumber])).toEqual([
      ['Acme', acme],
      ['Nobody’s', 'old'],
    ]);
    expect(await contacts()).toMatchObject([{ Department: ada }]);
    await journey.edit('sales', 'Account', existing, { AccountNumber: 'mine' });
    await ticket({ requester_id: ada, organization_id: acme });
    await catchUp(journey);
    expect((await accounts())[0]).toMatchObject({ AccountNumber: 'mine' });
  });

  it('takes what exists and makes nothing where it is told so, and is completed when it comes', async () => {
    journey = await newPeople({ organization: { use: 'existing' }, requester: { use: 'existing' } });
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    const ada = await one(journey, 'support', 'user', {
      name: 'Ada Lovelace',
      email: 'ada@acme.example',
      organization_id: acme,
    });
    const id = await ticket({ requester_id: ada, organization_id: acme });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ AccountId: null, ContactId: null });
    const account = await one(journey, 'sales', 'Account', { Name: 'Acme' });
    const contact = await one(journey, 'sales', 'Contact', { LastName: 'Lovelace', Email: 'Ada@Acme.example' });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ AccountId: account, ContactId: contact });
    expect(await holds()).toEqual([]);
  });
});

describe('beside a sync of accounts', () => {
  it('that is paused, what tickets point to is linked and made all the same, and nothing else moves', async () => {
    journey = await newPeople({}, { accounts: { preset: 'salesforce-zendesk/accounts' } });
    await journey.open((service) => service.pause({ kind: 'sync', name: 'accounts' }));
    await one(journey, 'sales', 'Account', { Name: 'Waits' });
    const known = await one(journey, 'sales', 'Account', { Name: 'Known', Description: 'of the account' });
    const [acme, org] = [
      await one(journey, 'support', 'organization', { name: 'Acme' }),
      await one(journey, 'support', 'organization', { name: 'known' }),
    ];
    const [ada, bob] = [await member(acme, 'ada'), await member(org, 'bob')];
    const [id, other] = [
      await ticket({ requester_id: ada, organization_id: acme }),
      await ticket({ requester_id: bob, organization_id: org }),
    ];
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    expect(plan.head.syncs.accounts).toMatchObject({
      create: { crm: 1, desk: 0 },
      update: { crm: 0, desk: 0 },
      link: 1,
    });
    await catchUp(journey);
    expect((await accounts()).map(({ Name }) => Name).toSorted()).toEqual(['Acme', 'Known', 'Waits']);
    expect((await caseOf(journey, id)).AccountId).toBe((await accounts()).find(({ Name }) => Name === 'Acme')?.Id);
    expect((await caseOf(journey, other)).AccountId).toBe(known);
    expect(wrote(journey, 'support')).toEqual([]);
    await journey.open((service) => service.resume({ kind: 'sync', name: 'accounts' }));
    await catchUp(journey);
    expect((await journey.records('support', 'organization')).map(({ name }) => name).toSorted()).toEqual([
      'Acme',
      'Known',
      'Waits',
    ]);
  });

  it('whose new accounts need a field that no rule can give is refused, naming it and what to do', async () => {
    journey = await newPeople(
      {},
      {
        accounts: {
          preset: 'salesforce-zendesk/accounts',
          mode: 'referenced',
          create: [],
          update: [],
          fields: [
            { crm: 'Name', desk: 'name' },
            { desk: 'notes', from: "'Region ' + default(crm.Region__c, '')" },
          ],
        },
      },
    );
    await journey.schema('sales', 'Account', [
      {
        name: 'Region__c',
        label: 'Region',
        type: 'string',
        length: 80,
        nillable: false,
        createable: true,
        updateable: true,
      },
    ]);
    const problems = await journey.open((service) => service.check({ live: true }));
    expect(problems.map(({ path, problem, fix }) => [path, problem, fix])).toEqual([
      [
        'syncs.accounts.fields',
        'Sync accounts: the reference AccountId of the sync "tickets" has records created on the crm side, where Salesforce Account needs "Region__c": no rule has it.',
        'Map "Region__c" in the sync "accounts", such as { crm: Region__c, desk: FIELD }, even though that sync may be off; or say create: false in the reference.',
      ],
    ]);
  });
});

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
