import type { FieldDescription, FieldType, ObjectType, Option } from '../model/object-type.ts';
import { plainField } from '../model/plain-field.ts';
import type { SyncInput } from './input.ts';
import { zoneOf } from './zone.ts';

/** Small made-up objects for the tests of mapping: no system's own, so that nothing here can grow around one. */
export function field(name: string, type: FieldType, given: Partial<FieldDescription> = {}): FieldDescription {
  return { ...plainField(name, type), vendorType: type, settable: 'always', ...given };
}

export function options(...values: readonly string[]): readonly Option[] {
  return values.map((value) => ({ value, label: value.toUpperCase(), active: true }));
}

export function objectType(
  object: string,
  fields: readonly FieldDescription[],
  given: Partial<ObjectType> = {},
): ObjectType {
  return {
    object,
    label: object,
    fields,
    mark: null,
    withoutMark: 'traced',
    batch: { create: 200, update: 200, remove: 200 },
    traceBatch: 100,
    feed: { lagMs: 0, pageSize: 1000 },
    guarded: false,
    title: fields[0]?.name ?? '',
    ...given,
  };
}

const crmText = { normal: { trim: true, emptyIsNull: true } } as const;

export const account: ObjectType = objectType('Account', [
  field('Name', 'text', { ...crmText, required: true, maxLength: 255 }),
  field('Id', 'id', { settable: 'never', vendorType: 'id' }),
  field('Industry', 'option', { ...crmText, vendorType: 'picklist', options: options('Banking', 'Energy', 'Retail') }),
  field('Regions', 'options', {
    vendorType: 'multipicklist',
    options: options('north', 'south'),
    normal: { emptyIsNull: true },
  }),
  field('Description', 'longtext', { ...crmText, maxLength: 32_000 }),
  field('Website', 'url', crmText),
  field('Employees', 'integer', { vendorType: 'int' }),
  field('Revenue', 'currency', { scale: 2 }),
  field('Active', 'boolean', { normal: { nullIsFalse: true } }),
  field('Since', 'datetime'),
  field('Secret', 'encrypted', { vendorType: 'encryptedstring' }),
  field('Notes__c', 'text', crmText),
]);

export const organization: ObjectType = objectType(
  'organization',
  [
    field('name', 'text', { required: true, unique: true, maxLength: 40 }),
    field('external_id', 'text', { unique: true }),
    field('details', 'longtext', { normal: { nullIsEmpty: true } }),
    field('tags', 'set', { normal: { unordered: true, lowerCase: true } }),
    field('domain_names', 'set', { normal: { unordered: true, lowerCase: true } }),
    field('industry', 'option', { vendorType: 'dropdown', options: options('banking', 'energy'), restricted: true }),
    field('employees', 'integer'),
    field('revenue', 'decimal'),
    field('active', 'boolean', { normal: { nullIsFalse: true } }),
    field('since', 'date'),
    field('url', 'url', { settable: 'never' }),
  ],
  { mark: { field: 'external_id', style: 'id' }, withoutMark: 'natural' },
);

export function syncInput(given: Partial<SyncInput> = {}): SyncInput {
  return {
    name: 'accounts',
    mode: 'all',
    direction: 'crm-to-desk',
    crm: {
      connection: 'sales',
      system: 'crm-one',
      account: 'A1',
      label: 'Crm',
      object: 'Account',
      type: account,
      timeZone: 'Europe/Paris',
    },
    desk: {
      connection: 'support',
      system: 'desk-one',
      account: 'D1',
      label: 'Desk',
      object: 'organization',
      type: organization,
      timeZone: 'UTC',
    },
    create: ['desk'],
    update: ['desk'],
    brake: { removals: 50, changes: 0.5 },
    filter: {},
    match: [{ crm: 'Name', desk: 'name' }],
    onMatch: 'crm',
    onMany: 'hold',
    mark: 'auto',
    fields: [{ crm: 'Name', desk: 'name' }],
    writeBack: {},
    conflict: ['newest', 'crm'],
    ...given,
  };
}

export const utc = zoneOf('UTC');
