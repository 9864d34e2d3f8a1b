import type { Mutation } from './mutation.ts';

export const claimIgnored: Mutation = {
  name: 'claim-ignored',
  says: 'two records may claim one value',
  configurations: ['one-way', 'family'],
  plant: (store) => ({
    store: {
      commit: (changes, lease, now) =>
        store.commit(
          changes.map(({ claims: _, ...change }) => change),
          lease,
          now,
        ),
    },
  }),
};

export const leaseUnchecked: Mutation = {
  name: 'lease-unchecked',
  says: 'what was decided is kept and sent, whoever has the link by then',
  workers: 2,
  configurations: ['two-way-crm', 'two-way-desk', 'two-way-newest', 'two-way-ask'],
  plant: (store) => ({ store: { commit: (changes, _lease, now) => store.commit(changes, null, now) } }),
};

export const dueCleared: Mutation = {
  name: 'due-cleared',
  says: 'a link is done with, although something happened to it while it was decided',
  workers: 2,
  plant: (store) => ({
    store: {
      commit: async (changes, lease, now) => {
        const results = await store.commit(changes, lease, now);
        const cleared = changes.filter(({ due }, i) => due === 'clear' && results[i]?.is === 'done');
        const links = await store.links(cleared.map(({ link }) => link));
        const syncs = [...new Set(links.map(({ sync }) => sync))];
        const limit = cleared.length + 1;
        const still = await store.peek({ syncs, links: cleared.map(({ link }) => link), after: null, limit });
        const again = still.map(({ link, turn }) => ({ link: link.id, turn, due: 'clear' as const }));
        if (again.length > 0) await store.commit(again, null, now);
        return results;
      },
    },
  }),
};
