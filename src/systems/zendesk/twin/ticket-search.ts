import type { Account } from './account.ts';
import type { Group } from './desk.ts';
import { stampField } from './search.ts';
import { isMatch, type Query, type Searched } from './search-query.ts';
import { statuses, type Ticket } from './ticket-records.ts';

/** What the index shows of tickets and groups, with its lag. */
export function matchingTickets(account: Account, query: Query): readonly Ticket[] {
  const found: Ticket[] = [];
  for (const ticket of account.search.tickets.values()) {
    const text = (): string => [ticket.subject, ticket.description, ticket.externalId, ...ticket.tags].join(' ');
    if (isMatch(query, (name) => ticketField(account, ticket, name), text, account.now)) found.push(ticket);
  }
  return found;
}

function ticketField(account: Account, ticket: Ticket, name: string): Searched | undefined {
  const custom = /^custom_field_(\d+)$/.exec(name)?.[1];
  if (custom !== undefined) return { value: ticket.fields[custom] ?? null };
  switch (name) {
    case 'id':
    case 'ticket_id':
      return { value: ticket.id };
    case 'external_id':
      return { value: ticket.externalId };
    case 'subject':
      return { value: ticket.subject, isText: true };
    case 'description':
      return { value: ticket.description, isText: true };
    case 'status':
      return { value: ticket.status, scale: statuses };
    case 'priority':
      return { value: ticket.priority, scale: ['low', 'normal', 'high', 'urgent'] };
    case 'ticket_type':
      return { value: ticket.type };
    case 'tags':
      return { value: ticket.tags };
    case 'fieldvalue':
      return { value: Object.values(ticket.fields).flat() };
    case 'requester':
      return { value: person(account, ticket.requesterId) };
    case 'assignee':
      return { value: ticket.assigneeId === null ? null : person(account, ticket.assigneeId) };
    case 'submitter':
      return { value: person(account, ticket.submitterId) };
    case 'organization':
      return {
        value: [ticket.organizationId, account.organizations.get(ticket.organizationId)?.name ?? null],
      };
    case 'group':
      return { value: [ticket.groupId, account.desk.groups.get(ticket.groupId ?? 0)?.name ?? null] };
    case 'solved':
      return { value: ticket.metrics.solved, isTime: true };
    case 'due_date':
      return { value: ticket.due, isTime: true };
    default:
      return stampField(ticket, name);
  }
}

function person(account: Account, id: number): readonly (string | number | null)[] {
  const user = account.users.get(id);
  return [id, user?.name ?? null, user?.email ?? null];
}

export function matchingGroups(account: Account, query: Query): readonly Group[] {
  return [...account.desk.groups.values()].filter((group) => {
    if (group.deleted) return false;
    const fieldOf = (name: string): Searched | undefined =>
      name === 'name' ? { value: group.name, isText: true } : stampField(group, name);
    return isMatch(query, fieldOf, () => group.name, account.now);
  });
}
