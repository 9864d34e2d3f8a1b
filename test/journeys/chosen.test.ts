import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row } from './harness.ts';
import { byName, previewedStep, quietStep, step, usersByName } from './said-and-done.ts';

/** A part first, a plan that is kept to, a sync that only watches: by the whole product against both twins. */
let journey: Journey;
let accounts: readonly string[];
let contacts: readonly string[];
const names = ['Acme', 'Beta', 'Gamma', 'Delta', 'Epsilon'];
const people = names.map((name) => `Ann ${name}`);

beforeEach(async () => {
  journey = await newJourney();
  await journey.configure({}, { syncs: { contacts: { preset: 'salesforce-zendesk/contacts' } } });
  accounts = await journey.seed(
    'sales',
    'Account',
    names.map((Name) => ({ Name })),
  );
  contacts = await journey.seed(
    'sales',
    'Contact',
    names.map((LastName, i) => ({
      FirstName: 'Ann',
      LastName,
      Email: `${LastName}@acme.example`,
      AccountId: accounts[i],
    })),
  );
  await journey.world.pass(90_000);
});
afterEach(() => journey.close());

const organizations = async () => Object.keys(byName(await journey.records('support', 'organization')));
const users = async () => Object.keys(await usersByName(journey));

describe('a preview', () => {
  it('writes nothing, and applied it does what it says: parents first, references by name', async () => {
    const plan = await journey.preview();
    expect(journey.writes('support')).toEqual([]);
    expect(plan.head.syncs).toMatchObject({ accounts: { create: { desk: 5 } }, contacts: { create: { desk: 5 } } });
    const acme = plan.lines.find((line) => line.do === 'create' && line.fields.name?.to === 'Acme');
    const ann = plan.lines.find((line) => line.do === 'create' && line.fields.name?.to === 'Ann Acme');
    expect(ann).toMatchObject({ fields: { organization_id: { to: { link: acme?.link } } } });
    const report = await journey.apply(plan);
    expect(report).toMatchObject({ left: [], syncs: { contacts: { created: { desk: 5 }, updated: { desk: 0 } } } });
    expect((await usersByName(journey))['Ann Acme']?.organization_id).toBe(
      byName(await journey.records('support', 'organization')).Acme?.id,
    );
    // What it said to cost is what it cost: the jobs are writes, asking after them is reading.
    expect(report.calls.support?.write).toBe(plan.head.calls.support?.write);
    await quietStep(journey);
  });

  it('applied does nothing to a record that has moved since, and says so', async () => {
    const plan = await journey.preview();
    await journey.edit('sales', 'Account', accounts[0] ?? '', { Name: 'Acme Europe' });
    await journey.edit('sales', 'Contact', contacts[1] ?? '', { LastName: 'Married' });
    await journey.world.pass(10_000);
    const { left } = await journey.apply(plan);
    expect(left.map(({ sync, name }) => `${sync} ${name.replace(/ \(.*/, '')}`).sort()).toEqual(
      ['accounts Account "Acme"', 'contacts Contact "Ann Acme"', 'contacts Contact "Ann Beta"'].sort(),
    );
    expect((await organizations()).sort()).toEqual(names.slice(1).sort());
    // Her organization is optional: she is there without it, which the plan is told.
    const [ann] = left.filter(({ name }) => name.includes('Ann Acme'));
    expect(ann?.why).toContain('organization_id is not written');
    expect((await users()).sort()).toEqual(['Ann Acme', ...people.slice(2)].sort());
    expect((await usersByName(journey))['Ann Acme']).toMatchObject({ organization_id: null });
    await step(journey);
    expect((await organizations()).sort()).toEqual(['Acme Europe', ...names.slice(1)].sort());
    expect((await users()).sort()).toEqual(['Ann Acme', 'Ann Married', ...people.slice(2)].sort());
    await quietStep(journey);
  });
});

describe('a part of the records', () => {
  it('by ids of either length is that part, in the preview and afterwards; a run does the rest', async () => {
    const ids = [accounts[0]?.slice(0, 15) ?? '', contacts[0] ?? '', accounts[2] ?? ''];
    const plan = await journey.preview({ ids });
    expect(plan.lines).toHaveLength(3);
    await journey.apply(plan);
    expect((await organizations()).sort()).toEqual(['Acme', 'Gamma']);
    expect(await users()).toEqual(['Ann Acme']);
    expect(await previewedStep(journey)).toEqual([]);
    expect((await users()).sort()).toEqual([...people].sort());
    await quietStep(journey);
  });

  it('by an id that is nowhere is a mistake, and nothing is done', async () => {
    const asked = journey.preview({ ids: ['001000000000000AAA'] });
    await expect(asked).rejects.toThrow(/No record of these syncs has the id 001000000000000AAA/);
    expect(journey.writes('support')).toEqual([]);
  });

  it('by count is so many of each sync', async () => {
    await journey.open((service) => service.run({ syncs: [], count: 2 }));
    expect(await organizations()).toHaveLength(2);
    expect(await users()).toHaveLength(2);
    await step(journey);
    expect(await organizations()).toHaveLength(5);
    expect(await users()).toHaveLength(5);
    const linked = Object.values(await usersByName(journey)).filter((row) => row.organization_id !== null);
    expect(linked).toHaveLength(5);
    await quietStep(journey);
  });

  it('by an address that was pasted is that one record, as it is now, from either system', async () => {
    const record = (address: string) => journey.open((service) => service.run({ syncs: [], record: address }));
    await record(`https://acme.lightning.force.com/lightning/r/Account/${accounts[3]}/view`);
    expect(await organizations()).toEqual(['Delta']);
    await record(`https://acme.my.salesforce.com/${contacts[3]?.slice(0, 15)}`);
    expect(await users()).toEqual(['Ann Delta']);
    await step(journey);
    // An edit that no feed has shown yet.
    await journey.edit('sales', 'Contact', contacts[4] ?? '', { LastName: 'Omega' });
    await journey.world.pass(3000);
    const epsilon = (await usersByName(journey))['Ann Epsilon'];
    await journey.edit('sales', 'Contact', contacts[3] ?? '', { LastName: 'Other' });
    await journey.world.pass(3000);
    await record(`crm:${contacts[4]}`);
    expect((await users()).sort()).toEqual(['Ann Acme', 'Ann Beta', 'Ann Gamma', 'Ann Delta', 'Ann Omega'].sort());
    await record(`https://acme.zendesk.com/agent/users/${epsilon?.id}/requested_tickets`);
    await step(journey);
    expect((await users()).sort()).toEqual(['Ann Acme', 'Ann Beta', 'Ann Gamma', 'Ann Other', 'Ann Omega'].sort());
    await quietStep(journey);
  });
});

describe('a sync that only watches', () => {
  const watching = { mode: 'watch' };
  const config = (mode: Row) =>
    journey.configure(mode, { syncs: { contacts: { preset: 'salesforce-zendesk/contacts', ...mode } } });

  it('writes nothing, says what it would have written, and writes that once it is let', async () => {
    await journey.seed('support', 'organization', [{ name: 'ACME' }]);
    await config(watching);
    const report = await step(journey);
    expect(report.calls.support?.write).toBe(0);
    expect(journey.writes('support')).toEqual([]);
    const would = await journey.open((service) => service.history({ limit: 1000 }));
    const creates = would.filter(({ do: verb }) => verb === 'create').map(({ fields }) => fields.name?.after);
    expect(creates.sort()).toEqual([...names.slice(1), ...people].sort());
    expect(new Set(would.filter(({ do: verb }) => verb !== 'link').map(({ outcome }) => outcome))).toEqual(
      new Set(['watched']),
    );

    await config({});
    await previewedStep(journey);
    expect((await organizations()).sort()).toEqual([...names].sort());
    expect((await users()).sort()).toEqual([...people].sort());
    const all = Object.values(await usersByName(journey));
    expect(all.every(({ organization_id: organization }) => organization !== null)).toBe(true);
    await quietStep(journey);
  });

  it('beside one that writes leaves its own records alone', async () => {
    await journey.configure({}, { syncs: { contacts: { preset: 'salesforce-zendesk/contacts', ...watching } } });
    await step(journey);
    expect(await organizations()).toHaveLength(5);
    expect(await users()).toEqual([]);
    expect(journey.writes('support').filter(({ path }) => path.includes('user'))).toEqual([]);
  });
});
