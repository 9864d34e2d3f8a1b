import type { z } from 'zod';
import { AnswerRefused, AppError, type Progress } from '../app/app.ts';
import type { World } from '../model/world.ts';
import { linesType, readLines, writeLines } from './lines.ts';
import { answerRefusedTitle, type ProblemDetails, problemDetails } from './problem.ts';
import type { PlanPart } from './resources/plan.ts';
import type { Route } from './route.ts';
import type { Told } from './told.ts';

/** How a client asks a server, whatever it asks: every answer is checked, and what goes wrong is an AppError in plain words. */

export interface Server {
  /** Where it is: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly token: string;
  readonly world: Pick<World, 'fetch'>;
}

/** Who waits for an answer that takes long. */
export interface Waiting {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Asks, and answers once the server has said yes. */
export function ask<Input extends object>(
  server: Server,
  route: Route<Input, unknown>,
  input: Input,
): Promise<Response> {
  return send(server, route, { input, accept: 'application/json' });
}

/** Throws AppError where the answer is not what the schema says. */
export function read<T>({ url }: Pick<Server, 'url'>, schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError(`The answer of ${url} cannot be read. Are both the same version of Syncline?`, [], {
      cause: error,
    });
  }
}

type Line<Output> = Told<Output> | PlanPart;
type Passed<Output> = Exclude<Line<Output>, { readonly progress: Progress } | { readonly problem: ProblemDetails }>;

/**
 * The lines of an answer as they come: progress is told, a problem is thrown, the rest is passed on. Ends only by throwing: whoever has
 * the report stops. `lines`: the body of a route that takes lines; they are pulled as the server takes them.
 */
export async function* follow<Input extends object, Output>(
  server: Server,
  route: Route<Input, Output>,
  schema: z.ZodType<Line<Output>>,
  asked: { readonly input: Input; readonly lines?: AsyncIterable<string> },
  { onProgress, signal }: Waiting,
): AsyncGenerator<Passed<Output>> {
  const body = asked.lines && watched(asked.lines);
  try {
    const response = await send(server, route, { ...asked, accept: linesType, signal, lines: body?.lines });
    for await (const text of readLines(response.body)) {
      const line = read(server, schema, text);
      if ('progress' in line) onProgress?.(line.progress);
      else if ('problem' in line) throw appError(line.problem);
      else yield line;
    }
  } catch (error) {
    const broken = body?.broken();
    if (broken) throw broken.error;
    throw error instanceof AppError ? error : lost(server.url, signal, error);
  }
  throw lost(server.url, signal, undefined);
}

/** The same lines; `broken` says why they could not be read, which the network would only call a failed request. */
function watched(lines: AsyncIterable<string>) {
  let broken: { readonly error: unknown } | null = null;
  async function* passed(): AsyncGenerator<string> {
    try {
      yield* lines;
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  return { lines: passed(), broken: () => broken };
}

interface Sending<Input> {
  readonly input: Input;
  readonly accept: string;
  readonly lines?: AsyncIterable<string> | undefined;
  readonly signal?: AbortSignal | undefined;
}

async function send<Input extends object>(
  { url, token, world }: Server,
  route: Route<Input, unknown>,
  { input, accept, lines, signal }: Sending<Input>,
): Promise<Response> {
  const target = new URL(route.path, url);
  const headers = new Headers({ authorization: `Bearer ${token}`, accept });
  const init: RequestInit = { method: route.method, headers };
  if (signal !== undefined) init.signal = signal;
  if (route.method === 'GET')
    for (const [name, value] of Object.entries(input)) target.searchParams.set(name, String(value));
  else if (lines !== undefined) {
    headers.set('content-type', linesType);
    init.body = ReadableStream.from(writeLines(lines));
    init.duplex = 'half';
    // What streams cannot be sent twice. It also lets Node's fetch do without the copy of the whole body that it keeps for redirects.
    init.redirect = 'error';
  } else {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(input);
  }
  let response: Response;
  try {
    response = await world.fetch(new Request(target, init));
  } catch (error) {
    if (signal?.aborted === true) throw lost(url, signal, error);
    throw new AppError(`Nothing answers at ${url}. Is \`syncline start\` running there?`, [], { cause: error });
  }
  if (response.ok) return response;
  const details = problemDetails.safeParse(await response.json().catch(() => null));
  if (!details.success)
    throw new AppError(`${url} answered ${response.status}, but not as Syncline does. Is the address right?`);
  if (response.status === 401)
    throw new AppError(`${url} does not accept the token. Set SYNCLINE_TOKEN to that server's API token`);
  throw appError(details.data);
}

function appError(details: ProblemDetails): AppError {
  if (details.title === answerRefusedTitle) return new AnswerRefused(details.detail);
  return new AppError(details.detail, details.problems ?? []);
}

function lost(url: string, signal: AbortSignal | undefined, cause: unknown): AppError {
  if (signal?.aborted === true) return new AppError('It was stopped; the next run goes on from there.', [], { cause });
  return new AppError(`${url} broke off before it was done. The next run goes on from there.`, [], { cause });
}
