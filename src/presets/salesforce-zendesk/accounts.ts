import { z } from 'zod';
import type { Preset } from '../preset.ts';

/**
 * Salesforce accounts to Zendesk organizations, created and updated, as the vendor's own data sync does it by default
 * ("Configuring data sync from Salesforce to Zendesk"): matched by name, the name mapped, Salesforce the source of truth.
 * Beyond that the description goes into the details, but only of organizations that Syncline creates: on one that is there already the
 * details are the agents' text, and nobody expects a ready-made sync to overwrite it. Not mapped on purpose: domains and tags, since
 * Zendesk sorts users into organizations by the first and triggers act on the second.
 */
export const accounts: Preset = {
  name: 'salesforce-zendesk/accounts',
  title: 'Salesforce accounts to Zendesk organizations',
  crm: { system: 'salesforce', object: 'Account' },
  desk: { system: 'zendesk', object: 'organization' },
  settings: {
    direction: 'crm-to-desk',
    create: ['desk'],
    update: ['desk'],
    match: [{ crm: 'Name', desk: 'name' }],
    onMatch: 'crm',
    onMany: 'hold',
    mark: 'auto',
    fields: [
      { crm: 'Name', desk: 'name' },
      { crm: 'Description', desk: 'details', write: 'create' },
    ],
    conflict: ['crm'],
  },
  options: z.strictObject({}),
};
