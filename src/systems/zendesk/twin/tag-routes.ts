import { must } from './bulk.ts';
import { type Answer, type Call, ok, type Route } from './call.ts';
import { tagsOf, unique } from './json.ts';
import { updateOrganization } from './organizations.ts';
import { updateUser } from './users.ts';

/** Deltas of tags: PUT adds, POST sets, DELETE removes. Source: Zendesk, "Tags". */
type Verb = 'PUT' | 'POST' | 'DELETE';
const verbs: readonly Verb[] = ['PUT', 'POST', 'DELETE'];

export const tagRoutes: readonly Route[] = [
  { method: 'GET', path: 'users/:id/tags', handle: showUser, resource: 'users', role: 'agent' },
  { method: 'GET', path: 'organizations/:id/tags', handle: showOrganization, resource: 'organizations', role: 'agent' },
  ...verbs.flatMap((verb): readonly Route[] => [
    { method: verb, path: 'users/:id/tags', handle: (call) => user(call, verb), resource: 'users', role: 'agent' },
    {
      method: verb,
      path: 'organizations/:id/tags',
      handle: (call) => organization(call, verb),
      resource: 'organizations',
      role: 'agent',
    },
  ]),
];

function showUser(call: Call): Answer {
  return ok({ tags: must(call.account.users.get(call.id())).tags });
}

function showOrganization(call: Call): Answer {
  return ok({ tags: must(call.account.organizations.get(call.id())).tags });
}

function user(call: Call, verb: Verb): Answer {
  const before = must(call.account.users.getActive(call.id()));
  const tags = changedTags(before.tags, call, verb);
  return ok({ tags: updateUser(call.account, call.doer, before, { tags }).tags }, verb === 'POST' ? 201 : 200);
}

function organization(call: Call, verb: Verb): Answer {
  const before = must(call.account.organizations.get(call.id()));
  const tags = changedTags(before.tags, call, verb);
  return ok({ tags: updateOrganization(call.account, call.doer, before, { tags }).tags }, verb === 'POST' ? 201 : 200);
}

export function changedTags(before: readonly string[], call: Call, verb: Verb): readonly string[] {
  const tags = tagsOf(call.body.tags) ?? [];
  if (verb === 'POST') return tags;
  return verb === 'PUT' ? unique([...before, ...tags]) : before.filter((tag) => !tags.includes(tag));
}
