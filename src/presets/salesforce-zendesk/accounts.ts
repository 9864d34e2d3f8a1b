import { z } from 'zod';
import { definePreset } from '../preset.ts';
import { noPersonAccounts, personAccounts } from './people.ts';

/**
 * Salesforce accounts to Zendesk organizations, created and updated, as the vendor's own data sync does it by default
 * ("Configuring data sync from Salesforce to Zendesk"): matched by name, the name mapped, Salesforce the source of truth.
 * Beyond that the description goes into the details, but only of organizations that Syncline creates: on one that is there already the
 * details are the agents' text, and nobody expects a ready-made sync to overwrite it. Not mapped on purpose: domains and tags, since
 * Zendesk sorts users into organizations by the first and triggers act on the second; and the parent account, since organizations have
 * no parent and which field should take it is the account's own choice.
 */
export const accounts = definePreset({
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
    scope: {},
    references: [],
  },
  notes: ({ fields, references }) => {
    const read = [...fields, ...(references ?? [])].map(({ crm }) => crm ?? '');
    const from = fields.map(({ from: expression }) => expression ?? '');
    const isCarried = [...read, ...from].some((text) => /\bParent(Id|\.)/.test(text));
    return isCarried
      ? []
      : [
          'parent accounts are not carried, since organizations have no parent. Map ParentId as a reference to a look-up field, or Parent.Name to a text field, where they should be.',
        ];
  },
  yields: [],
  options: z.strictObject({ personAccounts }),
  shape: (settings, options) =>
    options.personAccounts === 'users' ? { ...settings, scope: { crm: noPersonAccounts } } : settings,
});
