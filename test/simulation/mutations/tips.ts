import type { Mutation } from './mutation.ts';

/** More than there ever are. */
const many = 1000;

export const tipDropped: Mutation = {
  name: 'tip-dropped',
  says: 'what a call has told is forgotten before it is read, and not after',
  configurations: ['tickets'],
  plant: (store) => ({
    connection: (connection) => ({
      read: async (want, ids) => {
        const told = await store.tips(many);
        await store.dropTips(told.filter(({ ref }) => ref.connection === connection.name && ids.includes(ref.id)));
        return connection.read(want, ids);
      },
    }),
  }),
};
