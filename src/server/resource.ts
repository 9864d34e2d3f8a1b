import type { App } from '../app/app.ts';
import type { Route } from './route.ts';

/** What a verb is told beside its input. */
export interface Call {
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** Sends a line before the answer, to clients that asked for lines. */
  readonly tell: (line: unknown) => void;
}

export type Mount = <Input, Output>(
  route: Route<Input, Output>,
  answer: (input: Input, call: Call) => Promise<Output>,
) => void;

/** One resource of the API: mounts its verbs. */
export type Resource = (mount: Mount, app: App) => void;
