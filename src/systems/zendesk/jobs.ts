import { z } from 'zod';
import type { Job } from '../../model/connection.ts';
import type { Fault } from '../../model/fault.ts';
import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import { type Attempt, attempt, chunks, failAll } from '../kit/attempt.ts';
import { parseJson } from '../kit/login.ts';
import type { JobRow } from './answers.ts';
import type { Collection } from './collection.ts';
import { carryOut, completed, furtherOf, refusalOf } from './further.ts';
import { askAgainMs } from './job-book.ts';
import { outcomesOf } from './job-lines.ts';
import { jobsAtATime } from './limits.ts';
import { isEmpty, type Prepared } from './operations.ts';
import type { Member } from './people-wire.ts';
import type { Session } from './session.ts';
import { bulkLimit } from './standard.ts';

/**
 * Bulk writes are jobs: queued -> working -> completed | failed | killed, asked after until they end; kept by the vendor for a day.
 * Source: Zendesk API reference, topic "Job Statuses".
 *
 * A batch of updates may be two jobs side by side, one for the records and one for new memberships. When both have ended, one read shows
 * which users are where they should be, and the few that are not are moved by calls of their own (see further.ts).
 */

/** What is kept of a batch under way. The text is opaque to others. */
const handleShape = z.object({
  /** The job of the records; null where none of them had anything to say itself. */
  id: z.string().nullable(),
  /** Which place of the batch each record of that job had; absent: all of them, in order. */
  places: z.array(z.number()).optional(),
  /** The job of the memberships. */
  memberships: z.string().optional(),
  /** When it was sent (ms). */
  at: z.number(),
});
type Handle = z.infer<typeof handleShape>;

/** A job may be unknown for a moment after it was accepted. */
const mayBeUnknownMs = 10_000;
/** How long the calls that follow jobs may take in one go, and how often they are tried until their faults are told. */
const followMs = 60_000;
const followTriesMs = 600_000;

export async function startJob(
  session: Session,
  collection: Collection,
  prepared: readonly Prepared[],
  until: number,
): Promise<Sent | 'closed'> {
  const operations = prepared.map(({ operation }) => operation);
  const own = prepared.flatMap((one, place) => {
    const skipped = isEmpty(one) || refusalOf(one.operation) !== null;
    return skipped ? [] : [{ ...one, place }];
  });
  const members = membersOf(operations);
  // Memberships go first: if their job cannot start nothing has been done, and if only the other one cannot, they are found made.
  const joining = members.length === 0 ? null : await inBook(session, () => session.wire.joinMany(members, until));
  if (joining?.ok === false) return { done: failAll(operations, joining.fault) };
  const updating = own.length === 0 ? null : await inBook(session, () => start(session, collection, own, until));
  if (updating?.ok === false) return { done: failAll(operations, updating.fault) };
  if (updating?.value === 'closed') return 'closed';
  const at = session.world.now();
  const handle: Handle = {
    id: updating?.value.id ?? null,
    at,
    ...(own.length === prepared.length ? {} : { places: own.map(({ place }) => place) }),
    // Without access to that job its users are looked at all the same, and moved one by one.
    ...(joining === null || joining.value === 'closed' ? {} : { memberships: joining.value.id }),
  };
  const waitMs = jobsOf(handle).length === 0 ? 0 : askAgainMs(session.jobs.count(), 0, at);
  return { job: JSON.stringify(handle), againMs: waitMs };
}

function membersOf(operations: readonly Operation[]): readonly Member[] {
  return operations.flatMap((operation) => {
    const further = refusalOf(operation) === null ? furtherOf(operation) : null;
    if (further === null || further.organization === null) return [];
    return [{ user: further.user, organization: further.organization }];
  });
}

/** Starts a job where there is a place for it among those that the account takes at a time. */
async function inBook({ jobs }: Session, work: () => Promise<JobRow | 'closed'>): Promise<Attempt<JobRow | 'closed'>> {
  const place = jobs.reserve();
  if (place === null) {
    const say = `Zendesk works on ${jobsAtATime} jobs of ours, which is all it takes at a time.`;
    return { ok: false, fault: { kind: 'limit', code: 'TooManyJobs', say, afterMs: 2500 } };
  }
  const started = await attempt(work);
  if (started.ok && started.value !== 'closed') place.started(started.value.id);
  else if (started.ok || started.fault.kind !== 'unsure') place.free();
  return started;
}

function start(
  session: Session,
  collection: Collection,
  prepared: readonly Prepared[],
  until: number,
): Promise<JobRow | 'closed'> {
  const { wire } = session;
  const updates = prepared.flatMap((one) =>
    one.operation.do === 'update' ? [{ ...one.body, id: one.operation.ref.id }] : [],
  );
  if (updates.length > 0) return wire.updateMany(collection, updates, until);
  const removals = prepared.flatMap(({ operation }) => (operation.do === 'remove' ? [operation.ref.id] : []));
  if (removals.length > 0) return wire.removeMany(collection, removals, until);
  const bodies = prepared.map(({ body }) => body);
  return wire.createMany(collection, bodies, until);
}

/** The state of many jobs, a hundred to a call. */
export async function collect(session: Session, asked: readonly Job[]): Promise<readonly Sent[]> {
  const handles = asked.map(({ job }) => handleOf(job));
  const ids = [...new Set(handles.flatMap((handle) => (handle === null ? [] : jobsOf(handle))))];
  const rows = new Map<string, JobRow>();
  let fault: Fault | null = null;
  for (const piece of chunks(ids, bulkLimit)) {
    const answer = await attempt(() => session.wire.jobs(piece));
    if (answer.ok) for (const row of answer.value) rows.set(row.id, row);
    // None of these is known, or their answer cannot be read, now or ever: each is looked at below as an unknown job.
    else if (answer.fault.kind !== 'gone' && answer.fault.kind !== 'bug') fault = answer.fault;
  }
  const sent: Sent[] = [];
  for (const [i, one] of asked.entries()) {
    const handle = handles[i] ?? null;
    if (handle === null) {
      const say = `This is no job of Zendesk: ${one.job.slice(0, 80)}`;
      sent.push({ done: failAll(one.operations, { kind: 'unsure', say }) });
      continue;
    }
    // Not being able to ask says nothing of the job: it is asked after again.
    const unheard = fault !== null && jobsOf(handle).some((id) => !rows.has(id));
    if (unheard) sent.push({ job: one.job, againMs: fault?.afterMs ?? 5500 });
    else sent.push(await stateOf(session, handle, rows, one));
  }
  return sent;
}

function handleOf(job: string): Handle | null {
  const parsed = handleShape.safeParse(parseJson(job));
  return parsed.success ? parsed.data : null;
}

function jobsOf({ id, memberships }: Handle): readonly string[] {
  return [id, memberships].filter((one) => typeof one === 'string');
}

async function stateOf(session: Session, handle: Handle, rows: ReadonlyMap<string, JobRow>, asked: Job): Promise<Sent> {
  const { jobs, world } = session;
  const ageMs = world.now() - handle.at;
  let busy = false;
  for (const id of jobsOf(handle)) {
    const status = rows.get(id)?.status ?? (ageMs < mayBeUnknownMs ? 'queued' : 'unknown');
    if (status === 'queued' || status === 'working') {
      jobs.heard(id);
      busy = true;
    } else {
      jobs.ended(id);
    }
  }
  if (busy) return { job: asked.job, againMs: askAgainMs(jobs.count(), ageMs, world.now()) };
  return followed(session, handle, asked, await ownOutcomes(session, handle, rows, asked));
}

/** What became of the records themselves: what the job tells, and of those that were no part of it that there was nothing to tell. */
async function ownOutcomes(
  session: Session,
  { id, places: sent }: Handle,
  rows: ReadonlyMap<string, JobRow>,
  { operations, places }: Job,
): Promise<readonly Outcome[]> {
  const row = id === null ? undefined : rows.get(id);
  const lineOf = (at: number): number => {
    const place = places[at] ?? at;
    return id === null ? -1 : (sent?.indexOf(place) ?? place);
  };
  const inJob = [...operations.keys()].filter((at) => lineOf(at) >= 0);
  const asked = inJob.flatMap((at) => operations[at] ?? []);
  const unknown: Fault = { kind: 'unsure', say: 'Zendesk does not know the job any more.' };
  const told = row === undefined ? failAll(asked, unknown) : await outcomesOf(session, row, asked, inJob.map(lineOf));
  const outcomes = new Map(inJob.map((at, i) => [at, told[i]] as const));
  return operations.map((operation, at): Outcome => {
    const outcome = outcomes.get(at);
    if (outcome !== undefined) return outcome;
    const fault = operation.do === 'create' ? unknown : refusalOf(operation);
    return fault === null && operation.do !== 'create'
      ? { ok: true, id: operation.ref.id, version: null, now: null }
      : { ok: false, fault: fault ?? unknown };
  });
}

/** What follows the jobs for those records that were written; asked after again while Zendesk cannot do it now. */
async function followed(
  session: Session,
  handle: Handle,
  { job, operations }: Job,
  outcomes: readonly Outcome[],
): Promise<Sent> {
  const { world } = session;
  const open = operations.flatMap((operation, at) => {
    const further = furtherOf(operation);
    return further !== null && outcomes[at]?.ok === true ? [{ at, further }] : [];
  });
  if (open.length === 0) return { done: outcomes };
  const todo = open.map(({ further }) => further);
  const faults = await carryOut(session, todo, handle.memberships !== undefined, world.now() + followMs);
  const waits = faults.flatMap((fault) => (fault !== null && canWait(fault) ? [fault.afterMs ?? 5000] : []));
  if (waits.length > 0 && world.now() - handle.at < followTriesMs) return { job, againMs: Math.max(...waits) };
  const found = new Map(open.map(({ at }, i) => [at, faults[i] ?? null] as const));
  return {
    done: outcomes.map((outcome, at) => {
      const fault = found.get(at);
      return fault === undefined ? outcome : completed(outcome, fault);
    }),
  };
}

function canWait({ kind }: Fault): boolean {
  return kind === 'limit' || kind === 'later' || kind === 'unsure';
}
