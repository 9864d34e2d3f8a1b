import type { Fault, FaultKind } from '../../model/fault.ts';
import type { Classified } from '../kit/call.ts';
import { type Problem, problemsAnswer } from './answers.ts';
import { loginFault } from './login.ts';

/**
 * What a failed answer means. Source: Oro documentation, topics "Error messages" and "Response status codes"; the titles as the vendor's
 * tests have them. OroCRM has no rate limit of its own: 429, 502, 503 and 504 come from a proxy in front of it, as HTML.
 */
export function classify(
  status: number,
  _headers: Headers,
  body: unknown,
  kind: 'read' | 'write' | 'login',
): Classified {
  const plain = (of: FaultKind, say: string): Classified => ({ fault: { kind: of, say, code: String(status) } });
  if (status === 429) return plain('limit', 'What stands in front of OroCRM takes no more requests for now.');
  if (status === 503) return plain('later', 'OroCRM is not available.');
  if (status >= 500 || status === 408) {
    return plain(
      kind === 'write' ? 'unsure' : 'later',
      `OroCRM, or what stands in front of it, broke off (HTTP ${status}).`,
    );
  }
  if (kind === 'login') return { fault: loginFault(status, body) };
  if (status === 401) return { ...plain('login', 'OroCRM refuses the access token.'), renew: true };
  if (status >= 300 && status < 400) {
    return plain('login', 'The address sends us elsewhere: give the address of the back office itself, with https.');
  }
  const problems = problemsAnswer.safeParse(body);
  if (problems.success) return { fault: faultOf(problems.data.problems) };
  if (status === 404) {
    return plain(
      'login',
      'There is no OroCRM API at this address: it may need the path of the back office (https://HOST/admin).',
    );
  }
  return plain('refused', `OroCRM refuses this without a reason (HTTP ${status}).`);
}

const taken = 'unique entity constraint';

/** What is said of one record, as one fault. A value that somebody else has leads to looking again; whatever else is said goes before. */
export function faultOf(problems: readonly Problem[]): Fault {
  const first = problems.find((problem) => kindOf(problem) !== 'stale') ?? problems[0];
  const fields = [...new Set(problems.flatMap((problem) => placeOf(problem).field ?? []))];
  return {
    kind: first === undefined ? 'bug' : kindOf(first),
    say: cut(problems.map(sentence).join('; ')),
    ...(first?.title ? { code: first.title } : {}),
    ...(fields.length === 0 ? {} : { fields }),
  };
}

function kindOf({ status, title, detail, source }: Problem): FaultKind {
  if (title === taken) return 'stale';
  if (status === 409) return detail?.includes('already exists') === true ? 'stale' : 'bug';
  // Only the record itself can be gone: what it points to is named by a pointer, and is a value that was refused.
  if (status === 404) return title === 'not found http exception' ? 'gone' : 'bug';
  if (status === 405 || status === 406 || status === 415) return 'bug';
  if (source?.parameter && !source.parameter.startsWith('filter')) return 'bug';
  return 'refused';
}

function sentence(problem: Problem): string {
  const said = problem.detail ?? problem.title ?? `HTTP ${problem.status}`;
  const { field } = placeOf(problem);
  if (problem.status === 403 && field === null)
    return `OroCRM does not allow this to the user that Syncline acts as: ${said}`;
  const about = field ?? problem.source?.parameter;
  return about ? `${about}: ${said}` : said;
}

/**
 * Where a problem is: `/data/attributes/name`, `/data/relationships/owner/data`, `…/accounts/data/0`, and in a batch with the item's place
 * before it, `/data/3/attributes/name`. The vendor's names of fields are ours.
 */
function placeOf(problem: Problem): { readonly item: number | null; readonly field: string | null } {
  const [, item, field] =
    problem.source?.pointer?.match(/^\/data(?:\/(\d+))?(?:\/(?:attributes|relationships)\/([^/]+).*)?$/) ?? [];
  return { item: item === undefined ? null : Number(item), field: field ?? null };
}

/** What is said of each item, by its place in the call. */
export function byItem(problems: readonly Problem[]): ReadonlyMap<number, Fault> {
  const items = Map.groupBy(problems, (problem) => placeOf(problem).item);
  return new Map([...items].flatMap(([item, some]) => (item === null ? [] : [[item, faultOf(some)] as const])));
}

const longest = 300;

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
