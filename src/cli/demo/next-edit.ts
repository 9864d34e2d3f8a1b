import type { Chance } from '../../twins/chance.ts';
import {
  companiesOf,
  noteOnAccount,
  noteOnOrganization,
  rateCompany,
  renameCompany,
  winCompany,
} from './company-edits.ts';
import { type Edit, pick } from './edit.ts';
import { changeAddress, moveContact, newContact, newLead, personsOf, renamePerson } from './person-edits.ts';
import { type Towns, textOf } from './record.ts';

const ofCompany = [renameCompany, rateCompany, noteOnAccount, noteOnOrganization, noteOnOrganization, newContact];
const ofPerson = [changeAddress, renamePerson];

/**
 * The next thing that somebody does; `turn` counts them. Records whose Salesforce ids are in `busy` have an edit under way and are left
 * alone. null: nothing comes to mind this time.
 */
export function nextEdit(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const drawn = chance.next();
  if (drawn < 0.07) return winCompany(chance, turn, towns);
  if (drawn < 0.17) return newLead(chance, turn);
  if (drawn < 0.55) {
    const company = pick(
      chance,
      companiesOf(towns).filter(({ account }) => !busy.has(textOf(account, 'Id'))),
    );
    return company === undefined ? null : (pick(chance, ofCompany)?.(chance, turn, company) ?? null);
  }
  const person = pick(
    chance,
    personsOf(towns).filter(({ record }) => !busy.has(textOf(record, 'Id'))),
  );
  if (person === undefined) return null;
  if (person.object === 'Contact' && drawn < 0.75) return moveContact(chance, person, towns);
  return pick(chance, ofPerson)?.(chance, turn, person) ?? null;
}
