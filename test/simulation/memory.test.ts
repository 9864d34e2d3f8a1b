import { afterAll, describe, expect, it } from 'vitest';
import { openStoreOf } from './stores.ts';
import { type Ending, tellStory } from './story.ts';
import { seedsOf, summaryOf, told } from './testing.ts';

/**
 * Hypothesis: whatever people do on both sides, whatever vendors answer or swallow, and wherever we die, once it is calm the invariants of
 * docs/sync-spec.md hold. A seed that fails prints its story; `npm run simulate` tries more of them.
 */
const openStore = openStoreOf('memory', undefined);
const endings: Ending[] = [];

afterAll(() => process.stdout.write(`simulation in memory, ${summaryOf(endings)}\n`));

describe('people, vendors and crashes by chance', () => {
  describe.each(seedsOf(29))('%s', (configuration, seeds) => {
    it.each(seeds)('come to rest, and all that must hold holds (seed %i)', async (seed) => {
      const { ending, said } = await told({ seed, configuration, openStore });
      endings.push(ending);
      expect(said).toBe('all is well');
    });
  });

  /** Stories that failed once. */
  it.each([
    [
      7,
      'one-way',
      'two saves of one account within a second, of which the second commits after we have read the first',
    ],
    [92, 'two-way-crm', 'the same'],
    [142, 'two-way-desk', 'the same'],
  ])('seed %i of %s: %s', async (seed, configuration) => {
    expect((await told({ seed, configuration, openStore })).said).toBe('all is well');
  });

  it('are the same story again from the same seed', async () => {
    const options = { seed: 3, configuration: 'family', workers: 1, mutation: null, openStore };
    const first = await tellStory(options);
    expect(first.counts).toMatchObject({ runs: 8 });
    expect((await tellStory(options)).story).toEqual(first.story);
  });
});
