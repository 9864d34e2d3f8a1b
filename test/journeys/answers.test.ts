import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/model/hold.ts';
import { type Journey, newJourney, type Row } from './harness.ts';
import { previewedStep, quietStep, step } from './said-and-done.ts';

/** Two people change the same field: what the sync says, what a person says once, and what is said for always. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const values = (...names: readonly string[]) => names.map((value) => ({ value, label: value, active: true }));
const oneWay = { crm: 'Name', desk: 'name', direction: 'crm-to-desk' };
const note = (conflict: string | readonly string[]) => ({
  direction: 'crm-to-desk',
  fields: [oneWay, { crm: 'Description', desk: 'notes', direction: 'both', conflict }],
});

/** As many accounts with their organizations, in step. */
async function pairs(sync: Row, rows: readonly Row[]) {
  await journey.configure(sync);
  const accounts = await journey.seed('sales', 'Account', rows);
  await step(journey);
  const made = await journey.records('support', 'organization');
  const organizations = rows.map(({ Name }) => String(made.find(({ name }) => name === Name)?.id));
  return accounts.map((account, i) => ({ account, organization: organizations[i] ?? '' }));
}

const account = async (id: string) => (await journey.records('sales', 'Account')).find((each) => each.Id === id);
const organization = async (id: string) =>
  (await journey.records('support', 'organization')).find((each) => String(each.id) === id);
const holds = () => journey.open((service) => service.holds({}));
const say = (hold: string, answer: Answer) => journey.open((service) => service.answer(hold, answer));

async function collide({ account: a, organization: o }: { account: string; organization: string }, apartMs = 0) {
  await journey.edit('sales', 'Account', a, { Description: 'said in sales' });
  await journey.world.pass(apartMs);
  await journey.edit('support', 'organization', o, { notes: 'said in support' });
}

describe('a conflict', () => {
  it('is decided by an expression over both records, and history says so; what it cannot decide is asked', async () => {
    const expression = "crm.Type == 'Partner' ? 'desk' : crm.Type == 'Customer' ? 'crm' : ''";
    const rows = ['Partner', 'Customer', 'Other'].map((Type) => ({ Name: Type, Type }));
    const [partner, customer, other] = await pairs(note([expression, 'ask']), rows);
    if (!partner || !customer || !other) throw new Error('three pairs');
    for (const pair of [partner, customer, other]) await collide(pair);
    const held = await previewedStep(journey);
    expect(await account(partner.account)).toMatchObject({ Description: 'said in support' });
    expect(await organization(customer.organization)).toMatchObject({ notes: 'said in sales' });
    expect(held.map(({ why, field }) => [why, field])).toEqual([['conflict', 'Description ↔ notes']]);
    expect(held[0]?.message).toContain('(the expression cannot tell)');
    const history = await journey.open((service) => service.history({ record: `desk:${customer.organization}` }));
    expect(history[0]?.fields.notes).toMatchObject({
      before: 'said in support',
      after: 'said in sales',
      over: { policy: 'expression', note: 'the expression says crm' },
    });

    // What it reads counts: once the record says what it is, nobody has to be asked.
    await journey.edit('sales', 'Account', other.account, { Type: 'Customer' });
    await step(journey);
    expect(await holds()).toEqual([]);
    expect(await organization(other.organization)).toMatchObject({ notes: 'said in sales' });
    await quietStep(journey);
  });

  it('that is held is decided once another policy is written down, and nothing else is looked at', async () => {
    const [acme] = await pairs(note('ask'), [{ Name: 'Acme' }, { Name: 'Beta' }]);
    if (!acme) throw new Error('a pair');
    await collide(acme);
    await step(journey);
    expect(await holds()).toHaveLength(1);
    await journey.configure(note('desk'));
    const { syncs } = await step(journey);
    expect(await holds()).toEqual([]);
    expect(await account(acme.account)).toMatchObject({ Description: 'said in support' });
    expect(syncs.accounts).toMatchObject({ updated: { crm: 1, desk: 0 }, unchanged: 0 });
    await quietStep(journey);
  });

  it('takes a value in the words of either side; one that does not fit is sent nowhere, and the hold says why', async () => {
    await journey.schema('sales', 'Account', [
      { name: 'Tier__c', type: 'picklist', restrictedPicklist: true, picklistValues: values('Gold', 'Iron') },
    ]);
    const options = ['gold', 'iron'].map((value) => ({ name: value, value }));
    await journey.schema('support', 'organization', [
      { key: 'tier', title: 'Tier', type: 'dropdown', custom_field_options: options },
    ]);
    const map = { Gold: 'gold', Iron: 'iron' };
    const tier = { crm: 'Tier__c', desk: 'organization_fields.tier', direction: 'both', conflict: 'ask', values: map };
    const [acme] = await pairs({ fields: [oneWay, tier] }, [{ Name: 'Acme' }]);
    if (!acme) throw new Error('a pair');
    await journey.edit('sales', 'Account', acme.account, { Tier__c: 'Gold' });
    await journey.edit('support', 'organization', acme.organization, { organization_fields: { tier: 'iron' } });
    await step(journey);
    const [hold] = await holds();
    const asked = (filter: Row) => journey.open((service) => service.holds(filter));
    await expect(asked({ sync: 'acounts' })).rejects.toThrow('There is no sync "acounts". The config has: accounts');
    await expect(asked({ status: 'conflicts' })).rejects.toThrow('No hold is ever "conflicts". Reasons are: conflict');
    await expect(say(hold?.id ?? '', { say: 'value', value: 7 })).rejects.toThrow('does not take 7: that is a number');
    await say(hold?.id ?? '', { say: 'value', value: 'Silver' });
    await step(journey);
    const [still] = await holds();
    expect(still?.message).toMatch(
      /The value "Silver" that was given does not fit .*none of .*, .*Answer once more\.$/,
    );
    expect(journey.writes('support')).toEqual([]);
    await say(still?.id ?? '', { say: 'value', value: 'gold' });
    await step(journey);
    expect(await account(acme.account)).toMatchObject({ Tier__c: 'Gold' });
    expect(await organization(acme.organization)).toMatchObject({ organization_fields: { tier: 'gold' } });
    await quietStep(journey);
  });

  it('names who changed what and when, is answered for always, and asks no more, until that is forgotten', async () => {
    const given = await pairs(note('ask'), [{ Name: 'Acme' }, { Name: 'Beta' }, { Name: 'Gamma' }]);
    const [acme, beta, gamma] = given;
    if (!acme || !beta || !gamma) throw new Error('three pairs');
    await collide(acme, 60_000);
    await collide(beta);
    const [first, second] = await previewedStep(journey);
    expect([first?.why, second?.why]).toEqual(['conflict', 'conflict']);
    const ofAcme = first?.crm?.id === acme.account ? first : second;
    const { crm, desk } = ofAcme?.changed ?? {};
    expect(crm?.by).toMatch(/^005/);
    expect(Date.parse(desk?.at ?? '') - Date.parse(crm?.at ?? '')).toBeGreaterThanOrEqual(59_000);
    expect(ofAcme?.message).toContain(`(changed by ${crm?.by} at `);
    expect(ofAcme?.offers[0]).toEqual({ say: 'desk', means: 'Take the desk’s value', default: true, always: true });

    await expect(say(ofAcme?.id ?? '', { say: 'create' })).rejects.toThrow('It takes desk, crm, --value V, skip');
    expect(await say(ofAcme?.id ?? '', { say: 'desk', always: true })).toEqual({ answered: true });
    await collide(gamma);
    await previewedStep(journey);
    expect(await holds()).toEqual([]);
    for (const pair of [acme, beta, gamma])
      expect(await account(pair.account)).toMatchObject({ Description: 'said in support' });
    await quietStep(journey);

    const [standing] = await journey.open((service) => service.answers());
    expect(standing).toMatchObject({ sync: 'accounts', why: 'conflict', field: 'Description ↔ notes' });
    await journey.open((service) => service.forget(standing?.id ?? ''));
    await collide({ ...acme });
    await journey.edit('sales', 'Account', acme.account, { Description: 'again' });
    await journey.edit('support', 'organization', acme.organization, { notes: 'and again' });
    await step(journey);
    expect(await holds()).toHaveLength(1);
  });
});

describe('an option that nobody has mapped', () => {
  it('means from now on what a person has said that it means, on new records too', async () => {
    await journey.schema('sales', 'Account', [
      { name: 'Tier__c', type: 'picklist', picklistValues: values('Gold', 'Iron') },
    ]);
    await journey.schema('support', 'organization', [
      {
        key: 'tier',
        title: 'Tier',
        type: 'dropdown',
        custom_field_options: [
          { name: 'Gold', value: 'gold' },
          { name: 'Other', value: 'other_tier' },
        ],
      },
    ]);
    const fields = [
      oneWay,
      { crm: 'Tier__c', desk: 'organization_fields.tier', direction: 'crm-to-desk', values: { Gold: 'gold' } },
    ];
    const [acme, beta] = await pairs({ fields }, [
      { Name: 'Acme', Tier__c: 'Gold' },
      { Name: 'Beta', Tier__c: 'Iron' },
    ]);
    if (!acme || !beta) throw new Error('two pairs');
    const [hold] = await holds();
    expect(hold).toMatchObject({ why: 'refused', values: { crm: 'Iron' } });
    expect(hold?.offers.map(({ say: word, always }) => [word, always])).toEqual([
      ['skip', true],
      ['value', true],
    ]);
    await say(hold?.id ?? '', { say: 'value', value: 'other_tier', always: true });
    await journey.seed('sales', 'Account', [{ Name: 'Gamma', Tier__c: 'Iron' }]);
    await journey.edit('sales', 'Account', acme.account, { Tier__c: 'Iron' });
    await previewedStep(journey);
    expect(await holds()).toEqual([]);
    const tiers = (await journey.records('support', 'organization')).map((each) => each.organization_fields);
    expect(tiers).toMatchObject([{ tier: 'other_tier' }, { tier: 'other_tier' }, { tier: 'other_tier' }]);
    await quietStep(journey);
  });
});

describe('tags and a multi-picklist that both sides change', () => {
  it.each(['replace', 'set'] as const)('move tag by tag, and nobody is asked (merge: %s)', async (merge) => {
    await journey.schema('sales', 'Account', [
      { name: 'Topics__c', type: 'multipicklist', picklistValues: values('billing', 'training', 'beta') },
    ]);
    const fields = [oneWay, { crm: 'Topics__c', desk: 'tags', direction: 'both', conflict: 'ask', merge }];
    const [acme] = await pairs({ fields }, [{ Name: 'Acme', Topics__c: 'billing' }]);
    if (!acme) throw new Error('a pair');
    expect(await organization(acme.organization)).toMatchObject({ tags: ['billing'] });
    await journey.edit('sales', 'Account', acme.account, { Topics__c: 'billing;training' });
    await journey.edit('support', 'organization', acme.organization, { tags: ['beta'] });
    await step(journey);
    const topics = async () =>
      String((await account(acme.account))?.Topics__c)
        .split(';')
        .sort();
    const tags = async () => [(await organization(acme.organization))?.tags].flat().sort();
    expect([await topics(), await tags()]).toEqual([
      ['beta', 'training'],
      ['beta', 'training'],
    ]);
    expect(await holds()).toEqual([]);
    await quietStep(journey);

    // Only what is sent at the second step is missing when the first one gets through: it follows by itself.
    await journey.edit('sales', 'Account', acme.account, { Topics__c: 'training;billing' });
    await journey.edit('support', 'organization', acme.organization, { tags: [] });
    await step(journey);
    expect([await topics(), await tags()]).toEqual([['billing'], ['billing']]);
    await quietStep(journey);
  });

  it('beside a drop-down are its own: what is chosen there, a tag too, is nobody’s topic', async () => {
    await journey.schema('sales', 'Account', [
      { name: 'Topics__c', type: 'multipicklist', picklistValues: values('Billing', 'Training', 'Beta') },
      { name: 'Tier__c', type: 'picklist', picklistValues: values('Gold', 'Iron') },
    ]);
    const options = ['gold', 'iron'].map((value) => ({ name: value, value }));
    await journey.schema('support', 'organization', [
      { key: 'tier', title: 'Tier', type: 'dropdown', custom_field_options: options },
    ]);
    const both = { direction: 'both', conflict: 'ask' };
    const topics = { Billing: 'bill', Training: 'train', Beta: 'beta_users' };
    const fields = [
      oneWay,
      { crm: 'Tier__c', desk: 'organization_fields.tier', ...both, values: { Gold: 'gold', Iron: 'iron' } },
      { crm: 'Topics__c', desk: 'tags', ...both, values: topics },
    ];
    const [acme] = await pairs({ fields }, [{ Name: 'Acme', Topics__c: 'Billing', Tier__c: 'Gold' }]);
    if (!acme) throw new Error('a pair');
    await journey.edit('sales', 'Account', acme.account, { Topics__c: 'Training' });
    await journey.edit('support', 'organization', acme.organization, {
      organization_fields: { tier: 'iron' },
      tags: ['bill', 'beta_users', 'iron'],
    });
    await step(journey);
    expect(await holds()).toEqual([]);
    const sides = [await account(acme.account), await organization(acme.organization)];
    expect(sides).toMatchObject([
      { Topics__c: 'Training;Beta', Tier__c: 'Iron' },
      { organization_fields: { tier: 'iron' } },
    ]);
    expect([sides[1]?.tags].flat().sort()).toEqual(['beta_users', 'iron', 'train']);
    await quietStep(journey);
  });
});
