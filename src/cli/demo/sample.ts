/**
 * What the demo's two systems hold before Syncline comes: names as people type them, some companies that the help desk knows already,
 * and a few that need a person, so that there are holds to look at.
 */

interface Company {
  readonly Name: string;
  readonly AccountNumber: string | null;
  readonly Rating: string | null;
  readonly Description: string | null;
}

const notes = [
  'Ships on Mondays.',
  'Renewal in March; ask for the new plan.',
  'Prefers e-mail to phone.',
  'Two sites, one contract.',
  'Support hours 7–19 CET.',
  null,
] as const;
const ratings = ['Hot', 'Warm', 'Cold', null] as const;

const names: readonly string[] = [
  'Acme Ltd',
  'GLOBEX CORPORATION',
  'Initech  Systems',
  'Umbrella Logistics GmbH & Co. KG',
  'Stark & Daughters',
  'wayne holdings',
  'Hooli, Inc.',
  'Vandelay Import/Export',
  'Café Müller',
  'Soylent Foods (EMEA)',
  'Wonka Süßwaren AG',
  'Tyrell  Robotics',
  'Cyberdyne Hosting',
  'Oceanic Air Cargo',
  'Massive Dynamic B.V.',
  'Aperture Glassworks',
  'Black Mesa Energy',
  'Prestige Worldwide s.r.o.',
  'Duff Brewing Co.',
  'Sirius Cybernetics',
  'Ollivander Hölzer',
  'Bluth Homes',
  'Pied Piper Storage',
  'Dunder Paper',
  'Gekko & Partners LLP',
  'Nakatomi Trading K.K.',
  'Weyland Shipping',
  'Monarch Medical',
  'Virtucon Plastics',
  'Łódź Textiles Sp. z o.o.',
  'Rosen Associates',
  'Octan Fuels',
];

/** The help desk's regular expression for customer numbers, which one account does not meet. */
export const customerNumber = '^[A-Z]{2}-\\d{4}$';

/** Both sides have a text about it, and only a person knows which one is right. */
const conflicting = 'Globex Corporation';

/** Accounts that wait for a person, each for its own reason. People in the demo leave them alone. */
const troubles: readonly Company[] = [
  // Two accounts, one organization: which of them it is only a person knows.
  { Name: 'Northwind Traders', AccountNumber: 'NW-1001', Rating: 'Hot', Description: 'Head office.' },
  { Name: 'Northwind  Traders', AccountNumber: 'NW-1002', Rating: 'Warm', Description: 'Probably a duplicate.' },
  // Zendesk refuses this customer number.
  { Name: 'Sunrise Bakery', AccountNumber: 'to be done', Rating: 'Cold', Description: null },
];

/** Known to the help desk already, as its agents spell them. */
export const organizations: readonly { readonly name: string; readonly details: string | null }[] = [
  { name: 'acme ltd', details: null },
  { name: conflicting, details: 'VIP: answer within the hour.' },
  { name: 'Initech Systems', details: null },
  { name: 'Café Müller', details: null },
  { name: 'Wayne Holdings', details: null },
  { name: 'Hooli, inc.', details: null },
  { name: 'Northwind Traders', details: 'Asked twice which office is ours.' },
  { name: 'Internal testing', details: 'Not a customer.' },
];

const known = new Set(organizations.filter(({ details }) => details === null).map(({ name }) => sameName(name)));

export const accounts: readonly Company[] = [
  ...names.map((name, i) => ({
    Name: name,
    AccountNumber:
      i % 5 === 4
        ? null
        : `${name
            .replace(/[^A-Z]/gi, '')
            .slice(0, 2)
            .toUpperCase()}-${1001 + i * 7}`,
    Rating: ratings[i % ratings.length] ?? null,
    // Where both sides know a company, they agree: but for one, each would ask which text is right.
    Description: known.has(sameName(name)) ? null : (notes[i % notes.length] ?? null),
  })),
  ...troubles,
];

export const organizationFields = [
  { key: 'customer_number', title: 'Customer number', type: 'regexp', regexp_for_validation: customerNumber },
  {
    key: 'temperature',
    title: 'Temperature',
    type: 'dropdown',
    custom_field_options: [
      { name: 'Hot', value: 'temperature_hot' },
      { name: 'Warm', value: 'temperature_warm' },
      { name: 'Cold', value: 'temperature_cold' },
    ],
  },
] as const;

/** How Salesforce's ratings read at the help desk. */
export const temperatures: Readonly<Record<string, string>> = {
  Hot: 'temperature_hot',
  Warm: 'temperature_warm',
  Cold: 'temperature_cold',
};

const troublesome = new Set([conflicting, ...troubles.map(({ Name }) => Name)].map(sameName));

/** True for a record that the story leaves alone: a person in front of the demo is to answer its hold. */
export function isTroublesome(name: string): boolean {
  return troublesome.has(sameName(name));
}

/** Two spellings of one name. */
export function sameName(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/gu, ' ').toLowerCase();
}
