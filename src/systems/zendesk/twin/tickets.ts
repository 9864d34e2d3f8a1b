import type { Account, Doer } from './account.ts';
import { flagOf, idOf, isList, isObject, type JsonObject, tagsOf, textOf, unique } from './json.ts';
import { noteMetricEvents } from './metric-events.ts';
import type { User } from './records.ts';
import { invalid, Refusal } from './refusal.ts';
import { applySla } from './sla.ts';
import { day, parseTime, type Seconds } from './stamps.ts';
import { readComment, type Said } from './ticket-comments.ts';
import { eventRoom, eventsOf } from './ticket-events.ts';
import { newMetrics, stepMetrics } from './ticket-metrics.ts';
import { assigneeOf, followersOf, peopleOf, requesterOf } from './ticket-people.ts';
import type { Audit, Comment, Ticket } from './ticket-records.ts';
import { complaintsOf, statusOf } from './ticket-rules.ts';
import { customFieldsOf, writeTicketValues } from './ticket-values.ts';

/** Tickets as the vendor keeps them. Source: Zendesk, "Tickets" (API reference), "Understanding ticket statuses". */
export const ticketKeys: ReadonlySet<string> = new Set(
  `id url external_id via type subject raw_subject description priority status recipient requester_id requester
  submitter_id assignee_id assignee_email organization_id group_id collaborator_ids collaborators additional_collaborators
  follower_ids followers email_cc_ids email_ccs problem_id is_public due_at tags custom_fields fields custom_status_id
  ticket_form_id brand_id sharing_agreement_ids comment metadata macro_ids macro_id voice_comment via_followup_source_id
  via_id safe_update updated_stamp additional_tags remove_tags created_at updated_at solved_at comments attribute_value_ids`
    .trim()
    .split(/\s+/),
);

export interface Saved {
  readonly ticket: Ticket;
  /** null where nothing changed. */
  readonly audit: Audit | null;
}

/** Imports keep the given stamps, wake no trigger and may have their comments written beforehand. */
export interface CreateOptions {
  readonly id?: number;
  readonly imported?: { readonly created: Seconds; readonly updated: Seconds };
}

export function createTicket(account: Account, doer: Doer, body: JsonObject, options: CreateOptions = {}): Saved {
  const { desk } = account;
  const now = options.imported?.created ?? account.now;
  const said = readComment(account, doer, body.comment ?? body.description, true);
  if (said === null) throw invalid({ field: 'base', error: 'BlankValue', label: 'description', sentence: 'blank' });
  const requester = requesterOf(account, doer, body) ?? doer.user;
  const submitterId = idOf(body.submitter_id) ?? doer.user.id;
  const source = followupSource(account, body);
  const empty: Ticket = {
    id: 0,
    created: now,
    updated: now,
    generated: now,
    externalId: null,
    channel: textOf(isObject(body.via) ? body.via.channel : undefined) ?? 'api',
    type: null,
    subject: null,
    description: said.body,
    priority: null,
    status: 'new',
    customStatusId: desk.defaultStatus('new').id,
    recipient: textOf(body.recipient) ?? null,
    requesterId: requester.id,
    submitterId,
    assigneeId: null,
    organizationId: requester.organizationId,
    groupId: null,
    collaboratorIds: none,
    followerIds: none,
    emailCcIds: none,
    problemId: null,
    isPublic: said.isPublic ?? true,
    due: null,
    tags: source === undefined || body.tags !== undefined ? none : source.tags,
    fields: noFields,
    sharingIds: none,
    followupIds: none,
    followupOf: source?.id ?? null,
    formId: desk.defaultOf(desk.forms),
    brandId: desk.defaultOf(desk.brands),
    deleted: null,
    purged: false,
    metrics: newMetrics(now),
  };
  const given = write(account, doer, empty, body, true);
  const inherited = inheritedTags(account, requester);
  const written = inherited.length === 0 ? given : { ...given, tags: unique([...given.tags, ...inherited]) };
  const id = options.id ?? desk.tickets.newId();
  const author = said.authorId ?? submitterId;
  const spoken = { ...said, authorId: author };
  const saved = save(account, doer, empty, { ...written, id }, spoken, { body, imported: options.imported });
  if (source !== undefined) {
    account.saveTicket({ ...source, followupIds: [...source.followupIds, id], generated: account.now }, doer, null);
  }
  return saved;
}

export function updateTicket(account: Account, doer: Doer, before: Ticket, body: JsonObject): Saved {
  checkStamp(account, before, body);
  if (before.status === 'closed') {
    throw invalid({ field: 'status', label: 'status', sentence: 'closed' });
  }
  const said = readComment(account, doer, body.comment, before.isPublic);
  if (said !== null && account.desk.tickets.commentsOf(before.id).length >= mostComments) {
    throw invalid({
      field: 'base',
      error: 'TooManyValues',
      label: 'comment',
      sentence: 'tooMany',
      value: mostComments,
    });
  }
  const written = write(account, doer, before, body, false);
  const author = said?.authorId ?? doer.user.id;
  const isWaiting = before.status === 'solved' || before.status === 'pending';
  const isStatusGiven = body.status !== undefined || body.custom_status_id !== undefined;
  // A comment of the requester opens the ticket again.
  const reopens = said !== null && author === before.requesterId && isWaiting && !isStatusGiven;
  const reopened: Ticket = reopens
    ? { ...written, status: 'open', customStatusId: account.desk.defaultStatus('open').id }
    : written;
  return save(account, doer, before, reopened, said === null ? null : { ...said, authorId: author }, { body });
}

/** What an automation made of a ticket. */
export function changeByRule(account: Account, doer: Doer, before: Ticket, after: Ticket): Saved {
  return save(account, doer, before, after, null, { body: {}, channel: 'rule' });
}

const mostComments = 5000;
/** Shared by all tickets that have none: half a million empty lists would be a hundred megabytes. */
const none: readonly never[] = [];
const noFields = {};

/** 409 where somebody changed the ticket since the given stamp. */
export function checkStamp(account: Account, ticket: Ticket, body: JsonObject): void {
  const stamp = textOf(body.updated_stamp) ?? null;
  if (flagOf(body.safe_update) !== true || stamp === null) return;
  if (parseTime(stamp) === ticket.updated) return;
  throw new Refusal(409, { error: 'UpdateConflict', description: account.switches.safeUpdateText });
}

function write(account: Account, doer: Doer, before: Ticket, body: JsonObject, isNew: boolean): Ticket {
  const { desk } = account;
  const values = writeTicketValues(account, before, {
    tags: tagsOf(body.tags),
    add: tagsOf(body.additional_tags),
    drop: tagsOf(body.remove_tags),
    fields: customFieldsOf(body),
  });
  const requesterId = isNew ? before.requesterId : (requesterOf(account, doer, body)?.id ?? before.requesterId);
  const assigneeId = assigneeOf(account, before, body);
  const isAssigned = assigneeId !== null && assigneeId !== before.assigneeId;
  const groupId = body.group_id === undefined ? before.groupId : (idOf(body.group_id) ?? null);
  const type = body.type === undefined ? before.type : textOf(body.type) || null;
  const status = statusOf(account, before, body, isAssigned || (isNew && assigneeId !== null));
  const due = textOf(body.due_at);
  const requester = account.users.get(requesterId);
  const usualOrganization =
    requesterId === before.requesterId ? before.organizationId : (requester?.organizationId ?? null);
  const after: Ticket = {
    ...before,
    externalId: body.external_id === undefined ? before.externalId : (textOf(body.external_id) ?? null),
    type,
    subject: body.subject === undefined ? before.subject : (textOf(body.subject) ?? null),
    priority: body.priority === undefined ? before.priority : textOf(body.priority) || null,
    ...status,
    requesterId,
    assigneeId,
    groupId: isAssigned && body.group_id === undefined ? (desk.groupOf(assigneeId) ?? groupId) : groupId,
    organizationId: body.organization_id === undefined ? usualOrganization : (idOf(body.organization_id) ?? null),
    collaboratorIds: peopleOf(
      account,
      doer,
      before.collaboratorIds,
      body.collaborator_ids ?? body.collaborators,
      body.additional_collaborators,
    ),
    followerIds: followersOf(account, doer, before.followerIds, body.follower_ids, body.followers),
    emailCcIds: followersOf(account, doer, before.emailCcIds, body.email_cc_ids, body.email_ccs),
    problemId:
      type === 'incident' ? (body.problem_id === undefined ? before.problemId : (idOf(body.problem_id) ?? null)) : null,
    due:
      type === 'task' ? (due === undefined ? before.due : due === null ? null : (parseTime(due) ?? before.due)) : null,
    sharingIds: isList(body.sharing_agreement_ids) ? body.sharing_agreement_ids.map(Number) : before.sharingIds,
    formId: body.ticket_form_id === undefined ? before.formId : (idOf(body.ticket_form_id) ?? before.formId),
    brandId: body.brand_id === undefined ? before.brandId : (idOf(body.brand_id) ?? before.brandId),
    tags: values.tags,
    fields: values.fields,
  };
  const complaints = complaintsOf(account, before, after, body, isNew);
  if (complaints.length > 0) throw invalid(...complaints);
  return after;
}

function followupSource(account: Account, body: JsonObject): Ticket | undefined {
  const id = idOf(body.via_followup_source_id);
  if (id === undefined || id === null) return undefined;
  const source = account.desk.tickets.get(id);
  if (source === undefined || source.status !== 'closed') {
    throw invalid({ field: 'base', error: 'InvalidValue', label: 'status', sentence: 'invalid', value: id });
  }
  return source;
}

/** The tags of the requester and of the organization. */
function inheritedTags(account: Account, requester: User): readonly string[] {
  const tags = account.organizations.get(requester.organizationId)?.tags ?? none;
  return account.switches.inheritTags ? [...requester.tags, ...tags] : none;
}

export interface Spoken extends Said {
  readonly authorId: number;
}

/** Puts the change and its audit down, lets the triggers at it, and tells everybody. */
function save(
  account: Account,
  doer: Doer,
  before: Ticket,
  changed: Ticket,
  said: Spoken | null,
  how: {
    readonly body: JsonObject;
    readonly imported?: CreateOptions['imported'] | undefined;
    readonly channel?: string;
  },
): Saved {
  const { body, imported, channel = 'api' } = how;
  const isNew = before.id === 0;
  const makeId = (): number => account.newId();
  const now = imported?.updated ?? account.now;
  const auditId = account.newId(eventRoom);
  const comment = said === null ? null : commentOf(account, auditId, said, imported?.created ?? account.now);
  const fieldEvents = isNew ? [] : eventsOf(makeId, before, changed);
  if (!isNew && comment === null && fieldEvents.length === 0) {
    if (!account.switches.touchWithoutChange) return { ticket: before, audit: null };
  }
  const byAgent = said !== null && account.users.get(said.authorId)?.role !== 'end-user';
  const metrics = stepMetrics(before, changed, {
    at: imported?.created ?? now,
    isNew,
    comment: said === null ? null : { byAgent, isPublic: said.isPublic ?? true },
  });
  const stamped: Ticket = { ...changed, metrics, updated: now, generated: now };
  const triggered =
    imported === undefined
      ? account.triggers.run(account, { before: isNew ? null : before, after: stamped, comment, doer })
      : { ticket: stamped, events: [], deliver: () => {} };
  const after = triggered.ticket;
  const metadata = auditMetadata(body);
  const audit: Audit = {
    id: auditId,
    ticketId: after.id,
    authorId: said?.authorId ?? doer.user.id,
    created: now,
    channel,
    metadata,
    made: isNew ? stamped : null,
    comment,
    events: fieldEvents.length + triggered.events.length === 0 ? none : [...fieldEvents, ...triggered.events],
  };
  account.desk.tickets.addAudit(audit);
  account.saveTicket(after, doer, audit);
  // An import tells no metrics.
  if (imported === undefined) {
    noteMetricEvents(account, isNew ? null : before, after);
    applySla(account, doer, after);
  }
  triggered.deliver();
  if (after.status === 'solved' && before.status !== 'solved') closeLater(account, after, doer);
  return { ticket: after, audit };
}

/** The stock automation closes what was solved four days ago. */
function closeLater(account: Account, solved: Ticket, doer: Doer): void {
  const { closeAfterSolvedMs } = account.switches;
  if (closeAfterSolvedMs === 0) return;
  account.agenda.add(account.nowMs + Math.min(closeAfterSolvedMs, 28 * day * 1000), () => {
    const ticket = account.desk.tickets.get(solved.id);
    if (ticket?.status !== 'solved' || ticket.metrics.solved !== solved.metrics.solved) return;
    updateTicket(account, doer, ticket, { status: 'closed' });
  });
}

function commentOf(account: Account, auditId: number, said: Spoken, created: Seconds): Comment {
  return {
    id: account.newId(),
    auditId,
    authorId: said.authorId,
    body: said.body,
    html: said.html,
    isPublic: said.isPublic ?? true,
    attachments: said.attachments,
    created,
    channel: 'api',
  };
}

const callingSystem: JsonObject = {
  client: 'Syncline',
  ip_address: '203.0.113.7',
  location: 'Paris, J, France',
  latitude: 48.85,
  longitude: 2.35,
};
const usualMetadata: JsonObject = { system: callingSystem, custom: {} };

function auditMetadata(body: JsonObject): JsonObject {
  return isObject(body.metadata) ? { system: callingSystem, custom: body.metadata } : usualMetadata;
}

/** Soft: into the list of deleted tickets, and into the export with the status `deleted`. */
export function deleteTicket(account: Account, doer: Doer, before: Ticket): Ticket {
  const stamps = { deleted: account.now, updated: account.now, generated: account.now };
  return account.saveTicket({ ...before, ...stamps }, doer, null);
}

export function restoreTicket(account: Account, doer: Doer, before: Ticket): Ticket {
  return account.saveTicket({ ...before, deleted: null, updated: account.now, generated: account.now }, doer, null);
}

/** What it said is gone; the row stays in the export. */
export function purgeTicket(account: Account, doer: Doer, before: Ticket): Ticket {
  const scrubbed = { subject: 'SCRUBBED', description: 'X', tags: [], fields: {}, purged: true };
  return account.saveTicket({ ...before, ...scrubbed, updated: account.now, generated: account.now }, doer, null);
}
