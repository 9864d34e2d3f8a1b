import type { Account, Change, Doer } from './account.ts';
import { type Json, type JsonObject, sameJson, sameList } from './json.ts';
import type { Identity, Membership, Organization, User } from './records.ts';
import { iso } from './stamps.ts';
import type { Audit, Comment, Ticket } from './ticket-records.ts';

/**
 * What event webhooks tell of a change: one event for each thing that changed. Ids are texts; an absent organization is "0", an absent
 * e-mail "". Source: Zendesk, "Webhook event types" (users, organizations, tickets).
 */
export interface Announcement {
  /** `user.created`. */
  readonly type: string;
  /** Made only for those who subscribed. */
  readonly body: () => JsonObject;
}

/** What webhooks and job results call the account. */
export const accountId = 18_525_119;

export function announcementsOf(account: Account, change: Change, doer: Doer): readonly Announcement[] {
  if (change.noun === 'user') return userEvents(account, change.before, change.after);
  if (change.noun === 'organization') return organizationEvents(account, change.before, change.after);
  return ticketEvents(account, change.before, change.after, change.audit, doer);
}

function announcement(account: Account, type: string, subject: string, detail: () => JsonObject, event: JsonObject) {
  const id = uuid(account);
  const time = new Date(account.nowMs).toISOString();
  return {
    type,
    body: (): JsonObject => ({
      account_id: accountId,
      detail: detail(),
      event,
      id,
      subject,
      time,
      type: `zen:event-type:${type}`,
      zendesk_event_version: '2022-11-06',
    }),
  };
}

function uuid(account: Account): string {
  const hex = account.chance.text(32, '0123456789abcdef');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

interface Moved {
  readonly type: string;
  readonly event: JsonObject;
}

/** One event for each listed value that moved. */
function moves(
  noun: string,
  values: readonly (readonly [name: string, before: Json, after: Json])[],
): readonly Moved[] {
  return values
    .filter(([, before, after]) => !sameJson(before, after))
    .map(([name, previous, current]) => ({ type: `${noun}.${name}_changed`, event: { current, previous } }));
}

function tagMoves(noun: string, before: readonly string[], after: readonly string[]): readonly Moved[] {
  if (sameList(before, after)) return [];
  const added = { tags: after.filter((tag) => !before.includes(tag)) };
  const removed = { tags: before.filter((tag) => !after.includes(tag)) };
  return [{ type: `${noun}.tags_changed`, event: { added, removed } }];
}

function fieldMoves(
  account: Account,
  noun: 'user' | 'organization',
  before: User['fields'],
  after: User['fields'],
): readonly Moved[] {
  return account.fields[noun].all.flatMap((field) => {
    const key = field.key ?? '';
    const previous = before[key] ?? null;
    const current = after[key] ?? null;
    if (sameJson(previous, current)) return [];
    const about = {
      id: String(field.id),
      title: field.title,
      type: field.type,
      relationship_target_type: field.target,
    };
    return [{ type: `${noun}.custom_field_changed`, event: { current, field: about, previous } }];
  });
}

export function userDetail(user: User): JsonObject {
  return {
    created_at: iso(user.created),
    default_group_id: String(user.defaultGroupId ?? 0),
    email: user.email ?? '',
    external_id: user.externalId ?? '',
    id: String(user.id),
    organization_id: String(user.organizationId ?? 0),
    role: user.role,
    updated_at: iso(user.updated),
  };
}

function userEvents(account: Account, before: User | undefined, after: User): readonly Announcement[] {
  const tell = ({ type, event }: Moved): Announcement =>
    announcement(account, type, `zen:user:${after.id}`, () => userDetail(after), event);
  if (before === undefined) return [tell({ type: 'user.created', event: {} })];
  if (before.active && !after.active) {
    const winner = account.users.get(account.mergedInto.get(after.id));
    const active = { type: 'user.active_changed', event: { current: false, previous: true } };
    const merged = { type: 'user.merged', event: { user: winner === undefined ? {} : userDetail(winner) } };
    return [active, winner === undefined ? { type: 'user.deleted', event: {} } : merged].map(tell);
  }
  return [
    ...moves('user', [
      ['name', before.name, after.name],
      ['alias', before.alias, after.alias],
      ['external_id', before.externalId, after.externalId],
      ['details', before.details, after.details],
      ['notes', before.notes, after.notes],
      ['role', before.role, after.role],
      ['custom_role', before.customRoleId, after.customRoleId],
      ['default_group', before.defaultGroupId, after.defaultGroupId],
      ['only_private_comments', before.onlyPrivateComments, after.onlyPrivateComments],
      ['suspended', before.suspended, after.suspended],
      ['time_zone', before.timeZone, after.timeZone],
      ['active', before.active, after.active],
    ]),
    ...tagMoves('user', before.tags, after.tags),
    ...fieldMoves(account, 'user', before.fields, after.fields),
  ].map(tell);
}

/** Identities are told of apart: they are not part of the user's record. */
export function identityEvents(
  account: Account,
  user: User,
  before: readonly Identity[],
  after: readonly Identity[],
): readonly Announcement[] {
  if (!account.webhooks.hasSubscribers) return [];
  const draw = (identity: Identity): JsonObject => ({
    id: String(identity.id),
    type: identity.type,
    value: identity.value,
    primary: identity.primary,
  });
  const tell = (type: string, event: JsonObject): Announcement =>
    announcement(account, type, `zen:user:${user.id}`, () => userDetail(account.users.get(user.id) ?? user), event);
  return [
    ...after
      .filter((one) => !before.some((other) => other.id === one.id))
      .map((one) => tell('user.identity_created', { identity: draw(one) })),
    ...before
      .filter((one) => !after.some((other) => other.id === one.id))
      .map((one) => tell('user.identity_deleted', { identity: draw(one) })),
    ...after.flatMap((one) => {
      const was = before.find((other) => other.id === one.id);
      if (was === undefined || sameJson(draw(was), draw(one))) return [];
      return [tell('user.identity_changed', { current: draw(one), previous: draw(was) })];
    }),
  ];
}

export function membershipEvent(account: Account, verb: 'created' | 'deleted', membership: Membership): Announcement[] {
  const user = account.users.get(membership.userId);
  if (user === undefined || !account.webhooks.hasSubscribers) return [];
  const organization = { id: String(membership.organizationId) };
  const type = `user.organization_membership_${verb}`;
  return [announcement(account, type, `zen:user:${user.id}`, () => userDetail(user), { organization })];
}

function organizationEvents(
  account: Account,
  before: Organization | undefined,
  after: Organization,
): readonly Announcement[] {
  const detail = (): JsonObject => ({
    created_at: iso(after.created),
    external_id: after.externalId,
    group_id: after.groupId === null ? null : String(after.groupId),
    id: String(after.id),
    name: after.name,
    shared_comments: after.sharedComments,
    shared_tickets: after.sharedTickets,
    updated_at: iso(after.updated),
  });
  const tell = ({ type, event }: Moved): Announcement =>
    announcement(account, type, `zen:organization:${after.id}`, detail, event);
  if (before === undefined) return [tell({ type: 'organization.created', event: {} })];
  if (before.deleted === null && after.deleted !== null) return [tell({ type: 'organization.deleted', event: {} })];
  // Nothing is told of changed domains and notes.
  return [
    ...moves('organization', [
      ['name', before.name, after.name],
      ['external_id', before.externalId, after.externalId],
    ]),
    ...tagMoves('organization', before.tags, after.tags),
    ...fieldMoves(account, 'organization', before.fields, after.fields),
  ].map(tell);
}

function commentAdded({ id, body, isPublic, authorId }: Comment): Moved {
  const comment = { id: String(id), body, is_public: isPublic, author: { id: String(authorId) } };
  return { type: 'ticket.comment_added', event: { comment } };
}

function ticketEvents(
  account: Account,
  before: Ticket | undefined,
  after: Ticket,
  audit: Audit | null,
  doer: Doer,
): readonly Announcement[] {
  const text = (id: number | null): string | null => (id === null ? null : String(id));
  const detail = (): JsonObject => ({
    actor_id: String(doer.user.id),
    assignee_id: text(after.assigneeId),
    brand_id: text(after.brandId),
    created_at: iso(after.created),
    custom_status: String(after.customStatusId),
    description: after.description,
    external_id: after.externalId,
    form_id: text(after.formId),
    group_id: text(after.groupId),
    id: String(after.id),
    is_public: after.isPublic,
    organization_id: text(after.organizationId),
    priority: after.priority?.toUpperCase() ?? null,
    requester_id: String(after.requesterId),
    status: after.status.toUpperCase(),
    subject: after.subject,
    submitter_id: String(after.submitterId),
    tags: after.tags,
    type: after.type?.toUpperCase() ?? null,
    updated_at: iso(after.updated),
    via: { channel: after.channel },
  });
  const tell = ({ type, event }: Moved): Announcement =>
    announcement(account, type, `zen:ticket:${after.id}`, detail, event);
  const said = audit?.comment ?? null;
  const comments = said === null ? [] : [commentAdded(said)];
  if (before === undefined) return [{ type: 'ticket.created', event: {} }, ...comments].map(tell);
  if (before.deleted === null && after.deleted !== null) return [tell({ type: 'ticket.soft_deleted', event: {} })];
  if (before.deleted !== null && after.deleted === null) return [tell({ type: 'ticket.undeleted', event: {} })];
  if (!before.purged && after.purged) return [tell({ type: 'ticket.permanently_deleted', event: {} })];
  const isMerged = after.tags.includes('closed_by_merge') && !before.tags.includes('closed_by_merge');
  const fields = Object.keys(after.fields)
    .filter((id) => !sameJson(before.fields[id] ?? null, after.fields[id]))
    .map((id) => ({
      type: 'ticket.custom_field_changed',
      event: { current: after.fields[id] ?? null, field: { id }, previous: before.fields[id] ?? null },
    }));
  return [
    ...moves('ticket', [
      ['status', before.status.toUpperCase(), after.status.toUpperCase()],
      ['custom_status', String(before.customStatusId), String(after.customStatusId)],
      ['priority', before.priority, after.priority],
      ['agent_assignment', text(before.assigneeId), text(after.assigneeId)],
      ['group_assignment', text(before.groupId), text(after.groupId)],
      ['organization', text(before.organizationId), text(after.organizationId)],
      ['requester', String(before.requesterId), String(after.requesterId)],
      ['subject', before.subject, after.subject],
      ['external_id', before.externalId, after.externalId],
      ['type', before.type, after.type],
    ]),
    ...tagMoves('ticket', before.tags, after.tags),
    ...fields,
    ...comments,
    ...(isMerged ? [{ type: 'ticket.merged', event: {} }] : []),
  ].map(tell);
}
