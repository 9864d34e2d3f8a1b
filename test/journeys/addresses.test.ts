import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HoldEntry } from '../../src/app/app.ts';
import { type Journey, newJourney, type Row } from './harness.ts';
import { step } from './said-and-done.ts';

/** An e-mail address belongs to one user of Zendesk, over all addresses of all users; in Salesforce anybody may have it. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
  await journey.configure(
    {},
    {
      syncs: {
        contacts: { preset: 'salesforce-zendesk/contacts' },
        leads: { preset: 'salesforce-zendesk/leads' },
      },
    },
  );
});
afterEach(() => journey.close());

async function seedOne(object: string, row: Row): Promise<string> {
  const [id = ''] = await journey.seed(object === 'user' ? 'support' : 'sales', object, [row]);
  return id;
}

const holds = () => journey.open((service) => service.holds({}));

/** End users by name, each with all its addresses. */
async function users(): Promise<Readonly<Record<string, readonly string[]>>> {
  const identities = await journey.records('support', 'identity');
  const rows = (await journey.records('support', 'user')).filter((row) => row.role === 'end-user');
  const addresses = (id: unknown) =>
    identities.filter((each) => each.user_id === id && each.type === 'email').map(({ value }) => String(value));
  return Object.fromEntries(rows.map((row) => [String(row.name), addresses(row.id).sort()]));
}

async function addAddress(user: string, value: string): Promise<void> {
  await journey.callZendesk('POST', `users/${user}/identities`, { identity: { type: 'email', value } });
}

const shared = 'ann@acme.example';
const orders = ['the contact first', 'the lead first', 'both at once'] as const;

describe.each(orders)('a contact and a lead with one e-mail address, %s', (order) => {
  let contact: string;
  let lead: string;
  beforeEach(async () => {
    const addContact = async () => {
      contact = await seedOne('Contact', { LastName: 'Contact', Email: shared });
    };
    const addLead = async () => {
      lead = await seedOne('Lead', { LastName: 'Lead', Company: 'Acme', Email: shared.toUpperCase() });
    };
    for (const add of order === 'the lead first' ? [addLead, addContact] : [addContact, addLead]) {
      await add();
      if (order !== 'both at once') await step(journey);
    }
    await step(journey);
  });

  it('are one user, the contact has it, and the lead is held and says why', async () => {
    expect(await users()).toEqual({ Contact: [shared] });
    const [hold, ...more] = await holds();
    expect(more).toEqual([]);
    expect(hold).toMatchObject({ sync: 'leads', why: 'ambiguous', crm: { id: lead } });
    expect(hold?.message).toContain('Lead "Lead"');
    expect(hold?.message).toContain('Contact "Contact"');
    expect((await step(journey)).calls.support?.write).toBe(0);
  });

  it('an edit of the lead changes nothing at Zendesk', async () => {
    await journey.edit('sales', 'Lead', lead, { LastName: 'Edited', Phone: '+4930123456' });
    await step(journey);
    expect(await users()).toEqual({ Contact: [shared] });
    expect(journey.writes('support')).toEqual([]);
  });

  it('the lead has the user once the contact is removed, and is held no more', async () => {
    await journey.remove('sales', 'Contact', contact);
    await step(journey);
    expect(await users()).toEqual({ Lead: [shared] });
    expect(await holds()).toEqual([]);
    expect((await step(journey)).calls.support?.write).toBe(0);
  });

  it('the lead has a user of its own once its address is another one', async () => {
    await journey.edit('sales', 'Lead', lead, { Email: 'lead@acme.example' });
    await step(journey);
    expect(await users()).toEqual({ Contact: [shared], Lead: ['lead@acme.example'] });
    expect(await holds()).toEqual([]);
    expect((await step(journey)).calls.support?.write).toBe(0);
  });

  it('the user stays the contact’s where the contact gets another address, since it keeps the old one too', async () => {
    await journey.edit('sales', 'Contact', contact, { Email: 'new@acme.example' });
    await step(journey);
    expect(await users()).toEqual({ Contact: [shared, 'new@acme.example'] });
    expect(await holds()).toMatchObject([{ sync: 'leads', why: 'ambiguous' }]);
    expect((await step(journey)).calls.support?.write).toBe(0);
  });
});

describe('an e-mail address that is a further one of another user', () => {
  it('refuses the create; one look-up for that record alone finds who has it; the rest of the job is done', async () => {
    const owners = {
      free: await seedOne('user', { name: 'Free', email: 'free@acme.example' }),
      agent: await seedOne('user', { name: 'Agent', email: 'agent@acme.example', role: 'agent' }),
      suspended: await seedOne('user', { name: 'Suspended', email: 'suspended@acme.example', suspended: true }),
      linked: await seedOne('user', { name: 'Linked', email: 'linked@acme.example' }),
    };
    for (const [name, id] of Object.entries(owners)) await addAddress(id, `second.${name}@acme.example`);
    await seedOne('Contact', { LastName: 'Linked', Email: 'linked@acme.example' });
    await step(journey);
    const taken = Object.keys(owners);
    const newcomers = Array.from({ length: 8 }, (_, i) => `Number ${i}`);
    for (const name of taken) await seedOne('Contact', { LastName: name, Email: `second.${name}@acme.example` });
    for (const [i, name] of newcomers.entries())
      await seedOne('Contact', { LastName: name, Email: `n${i}@acme.example` });
    const report = await step(journey);

    expect(Object.keys(await users()).sort()).toEqual(['Linked', 'Suspended', 'free', ...newcomers].sort());
    expect(report.syncs.contacts).toMatchObject({ created: { desk: 8 }, linked: 1, updated: { desk: 1 }, failed: 0 });
    const open = await holds();
    expect(reasonsByName(open)).toEqual({
      agent: 'is an agent',
      suspended: 'is suspended',
      linked: 'is already linked to',
    });
    const { byRoute } = await journey.calls('support');
    expect(byRoute['GET /api/v2/users/search']).toBe(taken.length);
    expect(byRoute['POST /api/v2/users/create_many']).toBe(1);
    expect((await step(journey)).calls.support?.write).toBe(0);
    expect((await journey.calls('support')).byRoute).not.toHaveProperty('GET /api/v2/users/search');

    // What stood in the way goes: an agent becomes an end user, the suspension ends, the other contact has another address.
    await journey.edit('support', 'user', owners.suspended, { suspended: false });
    await journey.edit('support', 'user', owners.agent, { role: 'end-user' });
    await step(journey);
    expect(reasonsByName(await holds())).toEqual({ linked: 'is already linked to' });
    expect(Object.keys(await users()).sort()).toEqual(['Linked', 'agent', 'suspended', 'free', ...newcomers].sort());
  });
});

/** Each hold by the last name of its contact, by the reason that its message gives. */
function reasonsByName(open: readonly HoldEntry[]): Readonly<Record<string, string | undefined>> {
  const reasons = ['is an agent', 'is suspended', 'is already linked to'];
  return Object.fromEntries(
    open.map(({ message }) => [/Contact "(.*?)"/.exec(message)?.[1], reasons.find((each) => message.includes(each))]),
  );
}
