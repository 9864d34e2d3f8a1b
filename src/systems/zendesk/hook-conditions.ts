import type { HookCondition, HookFilter } from '../kit/hook.ts';
import type { CustomTypes } from './values.ts';

/**
 * A sync's filter as conditions of a trigger, and back. Source: Zendesk, "Conditions reference". Not everything that a filter says can be
 * said there; then the trigger is wider than the filter, never narrower: what it tells too much of is filtered again here.
 */
export interface Condition {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

export interface Conditions {
  readonly all: readonly Condition[];
  readonly any: readonly Condition[];
}

/** A trigger needs a condition; a ticket is always one of these. */
const always: readonly Condition[] = ['Create', 'Change'].map((value) => ({
  field: 'update_type',
  operator: 'is',
  value,
}));

/** Fields that a condition calls by the name that the ticket has for them. */
const plain: ReadonlySet<string> = new Set([
  'status',
  'priority',
  'type',
  'organization_id',
  'group_id',
  'assignee_id',
  'requester_id',
  'brand_id',
  'ticket_form_id',
  'custom_status_id',
]);

/** `every`: each of them has to be met; `some`: one of them. One condition alone is both. */
type Said = { readonly every: readonly Condition[] } | { readonly some: readonly Condition[] };

/** `wider`: the fields whose conditions could not be said. */
export function conditionsOf(
  filter: HookFilter,
  types: CustomTypes,
): { readonly conditions: Conditions; readonly wider: readonly string[] } {
  const all: Condition[] = [];
  const wider: string[] = [];
  let any = anyOf(filter.any, types);
  if (any === null) wider.push(...filter.any.map(({ field }) => field));
  let isFree = filter.any.length === 0;
  for (const condition of filter.all) {
    const said = saidOf(condition, types);
    if (said === null) wider.push(condition.field);
    else if ('every' in said) all.push(...said.every);
    else if (isFree) {
      // The one list of alternatives that a trigger has.
      any = said.some;
      isFree = false;
    } else wider.push(condition.field);
  }
  const isEmpty = all.length === 0 && (any ?? []).length === 0;
  return { conditions: { all, any: isEmpty ? always : (any ?? []) }, wider: [...new Set(wider)] };
}

/** Alternatives can only be left out together: without one of them the trigger would be narrower. */
function anyOf(conditions: readonly HookCondition[], types: CustomTypes): readonly Condition[] | null {
  const any: Condition[] = [];
  for (const condition of conditions) {
    const said = saidOf(condition, types);
    if (said === null) return null;
    if ('some' in said) any.push(...said.some);
    else if (said.every.length === 1) any.push(...said.every);
    else return null;
  }
  return any;
}

function saidOf({ field, op, values }: HookCondition, types: CustomTypes): Said | null {
  const texts = values.map(String);
  if (field === 'tags') {
    const value = texts.join(' ');
    if (texts.length === 0 || texts.some((text) => /\s/.test(text))) return null;
    if (op === 'is' || op === 'contains') return one('current_tags', 'includes', value);
    return op === 'is-not' ? one('current_tags', 'not_includes', value) : null;
  }
  const key = /^custom_fields\.(\d+)$/.exec(field)?.[1];
  const name = key === undefined ? field : `custom_fields_${key}`;
  if (key !== undefined && op === 'is-empty') return one(name, 'not_present', '');
  if (key !== undefined && op === 'is-not-empty') return one(name, 'present', '');
  const type = key === undefined ? undefined : types.get(key);
  const isKnown = plain.has(field) || type === 'option' || type === 'boolean';
  if (!isKnown || texts.length === 0) return null;
  const conditions = texts.map((value) => ({ field: name, operator: op === 'is' ? 'is' : 'is_not', value }));
  if (op === 'is-not') return { every: conditions };
  if (op !== 'is') return null;
  return conditions.length === 1 ? { every: conditions } : { some: conditions };
}

function one(field: string, operator: string, value: string): Said {
  return { every: [{ field, operator, value }] };
}

/** Equal whatever the order of conditions, and of the tags in one. */
export function alikeConditions(a: Conditions, b: Conditions): boolean {
  return sorted(a.all) === sorted(b.all) && sorted(a.any) === sorted(b.any);
}

function sorted(conditions: readonly Condition[]): string {
  return conditions
    .map(({ field, operator, value }) => {
      const words = field === 'current_tags' ? value.split(/\s+/).sort().join(' ') : value;
      return JSON.stringify([field, operator, words]);
    })
    .sort()
    .join();
}

/** What is said of conditions that every ticket meets. */
export const everyChange = 'every change';

/** For people: `all of: status is open; any of: priority is high, priority is urgent`. */
export function spoken({ all, any }: Conditions): string {
  if (alikeConditions({ all, any }, { all: [], any: always })) return everyChange;
  const list = (conditions: readonly Condition[]): string =>
    conditions.map(({ field, operator, value }) => `${field} ${operator} ${value}`.trim()).join(', ');
  const parts = [all.length === 0 ? '' : `all of: ${list(all)}`, any.length === 0 ? '' : `any of: ${list(any)}`];
  return parts.filter((part) => part !== '').join('; ') || 'no conditions';
}

/** What a filter of ours says instead: `{ all: [{ field: status, op: is, value: open }] }`; null where it cannot say all of it. */
export function asFilter({ all, any }: Conditions): string | null {
  const groups: string[] = [];
  for (const [name, conditions] of [
    ['all', all],
    ['any', any],
  ] as const) {
    const words = conditions.filter(({ field }) => field !== 'update_type').map(worded);
    if (words.includes(null)) return null;
    if (words.length > 0) groups.push(`${name}: [${words.join(', ')}]`);
  }
  return groups.length === 0 ? '{}' : `{ ${groups.join(', ')} }`;
}

const operators: Readonly<Record<string, string>> = {
  is: 'is',
  is_not: 'is-not',
  includes: 'contains',
  not_includes: 'is-not',
  present: 'is-not-empty',
  not_present: 'is-empty',
};

function worded({ field, operator, value }: Condition): string | null {
  const op = operators[operator];
  const key = /^custom_fields_(\d+)$/.exec(field)?.[1];
  const name = field === 'current_tags' ? 'tags' : key === undefined ? field : `custom_fields.${key}`;
  if (op === undefined || (name === field && !plain.has(field))) return null;
  const given = field === 'current_tags' ? `[${value.split(/\s+/).join(', ')}]` : value;
  return `{ field: ${name}, op: ${op}${op.endsWith('empty') ? '' : `, value: ${given}`} }`;
}
