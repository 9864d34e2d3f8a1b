import { z } from 'zod';
import { definePreset } from '../preset.ts';
import { ontoUsers, userOptions, withUserOptions } from './people.ts';

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
    references: [],
  },
  yields: ['salesforce-zendesk/contacts'],
  options: z.strictObject(userOptions),
  shape: withUserOptions,
});
