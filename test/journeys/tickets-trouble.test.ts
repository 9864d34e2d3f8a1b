import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row } from './harness.ts';
import { askZendesk, caseOf, cases, catchUp, holdsOf, ids, messages, newTickets, ticketSyncs } from './ticketing.ts';

/** What goes wrong between tickets and cases: each says what it is and what would help, and every other ticket goes on. */
let journey: Journey;
beforeEach(async () => {
  journey = await newTickets();
});
afterEach(() => journey.close());

async function ticket(given: Row = {}): Promise<string> {
  const [id = ''] = await journey.seed('support', 'ticket', [{ subject: 'Printer on fire', ...given }]);
  return id;
}
const check = async () =>
  (await journey.open((service) => service.check({ live: true }))).map(({ path, problem, fix }) => [
    path,
    problem,
    fix,
  ]);
const atSales = (schema: Row) => journey.control('sales', 'PUT', 'schema', { Case: schema });
const edit = (id: string, fields: Row) => journey.edit('support', 'ticket', id, fields);
const retry = () => journey.open((service) => service.retry(null));

/** Two tickets that nothing is wrong with have their cases: nothing else was stopped. */
async function othersGoOn(): Promise<void> {
  const made = await journey.seed('support', 'ticket', [{ subject: 'Fine' }, { subject: 'Fine too' }]);
  await catchUp(journey);
  for (const id of made) expect((await caseOf(journey, id)).Subject).toMatch(/^Fine/);
}

describe('before anything is written, the check says', () => {
  it('in one finding that the package is missing, and how it comes', async () => {
    await journey.close();
    journey = await newJourney();
    await journey.configure({}, { syncs: ticketSyncs() });
    expect(await check()).toEqual([
      [
        'syncs.tickets.preset',
        'Sync tickets: Salesforce Case lacks the ticket package: 25 fields of it are not there or not ours to write (Zendesk_Support_Ticket_ID__c, Zendesk_Support_Ticket_Requester_Name__c, Zendesk_Support_Ticket_Requester_Email__c and 22 more).',
        'Run "syncline doctor --install package --connection sales", which makes them and gives our user access.',
      ],
    ]);
    expect(await journey.open((service) => service.check({ live: false }))).toEqual([]);
    await journey.open((service) => service.doctor({ install: 'package', connection: 'sales' }));
    expect(await check()).toEqual([]);
  });

  it.each([
    ['00D4S000000oz4eUAA', 'it is the id of an org'],
    ['0124S000000oz4eUAA', 'it is the id of a record type that this object does not have'],
  ])('that %s is no record type, and which there are', async (recordType, because) => {
    const install = { install: 'package', connection: 'sales', recordType: 'Zendesk Ticket Sync' } as const;
    const rows = await journey.open((service) => service.doctor(install));
    const right = /with the id (\w{18})/.exec(
      rows.find(({ check: name }) => name === 'sales: record type:Case')?.found ?? '',
    )?.[1];
    await journey.configure({}, { syncs: ticketSyncs({ recordType }) });
    const [[path, problem, fix] = []] = await check();
    expect(path).toBe('syncs.tickets.options.recordType');
    expect(problem).toBe(
      `Sync tickets: the default "${recordType}" is not an option of Salesforce Case "RecordTypeId": ${because}.`,
    );
    expect(fix).toBe(`The options are: ${right} (Zendesk Ticket Sync).`);
    await journey.configure({}, { syncs: ticketSyncs({ recordType: right }) });
    expect(await check()).toEqual([]);
    const id = await ticket();
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ RecordTypeId: right });
  });

  it('at the option that says it, that cases have no record types', async () => {
    await journey.configure({}, { syncs: ticketSyncs({ recordType: '0124S000000oz4eUAA' }) });
    expect(await check()).toEqual([
      [
        'syncs.tickets.options.recordType',
        'Sync tickets: Salesforce Case has no field "RecordTypeId".',
        'Leave "recordType" out of the options, or see to it that our user is shown this field.',
      ],
    ]);
  });

  it('that a ticket cannot be followed by another one where no case is let back to it', async () => {
    await journey.configure({}, { syncs: ticketSyncs({ reopened: 'follow-up' }) });
    expect((await check()).map(([path]) => path)).toEqual(['syncs.tickets.options.reopened']);
    await journey.configure({}, { syncs: ticketSyncs({ reopened: 'follow-up', caseToTicket: 'status' }) });
    expect(await check()).toEqual([]);
  });

  it('that a required case field is not mapped, and where to map it', async () => {
    await atSales({ fields: [{ name: 'Region__c', type: 'string', length: 20, nillable: false }] });
    expect(await check()).toEqual([
      [
        'syncs.tickets.moreFields',
        'Sync tickets: Salesforce Case needs "Region__c" when a record is created, and no rule writes it.',
        'Add a rule under "moreFields", such as { crm: Region__c, desk: FIELD }, a constant { crm: Region__c, default: VALUE }, or take crm out of "create".',
      ],
    ]);
    await journey.configure({}, { syncs: ticketSyncs({}, { moreFields: [{ crm: 'Region__c', default: 'EU' }] }) });
    expect(await check()).toEqual([]);
    const id = await ticket();
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ Region__c: 'EU', Subject: 'Printer on fire' });
  });

  it('that what the file has no sync for does not fit either, at the sync that needs it; after a run that one stands still', async () => {
    await journey.configure({}, { syncs: { tickets: { preset: 'salesforce-zendesk/tickets' } } });
    await ticket();
    await catchUp(journey);
    const fields = [{ name: 'Region__c', type: 'string', length: 20, nillable: false }];
    await journey.control('sales', 'PUT', 'schema', { Contact: { fields } });
    const path = 'syncs.tickets.preset';
    const problem =
      'Sync tickets.people: the reference ContactId of the sync "tickets" has records created on the crm side, where Salesforce Contact needs "Region__c": no rule has it.';
    expect((await check()).map(([where, what]) => [where, what])).toEqual([[path, problem]]);
    await journey.seed('sales', 'Account', [{ Name: 'Acme' }]);
    await expect(catchUp(journey)).rejects.toThrow('Sync tickets was not run');
    expect((await journey.records('support', 'organization')).map(({ name }) => name)).toContain('Acme');
    expect((await holdsOf(journey)).map(({ message }) => message)).toEqual([expect.stringContaining('"Region__c"')]);
  });

  it('that the org lacks an option of the preset, with those that there are', async () => {
    await atSales({
      fields: [
        {
          name: 'Status',
          type: 'picklist',
          picklistValues: ['New', 'In Progress', 'Closed'],
          restrictedPicklist: true,
        },
      ],
    });
    const [[path, problem, fix] = []] = await check();
    expect(path).toBe('syncs.tickets.preset');
    expect(problem).toContain('"Working"');
    expect(fix).toContain('In Progress');
  });
});

describe('one value that cannot be written holds its field alone', () => {
  it('an option that is not mapped', async () => {
    const options = [
      { name: 'North', value: 'area_north' },
      { name: 'South', value: 'area_south' },
    ];
    await journey.schema('support', 'ticket', [{ title: 'Area', type: 'tagger', custom_field_options: options }]);
    await atSales({ fields: [{ name: 'Area__c', type: 'picklist', picklistValues: ['North', 'South'] }] });
    const { ticket_fields: all } = await askZendesk(journey, 'ticket_fields');
    const field = (all as readonly Row[]).find(({ title }) => title === 'Area');
    const rule = { crm: 'Area__c', desk: `custom_fields.${String(field?.id)}`, values: { area_north: 'North' } };
    await journey.configure({}, { syncs: ticketSyncs({}, { moreFields: [rule] }) });
    expect(await check()).toMatchObject([
      ['syncs.tickets.moreFields[0].values', expect.stringContaining('"area_south"'), expect.anything()],
    ]);
    const north = await ticket({ custom_fields: [{ id: field?.id, value: 'area_north' }] });
    const south = await ticket({ custom_fields: [{ id: field?.id, value: 'area_south' }] });
    await othersGoOn();
    expect(await caseOf(journey, north)).toMatchObject({ Area__c: 'North' });
    expect(await caseOf(journey, south)).toMatchObject({ Area__c: null, Subject: 'Printer on fire' });
    expect(await messages(journey)).toEqual([
      `Ticket "Printer on fire" (${south}): Zendesk custom_fields.${String(field?.id)} ("Area") "area_south" cannot be written to Salesforce Area__c: "area_south" has no entry under "values"; add one, or say other: keep.`,
    ]);
  });

  it('a text that is too long, with both lengths; subject and description are cut and say where all of it is', async () => {
    const tags = Array.from({ length: 800 }, (_, i) => `a_rather_long_tag_with_the_number_${i}_of_many`);
    const id = await ticket({ subject: 'Fire! '.repeat(60).trim(), description: 'Smoke. '.repeat(5000).trim(), tags });
    await othersGoOn();
    const made = await caseOf(journey, id);
    const link = `http://support.localhost:5002/agent/tickets/${id}`;
    expect(String(made.Subject)).toMatch(/^Fire! Fire! .*… http/);
    expect(String(made.Subject).endsWith(`… ${link}`)).toBe(true);
    expect(String(made.Subject).length).toBeLessThanOrEqual(255);
    expect(String(made.Description).endsWith(`… ${link}`)).toBe(true);
    expect(String(made.Description).length).toBeGreaterThan(31_900);
    expect(await messages(journey)).toMatchObject([
      expect.stringMatching(
        /cannot be written to Salesforce Zendesk_Support_Ticket_Tags__c: it has \d{5} characters and 32768 fit; shorten it/,
      ),
    ]);
    // What was cut is no difference: nothing is written again.
    await edit(id, { priority: 'low' });
    await catchUp(journey);
    const history = await journey.open((service) => service.history({ sync: 'tickets', record: `desk:${id}` }));
    expect(Object.keys(history[0]?.fields ?? {})).not.toContain('Subject');
    expect(await caseOf(journey, id)).toMatchObject({ Priority: 'Low', Subject: made.Subject });
  });

  it('a value that a validation rule of the org refuses', async () => {
    const rule = { name: 'NoFire', message: 'No fires, please.', field: 'Subject', condition: "Subject LIKE '%fire%'" };
    await atSales({ validationRules: [rule] });
    const id = await ticket();
    await othersGoOn();
    expect(await caseOf(journey, id)).toMatchObject({ Subject: null, Status: 'New' });
    expect(await messages(journey)).toEqual([
      `Ticket "Printer on fire" (${id}): Salesforce refused Subject "Printer on fire" (subject is "Printer on fire", Salesforce has empty): Salesforce refused it: No fires, please [FIELD_CUSTOM_VALIDATION_EXCEPTION]. Change subject in Zendesk, or mend the reason and retry.`,
    ]);
    await edit(id, { subject: 'Printer is warm' });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ Subject: 'Printer is warm' });
    expect(await messages(journey)).toEqual([]);
  });

  it('a case field that was deleted, whose rule is frozen', async () => {
    const id = await ticket({ tags: ['hot'] });
    await catchUp(journey);
    await atSales({ dropFields: ['Zendesk_Support_Ticket_Tags__c'] });
    await edit(id, { tags: ['cold'], priority: 'high' });
    await othersGoOn();
    expect(await caseOf(journey, id)).toMatchObject({ Priority: 'High' });
    const [hold, ...more] = await holdsOf(journey);
    expect(more).toEqual([]);
    expect(hold).toMatchObject({ field: 'Zendesk_Support_Ticket_Tags__c ← tags' });
    expect(hold?.message).toMatch(
      /^The rule Zendesk_Support_Ticket_Tags__c ← tags is frozen: Salesforce Case has no field "Zendesk_Support_Ticket_Tags__c" any more/,
    );
    await atSales({ fields: [{ name: 'Zendesk_Support_Ticket_Tags__c', type: 'textarea', length: 32_768 }] });
    await edit(id, { tags: ['warm'] });
    await catchUp(journey);
    expect(await holdsOf(journey)).toEqual([]);
    expect(await caseOf(journey, id)).toMatchObject({ Zendesk_Support_Ticket_Tags__c: 'warm' });
  });
});

describe('one case that cannot be written holds its ticket alone', () => {
  it('a duplicate rule of the org', async () => {
    await atSales({ duplicateRules: [{ name: 'Same subject', fields: ['Subject'] }] });
    const [other = ''] = await journey.seed('sales', 'Case', [{ Subject: 'Printer on fire' }]);
    const id = await ticket();
    await othersGoOn();
    expect(await messages(journey)).toEqual([
      `Ticket "Printer on fire" (${id}): Salesforce refused to create its case: A duplicate rule of Salesforce found a record like this one: link the two, or change the rule: Use one of these records? [DUPLICATES_DETECTED]. Mend the reason, then retry.`,
    ]);
    await journey.edit('sales', 'Case', other, { Subject: 'Another fire' });
    await retry();
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ Subject: 'Printer on fire' });
    expect(await messages(journey)).toEqual([]);
  });

  it('a row that somebody else has locked, which is tried again by itself', async () => {
    const id = await ticket();
    await catchUp(journey);
    const { Id } = await caseOf(journey, id);
    await journey.control('sales', 'PUT', 'settings', { lockedRows: [Id] });
    await edit(id, { subject: 'New subject' });
    await othersGoOn();
    expect(await messages(journey)).toEqual([]);
    const [failure] = await journey.open((service) => service.failures({ sync: 'tickets' }));
    expect(failure).toMatchObject({ vendorCode: 'UNABLE_TO_LOCK_ROW', nextTry: expect.any(String) });
    expect(failure?.message).toBe(
      `Salesforce could not do it just now: unable to obtain exclusive access to this record or 1 records: ${String(Id).slice(0, 15)}`,
    );
    await journey.control('sales', 'PUT', 'settings', { lockedRows: [] });
    await journey.world.pass(600_000);
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ Subject: 'New subject' });
    expect(await journey.open((service) => service.failures({ sync: 'tickets' }))).toEqual([]);
  });
});

describe('a ticket that goes its way', () => {
  const state = async (id: string) => {
    const { Status, IsDeleted } = await caseOf(journey, id);
    return { Status, IsDeleted };
  };

  it.each(['deleted', 'spam'])('and is %s keeps its case, and holds nobody', async (how) => {
    const id = await ticket({ status: 'open' });
    await catchUp(journey);
    if (how === 'deleted') await journey.remove('support', 'ticket', id);
    else await journey.callZendesk('PUT', `tickets/${id}/mark_as_spam`, {});
    await othersGoOn();
    expect(await state(id)).toMatchObject({ Status: 'Working', IsDeleted: false });
    expect(await messages(journey)).toEqual([]);
  });

  it('and is deleted or spam before its first sync becomes no case', async () => {
    await journey.remove('support', 'ticket', await ticket());
    await journey.callZendesk('PUT', `tickets/${await ticket()}/mark_as_spam`, {});
    await othersGoOn();
    expect((await cases(journey)).map(({ Subject }) => Subject).sort()).toEqual(['Fine', 'Fine too']);
  });

  it('and is merged into another one is closed, as Zendesk closes it, and its case with it', async () => {
    const [id, winner] = [await ticket(), await ticket({ subject: 'The winner' })];
    await catchUp(journey);
    const comments = { source_comment: 'see there', target_comment: 'and here' };
    await journey.callZendesk('POST', `tickets/${winner}/merge`, { ids: [Number(id)], ...comments });
    await journey.world.pass(60_000);
    await othersGoOn();
    expect(await state(id)).toMatchObject({ Status: 'Closed' });
    expect(await caseOf(journey, id)).toMatchObject({ Zendesk_Support_Ticket_Tags__c: 'closed_by_merge' });
    expect(await state(winner)).toMatchObject({ Status: 'New' });
    expect(await messages(journey)).toEqual([]);
  });

  it('and is solved and reopened by its requester takes its case along', async () => {
    const [agent] = await journey.seed('support', 'user', [{ name: 'Ada', email: 'ada@desk.example', role: 'agent' }]);
    const id = await ticket({ assignee_id: Number(agent), status: 'open' });
    await catchUp(journey);
    await edit(id, { status: 'solved' });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({
      Status: 'Closed',
      Zendesk_Support_Ticket_Solved_At__c: expect.any(String),
    });
    await edit(id, { status: 'open' });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({ Status: 'Working', Zendesk_Support_Ticket_Solved_At__c: null });
  });

  it('and was closed before its first sync gets its case all the same, once, and is never written', async () => {
    const id = await ticket();
    await edit(id, { status: 'closed' });
    await catchUp(journey);
    expect(await state(id)).toMatchObject({ Status: 'Closed' });
    await catchUp(journey);
    expect(await cases(journey)).toHaveLength(1);
    expect(journey.writes('support').filter(({ path }) => path.includes('ticket'))).toEqual([]);
  });
});

describe('cases that another tool has made of tickets', () => {
  it('are adopted by the ticket id that they have, and then followed; nothing is made twice', async () => {
    const [one, two] = [await ticket(), await ticket({ subject: 'Second' })];
    const [old] = await journey.seed('sales', 'Case', [{ Subject: 'As it was', [ids]: one }]);
    await journey.world.pass(90_000);
    const from = { side: 'crm', field: ids } as const;
    const report = await journey.open((service) => service.adopt({ sync: 'tickets', from }));
    expect(report).toMatchObject({ named: 1, linked: 1, leftCount: 0 });
    await catchUp(journey);
    expect(await caseOf(journey, one)).toMatchObject({ Id: old, Subject: 'Printer on fire' });
    expect(await caseOf(journey, two)).toMatchObject({ Subject: 'Second' });
    expect(await cases(journey)).toHaveLength(2);
  });
});
