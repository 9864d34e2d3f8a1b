import { describe, expect, it } from 'vitest';
import { mutations } from './mutations/index.ts';
import { tellSpoilt } from './mutations/notice.ts';
import { openStoreOf } from './stores.ts';

/** Hypothesis: no mistake of these goes unnoticed. The search begins at a seed that has noticed it before. */
const known: Readonly<Record<string, number>> = {
  'base-before-answer': 8,
  'base-of-sent': 7,
  'one-base': 0,
  'echo-unrecognised': 0,
  'wrong-way': 0,
  'no-mark': 0,
  'unsure-is-later': 1,
  'claim-ignored': 2,
  'lease-unchecked': 4,
  'due-cleared': 0,
  'cursor-early': 15,
  'filter-in-poll': 0,
  'missing-is-deleted': 1,
  'brake-ignored': 2,
  'tip-dropped': 0,
};
const openStore = openStoreOf('memory', undefined);

describe('a planted mistake', () => {
  it.each(mutations.map(({ name, says }) => [name, says] as const))('is noticed: %s (%s)', async (name) => {
    const mutation = mutations.find((each) => each.name === name);
    if (!mutation) throw new Error(`no mutation ${name}`);
    const from = known[name] ?? 0;
    let breaks: readonly string[] = [];
    for (let seed = from; seed < from + 20 && breaks.length === 0; seed++)
      breaks = (await tellSpoilt(mutation, seed, openStore)).violations;
    expect(breaks).not.toEqual([]);
  });
});
