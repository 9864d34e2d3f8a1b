import { collections } from './collection.ts';

/**
 * The record that an address leads to, as people copy it from their browser or from an API answer: `…/agent/users/123/requested_tickets`,
 * `…/agent/organizations/123`, `…/agent/tickets/123`, `…/hc/en-us/requests/123` (the ticket as its requester sees it),
 * `…/api/v2/users/123.json`. null where it leads to no record that Syncline knows. Whose account it is in is
 * told by the host, which is not looked at here.
 */
export function recordAt(address: string): { readonly object: string; readonly id: string } | null {
  const [, word, id] = address.match(/^[^?]*?\/([a-z_]+)\/(\d+)(?=[/.?#]|$)/) ?? [];
  const collection = collections.find(({ plural, pages }) => word !== undefined && [plural, ...pages].includes(word));
  return collection === undefined || id === undefined ? null : { object: collection.object, id };
}
