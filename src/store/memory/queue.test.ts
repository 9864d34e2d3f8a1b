import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Multimap } from './multimap.ts';
import { type Entry, Queue } from './queue.ts';

const entries: fc.Arbitrary<readonly Entry[]> = fc.array(
  fc.record({ at: fc.integer({ min: 0, max: 20 }), link: fc.string({ maxLength: 2 }) }),
);

test('a queue gives back what was pushed, oldest first, ties by link', () => {
  fc.assert(
    fc.property(entries, (pushed) => {
      const queue = new Queue();
      for (const entry of pushed) queue.push(entry);
      const popped: Entry[] = [];
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) popped.push(next);
      const sorted = pushed.toSorted((a, b) => a.at - b.at || (a.link < b.link ? -1 : a.link > b.link ? 1 : 0));
      expect(popped).toEqual(sorted);
      expect(queue.peek()).toBeUndefined();
    }),
    { seed: 7 },
  );
});

test('a multimap holds the same as a map of sets', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b'), value: fc.constantFrom('1', '2', '3'), add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const map = new Multimap<string>();
      const model = new Map<string, Set<string>>([
        ['a', new Set()],
        ['b', new Set()],
      ]);
      for (const { key, value, add } of steps) {
        if (add) map.add(key, value);
        else map.remove(key, value);
        if (add) model.get(key)?.add(value);
        else model.get(key)?.delete(value);
        expect(map.of(key).toSorted()).toEqual([...(model.get(key) ?? [])].toSorted());
      }
      expect(map.removeAll('a').toSorted()).toEqual([...(model.get('a') ?? [])].toSorted());
      expect(map.of('a')).toEqual([]);
    }),
    { seed: 7 },
  );
});
