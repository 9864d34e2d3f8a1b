import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApplyReport, UndoScope } from '../../src/app/app.ts';
import { planLine } from '../../src/app/plan/lines.ts';
import { type Journey, newJourney, type Plan } from './harness.ts';
import { byName, quietStep, step } from './said-and-done.ts';

/** What was written is put back, stays so, and nobody's own edit is lost: the whole product against both twins. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const name = { crm: 'Name', desk: 'name' };
const good = { fields: [name, { crm: 'Description', desk: 'notes' }] };
const bad = { fields: [name, { crm: 'Website', desk: 'notes' }] };

const organizations = async () =>
  byName((await journey.records('support', 'organization')).filter(({ removed }) => removed !== true));
const undo = async (scope: UndoScope): Promise<ApplyReport> => {
  await journey.world.pass(90_000);
  await journey.forgetCalls();
  return journey.open((service) => service.undo(scope));
};
const previewUndo = (scope: UndoScope): Promise<Plan> =>
  journey.open((service) =>
    service.previewUndo(scope, async (head, lines) => {
      const texts = await Array.fromAsync(lines);
      return { head, texts, lines: texts.map((text) => planLine.parse(JSON.parse(text))) };
    }),
  );
const holds = () => journey.open((service) => service.holds({ limit: 10_000 }));

/** Accounts and their organizations, in step by the good mapping; answers the accounts' ids. */
async function inStep(count: number, config = good): Promise<readonly string[]> {
  await journey.configure(config);
  const rows = Array.from({ length: count }, (_, i) => {
    return { Name: `Company ${i}`, Description: `About ${i}`, Website: `https://c${i}.example` };
  });
  const ids = await journey.seed('sales', 'Account', rows);
  await step(journey);
  return ids;
}

/** Nothing moves any more, over runs and polls; what is undone is held, and nothing else. */
async function staysPut(expected: number): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const { calls } = await step(journey);
    expect(calls).toMatchObject({ sales: { write: 0 }, support: { write: 0 } });
  }
  const open = await holds();
  expect(open.every(({ why }) => why === 'undone')).toBe(true);
  expect(open).toHaveLength(expected);
}

describe('a bad mapping that was applied to 300 records', () => {
  it('is put back, but for what people have changed since, which is named; it stays so until its source moves', async () => {
    const ids = await inStep(300);
    await journey.configure(bad);
    const { run } = await step(journey);
    expect((await organizations())['Company 7']).toMatchObject({ notes: 'https://c7.example' });
    const before = await organizations();
    for (const each of ['Company 3', 'Company 4'])
      await journey.edit('support', 'organization', String(before[each]?.id), { notes: 'My own words' });

    const plan = await previewUndo({ run });
    const { head, lines } = plan;
    await expect(journey.apply(plan)).rejects.toThrow(/preview of an undo, .*syncline undo --run/);
    expect(head).toMatchObject({
      undo: `--run ${run}`,
      syncs: { accounts: { update: { crm: 0, desk: 298 }, hold: 2 } },
    });
    expect(lines.find(({ name: record }) => record.includes('"Company 7"'))).toMatchObject({
      do: 'update',
      side: 'desk',
      fields: { notes: { from: 'https://c7.example', to: 'About 7', rule: 'undo' } },
    });
    expect(lines.filter((line) => line.do === 'hold').map(({ why, message }) => [why, message])).toEqual([
      [
        'left',
        expect.stringMatching(
          /"Company 3" .*has notes "My own words", and Syncline had written "https:\/\/c3.example": it was changed since/,
        ),
      ],
      ['left', expect.stringMatching(/"Company 4"/)],
    ]);

    const report = await undo({ run });
    expect(report.syncs.accounts).toMatchObject({ updated: { crm: 0, desk: 298 } });
    expect(report.left.map(({ field, why }) => [field, why.includes('My own words')])).toEqual([
      ['notes', true],
      ['notes', true],
    ]);
    expect(report.calls.support?.write).toBeLessThan(10);
    const after = await organizations();
    expect(after['Company 7']).toMatchObject({ notes: 'About 7' });
    expect(after['Company 3']).toMatchObject({ notes: 'My own words' });
    await staysPut(298);

    await journey.edit('sales', 'Account', ids[7] ?? '', { Website: 'https://new.example' });
    await step(journey);
    expect((await organizations())['Company 7']).toMatchObject({ notes: 'https://new.example' });
    await staysPut(297);

    await journey.configure(good);
    await step(journey);
    expect((await organizations())['Company 9']).toMatchObject({ notes: 'About 9' });
    expect(await holds()).toEqual([]);
  }, 120_000);
});

describe('an undo', () => {
  it('of a record that was made removes it, and none is made again until the rules change or a person says so', async () => {
    await journey.configure(good);
    await journey.seed('sales', 'Account', [{ Name: 'Acme' }, { Name: 'Beta' }, { Name: 'Gamma' }]);
    const { run } = await step(journey);
    const { Beta: beta } = await organizations();
    await journey.edit('support', 'organization', String(beta?.id), { name: 'Beta Ltd' });

    const { head, lines } = await previewUndo({ run });
    expect(head.syncs.accounts).toMatchObject({ remove: { crm: 0, desk: 2 }, hold: 1 });
    expect(head.notes).toEqual([expect.stringMatching(/accounts: .*Zendesk.* is gone for good/)]);
    expect(lines.flatMap((line) => (line.do === 'remove' ? [line.fields.name] : []))).toEqual([
      { from: 'Acme', to: null, rule: 'undo' },
      { from: 'Gamma', to: null, rule: 'undo' },
    ]);

    const report = await undo({ run });
    expect(report.syncs.accounts).toMatchObject({ removed: { crm: 0, desk: 2 } });
    expect(report.left).toEqual([
      expect.objectContaining({ why: expect.stringMatching(/has name "Beta Ltd" and was left with "Beta"/) }),
    ]);
    expect(Object.keys(await organizations())).toEqual(['Beta Ltd']);
    expect((await journey.records('sales', 'Account')).filter(({ removed }) => removed === true)).toEqual([]);
    await staysPut(2);

    const [acme] = (await holds()).filter(({ message }) => message.includes('"Acme"'));
    await journey.open((service) => service.answer(acme?.id ?? '', { say: 'go' }));
    await step(journey);
    expect(Object.keys(await organizations()).sort()).toEqual(['Acme', 'Beta Ltd']);
    await journey.configure(bad);
    await step(journey);
    expect(Object.keys(await organizations()).sort()).toEqual(['Acme', 'Beta Ltd', 'Gamma']);
    await quietStep(journey);
  });

  it('of a join puts the fields back and parts the two; undone in turn they are one again', async () => {
    const config = { ...good, writeBack: { crm: { field: 'Desk_Id__c', when: 'always' } } };
    await journey.schema('sales', 'Account', [{ name: 'Desk_Id__c', type: 'string', length: 40 }]);
    await journey.configure(config);
    const [acme = ''] = await journey.seed('sales', 'Account', [{ Name: 'Acme', Description: 'Makes anvils' }]);
    const [organization = ''] = await journey.seed('support', 'organization', [{ name: 'Acme', notes: 'Pays late' }]);
    const { run } = await step(journey);
    const account = async () => (await journey.records('sales', 'Account')).find(({ Id }) => Id === acme);
    expect(await account()).toMatchObject({ Desk_Id__c: organization });
    expect((await organizations()).Acme).toMatchObject({ notes: 'Makes anvils' });

    const undone = await undo({ run });
    expect(undone.left).toEqual([]);
    expect((await organizations()).Acme).toMatchObject({ notes: 'Pays late' });
    expect(await account()).toMatchObject({ Desk_Id__c: null });
    await staysPut(2);

    const again = await undo({ run: undone.run });
    expect(again.left).toEqual([]);
    expect((await organizations()).Acme).toMatchObject({ notes: 'Makes anvils' });
    expect(await account()).toMatchObject({ Desk_Id__c: organization });
    await quietStep(journey);
  });

  it('is undone in turn by its run: what had been written stands again, and nothing is held', async () => {
    await inStep(3);
    await journey.configure(bad);
    const { run } = await step(journey);
    const first = await undo({ run });
    await staysPut(3);
    const second = await undo({ run: first.run });
    expect(second.left).toEqual([]);
    expect((await organizations())['Company 1']).toMatchObject({ notes: 'https://c1.example' });
    await quietStep(journey);
    expect(await undo({ run: second.run })).toMatchObject({ left: [], syncs: { accounts: { updated: { desk: 3 } } } });
    expect((await organizations())['Company 1']).toMatchObject({ notes: 'About 1' });
    await staysPut(3);
  });

  it('of a two-way field does not flow to the other side, which may move it again', async () => {
    const both = { ...good, direction: 'both', create: ['crm', 'desk'], update: ['crm', 'desk'] };
    const [first = ''] = await inStep(2, both);
    await journey.edit('sales', 'Account', first, { Description: 'Wrong' });
    const { run } = await step(journey);
    expect((await organizations())['Company 0']).toMatchObject({ notes: 'Wrong' });
    expect((await undo({ run })).left).toEqual([]);
    expect((await organizations())['Company 0']).toMatchObject({ notes: 'About 0' });
    await staysPut(1);
    const account = async () => (await journey.records('sales', 'Account')).find(({ Id }) => Id === first);
    expect(await account()).toMatchObject({ Description: 'Wrong' });
    const desk = (await organizations())['Company 0'];
    await journey.edit('support', 'organization', String(desk?.id), { notes: 'Right' });
    await step(journey);
    expect(await account()).toMatchObject({ Description: 'Right' });
    await quietStep(journey);
  });

  it('of one field leaves the others, and one since a time leaves what was before it', async () => {
    const [first = '', second = ''] = await inStep(2);
    await journey.edit('sales', 'Account', first, { Name: 'Renamed', Description: 'Changed' });
    await step(journey);
    await journey.world.pass(60_000);
    const since = new Date(journey.world.now()).toISOString();
    await journey.edit('sales', 'Account', second, { Name: 'Also renamed', Description: 'Changed too' });
    await step(journey);
    expect((await undo({ since, field: 'notes' })).left).toEqual([]);
    expect(await organizations()).toMatchObject({
      Renamed: { notes: 'Changed' },
      'Also renamed': { notes: 'About 1' },
    });
    expect((await undo({ since: '1d', field: 'Name → name', sync: 'accounts' })).left).toEqual([]);
    expect(await organizations()).toMatchObject({
      'Company 0': { notes: 'Changed' },
      'Company 1': { notes: 'About 1' },
    });
    await staysPut(3);
  });

  it('of an account that we made leaves it where a person has put a contact under it, which would go into the bin with it', async () => {
    await journey.configure({ ...good, direction: 'both', create: ['crm', 'desk'] });
    await journey.seed('support', 'organization', [{ name: 'Acme' }, { name: 'Beta' }]);
    const { run } = await step(journey);
    const accounts = async () =>
      new Map((await journey.records('sales', 'Account')).map(({ Name, Id, IsDeleted }) => [Name, [Id, IsDeleted]]));
    const [acme] = (await accounts()).get('Acme') ?? [];
    await journey.world.pass(90_000);
    const [bob = ''] = await journey.seed('sales', 'Contact', [{ LastName: 'Bob', AccountId: acme }]);

    const { head, lines } = await previewUndo({ run });
    expect(head).toMatchObject({ syncs: { accounts: { remove: { crm: 1 }, hold: 1 } } });
    expect(head.notes).toEqual([
      expect.stringMatching(/is left where somebody has put one under it that would go along \(.*Contact.*\)/),
    ]);
    const words = `Account "Acme" (${acme}) has Contact "Bob" (${bob}) under it, which Salesforce would remove together with it, so it is not removed.`;
    expect(lines.flatMap((line) => (line.do === 'hold' ? [line.message] : []))).toEqual([words]);

    expect((await undo({ run })).left.map(({ why }) => why)).toEqual([words]);
    expect([(await accounts()).get('Acme'), (await accounts()).get('Beta')]).toMatchObject([
      [acme, false],
      [expect.anything(), true],
    ]);
    await journey.remove('sales', 'Contact', bob);
    expect((await undo({ run })).left).toEqual([]);
    expect((await accounts()).get('Acme')).toEqual([acme, true]);
  });

  it('of accounts and of contacts that were made under them removes both, the contacts first', async () => {
    const both = { direction: 'both', create: ['crm', 'desk'] };
    const contacts = {
      crm: { connection: 'sales', object: 'Contact' },
      desk: { connection: 'support', object: 'user' },
      direction: 'desk-to-crm',
      create: ['crm'],
      update: ['crm'],
      match: [{ crm: 'Email', desk: 'email' }],
      fields: [
        { crm: 'LastName', desk: 'name' },
        { crm: 'Email', desk: 'email' },
      ],
      references: [{ crm: 'AccountId', desk: 'organization_id', sync: 'accounts' }],
    };
    await journey.configure({ ...good, ...both }, { syncs: { contacts } });
    const [acme] = await journey.seed('support', 'organization', [{ name: 'Acme' }]);
    const ada = { name: 'Ada Lovelace', email: 'ada@acme.example', role: 'end-user', organization_id: acme };
    await journey.seed('support', 'user', [ada]);
    const { run } = await step(journey);
    // The help desk's two agents become contacts as well.
    const contact = (await journey.records('sales', 'Contact')).find(({ Email }) => Email === ada.email);
    const [account] = await journey.records('sales', 'Account');
    expect(contact).toMatchObject({ LastName: 'Ada Lovelace', AccountId: account?.Id });

    const alone = await previewUndo({ run, sync: 'accounts' });
    expect(alone.lines).toMatchObject([{ do: 'hold', message: expect.stringContaining('has Contact "Ada Lovelace"') }]);
    const { head } = await previewUndo({ run });
    expect(head.syncs).toMatchObject({
      accounts: { remove: { crm: 1 }, hold: 0 },
      contacts: { remove: { crm: 3 }, hold: 0 },
    });
    const report = await undo({ run });
    expect(report.left).toEqual([]);
    expect(report.syncs).toMatchObject({ accounts: { removed: { crm: 1 } }, contacts: { removed: { crm: 3 } } });
  });

  it('of what nobody wrote, or in a sync that only watches, is refused with the reason', async () => {
    await inStep(1);
    await expect(undo({ run: 'nobody' })).rejects.toThrow(/There is nothing to undo: .*by the run nobody/);
    await expect(undo({ since: '1s' })).rejects.toThrow(/There is nothing to undo/);
    await journey.configure({ ...good, mode: 'watch' });
    await expect(undo({ since: '1d' })).rejects.toThrow(/only watches/);
    expect(journey.writes('support')).toEqual([]);
  });
});

describe('who set what', () => {
  it('is told of a field that we carried, by rule and run and whose edit it was; and of one that we did not', async () => {
    const [first = ''] = await inStep(2);
    await journey.edit('sales', 'Account', first, { Description: 'Changed' });
    const { run } = await step(journey);
    const organization = String((await organizations())['Company 0']?.id);
    const blame = (record: string, field: string) => journey.open((service) => service.blame({ record, field }));
    const account = (await journey.records('sales', 'Account')).find(({ Id }) => Id === first);

    const [notes] = await blame(`desk:${organization}`, 'notes');
    expect(notes).toMatchObject({
      connection: 'support',
      object: 'organization',
      value: 'Changed',
      setBy: 'syncline',
      changed: { by: account?.LastModifiedById },
      write: {
        run,
        rule: 'Description → notes',
        cause: 'edit',
        before: 'About 0',
        after: 'Changed',
        from: { side: 'crm', connection: 'sales', object: 'Account', id: first },
      },
    });
    const [name] = await blame(`crm:${first}`, 'Name');
    expect(name).toMatchObject({
      value: 'Company 0',
      setBy: 'elsewhere',
      changed: { by: account?.LastModifiedById },
      write: null,
    });

    await journey.edit('support', 'organization', organization, { notes: 'My own words' });
    await step(journey);
    const [edited] = await blame(`desk:${organization}`, 'notes');
    expect(edited).toMatchObject({ value: 'My own words', setBy: 'elsewhere', write: { run, after: 'Changed' } });

    const history = await journey.open((service) => service.history({ run, field: 'Description → notes' }));
    expect(history).toMatchObject([
      { source: { by: account?.LastModifiedById }, fields: { notes: { after: 'Changed' } } },
    ]);
    await expect(blame('crm:001nobody', 'Name')).rejects.toThrow(/No record crm:001nobody/);
  });
});

describe('on the embedded database', () => {
  it('an undo finds what a run wrote, puts it back, and is undone in turn', async () => {
    await journey.close();
    journey = await newJourney({ store: 'folder' });
    await inStep(3);
    await journey.configure(bad);
    const { run } = await step(journey);
    const first = await undo({ run });
    expect(first.left).toEqual([]);
    expect((await organizations())['Company 2']).toMatchObject({ notes: 'About 2' });
    await staysPut(3);
    expect((await undo({ run: first.run })).left).toEqual([]);
    expect((await organizations())['Company 2']).toMatchObject({ notes: 'https://c2.example' });
    await quietStep(journey);
  }, 60_000);
});
