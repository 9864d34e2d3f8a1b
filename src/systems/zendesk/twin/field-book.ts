import { isList, isObject, type Json, type JsonObject, textOf } from './json.ts';
import type { FieldDefinition, FieldOption } from './records.ts';
import { invalid } from './refusal.ts';
import { iso, type Seconds } from './stamps.ts';

export const fieldTypes = [
  'text',
  'textarea',
  'checkbox',
  'date',
  'integer',
  'decimal',
  'regexp',
  'dropdown',
  'multiselect',
  'lookup',
] as const;

/** The custom fields of users or of organizations: one model for both. Source: Zendesk, "User fields", "Organization fields". */
export class FieldBook {
  readonly #makeId: () => number;
  #fields: readonly FieldDefinition[] = [];
  #byKey = new Map<string, FieldDefinition>();

  constructor(makeId: () => number) {
    this.#makeId = makeId;
  }

  /** By position, then by age. */
  get all(): readonly FieldDefinition[] {
    return this.#fields;
  }

  byKey(key: string): FieldDefinition | undefined {
    return this.#byKey.get(key);
  }

  /** Fields are addressed by id or by key. */
  find(idOrKey: string): FieldDefinition | undefined {
    return this.#byKey.get(idOrKey) ?? this.#fields.find((field) => String(field.id) === idOrKey);
  }

  create(body: JsonObject, now: Seconds): FieldDefinition {
    const key = textOf(body.key) ?? '';
    const title = textOf(body.title) ?? '';
    const type = textOf(body.type) ?? 'text';
    if (title === '') throw invalid({ field: 'title', error: 'BlankValue', label: 'title', sentence: 'blank' });
    if (!/^(?!\d+$)\w+$/.test(key)) {
      throw invalid({ field: 'key', error: 'InvalidValue', label: 'key', sentence: 'invalid', value: key });
    }
    if (this.#byKey.has(key)) {
      throw invalid({ field: 'key', error: 'DuplicateValue', label: 'key', sentence: 'taken', value: key });
    }
    if (!fieldTypes.some((known) => known === type)) {
      throw invalid({ field: 'type', error: 'InvalidValue', label: 'type', sentence: 'notListed', value: type });
    }
    const field: FieldDefinition = {
      id: this.#makeId(),
      key,
      type,
      title,
      description: textOf(body.description) ?? '',
      position: typeof body.position === 'number' ? body.position : 9999,
      active: body.active !== false,
      system: false,
      regexp: type === 'regexp' ? (textOf(body.regexp_for_validation) ?? null) : null,
      tag: type === 'checkbox' ? (textOf(body.tag) ?? null) : null,
      options: this.#options([], body.custom_field_options),
      target: type === 'lookup' ? (textOf(body.relationship_target_type) ?? null) : null,
      filter: type === 'lookup' ? (body.relationship_filter ?? null) : null,
      created: now,
      updated: now,
    };
    this.#put(field);
    return field;
  }

  /** The key and the type stay what they were. */
  update(before: FieldDefinition, body: JsonObject, now: Seconds): FieldDefinition {
    const after: FieldDefinition = {
      ...before,
      title: textOf(body.title) ?? before.title,
      description: textOf(body.description) ?? before.description,
      position: typeof body.position === 'number' ? body.position : before.position,
      active: typeof body.active === 'boolean' ? body.active : before.active,
      regexp: before.type === 'regexp' ? (textOf(body.regexp_for_validation) ?? before.regexp) : null,
      tag: before.type === 'checkbox' && body.tag !== undefined ? (textOf(body.tag) ?? null) : before.tag,
      options:
        body.custom_field_options === undefined
          ? before.options
          : this.#options(before.options, body.custom_field_options),
      updated: now,
    };
    this.#put(after);
    return after;
  }

  remove(field: FieldDefinition): void {
    this.#fields = this.#fields.filter((other) => other.id !== field.id);
    if (field.key !== null) this.#byKey.delete(field.key);
  }

  /** An option with a known id or value is changed, else it is added. */
  upsertOption(
    field: FieldDefinition,
    body: JsonObject,
    now: Seconds,
  ): { readonly option: FieldOption; readonly isNew: boolean } {
    const known = field.options.find((option) => option.id === body.id || option.value === textOf(body.value));
    const [option] = this.#options(known ? [known] : [], [body]);
    if (option === undefined) {
      throw invalid({ field: 'value', error: 'BlankValue', label: 'value', sentence: 'blank' });
    }
    const options = known
      ? field.options.map((other) => (other.id === known.id ? option : other))
      : [...field.options, option];
    this.#put({ ...field, options, updated: now });
    return { option, isNew: known === undefined };
  }

  removeOption(field: FieldDefinition, optionId: number, now: Seconds): boolean {
    const options = field.options.filter((option) => option.id !== optionId);
    this.#put({ ...field, options, updated: now });
    return options.length < field.options.length;
  }

  reorder(ids: readonly Json[], now: Seconds): void {
    for (const field of this.#fields) {
      const position = ids.indexOf(field.id);
      if (position >= 0) this.#put({ ...field, position, updated: now });
    }
  }

  #options(known: readonly FieldOption[], given: Json | undefined): readonly FieldOption[] {
    if (!isList(given)) return [];
    return given.filter(isObject).flatMap((body): readonly FieldOption[] => {
      const value = textOf(body.value) ?? undefined;
      const before = known.find((option) => option.id === body.id || option.value === value);
      const name = textOf(body.name) ?? before?.name ?? value;
      if (name === undefined || (value ?? before?.value) === undefined) return [];
      return [
        {
          id: before?.id ?? this.#makeId(),
          name,
          value: value ?? before?.value ?? '',
          isDefault: typeof body.default === 'boolean' ? body.default : (before?.isDefault ?? false),
        },
      ];
    });
  }

  #put(field: FieldDefinition): void {
    const others = this.#fields.filter((other) => other.id !== field.id);
    this.#fields = [...others, field].sort((a, b) => a.position - b.position || a.id - b.id);
    if (field.key !== null) this.#byKey.set(field.key, field);
  }
}

export function optionBody(option: FieldOption): JsonObject {
  return { id: option.id, name: option.name, raw_name: option.name, value: option.value };
}

export function profileFieldBody(field: FieldDefinition, url: string): JsonObject {
  return {
    url,
    id: field.id,
    type: field.type,
    key: field.key,
    title: field.title,
    description: field.description,
    raw_title: field.title,
    raw_description: field.description,
    position: field.position,
    active: field.active,
    system: field.system,
    regexp_for_validation: field.regexp,
    created_at: iso(field.created),
    updated_at: iso(field.updated),
    ...(field.type === 'checkbox' ? { tag: field.tag } : {}),
    ...(field.type === 'dropdown' || field.type === 'multiselect'
      ? { custom_field_options: field.options.map(optionBody) }
      : {}),
    ...(field.type === 'lookup' ? { relationship_target_type: field.target, relationship_filter: field.filter } : {}),
  };
}
