import type { Chance } from '../../twins/chance.ts';
import { customOf, type DemoRecord, type Towns, textOf } from './record.ts';
import { isTroublesome, sameName, temperatures } from './sample.ts';

/** What somebody does by hand, and how one sees that the other side has it. */
export interface Edit {
  readonly who: string;
  readonly system: 'salesforce' | 'zendesk';
  /** null: a new record. */
  readonly id: string | null;
  readonly fields: Readonly<Record<string, string>>;
  /** `renamed Acme → Acme Group` */
  readonly did: string;
  /** The name of the company that it is about. */
  readonly about: string;
  readonly arrived: (towns: Towns) => boolean;
}

const people = { salesforce: ['Ada', 'Ben', 'Carla'], zendesk: ['Dev', 'Elif', 'Finn'] } as const;
const suffixes = ['Group', 'Holding', 'International', 'Europe', 'Services', 'Partners'] as const;
const remarks = [
  'Called, all well',
  'New contact in purchasing',
  'Wants a quote',
  'Moved to the new office',
  'Renewal is signed',
] as const;
const newcomers = [
  'Bright',
  'Harbour',
  'Cobalt',
  'Juniper',
  'Kestrel',
  'Meridian',
  'Quarry',
  'Saffron',
  'Tundra',
  'Willow',
] as const;
const trades = ['Bakery', 'Optics', 'Rail', 'Textiles', 'Farms', 'Dental', 'Audio', 'Timber'] as const;

/**
 * The next thing that somebody does; `turn` counts them, so that every text is new and its arrival is no accident. Companies in
 * `busy` (by `sameName`) have an edit under way; those that wait for a person are left alone.
 */
export function nextEdit(chance: Chance, turn: number, towns: Towns, busy: ReadonlySet<string>): Edit | null {
  const pairs = towns.accounts.flatMap((account) => {
    const key = sameName(textOf(account, 'Name'));
    const organization = towns.organizations.find((one) => sameName(textOf(one, 'name')) === key);
    const free = !busy.has(key) && !isTroublesome(key);
    return organization !== undefined && free ? [{ account, organization }] : [];
  });
  const pair = pick(chance, pairs);
  if (chance.happens(0.15)) return newcomer(chance, turn, towns);
  if (pair === undefined) return null;
  const kinds = [rename, rename, rate, note, deskNote];
  return pick(chance, kinds)?.(chance, turn, pair) ?? null;
}

interface Pair {
  readonly account: DemoRecord;
  readonly organization: DemoRecord;
}

function rename(chance: Chance, turn: number, { account }: Pair): Edit {
  const before = textOf(account, 'Name');
  // The number keeps the name free: two renames could otherwise meet.
  const stem = before.replace(/ \w+ \d+$/u, '');
  const after = `${stem} ${pick(chance, suffixes)} ${turn}`;
  return crmEdit(chance, account, { Name: after }, `renamed ${before} → ${after}`, after, ({ organizations }) =>
    organizations.some((one) => textOf(one, 'name') === after),
  );
}

function rate(chance: Chance, _turn: number, { account, organization }: Pair): Edit | null {
  const before = textOf(account, 'Rating');
  const after =
    pick(
      chance,
      Object.keys(temperatures).filter((rating) => rating !== before),
    ) ?? '';
  const [name, id] = [textOf(account, 'Name'), textOf(organization, 'id')];
  const did = `rated ${name} ${after.toLowerCase()}${before === '' ? '' : `, it was ${before.toLowerCase()}`}`;
  return crmEdit(chance, account, { Rating: after }, did, name, ({ organizations }) =>
    organizations.some((one) => textOf(one, 'id') === id && customOf(one, 'temperature') === temperatures[after]),
  );
}

function note(chance: Chance, turn: number, { account }: Pair): Edit {
  const text = `${pick(chance, remarks)} (${turn}).`;
  const name = textOf(account, 'Name');
  return crmEdit(chance, account, { Description: text }, `noted on ${name}: ${text}`, name, ({ organizations }) =>
    organizations.some((one) => textOf(one, 'details') === text),
  );
}

function deskNote(chance: Chance, turn: number, { organization }: Pair): Edit {
  const text = `${pick(chance, remarks)} (${turn}).`;
  const name = textOf(organization, 'name');
  return {
    who: pick(chance, people.zendesk) ?? '',
    system: 'zendesk',
    id: textOf(organization, 'id'),
    fields: { details: text },
    did: `noted on ${name}: ${text}`,
    about: name,
    arrived: ({ accounts }) => accounts.some((one) => textOf(one, 'Description') === text),
  };
}

function newcomer(chance: Chance, turn: number, { accounts }: Towns): Edit | null {
  const name = `${pick(chance, newcomers)} ${pick(chance, trades)}`;
  if (accounts.some((one) => sameName(textOf(one, 'Name')) === sameName(name))) return null;
  return {
    who: pick(chance, people.salesforce) ?? '',
    system: 'salesforce',
    id: null,
    fields: { Name: name, AccountNumber: `${name.slice(0, 2).toUpperCase()}-${5000 + turn}`, Rating: 'Warm' },
    did: `won a new customer: ${name}`,
    about: name,
    arrived: ({ organizations }) => organizations.some((one) => textOf(one, 'name') === name),
  };
}

function crmEdit(
  chance: Chance,
  account: DemoRecord,
  fields: Edit['fields'],
  did: string,
  about: string,
  arrived: Edit['arrived'],
): Edit {
  return {
    who: pick(chance, people.salesforce) ?? '',
    system: 'salesforce',
    id: textOf(account, 'Id'),
    fields,
    did,
    about,
    arrived,
  };
}

function pick<T>(chance: Chance, from: readonly T[]): T | undefined {
  return from[chance.between(0, from.length - 1)];
}
