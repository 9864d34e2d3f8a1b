import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPglite } from '../../src/store/open.ts';
import { type Journey, newJourney } from './harness.ts';
import {
  contacts,
  holdsNow,
  mergeInSalesforce,
  mergeOrganizations,
  mergeUsers,
  organizationsByName,
  stillStep,
} from './merging.ts';
import { previewedStep, quietStep, step, usersByName } from './said-and-done.ts';

/** Records that people merge in Salesforce, or on both sides, by the whole product. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const notOthers = { crm: { all: [{ field: 'Type', op: 'is-not', value: ['Other'] }] } };
/** An account with an organization, and one that the filter keeps from having one as long as its type says so. */
async function seedFreeWinner() {
  await journey.configure({ filter: notOthers });
  const [loser = '', winner = ''] = await journey.seed('sales', 'Account', [
    { Name: 'Acme' },
    { Name: 'Acme International', Type: 'Other' },
  ]);
  await step(journey);
  return { loser, winner };
}

describe('accounts that are merged in Salesforce', () => {
  it('leave the organization to a winner that has none, with the values of the winner', async () => {
    const { loser, winner } = await seedFreeWinner();
    const before = await organizationsByName(journey);
    expect(Object.keys(before)).toEqual(['Acme']);
    await mergeInSalesforce(journey, 'Account', loser, winner);
    await journey.edit('sales', 'Account', winner, { Type: 'Customer - Direct' });
    expect(await previewedStep(journey)).toEqual([]);
    const after = await organizationsByName(journey);
    expect(Object.keys(after)).toEqual(['Acme International']);
    expect(after['Acme International']).toMatchObject({ id: before.Acme?.id, external_id: winner });
    await quietStep(journey);
    await journey.edit('sales', 'Account', winner, { Name: 'Acme Global' });
    await step(journey);
    expect(Object.keys(await organizationsByName(journey))).toEqual(['Acme Global']);
  });

  it('leave it by a plan that somebody has looked at, which does what it says', async () => {
    const { loser, winner } = await seedFreeWinner();
    await mergeInSalesforce(journey, 'Account', loser, winner);
    await journey.edit('sales', 'Account', winner, { Type: null });
    await journey.world.pass(90_000);
    const plan = await journey.preview();
    expect(plan.lines).toMatchObject([
      { do: 'link', crm: winner },
      {
        do: 'update',
        side: 'desk',
        fields: {
          name: { from: 'Acme', to: 'Acme International' },
          external_id: { from: loser, to: winner, rule: 'mark' },
        },
      },
    ]);
    expect((await journey.apply(plan)).left).toEqual([]);
    expect(await organizationsByName(journey)).toMatchObject({ 'Acme International': { external_id: winner } });
    await quietStep(journey);
  });

  it('leave the organization alone where the winner has one, until it is merged likewise', async () => {
    const [loser = '', winner = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    await step(journey);
    const { Acme, Beta } = await organizationsByName(journey);
    await mergeInSalesforce(journey, 'Account', loser, winner);
    const open = await previewedStep(journey);
    expect(open).toMatchObject([{ why: 'closed', candidates: [{ id: winner }, { id: String(Beta?.id) }] }]);
    expect(open[0]?.message).toContain('was merged into Account "Beta"');
    expect(Object.keys(await organizationsByName(journey)).sort()).toEqual(['Acme', 'Beta']);
    await stillStep(journey);
    await mergeOrganizations(journey, Acme?.id, Beta?.id);
    await step(journey);
    expect(await holdsNow(journey)).toEqual([]);
    expect(Object.keys(await organizationsByName(journey))).toEqual(['Beta']);
    await quietStep(journey);
  });

  it('have the organization removed that a person says is not needed any more', async () => {
    const [loser = '', winner = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    await step(journey);
    await mergeInSalesforce(journey, 'Account', loser, winner);
    await step(journey);
    const [hold] = await holdsNow(journey);
    await journey.open((service) => service.answer(hold?.id ?? '', { say: 'go' }));
    await step(journey);
    expect(Object.keys(await organizationsByName(journey))).toEqual(['Beta']);
    expect(await holdsNow(journey)).toEqual([]);
    await quietStep(journey);
  });

  it('let go of the organization when a person parts the two', async () => {
    const [loser = '', winner = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    await step(journey);
    const { Acme } = await organizationsByName(journey);
    await mergeInSalesforce(journey, 'Account', loser, winner);
    await step(journey);
    const [hold] = await holdsNow(journey);
    await journey.open((service) => service.unlink(hold?.link ?? ''));
    await step(journey);
    // What was parted stays so, also should the merge be undone.
    expect((await holdsNow(journey)).map(({ why, crm, desk }) => [why, crm?.id ?? desk?.id]).sort()).toEqual([
      ['undone', loser],
      ['undone', String(Acme?.id)],
    ]);
    expect(Object.keys(await organizationsByName(journey)).sort()).toEqual(['Acme', 'Beta']);
    await stillStep(journey);
  });

  it('bring the people of both under one organization, and write nothing else of them', async () => {
    await journey.configure({}, { syncs: { contacts } });
    const [loser = '', winner = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
    await journey.seed('sales', 'Contact', [
      { LastName: 'Ann', Email: 'ann@acme.example', AccountId: loser },
      { LastName: 'Bob', Email: 'bob@beta.example', AccountId: winner },
    ]);
    await step(journey);
    const { Acme, Beta } = await organizationsByName(journey);
    await mergeInSalesforce(journey, 'Account', loser, winner);
    await mergeOrganizations(journey, Acme?.id, Beta?.id);
    await journey.forgetCalls();
    await step(journey);
    expect(await holdsNow(journey)).toEqual([]);
    const { Ann, Bob } = await usersByName(journey);
    expect([Ann?.organization_id, Bob?.organization_id]).toEqual([Beta?.id, Beta?.id]);
    expect(journey.writes('support').filter(({ path }) => path.includes('/users/'))).toEqual([]);
    await quietStep(journey);
  });

  it('are records of their own again when somebody undoes the merge', async () => {
    const { loser, winner } = await seedFreeWinner();
    await mergeInSalesforce(journey, 'Account', loser, winner);
    await journey.edit('sales', 'Account', winner, { Type: 'Customer - Direct' });
    await step(journey);
    await journey.control('sales', 'POST', `records/Account/${loser}/restore`, {});
    await step(journey);
    expect(await organizationsByName(journey)).toMatchObject({
      Acme: { external_id: loser },
      'Acme International': { external_id: winner },
    });
    expect(await holdsNow(journey)).toEqual([]);
    await quietStep(journey);
  });

  it('are followed to the last winner, in one step or in several', async () => {
    for (const between of [true, false]) {
      const [first = '', second = '', third = ''] = await journey.seed('sales', 'Account', [
        { Name: `One ${between}` },
        { Name: `Two ${between}` },
        { Name: `Three ${between}` },
      ]);
      await step(journey);
      await mergeInSalesforce(journey, 'Account', first, second);
      if (between) await step(journey);
      await mergeInSalesforce(journey, 'Account', second, third);
      await step(journey);
      const open = (await holdsNow(journey)).filter(({ crm }) => [first, second].includes(crm?.id ?? ''));
      expect(open).toHaveLength(2);
      for (const { message } of open) expect(message).toContain(`"Three ${between}" (${third})`);
      await stillStep(journey);
    }
  });
});

describe('merges on both sides, kept in the embedded database', () => {
  it('are followed as they are in memory', async () => {
    await journey.close();
    const store = await openPglite(null);
    journey = await newJourney({ store });
    await journey.configure({ filter: notOthers });
    const ids = await journey.seed('sales', 'Account', [
      { Name: 'Acme' },
      { Name: 'Beta' },
      { Name: 'Gamma' },
      { Name: 'Acme International', Type: 'Other' },
    ]);
    const [acme = '', beta = '', gamma = '', international = ''] = ids;
    await step(journey);
    const { Beta } = await organizationsByName(journey);
    const body = { organization: { domain_names: ['beta.example'] } };
    await journey.callZendesk('PUT', `organizations/${Beta?.id}`, body);
    const [free] = await journey.seed('support', 'organization', [{ name: 'Free' }]);
    await step(journey);
    await mergeInSalesforce(journey, 'Account', acme, international);
    await journey.edit('sales', 'Account', international, { Type: null });
    await mergeOrganizations(journey, Beta?.id, Number(free));
    await step(journey);
    expect(await holdsNow(journey)).toEqual([]);
    await journey.edit('sales', 'Account', beta, { Name: 'Beta again' });
    await step(journey);
    expect(await organizationsByName(journey)).toMatchObject({
      'Acme International': { external_id: international },
      'Beta again': { id: Number(free) },
      Gamma: { external_id: gamma },
    });
    await mergeInSalesforce(journey, 'Account', gamma, beta);
    await step(journey);
    expect(await holdsNow(journey)).toMatchObject([{ why: 'closed' }]);
    await stillStep(journey);
    await store.close();
  });
});

describe('contacts that are merged in Salesforce', () => {
  it('leave their user to the winner, whose address is added to it, also where an answer is lost', async () => {
    const filter = { crm: { all: [{ field: 'Department', op: 'is-not', value: ['Other'] }] } };
    await journey.configure({}, { syncs: { contacts: { ...contacts, filter } } });
    for (const lost of [false, true]) {
      const [winner = '', loser = ''] = await journey.seed('sales', 'Contact', [
        { LastName: `Winner ${lost}`, Email: `b@${lost}.example`, Department: 'Other' },
        { LastName: `Loser ${lost}`, Email: `a@${lost}.example` },
      ]);
      await step(journey);
      const before = (await usersByName(journey))[`Loser ${lost}`];
      await mergeInSalesforce(journey, 'Contact', loser, winner);
      await journey.edit('sales', 'Contact', winner, { Department: null });
      const fault = { match: { method: 'PUT', path: '/users' }, do: 'lose-answer', times: 1 };
      if (lost) await journey.control('support', 'POST', 'faults', fault);
      await step(journey);
      await step(journey);
      const after = await usersByName(journey);
      expect(after[`Winner ${lost}`]).toMatchObject({ id: before?.id, external_id: winner });
      expect(after[`Loser ${lost}`]).toBeUndefined();
      await quietStep(journey);
      await journey.edit('sales', 'Contact', winner, { LastName: `Renamed ${lost}` });
      await step(journey);
      expect((await usersByName(journey))[`Renamed ${lost}`]).toMatchObject({ id: before?.id });
    }
  });
});

describe('a lead that is converted into a contact with a user of its own', () => {
  it('leaves its user alone, says so, and is at rest once the two users are merged', async () => {
    await journey.configure({}, { syncs: { contacts, leads: { preset: 'salesforce-zendesk/leads' } } });
    const [lead = ''] = await journey.seed('sales', 'Lead', [
      { LastName: 'Lead', Company: 'Acme', Email: 'lead@acme.example' },
    ]);
    const [account] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }]);
    const [contact = ''] = await journey.seed('sales', 'Contact', [
      { LastName: 'Contact', Email: 'contact@acme.example', AccountId: account },
    ]);
    await step(journey);
    const people = await usersByName(journey);
    await journey.control('sales', 'POST', `records/Lead/${lead}/convert`, { contactId: contact, accountId: account });
    const open = await previewedStep(journey);
    expect(open).toMatchObject([
      { sync: 'leads', why: 'closed', candidates: [{ id: contact }, { id: String(people.Contact?.id) }] },
    ]);
    expect(open[0]?.message).toContain(`Lead "Lead" (${lead}) was converted into Contact "Contact" (${contact})`);
    expect(Object.keys(await usersByName(journey)).sort()).toEqual(['Contact', 'Lead']);
    await stillStep(journey);
    await mergeUsers(journey, people.Lead?.id, people.Contact?.id);
    await step(journey);
    expect(await holdsNow(journey)).toEqual([]);
    expect(Object.keys(await usersByName(journey))).toEqual(['Contact']);
    await quietStep(journey);
  });
});

describe('accounts and organizations that are merged, where both sides are written', () => {
  for (const first of ['Salesforce', 'Zendesk', 'both at once'] as const)
    it(`come to rest as one pair (first merged: ${first})`, async () => {
      await journey.configure({
        direction: 'both',
        create: ['crm', 'desk'],
        update: ['crm', 'desk'],
        fields: [{ crm: 'Name', desk: 'name', direction: 'both' }],
      });
      const [loser = '', winner = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }]);
      await step(journey);
      const { Acme, Beta } = await organizationsByName(journey);
      const merges = [
        () => mergeInSalesforce(journey, 'Account', loser, winner),
        () => mergeOrganizations(journey, Acme?.id, Beta?.id),
      ];
      for (const merge of first === 'Zendesk' ? merges.reverse() : merges) {
        await merge();
        if (first !== 'both at once') await step(journey);
      }
      await step(journey);
      expect(await holdsNow(journey)).toEqual([]);
      expect(Object.keys(await organizationsByName(journey))).toEqual(['Beta']);
      await quietStep(journey);
      await journey.callZendesk('PUT', `organizations/${Beta?.id}`, { organization: { name: 'Beta & Sons' } });
      await step(journey);
      const there = (await journey.records('sales', 'Account')).filter(({ IsDeleted }) => IsDeleted !== true);
      expect(there).toMatchObject([{ Id: winner, Name: 'Beta & Sons' }]);
      await quietStep(journey);
    });
});
