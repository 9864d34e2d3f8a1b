import { bulkItem, deleted, destroyTargets, membersOf, must, startJob } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { type GroupMembership, groupBody } from './desk.ts';
import { idOf, type JsonObject, textOf } from './json.ts';
import { idRows, listRows, page } from './paging.ts';
import { invalid } from './refusal.ts';
import { iso } from './stamps.ts';
import { userBody } from './user-body.ts';

/** Groups of agents, and who is in them. Source: Zendesk, "Groups", "Group Memberships". */
const reader = { role: 'agent' } as const;
const writer = { role: 'admin' } as const;
const members = 'group_memberships';

export const groupRoutes: readonly Route[] = [
  { method: 'GET', path: 'groups', handle: listGroups, ...reader },
  { method: 'GET', path: 'groups/assignable', handle: listGroups, ...reader },
  { method: 'POST', path: 'groups', handle: createGroup, ...writer },
  { method: 'GET', path: 'groups/:id', handle: showGroup, ...reader },
  { method: 'PUT', path: 'groups/:id', handle: updateGroup, ...writer },
  { method: 'DELETE', path: 'groups/:id', handle: destroyGroup, ...writer },
  { method: 'GET', path: 'groups/:id/users', handle: groupUsers, ...reader },
  { method: 'GET', path: members, handle: listMemberships, ...reader },
  { method: 'GET', path: `${members}/assignable`, handle: listMemberships, ...reader },
  { method: 'POST', path: members, handle: join, ...writer },
  { method: 'POST', path: `${members}/create_many`, handle: joinMany, ...writer },
  { method: 'DELETE', path: `${members}/destroy_many`, handle: leaveMany, ...writer },
  { method: 'GET', path: `${members}/:id`, handle: showMembership, ...reader },
  { method: 'DELETE', path: `${members}/:id`, handle: leave, ...writer },
  { method: 'GET', path: 'groups/:group/memberships', handle: listMemberships, ...reader },
  { method: 'GET', path: 'groups/:group/memberships/assignable', handle: listMemberships, ...reader },
  { method: 'GET', path: `users/:user/${members}`, handle: listMemberships, ...reader },
  { method: 'POST', path: `users/:user/${members}`, handle: join, ...writer },
  { method: 'GET', path: `users/:user/${members}/:id`, handle: showMembership, ...reader },
  { method: 'DELETE', path: `users/:user/${members}/:id`, handle: leave, ...writer },
  { method: 'PUT', path: `users/:user/${members}/:id/make_default`, handle: makeDefault, ...writer },
];

function listGroups(call: Call): Answer {
  const live = [...call.account.desk.groups.values()].filter((group) => !group.deleted);
  live.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
  const rows = listRows(live, 'name,id', (group) => [group.name, group.id]);
  return ok(page(call, { name: 'groups', rows, draw: (group) => groupBody(group, call.base) }));
}

function createGroup(call: Call): Answer {
  const body = call.wrapped('group');
  const name = textOf(body.name) ?? '';
  if (name === '') throw invalid({ field: 'name', error: 'BlankValue', label: 'name', sentence: 'blank' });
  const description = textOf(body.description) ?? '';
  const group = call.account.desk.putGroup({ name, description }, call.account.now);
  return created({ group: groupBody(group, call.base) }, `${call.base}/api/v2/groups/${group.id}.json`);
}

function showGroup(call: Call): Answer {
  return ok({ group: groupBody(must(call.account.desk.groups.get(call.id())), call.base) });
}

function updateGroup(call: Call): Answer {
  const before = must(call.account.desk.groups.get(call.id()));
  const body = call.wrapped('group');
  const after = {
    ...before,
    name: textOf(body.name) ?? before.name,
    description: textOf(body.description) ?? before.description,
    updated: call.account.now,
  };
  call.account.desk.groups.set(after.id, after);
  return ok({ group: groupBody(after, call.base) });
}

function destroyGroup(call: Call): Answer {
  const group = must(call.account.desk.groups.get(call.id()));
  call.account.desk.groups.set(group.id, { ...group, deleted: true, updated: call.account.now });
  return nothing;
}

function groupUsers(call: Call): Answer {
  const { account, base } = call;
  const { id } = must(account.desk.groups.get(call.id()));
  const members = [...account.desk.groupMemberships.values()].filter((one) => one.groupId === id);
  const users = members.map((one) => account.users.getActive(one.userId)).filter((user) => user !== undefined);
  const rows = idRows(users.sort((a, b) => a.id - b.id));
  return ok(page(call, { name: 'users', rows, draw: (user) => userBody(account, user, base) }));
}

function membershipBody(call: Call, one: GroupMembership): JsonObject {
  const url = `${call.base}/api/v2/group_memberships/${one.id}.json`;
  const stamps = { created_at: iso(one.created), updated_at: iso(one.created) };
  return { url, id: one.id, user_id: one.userId, group_id: one.groupId, default: one.isDefault, ...stamps };
}

/** All, or those of the user or the group in the path. */
function listMemberships(call: Call): Answer {
  const userId = 'user' in call.params ? must(call.account.users.get(call.id('user'))).id : null;
  const groupId = 'group' in call.params ? must(call.account.desk.groups.get(call.id('group'))).id : null;
  const rows = idRows(
    [...call.account.desk.groupMemberships.values()].filter(
      (one) => (userId ?? one.userId) === one.userId && (groupId ?? one.groupId) === one.groupId,
    ),
  );
  return ok(page(call, { name: 'group_memberships', rows, draw: (one) => membershipBody(call, one) }));
}

function membershipOf(call: Call): GroupMembership {
  const found = must(call.account.desk.groupMemberships.get(call.id()));
  const isElsewhere = 'user' in call.params && found.userId !== call.id('user');
  return must(isElsewhere ? undefined : found);
}

function showMembership(call: Call): Answer {
  return ok({ group_membership: membershipBody(call, membershipOf(call)) });
}

/** End users cannot join, and nobody joins twice. */
function add(call: Call, body: JsonObject): GroupMembership {
  const { desk, users } = call.account;
  const user = users.getActive('user' in call.params ? call.id('user') : idOf(body.user_id));
  const group = desk.groups.get(idOf(body.group_id) ?? 0);
  if (user === undefined || user.role === 'end-user' || group === undefined) {
    throw invalid({ field: 'user', error: 'InvalidValue', label: 'user', sentence: 'invalid', value: '' });
  }
  const mine = [...desk.groupMemberships.values()].filter((one) => one.userId === user.id);
  if (mine.some((one) => one.groupId === group.id)) {
    throw invalid({ field: 'user_id', error: 'DuplicateValue', label: null, sentence: 'userTaken' });
  }
  return desk.join(user.id, group.id, mine.length === 0, call.account.now);
}

function join(call: Call): Answer {
  const membership = add(call, call.wrapped('group_membership'));
  const url = `${call.base}/api/v2/group_memberships/${membership.id}.json`;
  return created({ group_membership: membershipBody(call, membership) }, url);
}

function joinMany(call: Call): Answer {
  const items = membersOf(call, 'group_memberships').map((body) =>
    bulkItem(call, { error: 'GroupMembershipCreateFailed' }, () => ({ id: add(call, body).id, status: 'Created' })),
  );
  const working = (item: number): string => `Creating group membership #${item}`;
  return startJob(call, { type: 'Bulk Create Group Membership', working, items });
}

function leave(call: Call): Answer {
  call.account.desk.groupMemberships.delete(membershipOf(call).id);
  return nothing;
}

function leaveMany(call: Call): Answer {
  const { groupMemberships } = call.account.desk;
  const items = destroyTargets(call).map(({ id }) =>
    bulkItem(call, { error: 'GroupMembershipDeleteFailed', ...(id === null ? {} : { id }) }, () => {
      must(groupMemberships.delete(id ?? 0) || undefined);
      return deleted(id ?? 0);
    }),
  );
  const working = (item: number): string => `Deleting group membership #${item}`;
  return startJob(call, { type: 'Bulk Delete Group Membership', working, items });
}

function makeDefault(call: Call): Answer {
  const wanted = membershipOf(call);
  const { groupMemberships } = call.account.desk;
  for (const one of [...groupMemberships.values()].filter(({ userId }) => userId === wanted.userId)) {
    groupMemberships.set(one.id, { ...one, isDefault: one.id === wanted.id });
  }
  return listMemberships(call);
}
