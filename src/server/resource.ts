import type { App } from '../app/app.ts';
import type { Route } from './route.ts';
import type { Turns } from './turns.ts';

/** What a verb is told beside its input. */
export interface Call {
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** Sends a line before the answer, to clients that asked for lines. Resolves when there is room for more. */
  readonly tell: (line: unknown) => Promise<void>;
  /** The body of a route that takes lines, as it comes; none elsewhere. Throws RequestError where it breaks off. */
  readonly lines: AsyncIterable<string>;
}

export type Mount = <Input, Output>(
  route: Route<Input, Output>,
  answer: (input: Input, call: Call) => Promise<Output>,
) => void;

/** One resource of the API: mounts its verbs. Those that work on the records take turns. */
export type Resource = (mount: Mount, app: App, turns: Turns) => void;
