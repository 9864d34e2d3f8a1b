import type { World } from '../model/world.ts';
import { newId } from '../model/world.ts';
import { type HookRequest, type HookVerdict, sameSecret } from '../systems/kit/hook.ts';
import type { SystemConnection } from '../systems/kit/system.ts';
import type { Opening } from './connections.ts';
import { doorsOf, type HookDoor } from './hook-doors.ts';
import { activate } from './hook-set-up.ts';

/** What the server needs to answer a vendor that calls. */
export interface HookReceiver {
  /** The door that this token opens; null: there is none. */
  door(connection: string, token: string): Promise<OpenDoor | null>;
}

/**
 * Whether a call is believed. What it names is kept before this answers and read after, so that nothing is lost of what was believed.
 */
export type OpenDoor = (request: HookRequest) => Promise<HookVerdict>;

export interface HookKeeper extends HookReceiver {
  /** Sets up at the vendors what was never set up; what cannot be is logged, and polling brings the changes. */
  activate(connections: ReadonlyMap<string, SystemConnection>): Promise<void>;
  /** The doors may be others from now on. */
  forget(): void;
}

/** Doors are looked up anew after this long (ms), and after this long for a token that none of them has: another process may have made one. */
const freshMs = 60_000;
const againMs = 2000;

interface Known {
  readonly at: number;
  readonly found: Promise<{ readonly opening: Opening; readonly doors: readonly HookDoor[] }>;
}

/** `woken` is called when there is something to be read. */
export function createHooks(world: World, open: () => Promise<Opening>, woken: () => void): HookKeeper {
  let known: Known | null = null;
  const activated = new Set<string>();

  const opening = async (oldestMs: number): ReturnType<() => Known['found']> => {
    if (known === null || world.now() - known.at >= oldestMs) {
      const before = known;
      const found = open()
        .then(async (opening) => ({ opening, doors: await doorsOf(opening, false) }))
        .catch((error: unknown) => {
          // A config that is just being edited does not shut the doors that there were.
          known = before;
          if (before) return before.found;
          throw error;
        });
      known = { at: world.now(), found };
    }
    return known.found;
  };

  return {
    async door(connection, token) {
      for (const oldestMs of [freshMs, againMs]) {
        const { opening: asked, doors } = await opening(oldestMs);
        const door = opened(doors, connection, token);
        if (door) return (request) => take(asked, door, request, woken);
      }
      return null;
    },

    async activate(connections) {
      await activate(await open(), connections, activated);
      known = null;
    },

    forget() {
      known = null;
    },
  };
}

/** All of them are compared, each in the same time, so that the time of an answer tells nothing. */
function opened(doors: readonly HookDoor[], connection: string, token: string): HookDoor | null {
  const fitting = doors.filter((door) => sameSecret(`${door.connection}/${door.token}`, `${connection}/${token}`));
  return fitting[0] ?? null;
}

async function take(opening: Opening, door: HookDoor, request: HookRequest, woken: () => void): Promise<HookVerdict> {
  const { store, world } = opening;
  const { connection, peer, kept, hooks } = door;
  const verdict = hooks.verify(request, { peer, signing: kept?.signing ?? '' }, world.now());
  if (!verdict.ok) {
    const { refused, say } = verdict;
    world.log.warn('a call to a webhook was refused', { connection, refused, reason: say });
    return verdict;
  }
  const refs = verdict.due.map(({ object, id }) => ({ connection, object, id }));
  await store.tip(refs, newId(world), world.now());
  woken();
  return verdict;
}
