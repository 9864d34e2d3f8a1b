import type { Committed, LinkChange } from '../../engine/ports.ts';
import { applyAll } from '../memory/commit.ts';
import { urgent } from '../words.ts';
import { type Before, flush } from './flush.ts';
import { indexKey } from './json.ts';
import { type DueMark, raise, sleepers } from './raise.ts';
import { loadSlice } from './slice.ts';
import type { Reach } from './tables.ts';
import { transact } from './transact.ts';

/**
 * `commit` reads what the batch can touch under row locks (slice.ts), applies the changes to it by the very lines that the memory
 * store runs (memory/commit.ts), and writes back what became different (flush.ts), in one transaction and a handful of statements.
 *
 * What no lock covers — a record that has or gets a link elsewhere, a claim that is taken between our reading and our writing — a unique
 * index or `Raced` reports; the transaction is undone. Then the batch is decided anew with a look at who has the records that it joins,
 * and after a few times change by change, so that one change cannot spoil the others.
 */
export async function commit(
  reach: Reach,
  changes: readonly LinkChange[],
  lease: string | null,
  now: number,
): Promise<readonly Committed[]> {
  if (changes.length === 0) return [];
  const attempt = (owners: 'trust' | 'read', times: number) =>
    transact<readonly Committed[] | null>(reach, (within) => once(within, changes, lease, now, owners), times, null);
  const together = (await attempt('trust', 1)) ?? (await attempt('read', 3));
  if (together !== null) return together;
  const lost: readonly Committed[] = [{ is: 'lost' }];
  const committed: Committed[] = [];
  for (const change of changes) {
    const alone = await transact(reach, (within) => once(within, [change], lease, now, 'read'), 5, lost);
    committed.push(...alone);
  }
  return committed;
}

/** One try, in a transaction. */
async function once(
  reach: Reach,
  changes: readonly LinkChange[],
  lease: string | null,
  now: number,
  owners: 'trust' | 'read',
): Promise<readonly Committed[]> {
  const state = await loadSlice(reach, changes, owners);
  const before: Before = {
    links: new Map([...state.rows].map(([id, row]) => [id, row.link])),
    keys: new Map([...state.sightings].map(([key, { ref }]) => [key, state.keysOf(ref)])),
  };
  const { committed, touched } = applyAll(state, changes, lease, now);
  await flush(reach, state, before, changes, committed, now);
  const by = Map.groupBy(touched, ({ key }) => indexKey(key));
  const found = await sleepers(reach, [...by.keys()]);
  const woken = found.filter(({ key, link }) => by.get(key)?.some((each) => each.by !== link));
  const marks = new Map<string, DueMark>();
  for (const { link, lane } of woken) {
    marks.set(link, { link, lane: urgent(marks.get(link)?.lane ?? null, lane), cause: 'edit' });
  }
  await raise(reach, [...marks.values()], now);
  return committed;
}
