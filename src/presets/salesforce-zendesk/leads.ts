import { z } from 'zod';
import { definePreset } from '../preset.ts';
import { fromUsers, ontoUsers, userOptions, withUserOptions } from './people.ts';

/**
 * Salesforce leads to Zendesk users, as contacts are; a lead that was converted is a contact and not a lead any more. Where contacts are
 * carried onto the same users, they come first: a lead with the e-mail address of a contact is held.
 */
export const leads = definePreset({
  name: 'salesforce-zendesk/leads',
  title: 'Salesforce leads to Zendesk users',
  crm: { system: 'salesforce', object: 'Lead' },
  desk: { system: 'zendesk', object: 'user' },
  settings: {
    ...ontoUsers,
    scope: { crm: { all: [{ field: 'IsConverted', op: 'is-not', value: [true] }] } },
    // Salesforce wants a company of every lead, and writes this itself where it has none.
    backwards: [...fromUsers, { crm: 'Company', default: '[not provided]' }],
    references: [],
  },
  yields: ['salesforce-zendesk/contacts'],
  options: z.strictObject(userOptions),
  shape: withUserOptions,
});
