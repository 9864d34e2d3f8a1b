import type { FunctionExp } from '@jetstreamapp/soql-parser-js';
import type { Json } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import { createField, type FieldDefinition } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
import type { StoredRow } from '../row.ts';
import { type Asker, type Path, resolvePath, splitPath } from './path.ts';

const parts: Readonly<Record<string, (date: Date) => number>> = {
  CALENDAR_YEAR: (date) => date.getUTCFullYear(),
  CALENDAR_QUARTER: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  CALENDAR_MONTH: (date) => date.getUTCMonth() + 1,
  FISCAL_YEAR: (date) => date.getUTCFullYear(),
  FISCAL_QUARTER: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  FISCAL_MONTH: (date) => date.getUTCMonth() + 1,
  DAY_IN_MONTH: (date) => date.getUTCDate(),
  DAY_IN_WEEK: (date) => date.getUTCDay() + 1,
  HOUR_IN_DAY: (date) => date.getUTCHours(),
};

const numberField = createField({ name: 'expr', type: 'int' });
const dateField = createField({ name: 'expr', type: 'date' });

/** A function over a date as if it were a field: `CALENDAR_YEAR(CreatedDate)`. */
export function dateFunction(asker: Asker, object: ObjectDefinition, alias: string | undefined, fn: FunctionExp): Path {
  const name = String(fn.functionName).toUpperCase();
  const [argument] = fn.parameters ?? [];
  const path =
    typeof argument === 'string'
      ? resolvePath(asker, object, splitPath(argument, object, alias))
      : dateFunctionOf(asker, object, alias, argument);
  if (name === 'CONVERTTIMEZONE' || name === 'TOLABEL' || name === 'FORMAT') return path;
  const part = parts[name];
  if (part === undefined && name !== 'DAY_ONLY')
    throw apiError(400, 'MALFORMED_QUERY', `unexpected token: '${fn.functionName ?? ''}'`);
  const get = (row: StoredRow): Json => {
    const value = path.get(row);
    if (typeof value !== 'number' && typeof value !== 'string') return null;
    const date = new Date(value);
    return part === undefined ? date.toISOString().slice(0, 10) : part(date);
  };
  const field: FieldDefinition = part === undefined ? dateField : numberField;
  return { field, get, direct: false };
}

function dateFunctionOf(
  asker: Asker,
  object: ObjectDefinition,
  alias: string | undefined,
  fn: FunctionExp | undefined,
): Path {
  if (fn === undefined) throw apiError(400, 'MALFORMED_QUERY', "unexpected token: ')'");
  return dateFunction(asker, object, alias, fn);
}
