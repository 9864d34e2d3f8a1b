import type { Operation } from '../../model/operation.ts';
import type { Body } from './collection.ts';

/**
 * What a ticket's own call carries. A new ticket's description is its first comment, whose visibility is always said, because it decides on
 * that of the comments after it; an imported one takes it as the first of its comments. An update that knows the ticket's version is a safe
 * one: Zendesk refuses it where somebody has changed the ticket since.
 * Source: Zendesk API reference, topics "Tickets" (creating, protecting against collisions) and "Ticket Import".
 */
export function ticketBody(operation: Operation, body: Body): Body {
  if (operation.do === 'update') {
    return operation.expect === null ? body : { ...body, safe_update: true, updated_stamp: operation.expect };
  }
  if (operation.do !== 'create') return body;
  const { description, is_public, import: imported, requester_email: email, requester_name: name, ...given } = body;
  const isByAddress = given.requester_id === undefined && email !== undefined;
  const rest = isByAddress ? { ...given, requester: { email, name: name ?? email } } : given;
  const isPublic = is_public ?? true;
  if (imported !== true) return { ...rest, comment: { body: description ?? '', public: isPublic } };
  const author = rest.submitter_id ?? rest.requester_id;
  const first = { value: description ?? '', public: isPublic, ...(author === undefined ? {} : { author_id: author }) };
  return { ...rest, comments: [first] };
}

/** Imported tickets run no triggers, so nobody is told of them. */
export function isImport(operation: Operation): boolean {
  return operation.do === 'create' && operation.fields.import === true;
}
