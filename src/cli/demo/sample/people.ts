import { accounts, troubles } from './companies.ts';

/** The people of the demo: contacts and leads in Salesforce, users at Zendesk. Domains are those kept for examples. */

interface Contact {
  /** The name of the account; null: none. */
  readonly account: string | null;
  readonly FirstName: string | null;
  readonly LastName: string;
  readonly Email: string | null;
  readonly Phone: string | null;
  readonly Title: string | null;
}

export const firstNames = [
  'Lena',
  'Mateo',
  'Aylin',
  'Jonas',
  'Chiara',
  'Owen',
  'Freya',
  'Luca',
  'Sofia',
  'Emil',
  'Zoë',
  'Tariq',
  'Ines',
  'Pavel',
] as const;
export const lastNames = [
  'Fischer',
  'García',
  'Yıldız',
  'Ångström',
  'Rossi',
  "O'Neill",
  'Lindqvist',
  'Novák',
  'Dubois',
  'van der Berg',
  'Kowalska',
] as const;
const titles = ['Purchasing', 'Head of IT', 'Office manager', 'CEO', null, 'Warehouse lead', 'Accounting'] as const;

/** One number in the ways that people write them; the sync writes +49… for all that name no country. */
const phones: readonly ((i: number) => string | null)[] = [
  (i) => `030 12345${two(i)}`,
  (i) => `+49 (0)89 2345 ${two(i)}`,
  (i) => `0151/234567${two(i)}`,
  () => null,
  (i) => `+33 1 70 36 39 ${two(i)}`,
  (i) => `0044 20 7946 08${two(i)}`,
  (i) => `(040) 345-67${two(i)}`,
];

function two(i: number): string {
  return String(i % 100).padStart(2, '0');
}

/** Of a name's Latin letters, without their accents. */
export function addressOf(first: string, last: string, domain: string): string {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replaceAll('ı', 'i')
      .normalize('NFD')
      .replace(/[^a-z]/g, '');
  return `${plain(first)}.${plain(last)}@${domain}`;
}

/** `acme-ltd.example` */
export function domainOf(company: string): string {
  const letters = company
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${letters === '' ? `company-${company.length}` : letters}.example`;
}

/** Companies whose people everybody may edit: nobody waits for an answer about them. */
const settled = accounts.filter((account) => !troubles.includes(account)).map(({ Name }) => Name);

const many: readonly Contact[] = Array.from({ length: 108 }, (_, i) => {
  const [first, last] = [firstNames[i % firstNames.length] ?? '', lastNames[i % lastNames.length] ?? ''];
  const account = settled[i % settled.length] ?? '';
  return {
    account,
    FirstName: first,
    LastName: last,
    Email: addressOf(first, last, domainOf(account)),
    Phone: phones[i % phones.length]?.(i) ?? null,
    Title: titles[i % titles.length] ?? null,
  };
});

const blank = { account: null, FirstName: null, Email: null, Phone: null, Title: null } as const;

/** Each shows something of its own. */
const special = {
  /** At the help desk she is an agent, and agents are never written: a person decides. */
  agent: {
    ...blank,
    account: 'Initech  Systems',
    FirstName: 'Elif',
    LastName: 'Demir',
    Email: 'elif.demir@desk.example',
    Title: 'Support',
  },
  /** At the help desk the address is the second one of a user with another name: an address has one user, so it is that one. */
  furtherAddress: {
    ...blank,
    account: 'Wonka Süßwaren AG',
    FirstName: 'Charlie',
    LastName: 'Bucket',
    Email: 'info@wonka.example',
  },
  /** No telephone number can be read out of it: that field waits for a person. */
  phone: {
    ...blank,
    account: 'Duff Brewing Co.',
    FirstName: 'Moe',
    LastName: 'Barkeep',
    Email: 'moe@duff.example',
    Phone: 'ask the front desk',
  },
  /** In two organizations at the help desk already; her account becomes a third, and the default. */
  severalOrganizations: {
    ...blank,
    account: 'Stark & Daughters',
    FirstName: 'Mariam',
    LastName: 'Haddad',
    Email: 'mariam@consulting.example',
    Title: 'Consultant',
  },
} as const;

export const contacts: readonly Contact[] = [
  ...many,
  ...Object.values(special),
  { ...blank, account: 'Rocket 🚀 Toys', FirstName: 'Nova 🌟', LastName: 'Star', Email: 'nova@rocket.example' },
  { ...blank, account: 'מאפיית השלום', FirstName: 'נועה', LastName: 'כהן', Email: 'noa@bakery.example' },
  { ...blank, account: 'شركة النور للتجارة', FirstName: 'ليلى', LastName: 'حداد', Email: 'layla@alnoor.example' },
  { ...blank, account: '日本テスト株式会社', FirstName: '花子', LastName: '山田', Email: 'hanako@test.example' },
  // Without an e-mail address: still a user, in the right organization.
  { ...blank, account: 'Octan Fuels', FirstName: 'Gate', LastName: 'Reception' },
  // Nobody's employee, and an address in capitals.
  { ...blank, LastName: 'Prince', Email: 'PRINCE@Example.com' },
];

interface Lead {
  readonly FirstName: string;
  readonly LastName: string;
  readonly Company: string;
  readonly Email: string;
  readonly Phone: string | null;
}

const prospects = [
  'Bluebird Kitchens',
  'Copper Kettle',
  'Northern Lights Solar',
  'Papaya Studio',
  'Quiet Oak',
] as const;

export const leads: readonly Lead[] = [
  ...Array.from({ length: 18 }, (_, i) => {
    const [first, last] = [firstNames[(i * 5) % firstNames.length] ?? '', lastNames[(i * 3) % lastNames.length] ?? ''];
    const company = prospects[i % prospects.length] ?? '';
    const Email = addressOf(first, last, domainOf(company));
    return {
      FirstName: first,
      LastName: last,
      Company: company,
      Email,
      Phone: phones[i % phones.length]?.(60 + i) ?? null,
    };
  }),
  // The same person as a contact: the contact comes first, the lead waits for a person.
  {
    FirstName: 'M.',
    LastName: 'Haddad',
    Company: 'Haddad Consulting',
    Email: special.severalOrganizations.Email,
    Phone: null,
  },
  { FirstName: 'Yuki', LastName: '🌸', Company: 'Sakura Events', Email: 'yuki@sakura.example', Phone: null },
];

export interface DeskUser {
  readonly name: string;
  readonly email: string;
  /** The name of the organization, as the help desk spells it. */
  readonly organization?: string;
  readonly role?: 'agent';
  readonly phone?: string;
  /** Further e-mail addresses. */
  readonly further?: readonly string[];
  /** The name of the user whom somebody at the help desk has merged into this one: what was theirs is this one's as well. */
  readonly merged?: DeskUser;
}

/** Some of the contacts are users already, under names of the help desk's own; a few with a number of their own, which they keep. */
const known: readonly DeskUser[] = many
  .filter((_, i) => i % 9 === 0)
  .flatMap(({ Email, LastName }, i) => {
    if (Email === null) return [];
    // The first one's organization is known too, so that the account of her tickets is.
    const user = { name: LastName.toLowerCase(), email: Email, ...(i === 0 ? { organization: 'acme ltd' } : {}) };
    return [i % 4 === 0 ? { ...user, phone: `+49305550${two(i)}` } : user];
  });

/** Of contacts who are users too. */
export const knownAddresses: readonly string[] = known.map(({ email }) => email);

export const users: readonly DeskUser[] = [
  ...known,
  { name: 'Elif Demir', email: special.agent.Email, role: 'agent' },
  { name: 'Wonka reception', email: 'reception@wonka.example', further: [special.furtherAddress.Email] },
  {
    name: 'Mariam H.',
    email: special.severalOrganizations.Email,
    organization: 'Café Müller',
    merged: { name: 'Mariam Haddad (old)', email: 'mariam@old.example', organization: 'acme ltd' },
  },
  { name: 'Monitoring', email: 'monitoring@desk.example', organization: 'Internal testing' },
];
