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
import { type Answer, type Call, created, ok, type Route } from './call.ts';
import { groupBody } from './desk.ts';
import { identitiesOf, identityBody } from './identities.ts';
import { idOf, type Json, type JsonObject, textOf } from './json.ts';
import { organizationBody } from './organizations.ts';
import { idRows, offsetPage, page, type Rows, tableRows } from './paging.ts';
import type { User } from './records.ts';
import { forbidden, missingParameter, tooManyUsers } from './refusal.ts';
import { searchUsers } from './search.ts';
import type { Ticket } from './ticket-records.ts';
import { userBody, userKeys } from './user-body.ts';
import { createUser, deleteUser, mergeUsers, purgeUser, updateUser, upsertUser } from './users.ts';

const agent = { resource: 'users', role: 'agent' } as const;
const admin = { resource: 'users', role: 'admin' } as const;

export const userRoutes: readonly Route[] = [
  { method: 'GET', path: 'users/me', handle: me, resource: 'users', role: 'anyone' },
  { method: 'GET', path: 'users', handle: list, ...agent },
  { method: 'POST', path: 'users', handle: create, ...agent },
  { method: 'GET', path: 'users/count', handle: count, ...agent },
  { method: 'GET', path: 'users/search', handle: search, ...agent },
  { method: 'GET', path: 'users/autocomplete', handle: autocomplete, ...agent },
  { method: 'POST', path: 'users/autocomplete', handle: autocomplete, ...agent },
  { method: 'GET', path: 'users/show_many', handle: showMany, ...agent },
  { method: 'POST', path: 'users/create_or_update', handle: createOrUpdate, ...agent, limit: 'userWritesPerSecond' },
  { method: 'POST', path: 'users/create_many', handle: createMany, ...admin },
  { method: 'POST', path: 'users/create_or_update_many', handle: upsertMany, ...admin },
  { method: 'PUT', path: 'users/update_many', handle: updateMany, ...admin },
  { method: 'DELETE', path: 'users/destroy_many', handle: destroyMany, ...admin },
  { method: 'GET', path: 'users/:id', handle: show, ...agent },
  { method: 'PUT', path: 'users/:id', handle: update, ...agent },
  { method: 'DELETE', path: 'users/:id', handle: destroy, ...agent },
  { method: 'GET', path: 'users/:id/related', handle: related, ...agent },
  { method: 'PUT', path: 'users/:id/merge', handle: merge, ...agent },
  { method: 'GET', path: 'users/:id/compliance_deletion_statuses', handle: compliance, ...agent },
  { method: 'GET', path: 'organizations/:id/users', handle: ofOrganization, ...agent },
  { method: 'GET', path: 'deleted_users', handle: listDeleted, ...agent },
  { method: 'GET', path: 'deleted_users/count', handle: countDeleted, ...agent },
  { method: 'GET', path: 'deleted_users/:id', handle: showDeleted, ...agent },
  { method: 'DELETE', path: 'deleted_users/:id', handle: purge, ...admin, limit: 'userPurgesPer10Minutes' },
  { method: 'GET', path: 'custom_roles', handle: customRoles, role: 'agent' },
];

export function drawUser(call: Call): (user: User) => JsonObject {
  return (user) => userBody(call.account, user, call.base);
}

function one(call: Call, user: User): JsonObject {
  return { user: drawUser(call)(user) };
}

function urlOf(call: Call, user: User): string {
  return `${call.base}/api/v2/users/${user.id}.json`;
}

function ignoredIn(call: Call): (key: string) => void {
  return (key) => call.unpermitted.push(`user.${key}`);
}

/** Answers anonymous callers too: not a test of a login unless the id is looked at. */
function me(call: Call): Answer {
  if (call.user === null) {
    const anonymous = { id: null, url: `${call.base}/api/v2/users/.json`, name: 'Anonymous user', email: null };
    return ok({ user: { ...anonymous, role: 'end-user', locale: 'en-US', authenticity_token: 'anonymous' } });
  }
  return ok({ user: { ...drawUser(call)(call.user), authenticity_token: `authenticity-${call.user.id}` } });
}

function sideloads(call: Call): (users: readonly User[]) => JsonObject {
  const include = call.words('include') ?? [];
  return (users) => {
    const more: Record<string, Json> = {};
    if (include.includes('organizations')) {
      const ids = new Set(users.map((user) => user.organizationId));
      const found = [...ids].map((id) => call.account.organizations.get(id)).filter((record) => record !== undefined);
      more.organizations = found.map((record) => organizationBody(call.account, record, call.base));
    }
    if (include.includes('identities')) {
      more.identities = users.flatMap((user) =>
        identitiesOf(call.account, user.id).map((identity) => identityBody(identity, call.base)),
      );
    }
    if (include.includes('open_ticket_count')) {
      more.open_ticket_count = Object.fromEntries(users.map((user) => [user.id, openTickets(call, user).length]));
    }
    if (include.includes('roles')) more.roles = [];
    if (include.includes('groups')) {
      const { groups, groupMemberships } = call.account.desk;
      const ids = new Set(users.map((user) => user.id));
      const theirs = [...groupMemberships.values()].filter((one) => ids.has(one.userId)).map((one) => one.groupId);
      const found = [...new Set(theirs)].map((id) => groups.get(id)).filter((group) => group !== undefined);
      more.groups = found.map((group) => groupBody(group, call.base));
    }
    if (include.includes('abilities')) {
      more.abilities = users.map((user) => ({
        url: `${call.base}/api/v2/users/${user.id}/abilities.json`,
        user_id: user.id,
        can_edit: call.user?.role === 'admin' || user.role === 'end-user',
        can_view_views: user.role !== 'end-user',
      }));
    }
    return more;
  };
}

function openTickets(call: Call, user: User): readonly Ticket[] {
  const mine = call.account.desk.tickets.ofRequester(user.id);
  return mine.filter((ticket) => ticket.status !== 'solved' && ticket.status !== 'closed');
}

/** Agents included, deleted users excluded. `external_id` is exact and up to date. */
function list(call: Call): Answer {
  const externalId = call.query.get('external_id');
  const roles = [...call.query.getAll('role[]'), ...call.query.getAll('role')];
  const { users } = call.account;
  const customRole = call.query.get('permission_set');
  const isAny = roles.length === 0 && customRole === null;
  const shows = (user: User): boolean =>
    user.active &&
    (roles.length === 0 || roles.includes(user.role)) &&
    (customRole === null || String(user.customRoleId) === customRole);
  const rows: Rows<User> =
    externalId === null
      ? tableRows(users.table, shows, isAny ? () => users.active : undefined)
      : idRows([users.withExternalId(externalId)].filter((user) => user !== undefined).filter(shows));
  return ok(page(call, { name: 'users', rows, draw: drawUser(call), more: sideloads(call) }));
}

function count(call: Call): Answer {
  const value = call.account.users.active;
  return ok({ count: { value, refreshed_at: new Date(call.account.nowMs).toISOString() } });
}

/** A deleted user is still shown by id. */
function show(call: Call): Answer {
  const user = must(call.account.users.get(call.id()));
  return ok({ ...one(call, user), ...sideloads(call)([user]) });
}

function showMany(call: Call): Answer {
  const targets = namedTargets(call, tooManyUsers);
  if (targets === null) throw missingParameter('ids');
  const found = targets.map((target) => find(call, target)).filter((user) => user !== undefined);
  const rows = idRows([...new Set(found)]);
  return ok(offsetPage(call, { name: 'users', rows, draw: drawUser(call), more: sideloads(call) }));
}

/** By external id it is an exact look-up; by `query` it is the search index, with its lag. */
function search(call: Call): Answer {
  const externalId = call.query.get('external_id');
  const query = call.query.get('query');
  if (externalId === null && query === null) throw missingParameter('query');
  const found =
    externalId === null
      ? searchUsers(call.account, query ?? '')
      : [call.account.users.withExternalId(externalId)].filter((user) => user !== undefined);
  return ok(offsetPage(call, { name: 'users', rows: idRows(found), draw: drawUser(call), more: sideloads(call) }));
}

function autocomplete(call: Call): Answer {
  const name = (call.query.get('name') ?? textOf(call.body.name) ?? '').toLowerCase();
  if (name.length < 2) throw missingParameter('name');
  const found: User[] = [];
  for (const user of call.account.users.table.values()) {
    const words = [user.name, ...user.name.split(/\s+/), user.email ?? ''];
    if (user.active && words.some((word) => word.toLowerCase().startsWith(name))) found.push(user);
  }
  return ok(offsetPage(call, { name: 'users', rows: idRows(found), draw: drawUser(call) }));
}

function related(call: Call): Answer {
  const user = must(call.account.users.get(call.id()));
  const requested = call.account.desk.tickets.ofRequester(user.id).length;
  const subscriptions = call.account.users.membershipsOf(user.id).length;
  return ok({
    user_related: {
      assigned_tickets: call.account.desk.tickets.ofAssignee(user.id).length,
      requested_tickets: requested,
      ccd_tickets: 0,
      topics: 0,
      topic_comments: 0,
      votes: 0,
      subscriptions,
    },
  });
}

function ofOrganization(call: Call): Answer {
  const organization = must(call.account.organizations.get(call.id()));
  const members = call.account.users
    .membersOf(organization.id)
    .map((membership) => call.account.users.getActive(membership.userId))
    .filter((user) => user !== undefined)
    .sort((a, b) => a.id - b.id);
  return ok(page(call, { name: 'users', rows: idRows(members), draw: drawUser(call), more: sideloads(call) }));
}

function create(call: Call): Answer {
  const body = call.wrapped('user');
  call.permit('user', body, userKeys);
  const user = createUser(call.account, call.doer, body, ignoredIn(call));
  return created(one(call, user), urlOf(call, user));
}

/** Limited twice: for the one profile, and for the account as a whole. */
function update(call: Call): Answer {
  const before = must(call.account.users.getActive(call.id()));
  call.limit('userWritesPerSecond');
  call.limit('userUpdatesPerMinute', String(before.id));
  const body = call.wrapped('user');
  call.permit('user', body, userKeys);
  return ok(one(call, updateUser(call.account, call.doer, before, body, ignoredIn(call))));
}

function createOrUpdate(call: Call): Answer {
  const body = call.wrapped('user');
  call.permit('user', body, userKeys);
  const { users } = call.account;
  const known =
    users.withExternalId(textOf(body.external_id) ?? '') ?? users.withIdentity('email', textOf(body.email) ?? '');
  if (known !== undefined) call.limit('userUpdatesPerMinute', String(known.id));
  const { user, isNew } = upsertUser(call.account, call.doer, body, ignoredIn(call));
  return { status: isNew ? 201 : 200, body: one(call, user), headers: { location: urlOf(call, user) } };
}

/** 200 with the user, unlike all other deletes. */
function destroy(call: Call): Answer {
  const before = must(call.account.users.getActive(call.id()));
  return ok(one(call, deleteUser(call.account, call.doer, before)));
}

function merge(call: Call): Answer {
  const loser = must(call.account.users.getActive(call.id()));
  const body = call.wrapped('user');
  const email = textOf(body.email);
  const winner = email ? call.account.users.withIdentity('email', email) : call.account.users.getActive(idOf(body.id));
  return ok(one(call, mergeUsers(call.account, call.doer, loser, must(winner))));
}

/** Zendesk switches this on for an account on request. */
function checkBulk(call: Call): void {
  if (call.account.switches.bulkImports === 'off') throw forbidden();
}

function createMany(call: Call): Answer {
  checkBulk(call);
  const { account, doer } = call;
  const items = membersOf(call, 'users', tooManyUsers).map((body) => {
    call.permit('users', body, userKeys);
    return bulkItem(call, { error: 'UserCreateError' }, () => {
      return { id: createUser(account, doer, body).id, status: 'Created' };
    });
  });
  const working = (item: number): string => `Creating user #${item}`;
  return startJob(call, { type: 'Bulk Create User', working, items, shuffled: true });
}

function upsertMany(call: Call): Answer {
  checkBulk(call);
  const { account, doer } = call;
  const items = membersOf(call, 'users', tooManyUsers).map((body) => {
    call.permit('users', body, userKeys);
    return bulkItem(call, { error: 'UserUpdateError', status: 'Failed' }, () => {
      const { user, isNew } = upsertUser(account, doer, body);
      const externalId = textOf(body.external_id);
      const email = textOf(body.email);
      const keys = {
        ...(externalId ? { external_id: externalId } : {}),
        ...(email ? { email } : {}),
      };
      const status = isNew ? 'Created' : 'Updated';
      return { id: user.id, status, ...(account.switches.upsertResultKeys ? keys : {}) };
    });
  });
  const working = (item: number): string => `Creating or updating user #${item}`;
  return startJob(call, { type: 'Bulk Create Or Update User', working, items });
}

function updateMany(call: Call): Answer {
  checkBulk(call);
  const { account, doer } = call;
  const items = updateTargets(call, 'user', 'users', tooManyUsers).map((target) => {
    call.permit('users', target.body, userKeys);
    const failure = { error: 'UserUpdateError', ...(target.id === null ? {} : { id: target.id }) };
    return bulkItem(call, failure, () => {
      const before = must(find(call, target));
      return updated(updateUser(account, doer, must(before.active ? before : undefined), target.body).id);
    });
  });
  const working = (item: number): string => `Updating user #${item}`;
  return startJob(call, { type: 'Bulk Update User', working, items });
}

function destroyMany(call: Call): Answer {
  const { account, doer } = call;
  const items = destroyTargets(call, tooManyUsers).map((target) => {
    const failure = { error: 'UserDeleteError', ...(target.id === null ? {} : { id: target.id }) };
    return bulkItem(call, failure, () => {
      const before = must(find(call, target));
      deleteUser(account, doer, must(before.active ? before : undefined));
      return deleted(before.id);
    });
  });
  const working = (item: number): string => `Deleting user #${item}`;
  return startJob(call, { type: 'Bulk Delete User', working, items });
}

function find(call: Call, target: Omit<BulkTarget, 'body'>): User | undefined {
  if (target.id !== null) return call.account.users.get(target.id);
  return target.externalId === null ? undefined : call.account.users.withExternalId(target.externalId);
}

function deletedBody(call: Call, user: User): JsonObject {
  const { id, url, name, email, created_at, updated_at, locale_id, locale, organization_id, role, active } =
    drawUser(call)(user);
  const body = { id, url, name, email, created_at, updated_at, locale_id, locale, organization_id, role, active };
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, value ?? null]));
}

function isDeleted(user: User): boolean {
  return !user.active && !user.purged;
}

function listDeleted(call: Call): Answer {
  const rows = tableRows(call.account.users.table, isDeleted);
  return ok(page(call, { name: 'deleted_users', rows, draw: (user) => deletedBody(call, user) }));
}

function countDeleted(call: Call): Answer {
  let value = 0;
  for (const user of call.account.users.table.values()) if (isDeleted(user)) value++;
  return ok({ count: { value, refreshed_at: new Date(call.account.nowMs).toISOString() } });
}

function deletedUser(call: Call): User {
  const user = must(call.account.users.get(call.id()));
  return must(isDeleted(user) ? user : undefined);
}

function showDeleted(call: Call): Answer {
  return ok({ deleted_user: deletedBody(call, deletedUser(call)) });
}

function purge(call: Call): Answer {
  return ok({ deleted_user: deletedBody(call, purgeUser(call.account, call.doer, deletedUser(call))) });
}

function compliance(call: Call): Answer {
  const user = must(call.account.users.get(call.id()));
  const statuses = user.purged ? [{ action: 'request_deletion', application: 'all', user_id: user.id }] : [];
  return ok({ compliance_deletion_statuses: statuses, count: statuses.length, next_page: null, previous_page: null });
}

function customRoles(): Answer {
  return ok({ custom_roles: [], count: 0, next_page: null, previous_page: null });
}
