import { z } from 'zod';
import { type App, AppError, type ReportFilter } from '../app/app.ts';
import type { World } from '../model/world.ts';
import { linesType } from './answer.ts';
import { readLines } from './lines.ts';
import { problemDetails } from './problem.ts';
import { checkRoute } from './resources/check.ts';
import { doctorRoute } from './resources/doctor.ts';
import { historyRoute } from './resources/history.ts';
import { answerRoute, failuresRoute, holdsRoute, retryRoute } from './resources/holds.ts';
import { pauseRoute, resumeRoute } from './resources/pause.ts';
import { runLine, runRoute } from './resources/run.ts';
import { statusRoute } from './resources/status.ts';
import type { Route } from './route.ts';

export interface ClientOptions {
  /** Where the server is: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly token: string;
  readonly world: Pick<World, 'fetch'>;
}

/**
 * The App of a server, over HTTP. Every answer is checked against the schema that the server describes. Throws AppError with the
 * server's own words, with its problems of the config, or where nothing answers.
 */
export function createClient(options: ClientOptions): App {
  const call = async <Input extends object, Output>(route: Route<Input, Output>, input: Input): Promise<Output> => {
    const response = await send(options, route, input, 'application/json');
    if (route.output === null) throw new Error(`${route.path} answers nothing`);
    return read(route.output, await response.text(), options.url);
  };
  const order = async <Input extends object>(route: Route<Input, void>, input: Input): Promise<void> => {
    await send(options, route, input, 'application/json');
  };
  return {
    check: (input) => call(checkRoute, input),
    doctor: (input) => call(doctorRoute, input),
    status: () => call(statusRoute, {}),
    history: (filter) => call(historyRoute, defined(filter)),
    holds: (filter) => call(holdsRoute, defined(filter)),
    failures: (filter) => call(failuresRoute, defined(filter)),
    retry: (ids) => call(retryRoute, { ids }),
    answer: (hold, answer) => call(answerRoute, { hold, answer }),
    pause: (what) => order(pauseRoute, what),
    resume: (what) => order(resumeRoute, what),
    async run({ syncs, onProgress, signal }) {
      const response = await send(options, runRoute, { syncs }, linesType, signal);
      try {
        for await (const text of readLines(response)) {
          const line = read(runLine, text, options.url);
          if ('report' in line) return line.report;
          if ('problem' in line) throw appError(line.problem);
          onProgress?.(line.progress);
        }
      } catch (error) {
        throw error instanceof AppError ? error : lost(options.url, signal, error);
      }
      throw lost(options.url, signal, undefined);
    },
    async close() {},
  };
}

async function send<Input extends object>(
  { url, token, world }: ClientOptions,
  route: Route<Input, unknown>,
  input: Input,
  accept: string,
  signal?: AbortSignal,
): Promise<Response> {
  const target = new URL(route.path, url);
  const init: RequestInit = { method: route.method, headers: { authorization: `Bearer ${token}`, accept } };
  if (signal !== undefined) init.signal = signal;
  if (route.method === 'GET')
    for (const [name, value] of Object.entries(input)) target.searchParams.set(name, String(value));
  else {
    init.body = JSON.stringify(input);
    init.headers = { ...init.headers, 'content-type': 'application/json' };
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

function appError(details: z.infer<typeof problemDetails>): AppError {
  return new AppError(details.detail, details.problems ?? []);
}

function lost(url: string, signal: AbortSignal | undefined, cause: unknown): AppError {
  if (signal?.aborted === true)
    return new AppError('The run was stopped; the next one goes on from there.', [], { cause });
  return new AppError(`${url} broke off before the run was over. The next run goes on from there.`, [], { cause });
}

function read<T>(schema: z.ZodType<T>, text: string, url: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError(`The answer of ${url} cannot be read. Are both the same version of Syncline?`, [], {
      cause: error,
    });
  }
}

function defined(filter: ReportFilter): ReportFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

const liveAnswer = z.object({ live: z.literal(true), instance: z.string() });

/** Which Syncline answers at this address, asked without any token; null: none. */
export async function whoAnswers(url: string, world: Pick<World, 'fetch'>, timeoutMs: number): Promise<string | null> {
  try {
    const response = await world.fetch(
      new Request(new URL('/health/live', url), { signal: AbortSignal.timeout(timeoutMs) }),
    );
    return liveAnswer.safeParse(await response.json()).data?.instance ?? null;
  } catch {
    return null;
  }
}
