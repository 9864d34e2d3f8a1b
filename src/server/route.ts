import type { z } from 'zod';

/**
 * One verb of the API as data: the server mounts it, the client calls it and the description lists it, all from the same schemas.
 * A GET takes its input from the query, a POST from a JSON body.
 */
export interface Route<Input, Output> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** One line for the description. */
  readonly summary: string;
  /** More of it, where a line is not enough. */
  readonly description?: string;
  readonly input: z.ZodType<Input>;
  /** The body is lines of text, as many as there are, and not JSON: the verb finds them in its call as they come. */
  readonly body?: 'lines';
  /** Bytes that the body may have, where it may be larger than usual. */
  readonly largestBody?: number;
  /** null: nothing is answered (204). */
  readonly output: z.ZodType<Output> | null;
  /** The lines of an `application/x-ndjson` answer, where the client asks for that type. */
  readonly lines?: z.ZodType;
  /** The answer is lines whatever the client asks for: there is more of it than one JSON value could hold. */
  readonly onlyLines?: true;
}

/** Keeps the types of the schemas that are given. */
export function route<Input, Output = void>(declared: Route<Input, Output>): Route<Input, Output> {
  return declared;
}
