import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import type { Delta, Value } from '../../model/value.ts';
import { attempt, failAll } from '../kit/attempt.ts';
import { type Collection, collectionOf } from './collection.ts';
import { inOurNames } from './faults.ts';
import { startJob } from './jobs.ts';
import { objectOf, outcomeOf, type Prepared, sentOf } from './operations.ts';
import { byIds } from './reading.ts';
import type { Session } from './session.ts';
import { bodyOf, fieldsOf, folded } from './values.ts';

/**
 * Writing: one record by its own endpoint, whose answer tells the record; several as one job of at most 100.
 * Only the given fields are sent. Source: Zendesk API reference, topics "Organizations" and "Job Statuses".
 */

export async function write(session: Session, operations: readonly Operation[], until: number): Promise<Sent> {
  const first = operations[0];
  if (first === undefined) return { done: [] };
  const object = objectOf(first);
  const collection = collectionOf(object);
  if (collection === undefined) {
    return {
      done: failAll(operations, { kind: 'bug', say: `Syncline does not know the object "${object}" of Zendesk.` }),
    };
  }
  if (first.do === 'restore') {
    const say = `Zendesk cannot bring back a deleted ${collection.singular}: it has to be created anew.`;
    return { done: failAll(operations, { kind: 'refused', say }) };
  }
  const prepared = await attempt(() => prepare(session, collection, operations));
  if (!prepared.ok) return { done: failAll(operations, prepared.fault) };
  const [one] = prepared.value;
  if (one !== undefined && prepared.value.length === 1) {
    return { done: [await writeOne(session, collection, one, until)] };
  }
  return startJob(session, collection, prepared.value, until);
}

/**
 * Turns additions to and removals from sets into whole sets, which is all that a bulk call takes of an organization: one read for all
 * that need it. The endpoint that adds tags to one organization would cost a call for each, and there is none for domains.
 */
async function prepare(
  session: Session,
  collection: Collection,
  operations: readonly Operation[],
): Promise<readonly Prepared[]> {
  const merging = operations.flatMap((one) =>
    one.do === 'update' && Object.values(one.fields).some(isDelta) ? [one.ref.id] : [],
  );
  const rows = merging.length === 0 ? [] : await byIds(session, collection, merging);
  // Sets need no types to be read.
  const now = new Map(rows.map((row) => [row.id, fieldsOf(collection, row, new Map())]));
  return operations.map((operation) => {
    const current = operation.do === 'update' ? now.get(operation.ref.id) : undefined;
    const entries = Object.entries(sentOf(operation)).flatMap(([name, value]): [string, Value][] => {
      if (!isDelta(value)) return [[name, value]];
      // A record that cannot be read is not there; the vendor will say so, and no set is replaced by guess.
      return current === undefined ? [] : [[name, merged(current[name], value)]];
    });
    return { operation, sent: Object.fromEntries(entries) };
  });
}

function isDelta(value: Value | Delta): value is Delta {
  return typeof value === 'object' && value !== null && 'add' in value;
}

/** Members have no case; the ones that are there keep their spelling and order. */
function merged(current: Value | undefined, delta: Delta): Value {
  const dropped = new Set(delta.drop.map(folded));
  const kept = (Array.isArray(current) ? current : []).filter((member) => !dropped.has(folded(member)));
  const there = new Set(kept.map(folded));
  return [...kept, ...delta.add.filter((member) => !there.has(folded(member)))];
}

async function writeOne(
  session: Session,
  collection: Collection,
  { operation, sent }: Prepared,
  until: number,
): Promise<Outcome> {
  const written = await attempt(async (): Promise<Outcome> => {
    const types = await session.catalog.typesFor(collection, Object.keys(sent));
    const body = bodyOf(collection, sent);
    if (operation.do === 'create')
      return outcomeOf(collection, await session.wire.create(collection, body, until), types);
    const { id } = operation.ref;
    if (operation.do === 'update') {
      return outcomeOf(collection, await session.wire.update(collection, id, body, until), types);
    }
    await session.wire.remove(collection, id, until);
    return { ok: true, id, version: null, now: null };
  });
  return written.ok ? written.value : { ok: false, fault: inOurNames(written.fault, collection, sent) };
}
