import type { IdMaker } from './ids.ts';
import { isJsonList, isJsonObject, type Json, type JsonObject, member, textOf } from './json.ts';
import type { FieldSpec, FieldType, Kind } from './kinds.ts';
import type { CustomValues } from './records.ts';
import { flaw, invalidData } from './refusal.ts';

/** Types that a custom field may have. Source: Zoho Desk API, "Fields". */
const customTypes = [
  'Text',
  'Textarea',
  'LargeText',
  'Email',
  'Phone',
  'Fax',
  'URL',
  'Number',
  'Decimal',
  'Percent',
  'Currency',
  'Date',
  'DateTime',
  'Boolean',
  'Picklist',
  'Multiselect',
  'LookUp',
  'MultiLookup',
  'AutoNumber',
  'Formula',
] as const;
export type CustomType = (typeof customTypes)[number];

export interface Option {
  readonly value: string;
  /** For the statuses of tickets: Open, On Hold or Closed. */
  readonly statusType: string | null;
}

/** A field as a portal has it, standard or custom. */
export interface Field {
  readonly id: string;
  readonly apiName: string;
  readonly label: string;
  readonly type: FieldType | CustomType;
  readonly max: number | null;
  readonly isMandatory: boolean;
  readonly isCustom: boolean;
  readonly options: readonly Option[];
}

const stockStatusTypes: Readonly<Record<string, string>> = { 'On Hold': 'On Hold', Closed: 'Closed' };

/** The fields of one module, and its layout (a portal begins with one per module). */
export class FieldBook {
  readonly layout: { readonly id: string; readonly name: string };
  readonly #kind: Kind;
  readonly #ids: IdMaker;
  readonly #fields = new Map<string, Field>();
  #blank: CustomValues = {};

  constructor(kind: Kind, ids: IdMaker) {
    this.#kind = kind;
    this.#ids = ids;
    this.layout = { id: ids.next(), name: `${kind.event}s` };
    for (const spec of kind.fields) this.#fields.set(spec.name, this.#standard(spec));
  }

  get all(): readonly Field[] {
    return [...this.#fields.values()];
  }

  get(apiName: string): Field | undefined {
    return this.#fields.get(apiName);
  }

  custom(apiName: string): Field | undefined {
    const field = this.#fields.get(apiName);
    return field?.isCustom === true ? field : undefined;
  }

  /** The deprecated `customFields` go by display label. */
  labelled(label: string): Field | undefined {
    return this.all.find((field) => field.isCustom && field.label === label);
  }

  /** The members `cf` and `customFields` of a record: every custom field, those added since it was made included. */
  customBody(cf: CustomValues, hidden: readonly string[] = []): JsonObject {
    const shown = Object.entries({ ...this.#blank, ...cf }).filter(([name]) => !hidden.includes(name));
    return {
      cf: Object.fromEntries(shown),
      customFields: Object.fromEntries(shown.map(([name, value]) => [this.get(name)?.label ?? name, value])),
    };
  }

  layoutOf(id: Json | undefined): JsonObject | null {
    return id === this.layout.id ? { id: this.layout.id, layoutName: this.layout.name } : null;
  }

  /** Changes the field with this API name (options, label, mandatory or not), or adds a custom one. Throws Refusal. */
  define(shape: JsonObject): Field {
    const label = textOf(member(shape, 'displayLabel')) ?? textOf(member(shape, 'name'));
    const apiName = textOf(member(shape, 'apiName')) ?? apiNameOf(label ?? '');
    const known = this.#fields.get(apiName);
    if (known === undefined && (label === null || label === '')) throw invalidData([flaw('/displayLabel', 'missing')]);
    if (known === undefined && !/^cf_\w+$/.test(apiName)) throw invalidData([flaw('/apiName', 'invalid')]);
    const type = customTypes.find((one) => one === member(shape, 'type'));
    if (known === undefined && type === undefined) throw invalidData([flaw('/type', 'invalid')]);
    const allowed = member(shape, 'allowedValues');
    const max = member(shape, 'maxLength');
    const field: Field = {
      id: known?.id ?? this.#ids.next(),
      apiName,
      label: label ?? known?.label ?? apiName,
      type: known?.isCustom === false ? known.type : (type ?? known?.type ?? 'Text'),
      max: typeof max === 'number' ? max : (known?.max ?? null),
      isMandatory:
        member(shape, 'isMandatory') === undefined ? (known?.isMandatory ?? false) : shape.isMandatory === true,
      isCustom: known?.isCustom ?? true,
      options: isJsonList(allowed) ? allowed.map(optionOf) : (known?.options ?? []),
    };
    this.#fields.set(apiName, field);
    if (field.isCustom) this.#blank = { ...this.#blank, [apiName]: null };
    return field;
  }

  #standard({ name, label, type, max, isRequired, options = [] }: FieldSpec): Field {
    const isStatus = this.#kind.module === 'tickets' && name === 'status';
    return {
      id: this.#ids.next(),
      apiName: name,
      label,
      type,
      max: max ?? null,
      isMandatory: isRequired ?? false,
      isCustom: false,
      options: options.map((value) => ({ value, statusType: isStatus ? (stockStatusTypes[value] ?? 'Open') : null })),
    };
  }
}

function optionOf(shape: Json): Option {
  if (!isJsonObject(shape)) return { value: String(shape), statusType: null };
  return { value: textOf(shape.value) ?? '', statusType: textOf(shape.statusType) };
}

function apiNameOf(label: string): string {
  return `cf_${label.toLowerCase().replace(/\W+/g, '_')}`;
}

export function fieldBody({ id, apiName, label, type, max, isMandatory, isCustom, options }: Field): JsonObject {
  return {
    id,
    apiName,
    displayLabel: label,
    i18NLabel: label,
    name: apiName,
    type,
    maxLength: max,
    isMandatory,
    isCustomField: isCustom,
    isEncryptedField: false,
    sourceType: isCustom ? 'USERDEFINED' : 'SYSTEM',
    showToHelpCenter: false,
    toolTip: null,
    ...(options.length === 0
      ? {}
      : {
          allowedValues: options.map(({ value, statusType }) =>
            statusType === null ? { value } : { value, statusType },
          ),
        }),
  };
}
