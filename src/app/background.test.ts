import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { Town } from '../engine/testing/town.ts';
import type { SyncSetup } from '../model/sync.ts';
import { type BackgroundOptions, createBackground, type Schedule } from './background.ts';
import { lastSweep } from './sweep.ts';

let town: Town;
let setup: SyncSetup;
const schedule: Schedule = { sweep: '0 3 * * *', timeZone: 'UTC', computedMs: 3_600_000 };

beforeEach(async () => {
  town = new Town();
  setup = town.accountsSync();
  for (const name of ['Acme', 'Globex']) town.accounts.add({ name, note: 'n', plan: null });
  for (let i = 0; i < 2; i++) await town.run([setup]);
});

/** What one process does in the background. */
function process(more: Partial<BackgroundOptions> = {}, around: Partial<Engine> = {}) {
  const engine = async () => town.engine([setup], around);
  return createBackground({ world: town.world, store: town.store, engine, schedule: () => schedule, ...more });
}

/** Pieces until there is nothing more to do at once; answers how many. */
async function work(background: ReturnType<typeof process>): Promise<number> {
  for (let pieces = 0; ; pieces++) {
    const isMore = await background.step();
    if (!isMore && !(await background.step())) return pieces;
  }
}

const hours = (count: number) => town.world.sleep(count * 3_600_000);
const swept = () => lastSweep(town.store, 'accounts');

describe('a scheduled sweep', () => {
  it('waits for its time, is made then, and not again before the next one', async () => {
    // It is nine in the morning.
    const background = process();
    expect(await work(background)).toBe(0);
    await hours(17);
    expect(await work(background)).toBe(0);
    expect(await swept()).toBeNull();
    await hours(1.1);
    expect(await work(background)).toBeGreaterThan(0);
    const first = await swept();
    expect(first).toMatchObject({ pairs: 2, equal: 2 });
    await hours(23);
    await work(background);
    expect(await swept()).toEqual(first);
    await hours(1);
    await work(background);
    expect((await swept())?.at).not.toBe(first?.at);
  });

  it('that came due while nobody ran is made up for', async () => {
    await work(process());
    await hours(40);
    await work(process());
    expect(await swept()).toMatchObject({ pairs: 2 });
  });

  it('is made by one of several processes', async () => {
    let listed = 0;
    const counting = new Map(
      town.vendors.map((vendor) => {
        const connection = vendor.connection();
        const changes: typeof connection.changes = (want, cursor) => {
          listed += 1;
          return connection.changes(want, cursor);
        };
        return [vendor.name, { ...connection, changes }];
      }),
    );
    const both = [process({}, { connections: counting }), process({}, { connections: counting })];
    for (const each of both) await each.step();
    await hours(20);
    for (let i = 0; i < 30; i++) for (const each of both) await each.step();
    expect(await swept()).toMatchObject({ pairs: 2, equal: 2 });
    // Two sides, a page each.
    expect(listed).toBe(2);
  });

  it('that broke off says so, and is begun anew at its next time', async () => {
    const broken = new Map(
      town.vendors.map((vendor) => {
        const changes = async () => {
          throw new Error('the network is gone');
        };
        return [vendor.name, { ...vendor.connection(), changes }];
      }),
    );
    const said: string[] = [];
    const log = { ...town.world.log, error: (message: string) => void said.push(message) };
    const background = process({ world: { ...town.world, log } }, { connections: broken });
    await work(background);
    await hours(20);
    await work(background);
    await hours(2);
    await work(background);
    expect(said).toEqual(['the sweep of accounts broke off']);
    expect(await swept()).toBeNull();
    await hours(22);
    await work(process());
    expect(await swept()).toMatchObject({ pairs: 2 });
  });

  it('is not made of a paused sync, nor where it is off', async () => {
    await work(process());
    await town.store.setPaused({ kind: 'sync', name: 'accounts' }, true);
    await hours(20);
    await work(process());
    expect(await swept()).toBeNull();
    await town.store.setPaused({ kind: 'sync', name: 'accounts' }, false);
    await hours(20);
    await work(process({ schedule: () => ({ ...schedule, sweep: 'off' }) }));
    expect(await swept()).toBeNull();
    await work(process());
    expect(await swept()).toMatchObject({ pairs: 2 });
  });

  it('that is stopped half-way leaves the way free for others', async () => {
    const first = process();
    await work(first);
    await hours(20);
    expect(await first.step()).toBe(true);
    await first.stop();
    expect(await first.step()).toBe(false);
    expect(await town.store.leaseFeed(':sweep', 'accounts', 'another', town.world.now(), town.world.now() + 1)).toBe(
      true,
    );
  });
});
