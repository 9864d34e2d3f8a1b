import type { Fault } from '../../model/fault.ts';
import type { Outcome, Sent } from '../../model/operation.ts';
import { attempt } from '../kit/attempt.ts';
import { byItem, faultOf } from './faults.ts';
import { firstAskMs, type Handle } from './jobs.ts';
import { outcomeOf, type Prepared } from './operations.ts';
import type { Resource } from './resource.ts';
import type { Session } from './session.ts';
import { bodyOf } from './values.ts';

/**
 * Several records in one call. Where the vendor waits with its answer (6.0), all are written or none: those that it complains of are
 * taken out, and the others are sent again, which is safe because nothing was written. Else (older, or it took too long) an operation
 * is told, and what was complained of before goes with its handle.
 * Source: Oro documentation, topics "Synchronous Batch API" and "Batch API".
 */

/** Records in one call that the vendor answers while we wait; also the size of a chunk of those that it does not. */
export const batchLimit = 100;
/** Each round finds all problems of one kind (missing records, then values), so the second or third goes through. */
const rounds = 4;

interface Placed extends Prepared {
  readonly place: number;
}

export async function inBatch(
  session: Session,
  resource: Resource,
  prepared: readonly Prepared[],
  until: number,
): Promise<Sent> {
  const faults = new Map<number, Fault>();
  const outcomes = new Map<number, Outcome>();
  let left: readonly Placed[] = prepared.map((one, place) => ({ ...one, place }));
  for (let round = 0; round < rounds && left.length > 0; round++) {
    const sent = left;
    const answer = await attempt(() =>
      session.wire.batch(
        resource.object,
        sent.map((one) => itemOf(resource, one)),
        until,
      ),
    );
    if (!answer.ok) {
      for (const { place } of left) faults.set(place, answer.fault);
      left = [];
    } else if ('operation' in answer.value) {
      return { job: handle(session, answer.value.operation, left, faults), againMs: firstAskMs };
    } else if ('rows' in answer.value) {
      session.modes.nowWaits();
      const { rows, asOf } = answer.value;
      for (const [at, { place, operation }] of left.entries()) {
        const row = rows[at];
        // In the order of the request; an update must come back as itself.
        const own = row !== undefined && (operation.do === 'create' || row.id === operation.ref.id);
        if (own && rows.length === left.length) outcomes.set(place, outcomeOf(resource, { row, asOf }));
        else faults.set(place, { kind: 'unsure', say: 'OroCRM wrote the batch and does not tell this record.' });
      }
      left = [];
    } else {
      const blamed = byItem(answer.value.problems);
      const general = faultOf(answer.value.problems);
      for (const [at, { place }] of left.entries()) {
        const fault = blamed.size === 0 ? general : blamed.get(at);
        if (fault !== undefined) faults.set(place, fault);
      }
      left = left.filter(({ place }) => !faults.has(place));
    }
  }
  const later: Fault = {
    kind: 'later',
    say: 'OroCRM refused other records of the same batch, and wrote none of them.',
  };
  return {
    done: prepared.map((_, place): Outcome => outcomes.get(place) ?? { ok: false, fault: faults.get(place) ?? later }),
  };
}

function itemOf(resource: Resource, { operation, fields, place }: Placed): Readonly<Record<string, unknown>> {
  const body = bodyOf(resource, fields);
  return operation.do === 'update'
    ? { meta: { update: true }, type: resource.object, id: operation.ref.id, ...body }
    : { type: resource.object, id: `new-${place}`, ...body };
}

function handle(
  session: Session,
  operation: string,
  left: readonly Placed[],
  faults: ReadonlyMap<number, Fault>,
): string {
  const kept: Handle = {
    operation,
    at: session.world.now(),
    places: left.map(({ place }) => place),
    refused: [...faults],
  };
  return JSON.stringify(kept);
}
