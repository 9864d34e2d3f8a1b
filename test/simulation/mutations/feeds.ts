import { type Change, isGone, type Page, type Want } from '../../../src/model/record.ts';
import type { Mutation } from './mutation.ts';

export const missingIsDeleted: Mutation = {
  name: 'missing-is-deleted',
  says: 'what is not shown is taken for deleted',
  configurations: ['two-way-crm', 'two-way-desk'],
  plant: () => ({
    connection: (connection) => ({
      read: async (want, ids) => (await connection.read(want, ids)).map(asDeleted),
    }),
  }),
};

function asDeleted(change: Change): Change {
  const isHidden = isGone(change.seen) && change.seen.gone === 'hidden';
  return isHidden ? { ...change, seen: { gone: 'trash' } } : change;
}

export const filterInPoll: Mutation = {
  name: 'filter-in-poll',
  says: 'the vendor is asked for the records inside the filter alone',
  configurations: ['graded'],
  plant: () => ({
    connection: (connection) => ({
      changes: async (want, cursor) => {
        const page = await connection.changes(want, cursor);
        const hints = page.changes.filter(({ seen }) => seen === 'look').map(({ ref }) => ref.id);
        const shown = hints.length === 0 ? [] : await connection.read(want, hints);
        return { ...page, changes: [...page.changes.filter(({ seen }) => seen !== 'look'), ...shown].filter(isNoBank) };
      },
    }),
  }),
};

const isNoBank = ({ seen }: Change): boolean => seen === 'look' || isGone(seen) || seen.Industry !== 'Banking';

export const cursorEarly: Mutation = {
  name: 'cursor-early',
  says: 'how far a feed was read is kept before what it brought',
  plant: (store) => {
    const leases = new Map<string, string>();
    return {
      store: {
        leaseFeed: (connection, object, lease, now, until) => {
          leases.set(`${connection}/${object}`, lease);
          return store.leaseFeed(connection, object, lease, now, until);
        },
      },
      connection: (connection) => ({
        changes: async (want: Want, cursor: string | null): Promise<Page> => {
          const page = await connection.changes(want, cursor);
          const feed = await store.feed(connection.name, want.object);
          const lease = leases.get(`${connection.name}/${want.object}`);
          if (feed && lease !== undefined && cursor !== null)
            await store.observe({
              connection: connection.name,
              object: want.object,
              lease,
              cursor: page.cursor,
              complete: feed.complete,
              fields: feed.fields,
              now: feed.readAt ?? 0,
              sightings: [],
              keys: {},
              open: [],
              due: [],
            });
          return page;
        },
      }),
    };
  },
};
