import { isList, type Json, sameJson } from './json.ts';
import { iso } from './stamps.ts';
import type { Audit, AuditEvent, Ticket } from './ticket-records.ts';

/** The events of audits: what a create set, and what an update changed. Source: Zendesk, "Ticket Audits"; order as recorded. */
const watched: readonly (readonly [field: string, read: (ticket: Ticket) => Json])[] = [
  ['subject', (ticket) => ticket.subject],
  ['requester_id', (ticket) => String(ticket.requesterId)],
  ['priority', (ticket) => ticket.priority],
  ['type', (ticket) => ticket.type],
  ['status', (ticket) => ticket.status],
  ['organization_id', (ticket) => textId(ticket.organizationId)],
  ['brand_id', (ticket) => textId(ticket.brandId)],
  ['ticket_form_id', (ticket) => textId(ticket.formId)],
  ['custom_status_id', (ticket) => String(ticket.customStatusId)],
  ['assignee_id', (ticket) => textId(ticket.assigneeId)],
  ['group_id', (ticket) => textId(ticket.groupId)],
  ['external_id', (ticket) => ticket.externalId],
  ['problem_id', (ticket) => textId(ticket.problemId)],
  ['due_at', (ticket) => (ticket.due === null ? null : iso(ticket.due))],
  ['tags', (ticket) => ticket.tags],
  ['collaborator_ids', (ticket) => ticket.collaboratorIds],
  ['follower_ids', (ticket) => ticket.followerIds],
  ['email_cc_ids', (ticket) => ticket.emailCcIds],
];
const alwaysOnCreate = 9;

function textId(id: number | null): string | null {
  return id === null ? null : String(id);
}

/** What a change did, as the events of its audit. */
export function eventsOf(makeId: () => number, before: Ticket | null, after: Ticket): readonly AuditEvent[] {
  const events: AuditEvent[] = [];
  watched.forEach(([field, read], index) => {
    const value = read(after);
    if (before === null) {
      const isBlank = value === null || (isList(value) && value.length === 0);
      if (index < alwaysOnCreate || !isBlank) events.push({ id: makeId(), type: 'Create', field, value });
    } else if (!sameJson(read(before), value)) {
      events.push({ id: makeId(), type: 'Change', field, value, previous: read(before) });
    }
  });
  for (const [field, value] of Object.entries(after.fields)) {
    const previous = before?.fields[field] ?? null;
    if (sameJson(previous, value)) continue;
    if (before === null) events.push({ id: makeId(), type: 'Create', field, value });
    else events.push({ id: makeId(), type: 'Change', field, value, previous });
  }
  return events;
}

/** Ids kept free after an audit's own, for the events of a create, which are made when somebody looks. */
export const eventRoom = 100;

/** What was set or changed, then what triggers did; the comment, which comes first, is the audit's own. */
export function auditEvents(audit: Audit): readonly AuditEvent[] {
  if (audit.made === null) return audit.events;
  let id = audit.id;
  return [...eventsOf(() => ++id, null, audit.made), ...audit.events];
}
