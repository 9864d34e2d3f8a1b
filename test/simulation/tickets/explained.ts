import type { HoldRow } from '../../../src/engine/ports.ts';
import type { Rest } from '../rest.ts';

/** Why a ticket, its case, or one of their fields may be held. */
export function isTicketHoldExplained(rest: Rest, hold: HoldRow): boolean {
  const { picture, hasUndone, words } = rest;
  const ticket = picture.records.get(`ticket/${hold.desk}`);
  const made = picture.records.get(`Case/${hold.crm}`);
  switch (hold.why) {
    case 'closed':
      return ticket?.isThere === false || made?.isThere === false;
    case 'undone':
      return hasUndone;
    case 'ambiguous':
      // Nobody takes a ticket or a case that was parted from its own.
      return hasUndone || words.length > 0;
    case 'refused': {
      if (hasUndone || words.length > 0) return true;
      // A closed one is never written, and Zendesk solves nothing that nobody has taken.
      if (hold.field?.startsWith('Status ')) return ticket?.row.status === 'closed' || !ticket?.row.assignee_id;
      const [kind, id] = hold.field?.startsWith('ContactId ')
        ? ['user', ticket?.row.requester_id]
        : ['organization', ticket?.row.organization_id];
      const one = picture.records.get(`${kind}/${id}`);
      // Who is gone is not pointed to, nor is whoever has lost its twin; an agent may mean several.
      const twins = [...rest.links.values()].flat().filter(({ desk }) => desk?.id === String(id));
      const isTwinGone = twins.some(
        ({ crm }) => picture.records.get(`${kind === 'user' ? 'Contact' : 'Account'}/${crm?.id}`)?.isThere === false,
      );
      return !one?.isThere || isTwinGone || one.row.role !== 'end-user' || one.row.suspended === true;
    }
    default:
      return false;
  }
}
