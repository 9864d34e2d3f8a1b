import type { Account } from './account.ts';
import type { JsonObject } from './json.ts';
import { iso, type Seconds } from './stamps.ts';
import { businessMinutes } from './ticket-metrics.ts';
import type { Comment, Ticket } from './ticket-records.ts';

/**
 * What the export of ticket metric events tells: clocks that begin, pause and end. Without SLA policies, which the twin has not, only
 * the four clocks that every ticket has. Source: Zendesk, "Ticket Metric Events".
 */
export interface MetricEvent {
  readonly id: number;
  readonly ticketId: number;
  readonly metric: 'agent_work_time' | 'requester_wait_time' | 'reply_time' | 'resolution_time';
  readonly type: 'activate' | 'pause' | 'fulfill' | 'update_status' | 'measure';
  readonly at: Seconds;
  readonly status: { readonly calendar: number; readonly business: number } | null;
}

type Step = readonly [metric: MetricEvent['metric'], type: MetricEvent['type']];

/** Notes what one change of a ticket did to its clocks. */
export function noteMetricEvents(
  account: Account,
  before: Ticket | null,
  after: Ticket,
  comment: Comment | null,
): void {
  for (const [metric, type] of stepsOf(account, before, after, comment)) {
    const at = after.updated;
    const isMeasured = type === 'fulfill' || type === 'update_status';
    const status = isMeasured
      ? { calendar: Math.floor((at - after.created) / 60), business: businessMinutes(after.created, at) }
      : null;
    account.desk.addMetricEvent({ id: account.newId(), ticketId: after.id, metric, type, at, status });
  }
}

function stepsOf(account: Account, before: Ticket | null, after: Ticket, comment: Comment | null): readonly Step[] {
  const steps: Step[] = [];
  const isDone = (ticket: Ticket): boolean => ticket.status === 'solved' || ticket.status === 'closed';
  const byAgent = comment !== null && account.users.get(comment.authorId)?.role !== 'end-user';
  if (before === null) {
    steps.push(['agent_work_time', 'activate'], ['requester_wait_time', 'activate'], ['resolution_time', 'activate']);
    if (!byAgent) steps.push(['reply_time', 'activate']);
  } else if (byAgent && comment.isPublic && after.metrics.replies === 1) {
    steps.push(['reply_time', 'fulfill'], ['reply_time', 'update_status']);
  }
  if (before === null || before.status === after.status) return steps;
  if (isDone(after) && !isDone(before)) {
    for (const metric of ['agent_work_time', 'requester_wait_time', 'resolution_time'] as const) {
      steps.push([metric, 'fulfill'], [metric, 'update_status']);
    }
  } else if (after.status === 'pending') steps.push(['agent_work_time', 'pause'], ['requester_wait_time', 'pause']);
  else if (after.status === 'hold') steps.push(['agent_work_time', 'pause']);
  else steps.push(['agent_work_time', 'activate'], ['requester_wait_time', 'activate']);
  return steps;
}

export function metricEventRow(event: MetricEvent): JsonObject {
  return {
    id: event.id,
    ticket_id: event.ticketId,
    metric: event.metric,
    instance_id: 1,
    type: event.type,
    time: iso(event.at),
    ...(event.status === null ? {} : { status: event.status }),
  };
}
