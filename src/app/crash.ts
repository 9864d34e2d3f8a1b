import type { Store } from '../engine/ports.ts';
import type { World } from '../model/world.ts';

/**
 * For crash tests: SYNCLINE_CRASH=`fetch:12:before` ends this process at once, as `kill -9` would, before the 12th request is sent;
 * `fetch:12:after` after its answer came, `commit:3:before|after` around the third transaction of the store that writes. Counting begins
 * at 1 when the data folder is opened. Unset, nothing is wrapped.
 */
export interface CrashPoint {
  readonly at: 'fetch' | 'commit';
  readonly count: number;
  readonly when: 'before' | 'after';
}

export function crashPoint(text: string | undefined): CrashPoint | null {
  if (text === undefined || text === '') return null;
  const [, at, count, when] = /^(fetch|commit):([1-9]\d*):(before|after)$/.exec(text) ?? [];
  if ((at !== 'fetch' && at !== 'commit') || (when !== 'before' && when !== 'after')) {
    throw new Error(`SYNCLINE_CRASH is ${text}; it should look like fetch:12:before or commit:3:after`);
  }
  return { at, count: Number(count), when };
}

export function crashingWorld(world: World, point: CrashPoint | null, crash: () => void): World {
  if (point?.at !== 'fetch') return world;
  const around = counted(point, crash);
  return { ...world, fetch: (request) => around(() => world.fetch(request)) };
}

/** The verbs that write; reads change nothing and need no crash. */
const writing = ['observe', 'take', 'commit', 'noteJob', 'unsettled', 'postpone', 'leaseFeed', 'put'] as const;

export function crashingStore(store: Store, point: CrashPoint | null, crash: () => void): Store {
  if (point?.at !== 'commit') return store;
  const around = counted(point, crash);
  const wrapped: Store = { ...store };
  const wrap = <Args extends readonly unknown[], Answer>(verb: (...args: Args) => Promise<Answer>) => {
    return (...args: Args): Promise<Answer> => around(() => verb(...args));
  };
  return Object.assign(wrapped, {
    observe: wrap(store.observe),
    take: wrap(store.take),
    commit: wrap(store.commit),
    noteJob: wrap(store.noteJob),
    unsettled: wrap(store.unsettled),
    postpone: wrap(store.postpone),
    leaseFeed: wrap(store.leaseFeed),
    put: wrap(store.put),
  } satisfies Pick<Store, (typeof writing)[number]>);
}

function counted(point: CrashPoint, crash: () => void) {
  let count = 0;
  return async <Answer>(step: () => Promise<Answer>): Promise<Answer> => {
    count += 1;
    const here = count === point.count;
    if (here && point.when === 'before') crash();
    const answer = await step();
    if (here && point.when === 'after') crash();
    return answer;
  };
}
