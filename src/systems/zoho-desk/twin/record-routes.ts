import { idsIn, onlyMembers } from './body.ts';
import { type Answer, type Call, nothing, ok, type Route } from './call.ts';
import { createRecord, markSpam, mergeRecords, purgeRecord, trashRecord, updateRecord } from './changes.ts';
import { isJsonObject, member } from './json.ts';
import type { Kind } from './kinds.ts';
import { pageOf, weightOfList } from './lists.ts';
import { eachOf, livingRecord, updateMany, weightOfBin, weightPerTwo } from './mass.ts';
import { flaw, invalidData, notFound, outOfRange } from './refusal.ts';
import { includes, listedRows, recordBody, rowStyle } from './rows.ts';
import { search, weightOfSearch } from './search.ts';

/** What contacts, accounts and tickets have in common. Source: Zoho Desk's OpenAPI files Contact, Account, Ticket, Search. */
export function recordRoutes(kind: Kind): readonly Route[] {
  const { module } = kind;
  const may = (verb: string): readonly (readonly string[])[] => [[`Desk.${kind.scope}.${verb}`]];
  const write = { body: 'json' } as const;
  return [
    {
      method: 'GET',
      path: `${module}/:id`,
      scopes: may('READ'),
      query: ['include'],
      handle: (call) => ok(recordBody(call.portal, kind, call.record(kind), includes(call, kind))),
    },
    {
      method: 'PATCH',
      path: `${module}/:id`,
      scopes: may('UPDATE'),
      query: module === 'tickets' ? ['disableClosureNotification'] : [],
      ...write,
      handle: (call) => update(call, kind),
    },
    {
      method: 'GET',
      path: `${module}/search`,
      scopes: [...may('READ'), ['Desk.search.READ']],
      query: [...searchParameters(kind), 'from', 'limit', 'sortBy', '_all', 'fields'],
      weight: weightOfSearch,
      handle: (call) => search(call, kind),
    },
    {
      method: 'POST',
      path: `${module}/moveToTrash`,
      scopes: may('DELETE'),
      ...write,
      weight: weightOfBin,
      handle: (call) => moveToTrash(call, kind),
    },
    {
      method: 'POST',
      path: `${module}/:id/merge`,
      scopes: may('UPDATE'),
      ...write,
      handle: (call) => merge(call, kind),
    },
    {
      method: 'POST',
      path: `${module}/updateMany`,
      scopes: may('UPDATE'),
      ...write,
      isMass: true,
      weight: () => 25,
      handle: (call) => updateMany(call, kind),
    },
  ];
}

/** Contacts and accounts; a ticket may bring its contact along. */
export function createRoute(kind: Kind): Route {
  return {
    method: 'POST',
    path: kind.module,
    scopes: [[`Desk.${kind.scope}.CREATE`]],
    body: 'json',
    handle: ({ portal, doer, body }) => ok(recordBody(portal, kind, createRecord(portal, doer, kind, body))),
  };
}

/** Contacts and accounts are listed whole; tickets have filters of their own. */
export function listRoute(kind: Kind): Route {
  return {
    method: 'GET',
    path: kind.module,
    scopes: [[`Desk.${kind.scope}.READ`]],
    query: ['from', 'limit', 'sortBy', 'include', 'fields'],
    weight: weightOfList,
    handle: (call) => pageOf(call, kind, call.portal.stores[kind.module].seen('list')),
  };
}

/** `contacts/contactsByIds?ids=`, `accounts/accountsByIds?ids=`: at most twenty. */
export function byIdsRoute(kind: Kind): Route {
  return {
    method: 'GET',
    path: `${kind.module}/${kind.singular}sByIds`,
    scopes: [[`Desk.${kind.scope}.READ`]],
    query: ['ids', 'include', 'fields'],
    handle(call) {
      const ids = call.words('ids') ?? [];
      if (ids.length === 0 || ids.length > 20) throw outOfRange('ids', '1-20');
      const records = ids.flatMap((id) => call.portal.stores[kind.module].live.get(id) ?? []);
      const living = records.filter(({ trashedMs }) => trashedMs === null);
      return listedRows(call, kind, living, rowStyle(call, kind));
    },
  };
}

/** Contacts and tickets can be spam. */
export function spamRoutes(kind: Kind): readonly Route[] {
  const shared = { body: 'json', isMass: true, weight: weightPerTwo } as const;
  return [
    {
      method: 'POST',
      path: `${kind.module}/markSpam`,
      scopes: [[`Desk.${kind.scope}.UPDATE`]],
      ...shared,
      handle: (call) => mark(call, kind),
    },
    {
      method: 'POST',
      path: `${kind.module}/deleteSpam`,
      scopes: [[`Desk.${kind.scope}.DELETE`]],
      ...shared,
      handle(call) {
        onlyMembers(call.body, [kind.trashKey]);
        return eachOf(call, idsIn(call.body, kind.trashKey), (id) => {
          const record = livingRecord(call, kind, id);
          if (!record.isSpam) throw notFound();
          purgeRecord(call.portal, kind, record.id);
        });
      },
    },
  ];
}

function searchParameters(kind: Kind): readonly string[] {
  const custom = Array.from({ length: 10 }, (_, i) => `customField${i + 1}`);
  return [...kind.search.texts, ...kind.search.exact, ...kind.search.times, ...custom];
}

function update(call: Call, kind: Kind): Answer {
  call.flag('disableClosureNotification');
  const before = call.writable(kind);
  return ok(recordBody(call.portal, kind, updateRecord(call.portal, call.doer, kind, before, call.body)));
}

/** All of them or none. */
function moveToTrash(call: Call, kind: Kind): Answer {
  const { portal, doer, body } = call;
  onlyMembers(body, [kind.trashKey]);
  const found = [...new Set(idsIn(body, kind.trashKey))].map((id) => portal.stores[kind.module].live.get(id));
  const living = found.flatMap((record) => (record !== undefined && record.trashedMs === null ? [record] : []));
  if (living.length < found.length && portal.switches.trashUnknown === '404') throw notFound();
  for (const record of living) trashRecord(portal, doer, kind, record);
  return nothing;
}

function merge(call: Call, kind: Kind): Answer {
  const { portal, doer, body } = call;
  onlyMembers(body, ['ids', 'source']);
  const ids = idsIn(body, 'ids', kind.module === 'tickets' ? 5 : 100);
  const source = member(body, 'source') ?? {};
  if (!isJsonObject(source)) throw invalidData([flaw('/source', 'invalid')]);
  const after = mergeRecords(portal, doer, kind, call.writable(kind), ids, source);
  return ok(recordBody(portal, kind, after));
}

function mark(call: Call, kind: Kind): Answer {
  const { portal, doer, body } = call;
  onlyMembers(body, ['ids', 'isSpam', 'handleExistingTickets']);
  const isSpam = member(body, 'isSpam');
  // The vendor's own sample has the text.
  if (isSpam !== true && isSpam !== false && isSpam !== 'true' && isSpam !== 'false')
    throw invalidData([flaw('/isSpam', isSpam === undefined ? 'missing' : 'invalid')]);
  const answer = eachOf(call, idsIn(body, 'ids'), (id) => {
    markSpam(portal, doer, kind, livingRecord(call, kind, id), String(isSpam) === 'true');
  });
  return kind.module === 'tickets' ? { status: 200 } : answer;
}
