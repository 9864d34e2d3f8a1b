import { type JsonObject, sameJson } from './json.ts';
import { day, iso, isoOrNull, type Seconds } from './stamps.ts';
import type { Metrics, Status, Ticket } from './ticket-records.ts';

/**
 * Ticket metrics: what is not on the ticket itself (when it was solved, first assigned, first answered), and durations in minutes by the
 * calendar and by the account's schedule. Source: Zendesk, "Ticket Metrics"; the arithmetic of waits is an interpretation.
 */
export function newMetrics(at: Seconds): Metrics {
  return {
    groupStations: 0,
    assigneeStations: 0,
    reopens: 0,
    replies: 0,
    assigneeUpdated: null,
    requesterUpdated: at,
    statusUpdated: at,
    customStatusUpdated: at,
    initiallyAssigned: null,
    assigned: null,
    solved: null,
    firstSolved: null,
    firstReply: null,
    latestComment: null,
    unanswered: null,
    questions: 0,
    first: 'new',
    line: [],
  };
}

/** Metrics have ids of their own, beyond 32 bits like most. */
const firstId = 26_100_000_000_000;
export const metricIdOf = (ticketId: number): number => firstId + ticketId;
export const ticketIdOf = (metricId: number): number => metricId - firstId;

export interface MetricStep {
  readonly at: Seconds;
  readonly isNew: boolean;
  /** The author's role and whether it is public; null where nothing was said. */
  readonly comment: { readonly byAgent: boolean; readonly isPublic: boolean } | null;
}

/** Carries the metrics on over one change. */
export function stepMetrics(before: Ticket, after: Ticket, { at, isNew, comment }: MetricStep): Metrics {
  const was = before.metrics;
  const isAssigned = after.assigneeId !== null && (isNew || after.assigneeId !== before.assigneeId);
  const isGrouped = after.groupId !== null && (isNew || after.groupId !== before.groupId);
  const isMoved = !isNew && after.status !== before.status;
  const isDone = (status: Status): boolean => status === 'solved' || status === 'closed';
  const isSolved = isDone(after.status) && (isNew || !isDone(before.status));
  const isReopened = isMoved && isDone(before.status) && !isDone(after.status);
  const isAnswered = comment?.byAgent === true && comment.isPublic;
  const isReply = isAnswered && !isNew;
  const isAsked =
    was.unanswered === null && !isAnswered && (isNew ? comment?.byAgent !== true : comment?.byAgent === false);
  const metrics: Metrics = {
    ...was,
    groupStations: was.groupStations + (isGrouped ? 1 : 0),
    assigneeStations: was.assigneeStations + (isAssigned ? 1 : 0),
    assigneeUpdated: comment?.byAgent === true ? at : was.assigneeUpdated,
    requesterUpdated: comment !== null && !comment.byAgent ? at : was.requesterUpdated,
    initiallyAssigned: was.initiallyAssigned ?? (isAssigned ? at : null),
    assigned: isAssigned ? at : was.assigned,
    statusUpdated: isMoved ? at : was.statusUpdated,
    customStatusUpdated: !isNew && after.customStatusId !== before.customStatusId ? at : was.customStatusUpdated,
    reopens: was.reopens + (isReopened ? 1 : 0),
    replies: was.replies + (isReply ? 1 : 0),
    firstReply: was.firstReply ?? (isReply ? at : null),
    solved: isSolved ? at : isReopened ? null : was.solved,
    firstSolved: was.firstSolved ?? (isSolved ? at : null),
    latestComment: comment === null ? was.latestComment : at,
    unanswered: isAnswered ? null : isAsked ? at : was.unanswered,
    questions: was.questions + (isAsked ? 1 : 0),
    first: isNew ? after.status : was.first,
    line: isMoved ? [...was.line, { status: after.status, since: at }] : was.line,
  };
  return isNew ? shared(metrics) : metrics;
}

let latest: Metrics | null = null;

/** Tickets of one load begin alike, in the same second: they share one value. */
function shared(metrics: Metrics): Metrics {
  if (latest === null || !sameJson({ ...latest }, { ...metrics })) latest = metrics;
  return latest;
}

/** Monday to Friday, nine to five, in minutes from Sunday 00:00 UTC. */
export const businessHours: readonly { readonly start: number; readonly end: number }[] = [1, 2, 3, 4, 5].map(
  (weekday) => ({
    start: weekday * 1440 + 540,
    end: weekday * 1440 + 1020,
  }),
);

const weekMinutes = 7 * 1440;
/** 1970-01-04 was a Sunday. */
const firstSunday = 3 * day;

/** Minutes of the schedule between two moments. */
export function businessMinutes(from: Seconds, to: Seconds): number {
  const start = Math.floor((from - firstSunday) / 60);
  const end = Math.floor((to - firstSunday) / 60);
  let minutes = 0;
  for (let week = Math.floor(start / weekMinutes); week * weekMinutes < end; week++) {
    for (const hours of businessHours) {
      const opens = Math.max(start, week * weekMinutes + hours.start);
      const closes = Math.min(end, week * weekMinutes + hours.end);
      minutes += Math.max(0, closes - opens);
    }
  }
  return minutes;
}

function span(from: Seconds, to: Seconds | null): JsonObject {
  if (to === null) return { calendar: null, business: null };
  return { calendar: Math.floor((to - from) / 60), business: businessMinutes(from, to) };
}

/** Time spent in the given statuses; null until the ticket was in one of them and left it, or is solved. */
function waited(ticket: Ticket, among: readonly Status[], until: Seconds): JsonObject {
  let calendar = 0;
  let business = 0;
  let isKnown = false;
  const line = statusLine(ticket);
  line.forEach(({ status, since }, index) => {
    if (!among.includes(status)) return;
    isKnown = true;
    const end = line[index + 1]?.since ?? until;
    calendar += end - since;
    business += businessMinutes(since, end);
  });
  return isKnown ? { calendar: Math.floor(calendar / 60), business } : { calendar: null, business: null };
}

/** Each status of a ticket with the second in which it began. */
export function statusLine({ created, metrics }: Ticket): Metrics['line'] {
  return [{ status: metrics.first, since: created }, ...metrics.line];
}

export function metricBody(ticket: Ticket, base: string, now: Seconds): JsonObject {
  const { metrics, created } = ticket;
  return {
    url: `${base}/api/v2/ticket_metrics/${metricIdOf(ticket.id)}.json`,
    id: metricIdOf(ticket.id),
    ticket_id: ticket.id,
    created_at: iso(created),
    updated_at: iso(ticket.updated),
    group_stations: metrics.groupStations,
    assignee_stations: metrics.assigneeStations,
    reopens: metrics.reopens,
    replies: metrics.replies,
    assignee_updated_at: isoOrNull(metrics.assigneeUpdated),
    requester_updated_at: iso(metrics.requesterUpdated),
    status_updated_at: iso(metrics.statusUpdated),
    custom_status_updated_at: iso(metrics.customStatusUpdated),
    initially_assigned_at: isoOrNull(metrics.initiallyAssigned),
    assigned_at: isoOrNull(metrics.assigned),
    solved_at: isoOrNull(metrics.solved),
    latest_comment_added_at: isoOrNull(metrics.latestComment),
    reply_time_in_minutes: span(created, metrics.firstReply),
    reply_time_in_seconds: { calendar: null },
    first_resolution_time_in_minutes: span(created, metrics.firstSolved),
    full_resolution_time_in_minutes: span(created, metrics.solved),
    agent_wait_time_in_minutes: waited(ticket, ['pending'], now),
    requester_wait_time_in_minutes: waited(ticket, ['new', 'open', 'hold'], now),
    on_hold_time_in_minutes: waited(ticket, ['hold'], now),
  };
}
