import type { Chance } from '../../twins/chance.ts';
import { type Edit, pick, someone } from './edit.ts';
import { customOf, type DemoRecord, type Towns, textOf } from './record.ts';
import { lettersOf, sameName, temperatures } from './sample/companies.ts';

/** An account and its organization. */
export interface Company {
  readonly account: DemoRecord;
  readonly organization: DemoRecord;
}

/** By name. One that stands twice is left alone: nobody can tell whose organization it is. */
function companiesOf({ accounts, organizations }: Towns): readonly Company[] {
  const byName = new Map(organizations.map((one) => [sameName(textOf(one, 'name')), one]));
  const times = new Map<string, number>();
  const keyOf = (account: DemoRecord): string => sameName(textOf(account, 'Name'));
  for (const account of accounts) times.set(keyOf(account), (times.get(keyOf(account)) ?? 0) + 1);
  return accounts.flatMap((account) => {
    const organization = byName.get(keyOf(account));
    return organization === undefined || times.get(keyOf(account)) !== 1 ? [] : [{ account, organization }];
  });
}

/** Those of which nobody is in `busy`, which has the ids of records that are left alone. */
export function freeCompanies(towns: Towns, busy: ReadonlySet<string>): readonly Company[] {
  return companiesOf(towns).filter(
    ({ account, organization }) => !busy.has(textOf(account, 'Id')) && !busy.has(textOf(organization, 'id')),
  );
}

const suffixes = ['Group', 'Holding', 'International', 'Europe', 'Services', 'Partners'] as const;
const remarks = [
  'Called, all well',
  'New contact in purchasing',
  'Wants a quote',
  'Moved to the new office',
  'Renewal is signed',
] as const;
const newcomers = ['Bright', 'Harbour', 'Cobalt', 'Juniper', 'Kestrel', 'Meridian', 'Quarry', 'Saffron'] as const;
const trades = ['Bakery', 'Optics', 'Rail', 'Textiles', 'Farms', 'Dental', 'Audio', 'Timber'] as const;

/** `turn` counts the edits, so that every text is new and its arrival is no accident. */
export function renameCompany(chance: Chance, turn: number, { account }: Company): Edit {
  const before = textOf(account, 'Name');
  // The number keeps the name free: two renames could otherwise meet.
  const after = `${before.replace(/ \w+ \d+$/u, '')} ${pick(chance, suffixes)} ${turn}`;
  return edit(chance, account, { Name: after }, `renamed ${before} → ${after}`, after, ({ organizations }) =>
    organizations.some((one) => textOf(one, 'name') === after),
  );
}

export function rateCompany(chance: Chance, _turn: number, { account, organization }: Company): Edit {
  const before = textOf(account, 'Rating');
  const others = Object.keys(temperatures).filter((rating) => rating !== before);
  const after = pick(chance, others) ?? '';
  const [name, id] = [textOf(account, 'Name'), textOf(organization, 'id')];
  const did = `rated ${name}: ${before === '' ? 'no rating' : before} → ${after}`;
  return edit(chance, account, { Rating: after }, did, name, ({ organizations }) =>
    organizations.some((one) => textOf(one, 'id') === id && customOf(one, 'temperature') === temperatures[after]),
  );
}

export function noteOnAccount(chance: Chance, turn: number, { account }: Company): Edit {
  const text = `${pick(chance, remarks)} (${turn}).`;
  const name = textOf(account, 'Name');
  return edit(chance, account, { Description: text }, `noted on ${name}: ${text}`, name, ({ organizations }) =>
    organizations.some((one) => textOf(one, 'details') === text),
  );
}

export function noteOnOrganization(chance: Chance, turn: number, { account, organization }: Company): Edit {
  const text = `${pick(chance, remarks)} (${turn}).`;
  const name = textOf(organization, 'name');
  return {
    who: someone(chance, 'organization'),
    object: 'organization',
    id: textOf(organization, 'id'),
    fields: { details: text },
    did: `noted on ${name}: ${text}`,
    about: name,
    busy: [textOf(account, 'Id')],
    arrived: ({ accounts }) => accounts.some((one) => textOf(one, 'Description') === text),
  };
}

/** null where the company that chance comes upon is a customer already. */
export function winCompany(chance: Chance, turn: number, { accounts }: Towns): Edit | null {
  const name = `${pick(chance, newcomers)} ${pick(chance, trades)}`;
  if (accounts.some((one) => sameName(textOf(one, 'Name')) === sameName(name))) return null;
  return {
    who: someone(chance, 'Account'),
    object: 'Account',
    id: null,
    fields: { Name: name, AccountNumber: `${lettersOf(name)}-${5000 + turn}`, Rating: 'Warm' },
    did: `won a new customer: ${name}`,
    about: name,
    busy: [],
    arrived: ({ organizations }) => organizations.some((one) => textOf(one, 'name') === name),
  };
}

function edit(
  chance: Chance,
  account: DemoRecord,
  fields: Edit['fields'],
  did: string,
  about: string,
  arrived: Edit['arrived'],
): Edit {
  const id = textOf(account, 'Id');
  return { who: someone(chance, 'Account'), object: 'Account', id, fields, did, about, busy: [id], arrived };
}
