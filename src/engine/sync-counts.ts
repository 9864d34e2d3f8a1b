/** How many links a sync has, and how they stand. */
export interface SyncCounts {
  readonly links: number;
  readonly due: number;
  /** Links that have holds, and links whose last try failed. */
  readonly held: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Links that are not at rest: due now or later, or in flight. */
  readonly pending: number;
  /** How long the oldest due link has waited (ms). */
  readonly lagMs: number;
}
