import { type FieldDescription, type FieldType, fieldOf } from '../model/object-type.ts';
import { type Side, sides } from '../model/record.ts';
import { flows, type Mark, type WriteBack } from '../model/sync.ts';
import type { Arrival } from './arrival.ts';
import { type Ground, inputOf, isMadeOn, lookUp, objectWords, report } from './input.ts';
import { listed } from './problem.ts';

const takesIds: readonly FieldType[] = ['text', 'longtext', 'url', 'integer', 'decimal', 'other'];

/**
 * The field that takes our mark on records that we create on that side. `auto` gives way to a rule that writes the same field: the
 * administrator asked for that value, and the create stands on the rung below.
 */
export function markOf(ground: Ground, side: Side, fields: readonly Arrival[]): Mark | null {
  const { input } = ground;
  const { mark } = input;
  const own = inputOf(input, side).type.mark;
  const isCalled = input.calls?.some((call) => call.side === side) ?? false;
  if (mark === 'off' || !(isMadeOn(input, side) || isCalled)) return null;
  const ruled = (name: string): boolean =>
    fields.some((field) => flows(field.direction, side) && field[side]?.name === name);
  if (mark === 'auto') return own === null || ruled(own.field) ? null : own;
  const name = mark[side];
  if (name === undefined) return null;
  const field = lookUp(ground, side, name, ['mark', side]);
  if (field === null) return null;
  const words = `${objectWords(input, side)} "${name}"`;
  if (field.settable === 'never' || !field.unique || !(field.type === 'text' || field.type === 'other'))
    report(
      ground,
      ['mark', side],
      `${words} cannot take the mark: it must be a text that can be written and is unique, so that a record that is sent twice is made once.`,
      'Choose a unique external id, or say mark: auto.',
    );
  if (ruled(name))
    report(
      ground,
      ['mark', side],
      `${words} takes the mark and is the target of a field rule as well.`,
      'Leave the rule out, choose another field for the mark, or say mark: off.',
    );
  return name === own?.field ? own : { field: name, style: 'full' };
}

/** The field on that side that takes the other record's id. */
export function writeBackOf(ground: Ground, side: Side, fields: readonly Arrival[]): WriteBack | null {
  const { input } = ground;
  const setting = input.writeBack[side];
  if (setting === undefined) return null;
  const path = ['writeBack', side, 'field'];
  const field = lookUp(ground, side, setting.field, path);
  if (field === null) return null;
  const words = `${objectWords(input, side)} "${field.name}"`;
  if (field.settable !== 'always')
    report(
      ground,
      path,
      `${words} cannot take the other record's id: ${field.settable === 'never' ? `${inputOf(input, side).label} sets it itself` : 'it can be written only when a record is created'}.`,
      'Choose a text field that can be written at any time, best one made for this.',
    );
  else if (!takesIds.includes(field.type))
    report(ground, path, `${words} cannot take the other record's id: it is no text.`, 'Choose a text field.');
  if (fields.some((one) => flows(one.direction, side) && one[side]?.name === field.name))
    report(
      ground,
      path,
      `${words} takes the other record's id and is the target of a field rule as well.`,
      'Leave the rule out, or choose another field for the id.',
    );
  const called = input.calledBack?.includes(side) ? { called: true as const } : {};
  return { field: field.name, when: setting.when ?? 'first', ...called };
}

/** `create` fits the sync's direction, `update` that or the direction of one of its fields. */
export function checkSides(ground: Ground): void {
  const { input } = ground;
  for (const side of sides) {
    const way = side === 'desk' ? 'crm-to-desk' : 'desk-to-crm';
    const byField = [...input.fields, ...(input.references ?? [])].some(
      (field) => field.direction !== undefined && flows(field.direction, side),
    );
    if (input.create.includes(side) && !flows(input.direction, side) && !byField)
      report(
        ground,
        ['create'],
        `records are to be created on the ${side} side, but the direction is ${input.direction}.`,
        `Take ${side} out of "create", or say direction: ${way} (or both).`,
      );
    if (input.update.includes(side) && !flows(input.direction, side) && !byField)
      report(
        ground,
        ['update'],
        `records are to be updated on the ${side} side, but the direction is ${input.direction} and no field flows there.`,
        `Take ${side} out of "update", or say direction: ${way} (or both).`,
      );
  }
  // A sync that takes only what is pointed to may be there for its links alone.
  if (input.create.length === 0 && input.update.length === 0 && input.mode !== 'referenced')
    report(
      ground,
      ['update'],
      '"create" and "update" are both empty, so nothing would ever be written.',
      'Name at least one side.',
    );
}

/** Every field that a new record must have is written by a rule. */
export function checkRequired(ground: Ground): void {
  const { input } = ground;
  for (const side of sides.filter((each) => isMadeOn(input, each))) {
    const missing = inputOf(input, side).type.fields.filter((field) => isMissing(ground, side, field));
    if (missing.length > 0)
      report(
        ground,
        ['fields'],
        `${objectWords(input, side)} needs ${listed(
          missing.map((field) => `"${field.name}"`),
          'and',
        )} when a record is created, and no rule writes ${missing.length === 1 ? 'it' : 'them'}.`,
        `Add a rule${input.own?.key === 'moreFields' ? ' under "moreFields",' : ''} such as { ${example(input.crm.type.title, missing[0]?.name ?? '', side)} }, a constant { ${side}: ${missing[0]?.name ?? ''}, default: VALUE }, or take ${side} out of "${input.create.includes(side) ? 'create' : 'recreate'}".`,
      );
  }
}

function isMissing(ground: Ground, side: Side, field: FieldDescription): boolean {
  if (!field.required || field.settable === 'never') return false;
  const { fields, references = [], direction } = ground.input;
  return !(
    fields.some((rule) => rule[side] === field.name && flowsTo(ground, rule, side)) ||
    references.some((one) => one[side] === field.name && flows(one.direction ?? direction, side))
  );
}

function flowsTo(ground: Ground, rule: Ground['input']['fields'][number], side: Side): boolean {
  const other = side === 'crm' ? rule.desk : rule.crm;
  return other === undefined || flows(rule.direction ?? ground.input.direction, side);
}

function example(crmTitle: string, missing: string, side: Side): string {
  return side === 'desk' ? `crm: ${crmTitle}, desk: ${missing}` : `crm: ${missing}, desk: FIELD`;
}

/** True where the object on that side has the field. */
export function has(ground: Ground, side: Side, name: string): boolean {
  return fieldOf(inputOf(ground.input, side).type, name) !== undefined;
}
