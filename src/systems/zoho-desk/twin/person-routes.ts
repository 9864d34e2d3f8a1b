import { accounts } from './accounts.ts';
import { idsIn, onlyMembers } from './body.ts';
import { type Call, ok, paged, type Route } from './call.ts';
import { touchRecord } from './changes.ts';
import { contacts } from './contacts.ts';
import { idOf, isJsonList, isJsonObject, type Json, type JsonObject, member } from './json.ts';
import type { Kind } from './kinds.ts';
import { pageAmong, weightOfList } from './lists.ts';
import { eachOf, livingRecord, weightPerTwo } from './mass.ts';
import type { SecondAccount } from './portal.ts';
import { type DeskRecord, isShown } from './records.ts';
import { badParameter, flaw, invalidData, notFound } from './refusal.ts';
import { rowBody, rowStyle } from './rows.ts';
import { tickets } from './tickets.ts';

/**
 * How contacts, accounts and tickets hang together: a contact has one primary account and any number of secondary ones.
 * Source: Zoho Desk's OpenAPI files Contact, Account, AccountContactMappingInfo, Statistics.
 */
const read = [['Desk.contacts.READ']];
const readTickets = [['Desk.contacts.READ'], ['Desk.tickets.READ'], ['Desk.search.READ']];
const write = { scopes: [['Desk.contacts.UPDATE']], body: 'json', isMass: true, weight: weightPerTwo } as const;
const paging = ['from', 'limit', 'include', 'fields'];

export const personRoutes: readonly Route[] = [
  { method: 'GET', path: 'contacts/count', scopes: read, query: ['viewId'], weight: () => 50, handle: count },
  {
    method: 'GET',
    path: 'contacts/:id/accounts',
    scopes: read,
    query: paging,
    weight: weightOfList,
    handle: accountsOf,
  },
  {
    method: 'GET',
    path: 'accounts/:id/contacts',
    scopes: read,
    query: paging,
    weight: weightOfList,
    handle: contactsOf,
  },
  { method: 'POST', path: 'contacts/:id/associateAccounts', ...write, handle: associate },
  { method: 'POST', path: 'contacts/:id/dissociateAccounts', ...write, handle: dissociate },
  ...[contacts, accounts].flatMap((kind): Route[] => [
    {
      method: 'GET',
      path: `${kind.module}/:id/tickets`,
      scopes: readTickets,
      query: [...paging, 'sortBy', 'departmentId'],
      weight: weightOfList,
      handle: (call) => ticketsOf(call, kind),
    },
    {
      method: 'GET',
      path: `${kind.module}/:id/statistics`,
      scopes: read,
      query: ['departmentId'],
      handle: (call) => ok(statistics(ticketsBehind(call, kind))),
    },
  ]),
];

function count(call: Call) {
  // Views are not kept: any view is an unknown one.
  if (call.query('viewId') !== null) throw badParameter('viewId');
  const shown = [...call.portal.stores.contacts.live.all()].filter(isShown);
  return ok({ count: String(shown.length) });
}

function mapping(mappingId: string, mappingType: 'PRIMARY' | 'SECONDARY', isViewable: boolean): JsonObject {
  return { mappingInfo: { mappingId, mappingType, isAccountTicketsViewable: isViewable } };
}

/** The primary account's mapping has no id of its own here: it is the contact's. */
function accountsOf(call: Call) {
  const { portal } = call;
  const contact = call.record(contacts);
  const style = rowStyle(call, accounts);
  const row = (id: Json | undefined, info: JsonObject): JsonObject[] => {
    const account = portal.stores.accounts.live.get(String(id));
    return account !== undefined && isShown(account) ? [{ ...rowBody(portal, accounts, account, style), ...info }] : [];
  };
  const rows = [
    ...row(contact.values.accountId, mapping(contact.id, 'PRIMARY', true)),
    ...portal
      .accountsOf(contact.id)
      .flatMap((one) => row(one.accountId, mapping(one.mappingId, 'SECONDARY', one.isViewable))),
  ];
  return paged(call, rows, accounts.defaultLimit);
}

function contactsOf(call: Call) {
  const { portal } = call;
  const account = call.record(accounts);
  const style = rowStyle(call, contacts);
  const row = (contact: DeskRecord | undefined, info: JsonObject): JsonObject[] =>
    contact !== undefined && isShown(contact) ? [{ ...rowBody(portal, contacts, contact, style), ...info }] : [];
  const store = portal.stores.contacts.live;
  const rows = [
    ...store.pointingAt('accountId', account.id).flatMap((one) => row(one, mapping(one.id, 'PRIMARY', true))),
    ...[...portal.secondContactsOf(account.id)].flatMap(([id, one]) =>
      row(store.get(id), mapping(one.mappingId, 'SECONDARY', one.isViewable)),
    ),
  ];
  return paged(call, rows, contacts.defaultLimit);
}

/** `{"data":[{"id","isAccountTicketsViewable"}]}`. */
function associate(call: Call) {
  const { portal, body } = call;
  onlyMembers(body, ['data', 'ids']);
  const contact = call.writable(contacts);
  const data = member(body, 'data');
  if (!isJsonList(data) || data.length === 0) throw invalidData([flaw('/data', 'missing')]);
  const wanted = new Map<string, boolean>();
  data.forEach((one, at) => {
    const id = isJsonObject(one) ? idOf(one.id) : null;
    if (id === null || !isJsonObject(one)) throw invalidData([flaw(`/data/${at}/id`, 'invalid')]);
    wanted.set(id, one.isAccountTicketsViewable === true);
  });
  return eachOf(call, [...wanted.keys()], (id) => {
    livingRecord(call, accounts, id);
    const others = portal.accountsOf(contact.id).filter(({ accountId }) => accountId !== id);
    const added: SecondAccount = {
      accountId: id,
      mappingId: portal.ids.next(),
      isViewable: wanted.get(id) === true,
    };
    if (contact.values.accountId !== id) portal.setAccountsOf(contact.id, [...others, added]);
    touchRecord(portal, contacts, contact.id);
  });
}

function dissociate(call: Call) {
  const { portal, body } = call;
  onlyMembers(body, ['ids']);
  const contact = call.writable(contacts);
  return eachOf(call, idsIn(body, 'ids'), (id) => {
    const known = portal.accountsOf(contact.id);
    if (!known.some(({ accountId }) => accountId === id)) throw notFound();
    portal.setAccountsOf(
      contact.id,
      known.filter(({ accountId }) => accountId !== id),
    );
    touchRecord(portal, contacts, contact.id);
  });
}

function ticketsBehind(call: Call, kind: Kind): readonly DeskRecord[] {
  const department = call.query('departmentId');
  const found = call.portal.stores.tickets.live.pointingAt(`${kind.singular}Id`, call.record(kind).id);
  return found.filter((ticket) => department === null || ticket.values.departmentId === department);
}

function ticketsOf(call: Call, kind: Kind) {
  return pageAmong(call, tickets, ticketsBehind(call, kind), ['createdTime', 'modifiedTime']);
}

function statistics(found: readonly DeskRecord[]): JsonObject {
  const living = found.filter(isShown);
  const ofType = (type: string): string => String(living.filter(({ values }) => values.statusType === type).length);
  return {
    overallCount: {
      totalCount: String(living.length),
      openCount: ofType('Open'),
      onHoldCount: ofType('On Hold'),
      closedCount: ofType('Closed'),
    },
  };
}
