import { z } from 'zod';
import type { FieldSetting } from '../../mapping/settings.ts';
import type { PresetSettings, Scope } from '../preset.ts';

/*
 * What contacts and leads share on their way to Zendesk users. The vendor's own sync matches by e-mail and appends e-mail and phone: what
 * Salesforce says is added beside what the user has. The job title goes into the details of users that Syncline creates, and into no
 * others, since Zendesk has no field for it and the details are the agents' text.
 */

/** Where person accounts go; to be said alike on the accounts' and the contacts' sync. */
export const personAccounts = z
  .enum(['organizations', 'users'])
  .default('organizations')
  .describe("what Salesforce person accounts become; say the same on the accounts' and the contacts' sync");

/** Orgs without person accounts have no such field. */
export const noPersonAccounts: Scope = {
  all: [{ field: 'IsPersonAccount', op: 'is-not', value: [true], optional: true }],
};

export const userOptions = {
  welcomeEmail: z.boolean().default(false).describe('Zendesk sends new users its welcome e-mail'),
  phoneCountry: z
    .string()
    .regex(/^[A-Z]{2}$/, 'a country is two letters, such as FR')
    .optional()
    .describe('phones are written in the international form (E.164); numbers without a prefix belong to this country'),
};

const userFields: readonly FieldSetting[] = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Email', desk: 'email', merge: 'append' },
  { crm: 'Phone', desk: 'phone', merge: 'append' },
  { crm: 'Title', desk: 'details', write: 'create' },
];

/**
 * A person who is made from a user, where a ticket's requester has none: Salesforce wants a last name, Zendesk has one name for all. The last
 * word is taken for it.
 */
export const fromUsers: readonly FieldSetting[] = [
  { crm: 'LastName', from: "desk.name.trim().split(' ')[size(desk.name.trim().split(' ')) - 1]", tooLong: 'cut' },
  {
    crm: 'FirstName',
    from: "desk.name.trim().substring(0, size(desk.name.trim()) - size(desk.name.trim().split(' ')[size(desk.name.trim().split(' ')) - 1])).trim()",
    tooLong: 'cut',
  },
];

/** People onto users: matched by e-mail, Salesforce the source of truth. */
export const ontoUsers: Omit<PresetSettings, 'scope' | 'references'> = {
  direction: 'crm-to-desk',
  create: ['desk'],
  update: ['desk'],
  match: [{ crm: 'Email', desk: 'email' }],
  onMatch: 'crm',
  onMany: 'hold',
  mark: 'auto',
  fields: userFields,
  conflict: ['crm'],
};

export function withUserOptions(
  settings: PresetSettings,
  { welcomeEmail, phoneCountry }: { readonly welcomeEmail: boolean; readonly phoneCountry?: string | undefined },
): PresetSettings {
  const fields = settings.fields.map((field) =>
    field.crm === 'Phone' && phoneCountry !== undefined ? { ...field, convert: 'phone' as const } : field,
  );
  return {
    ...settings,
    fields: welcomeEmail ? [...fields, { desk: 'skip_verify_email', default: false, write: 'create' }] : fields,
    ...(phoneCountry === undefined ? {} : { phoneCountry }),
  };
}
