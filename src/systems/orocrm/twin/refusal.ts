import type { JsonObject } from '../../../twins/json.ts';

/**
 * One entry of `errors`. The title is the name of what was violated. Source: OroPlatform, "Error messages" and "Response status codes"
 * (API guide).
 */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Where in the request's document: `/data/attributes/name`. */
  readonly pointer?: string;
  /** Which parameter of the query: `filter[unknown]`. */
  readonly parameter?: string;
}

/** What the vendor answers instead of doing what was asked. */
export class Refusal extends Error {
  readonly problems: readonly Problem[];
  /** Methods that would have been allowed (405). */
  readonly allow: string | null;

  constructor(problems: readonly Problem[], allow: string | null = null) {
    super(problems.map(({ title, detail }) => `${title}: ${detail}`).join('; '));
    this.name = 'Refusal';
    this.problems = problems;
    this.allow = allow;
  }

  /** The status that all problems share, else that of the gravest class. */
  get status(): number {
    const statuses = new Set(this.problems.map(({ status }) => status));
    const worst = Math.max(...statuses);
    return statuses.size === 1 ? worst : Math.floor(worst / 100) * 100;
  }
}

export function problemBody(problem: Problem, status: string | number = String(problem.status)): JsonObject {
  const { title, detail, pointer, parameter } = problem;
  const source = { ...(pointer === undefined ? {} : { pointer }), ...(parameter === undefined ? {} : { parameter }) };
  return { status, title, detail, ...(Object.keys(source).length === 0 ? {} : { source }) };
}

export function invalid(title: string, detail: string, pointer?: string, status = 400): Problem {
  return { status, title: `${title} constraint`, detail, ...(pointer === undefined ? {} : { pointer }) };
}

export function refuse(title: string, detail: string, pointer?: string, status = 400): Refusal {
  return new Refusal([invalid(title, detail, pointer, status)]);
}

/** Of the query. */
export function badParameter(parameter: string, detail: string, title = 'filter constraint'): Problem {
  return { status: 400, title, detail, parameter };
}

export function notFound(): Refusal {
  const detail = 'An entity with the requested identifier does not exist.';
  return new Refusal([{ status: 404, title: 'not found http exception', detail }]);
}

export function denied(detail: 'No access to the entity.' | 'No access to this type of entities.'): Refusal {
  return new Refusal([{ status: 403, title: 'access denied exception', detail }]);
}

export function notAllowed(allow: string): Refusal {
  const detail = 'The action is not allowed.';
  return new Refusal([{ status: 405, title: 'action not allowed exception', detail }], allow);
}
