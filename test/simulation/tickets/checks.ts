import type { Link } from '../../../src/model/link.ts';
import { plain } from '../flows.ts';
import type { Edit, Kind, Seen } from '../ledger.ts';
import type { Rest } from '../rest.ts';
import type { TicketWrite } from '../wire.ts';
import { isSameStatus, type TicketFlow, type TicketRules, ticketFlows } from './rules.ts';

/** A ticket and its case, both there. */
interface Pair {
  readonly link: Link;
  readonly ticket: Seen;
  readonly made: Seen;
}

/** What must hold of tickets and cases, at rest. */
export function ticketsHold(rest: Rest): readonly string[] {
  const { tickets } = rest;
  if (tickets === null) return [];
  const pairs = pairsOf(rest);
  return [
    ...carried(rest),
    ...once(rest),
    ...pairs.flatMap((pair) => [...rows(rest, tickets, pair), ...pointed(rest, tickets, pair), ...names(rest, pair)]),
    ...rest.ticketWrites.flatMap((write) => closedKept(rest, write)),
    ...nobodys(rest, tickets),
    ...afterEnd(rest),
  ];
}

const sync = 'tickets';
const linksOf = (rest: Rest, name: string = sync): readonly Link[] => rest.links.get(name) ?? [];

export function pairsOf(rest: Rest): readonly Pair[] {
  return linksOf(rest).flatMap((link) => {
    const ticket = rest.picture.records.get(`ticket/${link.desk?.id}`);
    const made = rest.picture.records.get(`Case/${link.crm?.id}`);
    return ticket?.isThere && made?.isThere ? [{ link, ticket, made }] : [];
  });
}

/** The whole link is held, a field of it is, or a person has spoken of it. */
export function isLeft({ holds, words, history }: Rest, { id }: Link, field: string | null): boolean {
  const isOf = (named: string | null) => named === null || (field !== null && named.startsWith(`${field} `));
  const isUndone = history.some(
    (row) => row.link === id && row.cause === 'undo' && (row.do !== 'update' || field === null || field in row.fields),
  );
  return (
    isUndone ||
    holds.some((hold) => hold.link === id && isOf(hold.field)) ||
    words.some((word) => (word.link === id || (word.isAlways && word.sync === sync)) && isOf(word.field))
  );
}

const there = ({ picture }: Rest, kind: Kind): readonly Seen[] =>
  [...picture.records.values()].filter((seen) => seen.kind === kind && seen.isThere);

/** Each ticket has one case, or a hold of its own says why not. */
function carried(rest: Rest): readonly string[] {
  return there(rest, 'ticket').flatMap(({ id }) => {
    const mine = linksOf(rest).filter(({ desk }) => desk?.id === id);
    const whole = mine.filter(({ crm }) => crm !== null);
    if (whole.length > 1) return [`I4 single: ticket/${id} has two cases`];
    if (whole.length === 1 || mine.some((link) => isLeft(rest, link, null))) return [];
    return [`I8 apart: ticket/${id} has no case, and no hold says why`];
  });
}

/** What Syncline made is there once: cases by their ticket, contacts by their address, accounts by their name; and each is somebody's twin. */
function once(rest: Rest): readonly string[] {
  const { ledger, links, history } = rest;
  const linked = new Set([...links.values()].flat().flatMap(({ crm, desk }) => (crm && desk ? [crm.id] : [])));
  const keys = { Case: 'Zendesk_Support_Ticket_ID__c', Contact: 'Email', Account: 'Name' } as const;
  return (['Case', 'Contact', 'Account'] as const).flatMap((kind) => {
    const ours = there(rest, kind).filter(({ id }) => !ledger.isMade(`${kind}/${id}`));
    const values = ours.map(({ row }) => plain(row[keys[kind]]).toLowerCase());
    const twice = values.filter((value, i) => value !== '' && values.indexOf(value) < i);
    const lone = ours.filter(({ id }) => {
      const undone = history.some((row) => row.record === id && row.cause === 'undo');
      const held = rest.holds.some(
        ({ crm, candidates }) => crm === id || candidates.some((candidate) => candidate.id === id),
      );
      return !linked.has(id) && !undone && !held && !rest.words.some(({ records }) => records.includes(id));
    });
    return [
      ...twice.map((value) => `I4 single: Syncline made two of ${kind} "${value}"`),
      ...lone.map(({ id }) => `I4 single: ${kind}/${id} was made by Syncline and is nobody's twin`),
    ];
  });
}

/** Each row of the mapping is equal, or held, or a person has changed the case since. */
function rows(rest: Rest, rules: TicketRules, { link, ticket, made }: Pair): readonly string[] {
  return ticketFlows.flatMap((flow) => {
    const [from, has] = [ticket.row[flow.ticket], made.row[flow.made]];
    const isEqual =
      flow.ticket === 'status' ? isSameStatus(rules, from, has) : sorted(flow, flow.of(from)) === sorted(flow, has);
    if (isEqual || isLeft(rest, link, flow.made) || isDrift(rest, rules, flow, { link, ticket, made })) return [];
    return [
      `I2 agree: ticket/${ticket.id} ${flow.ticket} is "${plain(from)}", Case/${made.id} ${flow.made} is "${plain(has)}"`,
    ];
  });
}

function sorted({ ticket }: TicketFlow, value: unknown): string {
  return ticket === 'tags' ? plain(value).split(';').toSorted().join(';') : plain(value);
}

/** A person has changed the case after the ticket had what it has now; where the field flows both ways that is no excuse. */
function isDrift(rest: Rest, rules: TicketRules, flow: TicketFlow, { ticket, made }: Pair): boolean {
  if (rules.goesBack && flow.ticket === 'status') return false;
  const now = flow.of(ticket.row[flow.ticket]);
  return isTheirs(rest, made, flow.made, (edit) =>
    rest.ledger
      .all(`ticket/${ticket.id}`, flow.ticket)
      .some((source) => plain(flow.of(source.value)) === plain(now) && source.order < edit.order),
  );
}

/** What stands in a field of a case is what a person has put there last, and that may stay. */
function isTheirs({ ledger }: Rest, made: Seen, field: string, may: (edit: Edit) => boolean): boolean {
  const edit = ledger.last(`Case/${made.id}`, field);
  return edit !== null && plain(edit.value) === plain(made.row[field]) && may(edit);
}

/** The account is that of the ticket's organization and of nothing else; the contact is that of its requester. */
function pointed(rest: Rest, rules: TicketRules, { link, ticket, made }: Pair): readonly string[] {
  const of = (name: string, id: unknown): string | null => {
    const known = linksOf(rest, name).find((each) => each.desk?.id === String(id));
    return known?.crm?.id ?? null;
  };
  const checked = [
    [
      'AccountId',
      'organization_id',
      of(rules.isDerived ? 'tickets.organizations' : 'accounts', ticket.row.organization_id),
    ],
    ['ContactId', 'requester_id', of(rules.isDerived ? 'tickets.people' : 'contacts', ticket.row.requester_id)],
  ] as const;
  return checked.flatMap(([field, from, wanted]) => {
    const has = plain(made.row[field]);
    if (has === plain(wanted) || isLeft(rest, link, field)) return [];
    const kind = field === 'AccountId' ? 'Account' : 'Contact';
    // Who is gone is pointed to by nothing new.
    if (wanted !== null && !rest.picture.records.get(`${kind}/${wanted}`)?.isThere) return [];
    if (field === 'ContactId' && wanted === null && isMeant(rest, ticket, has)) return [];
    const moved = rest.ledger.last(`ticket/${ticket.id}`, from)?.order ?? 0;
    if (isTheirs(rest, made, field, ({ order }) => order > moved)) return [];
    return [`I2 agree: Case/${made.id} ${field} is "${has}", and that of ticket/${ticket.id} is "${plain(wanted)}"`];
  });
}

/** An agent is made no contact, and means the one that has the same address. */
function isMeant({ picture }: Rest, ticket: Seen, contact: string): boolean {
  const user = picture.records.get(`user/${ticket.row.requester_id}`);
  const found = picture.records.get(`Contact/${contact}`);
  return (
    user !== undefined &&
    found !== undefined &&
    (user.row.role !== 'end-user' || user.row.suspended === true) &&
    picture.identities.some(
      ({ user: id, value }) => id === user.id && value.toLowerCase() === plain(found.row.Email).toLowerCase(),
    )
  );
}

/** Names that are told beside a ticket are read once a day: they are of the right one, as that was called at some time. */
function names(rest: Rest, { link, ticket, made }: Pair): readonly string[] {
  const told = [
    ['organization', 'organization_id', 'Zendesk_Support_Ticket_Organization_Name__c'],
    ['user', 'requester_id', 'Zendesk_Support_Ticket_Requester_Name__c'],
  ] as const;
  return told.flatMap(([kind, from, field]) => {
    const key = `${kind}/${ticket.row[from]}`;
    const one = rest.picture.records.get(key);
    if (!one?.isThere || isLeft(rest, link, field)) return [];
    const ever = [one.row.name, ...rest.ledger.all(key, 'name').map(({ value }) => value)].map(plain);
    // Syncline itself may have named it since.
    const ours = rest.history.flatMap(({ record, fields }) => (record === one.id && fields.name ? [fields.name] : []));
    const all = [...ever, ...ours.flatMap(({ before, after }) => [plain(before), plain(after)])];
    const has = plain(made.row[field]);
    return all.includes(has) ? [] : [`I2 agree: Case/${made.id} ${field} is "${has}", and ${key} was never called so`];
  });
}

/** Exports withhold the last minute, so nobody knows of an edit before that. */
const unseenMs = 90_000;

/** No ticket is written that was closed before anybody decided about it. */
function closedKept({ ledger }: Rest, { at, id }: TicketWrite): readonly string[] {
  const key = `ticket/${id}`;
  const closed = ledger.last(key, 'status');
  const isLate = closed?.value === 'closed' && !closed.isRacing && at > closed.at + unseenMs;
  return isLate ? [`I9 theirs: ${key} was written although it had been closed`] : [];
}

/** What Syncline must not touch or make: tickets beyond the status, cases of nobody, contacts of agents. */
function nobodys(rest: Rest, { goesBack }: TicketRules): readonly string[] {
  const { history, ledger, links } = rest;
  const people = [...links].flatMap(([name, each]) => (/^contacts$|people$/.test(name) ? each : []));
  const made = history.filter((row) => row.do === 'create' && row.outcome === 'ok' && row.side === 'crm');
  const ofAgents = made.flatMap(({ link, record }) => {
    const user = people.find(({ id }) => id === link)?.desk?.id;
    return user !== undefined && ledger.isLocked(`user/${user}`)
      ? [`I9 theirs: Contact/${record} was made for the agent user/${user}`]
      : [];
  });
  const written = history.filter(
    (row) =>
      row.sync === sync &&
      row.side === 'desk' &&
      Object.keys(row.fields).some((field) => field !== 'status' || !goesBack),
  );
  return [
    ...ofAgents,
    ...written.map(
      ({ record, fields }) => `I9 theirs: ticket/${record} was written: ${Object.keys(fields).join(', ')}`,
    ),
  ];
}

/** No case is made of a ticket that was deleted, or marked as spam, before anybody decided about it. */
function afterEnd(rest: Rest): readonly string[] {
  return [...rest.picture.records.values()].flatMap(({ kind, id, isThere }) => {
    const key = `ticket/${id}`;
    if (kind !== 'ticket' || isThere) return [];
    const mine = linksOf(rest).filter(({ desk }) => desk?.id === id);
    return rest.history.flatMap((row) => {
      const isMade = row.do === 'create' && row.outcome === 'ok' && mine.some((link) => link.id === row.link);
      if (!isMade || !rest.ledger.wasGone(key, row.at - rest.slowMs)) return [];
      if (rest.ledger.wasRestored(key)) return [];
      return [`tickets: Case/${row.record} was made of ${key}, which had been removed before`];
    });
  });
}
