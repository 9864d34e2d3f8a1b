import { describe, expect, it } from 'vitest';
import { configurations } from './configurations.ts';
import { openStoreOf } from './stores.ts';
import { tellStory } from './story.ts';

/**
 * Hypothesis: whatever people do on both sides, whatever vendors answer or swallow, and wherever we die, once it is calm the invariants of
 * docs/sync-spec.md hold. A seed that fails prints its story; `npm run simulate` tries more of them.
 */
const openStore = openStoreOf('memory', undefined);

async function told(seed: number, configuration: string) {
  const { story, violations } = await tellStory({ seed, configuration, workers: 1, openStore });
  return violations.length === 0 ? 'all is well' : [...story, ...violations].join('\n');
}

/** Forty stories in all: ten of the presets together, six of each other configuration. */
const seedsOf = (name: string): readonly number[] =>
  Array.from({ length: name === 'family' ? 10 : 6 }, (_, i) => i + 1);

describe('people, vendors and crashes by chance', () => {
  describe.each(configurations.map(({ name }) => name))('%s', (name) => {
    it.each(seedsOf(name))('come to rest, and all that must hold holds (seed %i)', async (seed) => {
      expect(await told(seed, name)).toBe('all is well');
    });
  });

  it('are the same story again from the same seed', async () => {
    const options = { seed: 3, configuration: 'family', workers: 1, openStore };
    const first = await tellStory(options);
    expect(first.counts).toMatchObject({ runs: 8 });
    expect((await tellStory(options)).story).toEqual(first.story);
  });
});
