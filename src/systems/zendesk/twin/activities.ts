import type { Account, Change, Doer } from './account.ts';
import { must } from './bulk.ts';
import { type Answer, type Call, ok, type Route } from './call.ts';
import type { JsonObject } from './json.ts';
import { listRows, page } from './paging.ts';
import { day, iso, parseTime, type Seconds } from './stamps.ts';
import type { Ticket } from './ticket-records.ts';
import { userBody } from './user-body.ts';

/** What others did to an agent's tickets within thirty days. Source: Zendesk, "Activity Stream"; order and last page as recorded. */
interface Activity {
  readonly id: number;
  readonly at: Seconds;
  /** The agent whom it concerns. */
  readonly userId: number;
  readonly actorId: number;
  readonly ticketId: number;
  readonly verb: 'tickets.assignment' | 'tickets.comment' | 'tickets.priority_increase';
}

const priorities = ['low', 'normal', 'high', 'urgent'];
const kept = 30 * day;

export class ActivityLog {
  readonly #account: Account;
  #all: Activity[] = [];

  constructor(account: Account) {
    this.#account = account;
    account.onChange((change, doer) => this.#note(change, doer));
  }

  /** The newest first. */
  of(userId: number, since: Seconds): readonly Activity[] {
    const from = Math.max(since, this.#account.now - kept);
    return this.#all.filter((one) => one.userId === userId && one.at >= from).reverse();
  }

  #note(change: Change, doer: Doer): void {
    if (change.noun !== 'ticket' || change.audit === null || change.after.assigneeId === null) return;
    const { before, after, audit } = change;
    const userId = change.after.assigneeId;
    const actorId = audit.comment?.authorId ?? doer.user.id;
    if (actorId === userId) return;
    const isMore = priorities.indexOf(after.priority ?? '') > priorities.indexOf(before?.priority ?? '');
    const verbs: readonly (readonly [Activity['verb'], boolean])[] = [
      ['tickets.assignment', before?.assigneeId !== userId],
      ['tickets.comment', before !== undefined && audit.comment !== null],
      ['tickets.priority_increase', before !== undefined && isMore],
    ];
    const oldest = this.#account.now - kept;
    if ((this.#all[0]?.at ?? oldest) < oldest) this.#all = this.#all.filter((one) => one.at >= oldest);
    for (const [verb, happened] of verbs) {
      if (!happened) continue;
      this.#all.push({ id: this.#account.newId(), at: audit.created, userId, actorId, ticketId: after.id, verb });
    }
  }
}

export const activityRoutes: readonly Route[] = [
  { method: 'GET', path: 'activities', handle: list, role: 'agent' },
  { method: 'GET', path: 'activities/count', handle: count, role: 'agent' },
  { method: 'GET', path: 'activities/:id', handle: show, role: 'agent' },
];

function mine(call: Call): readonly Activity[] {
  const since = parseTime(call.query.get('since') ?? '') ?? 0;
  return call.account.activities.of(call.doer.user.id, since);
}

const titles = {
  'tickets.assignment': (name: string, id: number) => `${name} assigned ticket #${id} to you.`,
  'tickets.comment': (name: string, id: number) => `${name} commented on ticket #${id}.`,
  'tickets.priority_increase': (name: string, id: number) => `${name} raised the priority of ticket #${id}.`,
} as const;

function person(call: Call, id: number): JsonObject {
  const user = call.account.users.get(id);
  return user === undefined ? {} : userBody(call.account, user, call.base);
}

function body(call: Call, one: Activity): JsonObject {
  const ticket: Ticket | undefined = call.account.desk.tickets.table.get(one.ticketId);
  const about = { ticket: { id: one.ticketId, subject: ticket?.subject ?? null } };
  const actor = call.account.users.get(one.actorId);
  return {
    url: `${call.base}/api/v2/activities/${one.id}.json`,
    id: one.id,
    title: titles[one.verb](actor?.name ?? '', one.ticketId),
    verb: one.verb,
    user_id: one.userId,
    actor_id: one.actorId,
    updated_at: iso(one.at),
    created_at: iso(one.at),
    object: about,
    target: about,
    user: person(call, one.userId),
    actor: person(call, one.actorId),
  };
}

/** The people come beside it without being asked for. */
function list(call: Call): Answer {
  const order = '-created_at,id';
  const rows = listRows(mine(call), order, (one) => [{ seconds: one.at }, one.id], true);
  const people = (ids: readonly number[]): readonly JsonObject[] => [...new Set(ids)].map((id) => person(call, id));
  const more = (shown: readonly Activity[]): JsonObject => ({
    users: people(shown.map((one) => one.userId)),
    actors: people(shown.map((one) => one.actorId)),
  });
  return ok(page(call, { name: 'activities', rows, draw: (one) => body(call, one), more }));
}

function count(call: Call): Answer {
  return ok({ count: { value: mine(call).length, refreshed_at: new Date(call.account.nowMs).toISOString() } });
}

function show(call: Call): Answer {
  const id = call.id();
  return ok({ activity: body(call, must(mine(call).find((one) => one.id === id))) });
}
