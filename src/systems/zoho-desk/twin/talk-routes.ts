import { onlyMembers } from './body.ts';
import { type Answer, type Call, done, ok, paged, type Route } from './call.ts';
import { touchRecord } from './changes.ts';
import { isJsonList, type JsonObject, member } from './json.ts';
import type { Portal } from './portal.ts';
import { badParameter, flaw, invalidData, notFound } from './refusal.ts';
import { iso, isoOrNull } from './stamps.ts';
import { compare } from './store.ts';
import { type Comment, type Thread, textIn, threadBody } from './talks.ts';
import { splitThread } from './ticket-routes.ts';
import { tickets } from './tickets.ts';

/** Notes of agents, and the conversation with the customer. Source: Zoho Desk's OpenAPI files TicketComment, Thread, Conversation. */
const read = [['Desk.tickets.READ']];
const update = [['Desk.tickets.UPDATE']];
const comment = 'tickets/:id/comments';

export const talkRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: comment,
    scopes: read,
    query: ['from', 'limit', 'sortBy', 'include'],
    weight: () => 3,
    handle: comments,
  },
  { method: 'POST', path: comment, scopes: update, body: 'json', handle: addComment },
  {
    method: 'GET',
    path: `${comment}/:comment`,
    scopes: read,
    query: ['include'],
    handle: (call) => ok(shownComment(call, commentOf(call))),
  },
  { method: 'PATCH', path: `${comment}/:comment`, scopes: update, body: 'json', handle: editComment },
  { method: 'DELETE', path: `${comment}/:comment`, scopes: update, handle: dropComment },
  {
    method: 'GET',
    path: 'tickets/:id/threads',
    scopes: read,
    query: ['from', 'limit'],
    weight: () => 3,
    handle: (call) =>
      paged(
        call,
        threadsOf(call).map((thread) => threadBody(thread, false)),
        50,
        200,
      ),
  },
  { method: 'GET', path: 'tickets/:id/threads/:thread', scopes: read, handle: showThread },
  { method: 'POST', path: 'tickets/:id/threads/:thread/split', scopes: update, handle: splitThread },
  { method: 'GET', path: 'tickets/:id/latestThread', scopes: read, handle: latest },
  {
    method: 'GET',
    path: 'tickets/:id/conversations',
    scopes: read,
    query: ['from', 'limit'],
    weight: () => 3,
    handle: conversation,
  },
];

export function commentBody(portal: Portal, one: Comment): JsonObject {
  const agent = portal.agents.find(({ id }) => id === one.commenterId);
  return {
    id: one.id,
    content: one.content,
    contentType: one.contentType,
    isPublic: one.isPublic,
    commenterId: one.commenterId,
    commenter: {
      name: agent === undefined ? null : `${agent.firstName} ${agent.lastName}`,
      email: agent?.email ?? null,
      roleName: 'CEO',
      type: 'AGENT',
      photoURL: null,
    },
    commentedTime: iso(one.commentedMs),
    modifiedTime: isoOrNull(one.modifiedMs),
    attachments: [],
  };
}

/** With what `include` asks for. */
function shownComment(call: Call, one: Comment): JsonObject {
  const include = call.words('include') ?? [];
  if (!include.every((word) => word === 'plainText' || word === 'mentions')) throw badParameter('include');
  return {
    ...commentBody(call.portal, one),
    ...(include.includes('plainText') ? { plainText: textIn(one.content) } : {}),
    // Mentions are text like any other here.
    ...(include.includes('mentions') ? { mention: [] } : {}),
  };
}

function comments(call: Call): Answer {
  const { isDescending = false } = call.sort(['commentedTime']) ?? {};
  const found = [...call.portal.talks.of(call.record(tickets).id).comments].sort(
    (one, two) => (isDescending ? -1 : 1) * compare(one.commentedMs, two.commentedMs) || compare(one.id, two.id),
  );
  return paged(
    call,
    found.map((one) => shownComment(call, one)),
    50,
  );
}

function commentOf(call: Call): Comment {
  const found = call.portal.talks.of(call.record(tickets).id).comments.find(({ id }) => id === call.param('comment'));
  if (found === undefined) throw notFound();
  return found;
}

function contentOf(body: JsonObject): string {
  const content = member(body, 'content');
  if (content === undefined || content === null || content === '') throw invalidData([flaw('/content', 'missing')]);
  if (typeof content !== 'string' || content.length > 32_000) throw invalidData([flaw('/content', 'invalid')]);
  return content;
}

/** Its author is whoever the token belongs to. */
function addComment(call: Call): Answer {
  const { portal, doer, body } = call;
  onlyMembers(body, ['content', 'contentType', 'isPublic', 'attachmentIds']);
  const ticket = call.writable(tickets);
  const contentType = member(body, 'contentType') ?? 'plainText';
  if (contentType !== 'plainText' && contentType !== 'html') throw invalidData([flaw('/contentType', 'invalid')]);
  const isPublic = member(body, 'isPublic') ?? false;
  if (typeof isPublic !== 'boolean') throw invalidData([flaw('/isPublic', 'invalid')]);
  const files = member(body, 'attachmentIds') ?? [];
  if (!isJsonList(files) || !files.every((id) => portal.files.hasUpload(String(id))))
    throw invalidData([flaw('/attachmentIds', 'invalid')]);
  const added = sayOn(portal, ticket.id, doer.agentId, { content: contentOf(body), contentType, isPublic });
  for (const id of files) portal.files.attach('tickets', ticket.id, String(id));
  portal.webhooks.announceComment('Add', ticket, commentBody(portal, added), doer);
  return ok(commentBody(portal, added));
}

/** A new comment by this agent, which may show in the ticket's own stamp. */
function sayOn(
  portal: Portal,
  ticketId: string,
  commenterId: string,
  said: Pick<Comment, 'content' | 'contentType' | 'isPublic'>,
): Comment {
  const added: Comment = { ...said, id: portal.ids.next(), commenterId, commentedMs: portal.stampMs, modifiedMs: null };
  portal.talks.putComment(ticketId, added);
  if (portal.switches.commentTouchesTicket) touchRecord(portal, tickets, ticketId);
  return added;
}

function editComment(call: Call): Answer {
  const { portal, doer, body } = call;
  onlyMembers(body, ['content', 'attachmentIds']);
  const after = { ...commentOf(call), content: contentOf(body), modifiedMs: portal.stampMs };
  const ticket = call.writable(tickets);
  portal.talks.putComment(ticket.id, after);
  if (portal.switches.commentTouchesTicket) touchRecord(portal, tickets, ticket.id);
  portal.webhooks.announceComment('Update', ticket, commentBody(portal, after), doer);
  return ok(commentBody(portal, after));
}

/** No event tells of it. */
function dropComment(call: Call): Answer {
  const { portal } = call;
  const ticket = call.writable(tickets);
  portal.talks.dropComment(ticket.id, commentOf(call).id);
  if (portal.switches.commentTouchesTicket) touchRecord(portal, tickets, ticket.id);
  return done;
}

function threadsOf(call: Call): readonly Thread[] {
  return call.portal.talks.of(call.record(tickets).id).threads;
}

function showThread(call: Call): Answer {
  const found = threadsOf(call).find(({ id }) => id === call.param('thread'));
  if (found === undefined) throw notFound();
  return ok(threadBody(found, true));
}

function latest(call: Call): Answer {
  const last = threadsOf(call).at(-1);
  if (last === undefined) throw notFound();
  return ok(threadBody(last, true));
}

/** Threads and comments together, the latest first. */
function conversation(call: Call): Answer {
  const said = call.portal.talks.of(call.record(tickets).id);
  const rows = [
    ...said.threads.map((one) => ({ atMs: one.atMs, body: { ...threadBody(one, false), type: 'thread' } })),
    ...said.comments.map((one) => ({
      atMs: one.commentedMs,
      body: { ...commentBody(call.portal, one), type: 'comment' },
    })),
  ].sort((one, two) => two.atMs - one.atMs);
  return paged(
    call,
    rows.map(({ body }) => body),
    50,
    200,
  );
}
