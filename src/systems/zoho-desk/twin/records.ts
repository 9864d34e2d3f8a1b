import type { Row } from '../../../twins/collection.ts';
import type { Json } from './json.ts';

export const modules = ['contacts', 'accounts', 'tickets'] as const;
export type Module = (typeof modules)[number];

/** Values of custom fields by API name: they travel as texts. */
export type CustomValues = Readonly<Record<string, string | null>>;

/** A contact, an account or a ticket. Never changed in place: a view that lags behind goes on showing the old one. */
export interface DeskRecord extends Row {
  /** By the vendor's names; null where empty. */
  readonly values: Readonly<Record<string, Json>>;
  /** Custom fields by API name. */
  readonly cf: CustomValues;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly trashedMs: number | null;
  readonly isSpam: boolean;
}

/** Lists and searches show neither what is in the recycle bin nor spam. */
export function isShown(record: DeskRecord): boolean {
  return record.trashedMs === null && !record.isSpam;
}

/** Whose doing a change is. `sourceId`: the UUID by which webhooks recognise the caller's own changes. */
export interface Doer {
  readonly agentId: string;
  readonly sourceId: string | null;
}
