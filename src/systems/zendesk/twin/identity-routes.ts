import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import {
  addIdentity,
  findIdentity,
  identitiesOf,
  identityBody,
  makePrimary,
  removeIdentity,
  updateIdentity,
} from './identities.ts';
import type { JsonObject } from './json.ts';
import { listRows, page } from './paging.ts';
import type { Identity, User } from './records.ts';

/** Source: Zendesk, "User Identities". */
const agent = { resource: 'users', role: 'agent' } as const;
export const identityRoutes: readonly Route[] = [
  { method: 'GET', path: 'users/:id/identities', handle: list, ...agent },
  { method: 'POST', path: 'users/:id/identities', handle: create, ...agent },
  { method: 'GET', path: 'users/:id/identities/:identity', handle: show, ...agent },
  { method: 'PUT', path: 'users/:id/identities/:identity', handle: update, ...agent },
  { method: 'DELETE', path: 'users/:id/identities/:identity', handle: destroy, ...agent },
  { method: 'PUT', path: 'users/:id/identities/:identity/make_primary', handle: primary, ...agent },
  { method: 'PUT', path: 'users/:id/identities/:identity/verify', handle: verify, ...agent },
  { method: 'PUT', path: 'users/:id/identities/:identity/request_verification', handle: requestVerification, ...agent },
];

function userOf(call: Call): User {
  return must(call.account.users.getActive(call.id()));
}

function identityOf(call: Call, user: User): Identity {
  return findIdentity(call.account, user, call.id('identity'));
}

/** The whole list, primaries first. */
function all(call: Call, user: User): JsonObject {
  const identities = identitiesOf(call.account, user.id).map((identity) => identityBody(identity, call.base));
  return { identities, next_page: null, previous_page: null, count: identities.length };
}

function list(call: Call): Answer {
  const user = userOf(call);
  const types = [...call.query.getAll('type[]'), ...call.query.getAll('type')];
  const found = identitiesOf(call.account, user.id).filter((one) => types.length === 0 || types.includes(one.type));
  const rows = listRows(found, 'id', (identity) => [identity.id]);
  return ok(page(call, { name: 'identities', rows, draw: (identity) => identityBody(identity, call.base) }));
}

function show(call: Call): Answer {
  return ok({ identity: identityBody(identityOf(call, userOf(call)), call.base) });
}

function create(call: Call): Answer {
  const user = userOf(call);
  const identity = addIdentity(call.account, call.doer, user, call.wrapped('identity'));
  const url = `${call.base}/api/v2/users/${user.id}/identities/${identity.id}.json`;
  return created({ identity: identityBody(identity, call.base) }, url);
}

function update(call: Call): Answer {
  const user = userOf(call);
  const after = updateIdentity(call.account, call.doer, user, identityOf(call, user), call.wrapped('identity'));
  return ok({ identity: identityBody(after, call.base) });
}

function destroy(call: Call): Answer {
  const user = userOf(call);
  removeIdentity(call.account, call.doer, user, identityOf(call, user));
  return nothing;
}

function primary(call: Call): Answer {
  const user = userOf(call);
  makePrimary(call.account, call.doer, user, identityOf(call, user));
  return ok(all(call, user));
}

function verify(call: Call): Answer {
  const user = userOf(call);
  updateIdentity(call.account, call.doer, user, identityOf(call, user), { verified: true });
  return ok(all(call, user));
}

function requestVerification(call: Call): Answer {
  return ok({ identity: identityBody(identityOf(call, userOf(call)), call.base) });
}
