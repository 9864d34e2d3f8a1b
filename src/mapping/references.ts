import type { FieldDescription } from '../model/object-type.ts';
import { type Side, sides } from '../model/record.ts';
import { type Direction, flows, type Pointing, type Policy, type Rule } from '../model/sync.ts';
import { isBlank, isPointer, type Value } from '../model/value.ts';
import { type Arrival, checkArrival } from './arrival.ts';
import { hashOf } from './hash.ts';
import { type Ground, inputOf, lookUp, objectWords, report } from './input.ts';
import { normalise } from './normal.ts';
import { didYouMean, type Problem } from './problem.ts';
import { writtenBy } from './rule.ts';
import { isOnce, type ReferenceSetting, type WriteSetting } from './settings.ts';
import { aType } from './types.ts';

/** A reference that is sound: both fields hold ids of records which another sync links. */
export interface SoundReference extends Arrival {
  readonly crm: FieldDescription;
  readonly desk: FieldDescription;
  readonly pointer: Pointing;
  readonly write: WriteSetting | undefined;
}

type Path = Problem['path'];

/** Reports everything that is wrong with one reference; null where it cannot be compiled. */
export function checkReference(ground: Ground, setting: ReferenceSetting, index: number): SoundReference | null {
  const before = ground.problems.length;
  const path: Path = ['references', index];
  if (setting.crm === undefined || setting.desk === undefined) {
    const [named, missing] = setting.crm === undefined ? [setting.desk, 'crm'] : [setting.crm, 'desk'];
    report(
      ground,
      path,
      named === undefined ? 'a reference names no field.' : `the reference "${named}" names no ${missing} field.`,
      'Name both fields, such as { crm: AccountId, desk: organization_id, sync: accounts }.',
    );
    return null;
  }
  const direction = setting.direction ?? ground.input.direction;
  const crm = lookUp(ground, 'crm', setting.crm, [...path, 'crm']);
  const desk = lookUp(ground, 'desk', setting.desk, [...path, 'desk']);
  checkParent(ground, setting, path, { crm, desk });
  checkOther(ground, setting, path);
  if (crm !== null && desk !== null) checkKinds(ground, path, { crm, desk });
  for (const to of sides) {
    const target = to === 'desk' ? desk : crm;
    if (target === null || !flows(direction, to)) continue;
    checkArrival(
      ground,
      `the reference ${setting.crm} and ${setting.desk}`,
      path,
      to,
      target,
      writeOf(target, to, setting.write),
    );
  }
  const pointer = pointingOf(ground, setting, path, direction);
  if (crm === null || desk === null || pointer === null || ground.problems.length > before) return null;
  const { write } = setting;
  return { path, direction, crm, desk, pointer, write, adds: false, from: { crm: setting.desk, desk: setting.crm } };
}

/** A reference that the vendor lets us set on creation only is written then, and left alone afterwards. */
function writeOf(target: FieldDescription, to: Side, write: WriteSetting | undefined): 'always' | 'create' {
  return target.settable === 'create' || isOnce(write, to) ? 'create' : 'always';
}

function checkKinds(ground: Ground, path: Path, fields: Readonly<Record<Side, FieldDescription>>): void {
  for (const side of sides) {
    const field = fields[side];
    if (field.type === 'reference') continue;
    const words = `${objectWords(ground.input, side)} "${field.name}"`;
    const name = fields.crm.name.replace(/Id$/, '');
    const isText = side === 'desk' && (field.type === 'text' || field.type === 'longtext');
    report(
      ground,
      [...path, side],
      `${words} is ${aType(field)} and holds no reference to another record.`,
      isText && fields.crm.type === 'reference'
        ? `To write the other record's name there as a text, leave the reference out and map it under "fields": { crm: ${name}.Name, desk: ${field.name} }.`
        : 'Choose a field that refers to a record.',
    );
  }
}

/** The other sync exists, lies on the same connections, and links the records that both fields point to. */
function checkParent(
  ground: Ground,
  setting: ReferenceSetting,
  path: Path,
  fields: Readonly<Record<Side, FieldDescription | null>>,
): void {
  const { input } = ground;
  const own = { crm: input.crm, desk: input.desk };
  const parent = setting.sync === input.name ? own : input.parents?.[setting.sync];
  if (parent === undefined) {
    if (input.parents === undefined) return;
    const names = [...new Set([input.name, ...Object.keys(input.parents)])];
    report(ground, [...path, 'sync'], `there is no sync "${setting.sync}".`, didYouMean(setting.sync, names, 'syncs'));
    return;
  }
  for (const side of sides) {
    const { connection, object } = parent[side];
    const here = inputOf(input, side);
    const field = fields[side];
    if (connection !== here.connection)
      report(
        ground,
        [...path, 'sync'],
        `the sync "${setting.sync}" links records of ${connection}, and "${field?.name ?? setting[side]}" points to records of ${here.connection}.`,
        'Name a sync between the same two connections.',
      );
    else if (field?.refersTo !== undefined && !field.refersTo.includes(object))
      report(
        ground,
        [...path, side],
        `${objectWords(input, side)} "${field.name}" points to ${field.refersTo.join(' or ')}, and the sync "${setting.sync}" links ${here.label} ${object}.`,
        `Name the sync that links ${field.refersTo.join(' or ')}, or choose another field.`,
      );
  }
}

/** The sync that is asked where the first one has no twin: there, and another one. */
function checkOther(ground: Ground, { sync, or }: ReferenceSetting, path: Path): void {
  const { name, parents } = ground.input;
  if (or === undefined || parents === undefined) return;
  if (or.sync === sync)
    report(ground, [...path, 'or', 'sync'], `"${or.sync}" is asked already.`, 'Name another sync, or leave "or" out.');
  else if (parents[or.sync] === undefined || or.sync === name)
    report(
      ground,
      [...path, 'or', 'sync'],
      `there is no other sync "${or.sync}".`,
      didYouMean(or.sync, Object.keys(parents), 'syncs'),
    );
}

function pointingOf(ground: Ground, setting: ReferenceSetting, path: Path, direction: Direction): Pointing | null {
  const given = setting.default;
  const none = setting.none ?? (given === undefined ? 'keep' : 'default');
  const targets = sides.filter((side) => flows(direction, side));
  const ids = typeof given === 'object' ? given : targets.length === 1 ? { [targets[0] ?? 'desk']: given } : {};
  const missing = targets.find((side) => ids[side] === undefined);
  if (none === 'default' && missing !== undefined) {
    report(
      ground,
      [...path, 'default'],
      `an empty reference is to become the default, and there is none for the ${missing} side.`,
      targets.length === 1 ? 'Add "default: ID".' : 'Add "default: { crm: ID, desk: ID }": each side has its own ids.',
    );
    return null;
  }
  if (none !== 'default' && given !== undefined) {
    report(
      ground,
      [...path, 'default'],
      `a default is given, and "none: ${none}" does not use it.`,
      'Say none: default, or leave the default out.',
    );
    return null;
  }
  const { sync, create, or } = setting;
  return {
    sync,
    none,
    default: { crm: ids.crm ?? null, desk: ids.desk ?? null },
    ...called(create),
    ...(or === undefined ? {} : { or: { sync: or.sync, ...called(or.create) } }),
  };
}

/** Where the reference has a word on creating, pointing to a record makes it due in its sync. */
function called(create: ReferenceSetting['create']): Pick<Pointing, 'create' | 'madeOn' | 'summons'> {
  if (create === undefined) return {};
  return { create: create !== false, summons: true, ...(typeof create === 'boolean' ? {} : { madeOn: create }) };
}

/**
 * The rule of a reference. The engine carries it from link to link; asked for a value without a link, it can only carry emptiness: an id of
 * one system means nothing in the other.
 */
export function referenceRule(
  reference: SoundReference,
  id: string,
  conflict: readonly Policy[],
  labels: Readonly<Record<Side, string>>,
): Rule {
  const { crm, desk, direction, pointer, write } = reference;
  const fields = { crm, desk };
  const normal = (side: Side, value: Value | undefined): Value => normalise(fields[side], value);
  const writing = { crm: writeOf(crm, 'crm', write), desk: writeOf(desk, 'desk', write) };
  return {
    id,
    hash: hashOf({
      version: 1,
      direction,
      pointer: {
        sync: pointer.sync,
        none: pointer.none,
        default: { ...pointer.default },
        // Absent where nothing is said of them, as it was before there was a word for it.
        ...(pointer.create === undefined ? {} : { create: pointer.create }),
        ...(pointer.or === undefined ? {} : { or: { sync: pointer.or.sync, create: pointer.or.create ?? null } }),
      },
      ...(write === undefined ? {} : { write: { ...writing } }),
      fields: [crm, desk].map(({ name, type, settable, normal: form }) => [name, type, settable, { ...form }]),
    }),
    crm: crm.name,
    desk: desk.name,
    direction,
    conflict,
    ...writtenBy(writing, direction),
    required: { crm: crm.required && flows(direction, 'crm'), desk: desk.required && flows(direction, 'desk') },
    pointer,
    convert: (to, from) =>
      isBlank(from)
        ? { ok: true, value: normal(to, null) }
        : {
            ok: false,
            say: `${labels[to === 'desk' ? 'crm' : 'desk']} ${fields[to === 'desk' ? 'crm' : 'desk'].name} ${isPointer(from) ? 'points to' : 'holds the id of'} a record that no link joins to one of ${labels[to]}.`,
          },
    equal: (crmValue, deskValue) => isBlank(crmValue) && isBlank(deskValue),
    normal,
  };
}
