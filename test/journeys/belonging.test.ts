import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney } from './harness.ts';
import { byName, quietStep, step, usersByName } from './said-and-done.ts';

/** What happens to a user and its organizations after contact and user are linked: people at both ends, and answers that are lost. */
let journey: Journey;
const accounts = new Map<string, string>();
const email = (name: string) => `${name.toLowerCase()}@acme.example`;

beforeEach(async () => {
  journey = await newJourney();
  await journey.configure({}, { syncs: { contacts: { preset: 'salesforce-zendesk/contacts' } } });
  const names = ['Acme', 'Beta'];
  const ids = await journey.seed(
    'sales',
    'Account',
    names.map((Name) => ({ Name })),
  );
  names.forEach((name, i) => {
    accounts.set(name, ids[i] ?? '');
  });
  await step(journey);
});
afterEach(() => journey.close());

async function contact(name: string, account: string | null): Promise<string> {
  const row = { LastName: name, Email: email(name), AccountId: account === null ? null : accounts.get(account) };
  const [id = ''] = await journey.seed('sales', 'Contact', [row]);
  return id;
}
const move = (id: string, account: string) =>
  journey.edit('sales', 'Contact', id, { AccountId: accounts.get(account) ?? null });

async function organizationIds(): Promise<Readonly<Record<string, number>>> {
  const rows = byName(await journey.records('support', 'organization'));
  return Object.fromEntries(Object.entries(rows).map(([name, { id }]) => [name, Number(id)]));
}

/** The organizations of a user, the default one with a star. */
async function belongs(name: string): Promise<readonly string[]> {
  const names = new Map(Object.entries(await organizationIds()).map(([each, id]) => [id, each]));
  const user = (await journey.records('support', 'user')).find((row) => row.name === name);
  return (await journey.records('support', 'organization_membership'))
    .filter((row) => row.user_id === user?.id)
    .map((row) => `${names.get(Number(row.organization_id))}${row.default === true ? '*' : ''}`)
    .sort();
}

async function membership(name: string, organization: string): Promise<string> {
  const user = (await usersByName(journey))[name];
  const id = (await organizationIds())[organization];
  const rows = await journey.records('support', 'organization_membership');
  return String(rows.find((row) => row.user_id === user?.id && row.organization_id === id)?.id);
}
const holds = () => journey.open((service) => service.holds({}));
const calls = () => journey.writes('support').map(({ method, path }) => `${method} ${path.replace(/\d+/g, ':id')}`);

describe('a user who belongs to the organization already', () => {
  it('is not made a member again: the membership becomes the default one', async () => {
    const { Acme, Beta } = await organizationIds();
    const [user] = await journey.seed('support', 'user', [{ name: 'Ann', email: email('Ann'), organization_id: Beta }]);
    await journey.callZendesk('POST', 'organization_memberships', {
      organization_membership: { user_id: Number(user), organization_id: Acme },
    });
    await contact('Ann', 'Acme');
    await step(journey);
    expect(await belongs('Ann')).toEqual(['Acme*', 'Beta']);
    expect(calls().length).toBeLessThanOrEqual(2);
    await quietStep(journey);
  });
});

describe('what a person does at Zendesk', () => {
  let ann: string;
  beforeEach(async () => {
    ann = await contact('Ann', 'Acme');
    await step(journey);
  });

  it('another default organization stays until the contact moves', async () => {
    const user = (await usersByName(journey)).Ann;
    const { Beta } = await organizationIds();
    await journey.callZendesk('POST', 'organization_memberships', {
      organization_membership: { user_id: Number(user?.id), organization_id: Beta, default: true },
    });
    expect(await belongs('Ann')).toEqual(['Acme', 'Beta*']);
    await quietStep(journey);
    await journey.edit('sales', 'Contact', ann, { LastName: 'Ann B.' });
    await step(journey);
    expect(await belongs('Ann B.')).toEqual(['Acme', 'Beta*']);
    accounts.set('Gamma', (await journey.seed('sales', 'Account', [{ Name: 'Gamma' }]))[0] ?? '');
    await move(ann, 'Gamma');
    await step(journey);
    expect(await belongs('Ann B.')).toEqual(['Acme', 'Beta', 'Gamma*']);
    await quietStep(journey);
  });

  it('a membership that was ended stays so until the contact moves', async () => {
    await journey.callZendesk('DELETE', `organization_memberships/${await membership('Ann', 'Acme')}`, {});
    await quietStep(journey);
    expect(await belongs('Ann')).toEqual([]);
    await move(ann, 'Beta');
    await step(journey);
    expect(await belongs('Ann')).toEqual(['Beta*']);
    await quietStep(journey);
  });

  it('a user who becomes an agent is not written any more, and is again when that ends', async () => {
    const user = String((await usersByName(journey)).Ann?.id);
    await journey.edit('support', 'user', user, { role: 'agent' });
    await step(journey);
    await move(ann, 'Beta');
    await journey.edit('sales', 'Contact', ann, { LastName: 'Anna' });
    await step(journey);
    expect(journey.writes('support')).toEqual([]);
    const open = await holds();
    expect(open.map(({ field }) => field).sort()).toEqual(['AccountId → organization_id', 'Name → name']);
    for (const { message } of open) expect(message).toContain('is an agent');
    await journey.edit('support', 'user', user, { role: 'end-user' });
    await step(journey);
    expect(await belongs('Anna')).toEqual(['Acme', 'Beta*']);
    await quietStep(journey);
  });

  it('a user who was deleted is not made again; edits of the contact are held until somebody says so', async () => {
    await journey.remove('support', 'user', String((await usersByName(journey)).Ann?.id));
    await step(journey);
    expect(await holds()).toEqual([]);
    await journey.edit('sales', 'Contact', ann, { LastName: 'Anna' });
    await step(journey);
    expect(journey.writes('support')).toEqual([]);
    expect(await holds()).toMatchObject([{ why: 'closed', crm: { id: ann } }]);
    expect(await usersByName(journey)).toEqual({});
  });
});

describe('answers that are lost', () => {
  for (const [what, path] of [
    ['of the job of memberships', 'organization_memberships/create_many'],
    ['of the look at jobs', 'job_statuses'],
    ['of making it the default one', 'make_default'],
  ] as const)
    it(`${what}: everybody is a member once, and nobody lost anything`, async () => {
      const { Acme, Beta } = await organizationIds();
      const names = Array.from({ length: 12 }, (_, i) => `Ann${i}`);
      for (const [i, name] of names.entries()) {
        const [user] = await journey.seed('support', 'user', [{ name, email: email(name), organization_id: Beta }]);
        // Some are members already.
        if (i < 3)
          await journey.callZendesk('POST', 'organization_memberships', {
            organization_membership: { user_id: Number(user), organization_id: Acme },
          });
        await contact(name, 'Acme');
      }
      await journey.control('support', 'POST', 'faults', { match: { path }, do: 'lose-answer', times: 2 });
      await step(journey);
      await step(journey);
      for (const name of names) expect(await belongs(name)).toEqual(['Acme*', 'Beta']);
      expect(await journey.records('support', 'organization_membership')).toHaveLength(24);
      await quietStep(journey);
    });
});

describe('two contacts who swap their addresses', () => {
  it('are held, each with the address that is the other one’s; nothing is taken from anybody', async () => {
    const ann = await contact('Ann', 'Acme');
    const bob = await contact('Bob', 'Beta');
    await step(journey);
    await journey.edit('sales', 'Contact', ann, { Email: email('Bob') });
    await journey.edit('sales', 'Contact', bob, { Email: email('Ann') });
    await step(journey);
    const open = await holds();
    expect(open.map(({ crm, field }) => `${crm?.id} ${field}`).sort()).toEqual(
      [`${ann} Email → email`, `${bob} Email → email`].sort(),
    );
    for (const { message, values } of open) expect(message).toContain(`"${values.crm}"`);
    expect(await usersByName(journey)).toMatchObject({ Ann: { email: email('Ann') }, Bob: { email: email('Bob') } });
    expect((await step(journey)).calls.support?.write).toBe(0);
    await journey.edit('sales', 'Contact', ann, { Email: email('Ann') });
    await journey.edit('sales', 'Contact', bob, { Email: email('Bob') });
    await step(journey);
    await quietStep(journey);
  });
});
