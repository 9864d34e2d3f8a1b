import type { Context } from 'hono';
import type { World } from '../model/world.ts';
import { linesType, readLines } from './lines.ts';
import { invalidRequest, isForeseen, logFailure, problemResponse, RequestError, refusal } from './problem.ts';
import type { Call } from './resource.ts';
import type { Route } from './route.ts';
import { streamed } from './stream.ts';

type Verb<Input, Output> = (input: Input, call: Call) => Promise<Output>;

/** Reads the input, asks the verb, and writes its answer: as JSON, or as lines where the route has them and the client wants them. */
export async function answer<Input, Output>(
  context: Context,
  route: Route<Input, Output>,
  verb: Verb<Input, Output>,
  world: Pick<World, 'sleep' | 'log'>,
): Promise<Response> {
  const takesLines = route.body === 'lines';
  const checked = route.input.safeParse(takesLines ? {} : await readInput(context, route.method));
  if (!checked.success) throw invalidRequest(checked.error);
  const lines = bodyLines(takesLines ? context.req.raw.body : null);
  const wantsLines = route.lines !== undefined && (context.req.header('accept') ?? '').includes(linesType);
  if (wantsLines || route.onlyLines) return streamed((call) => verb(checked.data, { ...call, lines }), world);
  const output = await verb(checked.data, { signal: context.req.raw.signal, tell: async () => undefined, lines });
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

async function* bodyLines(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<string> {
  try {
    for await (const line of readLines(body)) yield line;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RequestError(refusal(400, 'The request broke off', `The body could not be read to its end: ${reason}`));
  }
}

/** The door of every handler: the client gets problem details, the log gets what nobody foresaw. */
export function failed(error: unknown, world: Pick<World, 'log'>): Response {
  if (!isForeseen(error)) logFailure(world, error);
  return problemResponse(error);
}
