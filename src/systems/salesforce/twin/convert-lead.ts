import type { Json, JsonObject } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import type { ObjectDefinition } from './object.ts';
import type { StoredRow } from './row.ts';
import { insertRow, writableRow } from './write.ts';
import type { Writer } from './writer.ts';

export interface Conversion {
  readonly leadId: string;
  readonly convertedStatus: string;
  /** Existing records to convert into; absent: new ones. */
  readonly accountId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly doNotCreateOpportunity?: boolean | undefined;
  readonly opportunityName?: string | undefined;
  readonly ownerId?: string | undefined;
}

export interface Converted {
  readonly leadId: string;
  readonly accountId: string;
  readonly contactId: string;
  readonly opportunityId: string | null;
}

/** Turns a lead into an account, a contact and an opportunity. The lead stays, read-only, and says what became of it. */
export function convertLead(writer: Writer, conversion: Conversion): Converted {
  const lead = writableRow(writer, known(writer, 'Lead'), conversion.leadId);
  if (lead.values.IsConverted === true)
    throw new RowError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
  const statuses = [...writer.org.store.rows('LeadStatus').values()];
  if (
    !statuses.some(({ values }) => values.MasterLabel === conversion.convertedStatus && values.IsConverted === true)
  ) {
    throw new RowError('INVALID_STATUS', `invalid convertedStatus: ${conversion.convertedStatus}`, []);
  }
  const owner = { OwnerId: conversion.ownerId ?? lead.values.OwnerId ?? writer.user };
  const accountId =
    conversion.accountId ?? insertRow(writer, known(writer, 'Account'), { ...accountOf(lead), ...owner }).id;
  const contactId =
    conversion.contactId ??
    insertRow(writer, known(writer, 'Contact'), { ...contactOf(lead), AccountId: accountId, ...owner }).id;
  const name = conversion.opportunityName ?? String(lead.values.Company);
  const opportunity = {
    Name: `${name}`.slice(0, 120),
    StageName: 'Prospecting',
    CloseDate: endOfQuarter(writer.at),
    AccountId: accountId,
    ...owner,
  };
  const opportunityId =
    conversion.doNotCreateOpportunity === true ? null : insertRow(writer, known(writer, 'Opportunity'), opportunity).id;
  writer.transaction.put({
    ...lead,
    modifiedAt: writer.at,
    modifiedBy: writer.user,
    stampAt: Math.max(lead.stampAt, writer.at),
    values: {
      ...lead.values,
      Status: conversion.convertedStatus,
      IsConverted: true,
      ConvertedDate: new Date(writer.at).toISOString().slice(0, 10),
      ConvertedAccountId: accountId,
      ConvertedContactId: contactId,
      ...(opportunityId === null ? {} : { ConvertedOpportunityId: opportunityId }),
    },
  });
  return { leadId: lead.id, accountId, contactId, opportunityId };
}

function known(writer: Writer, name: string): ObjectDefinition {
  const object = writer.org.schema.find(name);
  if (object === undefined) throw new Error(`there is no object ${name}`);
  return object;
}

/** Lead field → field of the new record; the rest of a lead's standard fields has no home there. */
const toAccount: Readonly<Record<string, string>> = {
  ...{
    Company: 'Name',
    Phone: 'Phone',
    Fax: 'Fax',
    Website: 'Website',
    Industry: 'Industry',
    Rating: 'Rating',
    LeadSource: 'AccountSource',
  },
  ...{
    AnnualRevenue: 'AnnualRevenue',
    NumberOfEmployees: 'NumberOfEmployees',
    Street: 'BillingStreet',
    City: 'BillingCity',
  },
  ...{ State: 'BillingState', PostalCode: 'BillingPostalCode', Country: 'BillingCountry' },
};
const toContact: Readonly<Record<string, string>> = {
  ...{
    FirstName: 'FirstName',
    LastName: 'LastName',
    Salutation: 'Salutation',
    Title: 'Title',
    Email: 'Email',
    Phone: 'Phone',
  },
  ...{
    MobilePhone: 'MobilePhone',
    Fax: 'Fax',
    LeadSource: 'LeadSource',
    Description: 'Description',
    Street: 'MailingStreet',
  },
  ...{ City: 'MailingCity', State: 'MailingState', PostalCode: 'MailingPostalCode', Country: 'MailingCountry' },
};

function accountOf(lead: StoredRow): JsonObject {
  return mapped(lead, toAccount);
}

function contactOf(lead: StoredRow): JsonObject {
  return mapped(lead, toContact);
}

function mapped({ values }: StoredRow, names: Readonly<Record<string, string>>): JsonObject {
  const record: Record<string, Json> = {};
  for (const [from, to] of Object.entries(names)) if (values[from] !== undefined) record[to] = values[from];
  return record;
}

function endOfQuarter(at: number): string {
  const date = new Date(at);
  const quarter = Math.floor(date.getUTCMonth() / 3);
  return new Date(Date.UTC(date.getUTCFullYear(), quarter * 3 + 3, 0)).toISOString().slice(0, 10);
}
