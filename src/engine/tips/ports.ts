import type { Ref } from '../../model/record.ts';

/**
 * Records that somebody says have changed (a vendor that called us): to be read soon, whatever the feed brings and when. They are kept
 * before the vendor is answered, and go when what was read is kept.
 */
export interface TipStore {
  /** One that is there already counts as told again. `mark` is a new id for each telling. */
  tip(refs: readonly Ref[], mark: string, now: number): Promise<void>;
  /** Of each object up to `limit`, those that have waited longest first. */
  tips(limit: number): Promise<readonly Tip[]>;
  /** These are done, but for those that were told again meanwhile. */
  dropTips(tips: readonly Tip[]): Promise<void>;
}

export interface Tip {
  readonly ref: Ref;
  readonly mark: string;
}
