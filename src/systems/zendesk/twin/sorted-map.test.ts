import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdIndex } from './id-index.ts';
import { SortedMap } from './sorted-map.ts';

it('a sorted map answers like a plain one, whatever is set and deleted', () => {
  const step = fc.record({ key: fc.integer({ min: 0, max: 12 }), value: fc.option(fc.string(), { nil: null }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sorted = new SortedMap<string>();
      const model = new Map<number, string>();
      for (const { key, value } of steps) {
        if (value === null) expect(sorted.delete(key)).toBe(model.delete(key));
        else {
          sorted.set(key, value);
          model.set(key, value);
        }
        expect([sorted.size, sorted.get(key)]).toEqual([model.size, model.get(key)]);
      }
      const entries = [...model].sort(([a], [b]) => a - b);
      expect([...sorted.values()]).toEqual(entries.map(([, value]) => value));
      expect(sorted.keys.filter((key) => sorted.get(key) !== undefined)).toEqual(entries.map(([key]) => key));
    }),
    { seed: 20_261_120 },
  );
});

it('an index keeps who shares a key, in the order in which they came', () => {
  const index = new IdIndex<string>();
  for (const id of [7, 3, 5]) index.move(id, null, 'a');
  index.move(3, 'a', 'b');
  index.move(7, 'a', 'a');
  expect([index.get('a'), index.count('a'), index.get('b'), index.get('c')]).toEqual([[7, 5], 2, [3], []]);
  index.move(3, 'b', undefined);
  expect([index.get('b'), index.count('b')]).toEqual([[], 0]);
});
