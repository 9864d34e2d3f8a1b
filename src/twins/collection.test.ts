import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollection, DuplicateKey } from './collection.ts';

interface Thing {
  readonly id: string;
  readonly at: number;
  readonly parent: string | null;
  readonly code: string | null;
}

function things() {
  return createCollection<Thing, 'parent' | 'code', 'at'>({
    indexes: { parent: { key: (row) => row.parent }, code: { key: (row) => row.code, unique: true } },
    orders: { at: { at: (row) => row.at } },
  });
}

const thing = (id: string, more: Partial<Thing> = {}): Thing => ({ id, at: 0, parent: null, code: null, ...more });
const ids = (rows: Iterable<Thing>): string[] => [...rows].map((row) => row.id);

describe('a collection', () => {
  it('keeps insertion order, also of rows that were replaced', () => {
    const rows = things();
    for (const id of ['c', 'a', 'b']) rows.put(thing(id));
    rows.put(thing('a', { at: 9 }));
    expect(ids(rows.values())).toEqual(['c', 'a', 'b']);
    expect(rows.get('a')?.at).toBe(9);
  });

  it('refuses a second row with a unique key and then has not changed', () => {
    const rows = things();
    rows.put(thing('a', { code: 'x', parent: 'p' }));
    expect(() => rows.put(thing('b', { code: 'x', parent: 'p' }))).toThrow(DuplicateKey);
    expect(ids(rows.by('parent', 'p'))).toEqual(['a']);
    rows.put(thing('a', { code: 'y' }));
    rows.put(thing('b', { code: 'x' }));
    expect(ids(rows.by('code', 'x'))).toEqual(['b']);
  });

  it('takes a further index later', () => {
    const rows = things();
    rows.put(thing('a', { at: 3 }));
    rows.ensureIndex('parent', () => 'never asked, the index is there already');
    rows.put(thing('b', { at: 4, parent: 'p' }));
    expect(ids(rows.by('parent', 'p'))).toEqual(['b']);
  });

  it('comes back from a snapshot as it was', () => {
    const rows = things();
    rows.put(thing('a', { parent: 'p' }));
    const before = rows.snapshot();
    rows.put(thing('a', { parent: 'q' }));
    rows.put(thing('b', { parent: 'p' }));
    rows.restore(before);
    expect(ids(rows.values())).toEqual(['a']);
    expect(ids(rows.by('parent', 'p'))).toEqual(['a']);
    expect(ids(rows.ordered('at'))).toEqual(['a']);
  });

  it('lists a row once that was replaced for a while and then put back', () => {
    const rows = things();
    const [one, two] = [thing('a', { at: 1 }), thing('b', { at: 2 })];
    for (const row of [one, two]) rows.put(row);
    rows.put(thing('a', { at: 5 }));
    rows.put(one);
    rows.remove('b');
    rows.put(two);
    expect(ids(rows.ordered('at'))).toEqual(['a', 'b']);
    expect(ids(rows.descending('at'))).toEqual(['b', 'a']);
  });

  it('answers look-ups and ranges like a plain list, whatever is put and removed', () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      at: fc.integer({ min: 0, max: 9 }),
      parent: fc.constantFrom('p', 'q', null),
      remove: fc.boolean(),
      read: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        (steps, from, to) => {
          const rows = things();
          const model = new Map<string, Thing>();
          for (const { id, at, parent, remove, read } of steps) {
            if (remove) {
              rows.remove(id);
              model.delete(id);
            } else {
              rows.put(thing(id, { at, parent }));
              model.set(id, thing(id, { at, parent }));
            }
            if (read) ids(rows.ordered('at'));
          }
          const sorted = [...model.values()].sort((one, two) => one.at - two.at || (one.id < two.id ? -1 : 1));
          const within = sorted.filter((row) => row.at >= from && row.at <= to);
          expect(ids(rows.ordered('at', { from, to }))).toEqual(ids(within));
          expect(ids(rows.descending('at', { from, to }))).toEqual(ids(within).reverse());
          const after = sorted.filter((row) => row.at > from || (row.at === from && row.id > 'c'));
          expect(ids(rows.ordered('at', { after: { at: from, tie: 'c' } }))).toEqual(ids(after));
          expect(ids(rows.by('parent', 'p')).sort()).toEqual(ids(sorted.filter((row) => row.parent === 'p')).sort());
        },
      ),
      { numRuns: 300, seed: 20_261_120 },
    );
  });
});
