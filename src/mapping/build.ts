import { type FieldDescription, fieldOf, type ObjectType } from '../model/object-type.ts';
import { other, type Side } from '../model/record.ts';
import type { Removals } from '../model/removal.ts';
import {
  type Computed,
  type Direction,
  flows,
  type Mark,
  type Rule,
  type SideSetup,
  type SyncSetup,
  type WriteBack,
} from '../model/sync.ts';
import { type Turned, towards } from './backwards.ts';
import type { SoundField } from './check-field.ts';
import { criteriaOf } from './criteria.ts';
import { has } from './ends.ts';
import { filterOf } from './filter.ts';
import { hashOf, type Plain } from './hash.ts';
import { type Ground, inputOf, type SideInput, type SyncInput } from './input.ts';
import type { OtherField } from './others.ts';
import { type Policies, policiesIn } from './policy.ts';
import { referenceRule, type SoundReference } from './references.ts';
import { keepsAll, setByRemoval } from './removal.ts';
import { ruleOf } from './rule.ts';
import type { FieldSetting } from './settings.ts';
import type { RuleEnd } from './way.ts';
import { type Zone, zoneOf } from './zone.ts';

/** What the checks have found sound. */
export interface Sound {
  readonly fields: readonly SoundField[];
  readonly references: readonly SoundReference[];
  readonly others: readonly OtherField[];
  readonly backwards: Turned;
  readonly policies: Policies;
  readonly mark: { readonly crm: Mark | null; readonly desk: Mark | null };
  readonly writeBack: { readonly crm: WriteBack | null; readonly desk: WriteBack | null };
  readonly removal: Removals;
}

/** A sync without problems, ready to run. */
export function setupOf(ground: Ground, sound: Sound): SyncSetup {
  const { input } = ground;
  const zones = { crm: zoneOf(input.crm.timeZone), desk: zoneOf(input.desk.timeZone) };
  const { rules, backwards } = rulesOf(input, sound, zones);
  const all = [...sound.fields, ...(sound.backwards.crm ?? []), ...(sound.backwards.desk ?? [])];
  const computed = { crm: computedOn('crm', all), desk: computedOn('desk', all) };
  const tests = {
    crm: filterOf(input.filter.crm, input.crm.type, zones.crm),
    desk: filterOf(input.filter.desk, input.desk.type, zones.desk),
  };
  const makers = {
    crm: filterOf(input.makes?.crm, input.crm.type, zones.crm),
    desk: filterOf(input.makes?.desk, input.desk.type, zones.desk),
  };
  return {
    name: input.name,
    mode: input.mode,
    direction: input.direction,
    crm: sideSetup(input.crm),
    desk: sideSetup(input.desk),
    rules,
    computed,
    yields: [],
    ...(backwards === null ? {} : { backwards }),
    hash: hashOf(content(input, rules, sound.fields, sound.removal)),
    match: criteriaOf(input.match, input.crm.type, input.desk.type, input.phoneCountry),
    onMatch: input.onMatch,
    onMany: input.onMany,
    create: input.create,
    update: input.update,
    renew: input.renew ?? [],
    brake: input.brake,
    removal: sound.removal,
    drift: input.drift ?? 'report',
    mark: sound.mark,
    writeBack: sound.writeBack,
    reads: {
      crm: readsOf(ground, 'crm', rules, computed.crm, sound),
      desk: readsOf(ground, 'desk', rules, computed.desk, sound),
    },
    within: (side, record) => tests[side](record),
    makes: (side, record) => makers[side](record),
  };
}

function rulesOf(
  input: SyncInput,
  { fields, references, others, backwards, policies }: Sound,
  zones: Readonly<Record<Side, Zone>>,
): { readonly rules: readonly Rule[]; readonly backwards: NonNullable<SyncSetup['backwards']> | null } {
  const taken = new Map<string, number>();
  const idOf = (crm: string | undefined, desk: string | undefined, direction: Direction): string => {
    const readable = arrowed(crm, desk, direction);
    const count = (taken.get(readable) ?? 0) + 1;
    taken.set(readable, count);
    return count === 1 ? readable : `${readable} (${count})`;
  };
  const end = (side: Side, field: FieldDescription | null): RuleEnd => {
    const { label, timeZone, type } = inputOf(input, side);
    return { label, field, zone: zones[side], timeZone, kept: field?.type === 'set' ? keptBy(type) : new Set() };
  };
  const made = ({ setting, direction, crm, desk }: SoundField, id?: string) =>
    ruleOf({
      id: id ?? idOf(crm?.name, desk?.name, direction),
      setting,
      direction,
      conflict: policiesIn(policies, setting.conflict ?? input.conflict),
      crm: end('crm', crm),
      desk: end('desk', desk),
      phoneCountry: input.phoneCountry,
      option: input.option,
    });
  const ofFields = fields.map((field) => made(field));
  const labels = { crm: input.crm.label, desk: input.desk.label };
  const ofReferences = references.map((one) =>
    referenceRule(one, idOf(one.crm.name, one.desk.name, one.direction), policiesIn(policies, input.conflict), labels),
  );
  const ofOthers = others.map((field) => ({ ...made(field), only: field.only }));
  const of = new Map(fields.map((field, index) => [field, ofFields[index]]));
  const turned = (side: Side): readonly Rule[] | undefined => {
    const ofSide = backwards[side]?.map((field) => {
      const own = field.of === null ? undefined : of.get(field.of);
      // By id and hash it is the sync's rule: what is agreed by it is agreed for good, and nothing is sent back.
      return own === undefined ? made(field) : { ...made(field, own.id), hash: own.hash };
    });
    const pointing = references.map((one, index): Rule => {
      const own = ofReferences[index];
      if (own !== undefined && flows(own.direction, side)) return own;
      const pointer = { sync: one.pointer.sync, none: 'keep' as const, default: { crm: null, desk: null } };
      const rule = referenceRule({ ...one, direction: towards(side), pointer }, own?.id ?? '', [], labels);
      return { ...rule, hash: own?.hash ?? rule.hash };
    });
    const isWritten = (rule: Rule) => fieldOf(inputOf(input, side).type, rule[side])?.settable !== 'never';
    return ofSide && [...ofSide, ...pointing.filter(isWritten)];
  };
  const [crm, desk] = [turned('crm'), turned('desk')];
  return {
    rules: [...ofFields, ...ofReferences, ...ofOthers],
    backwards: crm === undefined && desk === undefined ? null : { ...(crm && { crm }), ...(desk && { desk }) },
  };
}

/** `Name → name`, `Priority ↔ priority`, `Status ← status`; a constant is `→ name`. */
function arrowed(crm: string | undefined, desk: string | undefined, direction: Direction): string {
  const arrow = direction === 'both' ? '↔' : direction === 'crm-to-desk' ? '→' : '←';
  return [crm, arrow, desk].filter((part) => part !== undefined).join(' ');
}

/**
 * The values of a record's custom choices. A desk keeps what is chosen in a drop-down, and a ticked check box, as a tag of the same
 * record, so a set is never replaced at their cost: to take such a tag away would be to empty the field. Source: Zendesk, "About custom
 * field types".
 */
function keptBy(type: ObjectType): ReadonlySet<string> {
  const choices = type.fields.filter((field) => field.name.includes('.') && field.options !== null);
  const boxes = type.fields.flatMap(({ tag }) => tag ?? []);
  return new Set([...choices.flatMap((field) => (field.options ?? []).map((option) => option.value)), ...boxes]);
}

/** One for each expression, however many rules it feeds. */
function computedOn(side: Side, fields: readonly SoundField[]): readonly Computed[] {
  const made = new Map<string, Computed>();
  for (const field of fields) {
    if (field.computed !== null && field[side]?.name === field.computed.name)
      made.set(field.computed.name, field.computed);
  }
  return [...made.values()];
}

function sideSetup(side: SideInput): SideSetup {
  const { connection, system, account, object, type, label } = side;
  return { connection, system, account, object, type, label };
}

/**
 * What the whole sync writes depends on: rules, criteria, filters, and the options, so that a new option ends old holds. Who wins a conflict
 * is no part of it: another policy is of interest only where a conflict is held, and there it is asked (app/standing.ts).
 */
function content(input: SyncInput, rules: readonly Rule[], fields: readonly SoundField[], removal: Removals): Plain {
  const options = (field: FieldDescription | null): Plain =>
    field === null
      ? null
      : [field.maxLength, (field.options ?? []).map((option) => [option.value, option.label, option.active])];
  return {
    version: 2,
    rules: rules.map((rule) => [rule.id, rule.hash]),
    options: fields.map((field) => [options(field.crm), options(field.desk)]),
    filter: { crm: input.filter.crm ?? null, desk: input.filter.desk ?? null },
    match: input.match.map((one) => [one.crm, one.desk]),
    sides: [input.direction, input.create, input.update, input.onMatch, input.onMany],
    zones: [input.crm.timeZone, input.desk.timeZone],
    phoneCountry: input.phoneCountry,
    ...(input.renew === undefined ? {} : { renew: input.renew }),
    ...(input.makes === undefined ? {} : { makes: [input.makes.crm ?? null, input.makes.desk ?? null] }),
    // Absent where nothing is carried over, as it was before there was a word for it.
    ...(keepsAll(removal) ? {} : { removal: { ...input.removal } }),
  };
}

/** The field of that side's record which ends a text of it that is cut. */
function endOf({ tooLong }: FieldSetting, direction: Direction, side: Side): readonly string[] {
  return typeof tooLong === 'object' && flows(direction, other(side)) ? [tooLong.cut] : [];
}

function readsOf(
  ground: Ground,
  side: Side,
  rules: readonly Rule[],
  computed: readonly Computed[],
  { fields, mark, writeBack, removal }: Sound,
): readonly string[] {
  const { input } = ground;
  const filter = side === 'crm' ? input.filter.crm : input.filter.desk;
  const makers = input.makes?.[side];
  const names: (string | undefined)[] = [
    ...rules.map((rule) => rule[side]),
    ...fields.flatMap(({ setting, direction }) => endOf(setting, direction, side)),
    ...[...(makers?.all ?? []), ...(makers?.any ?? [])].map(({ field }) => field),
    ...computed.flatMap((one) => one.reads),
    ...rules.flatMap(({ conflict }) => conflict.flatMap((one) => (typeof one === 'string' ? [] : one.reads[side]))),
    ...(filter?.all ?? []).map((condition) => condition.field),
    ...(filter?.any ?? []).map((condition) => condition.field),
    ...input.match.map((criterion) => criterion[side]),
    mark[side]?.field,
    writeBack[side]?.field,
    ...setByRemoval(removal[side]),
    // Messages name a record by its title; a locked one is never written.
    inputOf(input, side).type.title,
    ...(inputOf(input, side).type.locks ?? []).map(({ field }) => field),
    inputOf(input, side).type.becomes?.field,
    inputOf(input, side).type.mergedBy?.field,
  ];
  const known = names.flatMap((name) => (name !== undefined && has(ground, side, name) ? name : []));
  return [...new Set(known)].sort();
}
