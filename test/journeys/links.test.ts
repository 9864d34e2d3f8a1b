import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Journey, newJourney } from './harness.ts';
import { byName, quietStep, step, usersByName } from './said-and-done.ts';

/** Which record belongs to which: taken over from another tool, said by hand, and found again when our memory is lost. */
let journey: Journey;
const contacts = { preset: 'salesforce-zendesk/contacts' };
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const organizations = async () => byName(await journey.records('support', 'organization'));
const adopt = (sync: string, side: 'crm' | 'desk', field: string) =>
  journey.open((service) => service.adopt({ sync, from: { side, field } }));

describe('links that another tool has kept', () => {
  it('in external_id, as ids of 15 or 18 characters, are taken over; what does not fit is named and left', async () => {
    const [acme = '', beta = '', gone = ''] = await journey.seed('sales', 'Account', [
      { Name: 'Acme' },
      { Name: 'Beta' },
      { Name: 'Gone' },
    ]);
    await journey.remove('sales', 'Account', gone);
    const ids = await journey.seed('support', 'organization', [
      { name: 'Acme (old)', external_id: acme },
      { name: 'Beta (old)', external_id: beta.slice(0, 15) },
      { name: 'Gone (old)', external_id: gone },
      { name: 'Other', external_id: 'erp-4711' },
      { name: 'None' },
    ]);
    await journey.world.pass(90_000);
    const report = await adopt('accounts', 'desk', 'external_id');
    expect(report).toMatchObject({ named: 4, linked: 2, already: 0, leftCount: 2 });
    expect(report.left.map(({ id }) => id).sort()).toEqual([ids[2], ids[3]].sort());
    expect(journey.writes('support')).toEqual([]);
    await step(journey);
    expect(Object.keys(await organizations()).sort()).toEqual(['Acme', 'Beta', 'Gone (old)', 'None', 'Other']);
    expect((await organizations()).Beta).toMatchObject({ external_id: beta.slice(0, 15) });
    await quietStep(journey);
    expect(await adopt('accounts', 'desk', 'external_id')).toMatchObject({ linked: 0, already: 2 });
  });

  it('in a field of Salesforce with the ids of Zendesk are taken over, of organizations and of users', async () => {
    await journey.configure({}, { syncs: { contacts } });
    const field = { name: 'Zendesk_Id__c', type: 'string', length: 40 };
    await journey.schema('sales', 'Account', [field]);
    await journey.schema('sales', 'Contact', [field]);
    const [organization] = await journey.seed('support', 'organization', [{ name: 'Called otherwise' }]);
    const [user] = await journey.seed('support', 'user', [{ name: 'Old Ann', email: 'old@acme.example' }]);
    const [account] = await journey.seed('sales', 'Account', [{ Name: 'Acme', Zendesk_Id__c: organization }]);
    await journey.seed('sales', 'Contact', [
      { FirstName: 'Ann', LastName: 'New', Email: 'new@acme.example', AccountId: account, Zendesk_Id__c: user },
      { LastName: 'Nobody', Zendesk_Id__c: '999' },
    ]);
    await journey.world.pass(90_000);
    expect(await adopt('accounts', 'crm', 'Zendesk_Id__c')).toMatchObject({ named: 1, linked: 1, leftCount: 0 });
    expect(await adopt('contacts', 'crm', 'Zendesk_Id__c')).toMatchObject({ named: 2, linked: 1, leftCount: 1 });
    await step(journey);
    const users = await usersByName(journey);
    expect(Object.keys(users).sort()).toEqual(['Ann New', 'Nobody']);
    expect(users['Ann New']).toMatchObject({ id: Number(user), email: 'old@acme.example' });
    expect(users['Ann New']).toMatchObject({ organization_id: Number(organization) });
    expect(Object.keys(await organizations())).toEqual(['Acme']);
    await quietStep(journey);
  });
});

describe('links by hand', () => {
  it('join what no criterion would, are parted for good, and are matched anew where somebody says so', async () => {
    const [acme = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }]);
    const [wrong = ''] = await journey.seed('support', 'organization', [{ name: 'Wrong' }]);
    await journey.world.pass(90_000);
    const pair = { sync: 'accounts', crm: acme, desk: wrong };
    const { link } = await journey.open((service) => service.link(pair));
    await step(journey);
    expect(Object.keys(await organizations())).toEqual(['Acme']);
    await quietStep(journey);

    await journey.open((service) => service.unlink(link));
    await journey.edit('sales', 'Account', acme, { Name: 'Acme Europe' });
    await step(journey);
    expect(Object.keys(await organizations())).toEqual(['Acme']);
    const open = await journey.open((service) => service.holds({}));
    expect(open.map(({ why }) => why)).toEqual(['undone', 'undone']);
    expect((await step(journey)).calls.support?.write).toBe(0);

    for (const { id } of open) await journey.open((service) => service.answer(id, { say: 'go' }));
    await step(journey);
    expect(Object.keys(await organizations()).sort()).toEqual(['Acme', 'Acme Europe']);
    await quietStep(journey);
  });

  it('to a record that has a twin, or is not there, are refused with the reason', async () => {
    const [acme = '', beta = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    await step(journey);
    const { Acme, Beta } = await organizations();
    const tried = (crm: string, desk: unknown) =>
      journey.open((service) => service.link({ sync: 'accounts', crm, desk: String(desk) }));
    await expect(tried(acme, Beta?.id)).rejects.toThrow(/already linked with/);
    await expect(tried(beta, 4711)).rejects.toThrow(/shows no organization 4711/);
    await expect(tried(acme, Acme?.id)).resolves.toHaveProperty('link');
    await quietStep(journey);
  });
});

describe('two records that a person has parted', () => {
  it('stay apart whatever happens, also when they are to be left as they are, until they are linked again', async () => {
    await journey.configure({}, { syncs: { contacts } });
    await journey.seed('support', 'user', [{ name: 'Ann', email: 'ann@acme.example' }]);
    const [ann = ''] = await journey.seed('sales', 'Contact', [{ LastName: 'Ann', Email: 'ann@acme.example' }]);
    await step(journey);
    const [linked] = await journey.open((service) => service.history({ status: 'ok' }));
    await journey.open((service) => service.unlink(linked?.link ?? ''));
    const holds = () => journey.open((service) => service.holds({}));
    expect(await holds()).toMatchObject([{ why: 'undone' }, { why: 'undone' }]);
    for (const { id } of await holds()) await journey.open((service) => service.answer(id, { say: 'skip' }));
    await step(journey);
    await journey.edit('sales', 'Contact', ann, { LastName: 'Anna' });
    await step(journey);
    expect(Object.keys(await usersByName(journey))).toEqual(['Ann']);
    expect(await holds()).toEqual([]);
    const [user] = await journey.records('support', 'user').then((rows) => rows.filter(({ name }) => name === 'Ann'));
    await journey.open((service) => service.link({ sync: 'contacts', crm: ann, desk: String(user?.id) }));
    await step(journey);
    expect(Object.keys(await usersByName(journey))).toEqual(['Anna']);
    await quietStep(journey);
  });
});

describe('a mark that another user carries', () => {
  it('holds the contact, which is not tried again and again, until the user is another one’s no more', async () => {
    await journey.configure({}, { syncs: { contacts } });
    const [user = ''] = await journey.seed('support', 'user', [{ name: 'Ann', email: 'ann@acme.example' }]);
    const [ann = ''] = await journey.seed('sales', 'Contact', [{ LastName: 'Ann', Email: 'ann@acme.example' }]);
    await step(journey);
    const [bob = ''] = await journey.seed('sales', 'Contact', [{ LastName: 'Bob', Email: 'bob@acme.example' }]);
    await journey.edit('support', 'user', user, { external_id: bob });
    await step(journey);
    await journey.forgetCalls();
    for (let i = 0; i < 3; i++) await step(journey);
    expect(journey.writes('support')).toEqual([]);
    expect(await journey.open((service) => service.holds({}))).toMatchObject([{ crm: { id: bob } }]);
    await journey.edit('support', 'user', user, { external_id: ann });
    await step(journey);
    expect(Object.keys(await usersByName(journey)).sort()).toEqual(['Ann', 'Bob']);
    await quietStep(journey);
  });
});

async function statuses(): Promise<readonly number[]> {
  const { last } = callLog.parse(await journey.control('support', 'GET', 'calls'));
  return last.map(({ status }) => status);
}

const callLog = z.object({ last: z.array(z.object({ status: z.number() })) });

describe('where the account of Zendesk has no bulk imports', () => {
  it('250 contacts go one by one within the limits, and a preview says so once that is known', async () => {
    await journey.control('support', 'PUT', 'settings', { bulkImports: 'off' });
    await journey.configure({}, { syncs: { contacts } });
    const rows = (from: number) =>
      Array.from({ length: 250 }, (_, i) => ({ LastName: `N${from + i}`, Email: `n${from + i}@acme.example` }));
    await journey.seed('sales', 'Contact', rows(0));
    const report = await step(journey);
    expect(report.syncs.contacts).toMatchObject({ created: { desk: 250 }, held: 0, failed: 0 });
    expect(Object.keys(await usersByName(journey))).toHaveLength(250);
    const { byRoute } = await journey.calls('support');
    expect(byRoute['POST /api/v2/users/create_many']).toBe(1);
    expect(byRoute['POST /api/v2/users']).toBe(250);
    expect(await statuses()).not.toContain(429);
    await quietStep(journey);

    await journey.seed('sales', 'Contact', rows(1000));
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    expect(plan.head.calls.support?.write).toBe(250);
    const applied = await journey.apply(plan);
    expect(applied).toMatchObject({ left: [], syncs: { contacts: { created: { desk: 250 } } } });
    expect(applied.calls.support?.write).toBe(250);
    await quietStep(journey);
  });
});
