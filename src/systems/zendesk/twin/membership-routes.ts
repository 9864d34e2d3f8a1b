import { bulkItem, destroyTargets, membersOf, must, startJob } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { flagOf, idOf, type JsonObject } from './json.ts';
import { addMembership, makeDefault, membershipBody, removeMembership } from './memberships.ts';
import { organizationBody } from './organizations.ts';
import { idRows, page, type Rows, tableRows } from './paging.ts';
import type { Membership, User } from './records.ts';
import { invalid } from './refusal.ts';

/** Source: Zendesk, "Organization Memberships". */
const agent = { resource: 'organizations', role: 'agent' } as const;
const all = 'organization_memberships';
export const membershipRoutes: readonly Route[] = [
  { method: 'GET', path: all, handle: list, ...agent },
  { method: 'POST', path: all, handle: create, ...agent },
  { method: 'POST', path: `${all}/create_many`, handle: createMany, ...agent },
  { method: 'DELETE', path: `${all}/destroy_many`, handle: destroyMany, ...agent },
  { method: 'GET', path: `${all}/:id`, handle: show, ...agent },
  { method: 'DELETE', path: `${all}/:id`, handle: destroy, ...agent },
  { method: 'GET', path: `users/:user/${all}`, handle: ofUser, ...agent },
  { method: 'POST', path: `users/:user/${all}`, handle: create, ...agent },
  { method: 'GET', path: `users/:user/${all}/:id`, handle: show, ...agent },
  { method: 'DELETE', path: `users/:user/${all}/:id`, handle: destroy, ...agent },
  { method: 'PUT', path: `users/:user/${all}/:id/make_default`, handle: setDefault, ...agent },
  { method: 'GET', path: 'users/:user/organizations', handle: organizationsOf, ...agent },
  { method: 'DELETE', path: 'users/:user/organizations/:organization', handle: unassign, ...agent },
  { method: 'PUT', path: 'users/:user/organizations/:organization/make_default', handle: setDefaultOf, ...agent },
  { method: 'GET', path: `organizations/:organization/${all}`, handle: ofOrganization, ...agent },
];

function drawIn(call: Call): (membership: Membership) => JsonObject {
  return (membership) => membershipBody(call.account, membership, call.base);
}

function listed(call: Call, rows: Rows<Membership>): Answer {
  return ok(page(call, { name: all, rows, draw: drawIn(call) }));
}

function list(call: Call): Answer {
  const { memberships } = call.account.users;
  return listed(
    call,
    tableRows(
      memberships,
      () => true,
      () => memberships.size,
    ),
  );
}

function ofUser(call: Call): Answer {
  const user = must(call.account.users.get(call.id('user')));
  return listed(call, idRows([...call.account.users.membershipsOf(user.id)].sort((a, b) => a.id - b.id)));
}

function ofOrganization(call: Call): Answer {
  const organization = must(call.account.organizations.get(call.id('organization')));
  return listed(call, idRows(call.account.users.membersOf(organization.id)));
}

function membershipOf(call: Call): Membership {
  const membership = must(call.account.users.memberships.get(call.id()));
  const isElsewhere = 'user' in call.params && membership.userId !== call.id('user');
  return must(isElsewhere ? undefined : membership);
}

function show(call: Call): Answer {
  return ok({ organization_membership: drawIn(call)(membershipOf(call)) });
}

function add(call: Call, body: JsonObject, user: User | undefined): Membership {
  if (user === undefined) {
    throw invalid({ field: 'user_id', error: 'InvalidValue', label: 'user', sentence: 'invalid', value: '' });
  }
  return addMembership(call.account, call.doer, user, idOf(body.organization_id) ?? 0, {
    ...(flagOf(body.default) === true ? { asDefault: true } : {}),
    ...(flagOf(body.view_tickets) === undefined ? {} : { viewTickets: flagOf(body.view_tickets) === true }),
  });
}

function create(call: Call): Answer {
  const body = call.wrapped('organization_membership');
  const userId = 'user' in call.params ? call.id('user') : idOf(body.user_id);
  const membership = add(call, body, call.account.users.getActive(userId));
  const url = `${call.base}/api/v2/organization_memberships/${membership.id}.json`;
  return created({ organization_membership: drawIn(call)(membership) }, url);
}

function createMany(call: Call): Answer {
  const items = membersOf(call, all).map((body) =>
    bulkItem(call, { error: 'OrganizationMembershipCreateFailed' }, () => {
      const membership = add(call, body, call.account.users.getActive(idOf(body.user_id)));
      return { id: membership.id, status: 'Created' };
    }),
  );
  const working = (item: number): string => `Creating organization membership #${item}`;
  return startJob(call, { type: 'Bulk Create Organization Membership', working, items });
}

function destroyMany(call: Call): Answer {
  const { account, doer } = call;
  const items = destroyTargets(call).map(({ id }) =>
    bulkItem(call, { error: 'OrganizationMembershipDeleteFailed', ...(id === null ? {} : { id }) }, () => {
      const membership = must(account.users.memberships.get(id));
      removeMembership(account, membership, doer);
      return { action: 'delete', id: membership.id, status: 'Deleted', success: true };
    }),
  );
  const working = (item: number): string => `Deleting organization membership #${item}`;
  return startJob(call, { type: 'Bulk Delete Organization Membership', working, items });
}

function destroy(call: Call): Answer {
  removeMembership(call.account, membershipOf(call), call.doer);
  return nothing;
}

/** The whole list of the user. */
function setDefault(call: Call): Answer {
  makeDefault(call.account, membershipOf(call), call.doer);
  return ofUser(call);
}

function organizationsOf(call: Call): Answer {
  const { account, base } = call;
  const user = must(account.users.get(call.id('user')));
  const mine = account.users.membershipsOf(user.id).map((one) => account.organizations.get(one.organizationId));
  const found = mine.filter((one) => one !== undefined).sort((a, b) => a.id - b.id);
  const draw = (one: (typeof found)[number]) => organizationBody(account, one, base);
  return ok(page(call, { name: 'organizations', rows: idRows(found), draw }));
}

function membershipIn(call: Call): Membership {
  const organizationId = call.id('organization');
  const mine = call.account.users.membershipsOf(call.id('user'));
  return must(mine.find((membership) => membership.organizationId === organizationId));
}

function unassign(call: Call): Answer {
  removeMembership(call.account, membershipIn(call), call.doer);
  return nothing;
}

function setDefaultOf(call: Call): Answer {
  makeDefault(call.account, membershipIn(call), call.doer);
  return ofUser(call);
}
