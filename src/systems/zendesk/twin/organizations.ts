import type { Account, Doer } from './account.ts';
import { flagOf, idOf, type Json, type JsonObject, sameList, tagsOf, textOf, wordsOf } from './json.ts';
import { removeMembership } from './memberships.ts';
import { fold } from './organization-store.ts';
import { fieldValuesBody, writeProfile } from './profile-values.ts';
import type { Organization } from './records.ts';
import { forbidden, invalid } from './refusal.ts';
import { iso, isoOrNull, type Seconds } from './stamps.ts';
import type { Complaint } from './texts.ts';

/** Organizations as the vendor keeps them. Source: Zendesk, "Organizations" (API reference) and "About organizations". */
export const organizationKeys: ReadonlySet<string> = new Set([
  'id',
  'name',
  'shared_tickets',
  'shared_comments',
  'external_id',
  'domain_names',
  'details',
  'notes',
  'group_id',
  'tags',
  'organization_fields',
  'url',
  'created_at',
  'updated_at',
  'deleted_at',
]);

export function organizationBody(account: Account, record: Organization, base: string): Record<string, Json> {
  return {
    url: `${base}/api/v2/organizations/${record.id}.json`,
    id: record.id,
    name: record.name,
    shared_tickets: record.sharedTickets,
    shared_comments: record.sharedComments,
    external_id: record.externalId,
    created_at: iso(record.created),
    updated_at: iso(record.updated),
    domain_names: record.domains,
    details: record.details,
    notes: record.notes,
    group_id: record.groupId,
    tags: record.tags,
    organization_fields: fieldValuesBody(account.fields.organization.all, record.fields),
  };
}

/** Export rows show when a deleted organization went. */
export function organizationRow(account: Account, record: Organization, base: string): JsonObject {
  const body = organizationBody(account, record, base);
  return account.switches.organizationDeletedAt ? { ...body, deleted_at: isoOrNull(record.deleted) } : body;
}

export type Ignored = (key: string) => void;

/** Shared by all organizations that have none: empty lists of their own would be a tenth of their memory. */
const none: readonly never[] = [];
const noFields = {};

export function createOrganization(
  account: Account,
  doer: Doer,
  body: JsonObject,
  ignored: Ignored = () => {},
  stamps: { readonly created?: Seconds; readonly updated?: Seconds } = {},
): Organization {
  if (doer.user.role !== 'admin') throw forbidden();
  const created = stamps.created ?? account.now;
  const empty: Organization = {
    id: 0,
    created,
    updated: stamps.updated ?? created,
    generated: stamps.updated ?? created,
    name: '',
    sharedTickets: false,
    sharedComments: false,
    externalId: null,
    domains: none,
    details: null,
    notes: null,
    groupId: null,
    tags: none,
    fields: noFields,
    deleted: null,
    madeBy: doer.call,
  };
  const written = write(account, doer, empty, body, ignored);
  return account.saveOrganization({ ...written, id: account.newId() }, doer);
}

/** A write that changes nothing leaves the stamps alone. */
export function updateOrganization(
  account: Account,
  doer: Doer,
  before: Organization,
  body: JsonObject,
  ignored: Ignored = () => {},
): Organization {
  if (doer.user.role !== 'admin' && Object.keys(body).some((key) => key !== 'notes' && key !== 'id')) throw forbidden();
  const after = write(account, doer, before, body, ignored);
  if (isSame(before, after) && !account.switches.touchWithoutChange) return before;
  return account.saveOrganization({ ...after, updated: account.now, generated: account.now }, doer);
}

/** Its members stay; they lose it a little later. */
export function deleteOrganization(account: Account, doer: Doer, before: Organization): void {
  if (doer.user.role !== 'admin') throw forbidden();
  const now = account.now;
  account.saveOrganization({ ...before, deleted: now, updated: now, generated: now }, doer);
  account.agenda.add(account.nowMs + account.chance.between(500, 5000), () => {
    for (const membership of account.users.membersOf(before.id)) removeMembership(account, membership, doer);
    for (const ticket of account.desk.tickets.ofOrganization(before.id)) {
      account.saveTicket({ ...ticket, organizationId: null, generated: account.now }, doer, null);
    }
  });
}

function write(account: Account, doer: Doer, before: Organization, body: JsonObject, ignored: Ignored): Organization {
  const profile = writeProfile(
    account,
    'organization',
    before,
    { tags: tagsOf(body.tags), fields: body.organization_fields },
    (key) => ignored(`organization_fields.${key}`),
  );
  const after: Organization = {
    ...before,
    name: body.name === undefined ? before.name : (textOf(body.name) ?? ''),
    sharedTickets: flagOf(body.shared_tickets) ?? before.sharedTickets,
    sharedComments: flagOf(body.shared_comments) ?? before.sharedComments,
    externalId: externalIdOf(body.external_id, before.externalId),
    domains: wordsOf(body.domain_names)?.map((domain) => domain.toLowerCase()) ?? before.domains,
    details: textOf(body.details) === undefined ? before.details : (textOf(body.details) ?? null),
    notes: textOf(body.notes) === undefined ? before.notes : (textOf(body.notes) ?? null),
    groupId: body.group_id === undefined ? before.groupId : (idOf(body.group_id) ?? null),
    tags: profile.tags,
    fields: profile.fields,
  };
  const complaints = [...nameComplaints(account, doer, before, after), ...externalIdComplaints(account, after)];
  if (complaints.length > 0) throw invalid(...complaints);
  return after;
}

/** An empty text empties it: '' could not be unique. */
export function externalIdOf(given: Json | undefined, before: string | null): string | null {
  const text = textOf(given);
  if (text === undefined) return before;
  return text === '' ? null : text;
}

/**
 * Names are unique without case. Two creates close together can both succeed at the vendor (documented): with the switch on, a name
 * that another call took a moment ago does not count as taken.
 */
function nameComplaints(account: Account, doer: Doer, before: Organization, after: Organization): readonly Complaint[] {
  if (after.name.trim() === '') return [{ field: 'name', error: 'BlankValue', label: 'name', sentence: 'blank' }];
  if (before.id !== 0 && fold(before.name) === fold(after.name)) return [];
  const raceSeconds = account.switches.organizationNameRaceMs / 1000;
  const isTaken = account.organizations.named(after.name).some((other) => {
    const isRacing =
      before.id === 0 && raceSeconds > 0 && other.madeBy !== doer.call && account.now - other.created <= raceSeconds;
    return other.id !== before.id && !isRacing;
  });
  if (!isTaken) return [];
  return [{ field: 'name', error: 'DuplicateValue', label: 'name', sentence: 'taken', value: after.name }];
}

function externalIdComplaints(account: Account, after: Organization): readonly Complaint[] {
  const holder = after.externalId === null ? undefined : account.organizations.withExternalId(after.externalId);
  if (holder === undefined || holder.id === after.id) return [];
  return [{ field: 'external_id', error: 'DuplicateValue', label: null, sentence: 'externalTaken' }];
}

function isSame(a: Organization, b: Organization): boolean {
  return (
    a.name === b.name &&
    a.externalId === b.externalId &&
    a.details === b.details &&
    a.notes === b.notes &&
    a.groupId === b.groupId &&
    a.sharedTickets === b.sharedTickets &&
    a.sharedComments === b.sharedComments &&
    sameList(a.tags, b.tags) &&
    sameList(a.domains, b.domains) &&
    sameFields(a.fields, b.fields)
  );
}

export function sameFields(a: Readonly<Record<string, Json>>, b: Readonly<Record<string, Json>>): boolean {
  if (a === b) return true;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameList([a[key] ?? null], [b[key] ?? null]));
}
