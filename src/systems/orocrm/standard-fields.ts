import type { FieldDescription } from '../../model/object-type.ts';
import { field, option, readOnly, reference, references } from './field.ts';

/**
 * What every installation has, without asking it. Source: Oro documentation of the resources (accounts, contacts, cases, case comments,
 * users) and the vendor's validation rules for lengths. Changing e-mails, phones or to-many relationships need not move the stamp.
 */
const unstamped = { stamped: false } as const;

const id = field('id', 'ID', 'id', { ...readOnly, unique: true });
const created = field('createdAt', 'Created', 'datetime', readOnly);
const updated = field('updatedAt', 'Updated', 'datetime', readOnly);
// Since 7.0; unique, and free to be written.
const externalId = field('externalId', 'External ID', 'text', { unique: true });
const owner = reference('owner', 'Owner', 'users');
const organization = reference('organization', 'Organization', 'organizations', readOnly);

/** Kept up to date by activities, without a stamp. */
const contacted: readonly FieldDescription[] = ['', 'In', 'Out'].flatMap((way) => [
  field(`lastContactedDate${way}`, `Last contacted ${way}`.trim(), 'datetime', { ...readOnly, ...unstamped }),
  field(`timesContacted${way}`, `Times contacted ${way}`.trim(), 'integer', { ...readOnly, ...unstamped }),
]);

export const accountFields: readonly FieldDescription[] = [
  id,
  field('name', 'Name', 'text', { required: true }),
  externalId,
  owner,
  reference('defaultContact', 'Default contact', 'contacts'),
  reference('referredBy', 'Referred by', 'accounts'),
  references('contacts', 'Contacts', 'contacts', readOnly),
  organization,
  ...contacted,
  created,
  updated,
];

/** One of firstName, lastName, emails and phones has to be given; no single one of them is required. */
export const contactFields: readonly FieldDescription[] = [
  id,
  field('namePrefix', 'Name prefix', 'text'),
  field('firstName', 'First name', 'text', { maxLength: 100 }),
  field('middleName', 'Middle name', 'text'),
  field('lastName', 'Last name', 'text', { maxLength: 100 }),
  field('nameSuffix', 'Name suffix', 'text'),
  field('primaryEmail', 'Primary e-mail', 'email', unstamped),
  field('emails', 'E-mails', 'set', unstamped),
  field('primaryPhone', 'Primary phone', 'phone', unstamped),
  field('phones', 'Phones', 'set', unstamped),
  field('jobTitle', 'Job title', 'text'),
  field('description', 'Description', 'longtext'),
  field('gender', 'Gender', 'option', {
    vendorType: 'string',
    restricted: true,
    options: ['male', 'female'].map((value) => ({ value, label: value, active: true })),
  }),
  field('birthday', 'Birthday', 'date'),
  field('fax', 'Fax', 'text'),
  field('skype', 'Skype', 'text'),
  field('twitter', 'Twitter', 'text'),
  field('facebook', 'Facebook', 'text'),
  field('googlePlus', 'Google+', 'text'),
  field('linkedIn', 'LinkedIn', 'text'),
  externalId,
  option('source', 'Source', ['call', 'other', 'tv', 'website']),
  option('method', 'Contact method', ['email', 'fax', 'mail', 'messenger', 'phone', 'social']),
  owner,
  reference('assignedTo', 'Assigned to', 'users'),
  reference('reportsTo', 'Reports to', 'contacts'),
  references('accounts', 'Accounts', 'accounts'),
  references('groups', 'Groups', 'contactgroups'),
  reference('createdBy', 'Created by', 'users', readOnly),
  reference('updatedBy', 'Updated by', 'users', readOnly),
  organization,
  ...contacted,
  created,
  updated,
];

/** Source, status and priority have defaults in the back office's own form, and none in the API. */
export const caseFields: readonly FieldDescription[] = [
  id,
  field('subject', 'Subject', 'text', { required: true }),
  field('description', 'Description', 'longtext'),
  field('resolution', 'Resolution', 'longtext'),
  option('status', 'Status', ['open', 'in_progress', 'resolved', 'closed'], { required: true }),
  option('priority', 'Priority', ['low', 'normal', 'high'], { required: true }),
  option('source', 'Source', ['email', 'phone', 'web', 'other'], { required: true }),
  externalId,
  reference('relatedContact', 'Related contact', 'contacts'),
  reference('relatedAccount', 'Related account', 'accounts'),
  reference('assignedTo', 'Assigned to', 'users'),
  owner,
  organization,
  field('reportedAt', 'Reported', 'datetime', readOnly),
  // Set when the status becomes closed, and never emptied.
  field('closedAt', 'Closed', 'datetime', readOnly),
  created,
  updated,
];

const neverWritten = (fields: readonly FieldDescription[]): readonly FieldDescription[] =>
  fields.map((one) => ({ ...one, ...readOnly }));

/** The people of OroCRM: to be found by address and pointed to. Creating one would need a password and roles. */
export const userFields: readonly FieldDescription[] = neverWritten([
  id,
  field('username', 'User name', 'text', { unique: true }),
  field('email', 'E-mail', 'email', { unique: true }),
  field('namePrefix', 'Name prefix', 'text'),
  field('firstName', 'First name', 'text'),
  field('middleName', 'Middle name', 'text'),
  field('lastName', 'Last name', 'text'),
  field('nameSuffix', 'Name suffix', 'text'),
  field('title', 'Title', 'text'),
  field('phone', 'Phone', 'phone'),
  field('enabled', 'Enabled', 'boolean'),
  externalId,
  organization,
  created,
  updated,
]);

export const commentFields: readonly FieldDescription[] = neverWritten([
  id,
  field('message', 'Message', 'longtext'),
  field('public', 'Public', 'boolean'),
  reference('case', 'Case', 'cases'),
  reference('contact', 'Contact', 'contacts'),
  owner,
  reference('updatedBy', 'Updated by', 'users'),
  organization,
  created,
  updated,
]);
