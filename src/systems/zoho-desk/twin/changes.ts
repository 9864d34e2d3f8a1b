import { kinds } from './all-kinds.ts';
import { readBody, type Wanted } from './body.ts';
import { type Json, type JsonObject, sameJson, textOf } from './json.ts';
import type { Kind } from './kinds.ts';
import type { Portal } from './portal.ts';
import type { DeskRecord, Doer } from './records.ts';
import { flaw, invalidData, notFound, unprocessable } from './refusal.ts';
import { iso } from './stamps.ts';
import type { Thread } from './talks.ts';

/** What can happen to one record, with the stamps and events that it causes. Each throws Refusal, and then nothing has happened. */
export interface Stamps {
  readonly createdMs?: number;
  readonly modifiedMs?: number;
}

export function createRecord(
  portal: Portal,
  doer: Doer,
  kind: Kind,
  body: JsonObject,
  stamps: Stamps = {},
): DeskRecord {
  const wanted = readBody(portal, doer, kind, body, true);
  refuseDuplicate(portal, kind, wanted, null);
  const createdMs = stamps.createdMs ?? portal.stampMs;
  const blank = Object.fromEntries(kind.fields.map(({ name }): [string, Json] => [name, null]));
  const values: Record<string, Json> = { ...blank, ...wanted.values };
  values.layoutId ??= portal.fields[kind.module].layout.id;
  if (kind.module === 'tickets') Object.assign(values, ticketStart(portal, values));
  else values.ownerId ??= doer.agentId;
  const record: DeskRecord = {
    id: portal.ids.next(),
    values,
    cf: wanted.cf,
    createdMs,
    modifiedMs: stamps.modifiedMs ?? createdMs,
    trashedMs: null,
    isSpam: false,
  };
  portal.stores[kind.module].put(record);
  if (kind.module === 'tickets') describe(portal, record);
  portal.webhooks.announce('Add', kind, null, record, doer);
  return record;
}

export function updateRecord(portal: Portal, doer: Doer, kind: Kind, before: DeskRecord, body: JsonObject): DeskRecord {
  const wanted = readBody(portal, doer, kind, body, false);
  refuseDuplicate(portal, kind, wanted, before.id);
  const isStill =
    Object.entries(wanted.values).every(([name, value]) => sameJson(before.values[name], value)) &&
    Object.entries(wanted.cf).every(([name, value]) => (before.cf[name] ?? null) === value);
  if (isStill && !portal.switches.touchWithoutChange) return before;
  const consequences = kind.module === 'tickets' ? ticketTurn(portal, doer, before, wanted) : {};
  const after: DeskRecord = {
    ...before,
    values: { ...before.values, ...wanted.values, ...consequences },
    cf: { ...before.cf, ...wanted.cf },
    modifiedMs: portal.stampMs,
  };
  portal.stores[kind.module].put(after);
  portal.webhooks.announce('Update', kind, before, after, doer);
  return after;
}

/** A change of something beside the record's own fields, which shows in its stamp. */
export function touchRecord(portal: Portal, kind: Kind, id: string): void {
  const before = portal.stores[kind.module].live.get(id);
  if (before !== undefined) portal.stores[kind.module].put({ ...before, modifiedMs: portal.stampMs });
}

export function trashRecord(portal: Portal, doer: Doer, kind: Kind, before: DeskRecord): void {
  const after = { ...before, trashedMs: portal.nowMs, modifiedMs: portal.stampMs };
  portal.stores[kind.module].put(after);
  portal.binned(kind.module, before.id);
  portal.webhooks.announce('Delete', kind, before, after, doer);
}

export function restoreRecord(portal: Portal, doer: Doer, kind: Kind, before: DeskRecord): void {
  const after = { ...before, trashedMs: null, modifiedMs: portal.stampMs };
  portal.stores[kind.module].put(after);
  portal.unbinned(before.id);
  const event = portal.switches.restoreEvent;
  if (event !== 'none') portal.webhooks.announce(event, kind, before, after, doer);
}

/** For good; no event. */
export function purgeRecord(portal: Portal, kind: Kind, id: string): void {
  portal.stores[kind.module].remove(id);
  portal.unbinned(id);
  portal.talks.forget(id);
}

export function markSpam(portal: Portal, doer: Doer, kind: Kind, before: DeskRecord, isSpam: boolean): void {
  const after = { ...before, isSpam, modifiedMs: portal.stampMs };
  portal.stores[kind.module].put(after);
  portal.webhooks.announce('Update', kind, before, after, doer);
}

/**
 * The records of `ids` become one with the winner; `source` names, field by field, the record whose value wins. What pointed at the others
 * points at the winner from now on, and the others are gone as if they had never been.
 */
export function mergeRecords(
  portal: Portal,
  doer: Doer,
  kind: Kind,
  winner: DeskRecord,
  ids: readonly string[],
  source: JsonObject,
): DeskRecord {
  const store = portal.stores[kind.module];
  const losers = [...new Set(ids)].map((id) => {
    const loser = store.live.get(id);
    if (id === winner.id) throw unprocessable('A record cannot be merged with itself.');
    if (loser === undefined || loser.trashedMs !== null) throw notFound();
    return loser;
  });
  if ([winner, ...losers].some(({ values }) => values.isEndUser === true))
    throw unprocessable('End users of the help center cannot be merged.');
  const { cf = {}, ...standard } = source;
  const chosen = (id: Json | undefined, path: string): DeskRecord => {
    const found = [winner, ...losers].find((one) => one.id === String(id));
    if (found === undefined) throw invalidData([flaw(`/source/${path}`, 'invalid')]);
    return found;
  };
  const values: Record<string, Json> = { ...winner.values };
  const custom: Record<string, string | null> = { ...winner.cf };
  for (const [name, id] of Object.entries(standard)) {
    if (!kind.fields.some((one) => one.name === name)) throw invalidData([flaw(`/source/${name}`, 'invalid')]);
    values[name] = chosen(id, name).values[name] ?? null;
  }
  for (const [name, id] of typeof cf === 'object' && cf !== null && !Array.isArray(cf) ? Object.entries(cf) : []) {
    if (portal.fields[kind.module].custom(name) === undefined)
      throw invalidData([flaw(`/source/cf/${name}`, 'invalid')]);
    custom[name] = chosen(id, `cf/${name}`).cf[name] ?? null;
  }
  for (const loser of losers) {
    handOver(portal, kind, loser.id, winner.id);
    purgeRecord(portal, kind, loser.id);
    if (portal.switches.mergeEvents !== 'none') portal.webhooks.announce('Delete', kind, loser, loser, doer);
  }
  const after = { ...winner, values, cf: custom, modifiedMs: portal.stampMs };
  store.put(after);
  if (portal.switches.mergeEvents === 'update-and-delete')
    portal.webhooks.announce('Update', kind, winner, after, doer);
  return after;
}

function handOver(portal: Portal, kind: Kind, from: string, to: string): void {
  if (kind.module === 'tickets') {
    portal.talks.move(from, to);
    return;
  }
  const name = `${kind.singular}Id`;
  for (const { module } of Object.values(kinds)) {
    const store = portal.stores[module];
    for (const record of store.live.pointingAt(name, from))
      store.put({ ...record, values: { ...record.values, [name]: to } });
  }
  if (kind.module === 'contacts') return;
  for (const [contactId, mapping] of portal.secondContactsOf(from)) {
    const others = portal.accountsOf(contactId).filter(({ accountId }) => accountId !== from && accountId !== to);
    portal.setAccountsOf(contactId, [...others, { ...mapping, accountId: to }]);
  }
}

function refuseDuplicate(portal: Portal, kind: Kind, { values }: Wanted, ownId: string | null): void {
  if (kind.module !== 'contacts' || !portal.switches.uniqueEmail) return;
  const email = textOf(values.email);
  if (email === null) return;
  const holders = portal.stores.contacts.live.having('email', emailOf, email.toLowerCase());
  if (holders.some(({ id, trashedMs }) => id !== ownId && trashedMs === null))
    throw invalidData([flaw('/email', 'duplicate')]);
}

/** How contacts are looked up by e-mail: without regard to case. */
export function emailOf({ values }: DeskRecord): string | null {
  return textOf(values.email)?.toLowerCase() ?? null;
}

function statusTypeOf(portal: Portal, status: Json | undefined): string {
  const options = portal.fields.tickets.get('status')?.options ?? [];
  return options.find(({ value }) => value === status)?.statusType ?? 'Open';
}

/** What a new ticket has that nobody named. */
function ticketStart(portal: Portal, values: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const contact = portal.stores.contacts.live.get(String(values.contactId));
  const status = values.status ?? portal.fields.tickets.get('status')?.options[0]?.value ?? 'Open';
  const statusType = statusTypeOf(portal, status);
  return {
    status,
    statusType,
    ticketNumber: portal.nextTicketNumber(),
    channel: values.channel ?? 'Phone',
    email: values.email ?? contact?.values.email ?? null,
    accountId: values.accountId ?? contact?.values.accountId ?? null,
    closedTime: statusType === 'Closed' ? iso(portal.stampMs) : null,
    onholdTime: statusType === 'On Hold' ? iso(portal.stampMs) : null,
    lockedTime: null,
    modifiedBy: null,
    isRead: false,
  };
}

/** What follows from a change of a ticket; a locked one keeps its status. */
function ticketTurn(
  portal: Portal,
  doer: Doer,
  before: DeskRecord,
  { values }: Wanted,
): Readonly<Record<string, Json>> {
  const turn = { modifiedBy: doer.agentId };
  if (values.status === undefined || values.status === before.values.status) return turn;
  if (before.values.lockedTime !== null && !portal.switches.reopenLocked)
    throw unprocessable('The ticket is locked and cannot be updated.');
  const statusType = statusTypeOf(portal, values.status);
  const since = (name: string, type: string): Json =>
    statusType !== type ? null : (before.values[name] ?? iso(portal.stampMs));
  const closedTime = since('closedTime', 'Closed');
  return { ...turn, statusType, closedTime, onholdTime: since('onholdTime', 'On Hold') };
}

/** A ticket's description is also the first message of its conversation. */
function describe(portal: Portal, ticket: DeskRecord): void {
  const content = textOf(ticket.values.description);
  const channel = textOf(ticket.values.channel)?.toUpperCase() ?? 'WEB';
  if (content !== null) hear(portal, ticket, { channel, content, isDescription: true, atMs: ticket.createdMs });
}

/** The customer says something on a ticket. */
export function hear(
  portal: Portal,
  ticket: DeskRecord,
  said: Pick<Thread, 'channel' | 'content' | 'isDescription' | 'atMs'>,
): Thread {
  const contact = portal.contactBody(ticket.values.contactId);
  const thread: Thread = {
    ...said,
    id: portal.ids.next(),
    direction: 'in',
    authorName: textOf(contact?.lastName) ?? '',
    authorEmail: textOf(contact?.email),
  };
  portal.talks.addThread(ticket.id, thread);
  return thread;
}
