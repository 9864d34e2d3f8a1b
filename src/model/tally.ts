/** What one run did to one sync, counted as it goes. */
export interface Tally {
  seen: number;
  readonly created: PerSide;
  readonly updated: PerSide;
  readonly removed: PerSide;
  linked: number;
  unchanged: number;
}

export interface PerSide {
  crm: number;
  desk: number;
}

export function newTally(): Tally {
  return {
    seen: 0,
    created: { crm: 0, desk: 0 },
    updated: { crm: 0, desk: 0 },
    removed: { crm: 0, desk: 0 },
    linked: 0,
    unchanged: 0,
  };
}
