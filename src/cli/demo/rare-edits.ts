import type { Chance } from '../../twins/chance.ts';
import { freeCompanies, noteOnAccount, noteOnOrganization, rateCompany } from './company-edits.ts';
import { type Edit, pick, someone } from './edit.ts';
import { freePersons } from './person-edits.ts';
import { customOf, type Towns, textOf } from './record.ts';
import { sameName, troubles } from './sample/companies.ts';

type Make = (chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>) => Edit | null;

/** After so many turns they come again; each has its turn. */
const round = 36;
const turns: ReadonlyMap<number, Make> = new Map([
  [3, clash],
  [6, removeContact],
  [9, mergeDoubles],
  [12, rateByMistake],
]);

/** What happens only now and then, so that each is seen within the first minutes; null where it is no turn of any. */
export function rareEdit(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  return turns.get(turn % round)?.(chance, turn, towns, busy) ?? null;
}

/** Two people write the same note in the same moment: who was last cannot be told. */
function clash(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const company = pick(chance, freeCompanies(towns, busy));
  if (company === undefined) return null;
  const [here, there] = [noteOnAccount(chance, turn, company), noteOnOrganization(chance, turn + round, company)];
  const account = textOf(company.account, 'Id');
  return {
    ...here,
    meanwhile: there,
    did: `${here.did} In the same moment ${there.who} at Zendesk noted: ${there.fields.details}`,
    arrived: (_, held) => held.has(account),
    tell: (took) => `both stay, and after ${took} a person is asked, see \`holds\``,
  };
}

function removeContact(chance: Chance, _turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  // Salesforce deletes nobody who has a case.
  const asked = new Set(towns.cases.map((one) => textOf(one, 'ContactId')));
  const contacts = freePersons(towns, busy).filter(
    ({ object, record }) => object === 'Contact' && !asked.has(textOf(record, 'Id')),
  );
  const person = pick(chance, contacts);
  if (person === undefined) return null;
  const [id, user, name] = [textOf(person.record, 'Id'), textOf(person.user, 'id'), textOf(person.record, 'Name')];
  return {
    who: someone(chance, 'Contact'),
    object: 'Contact',
    id,
    fields: {},
    deed: 'remove',
    did: `deleted contact ${name}`,
    about: name,
    busy: [id],
    arrived: ({ users }) => !users.some((one) => textOf(one, 'id') === user),
    tell: (took) => `the user is deleted ${took} later`,
  };
}

/** The account that stands twice becomes one, and with that the question is answered whose organization it is. */
function mergeDoubles(chance: Chance, _turn: number, { accounts }: Towns): Edit | null {
  const [trouble] = troubles;
  if (trouble === undefined) return null;
  const isDouble = (name: string): boolean => sameName(name) === sameName(trouble.Name);
  const [first, ...others] = accounts.filter((account) => isDouble(textOf(account, 'Name')));
  if (first === undefined || others.length === 0) return null;
  const id = textOf(first, 'Id');
  return {
    who: someone(chance, 'Account'),
    object: 'Account',
    id,
    fields: {},
    deed: { merge: others.map((other) => textOf(other, 'Id')) },
    did: `merged the ${others.length + 1} accounts ${trouble.Name}`,
    about: trouble.Name,
    busy: [id],
    arrived: ({ organizations }) =>
      organizations.some(
        (one) => isDouble(textOf(one, 'name')) && customOf(one, 'customer_number') === textOf(first, 'AccountNumber'),
      ),
    tell: (took) => `${took} later it is clear whose organization it is, and they are linked`,
  };
}

function rateByMistake(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const company = pick(chance, freeCompanies(towns, busy));
  if (company === undefined) return null;
  const edit = rateCompany(chance, turn, company);
  const takenBack = { sync: 'accounts', field: 'organization_fields.temperature' };
  return { ...edit, did: `${edit.did}, by mistake`, takenBack };
}
