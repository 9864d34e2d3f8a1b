import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fieldOf } from '../../../model/object-type.ts';
import { type Bench, open, write } from '../../kit/contract-bench.ts';
import type { Finding } from '../../kit/system.ts';
import { testSecrets } from '../../kit/testing.ts';
import type { Api } from '../api.ts';
import { salesforceAuth } from '../auth.ts';
import { caseSuite } from '../contract-bench.ts';
import { recordTypesOf } from '../record-types.ts';
import { createApi } from '../wire.ts';
import { ticketFields } from './ticket-fields.ts';

/** The ticket package on orgs of several kinds. */

const label = 'Zendesk Ticket Sync';

interface Installed {
  readonly findings: readonly Finding[];
  /** What was said of each field that is as it should be, by its name. */
  readonly fine: Readonly<Record<string, string>>;
  readonly wrong: readonly Finding[];
  readonly progress: readonly (readonly [done: number, steps: number])[];
}

async function install(bench: Bench, recordType: string | null = null): Promise<Installed> {
  const progress: [number, number][] = [];
  const told = (done: number, steps: number) => void progress.push([done, steps]);
  const findings = (await bench.connection.installPackage?.({ recordType, told })) ?? [];
  const fine = findings.filter(({ ok }) => ok).map(({ check, found }) => [check.replace(/^package:Case\./, ''), found]);
  return { findings, fine: Object.fromEntries(fine), wrong: findings.filter(({ ok }) => !ok), progress };
}

async function caseType(bench: Bench) {
  const [type] = await bench.connection.describe(['Case']);
  if (type === undefined) throw new Error('Case was not described');
  return type;
}

async function addFields(bench: Bench, ...fields: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  await bench.control('PUT', 'schema', { Case: { fields } });
}

async function writesOf(bench: Bench): Promise<Readonly<Record<string, number>>> {
  const { byRoute } = z
    .looseObject({ byRoute: z.record(z.string(), z.number()) })
    .parse(await bench.control('GET', 'calls'));
  return Object.fromEntries(Object.entries(byRoute).filter(([route]) => !/^GET|oauth2/.test(route)));
}

describe('the ticket package', () => {
  test('has the 25 case fields, none of whose names is longer than Salesforce takes', () => {
    expect(ticketFields).toHaveLength(25);
    for (const { name, properties } of ticketFields) {
      expect(name.replace(/__c$/, '').length).toBeLessThanOrEqual(40);
      expect(String(properties.label).length).toBeLessThanOrEqual(40);
    }
  });

  test('on an empty org creates every field as it should be, and our user can write all of them', async () => {
    const bench = await open(caseSuite);
    const { findings, wrong, progress } = await install(bench);
    expect(wrong).toEqual([]);
    expect(findings.map(({ found }) => found.split(':')[0])).toEqual([
      ...ticketFields.map(() => 'Created'),
      'Case.Syncline_Key__c is there, unique and writable.',
    ]);
    expect(progress).toEqual([0, 10, 20, 26].map((done) => [done, 26]));
    const type = await caseType(bench);
    const told = (name: string) => {
      const { type: is, maxLength, scale, settable, unique } = fieldOf(type, name) ?? {};
      return [is, maxLength, scale, settable, unique];
    };
    expect({
      id: told('Zendesk_Support_Ticket_ID__c'),
      assignee: told('Zendesk_Assignee__c'),
      name: told('Zendesk_Support_Ticket_Organization_Name__c'),
      email: told('Zendesk_Support_Ticket_Requester_Email__c')[0],
      tags: told('Zendesk_Support_Ticket_Tags__c'),
      url: told('Zendesk_Support_Ticket_URL__c')[0],
      time: told('Zendesk_Support_Ticket_Solved_At__c')[0],
      metric: told('Zendesk_Support_Ticket_First_Reply_Bus__c'),
    }).toEqual({
      id: ['text', 40, null, 'always', false],
      assignee: ['text', 40, null, 'always', false],
      name: ['text', 255, null, 'always', false],
      email: 'email',
      tags: ['longtext', 32_768, null, 'always', false],
      url: 'url',
      time: 'datetime',
      metric: ['integer', null, 0, 'always', false],
    });
    expect(type.mark).toEqual({ field: 'Syncline_Key__c', style: 'full' });
    const record = { Zendesk_Support_Ticket_ID__c: '35436', Zendesk_Support_Ticket_Agent_Wait_Cal__c: 61 };
    const created = await write(bench, [
      { do: 'create', link: 'a', object: 'Case', mark: 'zendesk:acme:35436', fields: record },
    ]);
    expect(created).toMatchObject([{ ok: true }]);
    expect(await bench.records()).toMatchObject([{ ...record, Syncline_Key__c: 'zendesk:acme:35436' }]);
  });

  test('takes three calls for the fields and three for the access to them, and a second time none at all', async () => {
    const bench = await open(caseSuite);
    await install(bench);
    expect(bench.connection.calls()).toEqual({ read: 6, write: 6, login: 1 });
    const first = await writesOf(bench);
    expect(Object.entries(first).map(([route, count]) => [route.replace(/^POST .*\//, ''), count])).toEqual(
      expect.arrayContaining([
        ['62.0', 3],
        ['PermissionSet', 1],
        ['PermissionSetAssignment', 1],
        ['sobjects', 1],
      ]),
    );
    const again = await install(bench);
    expect(again.wrong).toEqual([]);
    expect(Object.values(again.fine).filter((found) => !found.startsWith('There already'))).toEqual([
      'Case.Syncline_Key__c is there, unique and writable.',
    ]);
    expect(await writesOf(bench)).toEqual(first);
  });

  test('on an org that has some of the fields creates the others, and uses what is there where it fits', async () => {
    const bench = await open(caseSuite);
    await addFields(
      bench,
      { name: 'Zendesk_Support_Ticket_ID__c', label: 'Ticket', type: 'string', length: 255 },
      { name: 'Zendesk_Support_Ticket_Tags__c', label: 'Tags', type: 'textarea', length: 5000 },
      { name: 'Zendesk_Support_Ticket_On_Hold_Cal__c', label: 'On hold', type: 'double', precision: 18, scale: 2 },
    );
    const { fine, wrong } = await install(bench);
    expect(wrong).toEqual([]);
    expect(fine).toMatchObject({
      Zendesk_Support_Ticket_ID__c: 'There already: Text(255).',
      Zendesk_Support_Ticket_Tags__c: 'There already: text area(5000).',
      Zendesk_Support_Ticket_On_Hold_Cal__c: 'There already: Number with 2 decimal places.',
      Zendesk_Support_Ticket_On_Hold_Bus__c: 'Created: Number(18,0).',
    });
    expect(fieldOf(await caseType(bench), 'Zendesk_Support_Ticket_ID__c')?.maxLength).toBe(255);
  });

  test('says where a field of another type is in the way, leaves it as it is and creates the others', async () => {
    const bench = await open(caseSuite);
    await addFields(
      bench,
      { name: 'Zendesk_Support_Ticket_Group_Name__c', label: 'Group', type: 'boolean' },
      { name: 'Zendesk_Support_Ticket_URL__c', label: 'URL', type: 'url', calculated: true, createable: false },
    );
    const { wrong, fine } = await install(bench);
    expect(wrong.map(({ check, found }) => [check, found])).toEqual([
      [
        'package:Case.Zendesk_Support_Ticket_Group_Name__c',
        'A field of this name is there and is Checkbox, which cannot hold what belongs there: Text(255). It was left as it is.',
      ],
      [
        'package:Case.Zendesk_Support_Ticket_URL__c',
        'A field of this name is there and is a formula, which nobody can write. It was left as it is.',
      ],
    ]);
    expect(wrong.map(({ fix }) => fix)).toEqual([
      expect.stringMatching(/^Delete it or give it another API name/),
      expect.stringMatching(/^Delete it or give it another API name/),
    ]);
    expect(Object.values(fine).filter((found) => found.startsWith('Created'))).toHaveLength(23);
    expect(fieldOf(await caseType(bench), 'Zendesk_Support_Ticket_Group_Name__c')?.type).toBe('boolean');
  });

  test('opens to our user what somebody created and nobody was given access to', async () => {
    const bench = await open(caseSuite);
    const fullName = 'Case.Zendesk_Support_Ticket_URL__c';
    const properties = { type: 'Url', label: 'Ticket' };
    await administrator(bench).putMetadata('createMetadata', 'CustomField', [{ fullName, properties }]);
    expect(fieldOf(await caseType(bench), 'Zendesk_Support_Ticket_URL__c')).toBe(undefined);
    const { fine, wrong } = await install(bench);
    expect(wrong).toEqual([]);
    expect(fine).toMatchObject({
      Zendesk_Support_Ticket_ID__c: 'Created: Text(40), external id.',
      Zendesk_Support_Ticket_URL__c: 'There already: Url. Our user was given access.',
    });
  });

  test('that Salesforce refuses as a whole says so once, with the right that is missing, and asks no further', async () => {
    const bench = await open(caseSuite);
    const body =
      '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>sf:INSUFFICIENT_ACCESS</faultcode><faultstring>INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyMetadata permission</faultstring></e:Fault></e:Body></e:Envelope>';
    await bench.fault({ match: { path: '/services/Soap/m/' }, do: 'status', status: 500, body, times: 9 });
    const { wrong, findings } = await install(bench, label);
    expect(wrong.map(({ check }) => check)).toEqual(['package:25 fields of Case', 'keys:Case', 'record type:Case']);
    expect(findings).toHaveLength(3);
    expect(wrong[0]?.found).toMatch(
      /^Not created: Salesforce refused it: INSUFFICIENT_ACCESS: use of the Metadata API .* They are Zendesk_Support_Ticket_ID__c, /,
    );
    for (const { fix } of wrong) expect(fix).toContain('"Modify Metadata Through Metadata API Functions"');
    expect(await writesOf(bench)).toEqual({ 'POST /services/Soap/m/62.0': 2 });
  });

  test('creates the record type where one is asked for, under the name that was given, and once', async () => {
    const bench = await open(caseSuite);
    const first = await install(bench, label);
    expect(first.wrong).toEqual([]);
    expect(first.progress.at(-1)).toEqual([27, 27]);
    const [option, ...others] = recordTypesOf(await caseType(bench));
    expect([option?.label, option?.active, others]).toEqual([label, true, []]);
    expect(first.fine['record type:Case']).toBe(`Created: "${label}", with the id ${option?.value}.`);
    const written = await writesOf(bench);
    const again = await install(bench, label.toLowerCase());
    expect(again.fine['record type:Case']).toBe(`There already: "${label}", with the id ${option?.value}.`);
    expect(await writesOf(bench)).toEqual(written);
    const other = await install(bench, '2nd line: billing');
    expect(other.wrong).toEqual([]);
    expect(recordTypesOf(await caseType(bench)).map((one) => one.label)).toEqual([label, '2nd line: billing']);
  });
});

/** The same org as its administrator reaches it, past everything that the installation does. */
function administrator(bench: Bench): Api {
  return createApi({
    world: bench.world,
    name: 'administrator',
    url: caseSuite.url,
    environment: 'production',
    auth: salesforceAuth.parse(bench.auth),
    secrets: testSecrets(),
    version: '62.0',
  });
}
