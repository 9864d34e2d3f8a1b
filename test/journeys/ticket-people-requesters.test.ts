import { afterEach, describe, expect, it } from 'vitest';
import type { Journey, Row } from './harness.ts';
import { newPeople, one, syncsOnly, tickets, wrote } from './ticket-people.ts';
import { caseOf, catchUp } from './ticketing.ts';

/** Who the requester of a ticket is to Salesforce: of use or not, an agent, one of several, a lead. */
let journey: Journey;
afterEach(() => journey.close());

const there = (rows: readonly Row[]) => rows.filter(({ IsDeleted }) => IsDeleted !== true);
const contacts = async () => there(await journey.records('sales', 'Contact'));
const holds = async () =>
  (await journey.open((service) => service.holds({}))).map(({ sync, why, field }) =>
    `${sync}: ${why} ${field ?? ''}`.trim(),
  );

async function ticket(fields: Row): Promise<string> {
  return one(journey, 'support', 'ticket', { subject: 'Help', description: 'It is broken', ...fields });
}

describe('a requester', () => {
  it('who is of no use has the default, and nobody else has', async () => {
    journey = await newPeople();
    const nobody = await one(journey, 'sales', 'Contact', { LastName: 'Nobody' });
    const house = await one(journey, 'sales', 'Account', { Name: 'House' });
    await syncsOnly(journey, {
      tickets: tickets({
        organization: { use: 'default', default: house },
        requester: { use: 'default', default: nobody },
      }),
    });
    await one(journey, 'sales', 'Contact', { LastName: 'Known', Email: 'known@acme.example' });
    for (const LastName of ['One', 'Two'])
      await one(journey, 'sales', 'Contact', { LastName, Email: 'two@acme.example' });
    const user = (name: string, fields: Row) => one(journey, 'support', 'user', { name, ...fields });
    const ids: Record<string, string> = {};
    for (const [name, fields] of Object.entries({
      silent: {},
      suspended: { email: 'suspended@acme.example', suspended: true },
      known: { email: 'known@acme.example' },
      unknown: { email: 'unknown@acme.example' },
      doubled: { email: 'two@acme.example' },
    }))
      ids[name] = await ticket({ requester_id: await user(name, fields) });
    const gone = await user('gone', { email: 'gone@acme.example' });
    ids.gone = await ticket({ requester_id: gone, status: 'closed' });
    await journey.remove('support', 'user', gone);
    await catchUp(journey);
    const contactOf = async (name: string) => (await caseOf(journey, ids[name])).ContactId ?? null;
    expect([await contactOf('silent'), await contactOf('suspended'), await contactOf('gone')]).toEqual([
      nobody,
      nobody,
      nobody,
    ]);
    expect(await contactOf('known')).toBe((await contacts()).find(({ LastName }) => LastName === 'Known')?.Id);
    expect([await contactOf('unknown'), await contactOf('doubled')]).toEqual([null, null]);
    expect(await caseOf(journey, ids.silent)).toMatchObject({ AccountId: house });
    expect(await holds()).toEqual(['tickets.people: ambiguous']);
    expect((await contacts()).length).toBe(4);
    // One who is of use by then is meant.
    await journey.forgetCalls();
    await catchUp(journey);
    expect(wrote(journey, 'sales')).toEqual([]);
  });

  it('whom nothing tells apart becomes no contact, until there is an address', async () => {
    journey = await newPeople();
    const silent = await one(journey, 'support', 'user', { name: 'Silent' });
    const id = await ticket({ requester_id: silent });
    await catchUp(journey);
    expect([await contacts(), (await caseOf(journey, id)).ContactId]).toEqual([[], null]);
    await journey.edit('support', 'user', silent, { email: 'silent@acme.example' });
    await catchUp(journey);
    expect(await contacts()).toMatchObject([{ LastName: 'Silent', Email: 'silent@acme.example' }]);
    const [contact] = await contacts();
    expect((await caseOf(journey, id)).ContactId).toBe(contact?.Id);
    expect(await holds()).toEqual([]);
  });

  it('who is an agent means the contact of that address, is made none, and is not linked', async () => {
    journey = await newPeople();
    const known = await one(journey, 'sales', 'Contact', { LastName: 'Agent', Email: 'agent@acme.example' });
    const agent = await one(journey, 'support', 'user', { name: 'Agent', email: 'agent@acme.example', role: 'agent' });
    const admin = await one(journey, 'support', 'user', { name: 'Admin', email: 'admin@acme.example', role: 'admin' });
    const [first, second] = [await ticket({ requester_id: agent }), await ticket({ requester_id: admin })];
    await catchUp(journey);
    expect((await caseOf(journey, first)).ContactId).toBe(known);
    expect((await caseOf(journey, second)).ContactId).toBeNull();
    expect((await contacts()).length).toBe(1);
    expect(await holds()).toEqual([]);
    const late = await one(journey, 'sales', 'Contact', { LastName: 'Admin', Email: 'admin@acme.example' });
    await catchUp(journey);
    expect((await caseOf(journey, second)).ContactId).toBe(late);
    await journey.edit('sales', 'Contact', known, { Email: 'other@acme.example' });
    await catchUp(journey);
    expect(await holds()).toEqual([]);
  });

  it('who takes the place of another one and has no contact leaves the case without, until there is one', async () => {
    journey = await newPeople();
    const mia = await one(journey, 'support', 'user', { name: 'Mia', email: 'mia@acme.example' });
    const agent = await one(journey, 'support', 'user', { name: 'Agent', email: 'agent@acme.example', role: 'agent' });
    const id = await ticket({ requester_id: mia });
    await catchUp(journey);
    expect((await caseOf(journey, id)).ContactId).toBe((await contacts())[0]?.Id);
    await journey.edit('support', 'ticket', id, { requester_id: Number(agent) });
    await catchUp(journey);
    expect((await caseOf(journey, id)).ContactId).toBeNull();
    expect(await holds()).toEqual([]);
    const late = await one(journey, 'sales', 'Contact', { LastName: 'Agent', Email: 'agent@acme.example' });
    await catchUp(journey);
    expect((await caseOf(journey, id)).ContactId).toBe(late);
  });

  it('without an address becomes no contact', async () => {
    journey = await newPeople();
    const silent = await one(journey, 'support', 'user', { name: 'Silent' });
    const id = await ticket({ requester_id: silent });
    await catchUp(journey);
    expect((await caseOf(journey, id)).ContactId).toBeNull();
    expect(await contacts()).toEqual([]);
    expect(await holds()).toEqual([]);
  });

  it('has no say in the account, also where another one takes his place', async () => {
    journey = await newPeople();
    const other = await one(journey, 'sales', 'Account', { Name: 'Other' });
    await one(journey, 'sales', 'Contact', { LastName: 'Ben', Email: 'ben@acme.example', AccountId: other });
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    const mia = await one(journey, 'support', 'user', {
      name: 'Mia',
      email: 'mia@acme.example',
      organization_id: Number(acme),
    });
    const ben = await one(journey, 'support', 'user', { name: 'Ben', email: 'ben@acme.example' });
    const ids = [await ticket({ requester_id: mia }), await ticket({ requester_id: ben })];
    await catchUp(journey);
    const [account] = (await journey.records('sales', 'Account')).filter(({ Name }) => Name === 'Acme');
    expect((await caseOf(journey, ids[0])).AccountId).toBe(account?.Id);
    expect((await caseOf(journey, ids[1])).AccountId).toBeNull();
    await journey.callZendesk('POST', 'organization_memberships', {
      organization_membership: { user_id: Number(ben), organization_id: Number(acme) },
    });
    await journey.edit('support', 'ticket', ids[0] ?? '', {
      requester_id: Number(ben),
      organization_id: Number(acme),
    });
    await catchUp(journey);
    const made = await caseOf(journey, ids[0]);
    expect(made.ContactId).toBe((await contacts()).find(({ LastName }) => LastName === 'Ben')?.Id);
    expect(made.AccountId).toBe(account?.Id);
  });

  it('whose address two contacts have is held, named, and the case goes on without; so is an organization of two accounts’ name', async () => {
    journey = await newPeople();
    for (const LastName of ['One', 'Two'])
      await one(journey, 'sales', 'Contact', { LastName, Email: 'ada@acme.example' });
    for (const Site of ['One', 'Two']) await one(journey, 'sales', 'Account', { Name: 'Acme', Site });
    const acme = await one(journey, 'support', 'organization', { name: 'Acme' });
    const ada = await one(journey, 'support', 'user', {
      name: 'Ada',
      email: 'ada@acme.example',
      organization_id: acme,
    });
    const id = await ticket({ requester_id: ada, organization_id: acme });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ AccountId: null, ContactId: null });
    const held = await journey.open((service) => service.holds({}));
    expect(
      held.map(({ sync, why, message }) => [sync, why, /matches .* of 2 records/.test(message)]).toSorted(),
    ).toEqual([
      ['tickets.organizations', 'ambiguous', true],
      ['tickets.people', 'ambiguous', true],
    ]);
    const hold = held.find(({ sync }) => sync === 'tickets.people');
    const chosen = (await contacts())[1]?.Id;
    await journey.open((service) => service.answer(hold?.id ?? '', { say: 'candidate', id: String(chosen) }));
    await catchUp(journey);
    expect((await caseOf(journey, id)).ContactId).toBe(chosen);
    expect((await contacts()).length).toBe(2);
  });
});

describe('a requester who is a lead', () => {
  const leads = { leads: { preset: 'salesforce-zendesk/leads' } };

  it('leaves the contact empty and gives the case their name and address, until the lead has become a contact', async () => {
    journey = await newPeople({ requester: { use: 'existing' } }, leads);
    const lead = await one(journey, 'sales', 'Lead', {
      LastName: 'Lovelace',
      Company: 'Acme',
      Email: 'ada@acme.example',
    });
    const ada = await one(journey, 'support', 'user', { name: 'Ada Lovelace', email: 'ada@acme.example' });
    const bob = await one(journey, 'support', 'user', { name: 'Bob', email: 'bob@acme.example' });
    const [id, other] = [await ticket({ requester_id: ada }), await ticket({ requester_id: bob })];
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({
      ContactId: null,
      SuppliedName: 'Ada Lovelace',
      SuppliedEmail: 'ada@acme.example',
    });
    expect(await caseOf(journey, other)).toMatchObject({ ContactId: null, SuppliedName: null, SuppliedEmail: null });
    await journey.control('sales', 'POST', `records/Lead/${lead}/convert`, {});
    const contact = (await contacts()).find(({ Email }) => Email === 'ada@acme.example')?.Id;
    expect(contact).toBeDefined();
    await catchUp(journey);
    await catchUp(journey);
    expect((await caseOf(journey, id)).ContactId).toBe(contact);
    expect(await holds()).toEqual([]);
  });

  it('becomes no contact where contacts are made, as long as the lead is there', async () => {
    journey = await newPeople({}, leads);
    const lead = await one(journey, 'sales', 'Lead', {
      LastName: 'Lovelace',
      Company: 'Acme',
      Email: 'ada@acme.example',
    });
    const ada = await one(journey, 'support', 'user', { name: 'Ada Lovelace', email: 'ada@acme.example' });
    const id = await ticket({ requester_id: ada });
    for (let later = 0; later < 2; later++) await catchUp(journey);
    expect([await contacts(), await holds()]).toEqual([[], []]);
    expect(await caseOf(journey, id)).toMatchObject({
      ContactId: null,
      SuppliedName: 'Ada Lovelace',
      SuppliedEmail: 'ada@acme.example',
    });
    await journey.remove('sales', 'Lead', lead);
    for (let later = 0; later < 2; later++) await catchUp(journey);
    expect(await contacts()).toMatchObject([{ LastName: 'Lovelace', Email: 'ada@acme.example' }]);
    const [contact] = await contacts();
    expect([(await caseOf(journey, id)).ContactId, await holds()]).toEqual([contact?.Id, []]);
  });

  it('is made one where the sync says so, with what Salesforce needs of a lead', async () => {
    journey = await newPeople({ requester: { as: 'lead', writeBack: 'Website' } });
    const ada = await one(journey, 'support', 'user', { name: 'Ada Lovelace', email: 'ada@acme.example' });
    const bob = await one(journey, 'support', 'user', { name: 'Bob', email: 'bob@acme.example' });
    const contact = await one(journey, 'sales', 'Contact', { LastName: 'Bob', Email: 'bob@acme.example' });
    const [id, other] = [await ticket({ requester_id: ada }), await ticket({ requester_id: bob })];
    await catchUp(journey);
    expect(there(await journey.records('sales', 'Lead'))).toMatchObject([
      { FirstName: 'Ada', LastName: 'Lovelace', Company: '[not provided]', Email: 'ada@acme.example', Website: ada },
    ]);
    expect(await caseOf(journey, id)).toMatchObject({ ContactId: null, SuppliedEmail: 'ada@acme.example' });
    expect(await caseOf(journey, other)).toMatchObject({ ContactId: contact, SuppliedEmail: null });
    expect(await holds()).toEqual([]);
  });
});
