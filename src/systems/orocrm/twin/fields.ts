import { z } from 'zod';
import { ControlError, explain } from '../../../twins/control-error.ts';
import type { Json, JsonObject } from '../../../twins/json.ts';
import { enumShape } from './catalogue-sales.ts';
import type { Office } from './office.ts';
import { line, many, one, type ResourceType, resource, value } from './resource.ts';

/** A custom field as the entity manager of the vendor's back office asks for it: its name, its type, and the options of an enum. */
const fieldSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{1,62}$/),
  type: z.enum([
    'string',
    'text',
    'integer',
    'float',
    'money',
    'percent',
    'boolean',
    'date',
    'datetime',
    'enum',
    'multiEnum',
  ]),
  length: z.int().min(1).max(255).default(255),
  required: z.boolean().default(false),
  /** Of an enum: codes with their labels, in their order. */
  options: z.array(z.strictObject({ id: z.string().min(1), label: z.string() })).default([]),
  /** The API resource of an enum's options; the field's name in lower case with an s unless given. */
  resource: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .optional(),
});
const schema = z.strictObject({ fields: z.array(fieldSchema) });
type Field = z.infer<typeof fieldSchema>;

/** Adds fields to a type, or changes those of the same name. Answers their names. Throws ControlError. */
export function extend(office: Office, type: ResourceType, shape: JsonObject): Json {
  const checked = schema.safeParse(shape);
  if (!checked.success) throw new ControlError(400, explain(checked.error));
  const attributes = new Map(type.attributes);
  const relations = new Map(type.relations);
  for (const field of checked.data.fields) {
    const required = field.required ? { required: true } : {};
    if (field.type === 'enum' || field.type === 'multiEnum') {
      const options = defineOptions(office, field);
      relations.set(field.name, field.type === 'enum' ? one(options, required) : many(options, required));
    } else if (field.type === 'string') attributes.set(field.name, line({ max: field.length, ...required }));
    else attributes.set(field.name, value(field.type, required));
  }
  office.define({ ...type, attributes, relations });
  return checked.data.fields.map(({ name }) => name);
}

function defineOptions(office: Office, { name, options, resource: given }: Field): string {
  const target = given ?? `${name.toLowerCase()}s`;
  if (office.type(target) === undefined) office.define(resource(target, enumShape));
  const shelf = office.shelf(target);
  for (const id of [...shelf.rows.values()].map((row) => row.id)) {
    if (!options.some((option) => option.id === id)) shelf.remove(id);
  }
  options.forEach(({ id, label }, index) => {
    const values = { name: label, priority: index + 1, default: false };
    shelf.put({ id, created: office.now, updated: office.now, values, refs: {}, hidden: false });
  });
  return target;
}
