import { z } from 'zod';
import { definePreset } from '../preset.ts';
import { fromUsers, noPersonAccounts, ontoUsers, personAccounts, userOptions, withUserOptions } from './people.ts';

/**
 * Salesforce contacts to Zendesk users ("Configuring data sync from Salesforce to Zendesk"): matched by e-mail, never onto an agent or an
 * administrator. The contact's account becomes the user's organization once the account is linked; a contact that leaves its account
 * keeps the membership, since nobody asked for it to be taken away.
 */
export const contacts = definePreset({
  name: 'salesforce-zendesk/contacts',
  title: 'Salesforce contacts to Zendesk users',
  crm: { system: 'salesforce', object: 'Contact' },
  desk: { system: 'zendesk', object: 'user' },
  settings: {
    ...ontoUsers,
    scope: {},
    backwards: fromUsers,
    references: [{ crm: 'AccountId', desk: 'organization_id', preset: 'salesforce-zendesk/accounts', none: 'keep' }],
  },
  yields: [],
  options: z.strictObject({ ...userOptions, personAccounts }),
  shape: (settings, options) => ({
    ...withUserOptions(settings, options),
    scope: options.personAccounts === 'users' ? {} : { crm: noPersonAccounts },
  }),
});
