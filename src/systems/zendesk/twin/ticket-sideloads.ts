import type { Account } from './account.ts';
import type { Call } from './call.ts';
import { groupBody, namedBody, statusBody } from './desk.ts';
import type { Json, JsonObject } from './json.ts';
import { organizationBody } from './organizations.ts';
import { agreementBody } from './sharing-routes.ts';
import { slaSummary } from './sla.ts';
import { isoOrNull } from './stamps.ts';
import { ticketBody } from './ticket-body.ts';
import { auditBody } from './ticket-comments.ts';
import { metricBody } from './ticket-metrics.ts';
import type { Ticket } from './ticket-records.ts';
import { userBody } from './user-body.ts';

/** A ticket with what side-loads put inside it. Source: Zendesk, "Side-Loading". */
export function drawTicket(call: Call): (ticket: Ticket) => JsonObject {
  const include = call.words('include') ?? [];
  const { account, base } = call;
  return (ticket) => {
    const body = ticketBody(account, ticket, base);
    const { tickets } = account.desk;
    if (include.includes('comment_count')) body.comment_count = tickets.commentsOf(ticket.id).length;
    if (include.includes('incident_counts')) body.incident_count = tickets.countIncidentsOf(ticket.id);
    if (include.includes('slas')) body.slas = slaSummary(account, ticket);
    if (include.includes('dates')) {
      const { assigneeUpdated, requesterUpdated, statusUpdated, initiallyAssigned, assigned, solved, latestComment } =
        ticket.metrics;
      body.dates = {
        assignee_updated_at: isoOrNull(assigneeUpdated),
        requester_updated_at: isoOrNull(requesterUpdated),
        status_updated_at: isoOrNull(statusUpdated),
        initially_assigned_at: isoOrNull(initiallyAssigned),
        assigned_at: isoOrNull(assigned),
        solved_at: isoOrNull(solved),
        latest_comment_added_at: isoOrNull(latestComment),
      };
    }
    return body;
  };
}

type Draw = (account: Account, base: string, tickets: readonly Ticket[]) => Json;

/** The records that tickets point to, each once. */
function pointed<T>(
  tickets: readonly Ticket[],
  point: (ticket: Ticket) => readonly (number | null)[],
  find: (id: number) => T | undefined,
): readonly T[] {
  const ids = new Set(tickets.flatMap(point).filter((id) => id !== null));
  return [...ids].map(find).filter((found) => found !== undefined);
}

/** Arrays beside the tickets, by the name under which they are asked for. */
const arrays: Readonly<Record<string, Draw>> = {
  users: (account, base, tickets) =>
    pointed(
      tickets,
      (ticket) => [ticket.requesterId, ticket.submitterId, ticket.assigneeId, ...ticket.collaboratorIds],
      (id) => account.users.get(id),
    ).map((user) => userBody(account, user, base)),
  organizations: (account, base, tickets) =>
    pointed(
      tickets,
      (ticket) => [ticket.organizationId],
      (id) => account.organizations.get(id),
    ).map((record) => organizationBody(account, record, base)),
  groups: ({ desk }, base, tickets) =>
    pointed(
      tickets,
      (ticket) => [ticket.groupId],
      (id) => desk.groups.get(id),
    ).map((group) => groupBody(group, base)),
  brands: ({ desk }, base, tickets) =>
    pointed(
      tickets,
      (ticket) => [ticket.brandId],
      (id) => desk.brands.get(id),
    ).map((brand) => namedBody(brand, 'brands', base, [])),
  ticket_forms: ({ desk }, base, tickets) =>
    pointed(
      tickets,
      (ticket) => [ticket.formId],
      (id) => desk.forms.get(id),
    ).map((form) => namedBody(form, 'ticket_forms', base, desk.fieldIds)),
  custom_statuses: ({ desk }, base, tickets) =>
    pointed(
      tickets,
      (ticket) => [ticket.customStatusId],
      (id) => desk.customStatuses.get(id),
    ).map((status) => statusBody(status, base)),
  sharing_agreements: ({ desk }, base, tickets) =>
    pointed(
      tickets,
      (ticket) => ticket.sharingIds,
      (id) => desk.agreements.get(id),
    ).map((agreement) => agreementBody(agreement, base)),
};

/** Those that an export cannot give. */
const notInExports: Readonly<Record<string, Draw>> = {
  metric_sets: (account, base, tickets) => tickets.map((ticket) => metricBody(ticket, base, account.now)),
  last_audits: ({ desk }, base, tickets) =>
    tickets
      .map((ticket) => desk.tickets.auditsOf(ticket.id).at(-1))
      .filter((audit) => audit !== undefined)
      .map((audit) => auditBody(audit, base)),
};

export function ticketSideloads(
  call: Call,
  { inExport = false, include = call.words('include') ?? [] } = {},
): (tickets: readonly Ticket[]) => JsonObject {
  const known = inExport ? arrays : { ...arrays, ...notInExports };
  const wanted = include.filter((name) => Object.hasOwn(known, name));
  return (tickets) =>
    Object.fromEntries(wanted.map((name) => [name, known[name]?.(call.account, call.base, tickets) ?? []]));
}
