import type { z } from 'zod';

/** A mistake of whoever uses the control surface: answered as `{"error": message}` with this status. */
export class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
  }
}

/** Zod's findings in one line: `match.path: is not a regular expression; times: …`. */
export function explain(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`).join('; ');
}
