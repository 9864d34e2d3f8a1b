import type { FieldDescription, ObjectType } from '../../model/object-type.ts';
import { declareObject, normalOf, typeOf } from './objects.ts';

/**
 * The standard fields that every account has, for checks without a connection (Object Reference for the Salesforce Platform, and the
 * describes of a plain developer account). A live describe goes before them: administrators change options, and permissions hide fields.
 *
 * One line per field: name, Salesforce's type with length or scale, then `!` required, `r` read-only, `c` settable on creation only.
 */
const system = `
Id id r
IsDeleted boolean r
MasterRecordId reference r
CreatedDate datetime r
CreatedById reference r
LastModifiedDate datetime r
LastModifiedById reference r
SystemModstamp datetime r
OwnerId reference`;

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

const account = `
Name string(255) !
Type picklist(255)
ParentId reference${address('Billing')}${address('Shipping')}
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

const contact = `
LastName string(80) !
FirstName string(40)
Salutation picklist(40)
Name string(121) r
AccountId reference
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
ReportsToId reference${address('Mailing')}${address('Other')}
Description textarea(32000)
EmailBouncedReason string(255)
EmailBouncedDate datetime
IsEmailBounced boolean r`;

const lead = `
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
ConvertedAccountId reference r
ConvertedContactId reference r
ConvertedOpportunityId reference r`;

const caseFields = `
CaseNumber string(30) r
ContactId reference
AccountId reference
AssetId reference
ParentId reference
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

const line = /^(\w+) (\w+)(?:\((\d+)\))?(?: ([!rc]))?$/;

function parse(text: string): FieldDescription {
  const [, name = '', vendorType = '', size, flag] = line.exec(text) ?? [];
  const number = size === undefined ? 0 : Number(size);
  const numeric = vendorType === 'double' || vendorType === 'currency' || vendorType === 'int';
  const type = typeOf(vendorType, numeric ? number : 0);
  return {
    name,
    label: name,
    type,
    vendorType,
    required: flag === '!',
    settable: flag === 'r' ? 'never' : flag === 'c' ? 'create' : 'always',
    stamped: true,
    // Options are the account's own: a live check knows them.
    options: null,
    restricted: false,
    maxLength: numeric || size === undefined ? null : number,
    scale: numeric ? number : null,
    unique: false,
    normal: normalOf(type),
  };
}

function standardObject(object: string, label: string, title: string, fields: string): ObjectType {
  const lines = (system + fields).split('\n').filter((text) => text !== '');
  return declareObject({ object, label, fields: lines.map(parse), marked: false, title });
}

export const standardObjects: readonly ObjectType[] = [
  standardObject('Account', 'Account', 'Name', account),
  standardObject('Contact', 'Contact', 'Name', contact),
  standardObject('Lead', 'Lead', 'Name', lead),
  standardObject('Case', 'Case', 'CaseNumber', caseFields),
];
