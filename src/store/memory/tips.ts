import type { Tip, TipStore } from '../../engine/ports.ts';
import { refKey } from './state.ts';

export function tipVerbs(): TipStore & { tidyTips(before: number): void } {
  const kept = new Map<string, Tip & { readonly at: number }>();
  return {
    async tip(refs, mark, now) {
      for (const ref of refs) kept.set(refKey(ref), { ref, mark, at: kept.get(refKey(ref))?.at ?? now });
    },

    async tips(limit) {
      const oldest = [...kept.values()].toSorted((a, b) => a.at - b.at || (a.ref.id < b.ref.id ? -1 : 1));
      const places = Map.groupBy(oldest, ({ ref }) => `${ref.connection}\n${ref.object}`);
      return [...places.values()].flatMap((tips) => tips.slice(0, limit).map(({ ref, mark }) => ({ ref, mark })));
    },

    async dropTips(tips) {
      for (const { ref, mark } of tips) if (kept.get(refKey(ref))?.mark === mark) kept.delete(refKey(ref));
    },

    tidyTips(before) {
      for (const [key, { at }] of kept) if (at < before) kept.delete(key);
    },
  };
}
