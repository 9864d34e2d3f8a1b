import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { flagOf, idOf, isObject, type Json, type JsonObject, listOf, textOf } from './json.ts';
import { invalid, missingParameter } from './refusal.ts';
import type { SlaPolicy, SlaTarget } from './sla.ts';
import { iso } from './stamps.ts';
import { type Condition, conditionsOf, inOrder } from './triggers.ts';

/** Source: Zendesk, "SLA Policies". Unpaginated. */
const admin = { role: 'admin' } as const;
export const slaRoutes: readonly Route[] = [
  { method: 'GET', path: 'slas/policies', handle: list, ...admin },
  { method: 'POST', path: 'slas/policies', handle: create, ...admin },
  { method: 'PUT', path: 'slas/policies/reorder', handle: reorder, ...admin },
  { method: 'GET', path: 'slas/policies/:id', handle: (call) => ok(one(call, policyOf(call))), ...admin },
  { method: 'PUT', path: 'slas/policies/:id', handle: update, ...admin },
  { method: 'DELETE', path: 'slas/policies/:id', handle: destroy, ...admin },
];

function policyOf(call: Call): SlaPolicy {
  return must(call.account.desk.sla.policies.get(call.id()));
}

function body(policy: SlaPolicy, base: string): JsonObject {
  const draw = ({ field, operator, value }: Condition): JsonObject => ({ field, operator, value });
  return {
    url: `${base}/api/v2/slas/policies/${policy.id}.json`,
    id: policy.id,
    title: policy.title,
    description: policy.description,
    position: policy.position,
    filter: { all: policy.all.map(draw), any: policy.any.map(draw) },
    policy_metrics: policy.targets.map(({ priority, metric, minutes, businessHours }) => {
      return { priority, metric, target: minutes, business_hours: businessHours };
    }),
    created_at: iso(policy.created),
    updated_at: iso(policy.updated),
  };
}

function one(call: Call, policy: SlaPolicy): JsonObject {
  return { sla_policy: body(policy, call.base) };
}

function targetsIn(given: Json): readonly SlaTarget[] {
  return (listOf(given) ?? []).filter(isObject).map((target) => {
    const minutes = Number(textOf(target.target) ?? Number.NaN);
    if (!(minutes > 0)) {
      const value = textOf(target.target) ?? '';
      throw invalid({ field: 'policy_metrics', error: 'InvalidValue', label: null, sentence: 'invalid', value });
    }
    return {
      priority: textOf(target.priority) ?? '',
      metric: textOf(target.metric) ?? '',
      minutes,
      businessHours: flagOf(target.business_hours) ?? false,
    };
  });
}

function read(call: Call, given: JsonObject, before: SlaPolicy): SlaPolicy {
  const title = textOf(given.title) ?? before.title;
  if (title === '') throw invalid({ field: 'title', error: 'BlankValue', label: 'title', sentence: 'blank' });
  const filter = isObject(given.filter) ? given.filter : {};
  return {
    ...before,
    title,
    description: given.description === undefined ? before.description : (textOf(given.description) ?? null),
    position: typeof given.position === 'number' ? given.position : before.position,
    all: filter.all === undefined ? before.all : conditionsOf(filter.all),
    any: filter.any === undefined ? before.any : conditionsOf(filter.any),
    targets: given.policy_metrics === undefined ? before.targets : targetsIn(given.policy_metrics),
    updated: call.account.now,
  };
}

function list(call: Call): Answer {
  const policies = inOrder(call.account.desk.sla.policies).map((policy) => body(policy, call.base));
  return ok({ sla_policies: policies, next_page: null, previous_page: null, count: policies.length });
}

function create(call: Call): Answer {
  const { account } = call;
  const { policies } = account.desk.sla;
  const policy = read(call, call.wrapped('sla_policy'), {
    id: account.newId(),
    title: '',
    description: null,
    position: policies.size + 1,
    all: [],
    any: [],
    targets: [],
    created: account.now,
    updated: account.now,
  });
  policies.set(policy.id, policy);
  return created(one(call, policy), `${call.base}/api/v2/slas/policies/${policy.id}.json`);
}

function update(call: Call): Answer {
  const policy = read(call, call.wrapped('sla_policy'), policyOf(call));
  call.account.desk.sla.policies.set(policy.id, policy);
  return ok(one(call, policy));
}

function destroy(call: Call): Answer {
  call.account.desk.sla.policies.delete(policyOf(call).id);
  return nothing;
}

function reorder(call: Call): Answer {
  const ids = listOf(call.body.sla_policy_ids);
  if (ids === undefined) throw missingParameter('sla_policy_ids');
  const { policies } = call.account.desk.sla;
  const named = ids.map((id) => must(policies.get(idOf(id) ?? 0)));
  for (const [index, policy] of named.entries()) policies.set(policy.id, { ...policy, position: index + 1 });
  return nothing;
}
