import type { Chance } from '../../twins/chance.ts';
import { type Company, freeCompanies } from './company-edits.ts';
import { type Edit, pick, someone } from './edit.ts';
import { type DemoRecord, hasAddress, type Towns, textOf } from './record.ts';
import { addressOf, domainOf, firstNames, lastNames } from './sample/people.ts';

/** A contact or a lead, and their user. */
interface Person {
  readonly object: 'Contact' | 'Lead';
  readonly record: DemoRecord;
  readonly user: DemoRecord;
}

/** Those of whom nobody is in `busy`, which has the ids of records that are left alone. */
export function freePersons(towns: Towns, busy: ReadonlySet<string>): readonly Person[] {
  const users = new Map(towns.users.map((user) => [textOf(user, 'id'), user]));
  const byAddress = new Map(
    towns.identities
      .filter((identity) => textOf(identity, 'type') === 'email')
      .map((identity) => [textOf(identity, 'value').toLowerCase(), users.get(textOf(identity, 'user_id'))]),
  );
  const known = (object: Person['object'], records: readonly DemoRecord[]): readonly Person[] =>
    records.flatMap((record) => {
      const user = byAddress.get(textOf(record, 'Email').toLowerCase());
      return user === undefined ? [] : [{ object, record, user }];
    });
  return [...known('Contact', towns.contacts), ...known('Lead', towns.leads)].filter(
    ({ record, user: { id } }) => !busy.has(textOf(record, 'Id')) && !busy.has(String(id)),
  );
}

/** `turn` counts the edits, so that every address is new and its arrival is no accident. */
export function changeAddress(chance: Chance, turn: number, { object, record, user }: Person): Edit {
  const before = textOf(record, 'Email');
  const after = before.replace(/^(.+?)(?:\.\d+)?@/, `$1.${turn}@`);
  const name = textOf(record, 'Name');
  return {
    ...by(chance, object, record),
    fields: { Email: after },
    did: `gave ${kinds[object]} ${name} another e-mail: ${before} → ${after}`,
    about: name,
    arrived: (towns) => hasAddress(towns, user, after),
  };
}

export function renamePerson(chance: Chance, _turn: number, { object, record, user }: Person): Edit {
  const [first, last] = [textOf(record, 'FirstName'), textOf(record, 'LastName')];
  const next = pick(
    chance,
    lastNames.filter((name) => name !== last),
  );
  const after = `${first} ${next}`.trim();
  const id = textOf(user, 'id');
  return {
    ...by(chance, object, record),
    fields: { LastName: next ?? '' },
    did: `renamed ${kinds[object]} ${textOf(record, 'Name')} → ${after}`,
    about: after,
    arrived: ({ users }) => users.some((one) => textOf(one, 'id') === id && textOf(one, 'name') === after),
  };
}

/** To a company that has its organization already; null where there is no other one. */
export function moveContact(
  chance: Chance,
  { object, record, user }: Person,
  towns: Towns,
  busy: ReadonlySet<string>,
): Edit | null {
  const before = towns.accounts.find((account) => textOf(account, 'Id') === textOf(record, 'AccountId'));
  const after = pick(
    chance,
    freeCompanies(towns, busy).filter(({ account }) => account !== before),
  );
  if (after === undefined) return null;
  const [name, id] = [textOf(record, 'Name'), textOf(user, 'id')];
  const from = before === undefined ? 'no account' : textOf(before, 'Name');
  const edit = by(chance, object, record);
  return {
    ...edit,
    fields: { AccountId: textOf(after.account, 'Id') },
    did: `moved contact ${name}: ${from} → ${textOf(after.account, 'Name')}`,
    about: name,
    busy: [...edit.busy, textOf(after.account, 'Id')],
    arrived: ({ users }) =>
      users.some(
        (one) => textOf(one, 'id') === id && textOf(one, 'organization_id') === textOf(after.organization, 'id'),
      ),
  };
}

export function newContact(chance: Chance, turn: number, { account }: Company): Edit {
  const company = textOf(account, 'Name');
  return newcomer(chance, turn, 'Contact', company, { AccountId: textOf(account, 'Id') });
}

const prospects = ['Lemon & Thyme', 'Redwood Analytics', 'Silent Disco Rentals', 'Tidepool Tours'] as const;

export function newLead(chance: Chance, turn: number): Edit {
  const company = pick(chance, prospects) ?? '';
  return newcomer(chance, turn, 'Lead', company, { Company: company });
}

function newcomer(
  chance: Chance,
  turn: number,
  object: Person['object'],
  company: string,
  more: Readonly<Record<string, string>>,
): Edit {
  const [first, last] = [pick(chance, firstNames) ?? '', pick(chance, lastNames) ?? ''];
  const address = addressOf(first, last, domainOf(company)).replace('@', `.${turn}@`);
  return {
    who: someone(chance, object),
    object,
    id: null,
    fields: { FirstName: first, LastName: last, Email: address, Phone: `030 98765${100 + turn}`, ...more },
    did: `added ${kinds[object]} ${first} ${last} of ${company}, ${address}`,
    about: `${first} ${last}`,
    busy: [],
    arrived: (towns) => towns.users.some((user) => hasAddress(towns, user, address)),
  };
}

const kinds = { Contact: 'contact', Lead: 'lead' } as const;

function by(
  chance: Chance,
  object: Person['object'],
  record: DemoRecord,
): Pick<Edit, 'who' | 'object' | 'busy'> & { readonly id: string } {
  const id = textOf(record, 'Id');
  return { who: someone(chance, object), object, id, busy: [id] };
}
