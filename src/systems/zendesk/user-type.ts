import type { FieldDescription, NormalForm, ObjectType, Option } from '../../model/object-type.ts';
import { bulkLimit, exportLagMs, exportPageSize, jobsEndMs, set, standardField } from './standard.ts';

/**
 * The standard fields of a user, and what the connector can do with the object.
 * Source: Zendesk API reference, topics "Users", "User Identities" and "Organization Memberships"; storing as in recorded traffic.
 */

/** null reads back as an empty text (recorded for `alias`). */
const text: NormalForm = { nullIsEmpty: true };

const option = (value: string, label: string): Option => ({ value, label, active: true });

const userFields: readonly FieldDescription[] = [
  standardField('id', 'ID', 'id', 'integer', { settable: 'never', unique: true }),
  standardField('name', 'Name', 'text', 'string', { required: true }),
  // One user to an address, over all addresses of all users. An update adds a further address, and the first one stays the one shown.
  standardField('email', 'E-mail', 'email', 'string', {
    unique: true,
    beside: true,
    besideIn: 'emails',
    normal: { lowerCase: true, emptyIsNull: true },
  }),
  // Told by look-ups only: neither the feed nor a read by id says which further addresses a user has.
  standardField('emails', 'All e-mail addresses', 'set', 'identities', {
    settable: 'never',
    stamped: false,
    normal: set,
  }),
  standardField('phone', 'Phone', 'phone', 'string', { beside: true, apart: true, normal: { emptyIsNull: true } }),
  standardField('shared_phone_number', 'Phone is shared', 'boolean', 'boolean', { settable: 'never' }),
  standardField('organization_id', 'Organization', 'reference', 'integer', {
    refersTo: ['organization'],
    apart: true,
  }),
  standardField('external_id', 'External ID', 'text', 'string', { unique: true }),
  standardField('role', 'Role', 'option', 'string', {
    settable: 'never',
    restricted: true,
    options: [option('end-user', 'End user'), option('agent', 'Agent'), option('admin', 'Administrator')],
  }),
  standardField('alias', 'Alias', 'text', 'string', { normal: text }),
  standardField('details', 'Details', 'longtext', 'string', { normal: text }),
  standardField('notes', 'Notes', 'longtext', 'string', { normal: text }),
  standardField('tags', 'Tags', 'set', 'array', { normal: set }),
  standardField('time_zone', 'Time zone', 'text', 'string'),
  standardField('iana_time_zone', 'Time zone (IANA)', 'text', 'string', { settable: 'never' }),
  standardField('locale', 'Language', 'text', 'string'),
  standardField('suspended', 'Suspended', 'boolean', 'boolean'),
  standardField('verified', 'Verified', 'boolean', 'boolean'),
  // Never read back. Without it a create sends no e-mail: false has Zendesk welcome the new user.
  standardField('skip_verify_email', 'No welcome e-mail', 'boolean', 'boolean', { settable: 'create', normal: {} }),
  standardField('url', 'API address', 'url', 'string', { settable: 'never' }),
  standardField('last_login_at', 'Last login', 'datetime', 'string', { settable: 'never' }),
  standardField('created_at', 'Created', 'datetime', 'string', { settable: 'never' }),
  standardField('updated_at', 'Updated', 'datetime', 'string', { settable: 'never' }),
];

export function userType(custom: readonly FieldDescription[]): ObjectType {
  return {
    object: 'user',
    label: 'User',
    fields: [...userFields, ...custom],
    // Unique, and free to be written on creation: rung 1.
    mark: { field: 'external_id', style: 'id' },
    // Rung 2 where there is an e-mail address, which nobody else may have; but users may have none.
    withoutMark: 'traced',
    batch: { create: bulkLimit, update: bulkLimit, remove: bulkLimit },
    maxJobs: 30,
    lateMs: jobsEndMs,
    traceBatch: bulkLimit,
    feed: { lagMs: exportLagMs, pageSize: exportPageSize },
    guarded: false,
    title: 'name',
    // A merge takes the loser's addresses to the winner; no row names the two together (topic "Merge End Users").
    mergedBy: { field: 'email', ask: 'vendor' },
    locks: [
      { field: 'role', values: ['agent'], say: 'is an agent', stands: true },
      { field: 'role', values: ['admin'], say: 'is an administrator', stands: true },
      { field: 'suspended', values: [true], say: 'is suspended' },
    ],
  };
}
