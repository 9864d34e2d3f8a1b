import { z } from 'zod';

/**
 * The words in which an administrator says how two records correspond: field rules, filters, criteria, marks, write-backs.
 * These are the parts of the config file that mapping compiles; the config's schema, the presets and the forms are built from them.
 * Unknown keys are errors everywhere.
 */
const fieldName = z.string().min(1, 'a field name is expected');
export const scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalar>;

export const side = z.enum(['crm', 'desk']);
export const direction = z.enum(['crm-to-desk', 'desk-to-crm', 'both']);
export const policies = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .describe(
    'crm | desk | newest | ask, an expression (CEL) over both records that answers with one of them, or a list: the next where the one before cannot tell',
  );
export const converterNames = ['number', 'round', 'domain', 'phone', 'lower', 'upper'] as const;
export type ConverterName = (typeof converterNames)[number];

const oneWayMap = z.record(z.string(), scalar);
/**
 * One map, or one for each way. A single map reads from the source's value to the target's; in a two-way field from the CRM's value to the
 * help desk's, and it is turned round for the way back. `other` says what happens to a value that no entry names.
 */
const values = z.union([
  z.strictObject({ toDesk: oneWayMap.optional(), toCrm: oneWayMap.optional(), other: scalar.optional() }),
  oneWayMap,
]);
export type ValuesSetting = z.infer<typeof values>;

/** `create`: only when the record is created; by side where a field that flows both ways does so on one of them alone. */
const writing = z.enum(['always', 'create']);
const write = z.union([writing, z.strictObject({ crm: writing.optional(), desk: writing.optional() })]);
export type WriteSetting = z.infer<typeof write>;

/** True where a rule with this setting writes that side on creation only. */
export function isOnce(setting: WriteSetting | undefined, to: z.infer<typeof side>): boolean {
  return (typeof setting === 'object' ? setting[to] : setting) === 'create';
}

export const fieldRule = z.strictObject({
  crm: fieldName.optional().describe('the field of the CRM record'),
  desk: fieldName.optional().describe('the field of the help desk record'),
  from: z
    .string()
    .min(1)
    .optional()
    .describe("an expression (CEL) over the source's record, such as 'sf_' + crm.Type.lowerAscii()"),
  direction: direction.optional().describe("the sync's direction where it is left out"),
  conflict: policies.optional(),
  values: values.optional().describe('value map; other: hold | keep | VALUE'),
  merge: z.enum(['replace', 'append', 'set', 'fill']).optional(),
  whenEmpty: z.enum(['clear', 'keep']).optional().describe('what an empty source does; clear where it is left out'),
  tooLong: z
    .union([z.enum(['hold', 'cut']), z.strictObject({ cut: fieldName })])
    .optional()
    .describe(
      'hold where it is left out; cut ends with …, and { cut: FIELD } with … and what that field of the source has',
    ),
  write: write.optional().describe('create: when the record is created, and not later; by side where they differ'),
  default: scalar.optional().describe('the value where the source is empty; without a source field: a constant'),
  option: z.enum(['value', 'label']).optional().describe('what is taken of an option; value where it is left out'),
  convert: z.enum(converterNames).optional(),
});
export type FieldSetting = z.infer<typeof fieldRule>;

const operators = [
  'is',
  'is-not',
  'contains',
  'starts-with',
  'greater',
  'less',
  'between',
  'is-empty',
  'is-not-empty',
] as const;
export type Operator = (typeof operators)[number];

const condition = z.strictObject({
  field: fieldName,
  op: z.enum(operators),
  value: z
    .union([scalar, z.array(scalar)])
    .optional()
    .describe('a value, a list, or several values with commas and no blanks: Banking,Energy'),
  optional: z.boolean().optional().describe('for presets: where the account has no such field, it counts as empty'),
});
export type ConditionSetting = z.infer<typeof condition>;

export const filterGroup = z.strictObject({
  all: z.array(condition).optional().describe('every one of these must be met'),
  any: z.array(condition).optional().describe('at least one of these must be met'),
});
export type FilterSetting = z.infer<typeof filterGroup>;

const calling = z.union([z.boolean(), z.array(side).min(1)]);

/** On which of these sides a reference with this setting has records made. */
export function madeOn(setting: z.infer<typeof calling> | undefined, targets: readonly z.infer<typeof side>[]) {
  if (setting === undefined || typeof setting === 'boolean') return setting === true ? targets : [];
  return targets.filter((to) => setting.includes(to));
}

/** A field that holds the id of another record: the same thing on both sides, where the sync `sync` joins what they point to. */
export const reference = z.strictObject({
  crm: fieldName.optional(),
  desk: fieldName.optional(),
  sync: z.string().min(1).describe('the sync that links the records that are pointed to'),
  direction: direction.optional().describe("the sync's direction where it is left out"),
  none: z
    .enum(['keep', 'empty', 'hold', 'default'])
    .optional()
    .describe('what an empty reference does on the other side; keep where it is left out'),
  default: z
    .union([
      z.string().min(1),
      z.strictObject({ crm: z.string().min(1).optional(), desk: z.string().min(1).optional() }),
    ])
    .optional()
    .describe('the id that is written instead of none; by side where the reference flows both ways'),
  write: write.optional(),
  create: calling
    .optional()
    .describe(
      'true: a record that is pointed to gets a twin, whatever its sync says of creating; false: existing ones only; a list of sides: made there alone',
    ),
  writeBack: fieldName
    .optional()
    .describe('the field of the twin that takes the id of the record that is pointed to, once'),
  or: z
    .strictObject({
      sync: z.string().min(1).describe('the sync that is asked where the first one has no twin'),
      create: calling.optional(),
      writeBack: fieldName.optional(),
      fields: z
        .record(fieldName, fieldName)
        .optional()
        .describe('what is written then instead of the reference: TARGET: SOURCE'),
    })
    .optional()
    .describe('another sync of the same records, whose ids the field cannot hold'),
});
export type ReferenceSetting = z.infer<typeof reference>;

export const criterion = z.strictObject({ crm: fieldName, desk: fieldName });
export type CriterionSetting = z.infer<typeof criterion>;

export const onMatch = z.enum(['crm', 'desk', 'newest', 'fill', 'ask']);
export const onMany = z.enum(['hold', 'oldest', 'newest']);

export const mark = z.union([
  z.enum(['auto', 'off']),
  z.strictObject({ crm: fieldName.optional(), desk: fieldName.optional() }),
]);
export type MarkSetting = z.infer<typeof mark>;

/** What becomes of a record of one side when the other side's record is removed. */
export const removal = z.union([
  z.enum(['keep', 'unlink', 'trash', 'delete']),
  z.strictObject({ set: z.record(fieldName, z.union([scalar, z.null()])) }),
]);
export type RemovalSetting = z.infer<typeof removal>;

const writeBackSide = z.strictObject({ field: fieldName, when: z.enum(['first', 'always']).optional() });
export const writeBack = z.strictObject({ crm: writeBackSide.optional(), desk: writeBackSide.optional() });
export type WriteBackSetting = z.infer<typeof writeBack>;
