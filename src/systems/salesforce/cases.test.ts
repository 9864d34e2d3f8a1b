import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ObjectType } from '../../model/object-type.ts';
import type { Operation } from '../../model/operation.ts';
import type { Fields } from '../../model/value.ts';
import { type Bench, fields, open, write } from '../kit/contract-bench.ts';
import { jsonResponse } from '../kit/testing.ts';
import { caseSuite } from './contract-bench.ts';
import { recordTypesOf } from './record-types.ts';
import { scripted, sfError } from './testing.ts';

/** Cases as they live in an org: with their account and contact, their record types, their status. */

async function seed(bench: Bench, object: string, record: Readonly<Record<string, unknown>>): Promise<string> {
  const answered = z
    .record(z.string(), z.array(z.string()))
    .parse(await bench.control('PUT', 'seed', { [object]: [record] }));
  return answered[object]?.[0] ?? '';
}

async function caseType(bench: Bench): Promise<ObjectType> {
  const [type] = await bench.connection.describe(['Case']);
  if (type === undefined) throw new Error('Case was not described');
  return type;
}

function create(given: Fields, more: { readonly object?: string; readonly mark?: string } = {}): Operation {
  const fields = { Subject: 'Printer on fire', ...given };
  return { do: 'create', link: 'a', object: 'Case', mark: null, ...more, fields };
}

function update(id: string, given: Fields): Operation {
  const ref = { connection: 'under-test', object: 'Case', id };
  return { do: 'update', link: id, ref, expect: null, fields: given };
}

async function withRecordType(bench: Bench): Promise<string> {
  await bench.connection.installPackage?.({ recordType: 'Zendesk Ticket Sync', told() {} });
  return recordTypesOf(await caseType(bench))[0]?.value ?? '';
}

describe('the account of a case', () => {
  test('is none where none was given, although its contact has one', async () => {
    const bench = await open(caseSuite);
    const account = await seed(bench, 'Account', { Name: 'Acme' });
    const contact = await seed(bench, 'Contact', { LastName: 'Lovelace', AccountId: account });
    await write(bench, [create({ ContactId: contact })]);
    expect(await bench.records()).toMatchObject([{ ContactId: contact, AccountId: null }]);
  });

  test('is the one that was given, whatever its contact has', async () => {
    const bench = await open(caseSuite);
    const [own, other] = [
      await seed(bench, 'Account', { Name: 'Acme' }),
      await seed(bench, 'Account', { Name: 'Other' }),
    ];
    const contact = await seed(bench, 'Contact', { LastName: 'Lovelace', AccountId: other });
    await write(bench, [create({ ContactId: contact, AccountId: own })]);
    const [record] = await bench.records();
    expect(record).toMatchObject({ ContactId: contact, AccountId: own });
    await write(bench, [update(String(record?.Id), { AccountId: null })]);
    expect(await bench.records()).toMatchObject([{ ContactId: contact, AccountId: null }]);
  });

  test('stays none when the contact is changed, and stays what it is where there is one', async () => {
    const bench = await open(caseSuite);
    const account = await seed(bench, 'Account', { Name: 'Acme' });
    const contact = await seed(bench, 'Contact', { LastName: 'Lovelace', AccountId: account });
    const loose = await seed(bench, 'Case', { Subject: 'a' });
    const owned = await seed(bench, 'Case', { Subject: 'b', AccountId: account });
    const before = bench.connection.calls();
    await write(bench, [update(loose, { ContactId: contact }), update(owned, { ContactId: contact })]);
    expect(await bench.records()).toMatchObject([
      { Subject: 'a', ContactId: contact, AccountId: null },
      { Subject: 'b', ContactId: contact, AccountId: account },
    ]);
    const { read, write: wrote } = bench.connection.calls();
    expect([read - before.read, wrote - before.write]).toEqual([1, 1]);
  });

  test('is sent as none with a contact, for cases that have none', async () => {
    const bare = '5004S0000000001AAA';
    const owned = '5004S0000000002AAA';
    const { connection, world, seen } = scripted((request) => {
      if (request.path.endsWith('/sobjects/Case') && JSON.stringify(request.body).includes('5004S0000000009AAA'))
        return sfError(400, 'INVALID_FIELD', 'no such column');
      if (request.path.endsWith('/sobjects/Case'))
        return jsonResponse(200, [
          { Id: bare, AccountId: null },
          { Id: owned, AccountId: '0014S000000AAAAAA0' },
        ]);
      return jsonResponse(200, [{ id: bare, success: true, errors: [] }]);
    });
    const sent = async (operation: Operation) => {
      await connection.write([operation], world.now() + 300_000);
      const shape = z.looseObject({ body: z.looseObject({ records: z.array(z.looseObject({})) }) });
      const { attributes: _attributes, ...record } = shape.parse(seen().at(-1)).body.records[0] ?? {};
      return Object.keys(record);
    };
    const contact = { ContactId: '0034S000000AAAAAA0' };
    expect(await sent(create(contact))).toEqual(['Subject', 'ContactId', 'AccountId']);
    expect(await sent(create({ ContactId: null }))).toEqual(['Subject', 'ContactId']);
    expect(await sent(create(contact, { object: 'Asset' }))).toEqual(['Subject', 'ContactId']);
    expect(seen().length).toBe(3);
    expect(await sent(update(bare, contact))).toEqual(['ContactId', 'AccountId', 'id']);
    expect(await sent(update(owned, contact))).toEqual(['ContactId', 'id']);
    expect(await sent(update('5004S0000000009AAA', contact))).toEqual(['ContactId', 'id']);
    const before = seen().length;
    expect(await sent(update(bare, { ...contact, AccountId: null }))).toEqual(['ContactId', 'AccountId', 'id']);
    expect(seen().length - before).toBe(1);
  });
});

test('no assignment rule gets hold of what we write, alone or in a call of many', async () => {
  const { connection, world, seen } = scripted((request) =>
    request.path.endsWith('/composite')
      ? jsonResponse(200, { compositeResponse: [] })
      : jsonResponse(200, [{ id: '5004S000000AAAA', success: true, errors: [] }]),
  );
  const until = world.now() + 300_000;
  await connection.write([create({})], until);
  await connection.write(
    [update('5004S000000AAAA', { Status: 'Closed' }), create({}, { mark: 'zendesk:acme:1' })],
    until,
  );
  const [single, many] = seen();
  expect(single?.headers.get('sforce-auto-assign')).toBe('FALSE');
  const inside = z
    .looseObject({ compositeRequest: z.array(z.looseObject({ httpHeaders: z.record(z.string(), z.string()) })) })
    .parse(many?.body);
  expect(inside.compositeRequest.map(({ httpHeaders }) => httpHeaders['Sforce-Auto-Assign'])).toEqual([
    'FALSE',
    'FALSE',
  ]);
});

test('a case that was closed is reopened by its status, and what follows from it is read-only', async () => {
  const bench = await open(caseSuite);
  const id = await seed(bench, 'Case', { Subject: 'Printer on fire', Status: 'Closed' });
  const type = await caseType(bench);
  const told = (name: string) => type.fields.find((field) => field.name === name);
  expect([told('IsClosed')?.settable, told('ClosedDate')?.settable, told('CaseNumber')?.settable]).toEqual([
    'never',
    'never',
    'never',
  ]);
  expect([type.title, type.locks, type.restores, type.fields.filter(({ required }) => required)]).toEqual([
    'CaseNumber',
    undefined,
    true,
    [],
  ]);
  expect(told('Status')?.options?.map(({ value }) => value)).toEqual(
    expect.arrayContaining(['New', 'Working', 'Closed']),
  );
  expect(await write(bench, [update(id, { Status: 'Working' })])).toMatchObject([{ ok: true }]);
  await bench.visible();
  const want = { object: 'Case', fields: ['Status', 'IsClosed', 'Contact.Email', 'Account.Name'] };
  expect(fields((await bench.connection.read(want, [id]))[0])).toEqual({
    Status: 'Working',
    IsClosed: false,
    'Contact.Email': null,
    'Account.Name': null,
  });
});

describe('the record type of a case', () => {
  test('is an option by its id, named as people named it, from the first one on', async () => {
    const bench = await open(caseSuite);
    expect((await caseType(bench)).fields.find(({ name }) => name === 'RecordTypeId')).toBe(undefined);
    const id = await withRecordType(bench);
    const field = (await caseType(bench)).fields.find(({ name }) => name === 'RecordTypeId');
    expect(field).toMatchObject({
      type: 'option',
      settable: 'always',
      options: [{ value: id, label: 'Zendesk Ticket Sync', active: true }],
    });
    expect(await write(bench, [create({ RecordTypeId: id })])).toMatchObject([{ ok: true }]);
    expect(await bench.records()).toMatchObject([{ RecordTypeId: id }]);
    const want = { object: 'Case', fields: ['RecordTypeId', 'RecordType.Name'] };
    await bench.visible();
    const page = await bench.connection.changes(want, null);
    expect(fields(page.changes[0])).toEqual({ RecordTypeId: id, 'RecordType.Name': 'Zendesk Ticket Sync' });
  });

  test.each([
    ['00D4S000000oz4eUAA', 'is the id of an org, not of a record type'],
    ['5004S000000oz4eUAA', 'is the id of a Case, not of a record type'],
    ['0124S000000oz4eUAA', 'is no record type that is there and open to our user'],
  ])('%s is refused, with what it is and what there is', async (wrong, problem) => {
    const bench = await open(caseSuite);
    const id = await withRecordType(bench);
    const [outcome, good] = await write(bench, [
      create({ RecordTypeId: wrong }, { mark: 'zendesk:acme:1' }),
      create({ RecordTypeId: id }, { mark: 'zendesk:acme:2' }),
    ]);
    expect(good).toMatchObject({ ok: true });
    expect(outcome).toMatchObject({ ok: false, fault: { kind: 'refused', fields: ['RecordTypeId'] } });
    const say = outcome?.ok === false ? outcome.fault.say : '';
    expect(say).toContain(`RecordTypeId "${wrong}" ${problem}. The record types are: ${id} (Zendesk Ticket Sync). `);
  });
});

describe('the doctor', () => {
  const about = async (bench: Bench, mapped: readonly string[]) => {
    const findings = await bench.connection.inspect(['Case'], [], { Case: mapped });
    return findings.filter(({ check }) => /^(ticket fields|record types):/.test(check));
  };
  const some = ['Zendesk_Support_Ticket_ID__c', 'Zendesk_Support_Ticket_Tags__c', 'Subject'];

  test('says nothing of ticket fields where no sync maps any', async () => {
    const bench = await open(caseSuite);
    expect(await about(bench, ['Subject'])).toEqual([
      { check: 'record types:Case', ok: true, found: 'Case has no record types.', fix: '' },
    ]);
  });

  test('names those that are mapped and not there, hidden or of another type, and how to get them', async () => {
    const bench = await open(caseSuite);
    await bench.control('PUT', 'schema', {
      Case: { fields: [{ name: 'Zendesk_Support_Ticket_Tags__c', label: 'Tags', type: 'boolean' }] },
    });
    const [, finding] = await about(bench, some);
    expect(finding).toEqual({
      check: 'ticket fields:Case',
      ok: false,
      found:
        '2 mapped fields of the ticket package are not as tickets need them. Zendesk_Support_Ticket_ID__c: it is not there, or not visible to our user. Zendesk_Support_Ticket_Tags__c: a field of this name is there and is Checkbox, which cannot hold what belongs there: LongTextArea(32768).',
      fix: 'Run "syncline doctor --install package": it creates what is missing, gives our user access, and says what is to be done about the rest.',
    });
  });

  test('finds all in order after the installation, and wants a record type where a rule writes one', async () => {
    const bench = await open(caseSuite);
    await bench.connection.installPackage?.({ recordType: null, told() {} });
    expect(await about(bench, [...some, 'RecordTypeId'])).toEqual([
      {
        check: 'record types:Case',
        ok: false,
        found: 'Case has no record types.',
        fix: 'Run "syncline doctor --install package --record-type", or take the record type out of the sync.',
      },
      {
        check: 'ticket fields:Case',
        ok: true,
        found: '2 mapped fields of the ticket package are there and ours to write.',
        fix: '',
      },
    ]);
    const id = await withRecordType(bench);
    expect((await about(bench, ['RecordTypeId']))[0]).toMatchObject({
      ok: true,
      found: `They are ${id} (Zendesk Ticket Sync).`,
    });
  });
});
