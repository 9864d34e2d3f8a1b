import { afterEach, describe, expect, it } from 'vitest';
import type { Journey } from './harness.ts';
import { newPeople, one, peopleIn, syncsOnly, tickets, wrote } from './ticket-people.ts';
import { caseOf, catchUp } from './ticketing.ts';

/** A ticket's organization and requester: the case's account and contact, found or made. */
let journey: Journey;
afterEach(() => journey.close());

const { accounts, contacts, holds, ticket, member } = peopleIn(() => journey);

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
    // Long after the ticket has been looked at for the last time.
    for (let later = 0; later < 3; later++) await catchUp(journey);
    const account = await one(journey, 'sales', 'Account', { Name: 'Acme' });
    const contact = await one(journey, 'sales', 'Contact', { LastName: 'Lovelace', Email: 'Ada@Acme.example' });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ AccountId: account, ContactId: contact });
    expect(await holds()).toEqual([]);
  });
});

describe('a case', () => {
  it('has no account where the ticket has no organization, whatever its requester’s contact has', async () => {
    journey = await newPeople();
    const acme = await one(journey, 'sales', 'Account', { Name: 'Acme' });
    const known = { LastName: 'Lovelace', Email: 'ada@acme.example', AccountId: acme };
    const contact = await one(journey, 'sales', 'Contact', known);
    const ada = await one(journey, 'support', 'user', { name: 'Ada Lovelace', email: 'ada@acme.example' });
    const bob = await one(journey, 'support', 'user', { name: 'Bob', email: 'bob@acme.example' });
    const ids = [await ticket({ requester_id: ada }), await ticket({ requester_id: bob })];
    const sent = () => journey.writes('sales').flatMap(({ path, body }) => (path.includes('/Case/') ? [body] : []));
    await catchUp(journey);
    expect(sent()).toMatchObject([{ records: [{ AccountId: null }, { AccountId: null }] }]);
    expect(await caseOf(journey, ids[0])).toMatchObject({ AccountId: null, ContactId: contact });
    // Nor does a new requester bring one.
    await journey.edit('support', 'ticket', String(ids[1]), { requester_id: ada });
    await catchUp(journey);
    expect(await caseOf(journey, ids[1])).toMatchObject({ AccountId: null, ContactId: contact });
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

  it('that has no preset, goes by that one and its criteria, and brings no second one', async () => {
    journey = await newPeople(
      {},
      {
        customers: {
          crm: { connection: 'sales', object: 'Account' },
          desk: { connection: 'support', object: 'organization' },
          direction: 'crm-to-desk',
          match: [{ crm: 'AccountNumber', desk: 'external_id' }],
          mark: 'off',
          fields: [
            { crm: 'Name', desk: 'name' },
            { crm: 'AccountNumber', desk: 'external_id' },
          ],
        },
      },
    );
    const known = await one(journey, 'sales', 'Account', { Name: 'Acme Holding', AccountNumber: 'A1' });
    const acme = await one(journey, 'support', 'organization', { name: 'Acme', external_id: 'A1' });
    const id = await ticket({ requester_id: await member(acme, 'ada'), organization_id: acme });
    const { syncs } = await catchUp(journey);
    expect(Object.keys(syncs).toSorted()).toEqual(['customers', 'tickets', 'tickets.people']);
    expect((await caseOf(journey, id)).AccountId).toBe(known);
    expect([(await accounts()).length, await holds()]).toEqual([1, []]);
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
