import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranked } from './ranked.ts';

/** Hypothesis: whatever comes and goes, the list is the sorted list of what is there, from any position on. */
describe('a ranked list', () => {
  it('is what sorting would give, at every position', () => {
    const steps = fc.array(fc.record({ key: fc.integer({ min: 0, max: 5_000 }), isRemoval: fc.boolean() }), {
      minLength: 1,
      maxLength: 3_000,
    });
    fc.assert(
      fc.property(steps, fc.nat(3_000), fc.nat(200), (all, from, count) => {
        const start = Array.from({ length: 1_500 }, (_, i) => i * 3);
        const ranked = new Ranked<number>((one, two) => one - two, start);
        const model = new Set(start);
        for (const { key, isRemoval } of all) {
          if (isRemoval) ranked.remove(key);
          else if (!model.has(key)) ranked.add(key);
          if (isRemoval) model.delete(key);
          else model.add(key);
        }
        const sorted = [...model].sort((one, two) => one - two);
        expect([...ranked.values()]).toEqual(sorted);
        expect(ranked.size).toBe(sorted.length);
        expect(ranked.slice(from, count)).toEqual(sorted.slice(from, from + count));
        const bound = sorted.findIndex((key) => key >= from);
        expect(ranked.rank((key) => key >= from)).toBe(bound < 0 ? sorted.length : bound);
      }),
      { seed: 20_261_120, numRuns: 40 },
    );
  });
});
