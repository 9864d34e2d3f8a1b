import type { Account, Doer } from './account.ts';
import type { Json } from './json.ts';
import { renderLiquid } from './liquid.ts';
import type { Organization, User } from './records.ts';
import { iso } from './stamps.ts';
import type { Ticket } from './ticket-records.ts';

/**
 * Placeholders in the texts of triggers; an unknown one becomes an empty text. Whether values are escaped for JSON is unproven, hence
 * the switch `placeholders`. Source: Zendesk, "Placeholders reference".
 */
export function fillPlaceholders(account: Account, template: string, ticket: Ticket, doer: Doer): string {
  return renderLiquid(template, {
    lookUp: (name) => valueNamed(account, name, ticket, doer),
    write: (value) => (account.switches.placeholders === 'json' ? JSON.stringify(value).slice(1, -1) : value),
  });
}

function valueNamed(account: Account, name: string, ticket: Ticket, doer: Doer): Json | undefined {
  const [root, ...path] = name.split('.');
  if (root === 'current_user') return userValue(doer.user, path);
  if (root !== 'ticket') return undefined;
  const [field = '', ...rest] = path;
  if (field === 'requester') return userValue(account.users.get(ticket.requesterId), rest);
  if (field === 'assignee') return userValue(account.users.get(ticket.assigneeId), rest);
  if (field === 'organization') return organizationValue(account.organizations.get(ticket.organizationId), rest);
  const custom = /^ticket_field_(\d+)$/.exec(field)?.[1];
  if (custom !== undefined) return ticket.fields[custom];
  const titled = /^ticket_field_option_title_(\d+)$/.exec(field)?.[1];
  if (titled !== undefined) {
    const value = ticket.fields[titled];
    return account.desk.fields.get(Number(titled))?.options.find((option) => option.value === value)?.name;
  }
  return ticketValue(account, ticket, field);
}

function ticketValue(account: Account, ticket: Ticket, field: string): Json | undefined {
  const comments = account.desk.tickets.commentsOf(ticket.id);
  const url = `acme.zendesk.com/agent/tickets/${ticket.id}`;
  switch (field) {
    case 'id':
      return ticket.id;
    case 'title':
      return ticket.subject;
    case 'description':
      return ticket.description;
    case 'status':
      return ticket.status.charAt(0).toUpperCase() + ticket.status.slice(1);
    case 'priority':
      return ticket.priority;
    case 'tags':
      return ticket.tags.join(' ');
    case 'url':
      return url;
    case 'link':
      return `https://${url}`;
    case 'external_id':
      return ticket.externalId;
    case 'created_at':
      return iso(ticket.created);
    case 'latest_comment':
      return comments.at(-1)?.body;
    case 'latest_public_comment':
      return comments.filter((comment) => comment.isPublic).at(-1)?.body;
    default:
      return undefined;
  }
}

function own(values: Readonly<Record<string, Json>>, name: string): Json | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function userValue(user: User | undefined, [field = '', key = '']: readonly string[]): Json | undefined {
  if (user === undefined) return undefined;
  if (field === 'custom_fields') return own(user.fields, key);
  const known: Readonly<Record<string, Json>> = {
    id: user.id,
    name: user.name,
    email: user.email,
    external_id: user.externalId,
    phone: user.phone,
    role: user.role,
  };
  return own(known, field);
}

function organizationValue(
  record: Organization | undefined,
  [field = '', key = '']: readonly string[],
): Json | undefined {
  if (record === undefined) return undefined;
  if (field === 'custom_fields') return own(record.fields, key);
  const known: Readonly<Record<string, Json>> = {
    id: record.id,
    name: record.name,
    external_id: record.externalId,
    details: record.details,
    notes: record.notes,
  };
  return own(known, field);
}
