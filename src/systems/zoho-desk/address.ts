import { moduleOfWord } from './modules.ts';

export const dataCentres = ['us', 'eu', 'in', 'au', 'jp', 'cn', 'sa', 'sg', 'ae', 'ca'] as const;
type DataCentre = (typeof dataCentres)[number];

export interface Hosts {
  readonly desk: string;
  /** The accounts server, which gives the tokens. */
  readonly accounts: string;
}

/**
 * The hosts of each data centre. Users, clients and tokens live in one of them alone. Source: Zoho Desk API document, topic "Data centers",
 * and Zoho accounts, "Multi DC support".
 */
const centres: Readonly<Record<DataCentre, Hosts>> = {
  us: at('zoho.com'),
  eu: at('zoho.eu'),
  in: at('zoho.in'),
  au: at('zoho.com.au'),
  jp: at('zoho.jp'),
  cn: at('zoho.com.cn'),
  sa: at('zoho.sa'),
  sg: at('zoho.sg'),
  ae: at('zoho.ae'),
  ca: at('zohocloud.ca'),
};

function at(domain: string): Hosts {
  return { desk: `https://desk.${domain}`, accounts: `https://accounts.${domain}` };
}

/** Where a connection goes that names neither an address nor a data centre. */
export const defaultHost = centres.us.desk;

/**
 * The hosts of a connection. An address of its own goes before the data centre; the accounts server of one that is none of Zoho's (a proxy, a
 * twin) is at the same address.
 */
export function hostsOf(url: string, centre: DataCentre | undefined): Hosts {
  const given = url.replace(/\/+$/, '');
  if (given === defaultHost && centre !== undefined) return centres[centre];
  return Object.values(centres).find(({ desk }) => desk === given) ?? { desk: given, accounts: given };
}

/** The hosts of the data centre that an accounts server belongs to; null where it is none of Zoho's. */
export function hostsOfServer(accounts: string): Hosts | null {
  return Object.values(centres).find((hosts) => hosts.accounts === accounts.replace(/\/+$/, '')) ?? null;
}

/**
 * The record that an address leads to: of the agents' pages (`…#Contacts/dv/ID`, `…/contacts/details/ID`) or of the API (`…/contacts/ID`).
 * null where it leads to no record that Syncline knows.
 */
export function recordAt(address: string): { readonly object: string; readonly id: string } | null {
  const [, word, id] = address.match(/[/#](contacts|accounts)\/(?:dv\/|details\/)?(\d+)(?=[/?#]|$)/i) ?? [];
  const found = word === undefined ? undefined : moduleOfWord(word.toLowerCase());
  return found === undefined || id === undefined ? null : { object: found.object, id };
}
