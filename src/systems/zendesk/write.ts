import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import type { Delta, Value } from '../../model/value.ts';
import { attempt, failAll } from '../kit/attempt.ts';
import { explained } from './after-refusal.ts';
import { type Collection, collectionOf } from './collection.ts';
import { recordFault } from './faults.ts';
import { carryOutOne, completed, furtherOf, leftOut, refusalOf } from './further.ts';
import { startJob } from './jobs.ts';
import { bodyFor, isDelta, isEmpty, objectOf, outcomeOf, type Prepared, sentOf } from './operations.ts';
import { byIds } from './reading.ts';
import type { Session } from './session.ts';
import { sideBySide } from './side-by-side.ts';
import { createTicket } from './ticket-create.ts';
import { fieldsOf, folded } from './values.ts';

/**
 * Writing: one record by its own endpoint, whose answer tells the record; several as one job of at most 100, or one by one where the
 * account has no access to bulk calls, or where a job could write a record twice (new tickets). Only the given fields are sent.
 * Source: Zendesk API reference, topics "Organizations", "Users", "Tickets", "Deleted Tickets" and "Job Statuses".
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
    if (collection.restores) return { done: await restoreAll(session, collection, operations, until) };
    const say = `Zendesk cannot bring back a deleted ${collection.singular}: it has to be created anew.`;
    return { done: failAll(operations, { kind: 'refused', say }) };
  }
  const refused = operations.map((operation) => refusalOf(operation));
  if (refused.every((fault) => fault !== null)) return { done: refused.map((fault) => ({ ok: false, fault })) };
  const prepared = await attempt(() => prepare(session, collection, operations));
  if (!prepared.ok) return { done: failAll(operations, prepared.fault) };
  await session.closed.recall();
  const singly = collection.singly.has(first.do) || session.closed.has(`${object} ${first.do}`);
  if (operations.length > 1 && !singly) {
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
 * has a phone number already, and the version of a ticket, so that its tags are written only while nobody else changes it.
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
  // Only values that are a ticket's need their types to be written.
  const names = operations.flatMap((one) => Object.keys('fields' in one ? one.fields : {}));
  const types = collection.customBy === 'id' ? await session.catalog.typesFor(collection, names) : null;
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
    const sent = Object.fromEntries(entries);
    const seen =
      operation.do === 'update' ? { ...operation, expect: operation.expect ?? row?.updated_at ?? null } : operation;
    return { operation, sent, body: bodyFor(collection, seen, sent, types ?? new Map()) };
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
  if (!written.ok) {
    const fault = recordFault(written.fault, collection, operation, prepared.sent);
    const locks = collection.locks.some(({ field }) => fault.fields?.includes(field));
    if (operation.do !== 'update' || fault.kind !== 'refused' || !locks) return { ok: false, fault };
    const [why = fault] = await explained(session, collection, [{ id: operation.ref.id, expect: null, fault }]);
    return { ok: false, fault: why };
  }
  const outcome = written.value;
  if (further === null || !outcome.ok) return outcome;
  return completed(outcome, await carryOutOne(session, further, outcome.now ?? {}, false, until));
}

/** The call of the record itself. An update whose fields all take calls of another kind needs none. */
async function ownCall(session: Session, collection: Collection, prepared: Prepared, until: number): Promise<Outcome> {
  const { operation, sent, body } = prepared;
  const types = await session.catalog.typesFor(collection, Object.keys(sent));
  if (operation.do === 'create') {
    const create = collection.singly.has('create')
      ? createTicket(session, collection, prepared, until)
      : session.wire.create(collection, body, until);
    return outcomeOf(collection, await create, types);
  }
  const { id } = operation.ref;
  if (isEmpty(prepared)) return { ok: true, id, version: null, now: null };
  if (operation.do === 'update') {
    return outcomeOf(collection, await session.wire.update(collection, id, body, until), types);
  }
  await session.wire.remove(collection, id, until);
  return { ok: true, id, version: null, now: null };
}

/** Back from the bin, a call each: one that does not lie there (any more) is gone. */
function restoreAll(
  session: Session,
  collection: Collection,
  operations: readonly Operation[],
  until: number,
): Promise<readonly Outcome[]> {
  return sideBySide(operations, async (operation): Promise<Outcome> => {
    if (operation.do !== 'restore')
      return { ok: false, fault: { kind: 'bug', say: 'Operations of one kind go together.' } };
    const { id } = operation.ref;
    const restored = await attempt(() => session.wire.restore(collection, id, until));
    return restored.ok ? { ok: true, id, version: null, now: null } : { ok: false, fault: restored.fault };
  });
}
