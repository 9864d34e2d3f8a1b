import type { App, StatusReport } from '../../app/app.ts';
import type { World } from '../../model/world.ts';
import type { Chance } from '../../twins/chance.ts';
import { counted, duration } from '../render/words.ts';
import { nextEdit } from './people.ts';
import { type Towns, textOf } from './record.ts';
import type { DemoTwins } from './twins.ts';
import { createWatch } from './watch.ts';

export interface StoryOptions {
  readonly app: App;
  readonly twins: Pick<DemoTwins, 'look' | 'do'>;
  readonly world: Pick<World, 'now' | 'sleep'>;
  readonly chance: Chance;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const lookEveryMs = 250;
/** Between two edits. */
const pauseMs = [3_000, 8_000] as const;
/** The first load is over when nothing has moved for so long. */
const quietMs = 3_000;
/** The first load is waited for so long before people begin all the same. */
const patienceMs = 60_000;

/** Waits for the first load, says what came of it, then lets people edit until it is stopped. */
export async function tellStory(options: StoryOptions): Promise<void> {
  await firstLoad(options);
  const { app, twins, world, chance, say, signal } = options;
  const watch = createWatch(say);
  let nextAt = world.now() + pauseMs[0];
  let turn = 1;
  while (!signal.aborted) {
    const towns = await twins.look();
    watch.look(towns, world.now());
    if (world.now() >= nextAt) {
      const edit = nextEdit(chance, turn, await withoutHeld(app, towns), watch.busy());
      if (edit !== null) {
        await twins.do(edit);
        watch.expect(edit, world.now());
        turn++;
      }
      nextAt = world.now() + chance.between(...pauseMs);
    }
    await world.sleep(lookEveryMs, signal);
  }
}

/** Records that a person is asked about are left to that person. */
async function withoutHeld(app: App, { accounts, organizations }: Towns): Promise<Towns> {
  const holds = await app.holds({});
  const held = new Set(holds.flatMap(({ crm, desk }) => [crm?.id, desk?.id]));
  return {
    accounts: accounts.filter((account) => !held.has(textOf(account, 'Id'))),
    organizations: organizations.filter((organization) => !held.has(textOf(organization, 'id'))),
  };
}

async function firstLoad({ app, world, say, signal }: StoryOptions): Promise<void> {
  const began = world.now();
  let last = '';
  let lastAt = began;
  while (!signal.aborted) {
    const { links, due, held } = sumOf(await app.status());
    // Writes at a vendor are not due any more and not linked yet: only when nothing moves for a while it is over.
    if (`${links} ${due} ${held}` !== last) lastAt = world.now();
    last = `${links} ${due} ${held}`;
    const quiet = links > 0 && due === 0 && world.now() - lastAt >= quietMs;
    if (quiet || world.now() - began > patienceMs) {
      const waiting = held > 0 ? `; ${counted(held, 'record waits', 'records wait')} for you, see \`holds\`` : '';
      say(
        `First load: ${counted(links, 'link')} after ${duration(lastAt - began)}${due > 0 ? `, ${due} still to do` : ''}${waiting}`,
      );
      return;
    }
    await world.sleep(lookEveryMs, signal);
  }
}

function sumOf({ syncs }: StatusReport): { readonly links: number; readonly due: number; readonly held: number } {
  const sum = { links: 0, due: 0, held: 0 };
  for (const { links, due, held } of Object.values(syncs)) {
    sum.links += links;
    sum.due += due;
    sum.held += held;
  }
  return sum;
}
