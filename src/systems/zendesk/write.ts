import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import type { Delta, Value } from '../../model/value.ts';
import { attempt, failAll } from '../kit/attempt.ts';
import { type Collection, collectionOf } from './collection.ts';
import { recordFault } from './faults.ts';
import { carryOutOne, completed, furtherOf, leftOut, refusalOf } from './further.ts';
import { startJob } from './jobs.ts';
import { bodyFor, isDelta, isEmpty, objectOf, outcomeOf, type Prepared, sentOf } from './operations.ts';
import { byIds } from './reading.ts';
import type { Session } from './session.ts';
import { sideBySide } from './side-by-side.ts';
import { fieldsOf, folded } from './values.ts';

/**
 * Writing: one record by its own endpoint, whose answer tells the record; several as one job of at most 100, or one by one where the
 * account has no access to bulk calls. Only the given fields are sent.
 * Source: Zendesk API reference, topics "Organizations", "Users" and "Job Statuses".
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
  const refused = operations.map((operation) => refusalOf(operation));
  if (refused.every((fault) => fault !== null)) return { done: refused.map((fault) => ({ ok: false, fault })) };
  const prepared = await attempt(() => prepare(session, collection, operations));
  if (!prepared.ok) return { done: failAll(operations, prepared.fault) };
  await session.closed.recall();
  if (operations.length > 1 && !session.closed.has(`${object} ${first.do}`)) {
    const sent = await startJob(session, collection, prepared.value, until);
    if (sent !== 'closed') return sent;
    await session.closed.add(`${object} ${first.do}`);
    session.world.log.warn('Zendesk has no bulk calls for this account: records are written one by one', {
      connection: session.name,
      object,
      verb: first.do,
    });
  }
  return { done: await sideBySide(prepared.value, (one) => writeOne(session, collection, one, until)) };
}

/**
 * Turns additions to and removals from sets into whole sets, which is all that a bulk call takes: one read for all that need it. The
 * endpoint that adds tags to one record would cost a call for each, and there is none for domains. The same read tells whether a user
 * has a phone number already.
 */
async function prepare(
  session: Session,
  collection: Collection,
  operations: readonly Operation[],
): Promise<readonly Prepared[]> {
  const reading = operations.flatMap((one) =>
    one.do === 'update' && (Object.values(one.fields).some(isDelta) || furtherOf(one)?.phone) ? [one.ref.id] : [],
  );
  const rows = reading.length === 0 ? [] : await byIds(session, collection, reading);
  const now = new Map(rows.map((row) => [row.id, row]));
  return operations.map((operation) => {
    const row = operation.do === 'update' ? now.get(operation.ref.id) : undefined;
    // Sets need no types to be read.
    const current = row === undefined ? undefined : fieldsOf(collection, row, new Map());
    const left = leftOut(operation, row);
    const entries = Object.entries(sentOf(collection, operation)).flatMap(([name, value]): [string, Value][] => {
      if (left.has(name)) return [];
      if (!isDelta(value)) return [[name, value]];
      // A record that cannot be read is not there; the vendor will say so, and no set is replaced by guess.
      return current === undefined ? [] : [[name, merged(current[name], value)]];
    });
    return { operation, sent: Object.fromEntries(entries) };
  });
}

/** Members have no case; the ones that are there keep their spelling and order. */
function merged(current: Value | undefined, delta: Delta): Value {
  const dropped = new Set(delta.drop.map(folded));
  const kept = (Array.isArray(current) ? current : []).filter((member) => !dropped.has(folded(member)));
  const there = new Set(kept.map(folded));
  return [...kept, ...delta.add.filter((member) => !there.has(folded(member)))];
}

async function writeOne(session: Session, collection: Collection, prepared: Prepared, until: number): Promise<Outcome> {
  const { operation } = prepared;
  const refusal = refusalOf(operation);
  if (refusal !== null) return { ok: false, fault: refusal };
  const further = furtherOf(operation);
  const written = await attempt(() => ownCall(session, collection, prepared, until));
  if (!written.ok) return { ok: false, fault: recordFault(written.fault, collection, operation, prepared.sent) };
  const outcome = written.value;
  if (further === null || !outcome.ok) return outcome;
  return completed(outcome, await carryOutOne(session, further, outcome.now ?? {}, false, until));
}

/** The call of the record itself. An update whose fields all take calls of another kind needs none. */
async function ownCall(session: Session, collection: Collection, prepared: Prepared, until: number): Promise<Outcome> {
  const { operation, sent } = prepared;
  const types = await session.catalog.typesFor(collection, Object.keys(sent));
  const body = bodyFor(collection, prepared);
  if (operation.do === 'create') {
    return outcomeOf(collection, await session.wire.create(collection, body, until), types);
  }
  const { id } = operation.ref;
  if (isEmpty(prepared)) return { ok: true, id, version: null, now: null };
  if (operation.do === 'update') {
    return outcomeOf(collection, await session.wire.update(collection, id, body, until), types);
  }
  await session.wire.remove(collection, id, until);
  return { ok: true, id, version: null, now: null };
}
