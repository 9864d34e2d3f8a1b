import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorOptions, DoctorRow, Progress } from '../../src/app/app.ts';
import { type Journey, newJourney, type Row } from './harness.ts';

/** From an org that knows nothing of tickets to cases that are made of them: what the doctor says, installs, and says then. */
let journey: Journey;

beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const ids = 'Zendesk_Support_Ticket_ID__c';
const fields = [
  { crm: 'Subject', desk: 'subject' },
  { crm: ids, desk: 'id' },
  { crm: 'Zendesk_Support_Ticket_Tags__c', desk: 'tags' },
  { crm: 'Zendesk_Support_Ticket_Created_At__c', desk: 'created_at' },
  { crm: 'Zendesk_Support_Ticket_URL__c', desk: 'url' },
];

function cases(more: readonly Row[] = []): Row {
  return {
    direction: 'desk-to-crm',
    crm: { connection: 'sales', object: 'Case' },
    desk: { connection: 'support', object: 'ticket' },
    match: [{ crm: ids, desk: 'id' }],
    fields: [...fields, ...more],
  };
}

const doctor = (options: Partial<DoctorOptions> = {}): Promise<readonly DoctorRow[]> =>
  journey.open((service) => service.doctor({ install: null, ...options }));

const wrong = (rows: readonly DoctorRow[]): readonly string[] =>
  rows.filter(({ ok }) => !ok).map(({ check }) => check.replace(/^config: syncs\./, ''));

describe('the case fields of tickets', () => {
  it('are missed by the doctor, installed by it, and then filled by the sync', async () => {
    await journey.configure({}, { syncs: { cases: cases() } });
    expect(wrong(await doctor())).toEqual([
      'sales: keys:Case',
      'sales: ticket fields:Case',
      ...[1, 2, 3, 4].map((index) => `cases.fields[${index}].crm`),
      'cases.match[0].crm',
    ]);
    const progress: Progress[] = [];
    const rows = await doctor({ install: 'package', onProgress: (one) => progress.push(one) });
    expect(wrong(rows)).toEqual([]);
    expect(rows.filter(({ check }) => check.startsWith('sales: package:Case.'))).toHaveLength(25);
    expect(progress.map(({ doing, done, left }) => [doing, done, left?.records])).toEqual([
      ['installing', 0, 26],
      ['installing', 10, 16],
      ['installing', 20, 6],
      ['installing', 26, 0],
    ]);
    const [ticket] = await journey.seed('support', 'ticket', [
      { subject: 'Printer on fire', tags: ['hot', 'printer'] },
    ]);
    await journey.world.pass(120_000);
    await journey.run();
    expect(await journey.records('sales', 'Case')).toMatchObject([
      {
        Subject: 'Printer on fire',
        [ids]: ticket,
        Zendesk_Support_Ticket_Tags__c: 'hot;printer',
        Zendesk_Support_Ticket_URL__c: expect.stringContaining(`/agent/tickets/${ticket}`),
        Syncline_Key__c: expect.stringContaining(`:${ticket}`),
      },
    ]);
  });

  it('go to the one connection that takes them, or to the one that is named', async () => {
    const elsewhere = await doctor({ install: 'package', connection: 'support' });
    expect(elsewhere[0]).toEqual({
      check: 'package',
      ok: true,
      found: 'Nothing to install: there is no package for support (Zendesk).',
      fix: '',
    });
    expect(elsewhere.slice(1).every(({ check }) => check.startsWith('support: '))).toBe(true);
    expect(wrong(await doctor({ install: 'package', connection: 'sales' }))).toEqual([]);
    await expect(doctor({ connection: 'sandbox' })).rejects.toThrow(
      'There is no connection "sandbox". The config has: sales, support',
    );
  });
});

describe('the record type of a case', () => {
  it.each([
    ['00D4S000000oz4eUAA', ': it is the id of an org'],
    ['0124S000000oz4eUAA', ': it is the id of a record type that this object does not have'],
  ])('%s is refused by the check before anything is written, with those that there are', async (id, because) => {
    const type = { crm: 'RecordTypeId', default: id, write: 'create' };
    await journey.configure({}, { syncs: { cases: cases([type]) } });
    const offline = await journey.open((service) => service.check({ live: false }));
    expect(offline).toEqual([]);
    const rows = await doctor({ install: 'package', recordType: 'Zendesk Ticket Sync' });
    const made = rows.find(({ check }) => check === 'sales: record type:Case');
    const right = /with the id (\w{18})/.exec(made?.found ?? '')?.[1] ?? '';
    const problems = await journey.open((service) => service.check({ live: true }));
    expect(problems.map(({ problem, fix }) => [problem, fix])).toEqual([
      [
        `Sync cases: the default "${id}" is not an option of Salesforce Case "RecordTypeId"${because}.`,
        `The options are: ${right} (Zendesk Ticket Sync).`,
      ],
    ]);
    await journey.configure({}, { syncs: { cases: cases([{ ...type, default: right }]) } });
    expect(await journey.open((service) => service.check({ live: true }))).toEqual([]);
    await journey.seed('support', 'ticket', [{ subject: 'Printer on fire' }]);
    await journey.world.pass(120_000);
    await journey.run();
    expect(await journey.records('sales', 'Case')).toMatchObject([{ RecordTypeId: right }]);
  });
});
