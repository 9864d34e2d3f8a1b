import type { FieldDescription, FieldType, NormalForm, ObjectType } from '../../model/object-type.ts';
import { plainField } from '../../model/plain-field.ts';

/**
 * What every account has, without asking it: the standard fields of an organization, and what the connector can do with the object.
 * Source: Zendesk API reference, topics "Organizations" and "Job Statuses"; what is told here of storing is from recorded traffic.
 */

/** Members compare without order; tags and domains have no case. */
export const set: NormalForm = { unordered: true, lowerCase: true };

export function standardField(
  name: string,
  label: string,
  type: FieldType,
  vendorType: string,
  given: Partial<FieldDescription> = {},
): FieldDescription {
  return {
    ...plainField(name, type),
    label,
    vendorType,
    settable: 'always',
    normal: type === 'boolean' ? { nullIsFalse: true } : {},
    ...given,
  };
}

const organizationFields: readonly FieldDescription[] = [
  standardField('id', 'ID', 'id', 'integer', { settable: 'never', unique: true }),
  // Unique without regard to case.
  standardField('name', 'Name', 'text', 'string', { required: true, unique: true }),
  standardField('external_id', 'External ID', 'text', 'string', { unique: true }),
  standardField('details', 'Details', 'longtext', 'string'),
  standardField('notes', 'Notes', 'longtext', 'string'),
  standardField('domain_names', 'Domains', 'set', 'array', { normal: set }),
  standardField('tags', 'Tags', 'set', 'array', { normal: set }),
  standardField('group_id', 'Group', 'reference', 'integer', { refersTo: ['group'] }),
  standardField('shared_tickets', 'Shared tickets', 'boolean', 'boolean'),
  standardField('shared_comments', 'Shared comments', 'boolean', 'boolean'),
  standardField('url', 'API address', 'url', 'string', { settable: 'never' }),
  standardField('created_at', 'Created', 'datetime', 'string', { settable: 'never' }),
  standardField('updated_at', 'Updated', 'datetime', 'string', { settable: 'never' }),
];

/** Records in one bulk call, and ids in one `show_many`. */
export const bulkLimit = 100;

/** Records in one page of an incremental export; the most that the vendor gives. */
export const exportPageSize = 1000;

/** What changed in the last minute is withheld from the exports. */
export const exportLagMs = 60_000;

/** A job may be queued; once this has passed, what does not show was never applied. */
export const jobsEndMs = 60_000;

export function organizationType(custom: readonly FieldDescription[]): ObjectType {
  return {
    object: 'organization',
    label: 'Organization',
    fields: [...organizationFields, ...custom],
    // Unique, and free to be written on creation: rung 1. The names being unique too, a create without a mark stands on rung 2.
    mark: { field: 'external_id', style: 'id' },
    withoutMark: 'natural',
    batch: { create: bulkLimit, update: bulkLimit, remove: bulkLimit },
    // "Job statuses": at most 30 queued or running jobs per account.
    maxJobs: 30,
    lateMs: jobsEndMs,
    traceBatch: bulkLimit,
    feed: { lagMs: exportLagMs, pageSize: exportPageSize },
    guarded: false,
    title: 'name',
    // A merge takes the loser's domain names to the winner (topic "Organization Merges"); they are no look-up.
    mergedBy: { field: 'domain_names', ask: 'feed' },
  };
}
