import type { Call } from './call.ts';
import { type Answer, ok } from './call.ts';
import { type JobItem, type JobPlan, jobBody } from './job-book.ts';
import { idOf, isObject, type JsonObject, textOf } from './json.ts';
import { missingParameter, notFound, type Refusal, tooManyValues } from './refusal.ts';

/** What bulk endpoints have in common: at most 100 members, a job, one result per member. */
export const mostMembers = 100;

export function startJob(call: Call, plan: JobPlan): Answer {
  const job = call.account.jobs.start(call.account, plan);
  return ok({ job_status: jobBody(job, call.base, call.account.nowMs) });
}

export interface BulkTarget {
  readonly id: number | null;
  readonly externalId: string | null;
  readonly body: JsonObject;
}

/**
 * Two forms of update_many: `?ids=` or `?external_ids=` with one change for all (`{"user":{}}`), or a batch of members that name
 * themselves (`{"users":[{"id":…}]}`).
 */
export function updateTargets(
  call: Call,
  singular: string,
  plural: string,
  tooMany: (max: number) => Refusal = tooManyValues,
): readonly BulkTarget[] {
  const named = namedTargets(call, tooMany);
  if (named !== null) {
    const shared = call.wrapped(singular);
    return named.map((target) => ({ ...target, body: shared }));
  }
  const members = call.list(plural);
  if (members.length > mostMembers) throw tooMany(mostMembers);
  return members.map((body) => ({ id: idOf(body.id) ?? null, externalId: textOf(body.external_id) ?? null, body }));
}

/** `?ids=1,2` or `?external_ids=a,b`; null where the query has neither. */
export function namedTargets(
  call: Call,
  tooMany: (max: number) => Refusal = tooManyValues,
): readonly BulkTarget[] | null {
  const ids = call.words('ids');
  const externalIds = call.words('external_ids');
  if (ids === null && externalIds === null) return null;
  const count = (ids ?? externalIds ?? []).length;
  if (count > mostMembers) throw tooMany(mostMembers);
  if (ids !== null) return ids.map((id) => ({ id: idOf(id) ?? null, externalId: null, body: {} }));
  return (externalIds ?? []).map((externalId) => ({ id: null, externalId, body: {} }));
}

export function destroyTargets(call: Call, tooMany: (max: number) => Refusal = tooManyValues): readonly BulkTarget[] {
  const named = namedTargets(call, tooMany);
  if (named === null || named.length === 0) throw missingParameter('ids');
  return named;
}

export function bulkItem(call: Call, failure: { readonly error: string } & JsonObject, run: () => JsonObject): JobItem {
  return { run, failure, planted: call.refuse() };
}

export function updated(id: number): JsonObject {
  return { id, action: 'update', status: 'Updated', success: true };
}

export function deleted(id: number): JsonObject {
  return { action: 'delete', id, status: 'Deleted', success: true };
}

export function must<T>(record: T | undefined): T {
  if (record === undefined) throw notFound();
  return record;
}

/** Copies of the members without their keys, as `create_many` reads them. */
export function membersOf(call: Call, plural: string, tooMany: (max: number) => Refusal = tooManyValues) {
  const members = call.list(plural).filter(isObject);
  if (members.length > mostMembers) throw tooMany(mostMembers);
  return members;
}
