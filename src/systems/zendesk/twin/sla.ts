import type { Account, Doer } from './account.ts';
import type { Json, JsonObject } from './json.ts';
import type { MetricName } from './metric-events.ts';
import { iso, type Seconds } from './stamps.ts';
import { businessMinutes, statusLine } from './ticket-metrics.ts';
import type { Status, Ticket } from './ticket-records.ts';
import { type Condition, holds, inOrder } from './triggers.ts';

/**
 * Service agreements: the first policy whose filter a ticket meets sets targets by its priority, which its clocks may breach.
 * Source: Zendesk, "SLA Policies", "Ticket metric event types reference".
 */
export interface SlaPolicy {
  readonly id: number;
  readonly title: string;
  readonly description: string | null;
  readonly position: number;
  readonly all: readonly Condition[];
  readonly any: readonly Condition[];
  readonly targets: readonly SlaTarget[];
  readonly created: Seconds;
  readonly updated: Seconds;
}

export interface SlaTarget {
  readonly priority: string;
  readonly metric: string;
  readonly minutes: number;
  readonly businessHours: boolean;
}

/** A policy's metrics, and the clock that each measures with the statuses in which it runs (none: while an answer is awaited). */
const clocks: Readonly<Record<string, { readonly metric: MetricName; readonly runsIn: readonly Status[] }>> = {
  first_reply_time: { metric: 'reply_time', runsIn: [] },
  next_reply_time: { metric: 'reply_time', runsIn: [] },
  requester_wait_time: { metric: 'requester_wait_time', runsIn: ['new', 'open', 'hold'] },
  agent_work_time: { metric: 'agent_work_time', runsIn: ['new', 'open'] },
  total_resolution_time: { metric: 'resolution_time', runsIn: ['new', 'open', 'pending', 'hold'] },
};

interface Agreement {
  readonly policy: SlaPolicy;
  readonly priority: string;
}

export class SlaBook {
  readonly policies = new Map<number, SlaPolicy>();
  /** What holds for each ticket since its last change. */
  readonly agreements = new Map<number, Agreement>();
  /** `ticket:metric:instance` of each breach. */
  readonly breached = new Set<string>();
}

/** After each change of a ticket: which policy holds now, and when its clocks would breach it. */
export function applySla(account: Account, doer: Doer, ticket: Ticket): void {
  const { sla } = account.desk;
  if (sla.policies.size === 0) return;
  const occasion = { before: null, after: ticket, comment: null, doer };
  const policy = inOrder(sla.policies).find((one) => holds(one, occasion));
  const priority = ticket.priority ?? 'normal';
  const earlier = sla.agreements.get(ticket.id);
  if (policy === undefined) {
    sla.agreements.delete(ticket.id);
    return;
  }
  const isNew = earlier?.policy !== policy || earlier.priority !== priority;
  if (isNew) sla.agreements.set(ticket.id, { policy, priority });
  for (const target of targetsOf({ policy, priority })) {
    if (isNew) note(account, ticket, target, 'apply_sla', asked(policy, target));
    watch(account, ticket, target);
  }
}

function targetsOf({ policy, priority }: Agreement): readonly SlaTarget[] {
  return policy.targets.filter((target) => target.priority === priority && Object.hasOwn(clocks, target.metric));
}

function asked({ id, title, description }: SlaPolicy, { minutes, businessHours }: SlaTarget): JsonObject {
  return { target: minutes, business_hours: businessHours, policy: { id, title, description } };
}

function note(
  account: Account,
  ticket: Ticket,
  target: SlaTarget,
  type: 'apply_sla' | 'breach',
  sla: JsonObject | null,
): void {
  const metric = clocks[target.metric]?.metric;
  if (metric === undefined) return;
  account.desk.metricLog.add({
    ticketId: ticket.id,
    metric,
    type,
    at: account.now,
    instance: instanceOf(ticket, metric),
    sla,
  });
}

function instanceOf(ticket: Ticket, metric: MetricName): number {
  return metric === 'reply_time' ? Math.max(1, ticket.metrics.questions) : 1;
}

/** A change of the ticket meanwhile puts a later moment on the agenda by itself. */
function watch(account: Account, ticket: Ticket, target: SlaTarget): void {
  const due = dueOf(ticket, target);
  if (due === null) return;
  account.agenda.add(Math.max(due * 1000, account.nowMs), () => {
    const { sla, tickets } = account.desk;
    const now = tickets.get(ticket.id);
    const agreement = sla.agreements.get(ticket.id);
    if (now === undefined || agreement === undefined || !targetsOf(agreement).includes(target)) return;
    const later = dueOf(now, target);
    const key = `${now.id}:${target.metric}:${instanceOf(now, clocks[target.metric]?.metric ?? 'reply_time')}`;
    if (later === null || later > account.now || sla.breached.has(key)) return;
    sla.breached.add(key);
    note(account, now, target, 'breach', null);
  });
}

function isDone({ status }: Ticket): boolean {
  return status === 'solved' || status === 'closed';
}

/** When the clock reaches its target if nothing happens; null while it does not run. */
function dueOf(ticket: Ticket, target: SlaTarget): Seconds | null {
  const { metrics } = ticket;
  if (target.metric === 'first_reply_time' || target.metric === 'next_reply_time') {
    if (isDone(ticket)) return null;
    const isFirst = metrics.questions < 2;
    if (metrics.unanswered === null || isFirst !== (target.metric === 'first_reply_time')) return null;
    return after(metrics.unanswered, target.minutes, target.businessHours);
  }
  const runsIn = clocks[target.metric]?.runsIn ?? [];
  const line = statusLine(ticket);
  const last = line.at(-1);
  if (last === undefined || !runsIn.includes(last.status)) return null;
  const spent = line.reduce((sum, { status, since }, index) => {
    const end = line[index + 1]?.since;
    if (end === undefined || !runsIn.includes(status)) return sum;
    return sum + (target.businessHours ? businessMinutes(since, end) : (end - since) / 60);
  }, 0);
  return after(last.since, Math.max(0, target.minutes - spent), target.businessHours);
}

/** So many minutes later, by the calendar or by the account's schedule. */
function after(from: Seconds, minutes: number, byBusiness: boolean): Seconds {
  if (!byBusiness) return Math.ceil(from + minutes * 60);
  // A week has 2,400 business minutes, so two weeks more than needed are enough to search in.
  let [low, high] = [from, from + (Math.ceil(minutes / 2400) + 2) * 7 * 86_400];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (businessMinutes(from, middle) >= minutes) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** As the side-load `slas` shows it. */
export function slaSummary(account: Account, ticket: Ticket): JsonObject {
  const agreement = account.desk.sla.agreements.get(ticket.id);
  const targets = agreement === undefined ? [] : targetsOf(agreement);
  const rows = targets.map((target): Json => {
    const due = dueOf(ticket, target);
    const stage =
      due !== null ? 'active' : isDone(ticket) || target.metric.endsWith('reply_time') ? 'achieved' : 'paused';
    return { metric: target.metric, stage, breach_at: due === null ? null : iso(due), minutes: target.minutes };
  });
  return { policy_metrics: rows };
}
