import type { Account } from './account.ts';
import { must } from './bulk.ts';
import { type Answer, type Call, ok, type Route } from './call.ts';
import { type JsonObject, textOf } from './json.ts';
import { idRows, page } from './paging.ts';
import { forbidden, invalid } from './refusal.ts';
import { iso, type Seconds } from './stamps.ts';
import type { Ticket } from './ticket-records.ts';
import { ticketOf } from './ticket-routes.ts';

/** What requesters said of solved tickets: good or bad, with a comment. Source: Zendesk, "Satisfaction Ratings". */
export interface Rating {
  readonly id: number;
  readonly ticketId: number;
  readonly requesterId: number;
  readonly assigneeId: number | null;
  readonly groupId: number | null;
  readonly score: 'good' | 'bad';
  readonly comment: string | null;
  readonly created: Seconds;
  readonly updated: Seconds;
}

const reader = { resource: 'satisfaction_ratings', role: 'agent' } as const;
export const satisfactionRoutes: readonly Route[] = [
  { method: 'GET', path: 'satisfaction_ratings', handle: list, ...reader },
  { method: 'GET', path: 'satisfaction_ratings/received', handle: list, ...reader },
  { method: 'GET', path: 'satisfaction_ratings/count', handle: count, ...reader },
  { method: 'GET', path: 'satisfaction_ratings/:id', handle: show, ...reader },
  { method: 'POST', path: 'tickets/:id/satisfaction_rating', handle: create, resource: 'tickets', role: 'anyone' },
];

/** The requester rates; a second time replaces the first. */
export function rate(account: Account, ticket: Ticket, body: JsonObject): Rating {
  const { score } = body;
  if (score !== 'good' && score !== 'bad') {
    throw invalid({
      field: 'score',
      error: 'InvalidValue',
      label: null,
      sentence: 'notListed',
      value: textOf(score) ?? '',
    });
  }
  if (ticket.metrics.firstSolved === null) {
    throw invalid({ field: 'base', error: 'InvalidValue', label: 'status', sentence: 'invalid', value: ticket.status });
  }
  const { ratings } = account.desk;
  const before = ratings.get(ticket.id);
  const rating: Rating = {
    id: before?.id ?? account.newId(),
    ticketId: ticket.id,
    requesterId: ticket.requesterId,
    assigneeId: ticket.assigneeId,
    groupId: ticket.groupId,
    score,
    comment: textOf(body.comment) ?? null,
    created: before?.created ?? account.now,
    updated: account.now,
  };
  ratings.set(ticket.id, rating);
  const requester = account.users.get(ticket.requesterId);
  if (requester !== undefined) {
    const stamps = { updated: account.now, generated: account.now };
    account.saveTicket({ ...ticket, ...stamps }, { user: requester, call: 'rating' }, null);
  }
  return rating;
}

/** As tickets show theirs; null until there is one. */
export function ratingSummary(account: Account, ticketId: number): JsonObject | null {
  const rating = account.desk.ratings.get(ticketId);
  return rating === undefined ? null : { score: rating.score, id: rating.id, comment: rating.comment };
}

function body(rating: Rating, base: string): JsonObject {
  return {
    url: `${base}/api/v2/satisfaction_ratings/${rating.id}.json`,
    id: rating.id,
    assignee_id: rating.assigneeId,
    group_id: rating.groupId,
    requester_id: rating.requesterId,
    ticket_id: rating.ticketId,
    score: rating.score,
    created_at: iso(rating.created),
    updated_at: iso(rating.updated),
    comment: rating.comment,
    reason: 'No reason provided',
    reason_id: 0,
  };
}

/** `score` may say `good`, `good_with_comment`, `good_without_comment` and the like. */
function found(call: Call): readonly Rating[] {
  const [, score = '', , only] =
    /^(good|bad|received)(_(with|without)_comment)?$/.exec(call.query.get('score') ?? '') ?? [];
  const from = Number(call.query.get('start_time') ?? 0);
  const until = Number(call.query.get('end_time') ?? Number.POSITIVE_INFINITY);
  return [...call.account.desk.ratings.values()].filter(
    (one) =>
      (score === '' || score === 'received' || one.score === score) &&
      (only === undefined || (only === 'with') === (one.comment !== null)) &&
      one.updated >= from &&
      one.updated <= until,
  );
}

function list(call: Call): Answer {
  const all = [...found(call)].sort((a, b) => a.id - b.id);
  return ok(page(call, { name: 'satisfaction_ratings', rows: idRows(all), draw: (one) => body(one, call.base) }));
}

function count(call: Call): Answer {
  return ok({ count: { value: found(call).length, refreshed_at: new Date(call.account.nowMs).toISOString() } });
}

function show(call: Call): Answer {
  const id = call.id();
  const rating = must([...call.account.desk.ratings.values()].find((one) => one.id === id));
  return ok({ satisfaction_rating: body(rating, call.base) });
}

/** Only the requester may. */
function create(call: Call): Answer {
  const ticket = ticketOf(call);
  if (call.doer.user.id !== ticket.requesterId) throw forbidden();
  return ok({ satisfaction_rating: body(rate(call.account, ticket, call.wrapped('satisfaction_rating')), call.base) });
}
