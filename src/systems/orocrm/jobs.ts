import { z } from 'zod';
import type { Job } from '../../model/connection.ts';
import type { Fault } from '../../model/fault.ts';
import type { Outcome, Sent } from '../../model/operation.ts';
import { attempt, failAll } from '../kit/attempt.ts';
import { parseJson } from '../kit/login.ts';
import { byItem, faultOf } from './faults.ts';
import type { Session } from './session.ts';

/**
 * Asynchronous operations: new -> running -> success | failed | cancelled. They wait for the vendor's message queue, and each is asked
 * after by its own call; there is no list. A record that is refused fails alone. What was created is not told: a trace finds it.
 * Source: Oro documentation, topic "Batch API".
 */
const faultShape = z.object({
  kind: z.enum(['later', 'limit', 'stale', 'gone', 'refused', 'login', 'unsure', 'bug']),
  say: z.string(),
  code: z.string().exactOptional(),
  fields: z.array(z.string()).readonly().exactOptional(),
  afterMs: z.number().exactOptional(),
});
const handleShape = z.object({
  operation: z.string(),
  /** When it was sent (ms). */
  at: z.number(),
  /** Which place of the batch each record of the operation had. */
  places: z.array(z.number()),
  /** What was refused before by its place, and is no part of the operation. */
  refused: z.array(z.tuple([z.number(), faultShape])),
});
export type Handle = z.infer<typeof handleShape>;

export const firstAskMs = 2000;
const longestAskMs = 30_000;
/** An update may be sent again at any time, so it is not waited for for ever; what was created later would be a second record. */
const updatesWaitMs = 3_600_000;

export function collect(session: Session, jobs: readonly Job[]): Promise<readonly Sent[]> {
  return Promise.all(jobs.map((job) => stateOf(session, job)));
}

async function stateOf(session: Session, job: Job): Promise<Sent> {
  const parsed = handleShape.safeParse(parseJson(job.job));
  if (!parsed.success) {
    const say = `This is no job of OroCRM: ${job.job.slice(0, 80)}`;
    return { done: failAll(job.operations, { kind: 'unsure', say }) };
  }
  const handle = parsed.data;
  const ageMs = session.world.now() - handle.at;
  const asked = await attempt(() => ended(session, handle.operation));
  // Not being able to ask says nothing of the operation: it is asked after again.
  if (!asked.ok && asked.fault.kind !== 'gone' && asked.fault.kind !== 'refused' && asked.fault.kind !== 'bug') {
    return { job: job.job, againMs: asked.fault.afterMs ?? longestAskMs };
  }
  if (!asked.ok) return { done: outcomes(job, handle, { others: { ...asked.fault, kind: 'unsure' } }) };
  if (asked.value !== 'waits') return { done: outcomes(job, handle, asked.value) };
  const updates = job.operations.every((operation) => operation.do === 'update');
  if (!updates || ageMs < updatesWaitMs) {
    return { job: job.job, againMs: Math.min(longestAskMs, Math.max(firstAskMs, Math.round(ageMs / 2))) };
  }
  const say = 'OroCRM has not worked on the batch for an hour: is the consumer of its message queue running?';
  return { done: outcomes(job, handle, { others: { kind: 'unsure', say } }) };
}

/** How an operation ended: what is said of single records by their place in it, and of all others; null where they were written. */
interface Ended {
  readonly items?: ReadonlyMap<number, Fault>;
  readonly others: Fault | null;
}

async function ended(session: Session, operation: string): Promise<Ended | 'waits'> {
  const status = await session.wire.operation(operation);
  if (status === 'new' || status === 'running') return 'waits';
  const problems = await session.wire.operationProblems(operation);
  const items = byItem(problems);
  const general = problems.length > 0 && items.size === 0;
  if (general) return { items, others: { ...faultOf(problems), kind: 'bug' } };
  if (status === 'success') return { items, others: null };
  return { items, others: { kind: 'unsure', say: `The batch ended as ${status}.`, code: status } };
}

function outcomes(
  { operations, places }: Job,
  handle: Handle,
  { items = new Map(), others }: Ended,
): readonly Outcome[] {
  const refused = new Map<number, Fault>(handle.refused);
  return operations.map((operation, at): Outcome => {
    const place = places[at] ?? at;
    const fault = refused.get(place) ?? items.get(handle.places.indexOf(place)) ?? others;
    if (fault !== null) return { ok: false, fault };
    if (operation.do !== 'create') return { ok: true, id: operation.ref.id, version: null, now: null };
    return { ok: false, fault: { kind: 'unsure', say: 'It was created; its id is found by its key or its content.' } };
  });
}
