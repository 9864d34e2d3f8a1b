import { z } from 'zod';
import type { Call } from '../kit/call.ts';
import { type JobRow, jobAnswer } from './answers.ts';

export type Ask = <T>(call: Call<T>) => Promise<T>;
export type Write = Omit<Call<unknown>, 'kind' | 'answer'>;

/** What a bulk endpoint that Zendesk has not opened for the account answers with a 403, whatever else the body says. */
const closed = z.looseObject({ error: z.unknown() }).transform((): 'closed' => 'closed');
const answer = z.union([jobAnswer, closed]);

/**
 * A call that starts a job; `closed`: the account has no access to it, and nothing was done.
 * Source: Zendesk API reference, topic "Users", "Create Many Users": 403 where bulk imports are not enabled.
 */
export async function bulkCall(ask: Ask, call: Write): Promise<JobRow | 'closed'> {
  const answered = await ask({ ...call, kind: 'write', fine: [403], answer });
  return answered === 'closed' ? answered : answered.job_status;
}
