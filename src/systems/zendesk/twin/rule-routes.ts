import { runAutomations } from './automations.ts';
import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { idOf, isObject, type JsonObject, listOf, textOf } from './json.ts';
import { idRows, listRows, page } from './paging.ts';
import { invalid, missingParameter } from './refusal.ts';
import { actionsOf, conditionsOf, inOrder, type Rule, ruleBody } from './triggers.ts';

/** Triggers and automations: one form. Source: Zendesk, "Triggers", "Trigger Categories", "Automations". */
type Kind = 'trigger' | 'automation';
const kinds: readonly Kind[] = ['trigger', 'automation'];

export const ruleRoutes: readonly Route[] = [
  ...kinds.flatMap((kind): readonly Route[] => {
    const path = `${kind}s`;
    const admin = { resource: path, role: 'admin' } as const;
    return [
      { method: 'GET', path, handle: (call) => list(call, kind), ...admin },
      { method: 'GET', path: `${path}/active`, handle: (call) => list(call, kind), ...admin },
      { method: 'GET', path: `${path}/search`, handle: (call) => list(call, kind), ...admin },
      { method: 'POST', path, handle: (call) => create(call, kind), ...admin },
      { method: 'PUT', path: `${path}/reorder`, handle: (call) => reorder(call, kind), ...admin },
      { method: 'PUT', path: `${path}/update_many`, handle: (call) => updateMany(call, kind), ...admin },
      { method: 'DELETE', path: `${path}/destroy_many`, handle: (call) => destroyMany(call, kind), ...admin },
      { method: 'GET', path: `${path}/:id`, handle: (call) => ok(one(call, kind, ruleOf(call, kind))), ...admin },
      { method: 'PUT', path: `${path}/:id`, handle: (call) => update(call, kind), ...admin },
      { method: 'DELETE', path: `${path}/:id`, handle: (call) => destroy(call, kind), ...admin },
    ];
  }),
  { method: 'GET', path: 'trigger_categories', handle: categories, resource: 'triggers', role: 'admin' },
];

const defaultCategory = '6130869158682';

function shelf(call: Call, kind: Kind): Map<number, Rule> {
  return kind === 'trigger' ? call.account.triggers.triggers : call.account.automations.rules;
}

function ruleOf(call: Call, kind: Kind): Rule {
  return must(shelf(call, kind).get(call.id()));
}

function one(call: Call, kind: Kind, rule: Rule): JsonObject {
  return { [kind]: ruleBody(rule, `${kind}s`, call.base) };
}

function read(call: Call, body: JsonObject, before: Rule): Rule {
  const title = textOf(body.title) ?? before.title;
  if (title === '') throw invalid({ field: 'title', error: 'BlankValue', label: 'title', sentence: 'blank' });
  // Conditions at the top level are accepted and put in their place.
  const conditions = isObject(body.conditions) ? body.conditions : body;
  return {
    ...before,
    title,
    description: body.description === undefined ? before.description : (textOf(body.description) ?? null),
    active: typeof body.active === 'boolean' ? body.active : before.active,
    all: conditions.all === undefined ? before.all : conditionsOf(conditions.all),
    any: conditions.any === undefined ? before.any : conditionsOf(conditions.any),
    actions: body.actions === undefined ? before.actions : actionsOf(body.actions),
    position: typeof body.position === 'number' ? body.position : before.position,
    categoryId: before.categoryId === null ? null : (textOf(body.category_id) ?? before.categoryId),
    updated: call.account.now,
  };
}

function keep(call: Call, kind: Kind, rule: Rule): Rule {
  shelf(call, kind).set(rule.id, rule);
  if (kind === 'automation') runAutomations(call.account, call.doer);
  return rule;
}

function create(call: Call, kind: Kind): Answer {
  const { account } = call;
  const rule = read(call, call.wrapped(kind), {
    id: account.newId(),
    title: '',
    description: null,
    active: true,
    all: [],
    any: [],
    actions: [],
    position: shelf(call, kind).size + 1,
    categoryId: kind === 'trigger' ? defaultCategory : null,
    created: account.now,
    updated: account.now,
  });
  keep(call, kind, rule);
  return created(one(call, kind, rule), `${call.base}/api/v2/${kind}s/${rule.id}.json`);
}

function update(call: Call, kind: Kind): Answer {
  const before = ruleOf(call, kind);
  return ok(one(call, kind, keep(call, kind, read(call, call.wrapped(kind), before))));
}

function destroy(call: Call, kind: Kind): Answer {
  shelf(call, kind).delete(ruleOf(call, kind).id);
  return nothing;
}

/** `active`, and `search` for words of the title, are lists of fewer. */
function list(call: Call, kind: Kind): Answer {
  const words = (call.query.get('query') ?? '').toLowerCase();
  const isActive = call.path.includes('/active') || call.query.get('active') === 'true';
  const found = inOrder(shelf(call, kind)).filter(
    (rule) => (!isActive || rule.active) && rule.title.toLowerCase().includes(words),
  );
  const rows = listRows(found, 'position,id', (rule) => [rule.position, rule.id]);
  return ok(page(call, { name: `${kind}s`, rows, draw: (rule) => ruleBody(rule, `${kind}s`, call.base) }));
}

/** Those that are named come first, in the order in which they are named. */
function reorder(call: Call, kind: Kind): Answer {
  const given = listOf(call.body[`${kind}_ids`]);
  if (given === undefined) throw missingParameter(`${kind}_ids`);
  const rules = shelf(call, kind);
  const named = given.map((id) => must(rules.get(idOf(id) ?? 0)));
  const rest = inOrder(rules).filter((rule) => !named.includes(rule));
  for (const [index, rule] of [...named, ...rest].entries()) rules.set(rule.id, { ...rule, position: index + 1 });
  return list(call, kind);
}

function updateMany(call: Call, kind: Kind): Answer {
  const rules = shelf(call, kind);
  const changes = call.list(`${kind}s`).map((body) => read(call, body, must(rules.get(idOf(body.id) ?? 0))));
  for (const rule of changes) keep(call, kind, rule);
  return list(call, kind);
}

function destroyMany(call: Call, kind: Kind): Answer {
  const ids = call.words('ids');
  if (ids === null) throw missingParameter('ids');
  const rules = shelf(call, kind);
  for (const rule of ids.map((id) => must(rules.get(idOf(id) ?? 0)))) rules.delete(rule.id);
  return nothing;
}

function categories(call: Call): Answer {
  const rows = idRows([{ id: Number(defaultCategory) }]);
  const draw = (): JsonObject => ({ id: defaultCategory, name: 'Initial category', position: 0 });
  return ok(page(call, { name: 'trigger_categories', rows, draw }));
}
