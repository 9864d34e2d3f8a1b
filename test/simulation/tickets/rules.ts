import type { Row } from '../../journeys/harness.ts';

/** How tickets become cases in a story. */
export interface TicketRules {
  /** No sync of accounts or contacts is in the file: what tickets point to is made by syncs that stand in. */
  readonly isDerived: boolean;
  /** The status of a case goes to its ticket. */
  readonly goesBack: boolean;
}

/** By the seed: each of the four comes in its turn. */
export function ticketRulesOf(seed: number): TicketRules {
  return { isDerived: Math.floor(seed / 2) % 2 === 1, goesBack: seed % 2 === 1 };
}

export function ticketSync({ goesBack }: TicketRules): Row {
  return {
    preset: 'salesforce-zendesk/tickets',
    options: {
      organization: { use: 'create' },
      requester: { use: 'create' },
      ...(goesBack ? { caseToTicket: 'status' } : {}),
    },
  };
}

/** A ticket as the model reads it: one text for its tags, and the field of the customer's own beside the others. */
export function ticketRow(told: Row): Row {
  const { tags, custom_fields: own } = told;
  const [region] = Array.isArray(own) ? own : [];
  return {
    ...told,
    tags: Array.isArray(tags) ? tags.toSorted().join(';') : '',
    region: typeof region === 'object' && region !== null ? Reflect.get(region, 'value') : null,
  };
}

const priorities: Row = { low: 'Low', normal: 'Medium', high: 'High', urgent: 'High' };
const statuses: Row = {
  new: 'New',
  open: 'Working',
  pending: 'Working',
  hold: 'Working',
  solved: 'Closed',
  closed: 'Closed',
};
const back: Row = { New: 'open', Working: 'open', Escalated: 'open', Closed: 'solved' };

/** A row of the preset, or of the customer's own, said a second time: what the case has of a ticket's value. */
export interface TicketFlow {
  readonly ticket: string;
  readonly made: string;
  readonly of: (value: unknown) => unknown;
}

const asItIs = (value: unknown): unknown => value;

export const ticketFlows: readonly TicketFlow[] = [
  { ticket: 'id', made: 'Zendesk_Support_Ticket_ID__c', of: String },
  { ticket: 'subject', made: 'Subject', of: asItIs },
  { ticket: 'type', made: 'Type', of: asItIs },
  { ticket: 'priority', made: 'Priority', of: (value) => priorities[String(value)] ?? null },
  { ticket: 'tags', made: 'Zendesk_Support_Ticket_Tags__c', of: asItIs },
  { ticket: 'region', made: 'Region__c', of: asItIs },
  { ticket: 'assignee_id', made: 'Zendesk_Assignee__c', of: asItIs },
  { ticket: 'status', made: 'Status', of: (value) => statuses[String(value)] },
];

/** Both ways, each side may have a word of its own for the other one's. */
export function isSameStatus(rules: TicketRules, ticket: unknown, made: unknown): boolean {
  return statuses[String(ticket)] === made || (rules.goesBack && back[String(made)] === ticket);
}
