import type { Json } from '../../../../twins/json.ts';
import type { Org } from '../org.ts';
import { dailyApiRequests, dailyEvents, streamingClients } from '../settings.ts';
import type { Answer, Call } from './call.ts';

/** `GET /limits`. */
export function limits(call: Call): Answer {
  const { org } = call.api;
  const settings = org.settings.now;
  const max = dailyApiRequests(settings);
  const events = dailyEvents(settings);
  const pair = (most: number, used = 0): Json => ({ Max: most, Remaining: Math.max(0, most - used) });
  return {
    status: 200,
    body: {
      ConcurrentAsyncGetReportInstances: pair(200),
      DailyApiRequests: pair(max, org.quota.used()),
      DailyAsyncApexExecutions: pair(250_000),
      DailyBulkApiBatches: pair(15_000, org.quota.batches()),
      DailyBulkV2QueryFileStorageMB: pair(976_562),
      DailyBulkV2QueryJobs: pair(10_000, org.quota.queryJobs()),
      DailyDeliveredPlatformEvents: pair(events, org.quota.events()),
      DailyDurableStreamingApiEvents: pair(events, org.quota.events()),
      DailyStreamingApiEvents: pair(events, org.quota.events()),
      DataStorageMB: pair(10_240),
      FileStorageMB: pair(10_240),
      HourlyPublishedPlatformEvents: pair(250_000),
      MassEmail: pair(5_000),
      MonthlyPlatformEvents: pair(300_000),
      SingleEmail: pair(5_000),
      StreamingApiConcurrentClients: pair(streamingClients(settings)),
    },
  };
}

/** `GET /limits/recordCount?sObjects=A,B`. */
export function recordCount(call: Call): Answer {
  const { org } = call.api;
  const names = call.query.get('sObjects');
  const wanted =
    names === null ? org.schema.objects : names.split(',').flatMap((name) => org.schema.find(name.trim()) ?? []);
  const counted = wanted.filter(({ tooling }) => !tooling).map(({ name }) => ({ count: countLiving(org, name), name }));
  return { status: 200, body: { sObjects: names === null ? counted.filter(({ count }) => count > 0) : counted } };
}

function countLiving(org: Org, object: string): number {
  let count = 0;
  for (const row of org.store.rows(object).values()) if (!row.deleted) count++;
  return count;
}
