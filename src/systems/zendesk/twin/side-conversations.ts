import { must } from './bulk.ts';
import { type Answer, type Call, created, ok, type Route } from './call.ts';
import { isObject, type JsonObject, listOf, textOf } from './json.ts';
import { listRows, page } from './paging.ts';
import { invalid } from './refusal.ts';
import { iso, isoOrNull, type Seconds } from './stamps.ts';
import { ticketOf } from './ticket-routes.ts';

/** E-mails beside a ticket. Source: Zendesk, "Side Conversations", "Side Conversation Events". */
export interface SideConversation {
  readonly id: string;
  readonly ticketId: number;
  readonly subject: string;
  readonly preview: string;
  readonly state: 'open' | 'closed';
  readonly participants: readonly JsonObject[];
  readonly externalIds: JsonObject;
  readonly created: Seconds;
  readonly updated: Seconds;
  readonly messaged: Seconds | null;
  readonly stateUpdated: Seconds;
}

export interface SideEvent {
  readonly id: string;
  readonly conversationId: string;
  readonly type: 'create' | 'reply' | 'update';
  readonly actor: JsonObject;
  readonly message: JsonObject | null;
  readonly updates: JsonObject;
  readonly at: Seconds;
}

const agent = { resource: 'tickets', role: 'agent' } as const;
const limited = { ...agent, limit: 'sideConversationsPer10Minutes' } as const;
const all = 'tickets/:id/side_conversations';

export const sideConversationRoutes: readonly Route[] = [
  { method: 'GET', path: all, handle: list, ...agent },
  { method: 'POST', path: all, handle: create, ...limited },
  { method: 'GET', path: `${all}/:side`, handle: show, ...agent },
  { method: 'PUT', path: `${all}/:side`, handle: update, ...agent },
  { method: 'POST', path: `${all}/:side/reply`, handle: reply, ...limited },
  { method: 'GET', path: `${all}/:side/events`, handle: events, ...agent },
  {
    method: 'GET',
    path: 'tickets/side_conversations/events',
    handle: exportEvents,
    role: 'admin',
    limit: 'sideEventsPer10Minutes',
  },
];

function body(call: Call, one: SideConversation): JsonObject {
  return {
    url: `${call.base}/api/v2/tickets/${one.ticketId}/side_conversations/${one.id}`,
    id: one.id,
    ticket_id: one.ticketId,
    subject: one.subject,
    preview_text: one.preview,
    state: one.state,
    participants: one.participants,
    created_at: iso(one.created),
    updated_at: iso(one.updated),
    message_added_at: isoOrNull(one.messaged),
    state_updated_at: iso(one.stateUpdated),
    external_ids: one.externalIds,
  };
}

function eventBody(call: Call, event: SideEvent): JsonObject {
  const conversation = call.account.desk.sideConversations.get(event.conversationId);
  return {
    id: event.id,
    side_conversation_id: event.conversationId,
    ticket_id: conversation?.ticketId ?? null,
    type: event.type,
    actor: event.actor,
    message: event.message,
    updates: event.updates,
    via: 'api',
    created_at: iso(event.at),
  };
}

function conversationOf(call: Call): SideConversation {
  const found = call.account.desk.sideConversations.get(call.params.side ?? '');
  return must(found?.ticketId === ticketOf(call).id ? found : undefined);
}

function list(call: Call): Answer {
  const { id } = ticketOf(call);
  const found = [...call.account.desk.sideConversations.values()].filter((one) => one.ticketId === id);
  const rows = listRows(found, 'created_at,id', (one) => [{ seconds: one.created }, one.id]);
  return ok(page(call, { name: 'side_conversations', rows, draw: (one) => body(call, one) }));
}

function show(call: Call): Answer {
  return ok({ side_conversation: body(call, conversationOf(call)) });
}

function actor(call: Call): JsonObject {
  const { user } = call.doer;
  return { user_id: user.id, name: user.name, email: user.email };
}

function recipients(call: Call, message: JsonObject): readonly JsonObject[] {
  return (listOf(message.to) ?? []).filter(isObject).map((one) => {
    const email = textOf(one.email) ?? null;
    const known = email === null ? undefined : call.account.users.withIdentity('email', email);
    return { user_id: known?.id ?? null, name: textOf(one.name) ?? known?.name ?? email, email };
  });
}

function note(call: Call, event: Omit<SideEvent, 'id' | 'actor' | 'at'>): SideEvent {
  const made = { ...event, id: uuid(call), actor: actor(call), at: call.account.now };
  call.account.desk.sideEvents.push(made);
  return made;
}

function uuid(call: Call): string {
  const hex = call.account.chance.text(32, '0123456789abcdef');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function messageOf(call: Call): { readonly message: JsonObject; readonly text: string } {
  const message = call.wrapped('message');
  const text = textOf(message.body) ?? textOf(message.html_body) ?? '';
  if (text === '') throw invalid({ field: 'body', error: 'BlankValue', label: 'comment', sentence: 'blank' });
  return { message, text };
}

function drawMessage(call: Call, message: JsonObject, subject: string, text: string): JsonObject {
  return { subject, preview_text: text.slice(0, 100), body: text, from: actor(call), to: recipients(call, message) };
}

function create(call: Call): Answer {
  const ticket = ticketOf(call);
  const { message, text } = messageOf(call);
  const now = call.account.now;
  const one: SideConversation = {
    id: uuid(call),
    ticketId: ticket.id,
    subject: textOf(message.subject) ?? ticket.subject ?? '',
    preview: text.slice(0, 100),
    state: 'open',
    participants: [actor(call), ...recipients(call, message)],
    externalIds: isObject(call.body.external_ids) ? call.body.external_ids : {},
    created: now,
    updated: now,
    messaged: now,
    stateUpdated: now,
  };
  call.account.desk.sideConversations.set(one.id, one);
  const drawn = drawMessage(call, message, one.subject, text);
  const event = note(call, { conversationId: one.id, type: 'create', message: drawn, updates: {} });
  const answer = { side_conversation: body(call, one), event: eventBody(call, event) };
  return created(answer, `${call.base}/api/v2/tickets/${ticket.id}/side_conversations/${one.id}`);
}

/** Answering a closed one opens it. */
function reply(call: Call): Answer {
  const before = conversationOf(call);
  const { message, text } = messageOf(call);
  const now = call.account.now;
  const stateUpdated = before.state === 'open' ? before.stateUpdated : now;
  const preview = text.slice(0, 100);
  const after: SideConversation = { ...before, preview, state: 'open', updated: now, messaged: now, stateUpdated };
  call.account.desk.sideConversations.set(after.id, after);
  const drawn = drawMessage(call, message, before.subject, text);
  const event = note(call, { conversationId: after.id, type: 'reply', message: drawn, updates: {} });
  const answer = { side_conversation: body(call, after), event: eventBody(call, event) };
  return created(answer, `${call.base}/api/v2/tickets/${after.ticketId}/side_conversations/${after.id}`);
}

function update(call: Call): Answer {
  const before = conversationOf(call);
  const change = call.wrapped('side_conversation');
  const state = change.state === 'closed' || change.state === 'open' ? change.state : before.state;
  const now = call.account.now;
  const after: SideConversation = {
    ...before,
    state,
    subject: textOf(change.subject) ?? before.subject,
    updated: now,
    stateUpdated: state === before.state ? before.stateUpdated : now,
  };
  call.account.desk.sideConversations.set(after.id, after);
  note(call, { conversationId: after.id, type: 'update', message: null, updates: { state: after.state } });
  return ok({ side_conversation: body(call, after) });
}

function events(call: Call): Answer {
  const one = conversationOf(call);
  const found = call.account.desk.sideEvents.filter((event) => event.conversationId === one.id);
  const rows = listRows(found, 'created_at,id', (event) => [{ seconds: event.at }, event.id]);
  return ok(page(call, { name: 'events', rows, draw: (event) => eventBody(call, event) }));
}

/** Everything since `unix_time`. */
function exportEvents(call: Call): Answer {
  const since = Number(call.query.get('unix_time') ?? call.query.get('start_time') ?? 0);
  const found = call.account.desk.sideEvents.filter((event) => event.at >= since);
  return ok({ events: found.map((event) => eventBody(call, event)), count: found.length, next_page: null });
}
