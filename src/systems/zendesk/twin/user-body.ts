import type { Account } from './account.ts';
import type { Json, JsonObject } from './json.ts';
import { fieldValuesBody } from './profile-values.ts';
import type { User } from './records.ts';
import { iso, isoOrNull } from './stamps.ts';

/** What may be written on a user; all else is ignored. Source: Zendesk, "Users" (API reference). */
export const userKeys: ReadonlySet<string> = new Set([
  'id',
  'name',
  'email',
  'verified',
  'skip_verify_email',
  'external_id',
  'alias',
  'time_zone',
  'locale',
  'locale_id',
  'phone',
  'shared_phone_number',
  'organization_id',
  'role',
  'custom_role_id',
  'details',
  'notes',
  'tags',
  'user_fields',
  'suspended',
  'moderator',
  'ticket_restriction',
  'only_private_comments',
  'default_group_id',
  'signature',
  'identities',
  'url',
  'created_at',
  'updated_at',
  'active',
  'photo',
  'remote_photo_url',
]);

/** The vendor's numbers of the locales that the twin knows. */
export const localeIds: Readonly<Record<string, number>> = { 'en-US': 1, es: 2 };

/** Drawn in the order of the recordings. */
export function userBody(account: Account, record: User, base: string): Record<string, Json> {
  const isStaff = record.role !== 'end-user';
  return {
    id: record.id,
    url: `${base}/api/v2/users/${record.id}.json`,
    name: record.name,
    email: record.email,
    created_at: iso(record.created),
    updated_at: iso(record.updated),
    time_zone: record.timeZone,
    iana_time_zone: ianaZones[record.timeZone] ?? 'America/New_York',
    phone: record.phone,
    shared_phone_number: record.sharedPhone,
    photo: null,
    locale_id: localeIds[record.locale] ?? 1,
    locale: record.locale,
    organization_id: record.organizationId,
    role: record.role,
    verified: record.verified,
    external_id: record.externalId,
    tags: record.tags,
    alias: record.alias,
    active: record.active,
    shared: false,
    shared_agent: false,
    last_login_at: isoOrNull(record.lastLogin),
    two_factor_auth_enabled: isStaff ? null : false,
    signature: record.signature,
    details: record.details,
    notes: record.notes,
    role_type: record.role === 'admin' ? 4 : isStaff ? 0 : null,
    custom_role_id: record.customRoleId,
    moderator: record.moderator,
    ticket_restriction: record.ticketRestriction,
    only_private_comments: record.onlyPrivateComments,
    restricted_agent: !isStaff || record.ticketRestriction !== null,
    suspended: record.suspended,
    chat_only: false,
    default_group_id: record.defaultGroupId,
    report_csv: isStaff,
    user_fields: fieldValuesBody(account.fields.user.all, record.fields),
  };
}

const ianaZones: Readonly<Record<string, string>> = {
  'Eastern Time (US & Canada)': 'America/New_York',
  'Pacific Time (US & Canada)': 'America/Los_Angeles',
  Madrid: 'Europe/Madrid',
  Berlin: 'Europe/Berlin',
  London: 'Europe/London',
  Paris: 'Europe/Paris',
  UTC: 'Etc/UTC',
};

/** Export rows also say whether a user was purged. */
export function userRow(account: Account, record: User, base: string): JsonObject {
  return { ...userBody(account, record, base), permanently_deleted: record.purged };
}

/** What a new end user has without being told. Source: recorded traffic. */
export const newUser: User = {
  id: 0,
  created: 0,
  updated: 0,
  generated: 0,
  name: '',
  email: null,
  timeZone: 'Eastern Time (US & Canada)',
  locale: 'en-US',
  phone: null,
  sharedPhone: null,
  organizationId: null,
  role: 'end-user',
  customRoleId: null,
  verified: false,
  externalId: null,
  tags: [],
  alias: '',
  active: true,
  lastLogin: null,
  signature: null,
  details: '',
  notes: '',
  moderator: false,
  ticketRestriction: 'requested',
  onlyPrivateComments: false,
  suspended: false,
  defaultGroupId: null,
  fields: {},
  purged: false,
};
