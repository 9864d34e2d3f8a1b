import type { Chance } from '../../twins/chance.ts';
import {
  freeCompanies,
  noteOnAccount,
  noteOnOrganization,
  rateCompany,
  renameCompany,
  winCompany,
} from './company-edits.ts';
import { type Edit, pick } from './edit.ts';
import { changeAddress, freePersons, moveContact, newContact, newLead, renamePerson } from './person-edits.ts';
import { rareEdit } from './rare-edits.ts';
import type { Towns } from './record.ts';
import { ticketEdit } from './ticket-edits.ts';

const ofCompany = [renameCompany, rateCompany, noteOnAccount, noteOnOrganization, noteOnOrganization, newContact];
const ofPerson = [changeAddress, renamePerson];

/**
 * The next thing that somebody does; `turn` counts them. Records whose ids are in `busy` are left alone: an edit of them is under way, or
 * a person is asked about them. null: nothing comes to mind this time.
 */
export function nextEdit(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const rare = rareEdit(chance, turn, towns, busy);
  if (rare !== null) return rare;
  const ofTicket = ticketEdit(chance, turn, towns, busy);
  if (ofTicket !== null) return ofTicket;
  const drawn = chance.next();
  if (drawn < 0.07) return winCompany(chance, turn, towns);
  if (drawn < 0.17) return newLead(chance, turn);
  if (drawn < 0.55) {
    const company = pick(chance, freeCompanies(towns, busy));
    return company === undefined ? null : (pick(chance, ofCompany)?.(chance, turn, company) ?? null);
  }
  const person = pick(chance, freePersons(towns, busy));
  if (person === undefined) return null;
  if (person.object === 'Contact' && drawn < 0.75) return moveContact(chance, person, towns, busy);
  return pick(chance, ofPerson)?.(chance, turn, person) ?? null;
}
