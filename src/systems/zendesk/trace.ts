import { type Fault, FaultError } from '../../model/fault.ts';
import type { Operation, Traced } from '../../model/operation.ts';
import { attempt } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import { type Collection, collectionOf } from './collection.ts';
import { type Create, isOf, keyOf, objectOf, outcomeOf } from './operations.ts';
import { byKeys, bySearch } from './reading.ts';
import type { Session } from './session.ts';
import { exportLagMs, jobsEndMs } from './standard.ts';
import { type CustomTypes, timeOf } from './values.ts';

/**
 * What became of creates whose answer was lost. With a key: whatever carries it is ours, a hundred to a call. Without one: what is like it
 * and was made since is ours, or makes no difference, because the same record would be met. Organizations are looked for by their
 * unique name, a call each; users in the change feed, a call for all of them: the index by which their addresses are found is minutes late.
 */

/** The vendor stamps whole seconds, and its clock is not ours. */
const clocksDifferMs = 5000;
/** What the feed brings is taken to be whole so long after it happened. */
const feedWholeMs = exportLagMs + clocksDifferMs;
/** More pages than this of one feed would be a first load; then nothing is said of what was not found. */
const feedPages = 20;

interface Looked {
  readonly rows: readonly RecordRow[];
  readonly types: CustomTypes | null;
  /** From when on what was not found was never applied (ms). */
  readonly sureAt: number;
}

export async function trace(
  session: Session,
  operations: readonly Operation[],
  since: number,
): Promise<readonly Traced[]> {
  const first = operations[0];
  if (first === undefined) return [];
  const collection = collectionOf(objectOf(first));
  const creates = operations.filter((operation) => operation.do === 'create');
  if (collection === undefined || creates.length !== operations.length) {
    const say = 'Only creates of an object that Syncline knows at Zendesk can be traced.';
    return operations.map(() => ({ ok: false, fault: { kind: 'bug', say } }));
  }
  const keyed = creates.filter((create) => keyOf(create) !== null);
  const others = creates.filter((create) => keyOf(create) === null);
  const traced = new Map<Create, Traced>();
  for (const [some, look] of [[keyed, byKey] as const, [others, withoutKey] as const]) {
    if (some.length === 0) continue;
    const found = await attempt(() => look(session, collection, some, since));
    for (const create of some) {
      traced.set(
        create,
        found.ok ? verdict(collection, create, found.value, since, session.world.now()) : blind(found.fault),
      );
    }
  }
  return creates.map((create) => traced.get(create) ?? { waitMs: jobsEndMs });
}

/** Not being able to look says nothing of the records. */
function blind(fault: Fault): Traced {
  const waits = fault.kind === 'later' || fault.kind === 'limit';
  return waits ? { waitMs: fault.afterMs ?? 5000 } : { ok: false, fault };
}

async function byKey(
  session: Session,
  collection: Collection,
  creates: readonly Create[],
  since: number,
): Promise<Looked> {
  const rows = await byKeys(
    session,
    collection,
    creates.flatMap((create) => keyOf(create) ?? []),
  );
  return { rows, types: await typesFor(session, collection, creates), sureAt: since + jobsEndMs };
}

async function withoutKey(
  session: Session,
  collection: Collection,
  creates: readonly Create[],
  since: number,
): Promise<Looked> {
  const types = await typesFor(session, collection, creates);
  if (collection.tracedBy === 'search') {
    const natural = collection.natural ?? '';
    const names = creates.flatMap(({ fields }) => (typeof fields[natural] === 'string' ? [fields[natural]] : []));
    const rows = await bySearch(session, collection, { field: natural, by: 'search' }, [...new Set(names)]);
    return { rows, types, sureAt: since + jobsEndMs };
  }
  const sureAt = since + jobsEndMs + feedWholeMs;
  // Nothing of that time can be in the feed yet: there is nothing to ask.
  if (session.world.now() < since + feedWholeMs) return { rows: [], types, sureAt };
  return { rows: await changedSince(session, collection, since - clocksDifferMs), types, sureAt };
}

async function changedSince(session: Session, collection: Collection, from: number): Promise<readonly RecordRow[]> {
  const rows: RecordRow[] = [];
  let second = Math.floor(from / 1000);
  for (let page = 1; ; page++) {
    const answer = await session.wire.exported(collection, second, 'live');
    rows.push(...answer.rows);
    const next = answer.end_time ?? second;
    if (answer.end_of_stream !== false || next <= second) return rows;
    if (page === feedPages)
      throw new FaultError({ kind: 'later', say: 'So much has changed since that the search for it takes too long.' });
    second = next;
  }
}

function typesFor(session: Session, collection: Collection, creates: readonly Create[]): Promise<CustomTypes | null> {
  return session.catalog.typesFor(
    collection,
    creates.flatMap((create) => Object.keys(create.fields)),
  );
}

function verdict(
  collection: Collection,
  create: Create,
  { rows, types, sureAt }: Looked,
  since: number,
  now: number,
): Traced {
  const like = rows.filter((row) => collection.goneAs(row) === null && isOf(collection, row, create, types));
  const once = [...new Map(like.map((row) => [row.id, row])).values()];
  const ours =
    keyOf(create) !== null ? once : once.filter((row) => (timeOf(row.created_at) ?? 0) >= since - clocksDifferMs);
  const [only, second] = ours;
  if (only !== undefined && second !== undefined && keyOf(create) === null) {
    return { several: ours.map((row) => String(row.id)) };
  }
  if (only !== undefined) return outcomeOf(collection, only, types);
  // An older record like it: a create would have been refused, and the next one will be, which leads to meeting it.
  if (once.length > 0) return 'absent';
  return now < sureAt ? { waitMs: sureAt - now } : 'absent';
}
