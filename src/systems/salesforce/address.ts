import { id18 } from './values.ts';

/** What a pasted address or id means: `object` is null where only the org knows which object has ids that begin so. */
export interface RecordAddress {
  readonly object: string | null;
  /** 18 characters. */
  readonly id: string;
}

/** The first three characters of ids (Help, "Standard Field Record ID Prefix Decoder"); those of custom objects differ from org to org. */
const prefixes: Readonly<Record<string, string>> = {
  '001': 'Account',
  '003': 'Contact',
  '00Q': 'Lead',
  '006': 'Opportunity',
  '500': 'Case',
  '005': 'User',
};

/** What else has ids that people take for those of records. */
const noRecords: Readonly<Record<string, string>> = {
  '00D': 'org',
  '012': 'record type that this object does not have',
  '00e': 'profile',
  '00G': 'queue or group',
  '00N': 'field',
  '0PS': 'permission set',
};

/** What an id is the id of, by its first three characters, for the end of a sentence: `the id of an org`. */
export const idWords: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ ...prefixes, ...noRecords }).map(([prefix, kind]) => [
    prefix,
    `the id of ${/^[aeio]/i.test(kind) ? 'an' : 'a'} ${kind}`,
  ]),
);

const id = '[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?';
const alone = new RegExp(`^/?(${id})$`);
const lightning = new RegExp(`/r/(?:([A-Za-z]\\w*)/)?(${id})(?:/|$)`);
const classic = new RegExp(`^/(${id})(?:/|$)`);

/**
 * The record behind an address: Lightning (`…/lightning/r/Contact/003…/view`), Classic (`…/003…`), or an id by itself, of 15 or 18
 * characters. null where it is none.
 */
export function recordAt(address: string): RecordAddress | null {
  const text = address.trim();
  const bare = alone.exec(text)?.[1];
  if (bare !== undefined) return found(bare);
  const url = URL.parse(text);
  if (url === null) return null;
  // A console keeps the page that it shows in its fragment, or in a parameter of its address.
  for (const path of [url.pathname, url.hash.slice(1), url.searchParams.get('ws') ?? '']) {
    const [, object, shown] = lightning.exec(path) ?? [];
    if (shown !== undefined) return found(shown, object);
  }
  const shown = classic.exec(url.pathname)?.[1];
  return shown === undefined ? null : found(shown);
}

function found(text: string, object?: string): RecordAddress | null {
  const long = id18(text.slice(0, 15));
  // The last three characters follow from the first fifteen: where they do not, this is no id.
  if (text.length === 18 && text !== long) return null;
  return { object: object ?? prefixes[text.slice(0, 3)] ?? null, id: long };
}
