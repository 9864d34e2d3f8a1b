import { FaultError } from '../../model/fault.ts';
import type { FieldDescription } from '../../model/object-type.ts';
import { accountFields, contactFields } from './standard-fields.ts';

/**
 * What differs from one kind of record to the next, as data: the vendor's words for it. The verbs are written once over it.
 * Source: Zoho Desk OpenAPI, files "Contact", "Account", "Search".
 */
export interface Module {
  readonly object: string;
  readonly label: string;
  /** The word in the paths, and the name of the module in questions about fields and the bin. */
  readonly plural: 'contacts' | 'accounts';
  /** The list of ids in the call that moves records to the bin. */
  readonly trashIds: 'contactIds' | 'accountIds';
  readonly fields: readonly FieldDescription[];
  /** The field that names a record to a person; every record has it. */
  readonly title: string;
  /** The field by which the winner of a merge is recognised: the loser's id is simply not there any more. */
  readonly mergedBy?: string;
  /** Standard fields by which the vendor's search finds a record, each a parameter of its own. */
  readonly lookUps: readonly string[];
  /** Records that one call reads by their ids; null where there is no such call. */
  readonly byIds: { readonly path: string; readonly most: number } | null;
}

export const accounts: Module = {
  object: 'account',
  label: 'Account',
  plural: 'accounts',
  trashIds: 'accountIds',
  fields: accountFields,
  title: 'accountName',
  lookUps: ['accountName', 'website', 'phone', 'email'],
  byIds: null,
};

export const contacts: Module = {
  object: 'contact',
  label: 'Contact',
  plural: 'contacts',
  trashIds: 'contactIds',
  fields: contactFields,
  title: 'lastName',
  // Contacts that are merged are as a rule two of one person, with one address.
  mergedBy: 'email',
  lookUps: ['email', 'lastName', 'firstName', 'phone'],
  byIds: { path: 'contactsByIds', most: 20 },
};

export const modules: readonly Module[] = [accounts, contacts];

export function moduleOfWord(plural: string): Module | undefined {
  return modules.find((one) => one.plural === plural);
}

/** The module of an object; one that we do not know is a mistake in a config that no check has seen. */
export function moduleFor(object: string): Module {
  const found = modules.find((one) => one.object === object);
  if (found !== undefined) return found;
  throw new FaultError({ kind: 'bug', say: `Syncline does not know the object "${object}" of Zoho Desk.` });
}
