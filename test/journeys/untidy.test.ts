import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row } from './harness.ts';
import { byName, holdsOf, previewedStep, quietStep, step, usersByName } from './said-and-done.ts';

/** Data as it is: previewed, run, mended and run again, by the whole product against both twins. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const contacts = { preset: 'salesforce-zendesk/contacts' };

const organizations = async () => byName(await journey.records('support', 'organization'));

const longest = 'n'.repeat(255);
const names = ['🚀 Räkete', 'شركة الاختبار', 'Tom & "Jerry" <b>', "O'Neill\\", '...', '0', longest];

describe('accounts', () => {
  it('of every kind of name come over as they are, whether or not the organization is there', async () => {
    await journey.seed(
      'sales',
      'Account',
      [...names, 'Ümläut GmbH', 'Known'].map((Name) => ({ Name })),
    );
    await journey.seed('support', 'organization', [
      { name: 'ÜMLÄUT GMBH' },
      { name: '🚀 räkete' },
      { name: 'known', external_id: 'erp-4711' },
    ]);
    expect(await previewedStep(journey)).toEqual([]);
    const all = await organizations();
    expect(Object.keys(all).sort()).toEqual([...names, 'Ümläut GmbH', 'Known'].sort());
    expect(all.Known).toMatchObject({ external_id: 'erp-4711' });
    expect(all['Ümläut GmbH']).toMatchObject({ external_id: null });
    await quietStep(journey);
  });

  it('of one name in other letters are held until one of them is called otherwise', async () => {
    await journey.seed('support', 'organization', [{ name: 'twins ltd' }]);
    const names = ['Acme', 'ACME', 'Twins Ltd', 'TWINS LTD'];
    const ids = await journey.seed(
      'sales',
      'Account',
      names.map((Name) => ({ Name })),
    );
    const rival = ids.at(-1) ?? '';
    const open = await previewedStep(journey);
    // Of two without an organization one gets it; where it is there already, nobody can say whose it is.
    expect(open).toHaveLength(3);
    for (const hold of open) {
      expect(hold).toMatchObject({ why: 'ambiguous', sync: 'accounts' });
      expect(hold.message).toContain(`"${hold.values.crm}" (${hold.crm?.id})`);
      expect(hold.message).toMatch(/Nothing was written\. .*change the Name\./);
    }
    expect(holdsOf(open, 'Twins Ltd')[0]?.candidates.map(({ id }) => id)).toContain(rival);
    expect(Object.keys(await organizations()).filter((name) => /acme/i.test(name))).toHaveLength(1);
    const loser = open.find(({ message }) => /"acme"/i.test(message));
    await journey.edit('sales', 'Account', loser?.crm?.id ?? '', { Name: 'Acme Two' });
    await journey.edit('sales', 'Account', rival, { Name: 'Single' });
    await step(journey);
    expect(Object.keys(await organizations()).map((name) => name.toLowerCase())).toEqual(
      expect.arrayContaining(['acme', 'acme two', 'twins ltd', 'single']),
    );
    expect(Object.keys(await organizations())).toHaveLength(4);
    await quietStep(journey);
  });

  it('with a value that the mapping does not know go without it, and with it once the mapping is mended', async () => {
    await journey.schema('support', 'organization', [
      {
        key: 'industry',
        title: 'Industry',
        type: 'dropdown',
        custom_field_options: [
          { name: 'Banking', value: 'banking' },
          { name: 'Energy', value: 'energy' },
        ],
      },
    ]);
    const mapped = (values: Row) => ({
      fields: [
        { crm: 'Name', desk: 'name' },
        { crm: 'Industry', desk: 'organization_fields.industry', values },
      ],
    });
    await journey.configure(mapped({ Banking: 'banking' }));
    await journey.seed('sales', 'Account', [
      { Name: 'Bank', Industry: 'Banking' },
      { Name: 'Grid', Industry: 'Energy' },
    ]);
    const [hold, ...more] = await previewedStep(journey);
    expect(more).toEqual([]);
    expect(hold).toMatchObject({ why: 'refused', values: { crm: 'Energy', desk: null } });
    for (const word of ['Account "Grid"', 'Industry', '"Energy"', 'organization_fields.industry'])
      expect(hold?.message).toContain(word);
    expect((await organizations()).Grid).toMatchObject({ organization_fields: { industry: null } });
    await journey.configure(mapped({ Banking: 'banking', Energy: 'energy' }));
    await step(journey);
    expect(journey.writes('support')).toMatchObject([{ method: 'PUT' }]);
    expect((await organizations()).Grid).toMatchObject({ organization_fields: { industry: 'energy' } });
    await quietStep(journey);
  });

  it('that come from organizations with a name that is too long are held with both lengths', async () => {
    await journey.configure({ direction: 'desk-to-crm' });
    const long = 'o'.repeat(300);
    const [id = ''] = await journey.seed('support', 'organization', [{ name: long }, { name: 'short' }]);
    const [hold, ...more] = await previewedStep(journey);
    expect(more).toEqual([]);
    expect(hold).toMatchObject({ desk: { id }, values: { desk: long } });
    expect(hold?.message).toMatch(/300.*255|255.*300/);
    await journey.edit('support', 'organization', id, { name: 'o'.repeat(255) });
    await step(journey);
    expect((await journey.records('sales', 'Account')).map(({ Name }) => String(Name).length).sort()).toEqual([255, 5]);
    await quietStep(journey);
  });
});

describe('contacts', () => {
  beforeEach(() => journey.configure({}, { syncs: { contacts } }));

  it('without an address, with odd names and in other scripts become users each, once', async () => {
    const rows = [
      { FirstName: 'Ada', LastName: 'No Address' },
      { FirstName: 'Ada', LastName: 'No Address' },
      { LastName: '-', Email: 'dash@acme.example' },
      { FirstName: 'محمد', LastName: 'عبد الله', Email: 'Arabic@Acme.Example' },
      { FirstName: '👩‍💻', LastName: '🚀', Email: 'emoji@acme.example' },
      { Salutation: 'Dr.', FirstName: 'f'.repeat(40), LastName: 'l'.repeat(80), Email: 'long@acme.example' },
    ];
    await journey.seed('sales', 'Contact', rows);
    expect(await previewedStep(journey)).toEqual([]);
    const all = (await journey.records('support', 'user')).filter((row) => row.role === 'end-user');
    expect(all).toHaveLength(rows.length);
    expect(all.filter(({ name, email }) => name === 'Ada No Address' && email === null)).toHaveLength(2);
    expect(byName(all)).toMatchObject({
      '-': {},
      'محمد عبد الله': { email: 'arabic@acme.example' },
      '👩‍💻 🚀': {},
    });
    await quietStep(journey);
  });

  it('with one address in other letters are held but one, and each is a user once it has its own', async () => {
    await journey.seed('sales', 'Contact', [
      { LastName: 'One', Email: 'same@acme.example' },
      { LastName: 'Two', Email: 'SAME@acme.example' },
      { LastName: 'Three', Email: 'Same@Acme.Example' },
    ]);
    const open = await previewedStep(journey);
    expect(open).toHaveLength(2);
    for (const { message } of open)
      for (const word of ['Contact "', 'same@acme.example', 'change the Email']) expect(message).toContain(word);
    expect(Object.keys(await usersByName(journey))).toHaveLength(1);
    for (const { crm } of open)
      await journey.edit('sales', 'Contact', crm?.id ?? '', { Email: `${crm?.id}@acme.example` });
    await step(journey);
    expect(Object.keys(await usersByName(journey)).sort()).toEqual(['One', 'Three', 'Two']);
    await quietStep(journey);
  });

  it('whose address Zendesk refuses are held with it, and in step once it is mended', async () => {
    await journey.control('support', 'POST', 'faults', {
      match: { method: 'POST', path: 'users' },
      do: 'refuse',
      body: {
        error: 'RecordInvalid',
        description: 'Record validation errors',
        details: { email: [{ description: 'Email: bad@acme is not properly formatted', error: 'InvalidFormat' }] },
      },
      times: 1,
    });
    const [id = ''] = await journey.seed('sales', 'Contact', [{ LastName: 'Bad', Email: 'bad@acme.example' }]);
    await step(journey);
    const [hold] = await journey.open((service) => service.holds({}));
    expect(hold).toMatchObject({ why: 'refused', crm: { id }, values: { crm: 'bad@acme.example' } });
    expect(hold?.message).toContain('Contact "Bad"');
    await journey.edit('sales', 'Contact', id, { Email: 'good@acme.example' });
    await step(journey);
    expect(await usersByName(journey)).toMatchObject({ Bad: { email: 'good@acme.example' } });
    await quietStep(journey);
  });
});
