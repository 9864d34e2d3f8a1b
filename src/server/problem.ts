import { z } from 'zod';
import { AnswerRefused, AppError } from '../app/app.ts';
import { FaultError, OutageError } from '../model/fault.ts';
import type { World } from '../model/world.ts';
import { problem, registry } from './reports.ts';

/** Problem details of RFC 9457, the body of every answer that is an error. */
export const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** One or two plain sentences: what happened and what to do. */
  detail: z.string(),
  /** What was wrong with the request, by the name of the parameter. */
  parameters: z.array(z.object({ name: z.string(), reason: z.string() })).exactOptional(),
  /** Problems of the config, where those are the reason. */
  problems: z.array(problem).exactOptional(),
});
registry.add(problemDetails, { id: 'Problem' });

export type ProblemDetails = z.infer<typeof problemDetails>;

export const problemType = 'application/problem+json';

/** Thrown where a request is refused before the app is asked. */
export class RequestError extends Error {
  readonly details: ProblemDetails;
  readonly headers: Readonly<Record<string, string>>;
  constructor(details: ProblemDetails, headers: Readonly<Record<string, string>> = {}) {
    super(details.detail);
    this.name = 'RequestError';
    this.details = details;
    this.headers = headers;
  }
}

export function refusal(status: number, title: string, detail: string): ProblemDetails {
  return { type: 'about:blank', title, status, detail };
}

/** By which a client knows that it was the answer, and not the app. */
export const answerRefusedTitle = 'The hold does not take that answer';

/** What Zod found in a query or a body, each parameter named. */
export function invalidRequest(error: z.ZodError): RequestError {
  const parameters = error.issues.flatMap((issue) => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.') || 'body'];
    return names.map((name) => ({
      name,
      reason: issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message,
    }));
  });
  const detail = parameters.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return new RequestError({ ...refusal(400, 'The request has mistakes', detail), parameters });
}

/** Every error as problem details. What nobody foresaw shows no more than that: its words may name files or credentials. */
export function problemOf(error: unknown): ProblemDetails {
  if (error instanceof RequestError) return error.details;
  if (error instanceof AnswerRefused) return refusal(422, answerRefusedTitle, error.message);
  if (error instanceof AppError) {
    const details = refusal(422, 'That could not be done', error.message);
    return error.problems.length === 0 ? details : { ...details, problems: [...error.problems] };
  }
  if (error instanceof FaultError) return refusal(502, 'A connected system did not answer as it should', error.message);
  if (error instanceof OutageError) return refusal(503, 'Syncline has no database at the moment', error.message);
  return refusal(500, 'Syncline failed', 'This is a bug in Syncline, please report it; its log says more.');
}

export function isForeseen(error: unknown): boolean {
  return [RequestError, AppError, FaultError, OutageError].some((kind) => error instanceof kind);
}

export function problemResponse(error: unknown): Response {
  const details = problemOf(error);
  const headers = error instanceof RequestError ? error.headers : {};
  return new Response(JSON.stringify(details), {
    status: details.status,
    headers: { 'content-type': problemType, ...headers },
  });
}

export function logFailure(world: Pick<World, 'log'>, error: unknown): void {
  const stack = error instanceof Error ? error.stack : undefined;
  world.log.error('a request failed', { error: String(error), stack });
}
