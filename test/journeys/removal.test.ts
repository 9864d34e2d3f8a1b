import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row } from './harness.ts';
import { byName, quietStep, step, usersByName } from './said-and-done.ts';

/** Records are removed by people, carried over or not, refused, and brought back: at both twins, through the whole product. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

/** Those that are there. */
const organizations = async () =>
  byName((await journey.records('support', 'organization')).filter(({ removed }) => removed !== true));
const accounts = async () => {
  const rows = await journey.records('sales', 'Account');
  return rows.filter((row) => row.IsDeleted !== true).map((row) => String(row.Name));
};
const holds = () => journey.open((service) => service.holds({}));
const answer = async (say: 'go' | 'skip') => {
  const [hold] = await holds();
  await journey.open((service) => service.answer(hold?.id ?? '', { say }));
};
const restore = (id: string) => journey.control('sales', 'POST', `records/Account/${id}/restore`, {});

/** One account with its organization, and feeds that have told of both. */
async function pair(
  sync: Row,
  more: Row = {},
  syncs: Readonly<Record<string, Row>> = {},
): Promise<{ readonly account: string; readonly organization: string }> {
  await journey.configure(sync, { syncs });
  const [account = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme', Type: 'Customer - Direct', ...more }]);
  await step(journey);
  await step(journey);
  const { Acme } = await organizations();
  return { account, organization: String(Acme?.id) };
}

const both = {
  direction: 'both',
  create: ['desk'],
  onMatch: 'crm',
  fields: [
    { crm: 'Name', desk: 'name' },
    { crm: 'Description', desk: 'notes', direction: 'both' },
  ],
} as const;

describe('an account that is deleted', () => {
  it('takes its organization with it where the sync says so: previewed first, then exactly that', async () => {
    const { account, organization } = await pair({ remove: { desk: 'trash' } });
    await journey.remove('sales', 'Account', account);
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    expect(plan.head.syncs.accounts).toMatchObject({ remove: { crm: 0, desk: 1 }, hold: 0 });
    expect(plan.head.calls.support?.write).toBe(1);
    expect(plan.head.notes.join(' ')).toContain(
      '1 record at support (organization) is removed for good: Zendesk cannot bring it back',
    );
    expect(plan.lines).toMatchObject([
      {
        do: 'remove',
        side: 'desk',
        id: organization,
        name: `Organization "Acme" (${organization})`,
        fields: { name: { from: 'Acme', to: null, rule: 'removal' } },
      },
    ]);
    await journey.forgetCalls();
    const applied = await journey.apply(plan);
    expect(applied).toMatchObject({ left: [], syncs: { accounts: { removed: { crm: 0, desk: 1 } } } });
    expect(journey.writes('support')).toMatchObject([
      { method: 'DELETE', path: expect.stringContaining(`/organizations/${organization}`) },
    ]);
    expect(Object.keys(await organizations())).toEqual([]);
    await quietStep(journey);
  });

  it('is not removed by a plan from which it has moved since', async () => {
    const { account, organization } = await pair({ ...both, remove: { desk: 'trash' } });
    await journey.remove('sales', 'Account', account);
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    await journey.edit('support', 'organization', organization, { notes: 'a call this morning' });
    await journey.world.pass(90_000);
    const { left } = await journey.apply(plan);
    expect(left).toMatchObject([{ why: expect.stringContaining('was edited since both last agreed') }]);
    expect(Object.keys(await organizations())).toEqual(['Acme']);
  });

  it('is asked about where its organization was edited since', async () => {
    const { account, organization } = await pair({ ...both, remove: { desk: 'trash' } });
    await journey.remove('sales', 'Account', account);
    await journey.edit('support', 'organization', organization, { notes: 'a call this morning' });
    await step(journey);
    const [hold] = await holds();
    expect(hold?.why).toBe('closed');
    expect(hold?.message).toContain('was deleted in Salesforce, but Organization "Acme"');
    expect(hold?.message).toContain('its notes is "a call this morning"');
    await answer('go');
    await step(journey);
    expect(Object.keys(await organizations())).toEqual([]);
    await quietStep(journey);
  });

  it('takes its contacts’ users along too, also once Zendesk has emptied the organization of these', async () => {
    const contacts = { preset: 'salesforce-zendesk/contacts', remove: { desk: 'trash' } };
    const { account } = await pair({ remove: { desk: 'trash' } }, {}, { contacts });
    const people = ['Ann', 'Bob'].map((name) => ({
      LastName: name,
      Email: `${name}@acme.example`,
      AccountId: account,
    }));
    await journey.seed('sales', 'Contact', people);
    await step(journey);
    await step(journey);
    expect(Object.keys(await usersByName(journey)).sort()).toEqual(['Ann', 'Bob']);
    await journey.remove('sales', 'Account', account);
    await journey.control('support', 'POST', 'faults', { match: { method: 'DELETE', path: 'users' }, do: 'status' });
    await step(journey);
    expect(await organizations()).toEqual({});
    expect(Object.values(await usersByName(journey)).map((user) => user.organization_id)).toEqual([null, null]);
    await journey.control('support', 'DELETE', 'faults');
    await step(journey);
    expect(await usersByName(journey)).toEqual({});
    await quietStep(journey);
  });

  it('and restored by a person has an organization again', async () => {
    const { account } = await pair({ remove: { desk: 'trash' } });
    await journey.remove('sales', 'Account', account);
    await step(journey);
    expect(Object.keys(await organizations())).toEqual([]);
    await restore(account);
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ created: { crm: 0, desk: 1 }, held: 0 });
    expect((await organizations()).Acme).toMatchObject({ external_id: account });
    await quietStep(journey);
  });

  it('is carried over once, also where the process never heard the answer', async () => {
    const { account } = await pair({ remove: { desk: 'trash' } });
    await journey.remove('sales', 'Account', account);
    await journey.control('support', 'POST', 'faults', {
      match: { method: 'DELETE', path: 'organizations' },
      do: 'lose-answer',
    });
    await step(journey);
    await step(journey);
    expect(Object.keys(await organizations())).toEqual([]);
    expect(await holds()).toEqual([]);
    // It is still known that it was us.
    await restore(account);
    await step(journey);
    expect(Object.keys(await organizations())).toEqual(['Acme']);
    await quietStep(journey);
  });

  it('but is merely hidden from us takes nobody with it, and is held until it is shown again', async () => {
    const { account, organization } = await pair({ ...both, remove: { desk: 'trash' }, recreate: ['crm'] });
    await journey.control('sales', 'PUT', 'settings', { hiddenRows: [account] });
    await journey.edit('support', 'organization', organization, { notes: 'b' });
    await step(journey);
    expect((await holds()).map(({ why }) => why)).toEqual(['hidden']);
    expect(Object.keys(await organizations())).toEqual(['Acme']);
    expect(journey.writes('support')).toEqual([]);
    await journey.control('sales', 'PUT', 'settings', { hiddenRows: [] });
    await journey.edit('sales', 'Account', account, { Phone: '1' });
    await step(journey);
    expect(await journey.records('sales', 'Account')).toMatchObject([{ Description: 'b' }]);
    await quietStep(journey);
  });

  it('archives its organization where fields are to be set, and takes that back when it returns', async () => {
    const { account } = await pair({ remove: { desk: { set: { details: 'no customer any more' } } } });
    await journey.remove('sales', 'Account', account);
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ updated: { crm: 0, desk: 1 }, removed: { crm: 0, desk: 0 } });
    expect((await organizations()).Acme).toMatchObject({ details: 'no customer any more' });
    await quietStep(journey);
    await restore(account);
    await step(journey);
    expect([null, '']).toContain((await organizations()).Acme?.details);
    await quietStep(journey);
  });

  it('comes out of the recycle bin when its organization is edited and the sync says so', async () => {
    const { account, organization } = await pair({ ...both, recreate: ['crm'] });
    await journey.remove('sales', 'Account', account);
    await step(journey);
    expect(await accounts()).toEqual([]);
    await journey.edit('support', 'organization', organization, { notes: 'they are back' });
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    expect(plan.lines).toMatchObject([
      { do: 'restore', side: 'crm', id: account, fields: { Description: { to: 'they are back' } } },
    ]);
    await journey.apply(plan);
    const [row] = (await journey.records('sales', 'Account')).filter(({ Id }) => Id === account);
    expect(row).toMatchObject({ Name: 'Acme', Description: 'they are back', IsDeleted: false });
    await quietStep(journey);
  });
});

describe('an account that leaves its filter', () => {
  const leaving = {
    filter: { crm: { all: [{ field: 'Type', op: 'is', value: ['Customer - Direct'] }] }, leave: 'remove' },
  } as const;

  it('counts as removed, and as back, where the sync says so', async () => {
    const { account } = await pair({ ...leaving, remove: { desk: 'trash' } });
    await journey.edit('sales', 'Account', account, { Type: 'Prospect' });
    await step(journey);
    expect(Object.keys(await organizations())).toEqual([]);
    await quietStep(journey);
    await journey.edit('sales', 'Account', account, { Type: 'Customer - Direct' });
    await step(journey);
    expect((await organizations()).Acme).toMatchObject({ external_id: account });
    await quietStep(journey);
  });

  it('does so the other way round, where the account goes into the bin and comes back with its id', async () => {
    const sync = {
      ...both,
      filter: { desk: { all: [{ field: 'details', op: 'is-empty' }] }, leave: 'remove' },
      remove: { crm: 'trash' },
    };
    const { account, organization } = await pair(sync);
    await journey.edit('support', 'organization', organization, { details: 'closed down' });
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ removed: { crm: 1, desk: 0 } });
    expect(await accounts()).toEqual([]);
    await quietStep(journey);
    await journey.edit('support', 'organization', organization, { details: '' });
    await step(journey);
    const [row] = (await journey.records('sales', 'Account')).filter(({ Id }) => Id === account);
    expect(row).toMatchObject({ Name: 'Acme', IsDeleted: false });
    await quietStep(journey);
  });
});

describe('a contact that is deleted', () => {
  it('leaves its user where Zendesk refuses to delete it, which is held with its words and tried again when asked', async () => {
    await journey.configure(
      {},
      { syncs: { contacts: { preset: 'salesforce-zendesk/contacts', remove: { desk: 'trash' } } } },
    );
    const [contact = ''] = await journey.seed('sales', 'Contact', [{ LastName: 'Ann', Email: 'ann@acme.example' }]);
    await step(journey);
    await step(journey);
    const { Ann } = await usersByName(journey);
    const [ticket] = await journey.seed('support', 'ticket', [
      { subject: 'Help', requester_id: Ann?.id, status: 'open' },
    ]);
    await journey.remove('sales', 'Contact', contact);
    await step(journey);
    const [hold] = await holds();
    expect(hold).toMatchObject({ why: 'refused', sync: 'contacts' });
    expect(hold?.message).toMatch(
      /User "Ann" \(\d+\): Zendesk refused to remove it, although Contact \w+ is gone: .*ticket/,
    );
    await step(journey);
    expect(journey.writes('support')).toEqual([]);
    await journey.remove('support', 'ticket', ticket ?? '');
    await journey.open((service) => service.retry([hold?.id ?? '']));
    await step(journey);
    expect(Object.keys(await usersByName(journey))).toEqual([]);
    await quietStep(journey);
  });
});
