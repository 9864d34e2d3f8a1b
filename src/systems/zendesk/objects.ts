import type { FieldDescription, FieldType, NormalForm } from '../../model/object-type.ts';
import type { FieldRow } from './answers.ts';
import type { Collection } from './collection.ts';
import type { CustomTypes } from './values.ts';

/**
 * The definitions of custom fields as descriptions. Source: Zendesk API reference, topics "Organization Fields", "User Fields" and
 * "Ticket Fields". A field that is switched off is left out: its values can be neither seen nor written.
 */

interface Kind {
  readonly type: FieldType;
  readonly normal: NormalForm;
  readonly scale: number | null;
}

const plain = (type: FieldType, normal: NormalForm = {}, scale: number | null = null): Kind => ({
  type,
  normal,
  scale,
});

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['text', plain('text')],
  ['textarea', plain('longtext')],
  ['regexp', plain('text')],
  ['checkbox', plain('boolean', { nullIsFalse: true })],
  ['date', plain('date')],
  ['integer', plain('integer', {}, 0)],
  ['decimal', plain('decimal')],
  ['dropdown', plain('option')],
  ['tagger', plain('option')],
  ['multiselect', plain('options', { unordered: true })],
  ['lookup', plain('reference')],
  // Kept as X's but for its last digits: what is read back is not what was written.
  ['partialcreditcard', plain('encrypted')],
]);

/** The definitions of a ticket's own fields, which are described without asking. */
const ownFields: ReadonlySet<string> = new Set([
  'subject',
  'description',
  'status',
  'custom_status',
  'tickettype',
  'priority',
  'group',
  'assignee',
]);

/** What names a custom field in the record; null where the definition is of no custom field. */
function keyOf({ customBy }: Collection, row: FieldRow): string | null {
  if (customBy === 'key') return row.key;
  return ownFields.has(row.type) ? null : row.id;
}

function kindOf(row: FieldRow): Kind {
  return kinds.get(row.type) ?? plain('other');
}

function described(collection: Collection, key: string, row: FieldRow): FieldDescription {
  const kind = kindOf(row);
  const options = kind.type === 'option' || kind.type === 'options' ? (row.custom_field_options ?? []) : null;
  return {
    name: `${collection.custom}.${key}`,
    label: row.title,
    type: kind.type,
    vendorType: row.type,
    required: false,
    settable: kind.type === 'other' || kind.type === 'encrypted' ? 'never' : 'always',
    stamped: true,
    options: options?.map((option) => ({ value: option.value, label: option.name, active: true })) ?? null,
    restricted: options !== null,
    maxLength: null,
    scale: kind.scale,
    unique: false,
    ...(row.tag ? { tag: row.tag } : {}),
    ...(row.relationship_target_type ? { refersTo: [targetOf(row.relationship_target_type)] } : {}),
    normal: kind.normal,
  };
}

/** `zen:user` is our `user`; `zen:custom_object:car` stays `custom_object:car`. */
function targetOf(relation: string): string {
  return relation.replace(/^zen:/, '');
}

export function describeCustom(collection: Collection, rows: readonly FieldRow[]): readonly FieldDescription[] {
  return rows.flatMap((row) => {
    const key = keyOf(collection, row);
    return key === null || row.active === false ? [] : [described(collection, key, row)];
  });
}

export function customTypes(collection: Collection, rows: readonly FieldRow[]): CustomTypes {
  return new Map(
    rows.flatMap((row) => {
      const key = keyOf(collection, row);
      return key === null ? [] : [[key, kindOf(row).type] as const];
    }),
  );
}
