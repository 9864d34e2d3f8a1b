import { describe, expect, test } from 'vitest';
import { jsonResponse, type SeenRequest } from '../../kit/testing.ts';
import { metadataAnswer, metadataFault, queryAnswer, type Scripted, scripted } from '../testing.ts';

/** What an org answers when it will not do all that is asked of it; the org is a script. */

interface Refusals {
  /** What is refused, by full name: code and message. */
  readonly fields?: Readonly<Record<string, readonly [code: string, message: string]>>;
  /** How many calls for fields go well before the connection fails. */
  readonly callsForFields?: number;
  /** Fields that permissions cannot be given on. */
  readonly locked?: readonly string[];
  readonly asksForProcess?: boolean;
}

const column = {
  label: 'x',
  createable: true,
  updateable: true,
  nillable: true,
  defaultedOnCreate: false,
  length: 0,
  scale: 0,
  picklistValues: [],
};

/** A Case that describes what was created, as Salesforce does once it is granted. */
function org(refusals: Refusals): Scripted & { readonly made: readonly string[] } {
  const made: string[] = [];
  const granted = new Set<string>();
  let calls = 0;
  const describeCase = () => ({
    name: 'Case',
    label: 'Case',
    fields: [
      {
        ...column,
        name: 'Status',
        type: 'picklist',
        picklistValues: ['New', 'Closed & done'].map((value) => ({ value, label: value, active: true })),
      },
      ...[...granted].map((name) => ({ ...column, name: name.replace('Case.', ''), ...shapeOf(name) })),
      ...(made.includes('Case.Zendesk_Ticket_Sync') ? [{ ...column, name: 'RecordTypeId', type: 'reference' }] : []),
    ],
    recordTypeInfos: [
      { recordTypeId: '012000000000000AAA', name: 'Master', active: true, available: true, master: true },
      ...(made.includes('Case.Zendesk_Ticket_Sync')
        ? [{ recordTypeId: '0124S0000005abcQAA', name: 'Zendesk Ticket Sync', active: true, available: true }]
        : []),
    ],
  });
  const create = (request: SeenRequest): Response => {
    const names = namesIn(request);
    if (/xsi:type="CustomField"/.test(String(request.body)) && ++calls > (refusals.callsForFields ?? 9))
      return new Response('busy', { status: 503 });
    const asked = /xsi:type="RecordType"/.test(String(request.body)) && refusals.asksForProcess === true;
    if (asked && !String(request.body).includes('<businessProcess>'))
      return metadataAnswer({
        fullName: names[0] ?? '',
        code: 'FIELD_INTEGRITY_EXCEPTION',
        message: 'Required field is missing: businessProcess',
      });
    return metadataAnswer(
      ...names.map((fullName) => {
        const [code, message] = refusals.fields?.[fullName] ?? [];
        if (code === undefined || message === undefined) made.push(fullName);
        return code === undefined || message === undefined ? { fullName } : { fullName, code, message };
      }),
    );
  };
  const script = scripted((request) => {
    if (request.path.endsWith('/describe')) return jsonResponse(200, describeCase());
    if (request.path.endsWith('/query')) return jsonResponse(200, queryAnswer([]));
    if (request.path.includes('/Soap/m/')) return create(request);
    if (request.path.endsWith('/composite/sobjects')) {
      const fields = fieldsIn(request);
      for (const field of fields) if (refusals.locked?.includes(field) !== true) granted.add(field);
      return jsonResponse(
        200,
        fields.map((field) =>
          refusals.locked?.includes(field) === true
            ? { success: false, errors: [{ statusCode: 'FIELD_INTEGRITY_EXCEPTION', message: 'no such field' }] }
            : { id: '01k4S000000AAAA', success: true, errors: [] },
        ),
      );
    }
    return jsonResponse(201, { id: '0PS4S000000AAAA', success: true, errors: [] });
  });
  return { ...script, made };
}

function namesIn(request: SeenRequest): readonly string[] {
  return [...String(request.body).matchAll(/<metadata [^>]*><fullName>([^<]*)</g)].map(([, name = '']) => name);
}

function fieldsIn(request: SeenRequest): readonly string[] {
  return [...JSON.stringify(request.body).matchAll(/"Field":"([^"]*)"/g)].map(([, name = '']) => name);
}

function shapeOf(name: string) {
  const type = /_(Cal|Bus)__c$/.test(name)
    ? 'double'
    : /_At__c$|Assigned__c$/.test(name)
      ? 'datetime'
      : /_URL__c$/.test(name)
        ? 'url'
        : /Email__c$/.test(name)
          ? 'email'
          : 'string';
  return { type, length: 255, externalId: name.endsWith('_Key__c'), unique: name.endsWith('_Key__c') };
}

async function install(connection: Scripted['connection'], recordType: string | null = null) {
  const findings = (await connection.installPackage?.({ recordType, told() {} })) ?? [];
  return {
    wrong: findings.filter(({ ok }) => !ok),
    created: findings.filter(({ found }) => found.startsWith('Created')).length,
  };
}

describe('what Salesforce refuses', () => {
  test('of single fields is said field by field in its own words, those that failed alike together; the others are there', async () => {
    const full = ['CUSTOM_FIELD_LIMIT_EXCEEDED', 'This object has too many fields'] as const;
    const { connection } = org({
      fields: {
        'Case.Zendesk_Support_Ticket_Tags__c': ['INVALID_FIELD', 'visibleLines must be at least 2'],
        'Case.Zendesk_Support_Ticket_On_Hold_Cal__c': full,
        'Case.Zendesk_Support_Ticket_On_Hold_Bus__c': full,
      },
    });
    const { wrong, created } = await install(connection);
    expect(wrong.map(({ check, found }) => [check, found])).toEqual([
      [
        'package:Case.Zendesk_Support_Ticket_Tags__c',
        'Not created: Salesforce refused it: visibleLines must be at least 2 [INVALID_FIELD]',
      ],
      [
        'package:2 fields of Case',
        'Not created: Salesforce refused it: This object has too many fields [CUSTOM_FIELD_LIMIT_EXCEEDED]. They are Zendesk_Support_Ticket_On_Hold_Cal__c, Zendesk_Support_Ticket_On_Hold_Bus__c.',
      ],
    ]);
    expect(wrong[0]?.fix).toBe('Mend what Salesforce says and run it again: what was done stays.');
    expect(created).toBe(22);
  });

  test('when the connection breaks after ten fields, they are there and ours, and a second run creates the rest', async () => {
    const refusals = { callsForFields: 1 };
    const { connection, made } = org(refusals);
    const first = await install(connection);
    expect([first.created, made.length]).toEqual([10, 10]);
    expect(first.wrong.map(({ check }) => check)).toEqual(['package:15 fields of Case', 'keys:Case']);
    expect(first.wrong[0]?.fix).toBe('Run it again later: what was done stays, and only the rest is done then.');
    refusals.callsForFields = 9;
    const second = await install(connection);
    expect([second.wrong, second.created, made.length]).toEqual([[], 15, 26]);
  });

  test('of access alone leaves the field there and says that it is hidden', async () => {
    const { connection } = org({ locked: ['Case.Zendesk_Assignee__c'] });
    const { wrong, created } = await install(connection);
    expect(wrong).toMatchObject([
      {
        check: 'package:Case.Zendesk_Assignee__c',
        found:
          'It is there, and our user was not given access: Salesforce refused it: no such field [FIELD_INTEGRITY_EXCEPTION]',
      },
    ]);
    expect(created).toBe(24);
  });

  test('of a record type for want of a support process is mended by one with every status', async () => {
    const { connection, made, seen } = org({ asksForProcess: true });
    const { wrong } = await install(connection, 'Zendesk Ticket Sync');
    expect(wrong).toEqual([]);
    expect(made.slice(-3)).toEqual([
      'Case.Zendesk Ticket Sync',
      'Case.Zendesk_Ticket_Sync',
      'Syncline_Ticket_Record_Type',
    ]);
    const process = seen().find((one) => String(one.body).includes('BusinessProcess'));
    expect(String(process?.body)).toContain(
      '<values><fullName>New</fullName><default>true</default></values><values><fullName>Closed &amp; done</fullName><default>false</default></values>',
    );
  });

  test('of the record type itself is said, and the fields are there all the same', async () => {
    const { connection } = org({
      fields: { 'Case.Zendesk_Ticket_Sync': ['LIMIT_EXCEEDED', 'Too many record types'] },
    });
    const { wrong, created } = await install(connection, 'Zendesk Ticket Sync');
    expect(wrong).toMatchObject([
      {
        check: 'record type:Case',
        found: '"Zendesk Ticket Sync" was not created: Salesforce refused it: Too many record types [LIMIT_EXCEEDED]',
      },
    ]);
    expect(created).toBe(25);
  });

  test('altogether is one finding, where the right to it is missing', async () => {
    const { connection } = scripted((request) =>
      request.path.endsWith('/describe')
        ? jsonResponse(403, [{ errorCode: 'INSUFFICIENT_ACCESS', message: 'insufficient access rights on Case' }])
        : metadataFault('INSUFFICIENT_ACCESS', 'no'),
    );
    const { wrong } = await install(connection);
    expect(wrong).toMatchObject([{ check: 'package', fix: expect.stringContaining('"Customize Application"') }]);
  });
});
