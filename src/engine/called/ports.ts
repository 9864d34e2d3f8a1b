/** What it takes that one sync goes on with what another one has linked; a part of the engine's `Store`. */
export interface HandOverStore {
  /**
   * The links of this pair of objects that the sync `from` has, which is no more, go on as the sync `to`'s, and become due in the load lane;
   * with them goes what is under way and what is held. A half link gives way to one that `to` has of the same record. Answers how many.
   */
  handOver(pair: string, from: string, to: string, now: number): Promise<number>;
  /** Names of the syncs that have links of this pair of objects. */
  syncsOf(pair: string): Promise<readonly string[]>;
}
