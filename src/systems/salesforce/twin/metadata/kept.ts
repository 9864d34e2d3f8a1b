import { isJsonObject } from '../../../../twins/json.ts';
import { RowError } from '../errors.ts';
import type { Org } from '../org.ts';
import type { StoredRow } from '../row.ts';
import { type Component, type Kind, putRow, rowsOf, sameName } from './kind.ts';

/** A kind that is accepted, kept and answered, and changes nothing of what the APIs of data do. */
export function keptKind(name: string, directory: string, suffix: string, prefix: string): Kind {
  const object = `${name}Component`;
  const rowOf = (org: Org, fullName: string): StoredRow | undefined =>
    rowsOf(org, object).find(({ values }) => sameName(values.FullName, fullName));
  return {
    name,
    directory,
    suffix,
    put: (writer, fullName, value) =>
      putRow(writer, object, prefix, rowOf(writer.org, fullName), { FullName: fullName, Value: value }),
    find(org, fullName) {
      const row = rowOf(org, fullName);
      return row === undefined ? null : toComponent(row);
    },
    all: (org) => rowsOf(org, object).map(toComponent),
    drop(writer, fullName) {
      const row = rowOf(writer.org, fullName);
      if (row === undefined)
        throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no ${name} named ${fullName} found`, []);
      writer.transaction.purge(row);
    },
  };
}

function toComponent(row: StoredRow): Component {
  const { FullName, Value } = row.values;
  const value = isJsonObject(Value) ? Value : {};
  return { fullName: String(FullName), row, value };
}
