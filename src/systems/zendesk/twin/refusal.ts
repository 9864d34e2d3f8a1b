import type { Json, JsonObject } from './json.ts';
import { type Complaint, describe, headline, type Locale } from './texts.ts';

/**
 * A request that the vendor would not fulfil. Five envelopes coexist at the vendor; each function below makes the one that its
 * situation has. Thrown by the nouns, turned into a response at one door (answer.ts) and into an item's result in a job (jobs.ts).
 */
export class Refusal extends Error {
  readonly status: number;
  /** A text is sent as text/plain: the vendor does that for the account's rate limit and for ticket updates. */
  readonly body: JsonObject | string;
  readonly headers: Readonly<Record<string, string>>;
  /** What validation found: the body depends on the caller's locale and is made at the door. */
  readonly complaints: readonly Complaint[];

  constructor(
    status: number,
    body: JsonObject | string,
    more: { headers?: Readonly<Record<string, string>>; complaints?: readonly Complaint[] } = {},
  ) {
    super(`${status} ${typeof body === 'string' ? body : (body.error ?? '')}`);
    this.status = status;
    this.body = body;
    this.headers = more.headers ?? {};
    this.complaints = more.complaints ?? [];
  }

  bodyIn(locale: Locale): JsonObject | string {
    if (this.complaints.length === 0) return this.body;
    const details: Record<string, Json[]> = {};
    for (const complaint of this.complaints) {
      const list = details[complaint.field] ?? [];
      details[complaint.field] = list;
      const error = complaint.error === undefined ? {} : { error: complaint.error };
      list.push({ description: describe(complaint, locale), ...error, ...complaint.extra });
    }
    return { error: 'RecordInvalid', description: headline(locale), details };
  }
}

export function invalid(...complaints: readonly Complaint[]): Refusal {
  return new Refusal(422, { error: 'RecordInvalid' }, { complaints });
}

export function notFound(): Refusal {
  return new Refusal(404, { error: 'RecordNotFound', description: 'Not found' });
}

export function noSuchEndpoint(): Refusal {
  return new Refusal(404, { error: 'InvalidEndpoint', description: 'Not found' });
}

export function notAuthenticated(): Refusal {
  return new Refusal(401, { error: "Couldn't authenticate you" });
}

export function badToken(): Refusal {
  return new Refusal(401, {
    error: 'invalid_token',
    error_description: 'The access token provided is expired, revoked, malformed or invalid for other reasons.',
  });
}

export function missingScope(scope: string): Refusal {
  const description = `You are missing the following required scopes: ${scope}`;
  return new Refusal(403, { error: 'Forbidden', description });
}

export function forbidden(): Refusal {
  const message =
    'You do not have access to this page. Please contact the account owner of this help desk for further help.';
  return new Refusal(403, { error: { title: 'Forbidden', message } });
}

export function badAttribute(name: string, rule: string): Refusal {
  const message = `You passed an invalid value for the ${name} attribute. ${rule}`;
  return new Refusal(400, { error: { title: 'Invalid attribute', message } });
}

export function missingParameter(name: string): Refusal {
  return new Refusal(400, {
    error: 'ParameterMissing',
    description: `Required parameter ${name} is missing`,
  });
}

export function unreadableJson(status: number): Refusal {
  return new Refusal(status, { error: 'Unprocessable Entity', message: 'Server could not parse JSON' });
}

/** Organizations, tickets and memberships; the two blanks are the vendor's. */
export function tooManyValues(max: number): Refusal {
  return new Refusal(400, {
    error: 'TooManyValues',
    description: `Parameter  cannot specify more than ${max} values`,
    max_count: max,
  });
}

export function tooManyUsers(max: number): Refusal {
  return new Refusal(400, { error: 'TooManyValues', description: `Maximum ${max} users may be created per call` });
}

export function badPage(code: 'InvalidPaginationDepth' | 'InvalidPaginationParameter', title: string): Refusal {
  return new Refusal(400, { errors: [{ code, title }] });
}

export function badSearch(): Refusal {
  return new Refusal(422, {
    error: 'invalid',
    description: 'Invalid search: Requested response size was greater than Search Response Limits',
  });
}
