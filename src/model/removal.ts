import type { Side } from './record.ts';
import type { Fields } from './value.ts';

/**
 * What becomes of a record when its twin was removed: it stays and stays linked; it stays and is linked no more; it goes too, into the
 * vendor's recycle bin or for good where the vendor has a way for that; or fields of it are set once (`Status: archived`).
 */
export type Removal = 'keep' | 'unlink' | 'trash' | 'delete' | { readonly set: Fields };

export interface Removals {
  /** For the records of that side, when those of the other side are removed. */
  readonly crm: Removal;
  readonly desk: Removal;
  /** Sides on which a record that was removed there is put back when its twin is edited. */
  readonly recreate: readonly Side[];
  /** True where a linked record that has left its filter counts as removed for its twin. */
  readonly leaving: boolean;
}

/** Nothing that one side removes is carried over. */
export const keepAll: Removals = { crm: 'keep', desk: 'keep', recreate: [], leaving: false };
