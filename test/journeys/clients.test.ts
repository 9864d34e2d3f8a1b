import { Connection } from '@jsforce/jsforce-node';
import zendesk from 'node-zendesk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Journey, newJourney } from './harness.ts';
import { previewedStep, quietStep, step } from './said-and-done.ts';

/**
 * As a customer's own programs meet it: they write and read both systems over sockets, by the clients that most Node programs use, and as
 * the very user that Syncline is at Salesforce; what is an edit is told by content, never by who made it.
 */
let journey: Journey;
let crm: Connection;
let desk: ReturnType<typeof zendesk.createClient>;
let close: () => Promise<unknown>;

beforeEach(async () => {
  journey = await newJourney();
  const [sales, support] = await Promise.all([journey.serve('sales'), journey.serve('support')]);
  close = () => Promise.all([sales.close(), support.close()]);
  crm = new Connection({
    loginUrl: sales.url,
    instanceUrl: sales.url,
    oauth2: {
      loginUrl: sales.url,
      clientId: sales.auth.clientId ?? '',
      clientSecret: sales.auth.clientSecret ?? '',
      redirectUri: `${sales.url}/back`,
    },
    version: '62.0',
  });
  await crm.authorize({ grant_type: 'client_credentials' });
  const endpointUri = `${support.url}/api/v2`;
  desk = zendesk.createClient({ username: 'owner@twin.example', token: 'twin-api-token', endpointUri });
});
afterEach(async () => {
  await close();
  await journey.close();
});

async function create(object: string, rows: readonly Record<string, unknown>[]): Promise<readonly string[]> {
  const results = await crm.sobject(object).create([...rows]);
  return results.map(({ id, success }) => {
    expect(success).toBe(true);
    return id ?? '';
  });
}

const row = z.looseObject({ id: z.number() });
const wrapped = z.object({ result: row });
/** The client's types say less than its answers. */
const one = (answer: unknown) => wrapped.parse(answer).result;
const all = (answer: unknown) => z.array(row).parse(answer);

/** What the account of Zendesk shows of the user with this e-mail address. */
async function shown(email: string) {
  const user = all(await desk.users.list()).find((each) => each.email === email);
  const memberships = all(await desk.organizationmemberships.list()).filter((each) => each.user_id === user?.id);
  const organizations = all(await desk.organizations.list());
  const names = memberships.map((each) => organizations.find(({ id }) => id === each.organization_id)?.name);
  return { name: user?.name, role: user?.role, organizations: names.sort() };
}

describe('two systems that their own programs fill and edit', () => {
  it('come in step, stay in step, and keep what is none of our business', async () => {
    await journey.configure({}, { syncs: { contacts: { preset: 'salesforce-zendesk/contacts' } } });
    const [acme = '', beta = ''] = await create('Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    const [ann = '', bob = ''] = await create('Contact', [
      { FirstName: 'Ann', LastName: 'Alm', Email: 'ann@acme.example', Phone: '+4930901820', AccountId: acme },
      { FirstName: 'Bob', LastName: 'Bø', Email: 'bob@acme.example', AccountId: beta },
    ]);
    const club = one(await desk.organizations.create({ organization: { name: 'Chess club' } }));
    await desk.organizations.create({ organization: { name: 'acme', notes: 'pays late' } });
    const user = one(
      await desk.users.create({
        user: { name: 'ann', email: 'ANN@acme.example', organization_id: club.id, notes: 'likes tea' },
      }),
    );

    expect(await previewedStep(journey)).toEqual([]);
    await journey.world.pass(90_000);
    expect(await shown('ann@acme.example')).toEqual({
      name: 'Ann Alm',
      role: 'end-user',
      organizations: ['Acme', 'Chess club'],
    });
    expect(await shown('bob@acme.example')).toMatchObject({ name: 'Bob Bø', organizations: ['Beta'] });
    expect(one(await desk.users.show(user.id))).toMatchObject({
      notes: 'likes tea',
      external_id: null,
      phone: '+4930901820',
    });
    await quietStep(journey);

    await crm.sobject('Contact').update({ Id: bob, LastName: 'Bø-Alm', AccountId: acme });
    await crm.sobject('Account').update({ Id: acme, Name: 'Acme Europe' });
    await desk.users.update(user.id, { user: { notes: 'likes coffee' } });
    await step(journey);
    await journey.world.pass(90_000);
    expect(await shown('bob@acme.example')).toMatchObject({
      name: 'Bob Bø-Alm',
      organizations: ['Acme Europe', 'Beta'],
    });
    await quietStep(journey);

    await crm.sobject('Contact').destroy(ann);
    await step(journey);
    await journey.world.pass(90_000);
    expect(await shown('ann@acme.example')).toMatchObject({ name: 'Ann Alm' });
    await quietStep(journey);
  });

  it('both ways: an edit by either program reaches the other, and of two at once the rule decides', async () => {
    await journey.configure({
      direction: 'both',
      fields: [
        { crm: 'Name', desk: 'name' },
        { crm: 'Description', desk: 'notes', conflict: ['crm'] },
      ],
    });
    const [acme = ''] = await create('Account', [{ Name: 'Acme', Description: 'first' }]);
    await step(journey);
    const [organization] = all(await desk.organizations.list());
    const id = Number(organization?.id);
    await desk.organizations.update(id, { organization: { notes: 'by the desk' } });
    await step(journey);
    expect(await crm.sobject('Account').retrieve(acme)).toMatchObject({ Description: 'by the desk' });

    await desk.organizations.update(id, { organization: { notes: 'desk again' } });
    await crm.sobject('Account').update({ Id: acme, Description: 'sales again' });
    await step(journey);
    expect(await crm.sobject('Account').retrieve(acme)).toMatchObject({ Description: 'sales again' });
    expect(one(await desk.organizations.show(id))).toMatchObject({ notes: 'sales again' });
    const [overruled] = await journey.open((service) => service.history({ limit: 1 }));
    expect(overruled?.fields.notes).toMatchObject({ before: 'desk again', after: 'sales again' });
    await quietStep(journey);
  });
});
