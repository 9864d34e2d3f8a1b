import type { Store } from '../engine/ports.ts';
import type { World } from '../model/world.ts';
import type { SystemConnection } from '../systems/kit/system.ts';
import type { StatusReport } from './app.ts';
import { effectiveOf } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { pinned } from './connections.ts';
import { frozenCount } from './drift-store.ts';
import { lastSweep } from './sweep.ts';

/** How every sync and every connection stands, from what is kept; the vendors are not asked. `open`: what this process has opened. */
export async function statusOf(
  config: Config,
  store: Store,
  world: World,
  open: ReadonlyMap<string, SystemConnection>,
  logins: ReadonlyMap<string, 'ok' | 'failed'>,
): Promise<StatusReport> {
  const paused = new Set((await store.paused()).map(({ kind, name }) => `${kind}/${name}`));
  const syncs: Record<string, StatusReport['syncs'][string]> = {};
  for (const name of Object.keys(config.syncs)) {
    const { links, due, held, failed, lagMs } = await store.counts(name, world.now());
    const { mode, crm, desk } = effectiveOf(config, name);
    const between = [crm.connection, desk.connection];
    const stopped = [`sync/${name}`, ...between.map((each) => `connection/${each}`)].some((each) => paused.has(each));
    const waiting = held + (await frozenCount(store, name));
    const at = { links, due, held: waiting, failed, lagMs };
    syncs[name] = { mode, ...at, paused: stopped, connections: between, lastSweep: await lastSweep(store, name) };
  }
  const connections: Record<string, StatusReport['connections'][string]> = {};
  for (const [name, { environment }] of Object.entries(config.connections)) {
    const pin = await pinned(store, name);
    const budget = open.get(name)?.budget();
    connections[name] = {
      account: pin?.account ?? null,
      environment: pin?.environment ?? environment ?? 'production',
      budget: {
        used: budget?.used ?? 0,
        left: budget?.left ?? null,
        refillsAt: budget?.refillsAt ? new Date(budget.refillsAt).toISOString() : null,
      },
      login: logins.get(name) ?? 'untried',
    };
  }
  return { syncs, connections };
}
