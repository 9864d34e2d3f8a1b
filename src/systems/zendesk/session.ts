import { FaultError } from '../../model/fault.ts';
import type { World } from '../../model/world.ts';
import type { FieldRow } from './answers.ts';
import type { ClosedCalls } from './closed-calls.ts';
import type { Collection } from './collection.ts';
import { collectionOf } from './collection.ts';
import type { JobBook } from './job-book.ts';
import type { NameBook } from './name-book.ts';
import { customTypes } from './objects.ts';
import type { CustomTypes } from './values.ts';
import { customKey } from './values.ts';
import type { ZendeskWire } from './wire.ts';

/** What the verbs of one connection share. */
export interface Session {
  /** The connection's name in the config. */
  readonly name: string;
  readonly world: World;
  readonly wire: ZendeskWire;
  readonly catalog: Catalog;
  readonly names: NameBook;
  readonly jobs: JobBook;
  readonly closed: ClosedCalls;
}

/** The definitions of custom fields, read once when they are first needed and again whenever the account is described. */
interface Catalog {
  read(collection: Collection): Promise<readonly FieldRow[]>;
  /** The types of custom fields, if one of these fields is custom; else what is known already, which may be nothing (null). */
  typesFor(collection: Collection, names: Iterable<string>): Promise<CustomTypes | null>;
}

export function createCatalog(wire: ZendeskWire): Catalog {
  const known = new Map<string, CustomTypes>();
  const asked = new Map<string, Promise<CustomTypes>>();

  async function read(collection: Collection): Promise<readonly FieldRow[]> {
    const rows: FieldRow[] = [];
    let after: string | null = null;
    do {
      const page: { rows: readonly FieldRow[]; after: string | null } = await wire.fields(collection, after);
      rows.push(...page.rows);
      after = page.after;
    } while (after !== null);
    known.set(collection.object, customTypes(collection, rows));
    return rows;
  }

  function ask(collection: Collection): Promise<CustomTypes> {
    const before = asked.get(collection.object);
    if (before !== undefined) return before;
    const asking = read(collection)
      .then((rows) => customTypes(collection, rows))
      .finally(() => asked.delete(collection.object));
    asked.set(collection.object, asking);
    return asking;
  }

  return {
    read,
    async typesFor(collection, names) {
      const types = known.get(collection.object);
      if (types !== undefined) return types;
      for (const name of names) if (customKey(collection, name) !== null) return ask(collection);
      return null;
    },
  };
}

/** The collection of an object; one that we do not know is a mistake in a config that no check has seen. */
export function collectionFor(object: string): Collection {
  const collection = collectionOf(object);
  if (collection === undefined) {
    throw new FaultError({ kind: 'bug', say: `Syncline does not know the object "${object}" of Zendesk.` });
  }
  return collection;
}
