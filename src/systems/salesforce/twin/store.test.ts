import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../twins/json.ts';
import { systemRow } from './org.ts';
import type { StoredRow } from './row.ts';
import { createStore, type Store } from './store.ts';

const objectOfId = (id: string): string => (id.startsWith('a') ? 'A' : 'B');
const open = (): Store =>
  createStore({
    objectOfId,
    keys: () => [{ field: 'Key', key: (row) => (row.values.Key === undefined ? null : String(row.values.Key)) }],
  });
const row = (id: string, at: number, values: Record<string, Json> = {}, deleted = false): StoredRow => ({
  ...systemRow(objectOfId(id), id, 'u', at, values),
  deleted,
});
const seen = (store: Store, object: string): Record<string, number> =>
  Object.fromEntries([...store.rows(object).values()].map(({ id, stampAt }) => [id, stampAt]));

describe('a transaction', () => {
  it('is invisible until it commits, then all of it is there', () => {
    const store = open();
    const transaction = store.begin('u', 'x');
    transaction.put(row('a1', 1));
    transaction.put(row('b1', 1));
    transaction.commit(10);
    store.settle(9);
    expect([seen(store, 'A'), seen(store, 'B'), store.latest('A', 'a1')?.stampAt, store.openSince()]).toEqual([
      {},
      {},
      1,
      1,
    ]);
    store.settle(10);
    expect([seen(store, 'A'), seen(store, 'B'), store.openSince()]).toEqual([{ a1: 1 }, { b1: 1 }, null]);
  });

  it('holds unique keys from its first moment, and gives them back when it rolls back', () => {
    const store = open();
    const transaction = store.begin('u', 'x');
    transaction.put(row('a1', 1, { Key: 'k' }));
    expect(store.holder('A', 'Key', 'k')).toBe('a1');
    const mark = transaction.mark();
    transaction.put(row('a1', 2, { Key: 'l' }));
    expect([store.holder('A', 'Key', 'k'), store.holder('A', 'Key', 'l')]).toEqual([undefined, 'a1']);
    transaction.rollback(mark);
    expect([store.holder('A', 'Key', 'k'), store.holder('A', 'Key', 'l')]).toEqual(['a1', undefined]);
    transaction.put(row('a1', 3, { Key: 'k' }, true));
    expect(store.holder('A', 'Key', 'k')).toBeUndefined();
  });

  it('shows its own changes to a reader inside it, and to nobody after', () => {
    const store = open();
    const transaction = store.begin('u', 'x');
    transaction.put(row('a1', 1, { Parent: 'p' }));
    expect(transaction.peek(() => seen(store, 'A'))).toEqual({ a1: 1 });
    expect(seen(store, 'A')).toEqual({});
    expect(store.where('A', 'Parent', 'p').map(({ id }) => id)).toEqual(['a1']);
  });

  it('of a row waits for an earlier one, whatever is written, rolled back, purged and looked at', () => {
    const step = fc.record({
      id: fc.constantFrom('a1', 'a2', 'a3', 'b1'),
      purge: fc.boolean(),
      undo: fc.boolean(),
      delayMs: fc.integer({ min: 0, max: 5 }),
      passMs: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = open();
        const commits: { at: number; id: string; stampAt: number | null }[] = [];
        const due = new Map<string, number>();
        const latest = new Map<string, number>();
        let now = 0;
        steps.forEach(({ id, purge, undo, delayMs, passMs }, i) => {
          now += passMs;
          store.settle(now);
          const transaction = store.begin('u', 'x');
          const known = transaction.row(id);
          const stampAt = purge && known !== undefined ? null : i;
          if (stampAt === null && known !== undefined) transaction.purge(known);
          else transaction.put(row(id, i));
          transaction.peek(() => seen(store, 'A'));
          if (undo) transaction.rollback(0);
          else {
            const at = transaction.commit(now + delayMs);
            expect(at).toBe(Math.max(now + delayMs, (due.get(id) ?? 0) > now ? (due.get(id) ?? 0) : 0));
            due.set(id, at);
            commits.push({ at, id, stampAt });
            if (stampAt === null) latest.delete(id);
            else latest.set(id, stampAt);
          }
          store.settle(now);
          const expected = new Map<string, number>();
          for (const commit of commits.filter(({ at }) => at <= now).sort((one, two) => one.at - two.at)) {
            if (commit.stampAt === null) expected.delete(commit.id);
            else expected.set(commit.id, commit.stampAt);
          }
          expect({ ...seen(store, 'A'), ...seen(store, 'B') }).toEqual(Object.fromEntries(expected));
          expect(
            Object.fromEntries(
              ['A', 'B'].flatMap((object) => [...store.all(object)].map((one) => [one.id, one.stampAt])),
            ),
          ).toEqual(Object.fromEntries(latest));
        });
      }),
      { numRuns: 300, seed: 20_261_120 },
    );
  });
});
