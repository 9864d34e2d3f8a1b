import type { Json } from '../../../twins/json.ts';
import { RowError } from './errors.ts';
import { describeAttachment, describeVersion } from './files.ts';
import { savePersonAccount } from './person-accounts.ts';
import type { StoredRow } from './row.ts';
import { pushTopics } from './settings.ts';
import { compileWatch } from './soql/run.ts';
import type { Writer } from './writer.ts';

/** What an object does to a row by itself before it is saved. Changes `next` in place; `given` are the names that the client assigned. */
type BeforeSave = (
  next: Record<string, Json>,
  before: StoredRow | null,
  given: ReadonlySet<string>,
  writer: Writer,
) => void;

export function beforeSave(
  object: string,
  next: Record<string, Json>,
  before: StoredRow | null,
  given: ReadonlySet<string>,
  writer: Writer,
): void {
  automations[object]?.(next, before, given, writer);
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const personName: BeforeSave = (next) => {
  next.Name = `${text(next.FirstName)} ${text(next.LastName)}`.trim();
};

/** The account follows the contact where it is not given; the status tells whether the case is closed. */
const saveCase: BeforeSave = (next, before, given, writer) => {
  const contact = typeof next.ContactId === 'string' ? writer.transaction.row(next.ContactId) : undefined;
  const contactMoved = next.ContactId !== (before?.values.ContactId ?? null);
  if (contact !== undefined && contactMoved && !given.has('AccountId'))
    next.AccountId = contact.values.AccountId ?? null;
  const closed = [...writer.org.store.rows('CaseStatus').values()].some(
    (row) => row.values.MasterLabel === next.Status && row.values.IsClosed === true,
  );
  next.IsClosed = closed;
  if (!closed) next.ClosedDate = null;
  else if (next.ClosedDate === undefined || next.ClosedDate === null) next.ClosedDate = writer.at;
  if (before === null && !given.has('CaseNumber'))
    next.CaseNumber = String(writer.org.nextNumber('CaseNumber')).padStart(8, '0');
};

const stages: Readonly<Record<string, readonly [probability: number, category: string, name: string]>> = {
  Prospecting: [10, 'Pipeline', 'Pipeline'],
  Qualification: [10, 'Pipeline', 'Pipeline'],
  'Needs Analysis': [20, 'Pipeline', 'Pipeline'],
  'Value Proposition': [50, 'Pipeline', 'Pipeline'],
  'Id. Decision Makers': [60, 'Pipeline', 'Pipeline'],
  'Perception Analysis': [70, 'Pipeline', 'Pipeline'],
  'Proposal/Price Quote': [75, 'Pipeline', 'Pipeline'],
  'Negotiation/Review': [90, 'Pipeline', 'Pipeline'],
  'Closed Won': [100, 'Closed', 'Closed'],
  'Closed Lost': [0, 'Omitted', 'Omitted'],
};

const saveOpportunity: BeforeSave = (next, before, given, writer) => {
  const stage = text(next.StageName);
  const [probability, category, categoryName] = stages[stage] ?? [10, 'Pipeline', 'Pipeline'];
  if (stage !== before?.values.StageName) {
    if (!given.has('Probability')) next.Probability = probability;
    if (!given.has('ForecastCategoryName')) next.ForecastCategoryName = categoryName;
    next.ForecastCategory = category;
    if (before !== null) next.LastStageChangeDate = writer.at;
  }
  next.IsWon = stage === 'Closed Won';
  next.IsClosed = stage === 'Closed Won' || stage === 'Closed Lost';
  next.ExpectedRevenue = typeof next.Amount === 'number' ? (next.Amount * Number(next.Probability ?? 0)) / 100 : null;
};

/** The account of an activity is that of what it is about. */
function accountOf(next: Record<string, Json>, writer: Writer): Json {
  for (const id of [next.WhatId, next.WhoId]) {
    const row = typeof id === 'string' ? writer.transaction.row(id) : undefined;
    if (row?.object === 'Account') return row.id;
    if (row?.values.AccountId !== undefined) return row.values.AccountId;
  }
  return null;
}

const saveTask: BeforeSave = (next, before, _given, writer) => {
  next.IsClosed = next.Status === 'Completed';
  next.IsHighPriority = next.Priority === 'High';
  if (next.IsClosed !== true) next.CompletedDateTime = null;
  else if (before?.values.IsClosed !== true) next.CompletedDateTime = writer.at;
  next.AccountId = accountOf(next, writer);
};

/** Start, end and duration are three views of two facts. */
const saveEvent: BeforeSave = (next, _before, given, writer) => {
  const start = given.has('ActivityDateTime') ? next.ActivityDateTime : (next.StartDateTime ?? next.ActivityDateTime);
  if (typeof start !== 'number') {
    if (next.IsAllDayEvent === true && typeof next.ActivityDate === 'string') return;
    if (writer.trusted) return;
    throw new RowError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [StartDateTime]', ['StartDateTime']);
  }
  next.StartDateTime = start;
  next.ActivityDateTime = start;
  next.ActivityDate = new Date(start).toISOString().slice(0, 10);
  const byEnd = given.has('EndDateTime') && typeof next.EndDateTime === 'number';
  const minutes = byEnd ? (Number(next.EndDateTime) - start) / 60_000 : Number(next.DurationInMinutes ?? Number.NaN);
  if (Number.isNaN(minutes)) {
    if (writer.trusted) return;
    throw new RowError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [DurationInMinutes]', [
      'DurationInMinutes',
    ]);
  }
  if (minutes < 0)
    throw new RowError('FIELD_INTEGRITY_EXCEPTION', 'Event duration can not be negative', ['DurationInMinutes']);
  next.DurationInMinutes = minutes;
  next.EndDateTime = start + minutes * 60_000;
  next.AccountId = accountOf(next, writer);
};

/** Some set-up rows exist once for what they join. */
function refuseSecond(
  writer: Writer,
  object: string,
  by: string,
  next: Readonly<Record<string, Json>>,
  same: readonly string[],
): void {
  const others = writer.org.store.where(object, by, next[by] ?? null);
  const second = others.find(
    (row) =>
      !row.deleted && same.every((name) => text(row.values[name]).toLowerCase() === text(next[name]).toLowerCase()),
  );
  if (second === undefined) return;
  throw new RowError(
    'DUPLICATE_VALUE',
    `duplicate value found: ${same.join(', ')} duplicates value on record with id: ${second.id.slice(0, 15)}`,
    [],
  );
}

/** Edit implies read; the field must be one that permissions govern. */
const saveFieldPermissions: BeforeSave = (next, before, _given, writer) => {
  if (next.PermissionsEdit === true) next.PermissionsRead = true;
  if (before !== null) return;
  refuseSecond(writer, 'FieldPermissions', 'ParentId', next, ['Field']);
  const [objectName = '', fieldName = ''] = text(next.Field).split('.');
  const field = writer.org.schema.find(objectName)?.byName.get(fieldName.toLowerCase());
  if (field?.describe.permissionable === true) return;
  const why = `Field Name: bad value for restricted picklist field: ${text(next.Field)}`;
  throw new RowError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', why, ['Field']);
};

const saveEmailMessage: BeforeSave = (next, before, given) => {
  const [status, incoming] = [before?.values.Status, next.Incoming === true];
  if (before === null && !given.has('Status')) next.Status = incoming ? '0' : '5';
  if (status === undefined || status === '5') return;
  const locked = [...given].filter((name) => name !== 'IsExternallyVisible' && !name.endsWith('__c'));
  if (locked.length === 0) return;
  throw new RowError('INSUFFICIENT_ACCESS_OR_READONLY', 'EmailMessage can be edited only while it is a draft', []);
};

/** All kinds of changes are told unless it is said otherwise; the query must be one that can be watched. */
const savePushTopic: BeforeSave = (next, before, given, writer) => {
  const { org } = writer;
  for (const name of ['IsActive', 'Create', 'Update', 'Delete', 'Undelete']) {
    const field = name === 'IsActive' ? name : `NotifyForOperation${name}`;
    if (before === null && !given.has(field)) next[field] = true;
  }
  if (compileWatch(org, text(next.Query)) === null)
    throw new RowError('INVALID_FIELD', `The query cannot be watched: ${text(next.Query)}`, ['Query']);
  const others = [...org.store.all('PushTopic')].filter(({ id, deleted }) => !deleted && id !== before?.id);
  if (others.some(({ values }) => values.Name === next.Name))
    throw new RowError('DUPLICATE_VALUE', `duplicate value found: Name duplicates value on another topic`, ['Name']);
  if (!org.settings.now.limits.off && before === null && others.length >= pushTopics(org.settings.now))
    throw new RowError('LIMIT_EXCEEDED', 'You have reached the maximum number of active PushTopics', []);
};

const automations: Readonly<Record<string, BeforeSave>> = {
  Account: savePersonAccount,
  Contact: personName,
  Lead: personName,
  User(next, before, given, writer) {
    personName(next, before, given, writer);
    if (next.CommunityNickname === undefined) next.CommunityNickname = text(next.Alias);
  },
  Case: saveCase,
  Opportunity: saveOpportunity,
  Task: saveTask,
  Event: saveEvent,
  EmailMessage: saveEmailMessage,
  Attachment: describeAttachment,
  ContentVersion: describeVersion,
  PushTopic: savePushTopic,
  FieldPermissions: saveFieldPermissions,
  PermissionSet(next, before, _given, writer) {
    if (before !== null) return;
    const taken = [...writer.org.store.all('PermissionSet')].some(
      (row) => text(row.values.Name).toLowerCase() === text(next.Name).toLowerCase(),
    );
    if (taken)
      throw new RowError('DUPLICATE_DEVELOPER_NAME', `The name you provided is already in use: ${text(next.Name)}`, [
        'Name',
      ]);
    next.IsCustom = true;
    next.Type = 'Regular';
  },
  PermissionSetAssignment(next, _before, _given, writer) {
    refuseSecond(writer, 'PermissionSetAssignment', 'PermissionSetId', next, ['AssigneeId']);
    next.IsActive = true;
  },
};
