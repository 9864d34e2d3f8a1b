/** The companies of the demo, as Salesforce and Zendesk hold them before Syncline comes, and the fields that they have beside the vendors' own. */

interface Company {
  readonly Name: string;
  /** The name of the company that it belongs to; one without a parent of its own. */
  readonly parent: string | null;
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

/** As people type them: odd case and blanks, accents, other scripts, an emoji. */
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
  'شركة النور للتجارة',
  'מאפיית השלום',
  '日本テスト株式会社',
  'Rocket 🚀 Toys',
];

const parents: Readonly<Record<string, string>> = {
  'Hooli, Inc.': 'Massive Dynamic B.V.',
  'Pied Piper Storage': 'Hooli, Inc.',
  'Weyland Shipping': 'Umbrella Logistics GmbH & Co. KG',
  'Oceanic Air Cargo': 'Umbrella Logistics GmbH & Co. KG',
  'Cyberdyne Hosting': 'Acme Ltd',
};

/** The help desk's regular expression for customer numbers, which one account does not meet. */
const customerNumber = '^[A-Z]{2}-\\d{4}$';

/** Accounts that wait for a person, each for its own reason. */
export const troubles: readonly Company[] = [
  // Two accounts, one organization: which of them it is only a person knows.
  { Name: 'Northwind Traders', parent: null, AccountNumber: 'NW-1001', Rating: 'Hot', Description: 'Head office.' },
  {
    Name: 'Northwind  Traders',
    parent: null,
    AccountNumber: 'NW-1002',
    Rating: 'Warm',
    Description: 'Probably a duplicate.',
  },
  // Zendesk refuses this customer number.
  { Name: 'Sunrise Bakery', parent: null, AccountNumber: 'to be done', Rating: 'Cold', Description: null },
];

/** Known to the help desk already, as its agents spell them. Globex has a text on both sides: only a person knows which is right. */
export const organizations: readonly { readonly name: string; readonly details: string | null }[] = [
  { name: 'acme ltd', details: null },
  { name: 'Globex Corporation', details: 'VIP: answer within the hour.' },
  { name: 'Initech Systems', details: null },
  { name: 'Café Müller', details: null },
  { name: 'Wayne Holdings', details: null },
  { name: 'Hooli, inc.', details: null },
  { name: 'Northwind Traders', details: 'Asked twice which office is ours.' },
  { name: 'Internal testing', details: 'Not a customer.' },
];

const agreeing = new Set(organizations.filter(({ details }) => details === null).map(({ name }) => sameName(name)));

export const accounts: readonly Company[] = [
  ...names.map((name, i) => ({
    Name: name,
    parent: parents[name] ?? null,
    AccountNumber: i % 5 === 4 ? null : `${lettersOf(name)}-${1001 + i * 7}`,
    Rating: ratings[i % ratings.length] ?? null,
    // Where both sides know a company, they agree: but for one, each would ask which text is right.
    Description: agreeing.has(sameName(name)) ? null : (notes[i % notes.length] ?? null),
  })),
  ...troubles,
];

/** Two letters for a customer number; `XX` where the name is written in another script. */
export function lettersOf(name: string): string {
  return name
    .replace(/[^A-Z]/gi, '')
    .slice(0, 2)
    .toUpperCase()
    .padEnd(2, 'X');
}

/** How Salesforce's ratings read at the help desk. */
export const temperatures: Readonly<Record<string, string>> = {
  Hot: 'temperature_hot',
  Warm: 'temperature_warm',
  Cold: 'temperature_cold',
};

export const organizationFields = [
  { key: 'customer_number', title: 'Customer number', type: 'regexp', regexp_for_validation: customerNumber },
  {
    key: 'temperature',
    title: 'Temperature',
    type: 'dropdown',
    custom_field_options: Object.entries(temperatures).map(([name, value]) => ({ name, value })),
  },
  { key: 'parent', title: 'Parent company', type: 'lookup', relationship_target_type: 'zen:organization' },
] as const;

/** Two spellings of one name. */
export function sameName(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/gu, ' ').toLowerCase();
}
