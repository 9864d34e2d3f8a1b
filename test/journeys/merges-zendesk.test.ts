import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row } from './harness.ts';
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

/** Records that people merge in Zendesk, which does not name the winner, by the whole product. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

describe('users that are merged in Zendesk', () => {
  async function seedTwo(more: Row = {}) {
    await journey.configure({}, { syncs: { contacts: { ...contacts, ...more } } });
    const ids = await journey.seed('sales', 'Contact', [
      { LastName: 'Ann', Email: 'ann@acme.example' },
      { LastName: 'Bob', Email: 'bob@acme.example' },
    ]);
    await step(journey);
    return { ids, people: await usersByName(journey) };
  }

  it('leave their contact to the winner, who is recognised by the address', async () => {
    const { people, ids } = await seedTwo();
    const [walkIn] = await journey.seed('support', 'user', [{ name: 'Walk-in', email: 'walk@in.example' }]);
    await step(journey);
    await mergeUsers(journey, people.Ann?.id, Number(walkIn));
    expect(await previewedStep(journey)).toEqual([]);
    expect(await holdsNow(journey)).toEqual([]);
    await quietStep(journey);
    await journey.edit('sales', 'Contact', ids[0] ?? '', { LastName: 'Anna' });
    await step(journey);
    expect((await usersByName(journey)).Anna).toMatchObject({ id: Number(walkIn) });
    expect(Object.keys(await usersByName(journey)).sort()).toEqual(['Anna', 'Bob']);
    await quietStep(journey);
  });

  it('leave their contact alone where the winner has one; it is at rest once these are merged too', async () => {
    const { people, ids } = await seedTwo({ remove: { crm: 'trash', desk: 'keep' } });
    await mergeUsers(journey, people.Ann?.id, people.Bob?.id);
    const open = await previewedStep(journey);
    expect(open).toMatchObject([{ why: 'closed', candidates: [{ side: 'desk' }, { side: 'crm', id: ids[1] }] }]);
    expect((await journey.records('sales', 'Contact')).filter(({ IsDeleted }) => !IsDeleted)).toHaveLength(2);
    await stillStep(journey);
    await mergeInSalesforce(journey, 'Contact', ids[0] ?? '', ids[1] ?? '');
    await step(journey);
    expect(await holdsNow(journey)).toEqual([]);
    expect(Object.keys(await usersByName(journey))).toEqual(['Bob']);
    await quietStep(journey);
  });

  it('that were merely deleted are no merge', async () => {
    const { people } = await seedTwo({ remove: { crm: 'trash', desk: 'keep' } });
    await journey.remove('support', 'user', String(people.Ann?.id));
    await step(journey);
    const there = (await journey.records('sales', 'Contact')).filter(({ IsDeleted }) => !IsDeleted);
    expect(there).toMatchObject([{ LastName: 'Bob' }]);
    expect(await holdsNow(journey)).toEqual([]);
    await quietStep(journey);
  });
});

describe('organizations that are merged in Zendesk', () => {
  it('leave their account to the winner, who is recognised by the domains; without domains they were removed', async () => {
    for (const domains of [true, false]) {
      const name = domains ? 'With domains' : 'Without';
      await journey.seed('sales', 'Account', [{ Name: name }]);
      await step(journey);
      const loser = (await organizationsByName(journey))[name];
      if (domains) {
        const body = { organization: { domain_names: ['acme.example', 'acme.test'] } };
        await journey.callZendesk('PUT', `organizations/${loser?.id}`, body);
      }
      const [winner] = await journey.seed('support', 'organization', [{ name: `Winner ${domains}` }]);
      await step(journey);
      await mergeOrganizations(journey, loser?.id, Number(winner));
      await step(journey);
      expect(await holdsNow(journey)).toEqual([]);
      const [account] = (await journey.records('sales', 'Account')).filter((row) => row.Name === name);
      await journey.edit('sales', 'Account', String(account?.Id), { Name: `${name}, renamed` });
      await step(journey);
      const there = Object.values(await organizationsByName(journey)).find(({ id }) => id === Number(winner));
      expect({ domains, name: there?.name }).toEqual({
        domains,
        name: domains ? `${name}, renamed` : `Winner ${domains}`,
      });
      // Without, the edit has nowhere to go.
      expect((await holdsNow(journey)).map(({ why }) => why)).toEqual(domains ? [] : ['closed']);
      await stillStep(journey);
    }
  });

  it('wait for a winner that the export shows a poll later: no account goes into the bin meanwhile', async () => {
    const accounts = { preset: 'salesforce-zendesk/accounts', remove: { crm: 'trash', desk: 'keep' } };
    await journey.configure({}, { syncs: { accounts } });
    const [account = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }]);
    await step(journey);
    const loser = (await organizationsByName(journey)).Acme;
    const domains = { organization: { domain_names: ['acme.example', 'acme.test'] } };
    await journey.callZendesk('PUT', `organizations/${loser?.id}`, domains);
    const [winner] = await journey.seed('support', 'organization', [{ name: 'Winner' }]);
    await step(journey);
    // The two rows of a merge, each in a poll of its own.
    await journey.remove('support', 'organization', String(loser?.id));
    expect(await previewedStep(journey)).toEqual([]);
    await journey.callZendesk('PUT', `organizations/${winner}`, domains);
    expect(await previewedStep(journey)).toEqual([]);
    await journey.edit('sales', 'Account', account, { Name: 'Acme, renamed' });
    await step(journey);
    expect(Object.values(await organizationsByName(journey))).toMatchObject([
      { id: Number(winner), name: 'Acme, renamed' },
    ]);
    await quietStep(journey);
    // Nobody takes over what the winner has: that one was removed.
    await journey.remove('support', 'organization', String(winner));
    await step(journey);
    const there = async () => (await journey.records('sales', 'Account')).filter(({ IsDeleted }) => !IsDeleted);
    expect(await there()).toHaveLength(1);
    await journey.world.pass(600_000);
    await previewedStep(journey);
    expect(await there()).toEqual([]);
    await quietStep(journey);
  });
});
