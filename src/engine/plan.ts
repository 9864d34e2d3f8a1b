import type { Operation } from '../model/operation.ts';
import type { Side } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { newId, type World } from '../model/world.ts';
import type { Intent } from './ports.ts';

/** One vendor call: writes of one verb on one object of one connection, at most as many as the call takes. */
export interface Batch {
  readonly id: string;
  readonly connection: string;
  readonly object: string;
  readonly intents: readonly Intent[];
}

/**
 * Intents → vendor calls, in the order in which they were decided. Creates go first: what is created now may be pointed to by the rest.
 * The intents come back with the batch that each of them travels in.
 */
export function plan(
  setups: readonly SyncSetup[],
  intents: readonly Intent[],
  world: Pick<World, 'now' | 'random'>,
): readonly Batch[] {
  const groups = new Map<string, { connection: string; object: string; size: number; intents: Intent[] }>();
  for (const intent of [...intents].sort((a, b) => order[a.operation.do] - order[b.operation.do])) {
    const setup = setups.find(({ name }) => name === intent.sync);
    if (!setup) continue;
    const { connection, object } = sideOf(setup, intent.side);
    const key = `${connection}/${object}/${intent.operation.do}`;
    const group = groups.get(key) ?? {
      connection,
      object,
      size: batchSize(setup, intent.side, intent.operation),
      intents: [],
    };
    group.intents.push(intent);
    groups.set(key, group);
  }
  const batches: Batch[] = [];
  for (const { connection, object, size, intents: all } of groups.values()) {
    for (let from = 0; from < all.length; from += size) {
      const id = newId(world);
      batches.push({
        id,
        connection,
        object,
        intents: all.slice(from, from + size).map((intent, place) => ({ ...intent, batch: id, place })),
      });
    }
  }
  return batches;
}

const order: Readonly<Record<Operation['do'], number>> = { create: 0, update: 1, restore: 2, remove: 3 };

function batchSize(setup: SyncSetup, side: Side, operation: Operation): number {
  const { batch } = sideOf(setup, side).type;
  if (operation.do === 'create') return batch.create;
  return operation.do === 'update' ? batch.update : batch.remove;
}
