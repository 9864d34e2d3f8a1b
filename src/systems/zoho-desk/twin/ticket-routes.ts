import { idsIn, onlyMembers } from './body.ts';
import { type Answer, type Call, done, nothing, ok, type Route } from './call.ts';
import { createRecord, emailOf, purgeRecord, updateRecord } from './changes.ts';
import { contacts } from './contacts.ts';
import { idOf, isJsonList, isJsonObject, type Json, type JsonObject, member, textOf } from './json.ts';
import { pageAmong, pageOf, weightOfList } from './lists.ts';
import { livingRecord, weightPerTwo } from './mass.ts';
import { type DeskRecord, isShown } from './records.ts';
import { badParameter, flaw, invalidData, unprocessable } from './refusal.ts';
import { recordBody } from './rows.ts';
import { dayMs } from './stamps.ts';
import { tickets } from './tickets.ts';

/** What only tickets have. Source: Zoho Desk's OpenAPI file Ticket.json. */
const read = [['Desk.tickets.READ']];
const update = { scopes: [['Desk.tickets.UPDATE']], body: 'json' } as const;
const filters = [
  ...['departmentId', 'departmentIds', 'status', 'priority', 'channel', 'assignee', 'teamIds', 'receivedInDays'],
];

export const ticketRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'tickets',
    scopes: read,
    query: ['from', 'limit', 'sortBy', 'include', 'fields', ...filters],
    weight: weightOfList,
    handle: list,
  },
  { method: 'POST', path: 'tickets', scopes: [['Desk.tickets.CREATE']], body: 'json', handle: create },
  { method: 'POST', path: 'closeTickets', ...update, weight: weightPerTwo, handle: close },
  {
    method: 'POST',
    path: 'tickets/emptySpam',
    scopes: [['Desk.tickets.DELETE']],
    query: ['departmentId'],
    handle: emptySpam,
  },
  {
    method: 'POST',
    path: 'tickets/:id/move',
    scopes: [['Desk.tickets.UPDATE']],
    query: ['departmentId'],
    handle: move,
  },
  { method: 'POST', path: 'tickets/:id/markAsRead', scopes: [['Desk.tickets.UPDATE']], handle: markAsRead },
  { method: 'GET', path: 'tickets/:id/resolution', scopes: read, handle: resolution },
  { method: 'GET', path: 'tickets/:id/metrics', scopes: read, handle: metrics },
  { method: 'GET', path: 'ticketsCount', scopes: read, query: filters, weight: () => 50, handle: count },
];

/** Filters AND together; within one, a comma means OR. */
function wantedBy(call: Call): ((ticket: DeskRecord) => boolean) | null {
  const asked = filters.filter((name) => call.query(name) !== null);
  if (asked.length === 0) return null;
  const days = call.query('receivedInDays');
  if (days !== null && !['15', '30', '90'].includes(days)) throw badParameter('receivedInDays');
  const since = days === null ? 0 : call.portal.nowMs - Number(days) * dayMs;
  const tests = asked.flatMap((name): ((ticket: DeskRecord) => boolean)[] => {
    const words = call.words(name) ?? [];
    if (name === 'departmentIds' && words.length > 20) throw badParameter('departmentIds');
    if (name === 'receivedInDays') return [({ createdMs }) => createdMs >= since];
    const field = fieldOf[name] ?? name;
    return [({ values }) => words.includes(String(values[field] ?? 'Unassigned'))];
  });
  return (ticket) => tests.every((test) => test(ticket));
}

const fieldOf: Readonly<Record<string, string>> = {
  departmentIds: 'departmentId',
  assignee: 'assigneeId',
  teamIds: 'teamId',
};

function list(call: Call): Answer {
  const shelf = call.portal.stores.tickets.seen('list');
  const isWanted = wantedBy(call);
  if (isWanted === null) return pageOf(call, tickets, shelf);
  return pageAmong(call, tickets, [...shelf.all()].filter(isWanted));
}

function count(call: Call): Answer {
  const isWanted = wantedBy(call) ?? (() => true);
  const found = [...call.portal.stores.tickets.live.all()].filter((ticket) => isShown(ticket) && isWanted(ticket));
  return ok({ count: String(found.length) });
}

/** A ticket names its contact by id, or describes it: then it is found by e-mail, or made. */
function create(call: Call): Answer {
  const { portal, doer, body } = call;
  const { contact, uploads, parentTicket, sourceTicket, webUrl: _, ...rest } = body;
  checkRelative(call, 'parentTicket', parentTicket, () => true);
  // A follow-up follows a ticket that is locked.
  checkRelative(call, 'sourceTicket', sourceTicket, ({ values }) => values.lockedTime !== null);
  if (uploads !== undefined && !(isJsonList(uploads) && uploads.every((id) => portal.files.hasUpload(String(id)))))
    throw invalidData([flaw('/uploads', 'invalid')]);
  const contactId: JsonObject =
    contact === undefined || member(body, 'contactId') !== undefined ? {} : { contactId: contactFor(call, contact) };
  const ticket = createRecord(portal, doer, tickets, { ...rest, ...contactId });
  for (const id of isJsonList(uploads) ? uploads : []) portal.files.attach('tickets', ticket.id, String(id));
  return ok(recordBody(portal, tickets, ticket));
}

/** `{"id"}` of another ticket. */
function checkRelative(
  call: Call,
  name: string,
  given: Json | undefined,
  isFit: (ticket: DeskRecord) => boolean,
): void {
  if (given === undefined || given === null) return;
  const id = isJsonObject(given) ? idOf(member(given, 'id')) : null;
  const found = id === null ? undefined : call.portal.stores.tickets.live.get(id);
  if (found === undefined || !isShown(found) || !isFit(found)) throw invalidData([flaw(`/${name}/id`, 'invalid')]);
}

function contactFor(call: Call, given: Json): string {
  const { portal, doer } = call;
  if (!isJsonObject(given)) throw invalidData([flaw('/contact', 'invalid')]);
  onlyMembers(given, ['lastName', 'firstName', 'email', 'phone', 'mobile', 'accountId']);
  const email = textOf(member(given, 'email'))?.toLowerCase();
  const [known] =
    email === undefined ? [] : portal.stores.contacts.live.having('email', emailOf, email).filter(isShown);
  return known?.id ?? createRecord(portal, doer, contacts, given).id;
}

function close(call: Call): Answer {
  const { portal, doer, body } = call;
  onlyMembers(body, ['ids']);
  const closed = portal.fields.tickets.get('status')?.options.find(({ statusType }) => statusType === 'Closed');
  const found = idsIn(body, 'ids').map((id) => livingRecord(call, tickets, id));
  for (const ticket of found) updateRecord(portal, doer, tickets, ticket, { status: closed?.value ?? 'Closed' });
  return done;
}

function emptySpam({ portal }: Call): Answer {
  for (const ticket of [...portal.stores.tickets.live.all()])
    if (ticket.isSpam) purgeRecord(portal, tickets, ticket.id);
  return { status: 202 };
}

function move(call: Call): Answer {
  const { portal, doer } = call;
  const departmentId = call.query('departmentId');
  if (departmentId === null || !portal.exists('departments', departmentId)) throw badParameter('departmentId');
  const after = updateRecord(portal, doer, tickets, call.writable(tickets), { departmentId });
  return ok(recordBody(portal, tickets, after));
}

/** Reading leaves no stamp. */
function markAsRead(call: Call): Answer {
  const ticket = call.writable(tickets);
  call.portal.stores.tickets.put({ ...ticket, values: { ...ticket.values, isRead: true } });
  return nothing;
}

function resolution(call: Call): Answer {
  const { values } = call.record(tickets);
  return values.resolution === null ? nothing : ok({ content: values.resolution ?? null });
}

function metrics(call: Call): Answer {
  const { id, createdMs, values } = call.record(tickets);
  const { threads } = call.portal.talks.of(id);
  const closedMs = typeof values.closedTime === 'string' ? Date.parse(values.closedTime) : null;
  const hours = (ms: number): string =>
    `${String(Math.floor(ms / 3_600_000)).padStart(2, '0')}:${String(Math.floor(ms / 60_000) % 60).padStart(2, '0')} hrs`;
  return ok({
    firstResponseTime: null,
    resolutionTime: closedMs === null ? null : hours(closedMs - createdMs),
    responseCount: String(threads.filter(({ direction }) => direction === 'out').length),
    threadCount: String(threads.length),
    reopenCount: '0',
    reassignCount: '0',
  });
}

export function splitThread(call: Call): Answer {
  const { portal, doer } = call;
  const ticket = call.writable(tickets);
  const thread = portal.talks.of(ticket.id).threads.find(({ id }) => id === call.param('thread'));
  if (thread === undefined || thread.isDescription) throw unprocessable('The thread cannot be split.');
  const { subject = null, departmentId = null, contactId = null } = ticket.values;
  const after = createRecord(portal, doer, tickets, { subject, departmentId, contactId });
  portal.talks.dropThread(ticket.id, thread.id);
  portal.talks.addThread(after.id, thread);
  return ok(recordBody(portal, tickets, after));
}
