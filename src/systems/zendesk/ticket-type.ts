import type { FieldDescription, FieldType, NormalForm, ObjectType, Option } from '../../model/object-type.ts';
import { bulkLimit, exportLagMs, exportPageSize, jobsEndMs, set, standardField } from './standard.ts';

/**
 * The standard fields of a ticket, and what the connector can do with the object.
 * Source: Zendesk API reference, topics "Tickets", "Ticket Metrics", "Ticket Fields", "Side-Loading" and "Ticket Import".
 */

const option = (value: string, label: string): Option => ({ value, label, active: true });
const statuses = [
  option('new', 'New'),
  option('open', 'Open'),
  option('pending', 'Pending'),
  option('hold', 'On-hold'),
  option('solved', 'Solved'),
  option('closed', 'Closed'),
];
const priorities = [
  option('low', 'Low'),
  option('normal', 'Normal'),
  option('high', 'High'),
  option('urgent', 'Urgent'),
];
const types = [
  option('question', 'Question'),
  option('incident', 'Incident'),
  option('problem', 'Problem'),
  option('task', 'Task'),
];

const choice = (name: string, label: string, options: readonly Option[] | null): FieldDescription =>
  standardField(name, label, 'option', 'string', { options, restricted: true });
/** An id of one of a few things that the account has; the account's own description names them. */
const idChoice = (name: string, label: string): FieldDescription =>
  standardField(name, label, 'option', 'integer', { restricted: false });
const person = (name: string, label: string, given: Partial<FieldDescription> = {}): FieldDescription =>
  standardField(name, label, 'reference', 'integer', { refersTo: ['user'], ...given });

/** Told beside the ticket. It is another record's: renaming that one does not move the ticket in the feed. */
const beside = (name: string, label: string, type: 'text' | 'email' = 'text'): FieldDescription =>
  standardField(name, label, type, 'side-load', {
    settable: 'never',
    stamped: false,
    normal: type === 'email' ? { lowerCase: true } : {},
  });

/** The figures of a metric set, whole minutes, by the calendar and by the business hours of the account's schedule. */
export const metrics: ReadonlyMap<string, { readonly word: string; readonly label: string }> = new Map([
  ['first_reply', { word: 'reply_time_in_minutes', label: 'First reply time' }],
  ['full_resolution', { word: 'full_resolution_time_in_minutes', label: 'Resolution time' }],
  ['requester_wait', { word: 'requester_wait_time_in_minutes', label: 'Requester wait time' }],
  ['agent_wait', { word: 'agent_wait_time_in_minutes', label: 'Agent wait time' }],
  ['on_hold', { word: 'on_hold_time_in_minutes', label: 'On-hold time' }],
]);
export const metricTimes = ['solved_at', 'initially_assigned_at'] as const;

const figures = [...metrics].flatMap(([name, { label }]) =>
  (['calendar', 'business'] as const).map((by) =>
    standardField(`metric_set.${name}.${by}`, `${label} (${by})`, 'integer', 'side-load', {
      settable: 'never',
      scale: 0,
    }),
  ),
);

/** Never read back: they say how a ticket is created. */
const onCreation = (
  name: string,
  label: string,
  type: FieldType = 'boolean',
  vendorType = 'boolean',
): FieldDescription => standardField(name, label, type, vendorType, { settable: 'create', normal: {} });

const emptyIsNull: NormalForm = { emptyIsNull: true };

const ticketFields: readonly FieldDescription[] = [
  standardField('id', 'ID', 'id', 'integer', { settable: 'never', unique: true }),
  standardField('subject', 'Subject', 'text', 'string'),
  // The first comment: a later edit of it is no write that Zendesk knows.
  standardField('description', 'Description', 'longtext', 'string', { required: true, settable: 'create' }),
  choice('type', 'Type', types),
  choice('priority', 'Priority', priorities),
  choice('status', 'Status', statuses),
  idChoice('custom_status_id', 'Ticket status'),
  standardField('tags', 'Tags', 'set', 'array', { normal: set }),
  person('requester_id', 'Requester'),
  person('submitter_id', 'Submitter', { settable: 'create' }),
  person('assignee_id', 'Assignee'),
  standardField('organization_id', 'Organization', 'reference', 'integer', { refersTo: ['organization'] }),
  standardField('group_id', 'Group', 'reference', 'integer', { refersTo: ['group'] }),
  idChoice('brand_id', 'Brand'),
  idChoice('ticket_form_id', 'Form'),
  standardField('problem_id', 'Problem', 'reference', 'integer', { refersTo: ['ticket'] }),
  // Not unique: two tickets may carry one.
  standardField('external_id', 'External ID', 'text', 'string'),
  standardField('recipient', 'Recipient', 'email', 'string', { settable: 'create', normal: emptyIsNull }),
  standardField('due_at', 'Due', 'datetime', 'string'),
  standardField('is_public', 'Public', 'boolean', 'boolean', { settable: 'create' }),
  onCreation('import', 'Import without notifications'),
  // Somebody whom nobody knows by an id: Zendesk takes the user of that address, or makes one.
  onCreation('requester_email', 'Requester of a new ticket, by e-mail', 'email', 'string'),
  onCreation('requester_name', 'Name of that requester', 'text', 'string'),
  onCreation('via_followup_source_id', 'Closed ticket that a new one follows', 'text', 'integer'),
  standardField('via.channel', 'Channel', 'text', 'string', { settable: 'never' }),
  standardField('url', 'Address', 'url', 'string', { settable: 'never' }),
  standardField('created_at', 'Created', 'datetime', 'string', { settable: 'never' }),
  standardField('updated_at', 'Updated', 'datetime', 'string', { settable: 'never' }),
  beside('requester.name', 'Requester name'),
  beside('requester.email', 'Requester e-mail', 'email'),
  beside('submitter.name', 'Submitter name'),
  beside('submitter.email', 'Submitter e-mail', 'email'),
  beside('assignee.name', 'Assignee name'),
  beside('assignee.email', 'Assignee e-mail', 'email'),
  beside('organization.name', 'Organization name'),
  beside('group.name', 'Group name'),
  beside('brand.name', 'Brand name'),
  beside('form.name', 'Form name'),
  standardField('metric_set.solved_at', 'Solved', 'datetime', 'side-load', { settable: 'never' }),
  standardField('metric_set.initially_assigned_at', 'Initially assigned', 'datetime', 'side-load', {
    settable: 'never',
  }),
  ...figures,
];

export function ticketType(custom: readonly FieldDescription[]): ObjectType {
  return {
    object: 'ticket',
    label: 'Ticket',
    fields: [...ticketFields, ...custom],
    // Not unique, but looked up exactly, and the idempotency key of the create keeps a second one out (see ticket-create.ts): rung 1.
    mark: { field: 'external_id', style: 'id' },
    withoutMark: 'traced',
    batch: { create: bulkLimit, update: bulkLimit, remove: bulkLimit },
    maxJobs: 30,
    lateMs: jobsEndMs,
    // Tickets are looked up by their external id one a call.
    traceBatch: 0,
    feed: { lagMs: exportLagMs, pageSize: exportPageSize },
    // A stamp guards a row where we know it; after a job we do not.
    guarded: false,
    title: 'subject',
    // External ids are not unique, so a job of creates that was sent twice would make two of each.
    single: ['create'],
    // Without either, the requester would be our own user.
    oneOf: [['requester_id', 'requester_email']],
    locks: [{ field: 'status', values: ['closed'], say: 'is closed' }],
    restores: true,
  };
}
