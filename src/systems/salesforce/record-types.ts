import { z } from 'zod';
import type { FieldDescription, ObjectType, Option } from '../../model/object-type.ts';
import type { Operation, Outcome } from '../../model/operation.ts';
import { idWords } from './address.ts';

/**
 * Record types: an object has the field `RecordTypeId` from its first one on. It is a reference to Salesforce and an option to us, with the
 * types by id and name, so that values are checked and shown by name (REST API Developer Guide, "sObject Describe", `recordTypeInfos`).
 */
export const recordTypeField = 'RecordTypeId';

export const recordTypeInfos = z
  .array(
    z.looseObject({
      recordTypeId: z.string(),
      name: z.string(),
      active: z.boolean().default(true),
      /** Open to our user. */
      available: z.boolean().default(true),
      /** Every object has this one, which stands for none. */
      master: z.boolean().default(false),
    }),
  )
  .default([]);

/** The field with its options; one that is not active, or not open to our user, is there for reading. */
export function withRecordTypes(field: FieldDescription, infos: z.infer<typeof recordTypeInfos>): FieldDescription {
  if (field.name !== recordTypeField) return field;
  const options = infos.filter(({ master }) => !master);
  return {
    ...field,
    type: 'option',
    normal: { trim: true, emptyIsNull: true },
    options: options.map(({ recordTypeId, name, active, available }) => ({
      value: recordTypeId,
      label: name,
      active: active && available,
    })),
    mistaken: idWords,
  };
}

export function recordTypesOf(type: ObjectType): readonly Option[] {
  return type.fields.find(({ name }) => name === recordTypeField)?.options ?? [];
}

/** `0124S0000005abcQAA (Zendesk Ticket Sync)`, those that are not open to our user with a word on that. */
export function recordTypeWords(types: readonly Option[]): string {
  return types
    .map(({ value, label, active }) => `${value} (${label}${active ? '' : ', not open to our user'})`)
    .join(', ');
}

/**
 * Salesforce's refusal of a record type, in words that say what was given and what there is. Its own are two: a reference that is not valid
 * for the user, and an id of another kind (REST API Developer Guide, "Status Codes and Error Responses").
 */
export function withRecordTypeWords(outcome: Outcome, operation: Operation, type: ObjectType | undefined): Outcome {
  if (outcome.ok || outcome.fault.fields?.includes(recordTypeField) !== true || !('fields' in operation))
    return outcome;
  const given = String(operation.fields[recordTypeField]);
  const kind = given.startsWith('012') ? undefined : idWords[given.slice(0, 3)];
  const problem =
    kind === undefined ? 'is no record type that is there and open to our user' : `is ${kind}, not of a record type`;
  const types = type === undefined ? [] : recordTypesOf(type);
  const known = types.length === 0 ? '' : ` The record types are: ${recordTypeWords(types)}.`;
  const say = `${recordTypeField} "${given}" ${problem}.${known} ${outcome.fault.say}`;
  return { ok: false, fault: { ...outcome.fault, say } };
}
