import { z } from 'zod';
import type { HoldEntry, ReportFilter, StandingEntry } from '../../app/app.ts';
import { type Answer, answerWords } from '../../model/hold.ts';
import { filterQuery } from '../filter.ts';
import { holdEntry, standingEntry, value } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

const entries: z.ZodType<readonly HoldEntry[]> = z.array(holdEntry);

export const holdsRoute = route<ReportFilter, readonly HoldEntry[]>({
  method: 'GET',
  path: '/api/holds',
  summary: 'Everything that waits for a person',
  input: filterQuery,
  output: entries,
});

export const failuresRoute = route<ReportFilter, readonly HoldEntry[]>({
  method: 'GET',
  path: '/api/failures',
  summary: 'Holds that a vendor caused, and faults that are still retried',
  input: filterQuery,
  output: entries,
});

export const retryRoute = route<{ ids: readonly string[] | null }, { retried: number }>({
  method: 'POST',
  path: '/api/retry',
  summary: 'Try holds or failures again',
  description: 'By their ids; `null`: all of them. Answers how many became due.',
  input: z.strictObject({ ids: z.array(z.string().min(1)).nullable() }),
  output: z.object({ retried: z.int().min(0) }),
});

const always = z.literal(true).optional();

const answerInput: z.ZodType<Answer> = z.discriminatedUnion('say', [
  z.strictObject({ say: z.enum(answerWords), always }),
  z.strictObject({ say: z.literal('candidate'), id: z.string().min(1), always }),
  z.strictObject({ say: z.literal('value'), value, always }),
]);

export const answerRoute = route<{ hold: string; answer: Answer }, { answered: boolean }>({
  method: 'POST',
  path: '/api/answer',
  summary: 'A person’s word about one hold',
  description:
    '`answered` is false where there is no such hold any more. 422 where the hold does not take it: its `offers` say what it takes, and what can be said for always.',
  input: z.strictObject({ hold: z.string().min(1), answer: answerInput }),
  output: z.object({ answered: z.boolean() }),
});

const standing: z.ZodType<readonly StandingEntry[]> = z.array(standingEntry);

export const answersRoute = route<object, readonly StandingEntry[]>({
  method: 'GET',
  path: '/api/answers',
  summary: 'What was answered for always',
  input: z.strictObject({}),
  output: standing,
});

export const forgetRoute = route<{ answer: string }, void>({
  method: 'POST',
  path: '/api/forget',
  summary: 'Such holds wait for a person again',
  description: 'By the id of a standing answer. What was done because of it stays.',
  input: z.strictObject({ answer: z.string().min(1) }),
  output: null,
});

export const holds: Resource = (mount, app) => {
  mount(holdsRoute, (filter) => app.holds(filter));
  mount(failuresRoute, (filter) => app.failures(filter));
  mount(retryRoute, ({ ids }) => app.retry(ids));
  mount(answerRoute, ({ hold, answer }) => app.answer(hold, answer));
  mount(answersRoute, () => app.answers());
  mount(forgetRoute, ({ answer }) => app.forget(answer));
};
