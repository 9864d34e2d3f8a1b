import { z } from 'zod';
import { idText, type RecordRow } from './answers.ts';
import { metrics, metricTimes } from './ticket-type.ts';

/**
 * Tickets as rows with everything that an answer tells of them: the people, the organization, the group and the metric set that come beside
 * the tickets of a page are put into each of them under dotted names. What the answer does not tell stays absent; what a ticket does not
 * have (nobody is assigned) is null. Source: Zendesk API reference, topics "Side-Loading" and "Ticket Metrics".
 */

const named = z.looseObject({ id: idText, name: z.string().nullish(), email: z.string().nullish() });
type Named = z.infer<typeof named>;
const metricSet = z.record(z.string(), z.unknown());

const besides = z.looseObject({
  users: z.array(named).nullish(),
  organizations: z.array(named).nullish(),
  groups: z.array(named).nullish(),
  /** Of lists: all of them beside the tickets; an export puts each into its ticket. */
  metric_sets: z.array(z.looseObject({ ticket_id: idText })).nullish(),
});

/** Which side-load tells the fields that begin with a word. */
export const includes: ReadonlyMap<string, string> = new Map([
  ['requester', 'users'],
  ['submitter', 'users'],
  ['assignee', 'users'],
  ['organization', 'organizations'],
  ['group', 'groups'],
  ['metric_set', 'metric_sets'],
]);

/** Field of the ticket with the id, the list beside it, and what is told of who is in that list. */
const joins = [
  { word: 'requester', list: 'users', tells: ['name', 'email'] },
  { word: 'submitter', list: 'users', tells: ['name', 'email'] },
  { word: 'assignee', list: 'users', tells: ['name', 'email'] },
  { word: 'organization', list: 'organizations', tells: ['name'] },
  { word: 'group', list: 'groups', tells: ['name'] },
] as const;

/** How the tickets of an answer are completed by what came beside them. */
export function flatTickets(answer: unknown): (row: RecordRow) => RecordRow {
  const beside = besides.parse(answer);
  const lists = new Map(
    (['users', 'organizations', 'groups'] as const).map((list) => [
      list,
      beside[list] ? new Map(beside[list].map((one) => [one.id, one])) : null,
    ]),
  );
  const sets = new Map((beside.metric_sets ?? []).map((one) => [one.ticket_id, one]));
  return (row) => {
    const told: Record<string, unknown> = { 'via.channel': channelOf(row.via), url: pageOf(row) };
    for (const { word, list, tells } of joins) {
      const there = lists.get(list);
      if (there) Object.assign(told, joined(word, tells, row[`${word}_id`], there));
    }
    const metricsOf = metricSet.safeParse(row.metric_set ?? sets.get(row.id));
    return { ...row, ...told, ...(metricsOf.success ? figuresOf(metricsOf.data) : {}) };
  };
}

/** Somebody who is not beside the ticket although he should be (deleted for good) stays untold. */
function joined(
  word: string,
  tells: readonly ('name' | 'email')[],
  id: unknown,
  there: ReadonlyMap<string, Named>,
): Readonly<Record<string, unknown>> {
  const one = there.get(String(id));
  if (id !== null && id !== undefined && one === undefined) return {};
  return Object.fromEntries(tells.map((told) => [`${word}.${told}`, one?.[told] ?? null]));
}

function figuresOf(set: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const times = metricTimes.map((name) => [`metric_set.${name}`, set[name]] as const);
  const figures = [...metrics].flatMap(([name, { word }]) => {
    const figure = metricSet.safeParse(set[word]);
    return (['calendar', 'business'] as const).map(
      (by) => [`metric_set.${name}.${by}`, figure.success ? figure.data[by] : undefined] as const,
    );
  });
  return Object.fromEntries([...times, ...figures].filter(([, value]) => value !== undefined));
}

function channelOf(via: unknown): unknown {
  return typeof via === 'object' && via !== null && 'channel' in via ? via.channel : undefined;
}

/** `https://acme.zendesk.com/api/v2/tickets/1.json` is for programs; agents read the ticket at `/agent/tickets/1`. */
function pageOf(row: RecordRow): unknown {
  return typeof row.url === 'string'
    ? row.url.replace(/\/api\/v2\/tickets\/\d+(\.json)?$/, `/agent/tickets/${row.id}`)
    : row.url;
}

/** Spam is deleted as well. What was scrubbed after a deletion for good does not come back (topic "Incremental Exports"). */
export function goneTicket(row: RecordRow): 'trash' | 'purged' | null {
  if (row.status !== 'deleted') return null;
  return row.subject === 'SCRUBBED' && row.description === 'X' ? 'purged' : 'trash';
}
