import type { Fault } from '../../model/fault.ts';
import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import { isGone } from '../../model/record.ts';
import { attempt, failAll } from '../kit/attempt.ts';
import { inBatch } from './batch.ts';
import { createPatienceMs, objectOf, outcomeOf, type Prepared, sentBy } from './operations.ts';
import { inAgreement, neededFirst, whole } from './points.ts';
import { byIds, read } from './read.ts';
import { type Resource, resourceOf } from './resource.ts';
import type { Session } from './session.ts';
import { bodyOf, fieldsOf } from './values.ts';

/**
 * Writing: one record by its own address, whose answer tells the record; several in one batch where the resource takes them, else side by
 * side. Only the given fields are sent.
 *
 * Creates go in a batch only where the vendor writes it while we wait: an asynchronous operation may sit in a queue for as long as nobody
 * works on it, and does not tell the ids that it made, so nobody could say what became of a create whose answer was lost.
 */

export async function write(session: Session, operations: readonly Operation[], until: number): Promise<Sent> {
  const [first] = operations;
  if (first === undefined) return { done: [] };
  const object = objectOf(first);
  const resource = resourceOf(object);
  if (resource === undefined) {
    return {
      done: failAll(operations, { kind: 'bug', say: `Syncline does not know the object "${object}" of OroCRM.` }),
    };
  }
  const refused = refusalOf(resource, first);
  if (refused !== null) return { done: failAll(operations, { kind: 'refused', say: refused }) };
  if (first.do === 'remove') return { done: await removed(session, resource, operations, until) };
  const ends = first.do === 'create' ? Math.min(until, session.world.now() + createPatienceMs) : until;
  const prepared = await attempt(() => prepare(session, resource, operations));
  if (!prepared.ok) return { done: failAll(operations, prepared.fault) };
  const together = resource.batch && operations.length > 1 && (first.do === 'update' || session.modes.waits());
  if (together) return inBatch(session, resource, prepared.value, ends);
  return { done: await Promise.all(prepared.value.map((one) => writeOne(session, resource, one, ends))) };
}

function refusalOf({ written, label }: Resource, operation: Operation): string | null {
  if (!written) return `Syncline does not write OroCRM's ${label.toLowerCase()} records.`;
  if (operation.do === 'restore') return 'OroCRM keeps nothing of a deleted record: it has to be created anew.';
  return null;
}

/** One read for all records of which something has to be known before. */
async function prepare(
  session: Session,
  resource: Resource,
  operations: readonly Operation[],
): Promise<readonly Prepared[]> {
  const needed = new Set(operations.flatMap(neededFirst));
  const ids = operations.flatMap((one) => (one.do === 'update' && neededFirst(one).length > 0 ? [one.ref.id] : []));
  const found = ids.length === 0 ? [] : await byIds(session, resource, ids, needed);
  const now = new Map(found.map(({ row }) => [row.id, fieldsOf(resource, row)]));
  return operations.flatMap((operation): Prepared[] => {
    if (operation.do === 'create') return [{ operation, fields: sentBy(operation) }];
    if (operation.do !== 'update') return [];
    const current = now.get(operation.ref.id);
    return [{ operation, fields: inAgreement(whole(operation.fields, current), current) }];
  });
}

async function writeOne(
  session: Session,
  resource: Resource,
  { operation, fields }: Prepared,
  until: number,
): Promise<Outcome> {
  const { wire } = session;
  const type = resource.object;
  const done = await attempt(() => {
    const body = { type, ...bodyOf(resource, fields) };
    return operation.do === 'create'
      ? wire.create(type, body, until)
      : wire.update(type, operation.ref.id, { id: operation.ref.id, ...body }, until);
  });
  return done.ok ? outcomeOf(resource, done.value) : { ok: false, fault: done.fault };
}

/** A hundred go in one call, which says how many were removed; where that is fewer, each is looked at. */
async function removed(
  session: Session,
  resource: Resource,
  operations: readonly Operation[],
  until: number,
): Promise<readonly Outcome[]> {
  const ids = operations.flatMap((one) => (one.do === 'create' ? [] : [one.ref.id]));
  const [only = ''] = ids;
  const fine = (id: string): Outcome => ({ ok: true, id, version: null, now: null });
  const sent = await attempt(async () => {
    if (ids.length > 1) return session.wire.removeMany(resource.object, ids, until);
    await session.wire.remove(resource.object, only, until);
    return 1;
  });
  if (!sent.ok) return failAll(operations, sent.fault);
  if (sent.value === ids.length) return ids.map(fine);
  const left = await attempt(() => read(session, { object: resource.object, fields: [] }, ids));
  const unsure: Fault = { kind: 'unsure', say: 'OroCRM removed only some of the records, and does not say which.' };
  if (!left.ok) return failAll(operations, unsure);
  const there = new Set(
    left.value.flatMap(({ ref, seen }) => (isGone(seen) && seen.gone === 'purged' ? [] : [ref.id])),
  );
  const kept: Fault = { kind: 'refused', say: 'OroCRM did not remove the record: our user may not delete it.' };
  return ids.map((id) => (there.has(id) ? { ok: false, fault: kept } : fine(id)));
}
