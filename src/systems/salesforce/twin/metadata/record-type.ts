import { RowError } from '../errors.ts';
import type { Org } from '../org.ts';
import { type StoredRow, withoutNulls } from '../row.ts';
import { type Component, isTrue, type Kind, putRow, rowsOf, sameName, textIn } from './kind.ts';

/** Record types, `Case.Zendesk_Ticket`: rows that SOQL shows. Which options a type offers is kept and answered, not enforced. */
export const recordType: Kind = {
  name: 'RecordType',
  directory: null,
  suffix: null,
  put(writer, fullName, value) {
    const { org } = writer;
    const [objectName = '', name = ''] = fullName.split('.');
    const object = org.schema.find(objectName);
    if (object === undefined) throw new RowError('INVALID_CROSS_REFERENCE_KEY', `Entity not found: ${objectName}`, []);
    const label = textIn(value, 'label');
    if (label === undefined)
      throw new RowError('REQUIRED_FIELD_MISSING', 'Required field is missing: label', ['label']);
    if (!/^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*$/.test(name))
      throw new RowError(
        'FIELD_INTEGRITY_EXCEPTION',
        `Invalid fullName, must end in a developer name: ${fullName}`,
        [],
      );
    const values = withoutNulls({
      Name: label,
      DeveloperName: name,
      SobjectType: object.name,
      IsActive: isTrue(value.active),
      IsPersonType: false,
      Description: textIn(value, 'description') ?? null,
      PicklistValues: value.picklistValues ?? null,
    });
    return putRow(writer, 'RecordType', '012', rowOf(org, fullName), values);
  },
  find(org, fullName) {
    const row = rowOf(org, fullName);
    return row === undefined ? null : toComponent(row);
  },
  all: (org) => rowsOf(org, 'RecordType').map(toComponent),
  drop() {
    // Source: Metadata API Developer Guide, "RecordType": they are deactivated instead.
    throw new RowError('UNKNOWN_EXCEPTION', 'You can not delete a record type through the API.', []);
  },
};

function rowOf(org: Org, fullName: string): StoredRow | undefined {
  return rowsOf(org, 'RecordType').find((row) => sameName(nameOf(row), fullName));
}

function nameOf({ values }: StoredRow): string {
  return `${String(values.SobjectType)}.${String(values.DeveloperName)}`;
}

function toComponent(row: StoredRow): Component {
  const { IsActive, Name, Description, PicklistValues } = row.values;
  const value = withoutNulls({
    active: IsActive === true,
    description: Description ?? null,
    label: Name ?? null,
    picklistValues: PicklistValues ?? null,
  });
  return { fullName: nameOf(row), row, value };
}
