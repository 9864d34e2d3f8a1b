import type { ZodObject } from 'zod';
import type { SyncInput } from '../mapping/input.ts';

/**
 * A ready-made sync, as data: it fills everything that an administrator leaves out, and what they give overrides it, key by key (a given
 * list of fields replaces the preset's). It works with no edits on any account of its two systems, so it names standard fields only.
 */
export interface Preset {
  /** As in the config: `salesforce-zendesk/accounts`. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  readonly crm: { readonly system: string; readonly object: string };
  readonly desk: { readonly system: string; readonly object: string };
  readonly settings: Pick<
    SyncInput,
    'direction' | 'create' | 'update' | 'match' | 'onMatch' | 'onMany' | 'mark' | 'fields' | 'conflict'
  >;
  /** What can be said under `options:`; strict, so that an unknown option is an error. */
  readonly options: ZodObject;
}
