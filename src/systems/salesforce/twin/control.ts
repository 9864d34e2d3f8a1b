import { z } from 'zod';
import type { ControlAdapter } from '../../../twins/control.ts';
import { ControlError, explain } from '../../../twins/control-error.ts';
import { isJsonObject, type Json, type JsonObject, jsonSchema } from '../../../twins/json.ts';
import { convertLead } from './convert-lead.ts';
import { ApiError, RowError } from './errors.ts';
import { selectChangeEvents } from './events/selection.ts';
import { createField, type FieldDescribe, type FieldType, fieldTypes } from './field.ts';
import { toId18 } from './ids.ts';
import { mergeRows } from './merge.ts';
import { freePrefix } from './metadata/custom-object.ts';
import { createCustomObject, createPlatformEvent, isPlatformEvent, type ObjectDefinition } from './object.ts';
import { enablePersonAccounts } from './person-accounts.ts';
import { readRecord } from './read.ts';
import { deleteRow, undeleteRow } from './remove.ts';
import type { Api } from './rest/call.ts';
import { compileCondition } from './soql/run.ts';
import { toSecond } from './time.ts';
import { insertRow, updateRow } from './write.ts';
import type { Writer } from './writer.ts';

const ruleSchema = z.strictObject({
  name: z.string(),
  message: z.string(),
  field: z.string().nullable().default(null),
  /** In SOQL's words: a row for which it holds is refused. */
  condition: z.string(),
  /** True: no rule but code of the org's own, which fails otherwise. */
  trigger: z.boolean().default(false),
});
const duplicateSchema = z.strictObject({
  name: z.string(),
  fields: z.array(z.string()).min(1),
  message: z.string().default('Use one of these records?'),
  allowSave: z.boolean().default(true),
});
const schemaSchema = z.strictObject({
  label: z.string().optional(),
  fields: z.array(z.looseObject({ name: z.string() })).default([]),
  dropFields: z.array(z.string()).default([]),
  validationRules: z.array(ruleSchema).default([]),
  duplicateRules: z.array(duplicateSchema).default([]),
});

const mergeSchema = z.strictObject({
  losers: z.array(z.string()).min(1),
  fields: z.record(z.string(), jsonSchema).default({}),
});
const convertSchema = z.strictObject({
  convertedStatus: z.string().default('Closed - Converted'),
  accountId: z.string().optional(),
  contactId: z.string().optional(),
  doNotCreateOpportunity: z.boolean().optional(),
  opportunityName: z.string().optional(),
});

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new ControlError(400, explain(parsed.error));
  return parsed.data;
}

export interface ControlAsk {
  readonly api: Api;
  readonly reset: () => void;
  readonly event: (event: JsonObject) => Json;
  readonly delayMs: () => number;
}

export function createSalesforceControl({ api, reset, event, delayMs }: ControlAsk): ControlAdapter {
  const { org } = api;

  const known = (name: string): ObjectDefinition => {
    const object = org.schema.find(name);
    if (object === undefined)
      throw new ControlError(400, `no object ${name}; custom ones are added with PUT /_twin/schema`);
    return object;
  };

  /** Runs a write in a transaction of its own; the vendor's refusal becomes the control surface's. */
  const write = <T>(user: string, trusted: boolean, commitAt: number, run: (writer: Writer) => T): T => {
    const transaction = org.store.begin(user, trusted ? '' : 'com/salesforce/one.app;client=LightningExperience');
    const writer = {
      org,
      transaction,
      user,
      at: toSecond(org.clock.now()),
      trusted,
      allowDuplicates: true,
      refuse: () => null,
    };
    try {
      const result = run(writer);
      transaction.commit(commitAt);
      org.store.settle(org.clock.now());
      return result;
    } catch (error) {
      transaction.rollback(0);
      if (error instanceof RowError) throw new ControlError(400, `${error.code}: ${error.message}`);
      throw error;
    }
  };

  const record = (object: ObjectDefinition, id: string): JsonObject => {
    const row = org.store.latest(object.name, id);
    if (row === undefined) throw new ControlError(404, `${object.name} ${id} is not there`);
    return { ...readRecord(org, object, row, object.fields, null), IsDeleted: row.deleted };
  };

  const idOf = (id: string): string => {
    const id18 = toId18(id);
    if (id18 === null) throw new ControlError(400, `${id} is no id`);
    return id18;
  };

  return {
    system: 'salesforce',
    objects: () => org.schema.objects.map(({ name }) => name),
    seed(name, records) {
      const object = known(name);
      // Seeding is history, not an event: it is visible at once and no subscriber hears of it.
      return write(org.people.api, true, 0, (writer) => records.map((one) => insertRow(writer, object, one).id));
    },
    schema(name, shape) {
      const { label, fields, dropFields, validationRules, duplicateRules } = parse(schemaSchema, shape);
      let object = org.schema.find(name);
      if (object === undefined) {
        if (!/\w__[ce]$/.test(name))
          throw new ControlError(
            400,
            `no object ${name}; a custom object's name ends in __c, a platform event's in __e`,
          );
        const words = label ?? name.replace(/__[ce]$/, '').replaceAll('_', ' ');
        const isEvent = isPlatformEvent({ name });
        object = isEvent
          ? createPlatformEvent(name, words, freePrefix(org, 'e'))
          : createCustomObject(name, words, freePrefix(org, 'a'));
        org.schema.put(object);
      }
      for (const field of fields) putField(api, object, field);
      for (const field of dropFields) org.schema.dropField(object.name, field);
      for (const rule of validationRules) {
        try {
          org.rules.putValidation({
            ...rule,
            object: object.name,
            fails: compileCondition(org, known(object.name), rule.condition),
          });
        } catch (error) {
          if (error instanceof ApiError) throw new ControlError(400, `validation rule ${rule.name}: ${error.message}`);
          throw error;
        }
      }
      for (const rule of duplicateRules) org.rules.putDuplicate({ ...rule, object: object.name });
      return { object: object.name, fields: known(object.name).fields.map((field) => field.name) };
    },
    records(name) {
      const object = org.schema.find(name);
      return object === undefined ? undefined : allRecords(api, object);
    },
    edit(name, id, fields) {
      const object = known(name);
      const { Id: _, ...changes } = fields;
      const id18 = idOf(id);
      write(org.people.person, false, org.clock.now() + delayMs(), (writer) =>
        updateRow(writer, object, id18, changes),
      );
      return record(object, id18);
    },
    remove(name, id) {
      const object = known(name);
      write(org.people.person, false, org.clock.now() + delayMs(), (writer) =>
        deleteRow(writer, object, idOf(id), api.trash),
      );
    },
    act(name, id, action, details) {
      const object = known(name);
      const id18 = idOf(id);
      const asPerson = (run: (writer: Writer) => Json): Json =>
        write(org.people.person, false, org.clock.now() + delayMs(), run);
      if (action === 'restore') return asPerson((writer) => ({ restored: undeleteRow(writer, id18, api.trash).id }));
      if (action === 'merge') {
        const { losers, fields } = parse(mergeSchema, details);
        return asPerson((writer) => ({ ...mergeRows(writer, object, id18, fields, losers, api.trash) }));
      }
      if (action === 'convert')
        return asPerson((writer) => ({ ...convertLead(writer, { leadId: id18, ...parse(convertSchema, details) }) }));
      throw new ControlError(400, `no action ${action}; there are restore, merge and convert`);
    },
    settings: () => org.settings.now,
    configure(change) {
      org.settings.merge(change);
      if (isJsonObject(change) && 'changeEvents' in change) selectChangeEvents(org, org.settings.now.changeEvents);
      if (org.settings.now.personAccounts) enablePersonAccounts(org);
      org.touchDescribe();
    },
    event,
    reset,
  };
}

function* allRecords({ org }: Api, object: ObjectDefinition): Generator<JsonObject> {
  for (const row of org.store.all(object.name)) {
    yield { ...readRecord(org, object, row, object.fields, null), IsDeleted: row.deleted };
  }
}

const partialSchema = z.record(z.string(), jsonSchema);

/** A field in the vendor's describe shape, as much of it as is given; the rest follows from its type, or from the field that is there. */
function putField(
  { org }: Api,
  object: ObjectDefinition,
  given: Readonly<Record<string, unknown>> & { readonly name: string },
): void {
  const shape = parse(partialSchema, given);
  const before = org.schema.find(object.name)?.byName.get(given.name.toLowerCase());
  const typeName = shape.type ?? before?.type ?? 'string';
  const type = fieldTypes.find((one) => one === typeName);
  if (type === undefined)
    throw new ControlError(
      400,
      `${object.name}.${given.name}: ${String(typeName)} is no field type; there are ${fieldTypes.join(', ')}`,
    );
  const options = shape.picklistValues;
  const picklist = Array.isArray(options) ? { picklistValues: options.map(toOption) } : {};
  const relation =
    type === 'reference' && before === undefined ? { relationshipName: given.name.replace(/__c$/, '__r') } : {};
  const { childrenName, ...rest } = shape;
  const field = createField(
    {
      ...(before === undefined ? usualSizes[type] : {}),
      ...relation,
      ...before?.describe,
      ...rest,
      ...picklist,
      name: before?.name ?? given.name,
      type,
    },
    {
      everyone: true,
      childrenName: typeof childrenName === 'string' ? childrenName : (before?.childrenName ?? null),
      onParentDelete: before?.onParentDelete ?? 'clear',
    },
  );
  org.schema.putField(object.name, field);
}

/** What a new field has where no size is given. */
const usualSizes: Readonly<Partial<Record<FieldType, Partial<FieldDescribe>>>> = {
  string: { length: 255 },
  textarea: { length: 32_768 },
  picklist: { length: 255 },
  multipicklist: { length: 4_099 },
  email: { length: 80 },
  phone: { length: 40 },
  url: { length: 255 },
  int: { digits: 8 },
  double: { precision: 18, scale: 2 },
  currency: { precision: 18, scale: 2 },
  percent: { precision: 18, scale: 2 },
};

/** Options may be given as words alone. */
function toOption(option: Json): {
  active: boolean;
  defaultValue: boolean;
  label: string;
  validFor: string | null;
  value: string;
} {
  const parsed = optionSchema.safeParse(typeof option === 'string' ? { value: option } : option);
  if (!parsed.success) throw new ControlError(400, `picklistValues: ${explain(parsed.error)}`);
  const { value, label, active, defaultValue, validFor } = parsed.data;
  return { active, defaultValue, label: label ?? value, validFor, value };
}

const optionSchema = z.object({
  value: z.string(),
  label: z.string().optional(),
  active: z.boolean().default(true),
  defaultValue: z.boolean().default(false),
  validFor: z.string().nullable().default(null),
});
