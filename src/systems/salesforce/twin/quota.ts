import { createRollingWindow } from '../../../twins/rate.ts';

/** What counts against the org's daily allocations: rolling windows of 24 hours. */
export interface Quota {
  /** Requests. */
  used(): number;
  count(): void;
  batches(): number;
  countBatches(number: number): void;
  queryJobs(): number;
  countQueryJob(): void;
  bulkRecords(): number;
  countBulkRecords(number: number): void;
  /** Events delivered to all subscribers together. */
  events(): number;
  countEvents(number: number): void;
  reset(): void;
}

export function createQuota(now: () => number): Quota {
  const window = createRollingWindow(now, 86_400_000, 288);
  return {
    used: () => window.used('requests'),
    count: () => window.add('requests'),
    batches: () => window.used('batches'),
    countBatches: (number) => window.add('batches', number),
    queryJobs: () => window.used('queryJobs'),
    countQueryJob: () => window.add('queryJobs'),
    bulkRecords: () => window.used('bulkRecords'),
    countBulkRecords: (number) => window.add('bulkRecords', number),
    events: () => window.used('events'),
    countEvents: (number) => window.add('events', number),
    reset: () => window.clear(),
  };
}
