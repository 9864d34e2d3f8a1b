import type { Store } from '../../../src/engine/ports.ts';
import { configurations } from '../configurations.ts';
import { type Ending, tellStory } from '../story.ts';
import type { Mutation } from './mutation.ts';

/** Lives through a seed with the mistake in it, in one of the configurations in which it can do harm. */
export function tellSpoilt(
  mutation: Mutation,
  seed: number,
  openStore: (seed: number) => Promise<Store>,
): Promise<Ending> {
  const names = mutation.configurations ?? configurations.map(({ name }) => name);
  const configuration = names[seed % names.length] ?? null;
  return tellStory({ seed, configuration, workers: mutation.workers ?? 1, mutation, openStore });
}

/** Of how many seeds it is said how many notice; and how many are tried until one does. */
const counted = 20;
const patience = 100;

/** Says seed by seed what breaks; answers how many of the first twenty seeds notice the mistake, or of more where none of them does. */
export async function notice(
  mutation: Mutation,
  openStore: (seed: number) => Promise<Store>,
  say: (line: string) => void,
): Promise<number> {
  let noticed = 0;
  let told = 0;
  while (told < counted || (noticed === 0 && told < patience)) {
    const { seed, configuration, violations } = await tellSpoilt(mutation, told, openStore);
    told += 1;
    const [first] = violations;
    if (first === undefined) continue;
    noticed += 1;
    say(`seed ${seed}, ${configuration.name}: ${first.split('\n')[0]}`);
  }
  say(`${mutation.name} (${mutation.says}): ${noticed} of ${told} seeds notice`);
  return noticed;
}
