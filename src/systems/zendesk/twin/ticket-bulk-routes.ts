import type { Account, Doer } from './account.ts';
import { bulkItem, deleted, destroyTargets, membersOf, must, startJob, updated, updateTargets } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { idOf, isObject, type JsonObject, listOf, tagsOf, textOf } from './json.ts';
import { idRows, page } from './paging.ts';
import { badAttribute, invalid, missingParameter, Refusal } from './refusal.ts';
import { parseTime } from './stamps.ts';
import { deletedTicketBody, ticketBody } from './ticket-body.ts';
import { readComment } from './ticket-comments.ts';
import type { Ticket } from './ticket-records.ts';
import { ticketOf } from './ticket-routes.ts';
import { createTicket, deleteTicket, purgeTicket, restoreTicket, ticketKeys, updateTicket } from './tickets.ts';
import { accountId } from './webhook-events.ts';

/** Many tickets at once, merges, imports, and what was deleted. Source: Zendesk, "Tickets", "Ticket Import". */
const agent = { resource: 'tickets', role: 'agent' } as const;
const admin = { resource: 'tickets', role: 'admin' } as const;

export const ticketBulkRoutes: readonly Route[] = [
  { method: 'POST', path: 'tickets/create_many', handle: createMany, ...agent },
  { method: 'PUT', path: 'tickets/update_many', handle: updateMany, ...agent },
  { method: 'DELETE', path: 'tickets/destroy_many', handle: destroyMany, ...agent },
  { method: 'POST', path: 'tickets/:id/merge', handle: merge, ...agent },
  { method: 'POST', path: 'imports/tickets', handle: importOne, ...admin },
  { method: 'POST', path: 'imports/tickets/create_many', handle: importMany, ...admin },
  { method: 'GET', path: 'deleted_tickets', handle: listDeleted, ...agent, limit: 'deletedTicketsPerMinute' },
  { method: 'PUT', path: 'deleted_tickets/restore_many', handle: restoreMany, ...agent },
  { method: 'PUT', path: 'deleted_tickets/:id/restore', handle: restore, ...agent },
  {
    method: 'DELETE',
    path: 'deleted_tickets/destroy_many',
    handle: purgeMany,
    ...agent,
    limit: 'ticketPurgeJobsPerMinute',
  },
  { method: 'DELETE', path: 'deleted_tickets/:id', handle: purge, ...agent, limit: 'ticketPurgesPerMinute' },
];

function createMany(call: Call): Answer {
  const { account, doer } = call;
  const items = membersOf(call, 'tickets').map((body, index) => {
    call.permit('tickets', body, ticketKeys);
    return bulkItem(call, { error: 'TicketCreateFailed' }, () => {
      return { index, id: createTicket(account, doer, body).ticket.id, account_id: accountId };
    });
  });
  const working = (item: number): string => `Creating ticket #${item}`;
  return startJob(call, { type: 'Bulk Create Ticket', working, items });
}

/** Always a safe update: what changed between the call and its turn is left alone. */
function updateMany(call: Call): Answer {
  const { account, doer } = call;
  const items = updateTargets(call, 'ticket', 'tickets').map(({ id, externalId, body }) => {
    call.permit('tickets', body, ticketKeys);
    const seen = account.desk.tickets.get(id) ?? account.desk.tickets.withExternalId(externalId ?? '')[0];
    return bulkItem(call, { error: 'TicketUpdateFailed', ...(id === null ? {} : { id }) }, () => {
      const before = must(account.desk.tickets.get(seen?.id));
      if (before.updated !== seen?.updated) {
        throw new Refusal(409, { error: 'UpdateConflict', description: account.switches.safeUpdateText });
      }
      return updated(updateTicket(account, doer, before, body).ticket.id);
    });
  });
  const working = (item: number): string => `Updating ticket #${item}`;
  return startJob(call, { type: 'Bulk Update Ticket', working, items });
}

function destroyMany(call: Call): Answer {
  const { account, doer } = call;
  const items = destroyTargets(call).map(({ id }) =>
    bulkItem(call, { error: 'TicketDeleteFailed', ...(id === null ? {} : { id }) }, () => {
      return deleted(deleteTicket(account, doer, must(account.desk.tickets.get(id))).id);
    }),
  );
  const working = (item: number): string => `Deleting ticket #${item}`;
  return startJob(call, { type: 'Bulk Delete Ticket', working, items });
}

/** The sources are closed, with a comment each and a tag. */
function merge(call: Call): Answer {
  const { account, doer, body } = call;
  const target = ticketOf(call);
  const ids = (listOf(body.ids) ?? []).map((id) => idOf(id) ?? 0).filter((id) => id !== target.id);
  if (ids.length === 0) throw missingParameter('ids');
  if (target.status === 'closed') throw invalid({ field: 'status', label: 'status', sentence: 'closed' });
  const say = (name: 'source' | 'target', usual: string): JsonObject => {
    const isPublic = body[`${name}_comment_is_public`] === true;
    return { body: textOf(body[`${name}_comment`]) ?? usual, public: isPublic };
  };
  const items = ids.map((id) =>
    bulkItem(call, { error: 'TicketMergeFailed', id }, () => {
      const source = must(account.desk.tickets.get(id));
      const into = must(account.desk.tickets.get(target.id));
      const tags = tagsOf([...source.tags, 'closed_by_merge']) ?? [];
      const comment = say('source', `This request was closed and merged into request #${into.id}`);
      updateTicket(account, doer, source, { status: 'closed', tags, comment });
      updateTicket(account, doer, into, { comment: say('target', `Request #${source.id} was closed and merged`) });
      return { id: source.id, action: 'merge', status: 'Updated', success: true };
    }),
  );
  return startJob(call, { type: 'Ticket Merge', working: (item) => `Merging ticket #${item}`, items });
}

/** A further comment of an imported ticket, with its own stamp. */
function addImported(account: Account, doer: Doer, ticket: Ticket, given: JsonObject): void {
  const said = readComment(account, doer, given, ticket.isPublic);
  if (said === null) return;
  const created = parseTime(textOf(given.created_at) ?? '') ?? ticket.created;
  const authorId = said.authorId ?? doer.user.id;
  const auditId = account.newId();
  const { body, html, attachments } = said;
  const isPublic = said.isPublic ?? ticket.isPublic;
  const shared = { authorId, created, channel: 'api' };
  const comment = { id: account.newId(), auditId, body, html, isPublic, attachments, ...shared };
  const audit = { id: auditId, ticketId: ticket.id, metadata: {}, made: null, comment, events: [], ...shared };
  account.desk.tickets.addAudit(audit);
}

/** Keeps the given stamps and comments; wakes no trigger. */
function importTicket(call: Call, body: JsonObject): Ticket {
  const { account, doer } = call;
  const createdAt = parseTime(textOf(body.created_at) ?? '') ?? account.now;
  const updatedAt = parseTime(textOf(body.updated_at) ?? '') ?? createdAt;
  const comments = (listOf(body.comments) ?? []).filter(isObject);
  const [first, ...others] = comments;
  const imported = { created: createdAt, updated: updatedAt };
  const whole = { ...body, ...(first === undefined ? {} : { comment: first }) };
  let { ticket } = createTicket(account, doer, whole, { imported });
  for (const comment of others) addImported(account, doer, ticket, comment);
  const solvedAt = parseTime(textOf(body.solved_at) ?? '');
  if (solvedAt !== undefined) {
    const metrics = { ...ticket.metrics, solved: solvedAt, firstSolved: solvedAt };
    ticket = account.saveTicket({ ...ticket, metrics }, doer, null);
  }
  return ticket;
}

function importOne(call: Call): Answer {
  const body = call.wrapped('ticket');
  call.permit('ticket', body, ticketKeys);
  const ticket = importTicket(call, body);
  const url = `${call.base}/api/v2/tickets/${ticket.id}.json`;
  return created({ ticket: ticketBody(call.account, ticket, call.base) }, url);
}

function importMany(call: Call): Answer {
  const items = membersOf(call, 'tickets').map((body, index) =>
    bulkItem(call, { error: 'TicketCreateFailed' }, () => {
      return { index, id: importTicket(call, body).id, account_id: accountId };
    }),
  );
  return startJob(call, { type: 'Bulk Import Ticket', working: (item) => `Creating ticket #${item}`, items });
}

function isDeleted(ticket: Ticket): boolean {
  return ticket.deleted !== null && !ticket.purged;
}

function deletedTicket(call: Call, id: number | null): Ticket {
  const ticket = must(call.account.desk.tickets.table.get(id));
  return must(isDeleted(ticket) ? ticket : undefined);
}

function listDeleted(call: Call): Answer {
  const found = [...call.account.desk.tickets.table.values()].filter(isDeleted);
  const by = { id: call.doer.user.id, name: call.doer.user.name };
  return ok(page(call, { name: 'deleted_tickets', rows: idRows(found), draw: (one) => deletedTicketBody(one, by) }));
}

function restore(call: Call): Answer {
  restoreTicket(call.account, call.doer, deletedTicket(call, call.id()));
  return ok({});
}

function idsOf(call: Call): readonly (number | null)[] {
  const ids = call.words('ids');
  if (ids === null) throw missingParameter('ids');
  if (ids.length > 100) throw badAttribute('ids', 'must have at most 100 members');
  return ids.map((id) => idOf(id) ?? null);
}

function restoreMany(call: Call): Answer {
  for (const ticket of idsOf(call).map((id) => deletedTicket(call, id))) {
    restoreTicket(call.account, call.doer, ticket);
  }
  return nothing;
}

function purgeJob(call: Call, ids: readonly (number | null)[]): Answer {
  const { account, doer } = call;
  const items = ids.map((id) => {
    const ticket = deletedTicket(call, id);
    return bulkItem(call, { error: 'TicketDeleteFailed', id: ticket.id }, () => {
      purgeTicket(account, doer, must(account.desk.tickets.table.get(ticket.id)));
      return { success: true };
    });
  });
  return startJob(call, { type: 'Bulk Permanent Delete Ticket', working: (item) => `Deleting ticket #${item}`, items });
}

function purge(call: Call): Answer {
  return purgeJob(call, [call.id()]);
}

function purgeMany(call: Call): Answer {
  return purgeJob(call, idsOf(call));
}
