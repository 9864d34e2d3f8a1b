import type { Account } from './account.ts';
import type { Json, JsonObject } from './json.ts';
import { ratingSummary } from './satisfaction.ts';
import { iso, isoOrNull } from './stamps.ts';
import { viaBody } from './ticket-comments.ts';
import type { Ticket } from './ticket-records.ts';
import { ticketFieldValues } from './ticket-values.ts';

/** Drawn in the order of the recordings. A create's answer shows 0 as the generated stamp. */
export function ticketBody(
  account: Account,
  ticket: Ticket,
  base: string,
  generated: number = ticket.generated,
): Record<string, Json> {
  const fields = ticketFieldValues(account.desk.fields.custom, ticket.fields);
  return {
    url: `${base}/api/v2/tickets/${ticket.id}.json`,
    id: ticket.id,
    external_id: ticket.externalId,
    via: viaBody(ticket.channel),
    created_at: iso(ticket.created),
    updated_at: iso(ticket.updated),
    generated_timestamp: generated,
    type: ticket.type,
    subject: ticket.subject,
    raw_subject: ticket.subject,
    description: ticket.description,
    priority: ticket.priority,
    status: ticket.status,
    recipient: ticket.recipient,
    requester_id: ticket.requesterId,
    submitter_id: ticket.submitterId,
    assignee_id: ticket.assigneeId,
    organization_id: ticket.organizationId,
    group_id: ticket.groupId,
    collaborator_ids: ticket.collaboratorIds,
    follower_ids: ticket.followerIds,
    email_cc_ids: ticket.emailCcIds,
    forum_topic_id: null,
    problem_id: ticket.problemId,
    has_incidents: account.desk.tickets.countIncidentsOf(ticket.id) > 0,
    is_public: ticket.isPublic,
    due_at: isoOrNull(ticket.due),
    tags: ticket.tags,
    custom_fields: fields,
    satisfaction_rating: ratingSummary(account, ticket.id),
    sharing_agreement_ids: ticket.sharingIds,
    custom_status_id: ticket.customStatusId,
    fields,
    followup_ids: ticket.followupIds,
    ticket_form_id: ticket.formId,
    brand_id: ticket.brandId,
    allow_channelback: false,
    allow_attachments: true,
    from_messaging_channel: false,
  };
}

/** Export rows show a deleted ticket with the status `deleted`. */
export function ticketRow(account: Account, ticket: Ticket, base: string): JsonObject {
  const body = ticketBody(account, ticket, base);
  return ticket.deleted === null ? body : { ...body, status: 'deleted' };
}

export function deletedTicketBody(ticket: Ticket, by: JsonObject): JsonObject {
  return {
    id: ticket.id,
    subject: ticket.subject,
    description: ticket.description,
    actor: by,
    deleted_at: isoOrNull(ticket.deleted),
    previous_state: ticket.status,
  };
}
