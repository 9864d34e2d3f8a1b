import { fieldOf, type ObjectType } from '../model/object-type.ts';
import { baseKey, type SyncSetup, sideOf } from '../model/sync.ts';
import type { Fields } from '../model/value.ts';
import type { Intent } from './ports.ts';

/*
 * A write that takes several calls of the vendor's may have been taken in part: a user's membership goes by itself
 * (FieldDescription.apart). What shows one piece says nothing of the others.
 */

/** The fields that were written, those that went by one call together. */
export function piecesOf(type: ObjectType, { before }: Intent): readonly (readonly string[])[] {
  const fields = Object.keys(before);
  const together = fields.filter((field) => !fieldOf(type, field)?.apart);
  const apart = fields.filter((field) => fieldOf(type, field)?.apart);
  return [...(together.length > 0 ? [together] : []), ...apart.map((field) => [field])];
}

/** The same write, as if these fields had been all of it: what is left is decided anew. */
export function onlyOf(setup: SyncSetup, intent: Intent, fields: readonly string[]): Intent {
  const { side, operation, before, agreed } = intent;
  if (operation.do !== 'update') return intent;
  const isOwn = fields.some((field) => !fieldOf(sideOf(setup, side).type, field)?.apart);
  const keys = new Set(setup.rules.flatMap((rule) => (fields.includes(rule[side]) ? [baseKey(rule)] : [])));
  const ruled = new Set(setup.rules.map(baseKey));
  // A mark or an id goes with the call of the record itself.
  const isLeft = (key: string) => keys.has(key) || (!ruled.has(key) && isOwn);
  const left = (all: Fields): Fields => Object.fromEntries(Object.entries(all).filter(([key]) => isLeft(key)));
  return {
    ...intent,
    operation: { ...operation, fields: pick(operation.fields, fields) },
    before: pick(before, fields),
    agreed: {
      crm: left(agreed.crm),
      desk: left(agreed.desk),
      rules: Object.fromEntries(Object.entries(agreed.rules).filter(([key]) => isLeft(key))),
    },
    again: true,
  };
}

function pick<V>(all: Readonly<Record<string, V>>, fields: readonly string[]): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field)));
}
