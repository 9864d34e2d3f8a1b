import type { System } from './kit/system.ts';
import { orocrm } from './orocrm/system.ts';
import { salesforce } from './salesforce/system.ts';
import { zendesk } from './zendesk/system.ts';
import { zohoDesk } from './zoho-desk/system.ts';

/** Every system that Syncline speaks: a further one is its folder and one line here. */
export const systems: readonly System[] = [salesforce, zendesk, zohoDesk, orocrm];
