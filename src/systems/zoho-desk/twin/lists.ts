import type { Answer, Call } from './call.ts';
import type { Kind } from './kinds.ts';
import { listWeight } from './limits.ts';
import { type DeskRecord, isShown } from './records.ts';
import { listedRows, rowStyle } from './rows.ts';
import { compare, type Shelf, type SortKey } from './store.ts';

/** By which value rows are sorted; a text without regard to case, what is empty first. */
export function sortKey(field: string): SortKey {
  if (field === 'modifiedTime') return ({ modifiedMs }) => modifiedMs;
  if (field === 'createdTime') return ({ createdMs }) => createdMs;
  return ({ values }) => String(values[field] ?? '').toLowerCase();
}

/** Lists sort by `account` and `recentThread`, which are no fields of the record. */
const sortsAs: Readonly<Record<string, string>> = {
  account: 'accountId',
  recentThread: 'modifiedTime',
  responseDueDate: 'dueDate',
  customerResponseTime: 'modifiedTime',
};

/** A page of a whole list, read by position. */
export function pageOf(call: Call, kind: Kind, shelf: Shelf, sorts = kind.sorts): Answer {
  const style = rowStyle(call, kind);
  const limit = call.limit(kind.defaultLimit);
  const { field = 'createdTime', isDescending = false } = call.sort(sorts) ?? {};
  const name = sortsAs[field] ?? field;
  const order = shelf.ordered(name, sortKey(name), isDescending);
  return listedRows(call, kind, order.slice(call.listOffset, limit), style);
}

/** A page of those of `records` that lists show, which are few enough to be sorted for it. */
export function pageAmong(call: Call, kind: Kind, records: Iterable<DeskRecord>, sorts = kind.sorts): Answer {
  const style = rowStyle(call, kind);
  const limit = call.limit(kind.defaultLimit);
  const { field = 'createdTime', isDescending = false } = call.sort(sorts) ?? {};
  const from = call.listOffset;
  const key = sortKey(sortsAs[field] ?? field);
  const sorted = [...records].filter(isShown).sort((one, two) => {
    const difference = isDescending ? compare(key(two), key(one)) : compare(key(one), key(two));
    return difference || compare(one.id, two.id);
  });
  return listedRows(call, kind, sorted.slice(from, from + limit), style);
}

export function weightOfList(call: Call): number {
  return listWeight(call.listOffset, call.portal.switches.listWeightTo10000);
}
