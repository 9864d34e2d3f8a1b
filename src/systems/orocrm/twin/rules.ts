import type { JsonObject } from '../../../twins/json.ts';
import { points, settlePoint } from './contact-points.ts';
import type { Draft } from './draft.ts';
import type { Office } from './office.ts';
import { fromStored } from './refs.ts';
import { invalid, type Problem } from './refusal.ts';
import type { ResourceType } from './resource.ts';
import type { OroRecord } from './shelf.ts';
import { iso, parseSpan, type Seconds } from './times.ts';

/** What some types do beyond their fields. */
export interface RuleCase {
  readonly office: Office;
  readonly type: ResourceType;
  readonly before: OroRecord | undefined;
  readonly draft: Draft;
  /** Attributes and relations that the request sent. */
  readonly given: ReadonlySet<string>;
  readonly pointer: string;
  readonly now: Seconds;
}

/** Changes the draft as the vendor's own listeners do, and adds what its validators of whole records say. */
export function applyRules(written: RuleCase, problems: Problem[]): void {
  if (written.type.attributes.has('primaryEmail')) applyPoints(written, problems);
  rules[written.type.name]?.(written, problems);
}

const rules: Readonly<Record<string, (written: RuleCase, problems: Problem[]) => void>> = {
  contacts: checkContact,
  cases: stampCase,
  opportunities: (written, problems) => checkCustomer(written, problems, true),
  leads: (written, problems) => checkCustomer(written, problems, false),
};

function applyPoints({ office, before, draft, given, pointer }: RuleCase, problems: Problem[]): void {
  for (const point of points) {
    if (!given.has(point.list) && !given.has(point.primary)) continue;
    const old: JsonObject = before?.values ?? {};
    Object.assign(draft.values, settlePoint(point, old, draft.values, given, pointer, office.switches, problems));
  }
}

/** Source: OroCRM, "Contact" (API resources), conditionally required fields. */
function checkContact({ draft, pointer, now }: RuleCase, problems: Problem[]): void {
  const { firstName, lastName, emails, phones, birthday } = draft.values;
  const isSet = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));
  if (![firstName, lastName, emails, phones].some(isSet)) {
    const detail = 'At least one of the fields First name, Last name, Emails or Phones must be defined.';
    problems.push(invalid('has contact information', detail, pointer === '/data' ? undefined : pointer));
  }
  const born = typeof birthday === 'string' ? parseSpan(birthday) : undefined;
  if (born !== undefined && born.from > now) {
    const detail = 'The birth date cannot be in the future.';
    problems.push(invalid('birthday', detail, `${pointer}/attributes/birthday`));
  }
}

/** `closedAt` follows the status becoming closed, and is never cleared. Source: OroCRM, the case entity. */
function stampCase({ before, draft, given, now }: RuleCase): void {
  if (before === undefined && !given.has('reportedAt')) draft.values.reportedAt = iso(now);
  const isClosing = draft.refs.status === 'closed' && before?.refs.status !== 'closed';
  if (isClosing && !given.has('closedAt')) draft.values.closedAt = iso(now);
}

/** Source: OroCRM, "Opportunity" (API resources): either an account or a customer, and one that belongs to it. */
function checkCustomer(
  { office, type, before, draft, given, pointer }: RuleCase,
  problems: Problem[],
  isRequired: boolean,
): void {
  const relation = type.relations.get('customer');
  const { account, customer } = draft.refs;
  if (relation === undefined) return;
  if (typeof customer !== 'string') {
    const detail = 'Either an account or a customer should be set.';
    if (isRequired && typeof account !== 'string') {
      problems.push(invalid('form', detail, pointer === '/data' ? undefined : pointer));
    }
    return;
  }
  if (before !== undefined && !given.has('account') && !given.has('customer')) return;
  const ref = fromStored(relation, customer);
  const ofCustomer = ref.type === 'accounts' ? ref.id : (office.get(ref)?.refs.account ?? null);
  if (typeof account === 'string' && given.has('account') && ofCustomer !== null && account !== ofCustomer) {
    const detail = 'The customer should be a part of the specified account.';
    problems.push(invalid('form', detail, `${pointer}/relationships/customer/data`));
  } else if (ofCustomer !== null) draft.refs.account = ofCustomer;
}
