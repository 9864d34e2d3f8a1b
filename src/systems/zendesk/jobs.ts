import { z } from 'zod';
import type { Job } from '../../model/connection.ts';
import type { Fault } from '../../model/fault.ts';
import type { Sent } from '../../model/operation.ts';
import { attempt, chunks, failAll } from '../kit/attempt.ts';
import { parseJson } from '../kit/login.ts';
import type { JobRow } from './answers.ts';
import type { Collection } from './collection.ts';
import { askAgainMs } from './job-book.ts';
import { outcomesOf } from './job-lines.ts';
import { jobsAtATime } from './limits.ts';
import type { Prepared } from './operations.ts';
import type { Session } from './session.ts';
import { bulkLimit } from './standard.ts';
import { bodyOf } from './values.ts';

/**
 * Bulk writes are jobs: queued -> working -> completed | failed | killed, asked after until they end; kept by the vendor for a day.
 * Source: Zendesk API reference, topic "Job Statuses".
 */

/** What is kept of a job: its id and when it was sent (ms). The text is opaque to others. */
const handleShape = z.object({ id: z.string(), at: z.number() });
type Handle = z.infer<typeof handleShape>;

/** A job may be unknown for a moment after it was accepted. */
const mayBeUnknownMs = 10_000;

export async function startJob(
  session: Session,
  collection: Collection,
  prepared: readonly Prepared[],
  until: number,
): Promise<Sent> {
  const operations = prepared.map(({ operation }) => operation);
  const { jobs, world } = session;
  const place = jobs.reserve();
  if (place === null) {
    const say = `Zendesk works on ${jobsAtATime} jobs of ours, which is all it takes at a time.`;
    return { done: failAll(operations, { kind: 'limit', code: 'TooManyJobs', say, afterMs: 2500 }) };
  }
  const started = await attempt(() => start(session, collection, prepared, until));
  if (!started.ok) {
    if (started.fault.kind !== 'unsure') place.free();
    return { done: failAll(operations, started.fault) };
  }
  const row = started.value;
  place.started(row.id);
  const handle: Handle = { id: row.id, at: world.now() };
  return { job: JSON.stringify(handle), againMs: askAgainMs(jobs.count(), 0, world.now()) };
}

function start(
  session: Session,
  collection: Collection,
  prepared: readonly Prepared[],
  until: number,
): Promise<JobRow> {
  const { wire } = session;
  const updates = prepared.flatMap(({ operation, sent }) =>
    operation.do === 'update' ? [{ ...bodyOf(collection, sent), id: operation.ref.id }] : [],
  );
  if (updates.length > 0) return wire.updateMany(collection, updates, until);
  const removals = prepared.flatMap(({ operation }) => (operation.do === 'remove' ? [operation.ref.id] : []));
  if (removals.length > 0) return wire.removeMany(collection, removals, until);
  const bodies = prepared.map(({ sent }) => bodyOf(collection, sent));
  return wire.createMany(collection, bodies, until);
}

/** The state of many jobs, a hundred to a call. */
export async function collect(session: Session, asked: readonly Job[]): Promise<readonly Sent[]> {
  const handles = asked.map(({ job }) => handleOf(job));
  const ids = [...new Set(handles.flatMap((handle) => (handle === null ? [] : [handle.id])))];
  const rows = new Map<string, JobRow>();
  let fault: Fault | null = null;
  for (const piece of chunks(ids, bulkLimit)) {
    const answer = await attempt(() => session.wire.jobs(piece));
    if (answer.ok) for (const row of answer.value) rows.set(row.id, row);
    // None of these is known, or their answer cannot be read, now or ever: each is looked at below as an unknown job.
    else if (answer.fault.kind !== 'gone' && answer.fault.kind !== 'bug') fault = answer.fault;
  }
  const sent: Sent[] = [];
  for (const [i, { job, operations, places }] of asked.entries()) {
    const handle = handles[i] ?? null;
    if (handle === null) {
      sent.push({
        done: failAll(operations, { kind: 'unsure', say: `This is no job of Zendesk: ${job.slice(0, 80)}` }),
      });
      continue;
    }
    const row = rows.get(handle.id);
    // Not being able to ask says nothing of the job: it is asked after again.
    if (row === undefined && fault !== null) sent.push({ job, againMs: fault.afterMs ?? 5500 });
    else sent.push(await stateOf(session, handle, row, { job, operations, places }));
  }
  return sent;
}

function handleOf(job: string): Handle | null {
  const parsed = handleShape.safeParse(parseJson(job));
  return parsed.success ? parsed.data : null;
}

async function stateOf(
  session: Session,
  handle: Handle,
  row: JobRow | undefined,
  { job, operations, places }: Job,
): Promise<Sent> {
  const { jobs, world } = session;
  const ageMs = world.now() - handle.at;
  if (row === undefined && ageMs >= mayBeUnknownMs) {
    jobs.ended(handle.id);
    return { done: failAll(operations, { kind: 'unsure', say: 'Zendesk does not know the job any more.' }) };
  }
  if (row === undefined || row.status === 'queued' || row.status === 'working') {
    jobs.heard(handle.id);
    return { job, againMs: askAgainMs(jobs.count(), ageMs, world.now()) };
  }
  jobs.ended(handle.id);
  return { done: await outcomesOf(session, row, operations, places) };
}
