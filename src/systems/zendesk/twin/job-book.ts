import type { Chance } from '../../../twins/chance.ts';
import type { Account } from './account.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';
import { Refusal } from './refusal.ts';
import { day, spaced, toSeconds } from './stamps.ts';
import { describe } from './texts.ts';

/**
 * Background jobs. A job waits (queued), lives through its items one after the other at moments of their own (working), and is
 * completed at the end of its time; the records that it makes appear as it goes. `completed` does not mean that every item succeeded.
 * Nobody needs to ask for it: a job whose first answer was lost runs all the same.
 */
export interface JobPlan {
  /** `Bulk Create Organization`. */
  readonly type: string;
  /** What a message says while an item is worked on: `Creating ticket #19`. */
  readonly working: (item: number) => string;
  readonly items: readonly JobItem[];
  /** The vendor reports creates of organizations and users in no particular order. */
  readonly shuffled?: boolean;
}

export interface JobItem {
  /** Does it and tells its result; throws Refusal. */
  readonly run: () => JsonObject;
  /** Beside `index` and `details` where it fails. */
  readonly failure: { readonly error: string } & JsonObject;
  /** What somebody planted for this item: it fails with it. */
  readonly planted: Json;
}

export interface Job {
  readonly id: string;
  readonly type: string;
  readonly total: number;
  /** null once all are done: finished jobs are kept for a day, what they carried (the whole request) need not be. */
  plan: JobPlan | null;
  readonly startMs: number;
  readonly endMs: number;
  done: number;
  results: JsonObject[];
  /** The results as text, which takes less room, once all are done. */
  kept: string;
}

/** Queued or running. Source: Zendesk, "Job statuses", on the limit of background jobs. */
const maxRunning = 30;

export class JobBook {
  readonly #chance: Chance;
  readonly #jobs = new Map<string, Job>();
  #running = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  start(account: Account, plan: JobPlan): Job {
    const { limits, jobMs, tooManyJobsStatus } = account.switches;
    if (!limits.off && this.#running >= (limits.jobs ?? maxRunning)) {
      const description = 'Too many jobs are currently queued or running. Try again later.';
      throw new Refusal(tooManyJobsStatus, { error: 'TooManyJobs', description });
    }
    this.#forget(account.nowMs);
    const lastsMs = typeof jobMs === 'number' ? jobMs : this.#chance.between(jobMs[0], jobMs[1]);
    const startMs = account.nowMs + Math.floor(lastsMs * (0.1 + this.#chance.next() * 0.3));
    const job: Job = {
      id: `V3-${this.#chance.text(32, '0123456789abcdef')}`,
      type: plan.type,
      total: plan.items.length,
      plan,
      startMs,
      endMs: account.nowMs + lastsMs,
      done: 0,
      results: [],
      kept: '',
    };
    this.#jobs.set(job.id, job);
    this.#running++;
    this.#next(account, job);
    return job;
  }

  find(id: string, nowMs: number): Job | undefined {
    const job = this.#jobs.get(id);
    return job !== undefined && !isForgotten(job, nowMs) ? job : undefined;
  }

  /** The newest first. */
  list(nowMs: number): readonly Job[] {
    return [...this.#jobs.values()].filter((job) => !isForgotten(job, nowMs)).reverse();
  }

  #next(account: Account, job: Job): void {
    const items = job.plan?.items ?? [];
    const item = items[job.done];
    if (item === undefined) {
      account.agenda.add(job.endMs, () => this.#finish(job));
      return;
    }
    const share = (job.done + 1) / (items.length + 1);
    account.agenda.add(job.startMs + (job.endMs - job.startMs) * share, () => {
      job.results.push(this.#run(account, item, job.done));
      job.done++;
      this.#next(account, job);
    });
  }

  #run(account: Account, item: JobItem, index: number): JsonObject {
    if (item.planted !== null) {
      return { index, ...item.failure, ...(isObject(item.planted) ? item.planted : { details: item.planted }) };
    }
    if (this.#chance.happens(account.switches.jobPartialFailure)) {
      return { index, ...item.failure, details: 'Please try again' };
    }
    try {
      return item.run();
    } catch (error) {
      if (error instanceof Refusal) return { index, ...item.failure, details: detailsOf(error) };
      account.reportBug('in a job', error);
      return { index, ...item.failure, details: 'Internal error' };
    }
  }

  #finish(job: Job): void {
    job.kept = JSON.stringify(job.plan?.shuffled ? shuffle(job.results, this.#chance) : job.results);
    job.results = [];
    job.plan = null;
    this.#running--;
  }

  #forget(nowMs: number): void {
    for (const job of this.#jobs.values()) {
      if (!isForgotten(job, nowMs)) return;
      this.#jobs.delete(job.id);
    }
  }
}

/** Results are kept for a day. */
function isForgotten(job: Job, nowMs: number): boolean {
  return job.plan === null && job.endMs + day * 1000 < nowMs;
}

/** The recordings show two blanks after an organization's label. */
function detailsOf(refusal: Refusal): string {
  if (refusal.complaints.length === 0) {
    const { body } = refusal;
    if (typeof body === 'string') return body;
    return typeof body.description === 'string' ? body.description : String(body.error);
  }
  return refusal.complaints
    .map((complaint) => describe(complaint, 'en-US', complaint.label === 'name' ? '  ' : ' '))
    .join(', ');
}

function shuffle<T>(members: readonly T[], chance: Chance): T[] {
  const mixed = [...members];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = chance.between(0, last);
    const [a, b] = [mixed[last], mixed[other]];
    if (a === undefined || b === undefined) continue;
    mixed[last] = b;
    mixed[other] = a;
  }
  return mixed;
}

export function jobBody(job: Job, base: string, nowMs: number): JsonObject {
  const { total } = job;
  const url = `${base}/api/v2/job_statuses/${job.id}.json`;
  const shared = { id: job.id, job_type: job.type, url, total };
  if (job.plan === null) {
    const message = `Completed at ${spaced(toSeconds(job.endMs))}`;
    return { ...shared, progress: total, status: 'completed', message, results: parseJson(job.kept) };
  }
  if (nowMs < job.startMs) return { ...shared, progress: null, status: 'queued', message: null, results: null };
  const message = job.plan.working(Math.min(job.done + 1, total));
  return { ...shared, progress: job.done, status: 'working', message, results: null };
}
