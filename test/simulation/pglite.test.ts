import { afterAll, describe, expect, it } from 'vitest';
import { openStoreOf } from './stores.ts';
import type { Ending } from './story.ts';
import { seedsOf, summaryOf, told } from './testing.ts';

/** Hypothesis: the same holds on the embedded database. */
const openStore = openStoreOf('pglite', undefined);
const endings: Ending[] = [];

afterAll(() => process.stdout.write(`simulation on the embedded database, ${summaryOf(endings)}\n`));

describe('people, vendors and crashes by chance, on the embedded database', () => {
  describe.each(seedsOf(3))('%s', (configuration, seeds) => {
    it.each(seeds)('come to rest, and all that must hold holds (seed %i)', async (seed) => {
      const { ending, said } = await told({ seed, configuration, openStore });
      endings.push(ending);
      expect(said).toBe('all is well');
    });
  });
});
