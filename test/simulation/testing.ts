import { configurations } from './configurations.ts';
import { type Ending, type StoryOptions, tellStory } from './story.ts';

/** One seed's ending in a line, or its story and what broke. */
export async function told(options: Partial<StoryOptions> & Pick<StoryOptions, 'seed' | 'openStore'>) {
  const ending = await tellStory({ configuration: null, workers: 1, mutation: null, ...options });
  const { story, violations } = ending;
  return { ending, said: violations.length === 0 ? 'all is well' : [...story, ...violations].join('\n') };
}

/** What many seeds held, in a line. */
export function summaryOf(endings: readonly Ending[]): string {
  const total: Record<string, number> = {};
  for (const { counts } of endings)
    for (const [name, each] of Object.entries(counts)) total[name] = (total[name] ?? 0) + each;
  return `${endings.length} seeds: ${Object.entries(total)
    .map(([name, each]) => `${each} ${name}`)
    .join(', ')}`;
}

/** So many seeds of each configuration, from 0; of tickets, whose stories take longest, `fewer`. */
export function seedsOf(
  count: number,
  fewer = count,
): readonly (readonly [configuration: string, seeds: readonly number[]])[] {
  return configurations.map(({ name, tickets }) => [
    name,
    Array.from({ length: tickets ? fewer : count }, (_, i) => i),
  ]);
}
