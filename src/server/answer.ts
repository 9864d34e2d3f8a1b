import type { Context } from 'hono';
import type { World } from '../model/world.ts';
import { invalidRequest, isForeseen, problemOf, problemResponse, RequestError, refusal } from './problem.ts';
import type { Call } from './resource.ts';
import type { Route } from './route.ts';

export const linesType = 'application/x-ndjson';

type Verb<Input, Output> = (input: Input, call: Call) => Promise<Output>;

/** Reads the input, asks the verb, and writes its answer: as JSON, or as lines where the route has them and the client wants them. */
export async function answer<Input, Output>(
  context: Context,
  route: Route<Input, Output>,
  verb: Verb<Input, Output>,
  world: Pick<World, 'sleep' | 'log'>,
): Promise<Response> {
  const checked = route.input.safeParse(await readInput(context, route.method));
  if (!checked.success) throw invalidRequest(checked.error);
  const wantsLines = route.lines !== undefined && (context.req.header('accept') ?? '').includes(linesType);
  if (wantsLines) return streamed((call) => verb(checked.data, call), world);
  const output = await verb(checked.data, { signal: context.req.raw.signal, tell: () => undefined });
  return route.output === null ? context.body(null, 204) : context.json(output);
}

async function readInput(context: Context, method: Route<unknown, unknown>['method']): Promise<unknown> {
  if (method === 'GET') {
    const query = context.req.queries();
    const twice = Object.keys(query).find((name) => (query[name] ?? []).length > 1);
    if (twice !== undefined)
      throw new RequestError({
        ...refusal(400, 'The request has mistakes', `${twice}: is given more than once`),
        parameters: [{ name: twice, reason: 'is given more than once' }],
      });
    return context.req.query();
  }
  const text = await context.req.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new RequestError(refusal(400, 'The request has mistakes', 'The body is not JSON.'));
  }
}

/** How often an empty line goes out while nothing else does, so that nobody in between takes the connection for dead. */
const beatMs = 15_000;

function streamed<Output>(verb: (call: Call) => Promise<Output>, world: Pick<World, 'sleep' | 'log'>): Response {
  const gone = new AbortController();
  const ended = new AbortController();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string): void => {
        if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const tell = (line: unknown): void => send(`${JSON.stringify(line)}\n`);
      const beat = async (): Promise<void> => {
        while (!ended.signal.aborted) {
          await world.sleep(beatMs, ended.signal);
          if (!ended.signal.aborted) send('\n');
        }
      };
      const work = async (): Promise<void> => {
        try {
          tell({ report: await verb({ signal: gone.signal, tell }) });
        } catch (error) {
          if (!isForeseen(error)) logFailure(world, error);
          tell({ problem: problemOf(error) });
        }
        ended.abort();
        if (!gone.signal.aborted) controller.close();
      };
      // Not awaited: a stream whose start does not end sends nothing. Neither can fail, each ends with the other.
      void beat();
      void work();
    },
    cancel() {
      gone.abort();
      ended.abort();
    },
  });
  return new Response(stream, { headers: { 'content-type': linesType, 'cache-control': 'no-store' } });
}

/** The door of every handler: the client gets problem details, the log gets what nobody foresaw. */
export function failed(error: unknown, world: Pick<World, 'log'>): Response {
  if (!isForeseen(error)) logFailure(world, error);
  return problemResponse(error);
}

function logFailure(world: Pick<World, 'log'>, error: unknown): void {
  const stack = error instanceof Error ? error.stack : undefined;
  world.log.error('a request failed', { error: String(error), stack });
}
