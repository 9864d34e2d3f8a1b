import {
  type BulkTarget,
  bulkItem,
  deleted,
  destroyTargets,
  membersOf,
  must,
  namedTargets,
  startJob,
  updated,
  updateTargets,
} from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { idOf, type JsonObject, textOf } from './json.ts';
import { mergeBody, mergeOrganizations } from './organization-merges.ts';
import { fold } from './organization-store.ts';
import {
  createOrganization,
  deleteOrganization,
  organizationBody,
  organizationKeys,
  updateOrganization,
} from './organizations.ts';
import { idRows, offsetPage, page, tableRows } from './paging.ts';
import type { Organization } from './records.ts';
import { badAttribute, missingParameter, notFound } from './refusal.ts';

const agent = { resource: 'organizations', role: 'agent' } as const;
const admin = { resource: 'organizations', role: 'admin' } as const;

export const organizationRoutes: readonly Route[] = [
  { method: 'GET', path: 'organizations', handle: list, ...agent },
  { method: 'POST', path: 'organizations', handle: create, ...admin },
  { method: 'GET', path: 'organizations/count', handle: count, ...agent },
  { method: 'GET', path: 'organizations/search', handle: search, ...agent },
  { method: 'GET', path: 'organizations/autocomplete', handle: autocomplete, ...agent },
  { method: 'POST', path: 'organizations/autocomplete', handle: autocomplete, ...agent },
  { method: 'GET', path: 'organizations/show_many', handle: showMany, ...agent },
  { method: 'POST', path: 'organizations/create_or_update', handle: createOrUpdate, ...admin },
  { method: 'POST', path: 'organizations/create_many', handle: createMany, ...admin },
  { method: 'PUT', path: 'organizations/update_many', handle: updateMany, ...admin },
  { method: 'DELETE', path: 'organizations/destroy_many', handle: destroyMany, ...admin },
  { method: 'GET', path: 'organizations/:id', handle: show, ...agent },
  { method: 'PUT', path: 'organizations/:id', handle: update, ...agent },
  { method: 'DELETE', path: 'organizations/:id', handle: destroy, ...admin },
  { method: 'GET', path: 'organizations/:id/related', handle: related, ...agent },
  { method: 'POST', path: 'organizations/:id/merge', handle: merge, ...admin },
  { method: 'GET', path: 'organization_merges/:id', handle: showMerge, ...admin },
  { method: 'GET', path: 'organizations/:id/merges', handle: merges, ...admin },
];

function drawIn(call: Call): (record: Organization) => JsonObject {
  return (record) => organizationBody(call.account, record, call.base);
}

function one(call: Call, record: Organization): JsonObject {
  return { organization: drawIn(call)(record) };
}

function urlOf(call: Call, record: Organization): string {
  return `${call.base}/api/v2/organizations/${record.id}.json`;
}

function ignoredIn(call: Call): (key: string) => void {
  return (key) => call.unpermitted.push(`organization.${key}`);
}

function list(call: Call): Answer {
  const { organizations } = call.account;
  const rows = tableRows(
    organizations.table,
    (record) => record.deleted === null,
    () => organizations.live,
  );
  return ok(page(call, { name: 'organizations', rows, draw: drawIn(call) }));
}

function count(call: Call): Answer {
  const value = call.account.organizations.live;
  return ok({ count: { value, refreshed_at: new Date(call.account.nowMs).toISOString() } });
}

function show(call: Call): Answer {
  return ok(one(call, must(call.account.organizations.get(call.id()))));
}

/** By ids or external ids, at most 100; what does not exist is left out. */
function showMany(call: Call): Answer {
  const targets = namedTargets(call);
  if (targets === null) throw missingParameter('ids');
  const found = targets.map((target) => find(call, target)).filter((record) => record !== undefined);
  return ok(offsetPage(call, { name: 'organizations', rows: idRows([...new Set(found)]), draw: drawIn(call) }));
}

/** Exact, without case; by the database, not by the search index. */
function search(call: Call): Answer {
  const { organizations } = call.account;
  const externalId = call.query.get('external_id');
  const name = call.query.get('name');
  if (externalId === null && name === null) throw missingParameter('name');
  const found =
    externalId === null
      ? organizations.named(name ?? '')
      : [organizations.withExternalId(externalId)].filter((record) => record !== undefined);
  return ok(offsetPage(call, { name: 'organizations', rows: idRows(found), draw: drawIn(call) }));
}

/** Names that begin so; at least two characters. */
function autocomplete(call: Call): Answer {
  const name = fold(call.query.get('name') ?? textOf(call.body.name) ?? '');
  if (name.length < 2) throw badAttribute('name', 'must be at least 2 characters');
  const found: Organization[] = [];
  for (const record of call.account.organizations.table.values()) {
    if (record.deleted === null && fold(record.name).startsWith(name)) found.push(record);
  }
  return ok(offsetPage(call, { name: 'organizations', rows: idRows(found), draw: drawIn(call) }));
}

function related(call: Call): Answer {
  const record = must(call.account.organizations.get(call.id()));
  const users = call.account.users.memberCount(record.id);
  const tickets = call.account.desk.tickets.countOfOrganization(record.id);
  return ok({ organization_related: { users_count: users, tickets_count: tickets } });
}

function create(call: Call): Answer {
  const body = call.wrapped('organization');
  call.permit('organization', body, organizationKeys);
  const record = createOrganization(call.account, call.doer, body, ignoredIn(call));
  return created(one(call, record), urlOf(call, record));
}

function update(call: Call): Answer {
  const before = must(call.account.organizations.get(call.id()));
  call.limit('organizationUpdatesPerMinute', String(before.id));
  const body = call.wrapped('organization');
  call.permit('organization', body, organizationKeys);
  return ok(one(call, updateOrganization(call.account, call.doer, before, body, ignoredIn(call))));
}

/** By id or external id, never by name: creating a name twice is refused as a duplicate. */
function createOrUpdate(call: Call): Answer {
  const body = call.wrapped('organization');
  call.permit('organization', body, organizationKeys);
  const id = idOf(body.id) ?? null;
  const externalId = textOf(body.external_id) ?? null;
  const before = find(call, { id, externalId });
  if (before === undefined) {
    if (id !== null) throw notFound();
    const record = createOrganization(call.account, call.doer, body, ignoredIn(call));
    return created(one(call, record), urlOf(call, record));
  }
  const record = updateOrganization(call.account, call.doer, before, body, ignoredIn(call));
  return { ...ok(one(call, record)), headers: { location: urlOf(call, record) } };
}

function destroy(call: Call): Answer {
  deleteOrganization(call.account, call.doer, must(call.account.organizations.get(call.id())));
  return nothing;
}

function createMany(call: Call): Answer {
  const { account, doer } = call;
  const items = membersOf(call, 'organizations').map((body) => {
    call.permit('organizations', body, organizationKeys);
    return bulkItem(call, { error: 'OrganizationCreateFailed' }, () => {
      return { status: 'Created', id: createOrganization(account, doer, body).id };
    });
  });
  const working = (item: number): string => `Creating organization #${item}`;
  return startJob(call, { type: 'Bulk Create Organization', working, items, shuffled: true });
}

function updateMany(call: Call): Answer {
  const { account, doer } = call;
  const items = updateTargets(call, 'organization', 'organizations').map((target) => {
    call.permit('organizations', target.body, organizationKeys);
    const failure = { error: 'OrganizationUpdateFailed', ...(target.id === null ? {} : { id: target.id }) };
    return bulkItem(call, failure, () => {
      const before = must(find(call, target));
      return updated(updateOrganization(account, doer, before, target.body).id);
    });
  });
  const working = (item: number): string => `Updating organization #${item}`;
  return startJob(call, { type: 'Bulk Update Organization', working, items });
}

function destroyMany(call: Call): Answer {
  const { account, doer } = call;
  const items = destroyTargets(call).map((target) => {
    const failure = { error: 'OrganizationDeleteFailed', ...(target.id === null ? {} : { id: target.id }) };
    return bulkItem(call, failure, () => {
      const before = must(find(call, target));
      deleteOrganization(account, doer, before);
      return deleted(before.id);
    });
  });
  const working = (item: number): string => `Deleting organization #${item}`;
  return startJob(call, { type: 'Bulk Delete Organization', working, items });
}

/** An id wins over an external id. */
function find(call: Call, target: Omit<BulkTarget, 'body'>): Organization | undefined {
  if (target.id !== null) return call.account.organizations.get(target.id);
  return target.externalId === null ? undefined : call.account.organizations.withExternalId(target.externalId);
}

function merge(call: Call): Answer {
  const loser = must(call.account.organizations.get(call.id()));
  const winner = must(call.account.organizations.get(idOf(call.wrapped('organization_merge').winner_id)));
  const merge = mergeOrganizations(call.account, call.doer, loser, winner);
  return ok({ organization_merge: mergeBody(merge, call.base) });
}

function showMerge(call: Call): Answer {
  const merge = must(call.account.organizationMerges.get(call.params.id ?? ''));
  return ok({ organization_merge: mergeBody(merge, call.base) });
}

function merges(call: Call): Answer {
  const id = call.id();
  const found = [...call.account.organizationMerges.values()].filter((merge) => merge.winnerId === id);
  return ok({ organization_merges: found.map((merge) => mergeBody(merge, call.base)) });
}
