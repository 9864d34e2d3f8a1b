import type { Mutation } from './mutation.ts';

export const brakeIgnored: Mutation = {
  name: 'brake-ignored',
  says: 'the brake is always off and has room for any wave',
  configurations: ['removals', 'archive'],
  plant: () => ({
    store: {
      brake: async () => null,
      setBrake: async () => {},
      spend: async () => true,
      wrote: async () => ({ count: 0, fresh: 0 }),
    },
  }),
};
