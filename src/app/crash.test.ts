import { describe, expect, it } from 'vitest';
import type { World } from '../model/world.ts';
import { silentLog } from '../model/world.ts';
import { openMemory } from '../store/memory.ts';
import { type CrashPoint, crashingStore, crashingWorld, crashPoint } from './crash.ts';

/** What happened around the point, in order. */
function noted() {
  const steps: string[] = [];
  return { steps, crash: () => void steps.push('crash') };
}

function worldOf(steps: string[]): World {
  return {
    fetch: async (request) => {
      steps.push(new URL(request.url).pathname);
      return new Response();
    },
    now: () => 0,
    sleep: async () => {},
    random: () => 0,
    log: silentLog,
  };
}

async function fetched(point: CrashPoint | null, paths: readonly string[]): Promise<readonly string[]> {
  const { steps, crash } = noted();
  const world = crashingWorld(worldOf(steps), point, crash);
  for (const path of paths) await world.fetch(new Request(`http://vendor.example${path}`));
  return steps;
}

describe('a crash point', () => {
  it('is read from its text, and is none where nothing is set', () => {
    expect(crashPoint('fetch:12:before')).toEqual({ at: 'fetch', count: 12, when: 'before', only: '' });
    expect(crashPoint('commit:1:after:noteJob')).toEqual({ at: 'commit', count: 1, when: 'after', only: 'noteJob' });
    expect([crashPoint(undefined), crashPoint('')]).toEqual([null, null]);
  });

  it('that cannot be read is refused, with what it should look like', () => {
    for (const text of ['fetch', 'fetch:0:before', 'fetch:1:later', 'read:1:after', 'fetch:1:after:'])
      expect(() => crashPoint(text)).toThrow(/should look like fetch:12:before or commit:3:after/);
  });

  it('is before or after the request of its number', async () => {
    expect(await fetched(crashPoint('fetch:2:before'), ['/a', '/b', '/c'])).toEqual(['/a', 'crash', '/b', '/c']);
    expect(await fetched(crashPoint('fetch:2:after'), ['/a', '/b', '/c'])).toEqual(['/a', '/b', 'crash', '/c']);
  });

  it('counts only the requests whose path has its word', async () => {
    expect(await fetched(crashPoint('fetch:2:before:b'), ['/b', '/a', '/b'])).toEqual(['/b', '/a', 'crash', '/b']);
  });

  it('of a transaction counts verbs that write, and no reads', async () => {
    const { steps, crash } = noted();
    const store = crashingStore(openMemory(), crashPoint('commit:2:after'), crash);
    await store.put('meta', 'name', 'value');
    await store.get('meta', 'name');
    expect(steps).toEqual([]);
    await store.put('meta', 'name', null);
    expect(steps).toEqual(['crash']);
  });

  it('leaves world and store as they are where it is not theirs', () => {
    const [world, store] = [worldOf([]), openMemory()];
    expect(crashingWorld(world, crashPoint('commit:1:after'), () => {})).toBe(world);
    expect(crashingStore(store, crashPoint('fetch:1:after'), () => {})).toBe(store);
  });
});
