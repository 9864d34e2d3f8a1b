import type { Json } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import { createField, type FieldDefinition } from './field.ts';
import { type ObjectDefinition, withFields } from './object.ts';
import { parseField, parseFields } from './object-text.ts';
import { type Org, systemRow } from './org.ts';
import { type StoredRow, withoutNulls } from './row.ts';
import type { Schema } from './schema.ts';
import { toSecond } from './time.ts';
import type { Writer } from './writer.ts';

/**
 * Person accounts: an account that is a person has a contact as its other face. Both rows exist; what is written to one is mirrored in
 * the other, and the stamps of both move. Once an org has them it keeps them.
 */
export function enablePersonAccounts(org: Org): void {
  const { schema, store, ids, people, clock } = org;
  const account = schema.find('Account');
  const contact = schema.find('Contact');
  if (account === undefined || contact === undefined || account.byName.has('ispersonaccount')) return;
  const name = account.byName.get('name');
  if (name !== undefined) schema.putField('Account', { ...name, describe: { ...name.describe, nillable: true } });
  insertAfter(schema, 'Name', personName, contact);
  insertAfter(schema, 'LastReferencedDate', personFields, contact);
  schema.putField('Contact', parseField('IsPersonAccount | boolean | d | Is Person Account'));
  for (const field of contact.fields) {
    if (field.describe.custom)
      schema.putField('Account', createField({ ...field.describe, name: field.name.replace(/__c$/, '__pc') }, field));
  }
  const values = {
    SobjectType: 'Account',
    Name: 'Person Account',
    DeveloperName: 'PersonAccount',
    IsActive: true,
    IsPersonType: true,
  };
  const transaction = store.begin(people.api, '');
  transaction.put(systemRow('RecordType', ids.next('012'), people.api, toSecond(clock.now()), values));
  transaction.commit(0);
  store.settle(clock.now());
}

/** Puts fields into the describe of accounts where real ones have them. */
function insertAfter(schema: Schema, name: string, text: string, contact: ObjectDefinition): void {
  const account = schema.find('Account');
  if (account === undefined) return;
  const at = account.fields.findIndex((field) => field.name === name) + 1;
  const fields = parseFields(text).map((field) =>
    withContactOptions(field, contact.byName.get(contactName(field.name)?.toLowerCase() ?? '')),
  );
  schema.put(withFields(account, [...account.fields.slice(0, at), ...fields, ...account.fields.slice(at)]));
}

const personName = `
LastName | string(80) | cun | Last Name | in=Name extra=switchablepersonname -permissionable
FirstName | string(40) | cun | First Name | in=Name extra=switchablepersonname -permissionable
Salutation | picklist(40) | cun | Salutation | in=Name extra=switchablepersonname -permissionable
`;

const personFields = `
PersonContactId | reference | n | Contact ID | to=Contact as=PersonContact
IsPersonAccount | boolean | d | Is Person Account
PersonMailingStreet | textarea(255) | cun | Mailing Street | in=PersonMailingAddress
PersonMailingCity | string(40) | cun | Mailing City | in=PersonMailingAddress
PersonMailingState | string(80) | cun | Mailing State/Province | in=PersonMailingAddress
PersonMailingPostalCode | string(20) | cun | Mailing Zip/Postal Code | in=PersonMailingAddress
PersonMailingCountry | string(80) | cun | Mailing Country | in=PersonMailingAddress
PersonMailingLatitude | double(18,15) | cun | Mailing Latitude | in=PersonMailingAddress
PersonMailingLongitude | double(18,15) | cun | Mailing Longitude | in=PersonMailingAddress
PersonMailingGeocodeAccuracy | picklist(40) | cun | Mailing Geocode Accuracy | in=PersonMailingAddress restrictedPicklist
PersonMailingAddress | address | n | Mailing Address
PersonOtherStreet | textarea(255) | cun | Other Street | in=PersonOtherAddress
PersonOtherCity | string(40) | cun | Other City | in=PersonOtherAddress
PersonOtherState | string(80) | cun | Other State/Province | in=PersonOtherAddress
PersonOtherPostalCode | string(20) | cun | Other Zip/Postal Code | in=PersonOtherAddress
PersonOtherCountry | string(80) | cun | Other Country | in=PersonOtherAddress
PersonOtherLatitude | double(18,15) | cun | Other Latitude | in=PersonOtherAddress
PersonOtherLongitude | double(18,15) | cun | Other Longitude | in=PersonOtherAddress
PersonOtherGeocodeAccuracy | picklist(40) | cun | Other Geocode Accuracy | in=PersonOtherAddress restrictedPicklist
PersonOtherAddress | address | n | Other Address
PersonMobilePhone | phone(40) | cun | Mobile
PersonHomePhone | phone(40) | cun | Home Phone
PersonOtherPhone | phone(40) | cun | Other Phone
PersonAssistantPhone | phone(40) | cun | Asst. Phone
PersonEmail | email(80) | cun | Email | idLookup
PersonTitle | string(80) | cun | Title
PersonDepartment | string(80) | cun | Department
PersonAssistantName | string(40) | cun | Assistant
PersonLeadSource | picklist(255) | cun | Lead Source
PersonBirthdate | date | cun | Birthdate
PersonHasOptedOutOfEmail | boolean | cud | Email Opt Out | permissionable
PersonHasOptedOutOfFax | boolean | cud | Fax Opt Out | permissionable
PersonDoNotCall | boolean | cud | Do Not Call | permissionable
PersonLastCURequestDate | datetime | n | Last Stay-in-Touch Request Date
PersonLastCUUpdateDate | datetime | n | Last Stay-in-Touch Save Date
PersonEmailBouncedReason | string(255) | cun | Email Bounced Reason | -permissionable
PersonEmailBouncedDate | datetime | cun | Email Bounced Date | -permissionable
PersonIndividualId | reference | cun | Individual ID | to=Individual as=PersonIndividual -permissionable
PersonPronouns | picklist(255) | cun | Pronouns | | He/Him; She/Her; They/Them; He/They; She/They; Not Listed
PersonGenderIdentity | picklist(255) | cun | Gender Identity | | Male; Female; Nonbinary; Not Listed
`;

function withContactOptions(field: FieldDefinition, contactField: FieldDefinition | undefined): FieldDefinition {
  if (contactField === undefined || contactField.describe.picklistValues.length === 0) return field;
  return { ...field, describe: { ...field.describe, picklistValues: contactField.describe.picklistValues } };
}

const shared = ['LastName', 'FirstName', 'Salutation', 'Phone', 'Fax', 'OwnerId'];

/** The contact's name of an account's person field; undefined: it is none. */
function contactName(accountField: string): string | undefined {
  if (shared.includes(accountField)) return accountField;
  if (accountField.endsWith('__pc')) return accountField.replace(/__pc$/, '__c');
  const own = ['PersonContactId', 'IsPersonAccount'];
  return accountField.startsWith('Person') && !own.includes(accountField)
    ? accountField.slice('Person'.length)
    : undefined;
}

/** Before an account is saved: what it must have and must not be given, by its kind. */
export function savePersonAccount(
  next: Record<string, Json>,
  before: StoredRow | null,
  given: ReadonlySet<string>,
  writer: Writer,
): void {
  if (!writer.org.settings.now.personAccounts) return;
  const recordType = typeof next.RecordTypeId === 'string' ? writer.transaction.row(next.RecordTypeId) : undefined;
  const isPerson = recordType?.values.IsPersonType === true;
  if (before !== null && (before.values.IsPersonAccount === true) !== isPerson) {
    throw new RowError(
      'CANNOT_UPDATE_ENTITY',
      'a business account cannot become a person account, nor the other way round, with other changes',
      ['RecordTypeId'],
    );
  }
  const forbidden = [...given].filter((name) =>
    isPerson ? name === 'Name' : contactName(name) !== undefined && !['Phone', 'Fax', 'OwnerId'].includes(name),
  );
  if (forbidden.length > 0)
    throw new RowError(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      `Account: bad field names on insert/update call: ${forbidden.join(', ')}`,
      forbidden,
    );
  const required = isPerson ? 'LastName' : 'Name';
  if ((next[required] ?? null) === null)
    throw new RowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${required}]`, [required]);
  next.IsPersonAccount = isPerson;
  if (isPerson) next.Name = `${String(next.FirstName ?? '')} ${String(next.LastName)}`.trim();
}

/** After one face of a person was saved: the other follows. Answers the row as it is then. */
export function mirrorPerson(writer: Writer, row: StoredRow): StoredRow {
  if (row.values.IsPersonAccount !== true) return row;
  return row.object === 'Account' ? mirrorToContact(writer, row) : mirrorToAccount(writer, row);
}

function mirrorToContact(writer: Writer, account: StoredRow): StoredRow {
  const { org, transaction } = writer;
  const values: Record<string, Json> = {
    IsPersonAccount: true,
    AccountId: account.id,
    Name: account.values.Name ?? null,
  };
  for (const field of org.schema.find('Account')?.fields ?? []) {
    const name = field.type === 'address' ? undefined : contactName(field.name);
    if (name !== undefined) values[name] = account.values[field.name] ?? null;
  }
  const known = account.values.PersonContactId;
  const contact = typeof known === 'string' ? transaction.row(known) : undefined;
  const id = contact?.id ?? org.ids.next('003');
  const fresh = systemRow('Contact', id, account.modifiedBy, account.modifiedAt, {});
  transaction.put({
    ...(contact ?? fresh),
    ...stampsOf(account),
    values: withoutNulls({ ...contact?.values, ...values }),
  });
  if (contact !== undefined) return account;
  const whole = { ...account, values: { ...account.values, PersonContactId: id } };
  transaction.put(whole);
  return whole;
}

function mirrorToAccount(writer: Writer, contact: StoredRow): StoredRow {
  const { org, transaction } = writer;
  const account = typeof contact.values.AccountId === 'string' ? transaction.row(contact.values.AccountId) : undefined;
  if (account === undefined) return contact;
  const values: Record<string, Json> = { ...account.values, Name: contact.values.Name ?? null };
  for (const field of org.schema.find('Account')?.fields ?? []) {
    const name = field.type === 'address' ? undefined : contactName(field.name);
    if (name !== undefined) values[field.name] = contact.values[name] ?? null;
  }
  transaction.put({ ...account, ...stampsOf(contact), values: withoutNulls(values) });
  return contact;
}

function stampsOf({
  modifiedAt,
  modifiedBy,
  stampAt,
}: StoredRow): Pick<StoredRow, 'modifiedAt' | 'modifiedBy' | 'stampAt'> {
  return { modifiedAt, modifiedBy, stampAt };
}
