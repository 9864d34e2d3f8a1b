import { type Side, sides } from '../model/record.ts';
import { type Converted, type Direction, flows, type Policy, type Rule } from '../model/sync.ts';
import { same, type Value } from '../model/value.ts';
import { hashOf, type Plain } from './hash.ts';
import { normalise } from './normal.ts';
import { isOnce, type WriteSetting } from './settings.ts';
import { isMany } from './types.ts';
import { valueMapsOf } from './value-map.ts';
import { leave, type RuleEnd, type WayInput, wayTo } from './way.ts';

export interface RuleInput extends WayInput {
  readonly id: string;
  readonly conflict: readonly Policy[];
}

/** Compiles a rule that `check` has found sound. What it was given at run time never makes it throw: it answers with a reason. */
export function ruleOf(input: RuleInput): Rule {
  const { setting, direction, crm, desk } = input;
  const { maps } = valueMapsOf(setting.values, direction);
  const ways = { crm: wayTo('crm', input, maps.toCrm), desk: wayTo('desk', input, maps.toDesk) };
  const normal = (side: Side, value: Value | undefined): Value => {
    const { field } = side === 'crm' ? crm : desk;
    return field === null ? (value ?? null) : normalise(field, value);
  };
  const convert: Rule['convert'] = (to, from, current, before, record): Converted =>
    flows(direction, to) ? ways[to](from, current, before, record) : leave;
  const differs = (to: Side, from: Value, target: Value, before: Value | undefined): 'equal' | 'leave' | 'differs' => {
    if (!flows(direction, to)) return 'leave';
    const result = ways[to](from, target, before);
    if (!result.ok) return 'differs';
    if ('leave' in result) return 'leave';
    // What is kept beside what the field shows cannot be seen again: it was added when both sides agreed on this very source.
    if (result.keeps === true && before !== undefined) {
      const side = to === 'desk' ? 'crm' : 'desk';
      return same(normal(side, before), normal(side, from)) ? 'leave' : 'differs';
    }
    return same(result.value, normal(to, target)) ? 'equal' : 'differs';
  };
  // A way in which nothing would be written must not hide that the other way would write; see requirement "how values meet".
  const strict = setting.merge !== undefined && setting.merge !== 'replace';
  /**
   * Of two values of which one alone has moved, the other one may be what the one before was written as. Then it follows on: that it could
   * stand for the new value as well (a case that is new, for a ticket that was opened) is no reason to leave it.
   */
  const follows = (to: Side, from: Value, target: Value, was: Value | undefined, stood: Value | undefined): boolean => {
    if (was === undefined || stood === undefined || !same(target, stood) || same(from, was)) return false;
    return differs(to, was, stood, undefined) === 'equal';
  };
  const equal: Rule['equal'] = (crmValue, deskValue, before) => {
    if (direction === 'both' && !strict && !isSet(input) && before !== undefined) {
      const [crmNow, deskNow] = [normal('crm', crmValue), normal('desk', deskValue)];
      if (follows('crm', deskNow, crmNow, before.desk, before.crm))
        return differs('crm', deskNow, crmNow, undefined) !== 'differs';
      if (follows('desk', crmNow, deskNow, before.crm, before.desk))
        return differs('desk', crmNow, deskNow, undefined) !== 'differs';
    }
    const toDesk = differs('desk', crmValue, deskValue, before?.crm);
    if (!strict && toDesk === 'equal') return true;
    const toCrm = differs('crm', deskValue, crmValue, before?.desk);
    return (!strict && toCrm === 'equal') || (toDesk !== 'differs' && toCrm !== 'differs');
  };
  const required = (side: Side): boolean =>
    ((side === 'crm' ? crm : desk).field?.required ?? false) && flows(direction, side);
  return {
    id: input.id,
    hash: hashOf(content(input)),
    crm: crm.field?.name ?? '',
    desk: desk.field?.name ?? '',
    direction,
    conflict: input.conflict,
    ...(isSet(input) ? { members: true } : {}),
    ...writtenBy(setting.write, direction),
    required: { crm: required('crm'), desk: required('desk') },
    convert,
    equal,
    normal,
  };
}

/** On which sides the rule writes on creation only, as rules say it: on all that it flows to, or on one of two. */
export function writtenBy(setting: WriteSetting | undefined, direction: Direction): Pick<Rule, 'write' | 'once'> {
  const targets = sides.filter((side) => flows(direction, side));
  const [once, ...more] = targets.filter((side) => isOnce(setting, side));
  if (once === undefined) return { write: 'always' };
  return more.length + 1 === targets.length ? { write: 'create' } : { write: 'always', once };
}

/** Both sides hold several values, and each follows the other one: then it moves member by member. */
function isSet({ setting, direction, crm, desk }: RuleInput): boolean {
  const many = [crm.field, desk.field].every((field) => field !== null && isMany(field.type));
  return many && direction === 'both' && setting.merge !== 'fill';
}

/**
 * What decides what the rule writes. Options that a vendor adds or removes, and who wins a conflict, are not part of it: they would make
 * every difference look like a first meeting. They are part of the sync's hash, which makes links due.
 */
function content(input: RuleInput): Plain {
  const { setting, direction, crm, desk, phoneCountry } = input;
  const { conflict: _, ...rest } = setting;
  const end = (one: RuleEnd): Plain => {
    if (one.field === null) return null;
    const { name, type, scale, maxLength, options, normal } = one.field;
    return {
      name,
      type,
      scale,
      maxLength: setting.tooLong !== undefined && setting.tooLong !== 'hold' ? maxLength : null,
      options:
        (setting.option ?? input.option) === 'label'
          ? (options ?? []).map((option) => [option.value, option.label])
          : null,
      normal: { ...normal },
      timeZone: type === 'datetime' || type === 'date' || setting.from !== undefined ? one.timeZone : null,
    };
  };
  const labels = input.option === undefined ? {} : { option: input.option };
  const country = setting.convert === 'phone' || setting.from !== undefined ? (phoneCountry ?? null) : null;
  return { version: 1, setting: rest, direction, country, ...labels, crm: end(crm), desk: end(desk) };
}
