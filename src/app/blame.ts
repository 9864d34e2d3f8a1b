import type { Store } from '../engine/ports.ts';
import type { HistoryRow } from '../model/history.ts';
import type { Link } from '../model/link.ts';
import { isGone, other, type Side, type Sighting } from '../model/record.ts';
import { type Delta, type Fields, same, type Value } from '../model/value.ts';
import { AppError } from './app.ts';
import type { Config } from './config/schema.ts';
import { recordOf } from './entries.ts';
import { effectiveSides } from './session.ts';

export interface BlameAsk {
  /** `crm:ID` or `desk:ID`. */
  readonly record: string;
  /** Only this field, by its name at the vendor; absent: every field that was ever written by us or is read. */
  readonly field?: string;
  readonly sync?: string;
}

/** Who set one field of a record to what it has now. */
export interface BlameEntry {
  readonly connection: string;
  readonly object: string;
  readonly id: string;
  readonly side: Side;
  readonly field: string;
  /** As it was last seen or written. */
  readonly value: Value;
  /** `syncline`: we wrote it, as `write` says. `elsewhere`: not by Syncline; somebody or something at the vendor. */
  readonly setBy: 'syncline' | 'elsewhere';
  /**
   * Elsewhere: by whom and when the record (the vendor does not say it of a field) was last changed. By us: by whom and when the record
   * that it came from had last been changed. null where the vendor does not say it. `at`: ISO 8601.
   */
  readonly changed: { readonly by: string | null; readonly at: string | null };
  /** Our last write of the field, if there was any in the last 90 days; under `elsewhere` it was overwritten since. */
  readonly write: BlameWrite | null;
}

export interface BlameWrite {
  readonly at: string;
  readonly run: string;
  readonly sync: string;
  readonly link: string;
  readonly rule: string;
  readonly cause: HistoryRow['cause'];
  readonly before: Value;
  readonly after: Value | Delta;
  /** The record that it came from; null where the two are no longer linked, and of an undo. */
  readonly from: {
    readonly side: Side;
    readonly connection: string;
    readonly object: string;
    readonly id: string;
  } | null;
}

/** Rows of one record that are looked through for the last write of each field. */
const rowsLookedThrough = 10_000;

/** Who set the fields of a record (requirement G-02), from what is known here: nothing is asked of a vendor. */
export async function blame(
  store: Store,
  config: Config,
  { record, field, sync }: BlameAsk,
): Promise<readonly BlameEntry[]> {
  const { side, id } = recordOf(record);
  if (sync !== undefined && !config.syncs[sync]) throw new AppError(`There is no sync "${sync}"`);
  const names = sync === undefined ? Object.keys(config.syncs) : [sync];
  const places = new Map(names.map((name) => [JSON.stringify(effectiveSides(config, name)[side]), name]));
  const found: BlameEntry[] = [];
  for (const name of places.values()) {
    const { connection, object } = effectiveSides(config, name)[side];
    const [known] = await store.known(connection, object, [id]);
    if (!known?.sighting) continue;
    const links = new Map(known.links.map(({ link }) => [link.id, link]));
    const rows = await store.history({ record: { side, id }, status: 'ok', limit: rowsLookedThrough });
    const own = rows.filter((row) => row.side === side && row.record === id && links.has(row.link));
    found.push(...entriesOf(config, { side, connection, object, id, sighting: known.sighting, links }, own, field));
  }
  if (found.length > 0) return found;
  throw new AppError(
    field === undefined
      ? `No record ${record} is known to these syncs. Give it by its id at the vendor, such as crm:001xx000003DGbYAAW`
      : `No record ${record} with a field ${field} is known to these syncs; without --field all fields that are known are shown`,
  );
}

interface Subject {
  readonly side: Side;
  readonly connection: string;
  readonly object: string;
  readonly id: string;
  readonly sighting: Sighting;
  readonly links: ReadonlyMap<string, Link>;
}

function entriesOf(
  config: Config,
  { sighting, links, ...subject }: Subject,
  rows: readonly HistoryRow[],
  only: string | undefined,
): readonly BlameEntry[] {
  const seen: Fields = isGone(sighting.seen) ? {} : sighting.seen;
  const names = only === undefined ? Object.keys(seen).sort() : only in seen ? [only] : [];
  return names.map((field): BlameEntry => {
    const row = rows.find((each) => field in each.fields);
    const value = seen[field] ?? null;
    const link = row && links.get(row.link);
    const write = row ? writeOf(config, subject.side, row, field, link) : null;
    const isOurs = write !== null && stands(value, write.after);
    const changed = isOurs ? (row?.source ?? { by: null, at: null }) : sighting;
    return {
      ...subject,
      field,
      value,
      setBy: isOurs ? 'syncline' : 'elsewhere',
      changed: { by: changed.by, at: changed.at === null ? null : iso(changed.at) },
      write,
    };
  });
}

function writeOf(
  config: Config,
  side: Side,
  row: HistoryRow,
  field: string,
  link: Link | undefined,
): BlameWrite | null {
  const written = row.fields[field];
  if (!written) return null;
  const { run, sync, cause } = row;
  const { before, after, rule } = written;
  const source = other(side);
  const end = link?.[source];
  const place = config.syncs[sync] ? effectiveSides(config, sync)[source] : null;
  // What an undo writes comes from history, and from nobody's record.
  const from = end && place && cause !== 'undo' ? { side: source, ...place, id: end.id } : null;
  return { at: iso(row.at), run, sync, link: row.link, rule, cause, before, after, from };
}

/** True where the field has what we wrote; blanks around it and the case of letters are what a vendor may have changed in it. */
function stands(value: Value, after: Value | Delta): boolean {
  return isValue(after) && same(loose(value), loose(after));
}

function loose(value: Value): Value {
  return typeof value === 'string' ? value.trim().toLowerCase() : value;
}

function isValue(after: Value | Delta): after is Value {
  return typeof after !== 'object' || after === null || !('add' in after);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
