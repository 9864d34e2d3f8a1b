import type { FieldDescription } from '../../model/object-type.ts';
import { plainField } from './fields.ts';

/**
 * The standard fields that every account has, for checks without a connection and for paths through look-ups (Object Reference for the
 * Salesforce Platform, and the describes of a plain developer account). A live describe goes before them: administrators change options,
 * and permissions hide fields.
 *
 * One line per field: name, Salesforce's type with length or scale, or the objects that a reference points to, then `!` required,
 * `r` read-only, `c` settable on creation only.
 */
const system = `
Id id r
IsDeleted boolean r
CreatedDate datetime r
CreatedById reference(User) r
LastModifiedDate datetime r
LastModifiedById reference(User) r
SystemModstamp datetime r`;

function address(prefix: string): string {
  return `
${prefix}Street textarea(255)
${prefix}City string(40)
${prefix}State string(80)
${prefix}PostalCode string(20)
${prefix}Country string(80)
${prefix}Latitude double(15)
${prefix}Longitude double(15)`;
}

/** It is there from an object's first record type on; which types there are a live describe knows. */
const recordType = `
RecordTypeId picklist(18)`;

const account = `${recordType}
MasterRecordId reference(Account) r
OwnerId reference(User)
Name string(255) !
Type picklist(255)
ParentId reference(Account)${address('Billing')}${address('Shipping')}
Phone phone(40)
Fax phone(40)
AccountNumber string(40)
Website url(255)
Sic string(20)
Industry picklist(255)
AnnualRevenue currency(0)
NumberOfEmployees int
Ownership picklist(255)
TickerSymbol string(20)
Description textarea(32000)
Rating picklist(255)
Site string(80)
AccountSource picklist(255)
Jigsaw string(20)
LastActivityDate date r`;

const contact = `${recordType}
MasterRecordId reference(Contact) r
OwnerId reference(User)
LastName string(80) !
FirstName string(40)
Salutation picklist(40)
Name string(121) r
AccountId reference(Account)
Email email(80)
Phone phone(40)
Fax phone(40)
MobilePhone phone(40)
HomePhone phone(40)
OtherPhone phone(40)
AssistantPhone phone(40)
AssistantName string(40)
Title string(128)
Department string(80)
LeadSource picklist(255)
Birthdate date
ReportsToId reference(Contact)${address('Mailing')}${address('Other')}
Description textarea(32000)
EmailBouncedReason string(255)
EmailBouncedDate datetime
IsEmailBounced boolean r
LastActivityDate date r`;

const lead = `${recordType}
MasterRecordId reference(Lead) r
OwnerId reference(Group,User)
LastName string(80) !
Company string(255) !
FirstName string(40)
Salutation picklist(40)
Name string(121) r
Title string(128)${address('')}
Phone phone(40)
MobilePhone phone(40)
Fax phone(40)
Email email(80)
Website url(255)
Status picklist(255)
LeadSource picklist(255)
Industry picklist(255)
Rating picklist(255)
AnnualRevenue currency(0)
NumberOfEmployees int
Description textarea(32000)
IsConverted boolean c
ConvertedDate date r
ConvertedAccountId reference(Account) r
ConvertedContactId reference(Contact) r
ConvertedOpportunityId reference(Opportunity) r
LastActivityDate date r`;

const caseFields = `${recordType}
MasterRecordId reference(Case) r
OwnerId reference(Group,User)
CaseNumber string(30) r
ContactId reference(Contact)
AccountId reference(Account)
AssetId reference(Asset)
ParentId reference(Case)
SuppliedName string(80)
SuppliedEmail email(80)
SuppliedPhone string(40)
SuppliedCompany string(80)
Type picklist(255)
Status picklist(255)
Reason picklist(255)
Origin picklist(255)
Subject string(255)
Priority picklist(255)
Description textarea(32000)
IsClosed boolean r
ClosedDate datetime r
IsEscalated boolean
ContactPhone phone(40) r
ContactMobile phone(40) r
ContactEmail email(80) r
ContactFax phone(40) r`;

const user = `
Name string(121) r
Username string(80)
Email email(128)
FirstName string(40)
LastName string(80)
Alias string(8)
Title string(80)
Department string(80)
CompanyName string(80)
Phone phone(40)
MobilePhone phone(40)
IsActive boolean`;

const line = /^(\w+) (\w+)(?:\(([\w,]+)\))?(?: ([!rc]))?$/;

function parse(text: string): FieldDescription {
  const [, name = '', vendorType = '', inside = '0', flag] = line.exec(text) ?? [];
  const size = vendorType === 'reference' ? 0 : Number(inside);
  const numeric = vendorType === 'double' || vendorType === 'currency' || vendorType === 'int';
  return {
    ...plainField(name, name, vendorType, numeric ? { length: 0, scale: size } : { length: size, scale: 0 }),
    required: flag === '!',
    settable: flag === 'r' ? 'never' : flag === 'c' ? 'create' : 'always',
    ...(vendorType === 'reference' ? { refersTo: inside.split(',') } : {}),
  };
}

function fieldsOf(text: string): readonly FieldDescription[] {
  return text
    .split('\n')
    .filter((each) => each !== '')
    .map(parse);
}

export const systemFields: readonly FieldDescription[] = fieldsOf(system);

/** Beside the system's own, by object. Options are the account's own: a live check knows them. */
export const standardFields: ReadonlyMap<string, readonly FieldDescription[]> = new Map([
  ['Account', fieldsOf(account)],
  ['Contact', fieldsOf(contact)],
  ['Lead', fieldsOf(lead)],
  ['Case', fieldsOf(caseFields)],
  ['User', fieldsOf(user)],
]);
