import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row } from './harness.ts';
import { byName, holdsOf, previewedStep, quietStep, step, usersByName } from './said-and-done.ts';

/** What people are called by, and what becomes of them: phones, person accounts and converted leads, by the whole product. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const preset = 'salesforce-zendesk/contacts';

/** By the last name of their contact: how it is written in Salesforce, and the international form where there is one. */
const phones: Readonly<Record<string, readonly [written: string, international: string | null]>> = {
  spaces: ['+49 30 901820', '+4930901820'],
  brackets: ['(030) 901821', '+4930901821'],
  slash: ['030/901822', '+4930901822'],
  zeros: ['0049 30 901823', '+4930901823'],
  dashes: ['030-90-18-24', '+4930901824'],
  plain: ['+4930901825', '+4930901825'],
  abroad: ['+1 (415) 555-2671', '+14155552671'],
  dots: ['030.901827', '+4930901827'],
  extension: ['+49 30 901828 ext. 12', null],
  words: ['ask Ann', null],
};
const seedPhones = () =>
  journey.seed(
    'sales',
    'Contact',
    Object.entries(phones).map(([LastName, [Phone]]) => ({ LastName, Phone, Email: `${LastName}@acme.example` })),
  );
const phonesThere = async () =>
  Object.fromEntries(Object.entries(await usersByName(journey)).map(([name, { phone }]) => [name, phone]));

describe('phone numbers in ten forms', () => {
  it('come over as they are where nobody says what country they belong to', async () => {
    await journey.configure({}, { syncs: { contacts: { preset } } });
    await seedPhones();
    expect(await previewedStep(journey)).toEqual([]);
    expect(await phonesThere()).toEqual(
      Object.fromEntries(Object.entries(phones).map(([name, [written]]) => [name, written])),
    );
    await quietStep(journey);
  });

  for (const validated of [false, true])
    it(`come over in the international form with a country; the others are held alone (${validated ? 'validated' : 'not validated'} by Zendesk)`, async () => {
      await journey.control('support', 'PUT', 'settings', { phoneValidation: validated });
      await journey.configure({}, { syncs: { contacts: { preset, options: { phoneCountry: 'DE' } } } });
      const ids = await seedPhones();
      const open = await previewedStep(journey);
      expect(await phonesThere()).toEqual(
        Object.fromEntries(Object.entries(phones).map(([name, [, international]]) => [name, international])),
      );
      expect(open).toHaveLength(2);
      for (const name of ['extension', 'words']) {
        const [written] = phones[name] ?? [''];
        const [hold] = holdsOf(open, name);
        expect(hold).toMatchObject({ why: 'refused', values: { crm: written, desk: null } });
        for (const word of [`"${written}"`, 'phone', `Contact "${name}"`]) expect(hold?.message).toContain(word);
      }
      const byContact = new Map(Object.keys(phones).map((name, i) => [name, ids[i] ?? '']));
      await journey.edit('sales', 'Contact', byContact.get('extension') ?? '', { Phone: '+49 30 901828' });
      await journey.edit('sales', 'Contact', byContact.get('words') ?? '', { Phone: null });
      await step(journey);
      expect(await phonesThere()).toMatchObject({ extension: '+4930901828', words: null });
      await quietStep(journey);
    });

  it('are held one by one where Zendesk validates and nobody says the country; the users are there all the same', async () => {
    await journey.control('support', 'PUT', 'settings', { phoneValidation: true });
    await journey.configure({}, { syncs: { contacts: { preset } } });
    await seedPhones();
    await step(journey);
    expect(Object.keys(await usersByName(journey)).sort()).toEqual(Object.keys(phones).sort());
    expect((await phonesThere()).plain).toBe('+4930901825');
    const open = await journey.open((service) => service.failures({}));
    expect(open).toHaveLength(9);
    for (const hold of open) {
      expect(hold).toMatchObject({ why: 'refused', values: { desk: null } });
      expect(hold.message).toContain(`"${hold.values.crm}"`);
      expect(hold.message).toMatch(/^Contact "\w+" /);
    }
    await journey.forgetCalls();
    expect((await journey.run()).calls.support?.write).toBe(0);
    // Mended by the option: the rule is another one, so every contact is looked at again.
    await journey.configure({}, { syncs: { contacts: { preset, options: { phoneCountry: 'DE' } } } });
    await step(journey);
    expect(await phonesThere()).toMatchObject({ brackets: '+4930901821', abroad: '+14155552671', words: null });
    expect(await journey.open((service) => service.holds({}))).toHaveLength(2);
  });
});

describe('person accounts', () => {
  async function seedPersons(personAccounts: 'organizations' | 'users'): Promise<string> {
    await journey.control('sales', 'PUT', 'settings', { personAccounts: true });
    const options = { personAccounts };
    await journey.configure({ options }, { syncs: { contacts: { preset, options } } });
    const types = await journey.records('sales', 'RecordType');
    const type = types.find((row) => row.SobjectType === 'Account' && row.IsPersonType === true);
    const [acme] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }]);
    await journey.seed('sales', 'Contact', [{ LastName: 'Worker', Email: 'worker@acme.example', AccountId: acme }]);
    const [jane = ''] = await journey.seed('sales', 'Account', [
      { RecordTypeId: type?.Id, FirstName: 'Jane', LastName: 'Doe', PersonEmail: 'jane@doe.example' },
    ]);
    return jane;
  }
  it.each([
    ['users', 'organizations'],
    ['organizations', 'users'],
  ])(
    'are a mistake of the config where the accounts say %s and the contacts say %s',
    async (ofAccounts, ofContacts) => {
      await journey.configure(
        { options: { personAccounts: ofAccounts } },
        { syncs: { contacts: { preset, options: { personAccounts: ofContacts } } } },
      );
      const problems = await journey.open((service) => service.check({ live: false }));
      expect(problems).toHaveLength(1);
      expect(problems[0]?.path).toContain('options.personAccounts');
    },
  );

  const organizations = async () => Object.keys(byName(await journey.records('support', 'organization'))).sort();

  it('become organizations, and no users, by default', async () => {
    const jane = await seedPersons('organizations');
    expect(await previewedStep(journey)).toEqual([]);
    expect(await organizations()).toEqual(['Acme', 'Jane Doe']);
    expect(Object.keys(await usersByName(journey))).toEqual(['Worker']);
    await quietStep(journey);
    await journey.edit('sales', 'Account', jane, { LastName: 'Roe' });
    await step(journey);
    expect(await organizations()).toEqual(['Acme', 'Jane Roe']);
    await quietStep(journey);
  });

  it('become users, and no organizations, where both syncs say so', async () => {
    const jane = await seedPersons('users');
    expect(await previewedStep(journey)).toEqual([]);
    expect(await organizations()).toEqual(['Acme']);
    const users = await usersByName(journey);
    expect(Object.keys(users).sort()).toEqual(['Jane Doe', 'Worker']);
    expect(users['Jane Doe']).toMatchObject({ email: 'jane@doe.example', organization_id: null });
    await quietStep(journey);
    await journey.edit('sales', 'Account', jane, { LastName: 'Roe' });
    await step(journey);
    expect(Object.keys(await usersByName(journey)).sort()).toEqual(['Jane Roe', 'Worker']);
    await quietStep(journey);
  });
});

describe('a lead that is converted', () => {
  const lead: Row = { LastName: 'Lovelace', Company: 'Analytical', Email: 'ada@acme.example' };
  const convert = (id: string) => journey.control('sales', 'POST', `records/Lead/${id}/convert`, {});

  it('hands its user to the contact, who is in the organization of the new account', async () => {
    await journey.configure({}, { syncs: { contacts: { preset }, leads: { preset: 'salesforce-zendesk/leads' } } });
    const [id = ''] = await journey.seed('sales', 'Lead', [lead]);
    await step(journey);
    const before = await usersByName(journey);
    await convert(id);
    await step(journey);
    const after = await usersByName(journey);
    expect(Object.keys(after)).toEqual(['Lovelace']);
    expect(after.Lovelace?.id).toBe(before.Lovelace?.id);
    const [organization] = await journey.records('support', 'organization');
    expect(organization).toMatchObject({ name: 'Analytical' });
    expect(after.Lovelace).toMatchObject({ organization_id: organization?.id });
    await quietStep(journey);
    const [contact] = await journey.records('sales', 'Contact');
    await journey.edit('sales', 'Contact', String(contact?.Id), { LastName: 'King' });
    await step(journey);
    expect(Object.keys(await usersByName(journey))).toEqual(['King']);
    await quietStep(journey);
  });

  for (const address of [null, 'ada@acme.example'])
    it(`hands its user over whatever its address is by then (${address ?? 'none'})`, async () => {
      await journey.configure({}, { syncs: { contacts: { preset }, leads: { preset: 'salesforce-zendesk/leads' } } });
      const [id = ''] = await journey.seed('sales', 'Lead', [{ ...lead, Email: address }]);
      await step(journey);
      const before = (await usersByName(journey)).Lovelace;
      await convert(id);
      const [contact] = await journey.records('sales', 'Contact');
      await journey.edit('sales', 'Contact', String(contact?.Id), { Email: 'work@acme.example', LastName: 'King' });
      await step(journey);
      const after = await usersByName(journey);
      expect(Object.keys(after)).toEqual(['King']);
      expect(after.King).toMatchObject({ id: before?.id });
      await quietStep(journey);
    });

  it('stays linked and quiet without a sync of contacts', async () => {
    await journey.configure({}, { syncs: { leads: { preset: 'salesforce-zendesk/leads' } } });
    const [id = ''] = await journey.seed('sales', 'Lead', [lead]);
    await step(journey);
    await convert(id);
    await step(journey);
    expect(journey.writes('support').filter(({ path }) => path.includes('user'))).toEqual([]);
    expect(Object.keys(await usersByName(journey))).toEqual(['Lovelace']);
    await quietStep(journey);
  });

  it('that was never carried is a contact and nothing else', async () => {
    await journey.configure({}, { syncs: { contacts: { preset }, leads: { preset: 'salesforce-zendesk/leads' } } });
    const [id = ''] = await journey.seed('sales', 'Lead', [lead]);
    await convert(id);
    expect(await previewedStep(journey)).toEqual([]);
    expect(Object.keys(await usersByName(journey))).toEqual(['Lovelace']);
    await quietStep(journey);
  });
});
