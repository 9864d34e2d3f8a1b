import type { FieldDescription } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import type { Direction, Mark, Policy, Rule, SideSetup, SyncSetup, WriteBack } from '../model/sync.ts';
import { checkField, type SoundField } from './check-field.ts';
import { checkFilters, checkMatch } from './check-filter.ts';
import { criteriaOf } from './criteria.ts';
import { checkRequired, checkSides, checkTargets, has, markOf, writeBackOf } from './ends.ts';
import { filterOf } from './filter.ts';
import { hashOf, type Plain } from './hash.ts';
import { type Ground, inputOf, type Known, report, type SideInput, type SyncInput } from './input.ts';
import { listed, type Problem } from './problem.ts';
import { type RuleEnd, ruleOf } from './rule.ts';
import { type Zone, zoneOf } from './zone.ts';

export type { Known, SyncInput } from './input.ts';

export interface Compiled {
  /** Ready to run; null where there are problems. */
  readonly setup: SyncSetup | null;
  readonly problems: readonly Problem[];
}

/**
 * The config's words about one sync, resolved against what both systems say of themselves. Pure. Everything that is wrong is answered as a
 * problem, all of them at once; only an unknown time zone throws (RangeError), since the config's schema refuses it.
 */
export function compileSync(input: SyncInput, known: Known = { is: 'described' }): Compiled {
  const ground: Ground = { input, known, problems: [] };
  checkSides(ground);
  if (input.fields.length === 0)
    report(ground, ['fields'], 'no field is mapped.', 'Add one, such as fields: [{ crm: Name, desk: name }].');
  checkConflict(ground, input.conflict, ['conflict']);
  const fields = input.fields.flatMap((setting, index) => checkField(ground, setting, index) ?? []);
  input.fields.forEach((field, index) => {
    if (field.conflict !== undefined) checkConflict(ground, policyList(field.conflict), ['fields', index, 'conflict']);
  });
  checkTargets(ground, fields);
  checkRequired(ground);
  checkFilters(ground);
  checkMatch(ground);
  const mark = { crm: markOf(ground, 'crm', fields), desk: markOf(ground, 'desk', fields) };
  const writeBack = { crm: writeBackOf(ground, 'crm', fields), desk: writeBackOf(ground, 'desk', fields) };
  if (ground.problems.length > 0) return { setup: null, problems: ground.problems };
  return { setup: build(ground, fields, mark, writeBack), problems: [] };
}

const policies: readonly string[] = ['crm', 'desk', 'newest', 'ask'];

function isPolicy(word: string): word is Policy {
  return policies.includes(word);
}

function policyList(setting: string | readonly string[]): readonly string[] {
  return typeof setting === 'string' ? [setting] : setting;
}

function checkConflict(ground: Ground, words: readonly string[], path: Problem['path']): void {
  const unknown = words.filter((word) => !isPolicy(word));
  if (unknown.length > 0)
    report(
      ground,
      path,
      `${listed(
        unknown.map((word) => JSON.stringify(word)),
        'and',
      )} does not say who wins a conflict; expressions are not in this version yet.`,
      'Use crm, desk, newest or ask, or a list of them such as [newest, crm].',
    );
}

function build(
  ground: Ground,
  fields: readonly SoundField[],
  mark: { readonly crm: Mark | null; readonly desk: Mark | null },
  writeBack: { readonly crm: WriteBack | null; readonly desk: WriteBack | null },
): SyncSetup {
  const { input } = ground;
  const zones = { crm: zoneOf(input.crm.timeZone), desk: zoneOf(input.desk.timeZone) };
  const rules = rulesOf(input, fields, zones);
  const tests = {
    crm: filterOf(input.filter.crm, input.crm.type, zones.crm),
    desk: filterOf(input.filter.desk, input.desk.type, zones.desk),
  };
  return {
    name: input.name,
    mode: input.mode,
    direction: input.direction,
    crm: sideSetup(input.crm),
    desk: sideSetup(input.desk),
    rules,
    hash: hashOf(content(input, rules, fields)),
    match: criteriaOf(input.match, input.crm.type, input.desk.type),
    onMatch: input.onMatch,
    onMany: input.onMany,
    create: input.create,
    update: input.update,
    mark,
    writeBack,
    reads: {
      crm: readsOf(ground, 'crm', rules, mark.crm, writeBack.crm),
      desk: readsOf(ground, 'desk', rules, mark.desk, writeBack.desk),
    },
    within: (side, record) => tests[side](record),
  };
}

function rulesOf(
  input: SyncInput,
  fields: readonly SoundField[],
  zones: Readonly<Record<Side, Zone>>,
): readonly Rule[] {
  const taken = new Map<string, number>();
  return fields.map((field) => {
    const readable = idOf(field.setting.crm, field.setting.desk, field.direction);
    const count = (taken.get(readable) ?? 0) + 1;
    taken.set(readable, count);
    const end = (side: Side, description: FieldDescription | null): RuleEnd => {
      const { label, timeZone } = inputOf(input, side);
      return { label, field: description, zone: zones[side], timeZone };
    };
    return ruleOf({
      id: count === 1 ? readable : `${readable} (${count})`,
      setting: field.setting,
      direction: field.direction,
      conflict: policyList(field.setting.conflict ?? input.conflict).filter(isPolicy),
      crm: end('crm', field.crm),
      desk: end('desk', field.desk),
    });
  });
}

/** `Name → name`, `Priority ↔ priority`, `Status ← status`; a constant is `→ name`. */
function idOf(crm: string | undefined, desk: string | undefined, direction: Direction): string {
  const arrow = direction === 'both' ? '↔' : direction === 'crm-to-desk' ? '→' : '←';
  return [crm, arrow, desk].filter((part) => part !== undefined).join(' ');
}

function sideSetup(side: SideInput): SideSetup {
  const { connection, system, account, object, type, label } = side;
  return { connection, system, account, object, type, label };
}

/** What the whole sync writes depends on: rules, criteria, filters, who wins, and the options, so that a new option ends old holds. */
function content(input: SyncInput, rules: readonly Rule[], fields: readonly SoundField[]): Plain {
  const options = (field: FieldDescription | null): Plain =>
    field === null
      ? null
      : [field.maxLength, (field.options ?? []).map((option) => [option.value, option.label, option.active])];
  return {
    version: 1,
    rules: rules.map((rule) => [rule.id, rule.hash, rule.conflict]),
    options: fields.map((field) => [options(field.crm), options(field.desk)]),
    filter: { crm: input.filter.crm ?? null, desk: input.filter.desk ?? null },
    match: input.match.map((one) => [one.crm, one.desk]),
    sides: [input.direction, input.create, input.update, input.onMatch, input.onMany],
    zones: [input.crm.timeZone, input.desk.timeZone],
  };
}

function readsOf(
  ground: Ground,
  side: Side,
  rules: readonly Rule[],
  mark: Mark | null,
  writeBack: WriteBack | null,
): readonly string[] {
  const { input } = ground;
  const filter = side === 'crm' ? input.filter.crm : input.filter.desk;
  const names: (string | undefined)[] = [
    ...rules.map((rule) => rule[side]),
    ...(filter?.all ?? []).map((condition) => condition.field),
    ...(filter?.any ?? []).map((condition) => condition.field),
    ...input.match.map((criterion) => criterion[side]),
    mark?.field,
    writeBack?.field,
    // Messages name a record by its title.
    inputOf(input, side).type.title,
  ];
  const known = names.flatMap((name) => (name !== undefined && has(ground, side, name) ? name : []));
  return [...new Set(known)].sort();
}
