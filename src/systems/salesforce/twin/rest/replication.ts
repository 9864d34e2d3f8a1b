import { apiError } from '../errors.ts';
import { formatDateTime, parseDateTime } from '../time.ts';
import { type Answer, type Call, objectOf } from './call.ts';

const day = 86_400_000;

/** `/sobjects/T/updated` and `/sobjects/T/deleted`. Both ignore seconds. */
export function replication(call: Call): Answer {
  const object = objectOf(call, call.path[1] ?? '');
  const isUpdated = call.path[2]?.toLowerCase() === 'updated';
  const { org } = call.api;
  const [start, end] = [instant(call, 'start'), instant(call, 'end')];
  if (end - start < 60_000) throw invalid('endDate must be at least one minute greater than startDate');
  const oldest = org.clock.now() - (isUpdated ? 30 : 15) * day;
  if (start < toMinute(oldest))
    throw invalid(
      isUpdated ? 'startDate cannot be more than 30 days ago' : 'startDate before org replication enabled date',
    );
  // While a transaction is open nothing after its start is certain.
  const latest = Math.min(end, toMinute(org.clock.now()), toMinute(org.store.openSince() ?? Number.POSITIVE_INFINITY));
  const latestDateCovered = formatDateTime(latest);
  if (!isUpdated) {
    const deletedRecords = [...org.deletions.between(object.name, start, end)].map(({ id, at }) => ({
      deletedDate: formatDateTime(at),
      id,
    }));
    return {
      status: 200,
      body: { deletedRecords, earliestDateAvailable: formatDateTime(toMinute(oldest)), latestDateCovered },
    };
  }
  const ids: string[] = [];
  for (const row of org.store.rows(object.name).ordered('stamp', { from: start, to: end - 1 })) {
    if (!row.deleted && org.access.maySee(row, call.user)) ids.push(row.id);
  }
  if (ids.length > 600_000) throw apiError(400, 'EXCEEDED_ID_LIMIT', 'Too many ids, please narrow the time range');
  return { status: 200, body: { ids, latestDateCovered } };
}

function instant(call: Call, name: string): number {
  const text = call.query.get(name);
  // A plus sign that was not encoded arrives as a blank.
  const at = text === null ? null : parseDateTime(text.replace(/ (\d\d:?\d\d)$/, '+$1'));
  if (at === null) throw apiError(400, 'MALFORMED_QUERY', `${name} must be a valid date`);
  return toMinute(at);
}

function toMinute(ms: number): number {
  return Math.floor(ms / 60_000) * 60_000;
}

function invalid(message: string): Error {
  return apiError(400, 'INVALID_REPLICATION_DATE', message);
}
