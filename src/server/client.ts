import { z } from 'zod';
import type { App, ReportFilter } from '../app/app.ts';
import type { PlanHead } from '../app/plan/head.ts';
import type { World } from '../model/world.ts';
import { ask, follow, read, type Server, type Waiting } from './ask.ts';
import { blameRoute } from './resources/blame.ts';
import { checkRoute } from './resources/check.ts';
import { doctorRoute } from './resources/doctor.ts';
import { historyRoute } from './resources/history.ts';
import { answerRoute, answersRoute, failuresRoute, forgetRoute, holdsRoute, retryRoute } from './resources/holds.ts';
import { adoptRoute, linkRoute, unlinkRoute } from './resources/links.ts';
import { beginLoginRoute, endLoginRoute } from './resources/login.ts';
import { pauseRoute, resumeRoute } from './resources/pause.ts';
import { applyRoute, type PlanPart, type PreviewReport, previewLine, previewRoute } from './resources/plan.ts';
import { runRoute } from './resources/run.ts';
import { statusRoute } from './resources/status.ts';
import { sweepRoute } from './resources/sweep.ts';
import { previewUndoRoute, undoRoute } from './resources/undo.ts';
import type { Route } from './route.ts';
import { told } from './told.ts';

/**
 * The App of a server, over HTTP. Every answer is checked against the schema that the server describes. Throws AppError with the
 * server's own words, with its problems of the config, or where nothing answers.
 */
export function createClient(server: Server): App {
  const call = async <Input extends object, Output>(route: Route<Input, Output>, input: Input): Promise<Output> => {
    const response = await ask(server, route, input);
    return read(server, answered(route), await response.text());
  };
  const order = async <Input extends object>(route: Route<Input, void>, input: Input): Promise<void> => {
    await ask(server, route, input);
  };
  const report = async <Input extends object, Output>(
    route: Route<Input, Output>,
    asked: { readonly input: Input; readonly lines?: AsyncIterable<string> },
    waiting: Waiting = {},
  ): Promise<Output> => {
    for await (const line of follow(server, route, told(answered(route)), asked, waiting))
      if ('report' in line) return line.report;
    throw new Error(`${route.path} ended without a report`);
  };
  const planOf = async <Input extends object, Taken>(
    route: Route<Input, PreviewReport>,
    input: Input,
    waiting: Waiting,
    take: (head: PlanHead, lines: AsyncIterable<string>) => Promise<Taken>,
  ): Promise<Taken> => {
    const parts = follow(server, route, previewLine, { input }, waiting);
    for await (const part of parts) if ('head' in part) return await take(part.head, linesOf(parts));
    throw new Error(`${route.path} ended without a plan`);
  };
  return {
    check: (input) => call(checkRoute, input),
    doctor: ({ onProgress, ...input }) => report(doctorRoute, { input }, { onProgress }),
    run: ({ onProgress, signal, ...input }) => report(runRoute, { input }, { onProgress, signal }),
    preview: ({ onProgress, signal, ...input }, take) => planOf(previewRoute, input, { onProgress, signal }, take),
    undo: ({ onProgress, signal, ...input }) => report(undoRoute, { input }, { onProgress, signal }),
    previewUndo: ({ onProgress, signal, ...input }, take) =>
      planOf(previewUndoRoute, input, { onProgress, signal }, take),
    apply: ({ onProgress, signal }, lines) => report(applyRoute, { input: {}, lines }, { onProgress, signal }),
    link: (input) => report(linkRoute, { input }),
    async unlink(link) {
      await report(unlinkRoute, { input: { link } });
    },
    adopt: ({ onProgress, signal, ...input }) => report(adoptRoute, { input }, { onProgress, signal }),
    beginLogin: (input) => call(beginLoginRoute, input),
    endLogin: (input) => call(endLoginRoute, input),
    sweep: ({ onProgress, signal, ...input }) => report(sweepRoute, { input }, { onProgress, signal }),
    status: () => call(statusRoute, {}),
    blame: (asked) => call(blameRoute, asked),
    history: (filter) => call(historyRoute, defined(filter)),
    holds: (filter) => call(holdsRoute, defined(filter)),
    failures: (filter) => call(failuresRoute, defined(filter)),
    retry: (ids) => call(retryRoute, { ids }),
    answer: (hold, answer) => call(answerRoute, { hold, answer }),
    answers: () => call(answersRoute, {}),
    forget: (answer) => order(forgetRoute, { answer }),
    pause: (what) => order(pauseRoute, what),
    resume: (what) => order(resumeRoute, what),
    async close() {},
  };
}

function answered<Output>({ path, output }: Pick<Route<never, Output>, 'path' | 'output'>): z.ZodType<Output> {
  if (output === null) throw new Error(`${path} answers nothing`);
  return output;
}

/** The lines of a plan, all of them: the report behind the last one says that nothing is missing. */
async function* linesOf(parts: AsyncIterable<PlanPart | { readonly report: PreviewReport }>): AsyncGenerator<string> {
  for await (const part of parts) {
    if ('report' in part) return;
    if ('line' in part) yield part.line;
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
