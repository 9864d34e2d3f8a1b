import type { Store } from '../engine/ports.ts';
import type { World } from '../model/world.ts';

/**
 * For crash tests: SYNCLINE_CRASH=`fetch:12:before` ends this process at once, as `kill -9` would, before the 12th request is sent;
 * `fetch:12:after` after its answer came, `commit:3:before|after` around the third transaction of the store that writes. Counting begins
 * at 1 when the data folder is opened. A further word counts only what has it: `fetch:2:before:create_many` is the second request with
 * that in its path, `commit:1:after:noteJob` the first transaction of that verb. Unset, nothing is wrapped.
 */
export interface CrashPoint {
  readonly at: 'fetch' | 'commit';
  readonly count: number;
  readonly when: 'before' | 'after';
  /** A part of the path of a request, or the verb of the store; '' counts all. */
  readonly only: string;
}

export function crashPoint(text: string | undefined): CrashPoint | null {
  if (text === undefined || text === '') return null;
  const [, at, count, when, only = ''] = /^(fetch|commit):([1-9]\d*):(before|after)(?::(.+))?$/.exec(text) ?? [];
  if ((at !== 'fetch' && at !== 'commit') || (when !== 'before' && when !== 'after')) {
    throw new Error(`SYNCLINE_CRASH is ${text}; it should look like fetch:12:before or commit:3:after`);
  }
  return { at, count: Number(count), when, only };
}

export function crashingWorld(world: World, point: CrashPoint | null, crash: () => void): World {
  if (point?.at !== 'fetch') return world;
  const around = counted(point, crash);
  return { ...world, fetch: (request) => around(new URL(request.url).pathname, () => world.fetch(request)) };
}

/** The verbs that write; reads change nothing and need no crash. */
type Verb =
  | 'observe'
  | 'take'
  | 'release'
  | 'commit'
  | 'noteJob'
  | 'unsettled'
  | 'postpone'
  | 'leaseFeed'
  | 'allDue'
  | 'put'
  | 'tip'
  | 'dropTips'
  | 'tidy';

export function crashingStore(store: Store, point: CrashPoint | null, crash: () => void): Store {
  if (point?.at !== 'commit') return store;
  const around = counted(point, crash);
  const wrapped: Store = { ...store };
  const wrap = <Args extends readonly unknown[], Answer>(
    name: Verb,
    verb: (...args: Args) => Promise<Answer>,
  ): ((...args: Args) => Promise<Answer>) => {
    return (...args) => around(name, () => verb(...args));
  };
  return Object.assign(wrapped, {
    observe: wrap('observe', store.observe),
    take: wrap('take', store.take),
    release: wrap('release', store.release),
    commit: wrap('commit', store.commit),
    noteJob: wrap('noteJob', store.noteJob),
    unsettled: wrap('unsettled', store.unsettled),
    postpone: wrap('postpone', store.postpone),
    leaseFeed: wrap('leaseFeed', store.leaseFeed),
    allDue: wrap('allDue', store.allDue),
    put: wrap('put', store.put),
    tip: wrap('tip', store.tip),
    dropTips: wrap('dropTips', store.dropTips),
    tidy: wrap('tidy', store.tidy),
  } satisfies Pick<Store, Verb>);
}

function counted(point: CrashPoint, crash: () => void) {
  let count = 0;
  return async <Answer>(name: string, step: () => Promise<Answer>): Promise<Answer> => {
    if (!name.includes(point.only)) return step();
    count += 1;
    const here = count === point.count;
    if (here && point.when === 'before') crash();
    const answer = await step();
    if (here && point.when === 'after') crash();
    return answer;
  };
}
