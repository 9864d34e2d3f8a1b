import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { HoldEntry } from '../../src/app/app.ts';
import { type Journey, newJourney, type Row } from './harness.ts';
import { quietStep, step } from './said-and-done.ts';

/** The accounts at both vendors change their fields under a sync that runs, with the real describes of both twins. */
let journey: Journey;
let accounts: readonly string[];
afterEach(() => journey.close());

const fields: readonly Row[] = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Tier__c', desk: 'organization_fields.tier' },
  { crm: 'Phone', desk: 'organization_fields.phone' },
];
const text = (key: string, title: string): Row => ({ key, title, type: 'text' });
const tier: Row = { name: 'Tier__c', label: 'Tier', type: 'string', length: 40 };

beforeEach(async () => {
  journey = await newJourney();
  await journey.schema('sales', 'Account', [tier]);
  await journey.schema('support', 'organization', [text('tier', 'Tier'), text('phone', 'Phone')]);
  await journey.configure({ fields });
  accounts = await journey.seed(
    'sales',
    'Account',
    ['Acme', 'Beta', 'Gamma'].map((Name) => ({ Name, Tier__c: 'gold', Phone: '1' })),
  );
  await step(journey);
});

const held = (): Promise<readonly HoldEntry[]> => journey.open((service) => service.holds({}));
const edit = (fieldsOf: Row) => journey.edit('sales', 'Account', accounts[0] ?? '', fieldsOf);
async function acme(): Promise<Row> {
  const rows = await journey.records('support', 'organization');
  const row = rows.find(({ name }) => String(name).startsWith('Acme'));
  return z.record(z.string(), z.unknown()).parse(row?.organization_fields);
}
const dropAtSales = (field: string) => journey.control('sales', 'PUT', 'schema', { Account: { dropFields: [field] } });
/** An administrator deletes an organization field. */
async function dropAtSupport(key: string): Promise<void> {
  const call = (method: string, path: string) =>
    journey.world.fetch(
      new Request(`http://support.localhost:5002/api/v2/${path}`, {
        method,
        headers: { authorization: `Basic ${btoa('owner@twin.example/token:twin-api-token')}` },
      }),
    );
  const list: unknown = await (await call('GET', 'organization_fields')).json();
  const { organization_fields: all } = fieldList.parse(list);
  expect((await call('DELETE', `organization_fields/${all.find((field) => field.key === key)?.id}`)).ok).toBe(true);
}
const fieldList = z.object({ organization_fields: z.array(z.object({ id: z.number(), key: z.string() })) });

/** The rule for tiers is frozen, and everything else goes on. */
async function expectFrozen(words: RegExp): Promise<void> {
  await edit({ Phone: '2', Name: 'Acme Two' });
  const report = await step(journey);
  expect(report.syncs.accounts).toMatchObject({ updated: { desk: 1 }, held: 1, failed: 0 });
  const holds = await held();
  expect(holds).toMatchObject([
    { sync: 'accounts', link: '', why: 'refused', field: 'Tier__c → organization_fields.tier', offers: [] },
  ]);
  expect(holds[0]?.message).toMatch(words);
  expect(await acme()).toMatchObject({ phone: '2' });
  const { syncs } = await journey.open((service) => service.status());
  expect(syncs.accounts).toMatchObject({ held: 1, failed: 0 });
  const quiet = await step(journey);
  expect(quiet.calls).toMatchObject({ sales: { write: 0 }, support: { write: 0 } });
  expect((await held()).map(({ id }) => id)).toEqual(holds.map(({ id }) => id));
}

describe('a mapped field of Salesforce', () => {
  it('that is renamed freezes its rule, with the new name; what the help desk has stays', async () => {
    await dropAtSales('Tier__c');
    await journey.schema('sales', 'Account', [{ ...tier, name: 'Level__c' }]);
    await expectFrozen(
      /Salesforce Account has no field "Tier__c" any more .* Most likely it is "Level__c" \("Tier"\) now\./,
    );
    expect(await acme()).toMatchObject({ tier: 'gold' });
    await journey.configure({
      fields: fields.map((rule) => (rule.crm === 'Tier__c' ? { ...rule, crm: 'Level__c' } : rule)),
    });
    await edit({ Level__c: 'silver' });
    await step(journey);
    expect(await held()).toEqual([]);
    expect(await acme()).toMatchObject({ tier: 'silver' });
  });

  it('that is hidden from our user freezes its rule, nulls nothing, and carries on when it is shown again', async () => {
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: ['Account.Tier__c'] });
    await expectFrozen(/It was deleted or renamed, or it is hidden from our user\./);
    expect(await acme()).toMatchObject({ tier: 'gold' });
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: [] });
    await edit({ Tier__c: 'platinum' });
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: ['Account.Tier__c'] });
    await step(journey);
    expect(await acme()).toMatchObject({ tier: 'gold' });
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: [] });
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ updated: { desk: 1 }, held: 0 });
    expect(await held()).toEqual([]);
    expect(await acme()).toMatchObject({ tier: 'platinum', phone: '2' });
    await quietStep(journey);
  });

  it('that was made anew, and so is empty everywhere, empties nothing; what is cleared after that is', async () => {
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: ['Account.Tier__c'] });
    await expectFrozen(/It was deleted or renamed, or it is hidden from our user\./);
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: [] });
    await edit({ Tier__c: null });
    const report = await step(journey);
    expect(report.syncs.accounts).toMatchObject({ updated: { desk: 0 }, held: 0 });
    expect(await acme()).toMatchObject({ tier: 'gold', phone: '2' });
    await quietStep(journey);
    await edit({ Tier__c: 'silver' });
    await step(journey);
    await edit({ Tier__c: null });
    await step(journey);
    expect((await acme()).tier ?? null).toBeNull();
  });

  it('that every new record needs still refuses the sync, with the reason', async () => {
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: ['Account.Name'] });
    await journey.world.pass(90_000);
    await expect(journey.run()).rejects.toThrow('The config does not fit the accounts');
  });

  it('that one sync cannot do without stops that one alone, and the one that lets it go first', async () => {
    const syncs = {
      contacts: { preset: 'salesforce-zendesk/contacts' },
      leads: { preset: 'salesforce-zendesk/leads' },
    };
    await journey.configure({ fields }, { syncs });
    await journey.seed('sales', 'Contact', [{ LastName: 'Ada', Email: 'ada@example.com' }]);
    await step(journey);
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: ['Contact.Email'] });
    await edit({ Phone: '3' });
    await journey.seed('sales', 'Lead', [{ LastName: 'Bob', Company: 'B', Email: 'bob@example.com' }]);
    await journey.world.pass(90_000);
    await expect(journey.run()).rejects.toThrow(
      'Sync contacts was not run (the others were): it does not fit the accounts as they are now',
    );
    expect(await acme()).toMatchObject({ phone: '3' });
    const users = async () => (await journey.records('support', 'user')).map(({ email }) => email);
    expect(await users()).not.toContain('bob@example.com');
    expect((await held()).map(({ sync, link, why, field, message }) => [sync, link, why, field, message])).toEqual([
      [
        'contacts',
        '',
        'refused',
        null,
        'The sync "contacts" stands still, and nothing of it is written: it does not fit the accounts as they are now. Salesforce Contact has no field "Email". Show it to our user again, or change the mapping; then it goes on by itself.',
      ],
      [
        'leads',
        '',
        'refused',
        null,
        'The sync "leads" stands still, and nothing of it is written: the sync "contacts" goes first, and stands still.',
      ],
    ]);
    expect((await journey.open((service) => service.status())).syncs.contacts).toMatchObject({ held: 1 });
    await journey.control('sales', 'PUT', 'settings', { hiddenFields: [] });
    await step(journey);
    expect(await users()).toContain('bob@example.com');
    expect(await held()).toEqual([]);
  });

  it('whose whole object is hidden stops the sync of that object alone', async () => {
    await journey.configure({ fields }, { syncs: { contacts: { preset: 'salesforce-zendesk/contacts' } } });
    await step(journey);
    await journey.control('sales', 'POST', 'faults', {
      match: { method: 'GET', path: 'sobjects/Contact/describe' },
      do: 'status',
      status: 404,
      body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
      times: 100,
    });
    await edit({ Phone: '4' });
    await journey.world.pass(90_000);
    await expect(journey.run()).rejects.toMatchObject({
      message: expect.stringContaining('Sync contacts was not run (the others were)'),
      problems: [{ problem: 'Sync contacts: Salesforce shows no object "Contact" to the user of connection sales.' }],
    });
    expect(await acme()).toMatchObject({ phone: '4' });
  });

  it('that is frozen takes no answer, and is never taken for another hold', async () => {
    await dropAtSales('Tier__c');
    await step(journey);
    const [hold] = await held();
    const answered = journey.open((service) => service.answer(hold?.id ?? '', { say: 'skip' }));
    await expect(answered).rejects.toThrow('It takes no answer: it ends once its reason is mended');
    const named = (id: string) => journey.open((service) => service.holds({ hold: id }));
    expect([(await named(hold?.id ?? '')).length, (await named('another')).length]).toEqual([1, 0]);
  });
});

describe('a mapped field of Zendesk', () => {
  it('that is deleted freezes its rule', async () => {
    await dropAtSupport('tier');
    await expectFrozen(
      /Zendesk organization has no field "organization_fields\.tier" any more \(it was "Tier", a text/,
    );
    expect((await journey.records('sales', 'Account')).map(({ Tier__c }) => Tier__c)).toEqual(['gold', 'gold', 'gold']);
  });

  it('that is made anew with another type freezes its rule, and says what it was and is', async () => {
    await dropAtSupport('tier');
    await journey.schema('support', 'organization', [{ key: 'tier', title: 'Tier', type: 'date' }]);
    await expectFrozen(
      /cannot be written to Zendesk organization "organization_fields\.tier", a date.* When it worked,/,
    );
  });
});

describe('a service that runs', () => {
  it('notices by itself that a field is gone, goes on without it, and takes it up again when it is back', async () => {
    const hide = (hiddenFields: readonly string[]) => journey.control('sales', 'PUT', 'settings', { hiddenFields });
    await hide(['Account.Tier__c']);
    await edit({ Phone: '7' });
    await journey.open(async (service) => {
      const stop = new AbortController();
      const working = service.start(stop.signal);
      /** Some hours at most. */
      const until = async (isTrue: () => Promise<boolean>): Promise<boolean> => {
        for (let minutes = 0; minutes < 300; minutes++) {
          if (await isTrue()) return true;
          await journey.world.sleep(60_000);
        }
        return false;
      };
      const frozen = async () => (await service.holds({})).map(({ field }) => field);
      expect(await until(async () => (await acme()).phone === '7')).toBe(true);
      expect(await frozen()).toEqual(['Tier__c → organization_fields.tier']);
      expect(await acme()).toMatchObject({ tier: 'gold' });
      await hide([]);
      await edit({ Tier__c: 'silver' });
      expect(await until(async () => (await acme()).tier === 'silver')).toBe(true);
      expect(await frozen()).toEqual([]);
      await hide(['Account.Phone']);
      expect(await until(async () => (await frozen()).length > 0)).toBe(true);
      expect(await frozen()).toEqual(['Phone → organization_fields.phone']);
      stop.abort();
      await working;
    });
  });
});

describe('options', () => {
  it('that are new or gone since the mapping was made are told, and stop nothing', async () => {
    const choice = (...names: readonly string[]): Row => ({
      key: 'branch',
      title: 'Branch',
      type: 'dropdown',
      custom_field_options: names.map((name) => ({ name, value: name.toLowerCase() })),
    });
    await journey.schema('support', 'organization', [choice('Bank', 'Power')]);
    const mapped = {
      crm: 'Industry',
      desk: 'organization_fields.branch',
      values: { Banking: 'bank', Energy: 'power' },
    };
    await journey.configure({ fields: [...fields, mapped] });
    await edit({ Industry: 'Banking' });
    await step(journey);
    expect(await acme()).toMatchObject({ branch: 'bank' });
    const told = () => journey.open((service) => service.check({ live: true }));
    const before = await told();
    expect(before.every(({ warning }) => warning === true)).toBe(true);
    expect(before.map(({ problem }) => problem).join(' ')).toMatch(
      /Salesforce Account "Industry" has \d+ options? without a mapping/,
    );
    await journey.schema('support', 'organization', [choice('Bank')]);
    const after = await told();
    expect(after.every(({ warning }) => warning === true)).toBe(true);
    expect(after.map(({ problem }) => problem).join(' ')).toContain('"power" is not an option of Zendesk organization');
    await edit({ Phone: '9' });
    expect((await step(journey)).syncs.accounts).toMatchObject({ updated: { desk: 1 }, held: 0 });
    const rows = await journey.open((service) => service.doctor({ install: null }));
    expect(rows.filter(({ check }) => check.startsWith('config: ')).every(({ ok }) => ok)).toBe(true);
  });
});
