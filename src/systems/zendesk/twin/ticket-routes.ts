import { createHash } from 'node:crypto';
import { must, namedTargets, startJob } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { isObject, type JsonObject, textOf } from './json.ts';
import { idRows, listRows, offsetPage, page, type Rows, tableRows } from './paging.ts';
import { badPage, missingParameter, Refusal } from './refusal.ts';
import { changedTags } from './tag-routes.ts';
import { ticketBody } from './ticket-body.ts';
import { auditBody } from './ticket-comments.ts';
import { metricBody, ticketIdOf } from './ticket-metrics.ts';
import type { Ticket } from './ticket-records.ts';
import { drawTicket, ticketSideloads } from './ticket-sideloads.ts';
import { checkStamp, createTicket, deleteTicket, type Saved, ticketKeys, updateTicket } from './tickets.ts';
import { userBody } from './user-body.ts';
import { updateUser } from './users.ts';

/** Source: Zendesk, "Tickets", "Ticket Comments", "Ticket Audits", "Ticket Metrics". */
const agent = { resource: 'tickets', role: 'agent' } as const;
const onlyGlobal = { role: 'agent' } as const;

export const ticketRoutes: readonly Route[] = [
  { method: 'GET', path: 'tickets', handle: list, ...agent, limit: 'ticketListPerMinute' },
  { method: 'POST', path: 'tickets', handle: create, ...agent },
  { method: 'GET', path: 'tickets/count', handle: count, ...agent },
  { method: 'GET', path: 'tickets/show_many', handle: showMany, ...agent },
  { method: 'GET', path: 'tickets/:id', handle: show, ...agent },
  { method: 'PUT', path: 'tickets/:id', handle: update, ...agent },
  { method: 'DELETE', path: 'tickets/:id', handle: destroy, ...agent, limit: 'ticketDeletesPerMinute' },
  { method: 'PUT', path: 'tickets/:id/mark_as_spam', handle: spam, ...agent },
  { method: 'GET', path: 'tickets/:id/related', handle: related, ...agent },
  { method: 'GET', path: 'tickets/:id/incidents', handle: incidents, ...agent },
  { method: 'GET', path: 'tickets/:id/collaborators', handle: collaborators, ...agent },
  { method: 'GET', path: 'tickets/:id/audits', handle: audits, ...onlyGlobal, limit: 'ticketAuditsPerMinute' },
  { method: 'GET', path: 'tickets/:id/audits/:audit', handle: audit, ...onlyGlobal },
  { method: 'GET', path: 'ticket_audits', handle: allAudits, ...onlyGlobal },
  { method: 'GET', path: 'tickets/:id/metrics', handle: metrics, ...agent },
  { method: 'GET', path: 'ticket_metrics', handle: allMetrics, ...agent },
  { method: 'GET', path: 'ticket_metrics/:id', handle: metric, ...agent },
  { method: 'GET', path: 'tickets/:id/tags', handle: tags, ...agent },
  { method: 'PUT', path: 'tickets/:id/tags', handle: (call) => writeTags(call, 'PUT'), ...agent },
  { method: 'POST', path: 'tickets/:id/tags', handle: (call) => writeTags(call, 'POST'), ...agent },
  { method: 'DELETE', path: 'tickets/:id/tags', handle: (call) => writeTags(call, 'DELETE'), ...agent },
  { method: 'GET', path: 'users/:id/tickets/requested', handle: requested, ...agent },
  { method: 'GET', path: 'users/:id/tickets/assigned', handle: assigned, ...agent },
  { method: 'GET', path: 'users/:id/tickets/ccd', handle: copied, ...agent },
  { method: 'GET', path: 'organizations/:id/tickets', handle: ofOrganization, ...agent },
];

function listed(call: Call, rows: Rows<Ticket>): Answer {
  return ok(page(call, { name: 'tickets', rows, draw: drawTicket(call), more: ticketSideloads(call) }));
}

/** `external_id` may find several: it is not unique on tickets. With cursor paging the list can be sorted. */
function list(call: Call): Answer {
  const { tickets } = call.account.desk;
  const externalId = call.query.get('external_id');
  if (externalId !== null) return listed(call, idRows(tickets.withExternalId(externalId)));
  if (Number(call.query.get('page') ?? 0) > 500) call.limit('ticketDeepPagePerMinute');
  const sort = call.query.get('sort');
  if (sort !== null && call.query.has('page[size]')) return listed(call, sorted(call, sort));
  const isLive = (ticket: Ticket): boolean => ticket.deleted === null;
  const rows = tableRows(tickets.table, isLive, () => tickets.live);
  return listed(call, { ...rows, order: 'nice_id' });
}

function sorted(call: Call, sort: string): Rows<Ticket> {
  const isDescending = sort.startsWith('-');
  const by = isDescending ? sort.slice(1) : sort;
  const live = [...call.account.desk.tickets.table.values()].filter((ticket) => ticket.deleted === null);
  const sign = isDescending ? -1 : 1;
  if (by === 'id')
    return listRows(
      live.sort((a, b) => sign * (a.id - b.id)),
      sort,
      ({ id }) => [id],
      isDescending,
    );
  if (by === 'updated_at') {
    live.sort((a, b) => sign * (a.updated - b.updated || a.id - b.id));
    return listRows(live, `${sort},id`, (one) => [{ seconds: one.updated }, one.id], isDescending);
  }
  if (by === 'status') {
    live.sort((a, b) => sign * ((a.status < b.status ? -1 : a.status > b.status ? 1 : 0) || a.id - b.id));
    return listRows(live, `${sort},id`, (one) => [one.status, one.id], isDescending);
  }
  throw badPage('InvalidPaginationParameter', 'sort is not valid');
}

function count(call: Call): Answer {
  const refreshed = new Date(call.account.nowMs).toISOString();
  return ok({ count: { value: call.account.desk.tickets.live, refreshed_at: refreshed } });
}

export function ticketOf(call: Call): Ticket {
  return must(call.account.desk.tickets.get(call.id()));
}

function show(call: Call): Answer {
  const ticket = ticketOf(call);
  return ok({ ticket: drawTicket(call)(ticket), ...ticketSideloads(call)([ticket]) });
}

function showMany(call: Call): Answer {
  const targets = namedTargets(call);
  if (targets === null) throw missingParameter('ids');
  const { tickets } = call.account.desk;
  const found = targets.flatMap(({ id, externalId }): readonly (Ticket | undefined)[] =>
    externalId === null ? [tickets.get(id)] : tickets.withExternalId(externalId),
  );
  const rows = idRows([...new Set(found.filter((ticket) => ticket !== undefined))]);
  return ok(offsetPage(call, { name: 'tickets', rows, draw: drawTicket(call), more: ticketSideloads(call) }));
}

function savedBody(call: Call, saved: Saved, generated?: number): JsonObject {
  const ticket = ticketBody(call.account, saved.ticket, call.base, generated);
  return { ticket, audit: saved.audit === null ? null : auditBody(saved.audit, call.base) };
}

const idempotencyLivesMs = 7_200_000;

/** With an Idempotency-Key the answer of the first call is given again, for two hours. */
function create(call: Call): Answer {
  const body = call.wrapped('ticket');
  call.permit('ticket', body, ticketKeys);
  if (call.query.get('async') === 'true') return createLater(call, body);
  const key = call.headers.get('idempotency-key');
  if (key === null) return createNow(call, body);
  const { idempotency } = call.account.desk;
  for (const [old, { atMs }] of idempotency) {
    if (atMs + idempotencyLivesMs > call.account.nowMs) break;
    idempotency.delete(old);
  }
  const request = createHash('sha256').update(call.raw).digest('hex');
  const known = idempotency.get(key);
  if (known !== undefined && known.request !== request) {
    const description = "Request parameters don't match the given idempotency key";
    throw new Refusal(400, { error: 'IdempotentRequestError', description });
  }
  if (known !== undefined) {
    const url = isObject(known.body.ticket) ? (textOf(known.body.ticket.url) ?? '') : '';
    return { status: 201, body: known.body, headers: { location: url, 'x-idempotency-lookup': 'hit' } };
  }
  const answer = createNow(call, body);
  idempotency.set(key, { request, body: answer.body ?? {}, atMs: call.account.nowMs });
  return { ...answer, headers: { ...answer.headers, 'x-idempotency-lookup': 'miss' } };
}

function createNow(call: Call, body: JsonObject): Answer {
  const saved = createTicket(call.account, call.doer, body);
  return created(savedBody(call, saved, 0), `${call.base}/api/v2/tickets/${saved.ticket.id}.json`);
}

/** The id is known at once, the ticket comes with the job. */
function createLater(call: Call, body: JsonObject): Answer {
  const { account, doer } = call;
  const id = account.desk.tickets.newId();
  const run = (): JsonObject => ({ id: createTicket(account, doer, body, { id }).ticket.id, status: 'Created' });
  const items = [{ run, failure: { error: 'TicketCreateFailed', id }, planted: null }];
  const job = startJob(call, { type: 'Create Ticket', working: (item) => `Creating ticket #${item}`, items });
  return { status: 202, body: { ticket: { id }, ...job.body } };
}

function update(call: Call): Answer {
  const before = ticketOf(call);
  call.limit('ticketUpdatesPerMinute');
  call.limit('ticketUpdatesPer10Minutes', `${call.doer.user.id}:${before.id}`);
  const body = call.wrapped('ticket');
  call.permit('ticket', body, ticketKeys);
  return ok(savedBody(call, updateTicket(call.account, call.doer, before, body)));
}

function destroy(call: Call): Answer {
  deleteTicket(call.account, call.doer, ticketOf(call));
  return nothing;
}

/** The requester is suspended. */
function spam(call: Call): Answer {
  const ticket = ticketOf(call);
  const requester = call.account.users.getActive(ticket.requesterId);
  if (requester?.role === 'end-user') updateUser(call.account, call.doer, requester, { suspended: true });
  deleteTicket(call.account, call.doer, ticket);
  return ok({});
}

function related(call: Call): Answer {
  const ticket = ticketOf(call);
  const incidents = call.account.desk.tickets.countIncidentsOf(ticket.id);
  return ok({
    ticket_related: {
      topic_id: null,
      followup_source_ids: [ticket.followupOf],
      from_archive: false,
      incidents,
      url: null,
    },
  });
}

function incidents(call: Call): Answer {
  return listed(call, idRows(call.account.desk.tickets.incidentsOf(ticketOf(call).id)));
}

/** Ascending. */
function audits(call: Call): Answer {
  const found = call.account.desk.tickets.auditsOf(ticketOf(call).id);
  const rows = listRows(found, 'created_at,id', (one) => [{ seconds: one.created }, one.id]);
  return ok(page(call, { name: 'audits', rows, draw: (one) => auditBody(one, call.base) }));
}

function audit(call: Call): Answer {
  const id = call.id('audit');
  const found = must(call.account.desk.tickets.auditsOf(ticketOf(call).id).find((one) => one.id === id));
  return ok({ audit: auditBody(found, call.base) });
}

function allAudits(call: Call): Answer {
  const rows = tableRows(call.account.desk.tickets.audits);
  return ok(page(call, { name: 'audits', rows, draw: (one) => auditBody(one, call.base) }));
}

function metrics(call: Call): Answer {
  return ok({ ticket_metric: metricBody(ticketOf(call), call.base, call.account.now) });
}

function allMetrics(call: Call): Answer {
  const { tickets } = call.account.desk;
  const rows = tableRows(
    tickets.table,
    (ticket) => ticket.deleted === null,
    () => tickets.live,
  );
  return ok(page(call, { name: 'ticket_metrics', rows, draw: (one) => metricBody(one, call.base, call.account.now) }));
}

function metric(call: Call): Answer {
  const ticket = must(call.account.desk.tickets.get(ticketIdOf(call.id())));
  return ok({ ticket_metric: metricBody(ticket, call.base, call.account.now) });
}

function tags(call: Call): Answer {
  return ok({ tags: ticketOf(call).tags });
}

function writeTags(call: Call, verb: 'PUT' | 'POST' | 'DELETE'): Answer {
  const before = ticketOf(call);
  checkStamp(call.account, before, call.body);
  const tags = changedTags(before.tags, call, verb);
  const { ticket } = updateTicket(call.account, call.doer, before, { tags });
  return ok({ tags: ticket.tags }, verb === 'POST' ? 201 : 200);
}

function requested(call: Call): Answer {
  return listed(call, idRows(call.account.desk.tickets.ofRequester(must(call.account.users.get(call.id())).id)));
}

function assigned(call: Call): Answer {
  const user = must(call.account.users.get(call.id()));
  return listed(call, idRows(call.account.desk.tickets.ofAssignee(user.id)));
}

/** Where somebody follows without being asked anything: this one list is searched for. */
function copied(call: Call): Answer {
  const { id } = must(call.account.users.get(call.id()));
  const isCopied = (ticket: Ticket): boolean =>
    ticket.deleted === null && [ticket.collaboratorIds, ticket.emailCcIds].some((ids) => ids.includes(id));
  return listed(call, idRows([...call.account.desk.tickets.table.values()].filter(isCopied)));
}

function collaborators(call: Call): Answer {
  const { account, base } = call;
  const ticket = ticketOf(call);
  const ids = new Set([...ticket.collaboratorIds, ...ticket.followerIds, ...ticket.emailCcIds]);
  const users = [...ids].map((id) => account.users.get(id)).filter((user) => user !== undefined);
  return ok(page(call, { name: 'users', rows: idRows(users), draw: (user) => userBody(account, user, base) }));
}

function ofOrganization(call: Call): Answer {
  const organization = must(call.account.organizations.get(call.id()));
  return listed(call, idRows(call.account.desk.tickets.ofOrganization(organization.id)));
}
