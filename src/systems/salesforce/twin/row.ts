import type { Row } from '../../../twins/collection.ts';
import type { Json } from '../../../twins/json.ts';

/** A row as it is stored: immutable; `values` holds what is neither null nor a system field. Times are milliseconds since 1970. */
export interface StoredRow extends Row {
  /** 18 characters. */
  readonly id: string;
  readonly object: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly modifiedAt: number;
  readonly modifiedBy: string;
  /** SystemModstamp: taken when the statement runs, not when its transaction commits. */
  readonly stampAt: number;
  readonly deleted: boolean;
  readonly values: Values;
}

/** By API name. Datetimes are milliseconds since 1970, dates `YYYY-MM-DD`; absent is null. */
export type Values = Readonly<Record<string, Json>>;

/** The same values without nulls, so that rows stay lean. */
export function withoutNulls(values: Values): Values {
  const lean: Record<string, Json> = {};
  for (const name in values) {
    const value = values[name];
    if (value !== null && value !== undefined) lean[name] = value;
  }
  return lean;
}
