import type { Chance } from '../../twins/chance.ts';
import { type Edit, pick, someone } from './edit.ts';
import { freePersons } from './person-edits.ts';
import { type DemoRecord, type Towns, textOf } from './record.ts';
import { firstNames, lastNames } from './sample/people.ts';
import { matters } from './sample/tickets.ts';

type Make = (chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>) => Edit | null;

/** A ticket and its case. */
interface Matter {
  readonly ticket: DemoRecord;
  readonly made: DemoRecord;
}

/** Every third turn is about a ticket, each kind in its turn. */
const every = 3;
const kinds: readonly Make[] = [writeTicket, answerTicket, closeCase, writeAsStranger, solveTicket];

/** null where it is no turn of a ticket, or nobody has one to work on. */
export function ticketEdit(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  if (turn % every !== 1) return null;
  return kinds[Math.floor(turn / every) % kinds.length]?.(chance, turn, towns, busy) ?? null;
}

/** Somebody whom both sides know writes to the help desk. */
function writeTicket(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const person = pick(
    chance,
    freePersons(towns, busy).filter(({ object }) => object === 'Contact'),
  );
  if (person === undefined) return null;
  const [id, contact] = [person.user.id, textOf(person.record, 'Id')];
  const edit = written(chance, turn, textOf(person.record, 'Name'), { requester_id: id });
  return {
    ...edit,
    busy: [contact],
    arrived: (now) => now.cases.some((one) => isOf(one, edit) && one.ContactId === contact),
  };
}

/** Somebody writes whom nobody knows: the contact is made with the case. */
function writeAsStranger(chance: Chance, turn: number): Edit {
  const name = `${pick(chance, firstNames)} ${pick(chance, lastNames)}`;
  const edit = written(chance, turn, name, { requester: { name, email: `stranger.${turn}@example.com` } });
  return {
    ...edit,
    did: `${edit.did} Nobody knows this person yet`,
    arrived: ({ cases }) => cases.some((one) => isOf(one, edit) && textOf(one, 'ContactId') !== ''),
    tell: (took) => `in Salesforce after ${took}, with a new contact`,
  };
}

function written(chance: Chance, turn: number, who: string, from: Edit['fields']): Edit {
  const subject = `${pick(chance, matters)} #${turn}`;
  return {
    who,
    object: 'ticket',
    id: null,
    fields: { subject, description: `${subject}.`, priority: 'normal', via: { channel: 'email' }, ...from },
    did: `writes: ${subject}.`,
    about: subject,
    busy: [],
    arrived: ({ cases }) => cases.some((one) => one.Subject === subject),
    tell: inSalesforce,
  };
}

const inSalesforce = (took: string): string => `in Salesforce after ${took}`;
const isOf = (made: DemoRecord, { fields }: Edit): boolean => made.Subject === fields.subject;

/** An agent takes a ticket that nobody has worked on. */
function answerTicket(chance: Chance, _turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const fields = { status: 'pending', comment: { body: 'We look into it.' } };
  return worked(chance, towns, busy, ['new'], 'answered ticket', fields, 'Working');
}

function solveTicket(chance: Chance, _turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const fields = { status: 'solved', comment: { body: 'Done. Tell us if not.' } };
  return worked(chance, towns, busy, ['new', 'open', 'pending'], 'solved ticket', fields, 'Closed');
}

/** `status`: what the case has once it has arrived. */
function worked(
  chance: Chance,
  towns: Towns,
  busy: ReadonlySet<string>,
  from: readonly string[],
  did: string,
  fields: Edit['fields'],
  status: string,
): Edit | null {
  const matter = pick(chance, freeMatters(towns, busy, from));
  const agent = agentOf(towns);
  if (matter === undefined || agent === undefined) return null;
  const id = textOf(matter.made, 'Id');
  const subject = textOf(matter.ticket, 'subject');
  return {
    who: someone(chance, 'ticket'),
    object: 'ticket',
    id: textOf(matter.ticket, 'id'),
    fields: { ...fields, assignee_id: agent.id },
    did: `${did} ${subject}`,
    about: subject,
    busy: [id],
    arrived: ({ cases }) => cases.some((one) => one.Id === id && one.Status === status),
    tell: (took) => `the case is ${status} in Salesforce after ${took}`,
  };
}

/** Zendesk solves only what has an assignee. */
function closeCase(chance: Chance, _turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const matter = pick(
    chance,
    freeMatters(towns, busy, ['open', 'pending']).filter(({ ticket }) => textOf(ticket, 'assignee_id') !== ''),
  );
  if (matter === undefined) return null;
  const [id, made, subject] = [
    textOf(matter.ticket, 'id'),
    textOf(matter.made, 'Id'),
    textOf(matter.ticket, 'subject'),
  ];
  return {
    who: someone(chance, 'Case'),
    object: 'Case',
    id: made,
    fields: { Status: 'Closed' },
    did: `closed case ${subject}`,
    about: subject,
    busy: [made],
    arrived: ({ tickets }) => tickets.some((one) => textOf(one, 'id') === id && one.status === 'solved'),
    tell: (took) => `the ticket is solved in Zendesk after ${took}`,
  };
}

function freeMatters(
  { tickets, cases }: Towns,
  busy: ReadonlySet<string>,
  statuses: readonly string[],
): readonly Matter[] {
  const byTicket = new Map(cases.map((made) => [textOf(made, 'Zendesk_Support_Ticket_ID__c'), made]));
  return tickets.flatMap((ticket) => {
    const made = byTicket.get(textOf(ticket, 'id'));
    const isFree = made !== undefined && !busy.has(textOf(made, 'Id')) && !busy.has(textOf(ticket, 'id'));
    return isFree && statuses.includes(textOf(ticket, 'status')) ? [{ ticket, made }] : [];
  });
}

function agentOf({ users }: Towns): DemoRecord | undefined {
  return users.find(({ role }) => role === 'agent');
}
