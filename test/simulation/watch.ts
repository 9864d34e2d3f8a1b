import type { Store } from '../../src/engine/ports.ts';

/** Watches what all processes ask of the store: what one of them decided about a link is kept only while that link is its own. */
export class Watch {
  readonly #holders = new Map<string, string>();
  readonly #breaches = new Set<string>();

  /** What was kept although the link had another worker, or none. */
  get breaches(): readonly string[] {
    return [...this.#breaches];
  }

  around(store: Store): Store {
    return {
      ...store,
      take: async (ask) => {
        const taken = await store.take(ask);
        for (const { link } of taken) this.#holders.set(link.id, ask.lease);
        return taken;
      },
      release: async (lease) => {
        await store.release(lease);
        for (const [link, holder] of this.#holders) if (holder === lease) this.#holders.delete(link);
      },
      commit: async (changes, lease, now) => {
        const results = await store.commit(changes, lease, now);
        changes.forEach(({ link, open }, i) => {
          if (lease === null || results[i]?.is !== 'done' || this.#holders.get(link) === lease) return;
          if (open) this.#breaches.add(`I3 kept: a write of link ${link} was begun by a worker that had lost it`);
        });
        return results;
      },
    };
  }
}
