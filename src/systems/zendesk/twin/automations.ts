import type { Account, Doer } from './account.ts';
import { type Json, textOf } from './json.ts';
import type { Seconds } from './stamps.ts';
import { businessMinutes, statusLine } from './ticket-metrics.ts';
import type { Ticket } from './ticket-records.ts';
import { changeByRule } from './tickets.ts';
import {
  act,
  type Condition,
  conditionHolds,
  deliver,
  holds,
  inOrder,
  noticesOf,
  type Occasion,
  type Rule,
} from './triggers.ts';

/**
 * Automations: every hour all active ones are tried on all tickets that are not closed, by how many hours something is ago. One that
 * does not end its own conditions acts again an hour later. Source: Zendesk, "Automations", "About automations and how they work".
 */
export class AutomationBook {
  readonly rules = new Map<number, Rule>();
  /** Whether the next full hour is on the agenda. */
  isAwaited = false;
}

const hourMs = 3_600_000;

/** Puts the next full hour on the agenda, for as long as there is an active automation. */
export function runAutomations(account: Account, doer: Doer): void {
  const book = account.automations;
  if (book.isAwaited || ![...book.rules.values()].some((rule) => rule.active)) return;
  book.isAwaited = true;
  account.agenda.add((Math.floor(account.nowMs / hourMs) + 1) * hourMs, () => {
    book.isAwaited = false;
    for (const rule of inOrder(book.rules)) if (rule.active) runOne(account, doer, rule);
    runAutomations(account, doer);
  });
}

function runOne(account: Account, doer: Doer, rule: Rule): void {
  const test = (condition: Condition, { after }: Occasion): boolean =>
    hoursHold(condition, after, account.now) ?? conditionHolds(condition, { before: null, after, comment: null, doer });
  for (const ticket of account.desk.tickets.table.values()) {
    if (ticket.deleted !== null || ticket.status === 'closed') continue;
    if (!holds(rule, { before: null, after: ticket, comment: null, doer }, test)) continue;
    const { ticket: after } = changeByRule(account, doer, ticket, act(account, rule, ticket));
    deliver(account, noticesOf(rule), after, doer);
  }
}

/** undefined: a condition that does not ask for hours. */
function hoursHold({ field, operator, value }: Condition, ticket: Ticket, now: Seconds): boolean | undefined {
  const since = sinceOf(field, ticket);
  if (since === undefined) return undefined;
  if (since === null) return false;
  const [, comparison = '', business] = /^(\w+?)(_business_hours)?$/.exec(operator) ?? [];
  const passed = business === undefined ? (now - since) / 3600 : businessMinutes(since, now) / 60;
  const hours = field === 'until_due_date' ? -passed : passed;
  return compare(comparison, Math.floor(hours), value);
}

function compare(comparison: string, hours: number, value: Json): boolean {
  const wanted = Number(textOf(value) || Number.NaN);
  if (comparison === 'is') return hours === wanted;
  if (comparison === 'less_than') return hours < wanted;
  return comparison === 'greater_than' && hours > wanted;
}

const stamps: Readonly<Record<string, (ticket: Ticket) => Seconds | null>> = {
  assigned_at: ({ metrics }) => metrics.assigned,
  updated_at: ({ updated }) => updated,
  requester_updated_at: ({ metrics }) => metrics.requesterUpdated,
  assignee_updated_at: ({ metrics }) => metrics.assigneeUpdated,
  due_date: ({ due }) => due,
  until_due_date: ({ due }) => due,
};

/** When what the field asks of began; null where it has not, undefined where the field is none of hours. */
function sinceOf(field: string, ticket: Ticket): Seconds | null | undefined {
  if (Object.hasOwn(stamps, field)) return stamps[field]?.(ticket);
  if (!/^(NEW|OPEN|PENDING|HOLD|SOLVED|CLOSED)$/.test(field)) return undefined;
  const status = field.toLowerCase();
  return statusLine(ticket).findLast((step) => step.status === status)?.since ?? null;
}
