import type { Store } from '../engine/ports.ts';
import type { World } from '../model/world.ts';
import { pairName } from '../store/pair.ts';
import { isDerived } from './config/pointed.ts';
import { effectiveOf } from './config/resolve.ts';
import type { Config } from './config/schema.ts';

/**
 * The file may get a sync of accounts after tickets have made some, and may lose it again. What one of the two has linked is the other one's
 * from then on: nothing is met anew, nothing is made twice, and nobody is told that a record belongs to a sync that is no more.
 */
export async function handOverLinks(store: Store, world: World, config: Config): Promise<void> {
  for (const name of Object.keys(config.syncs)) {
    const { crm, desk } = effectiveOf(config, name);
    if (crm.object === null || desk.object === null) continue;
    const pair = pairName(
      { connection: crm.connection, object: crm.object },
      { connection: desk.connection, object: desk.object },
    );
    const rivals = Object.keys(config.syncs).filter((other) => other !== name && samePair(config, other, name));
    // Of several syncs on one pair nobody can say which one it is.
    if (rivals.length > 0) continue;
    for (const before of await store.syncsOf(pair)) {
      if (config.syncs[before] !== undefined || !(isDerived(before) || isDerived(name))) continue;
      const moved = await store.handOver(pair, before, name, world.now());
      world.log.info('links go on under another sync', { from: before, to: name, links: moved });
    }
  }
}

function samePair(config: Config, one: string, other: string): boolean {
  const [a, b] = [effectiveOf(config, one), effectiveOf(config, other)];
  return (['crm', 'desk'] as const).every(
    (side) => a[side].connection === b[side].connection && a[side].object === b[side].object,
  );
}
