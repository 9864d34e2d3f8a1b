import { kinds } from './all-kinds.ts';
import { idsIn, onlyMembers } from './body.ts';
import { type Answer, type Call, listed, ok, type Route } from './call.ts';
import { purgeRecord, restoreRecord } from './changes.ts';
import type { Kind } from './kinds.ts';
import { eachOf, weightOfBin } from './mass.ts';
import type { DeskRecord } from './records.ts';
import { badParameter, notFound } from './refusal.ts';
import { rowBody } from './rows.ts';
import { iso } from './stamps.ts';
import { compare } from './store.ts';

/** The recycle bin: sixty days, then gone for good. Source: Zoho Desk API, "Recycle bin", and two clients that use it. */
const deleteScopes = [['Desk.tickets.DELETE'], ['Desk.contacts.DELETE']];
const mass = { body: 'json', isMass: true, weight: weightOfBin } as const;

export const binRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'recycleBin',
    scopes: [['Desk.tickets.READ', 'Desk.contacts.READ']],
    query: ['module', 'from', 'limit', 'sortBy', 'departmentId'],
    weight: () => 3,
    handle: list,
  },
  { method: 'POST', path: 'recycleBin/delete', scopes: deleteScopes, ...mass, handle: purge },
  {
    method: 'POST',
    path: 'recycleBin/restore',
    scopes: [['Desk.tickets.UPDATE'], ['Desk.contacts.UPDATE']],
    ...mass,
    handle: restore,
  },
];

function list(call: Call): Answer {
  const kind = Object.values(kinds).find(({ module }) => module === call.query('module'));
  if (kind === undefined) throw badParameter('module');
  const { isDescending = true } = call.sort(['deletedTime']) ?? {};
  const [from, limit] = [call.searchOffset(Number.MAX_SAFE_INTEGER), call.limit(10)];
  const department = call.query('departmentId');
  const found = [...call.portal.stores[kind.module].live.all()]
    .filter(
      ({ trashedMs, values }) => trashedMs !== null && (department === null || values.departmentId === department),
    )
    .sort((one, two) => {
      const difference = compare(one.trashedMs ?? 0, two.trashedMs ?? 0);
      return (isDescending ? -difference : difference) || compare(one.id, two.id);
    })
    .slice(from, from + limit);
  const style = { include: [], fields: null };
  const rows = found.map((record) => ({
    ...rowBody(call.portal, kind, record, style),
    deletedTime: iso(record.trashedMs ?? 0),
  }));
  return rows.length === 0 && call.portal.switches.emptyBin === 'list' ? ok({ data: [] }) : listed(rows);
}

/** The ids may be of any module. */
function binned(call: Call, id: string): { readonly kind: Kind; readonly record: DeskRecord } {
  for (const kind of Object.values(kinds)) {
    const record = call.portal.stores[kind.module].live.get(id);
    if (record !== undefined && record.trashedMs !== null) return { kind, record };
  }
  throw notFound();
}

function purge(call: Call): Answer {
  onlyMembers(call.body, ['ids']);
  return eachOf(call, idsIn(call.body, 'ids'), (id) => {
    const { kind, record } = binned(call, id);
    purgeRecord(call.portal, kind, record.id);
  });
}

function restore(call: Call): Answer {
  if (!call.portal.switches.restoreRoute) throw notFound();
  onlyMembers(call.body, ['ids']);
  return eachOf(call, idsIn(call.body, 'ids'), (id) => {
    const { kind, record } = binned(call, id);
    restoreRecord(call.portal, call.doer, kind, record);
  });
}
