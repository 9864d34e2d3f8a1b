import type { Preset } from './preset.ts';
import { accounts } from './salesforce-zendesk/accounts.ts';
import { contacts } from './salesforce-zendesk/contacts.ts';
import { leads } from './salesforce-zendesk/leads.ts';
import { tickets } from './salesforce-zendesk/tickets.ts';

export type { Preset } from './preset.ts';

/** Every preset of this version. */
export const presets: readonly Preset[] = [accounts, contacts, leads, tickets];
