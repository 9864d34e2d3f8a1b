import { other, type Side } from '../model/record.ts';
import { flows, type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, isBlank } from '../model/value.ts';
import type { HoldDraft } from './verdict.ts';

/**
 * Fields of which a new record needs one (`ObjectType.oneOf`), where none of them would be sent: the hold that names what each comes from.
 * `left`: of references without a twin, what is to be said of them. null where nothing is lacking, or no rule writes any of them.
 */
export function lackOfAny(
  setup: SyncSetup,
  side: Side,
  record: { readonly name: string; readonly seen: Fields; readonly fields: Readonly<Record<string, unknown>> },
  left: ReadonlyMap<string, string>,
): HoldDraft | null {
  const target = other(side);
  const place = sideOf(setup, target);
  for (const names of place.type.oneOf ?? []) {
    const rules = setup.rules.filter((rule) => names.includes(rule[target]) && flows(rule.direction, target));
    const [first] = rules;
    if (first === undefined || names.some((name) => name in record.fields)) continue;
    const why = rules.map((rule) => left.get(rule.id) ?? lackWords(setup, rule, side, record.seen));
    const message = `${record.name}: ${why.join(' and ')}, and ${place.label} needs ${rules.map((rule) => rule[target]).join(' or ')} to create the ${place.type.label.toLowerCase()}. Fill one of them in; it is created as soon as one has a value.`;
    const values = { crm: null, desk: null, base: null };
    return { why: 'required', field: first.id, values, message, vendorCode: null, candidates: [], wakes: [] };
  }
  return null;
}

function lackWords(setup: SyncSetup, rule: Rule, side: Side, seen: Fields): string {
  const names = setup.computed[side].find(({ name }) => name === rule[side])?.reads ?? [rule[side]];
  const isEmpty = names.every((name) => isBlank(seen[name] ?? null));
  const be = names.length === 1 ? 'is' : 'are';
  return `${names.join(' and ')} ${isEmpty ? `${be} empty` : 'cannot be carried'}`;
}
