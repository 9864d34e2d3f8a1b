import type { Json, JsonObject } from '../../../../twins/json.ts';
import type { FieldType } from '../field.ts';
import { parseStatement } from '../soql/parse.ts';
import type { Found } from '../soql/run.ts';
import type { Call } from './call.ts';

const numbers: readonly FieldType[] = ['int', 'double', 'currency', 'percent'];
const texts: readonly FieldType[] = [
  'id',
  'string',
  'textarea',
  'picklist',
  'email',
  'phone',
  'url',
  'reference',
  'combobox',
];

/** What `?columns=true` answers instead of rows: the shape of the result, from which the vendor's command line builds its tables. */
export function columnMetadata(call: Call, text: string, { object }: Found): JsonObject {
  const { query } = parseStatement(text);
  const columns = (query.fields ?? []).map((field): Json => {
    const name = field.type === 'Field' ? field.field : 'rawValue' in field ? String(field.rawValue) : '';
    const known = field.type === 'Field' ? call.api.org.access.field(object, name, call.user) : undefined;
    const type = known?.type ?? 'string';
    return {
      aggregate: field.type === 'FieldFunctionExpression' && field.isAggregateFn === true,
      apexType:
        type === 'id' || type === 'reference'
          ? 'Id'
          : type === 'boolean'
            ? 'Boolean'
            : numbers.includes(type)
              ? 'Double'
              : 'String',
      booleanType: type === 'boolean',
      columnName: known?.name ?? name,
      custom: known?.describe.custom ?? false,
      displayName: known?.name ?? name,
      foreignKeyName: known?.describe.relationshipName ?? null,
      insertable: known?.describe.createable ?? false,
      joinColumns: [],
      numberType: numbers.includes(type),
      textType: texts.includes(type),
      updatable: known?.describe.updateable ?? false,
    };
  });
  return {
    columnMetadata: columns,
    entityName: object.name,
    groupBy: query.groupBy !== undefined,
    idSelected: false,
    keyPrefix: object.keyPrefix,
  };
}
