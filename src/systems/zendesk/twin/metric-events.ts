import type { Account } from './account.ts';
import type { JsonObject } from './json.ts';
import { iso, type Seconds } from './stamps.ts';
import { businessMinutes } from './ticket-metrics.ts';
import type { Ticket } from './ticket-records.ts';
import { Timeline } from './timeline.ts';

/**
 * What the export of ticket metric events tells: clocks that begin, pause and end, and what service agreements ask of them.
 * Source: Zendesk, "Ticket Metric Events", "Ticket metric event types reference".
 */
const metrics = ['agent_work_time', 'requester_wait_time', 'reply_time', 'resolution_time'] as const;
const types = ['activate', 'pause', 'fulfill', 'update_status', 'apply_sla', 'breach'] as const;
export type MetricName = (typeof metrics)[number];
type EventType = (typeof types)[number];

export interface MetricEvent {
  readonly ticketId: number;
  readonly metric: MetricName;
  readonly type: EventType;
  readonly at: Seconds;
  /** Only reply_time counts: it begins anew with every question of the requester. */
  readonly instance: number;
  /** What an agreement asks; null on all other events. */
  readonly sla: JsonObject | null;
}

/** Every ticket has several and nobody looks a single one up, so they are kept in columns: numbers in place of objects. */
export class MetricLog {
  readonly timeline = new Timeline((id) => this.#at[id - this.#firstId]);
  readonly #firstId: number;
  readonly #ticket: number[] = [];
  readonly #kind: number[] = [];
  readonly #at: Seconds[] = [];
  readonly #more = new Map<number, Pick<MetricEvent, 'instance' | 'sla'>>();

  constructor(firstId: number) {
    this.#firstId = firstId;
  }

  add({ ticketId, metric, type, at, instance, sla }: MetricEvent): void {
    const row = this.#at.length;
    this.#ticket.push(ticketId);
    this.#kind.push(metrics.indexOf(metric) * types.length + types.indexOf(type));
    this.#at.push(at);
    if (instance !== 1 || sla !== null) this.#more.set(row, { instance, sla });
    this.timeline.add(at, this.#firstId + row, true);
  }

  get(id: number): MetricEvent | undefined {
    const row = id - this.#firstId;
    const at = this.#at[row];
    const kind = this.#kind[row] ?? 0;
    const metric = metrics[Math.floor(kind / types.length)];
    const type = types[kind % types.length];
    if (at === undefined || metric === undefined || type === undefined) return undefined;
    const { instance, sla } = this.#more.get(row) ?? { instance: 1, sla: null };
    return { ticketId: this.#ticket[row] ?? 0, metric, type, at, instance, sla };
  }
}

/** Notes what one change of a ticket did to its clocks. */
export function noteMetricEvents(account: Account, before: Ticket | null, after: Ticket): void {
  for (const [metric, type] of stepsOf(before, after)) {
    const instance = metric === 'reply_time' ? Math.max(1, after.metrics.questions) : 1;
    account.desk.metricLog.add({ ticketId: after.id, metric, type, at: after.updated, instance, sla: null });
  }
}

type Step = readonly [metric: MetricName, type: EventType];

function stepsOf(before: Ticket | null, after: Ticket): readonly Step[] {
  const steps: Step[] = [];
  const isDone = (ticket: Ticket): boolean => ticket.status === 'solved' || ticket.status === 'closed';
  if (before === null) {
    steps.push(['agent_work_time', 'activate'], ['requester_wait_time', 'activate'], ['resolution_time', 'activate']);
  }
  const waited = before?.metrics.unanswered ?? null;
  const waits = after.metrics.unanswered;
  if (waited === null && waits !== null) steps.push(['reply_time', 'activate']);
  else if (waited !== null && waits === null) steps.push(['reply_time', 'fulfill'], ['reply_time', 'update_status']);
  if (before === null || before.status === after.status) return steps;
  if (isDone(after) && !isDone(before)) {
    for (const metric of ['agent_work_time', 'requester_wait_time', 'resolution_time'] as const) {
      steps.push([metric, 'fulfill'], [metric, 'update_status']);
    }
  } else if (after.status === 'pending') steps.push(['agent_work_time', 'pause'], ['requester_wait_time', 'pause']);
  else if (after.status === 'hold') steps.push(['agent_work_time', 'pause']);
  else if (!isDone(after)) steps.push(['agent_work_time', 'activate'], ['requester_wait_time', 'activate']);
  return steps;
}

export function metricEventRow(account: Account, id: number): JsonObject | undefined {
  const event = account.desk.metricLog.get(id);
  const ticket = account.desk.tickets.table.get(event?.ticketId);
  if (event === undefined || ticket === undefined) return undefined;
  const { metric, type, at, instance, sla } = event;
  const isMeasured = type === 'fulfill' || type === 'update_status';
  const status = { calendar: Math.floor((at - ticket.created) / 60), business: businessMinutes(ticket.created, at) };
  return {
    id,
    ticket_id: event.ticketId,
    metric,
    instance_id: instance,
    type,
    time: iso(at),
    ...(isMeasured ? { status } : {}),
    ...(sla === null ? {} : { sla }),
    ...(ticket.deleted === null ? {} : { deleted: true }),
  };
}
