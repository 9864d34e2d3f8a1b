import { must } from './bulk.ts';
import { type Answer, type Call, ok, type Route } from './call.ts';
import { idOf, type JsonObject, textOf } from './json.ts';
import { listRows, page } from './paging.ts';
import { invalid, missingParameter } from './refusal.ts';
import { attachmentBody, commentBody, stripTags } from './ticket-comments.ts';
import type { Comment, Ticket } from './ticket-records.ts';
import { ticketOf } from './ticket-routes.ts';
import { userBody } from './user-body.ts';

/** What was said on a ticket, and how words of it are blotted out for ever. Source: Zendesk, "Ticket Comments", "Attachments". */
const agent = { resource: 'tickets', role: 'agent' } as const;
const one = 'tickets/:id/comments/:comment';

export const commentRoutes: readonly Route[] = [
  { method: 'GET', path: 'tickets/:id/comments', handle: list, ...agent },
  { method: 'GET', path: 'tickets/:id/comments/count', handle: count, ...agent },
  { method: 'PUT', path: `${one}/make_private`, handle: makePrivate, ...agent },
  { method: 'PUT', path: `${one}/redact`, handle: redactText, ...agent },
  { method: 'PUT', path: `${one}/attachments/:attachment/redact`, handle: redactAttachment, ...agent },
  { method: 'PUT', path: 'comment_redactions/:comment', handle: redactMarked, ...agent },
];

function list(call: Call): Answer {
  const ticket = ticketOf(call);
  const isDescending = call.query.get('sort') === '-created_at' || call.query.get('sort_order') === 'desc';
  const all = [...call.account.desk.tickets.commentsOf(ticket.id)];
  if (isDescending) all.reverse();
  const order = `${isDescending ? '-' : ''}created_at,id`;
  const rows = listRows(all, order, (comment) => [{ seconds: comment.created }, comment.id], isDescending);
  const more = (shown: readonly Comment[]): JsonObject => {
    if (!(call.words('include') ?? []).includes('users')) return {};
    const authors = [...new Set(shown.map(({ authorId }) => authorId))].map((id) => call.account.users.get(id));
    const users = authors.filter((user) => user !== undefined);
    return { users: users.map((user) => userBody(call.account, user, call.base)) };
  };
  return ok(page(call, { name: 'comments', rows, draw: (comment) => commentBody(comment, call.base), more }));
}

function count(call: Call): Answer {
  const value = call.account.desk.tickets.commentsOf(ticketOf(call).id).length;
  return ok({ count: { value, refreshed_at: new Date(call.account.nowMs).toISOString() } });
}

function commentOf(call: Call, ticket: Ticket): Comment {
  const id = call.id('comment');
  return must(call.account.desk.tickets.commentsOf(ticket.id).find((comment) => comment.id === id));
}

function makePrivate(call: Call): Answer {
  const comment = commentOf(call, ticketOf(call));
  call.account.desk.tickets.replaceComment({ ...comment, isPublic: false });
  return ok({});
}

/** A redaction takes the words out of the ticket's description too, and shows in the exports. */
function replace(call: Call, ticket: Ticket, before: Comment, after: Comment): Answer {
  const { account } = call;
  account.desk.tickets.replaceComment(after);
  const isFirst = account.desk.tickets.commentsOf(ticket.id)[0]?.id === before.id;
  const description = isFirst ? after.body : ticket.description;
  account.saveTicket({ ...ticket, description, updated: account.now, generated: account.now }, call.doer, null);
  return ok({ comment: commentBody(after, call.base) });
}

const blot = (text: string): string => '▇'.repeat([...text].length);

/** Not on closed tickets, which only the other way reaches. */
function redactText(call: Call): Answer {
  const ticket = ticketOf(call);
  const before = commentOf(call, ticket);
  const text = textOf(call.body.text) ?? '';
  if (text === '') throw missingParameter('text');
  if (ticket.status === 'closed') throw invalid({ field: 'status', label: 'status', sentence: 'closed' });
  const without = (whole: string): string => whole.replaceAll(text, blot(text));
  const html = before.html === null ? null : without(before.html);
  return replace(call, ticket, before, { ...before, body: without(before.body), html });
}

/** The body comes back with `<redact>` around what is to go; elements marked `redact` go as a whole. */
function redactMarked(call: Call): Answer {
  const ticket = must(call.account.desk.tickets.get(idOf(call.body.ticket_id)));
  const before = commentOf(call, ticket);
  const marked = textOf(call.body.html_body) ?? '';
  if (marked === '') throw missingParameter('html_body');
  const html = marked
    .replaceAll(/<redact>([\s\S]*?)<\/redact>/g, (_, text: string) => blot(stripTags(text)))
    .replaceAll(/<[a-z]\w*\s[^>]*\bredact\b[^>]*>/gi, '');
  return replace(call, ticket, before, { ...before, html, body: stripTags(html) });
}

/** An empty text file stays in its place. */
function redactAttachment(call: Call): Answer {
  const ticket = ticketOf(call);
  const before = commentOf(call, ticket);
  const id = call.id('attachment');
  const known = must(before.attachments.find((attachment) => attachment.id === id));
  const redacted = { ...known, fileName: 'redacted.txt', contentType: 'text/plain', bytes: new Uint8Array() };
  call.account.desk.attachments.set(id, redacted);
  const attachments = before.attachments.map((other) => (other.id === id ? redacted : other));
  replace(call, ticket, before, { ...before, attachments });
  return ok({ attachment: attachmentBody(redacted, call.base) });
}
