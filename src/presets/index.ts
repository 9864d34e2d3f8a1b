import type { Preset } from './preset.ts';
import { accounts } from './salesforce-zendesk/accounts.ts';

export type { Preset } from './preset.ts';

/** Every preset of this version. */
export const presets: readonly Preset[] = [accounts];
