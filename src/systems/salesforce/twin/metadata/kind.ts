import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { type Org, systemRow } from '../org.ts';
import type { StoredRow } from '../row.ts';
import type { Writer } from '../writer.ts';

/**
 * One kind of metadata component, whichever way it comes: in a deployed package, over SOAP, or (fields) over the Tooling API. Components
 * are kept as rows, so that a transaction that is rolled back takes them along; objects and fields lie in the schema besides.
 */
export interface Kind {
  /** Such as `CustomField`; also the element of a parent's file for kinds that have none of their own. */
  readonly name: string;
  /** Folder and file ending in a package; null for what lies inside a `CustomObject` file. */
  readonly directory: string | null;
  readonly suffix: string | null;
  /** Creates or changes the component; answers its id. Throws RowError. */
  put(writer: Writer, fullName: string, value: JsonObject): string;
  find(org: Org, fullName: string): Component | null;
  all(org: Org): readonly Component[];
  /** Throws RowError where it is not there. */
  drop(writer: Writer, fullName: string): void;
}

export interface Component {
  readonly fullName: string;
  /** Who made it, and when. */
  readonly row: StoredRow;
  /** What `readMetadata` answers, but for the full name. */
  readonly value: JsonObject;
}

/** The rows of an object as the latest transaction left them. */
export function rowsOf(org: Org, object: string): readonly StoredRow[] {
  return [...org.store.all(object)].filter(({ deleted }) => !deleted);
}

/** Puts a row of the set-up, new or in place of another. */
export function putRow(
  { org, transaction, user, at }: Writer,
  object: string,
  prefix: string,
  before: StoredRow | undefined,
  values: Readonly<Record<string, Json>>,
): string {
  if (before !== undefined) {
    transaction.put({ ...before, modifiedAt: at, modifiedBy: user, stampAt: at, values });
    return before.id;
  }
  const id = org.ids.next(prefix);
  transaction.put(systemRow(object, id, user, at, values));
  return id;
}

export function sameName(one: Json | undefined, two: string): boolean {
  return typeof one === 'string' && one.toLowerCase() === two.toLowerCase();
}

/** One or several of a thing, as XML cannot tell apart. */
export function listIn(value: JsonObject, name: string): readonly JsonObject[] {
  const found = value[name];
  return (Array.isArray(found) ? found : [found]).filter((one) => isJsonObject(one));
}

export function textIn(value: JsonObject, name: string): string | undefined {
  const found = value[name];
  return typeof found === 'string' && found !== '' ? found : typeof found === 'number' ? String(found) : undefined;
}

export function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true';
}
