import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ObjectType } from '../../model/object-type.ts';
import type { Operation } from '../../model/operation.ts';
import type { Fields } from '../../model/value.ts';
import { type Bench, fields, open, poll, write } from '../kit/contract-bench.ts';
import { contact as contactSuite } from './contract-bench.ts';

/** Contacts and leads as they live in an org: with their accounts, merged, converted, as person accounts. */

const rows = z.array(z.looseObject({ Id: z.string() }));

async function seed(bench: Bench, object: string, record: Readonly<Record<string, unknown>>): Promise<string> {
  const answered = await bench.control('PUT', 'seed', { [object]: [record] });
  const [id] = Object.entries(answered ?? {}).flatMap(([, ids]): readonly unknown[] => (Array.isArray(ids) ? ids : []));
  return String(id);
}

async function typeOf(bench: Bench, object: string): Promise<ObjectType> {
  const [type] = await bench.connection.describe([object]);
  if (type === undefined) throw new Error(`${object} was not described`);
  return type;
}

function update(object: string, id: string, given: Fields): Operation {
  return { do: 'update', link: id, ref: { connection: 'under-test', object, id }, expect: null, fields: given };
}

test('a contact is named by its last name, which it must have, and its whole name is read-only', async () => {
  const bench = await open(contactSuite);
  const type = await typeOf(bench, 'Contact');
  const told = (name: string) => type.fields.find((field) => field.name === name);
  expect([type.title, told('LastName')?.required, told('Name')?.settable]).toEqual(['Name', true, 'never']);
  expect(told('AccountId')).toMatchObject({ type: 'reference', refersTo: ['Account'] });
  expect([told('MailingAddress'), told('MailingCity')?.type]).toEqual([undefined, 'text']);
  expect(type.fields.filter((field) => field.required).map((field) => field.name)).toEqual(['LastName']);
  const lead = await typeOf(bench, 'Lead');
  expect(lead.fields.filter((field) => field.required).map((field) => field.name)).toEqual(['LastName', 'Company']);
  expect(lead.fields.find((field) => field.name === 'OwnerId')?.refersTo).toEqual(['Group', 'User']);
});

test('fields of a related record are read under their path, by every verb, and nothing can be written to them', async () => {
  const bench = await open(contactSuite);
  const account = await seed(bench, 'Account', { Name: 'Acme', Industry: 'Energy' });
  const id = await seed(bench, 'Contact', { LastName: 'Lovelace', AccountId: account });
  const loose = await seed(bench, 'Contact', { LastName: 'Alone' });
  await bench.visible();
  const type = await typeOf(bench, 'Contact');
  expect(type.fields.find((field) => field.name === 'Account.Name')).toMatchObject({
    type: 'text',
    settable: 'never',
    stamped: false,
  });
  const want = { object: 'Contact', fields: ['LastName', 'Account.Name', 'Account.Industry', 'Owner.Email'] };
  const { changes } = await poll({ ...bench, want }, null, 1);
  const read = await bench.connection.read(want, [id, loose]);
  const found = await bench.connection.find(want, ['Account.Name'], [{ 'Account.Name': 'Acme' }]);
  const ofAcme = { 'Account.Name': 'Acme', 'Account.Industry': 'Energy', 'Owner.Email': expect.stringContaining('@') };
  const at = (list: typeof changes, wanted: string) => fields(list.find((change) => change.ref.id === wanted));
  expect([at(changes, id), at(read, id), at(found, id)]).toMatchObject([ofAcme, ofAcme, ofAcme]);
  expect(at(read, loose)).toMatchObject({ 'Account.Name': null, 'Account.Industry': null });
  expect(found.length).toBe(1);
});

test('a converted lead stays a record that says what it became, and is locked', async () => {
  const bench = await open(contactSuite);
  const want = { object: 'Lead', fields: ['LastName', 'IsConverted', 'ConvertedContactId'] };
  const id = await seed(bench, 'Lead', { LastName: 'Lovelace', Company: 'Acme' });
  await bench.visible();
  const first = await poll({ ...bench, want }, null, 1);
  expect(fields(first.changes[0])).toMatchObject({ IsConverted: false, ConvertedContactId: null });
  await bench.control('POST', `records/Lead/${id}/convert`, { convertedStatus: 'Closed - Converted' });
  await bench.visible();
  const second = await poll({ ...bench, want }, first.cursor, 3);
  const contact = fields(second.changes.find((change) => change.seen !== 'look')).ConvertedContactId;
  expect(contact).toMatch(/^003/);
  expect(fields((await bench.connection.read(want, [id]))[0])).toMatchObject({
    IsConverted: true,
    ConvertedContactId: contact,
  });
  expect((await typeOf(bench, 'Lead')).locks).toEqual([{ field: 'IsConverted', values: [true], say: 'is converted' }]);
  expect(await write(bench, [update('Lead', id, { LastName: 'King' })])).toMatchObject([
    { ok: false, fault: { kind: 'stale', code: 'CANNOT_UPDATE_CONVERTED_LEAD' } },
  ]);
});

test('the loser of a merge of contacts names its winner, in the feed and when it is read', async () => {
  const bench = await open(contactSuite);
  const winner = await seed(bench, 'Contact', { LastName: 'Lovelace' });
  const loser = await seed(bench, 'Contact', { LastName: 'King' });
  await bench.visible();
  const first = await poll(bench, null, 1);
  await bench.control('POST', `records/Contact/${winner}/merge`, { losers: [loser] });
  await bench.visible();
  const second = await poll(bench, first.cursor, 3);
  const merged = { gone: 'merged', into: { connection: 'under-test', object: 'Contact', id: winner } };
  expect(second.changes.find((change) => change.ref.id === loser)?.seen).toEqual(merged);
  expect((await bench.connection.read(bench.want, [loser]))[0]?.seen).toEqual(merged);
});

test('in an org with person accounts their contacts can be read and are locked, and the doctor says so', async () => {
  const bench = await open(contactSuite);
  expect((await typeOf(bench, 'Contact')).locks).toBe(undefined);
  await bench.control('PUT', 'settings', { personAccounts: true });
  const [recordType] = rows.parse(await bench.control('GET', 'records/RecordType'));
  const person = { RecordTypeId: recordType?.Id, LastName: 'Lovelace' };
  const id = await seed(bench, 'Account', person);
  const other = await seed(bench, 'Contact', { LastName: 'King' });
  const [contact, account] = [await typeOf(bench, 'Contact'), await typeOf(bench, 'Account')];
  expect(contact.locks).toMatchObject([{ field: 'IsPersonAccount', values: [true] }]);
  expect(account.fields.find((field) => field.name === 'PersonEmail')?.type).toBe('email');
  await bench.visible();
  const ofPerson = { object: 'Account', fields: ['Name', 'IsPersonAccount', 'PersonContactId', 'PersonEmail'] };
  const loaded = await poll({ ...bench, want: ofPerson }, null, 1);
  const contactId = String(fields(loaded.changes[0]).PersonContactId);
  expect(fields(loaded.changes[0])).toMatchObject({ Name: 'Lovelace', IsPersonAccount: true, PersonEmail: null });
  const want = { object: 'Contact', fields: ['LastName', 'Email', 'IsPersonAccount'] };
  const before = await poll({ ...bench, want }, null, 1);
  expect(await write(bench, [update('Account', id, { PersonEmail: 'ada@acme.example' })])).toMatchObject([
    { ok: true },
  ]);
  await bench.visible();
  const after = await poll({ ...bench, want }, before.cursor, 1);
  expect(fields(after.changes.find((change) => change.seen !== 'look'))).toEqual({
    LastName: 'Lovelace',
    Email: 'ada@acme.example',
    IsPersonAccount: true,
  });
  const read = await bench.connection.read(want, [contactId, other]);
  expect(read.map((change) => fields(change).IsPersonAccount)).toEqual([true, false]);
  const findings = await bench.connection.inspect(['Account', 'Contact', 'Lead'], []);
  expect(findings.filter((one) => one.check.startsWith('person')).map((one) => one.check)).toEqual([
    'person-accounts:Account',
    'person-accounts:Contact',
  ]);
});

test('a custom object goes the same ways as the others', async () => {
  const bench = await open(contactSuite);
  const account = await seed(bench, 'Account', { Name: 'Acme' });
  const plain = { custom: true, nillable: true };
  await bench.control('PUT', 'schema', {
    Machine__c: {
      fields: [
        { ...plain, name: 'Serial__c', label: 'Serial', type: 'string', length: 20 },
        { ...plain, name: 'Owner_Account__c', label: 'Account', type: 'reference', referenceTo: ['Account'] },
      ],
    },
  });
  const type = await typeOf(bench, 'Machine__c');
  expect([type.mark, type.title]).toEqual([null, 'Name']);
  expect(type.fields.find((field) => field.name === 'Owner_Account__c')?.refersTo).toEqual(['Account']);
  await bench.connection.install('keys', ['Machine__c']);
  expect((await typeOf(bench, 'Machine__c')).mark?.field).toBe('Syncline_Key__c');
  const want = { object: 'Machine__c', fields: ['Name', 'Serial__c', 'Owner_Account__r.Name'] };
  const empty = await poll({ ...bench, want }, null, 1);
  const [created] = await write(bench, [
    {
      do: 'create',
      link: 'a',
      object: 'Machine__c',
      mark: 'zendesk:acme:1',
      fields: { Name: 'Press', Serial__c: 'P-1', Owner_Account__c: account },
    },
  ]);
  await bench.visible();
  const { changes } = await poll({ ...bench, want }, empty.cursor, 1);
  expect(changes.map((change) => [change.ref.id, fields(change)])).toEqual([
    [created?.ok === true && created.id, { Name: 'Press', Serial__c: 'P-1', 'Owner_Account__r.Name': 'Acme' }],
  ]);
});

test('a thousand contacts are created by their keys in one call, and a thousand changed in another, each with its own outcome', async () => {
  const bench = await open(contactSuite);
  await bench.connection.install('keys', ['Contact']);
  const creates = Array.from({ length: 1000 }, (_, n): Operation => {
    const given: Fields = n === 700 ? { FirstName: 'Nameless' } : { LastName: `Contact ${n}` };
    return { do: 'create', link: `l${n}`, object: 'Contact', mark: `zendesk:acme:${n}`, fields: given };
  });
  const before = bench.connection.calls().write;
  const created = await write(bench, creates);
  expect(bench.connection.calls().write - before).toBe(1);
  expect(created.flatMap((outcome, n) => (outcome.ok ? [] : [[n, outcome.fault.code]]))).toEqual([
    [700, 'REQUIRED_FIELD_MISSING'],
  ]);
  const stored = new Map((await bench.records()).map((record) => [record.Id, record]));
  const keyOf = (id: string) => stored.get(id)?.Syncline_Key__c;
  expect(created.every((outcome, n) => !outcome.ok || keyOf(outcome.id) === `zendesk:acme:${n}`)).toBe(true);
  const ids = created.flatMap((outcome) => (outcome.ok ? [outcome.id] : []));
  const updates = ids.map((id, n) => update('Contact', id, { Title: n === 5 ? 'x'.repeat(129) : 'Countess' }));
  const updated = await write(bench, updates);
  expect(bench.connection.calls().write - before).toBe(2);
  expect(updated.flatMap((outcome, n) => (outcome.ok ? [] : [n]))).toEqual([5]);
  expect((await bench.records()).filter((record) => record.Title === 'Countess').length).toBe(998);
});
