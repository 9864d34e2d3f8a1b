import { limitOf, wavesOf } from '../../engine/brake/brake.ts';
import { brakeWindowMs } from '../../engine/brake/kind.ts';
import { waveWords } from '../../engine/brake/words.ts';
import type { Decision } from '../../engine/decide.ts';
import type { Engine } from '../../engine/engine.ts';
import type { SyncSetup } from '../../model/sync.ts';

/** What a run of the same plan would be stopped by: brakes count what is planned as a run would. */
export interface BrakeNotes {
  /** Counts what is decided of these links; to be called once for each. */
  add(setup: SyncSetup, decision: Decision): void;
  /** One sentence for each brake that a run would meet. */
  notes(): Promise<readonly string[]>;
}

/** Memory is bounded by the number of syncs: what was counted within the hour already is taken for different links. */
export function brakeNotes(engine: Engine): BrakeNotes {
  const { store, world } = engine;
  const now = world.now();
  const planned = new Map<string, { setup: SyncSetup; of: ReturnType<typeof wavesOf>[number]['of']; count: number }>();
  return {
    add(setup, decision) {
      for (const { of, links } of wavesOf(setup, [decision], now)) {
        const name = `${of.sync} ${of.side} ${of.kind}`;
        const known = planned.get(name) ?? { setup, of, count: 0 };
        planned.set(name, { ...known, count: known.count + links.length });
      }
    },
    async notes() {
      const notes: string[] = [];
      for (const { setup, of, count } of planned.values()) {
        if (setup.mode === 'watch') continue;
        const { limit, of: links } = await limitOf(store, setup, of.kind, now);
        const before = await store.wrote(of, now - brakeWindowMs, []);
        const would = before.count + count;
        if (limit === null || would <= limit) continue;
        const words = waveWords(setup, of, { would, isAll: true, limit, links });
        notes.push(
          `${setup.name}: a run would stop before the first of these, at the brake: ${words}. "apply" does exactly this plan.`,
        );
      }
      return notes;
    },
  };
}
