import type { DueLink, LinkChange, Store } from '../../../src/engine/ports.ts';
import { type End, type Link, withEnd } from '../../../src/model/link.ts';
import { isGone, type Side, type Sighting, sides } from '../../../src/model/record.ts';
import { type Fields, same } from '../../../src/model/value.ts';
import type { Mutation } from './mutation.ts';

/** A value that no record has: who has it for a base, has moved. */
const nobodys = '\u0000';

/** Each change of a commit, with the ends that its link would have. */
async function withEnds(
  store: Store,
  changes: readonly LinkChange[],
  change: (given: LinkChange, link: Link) => LinkChange,
): Promise<readonly LinkChange[]> {
  const links = new Map((await store.links(changes.map(({ link }) => link))).map((link) => [link.id, link]));
  return changes.map((given) => {
    const link = links.get(given.link);
    return link ? change(given, { ...link, ...given.ends }) : given;
  });
}

export const baseBeforeAnswer: Mutation = {
  name: 'base-before-answer',
  says: 'both sides are taken to agree as soon as a write is decided, before the vendor has answered',
  plant: (store) => ({
    store: {
      commit: async (changes, lease, now) => {
        const early = await withEnds(store, changes, (given, link) => {
          const [intent] = given.open ?? [];
          if (!intent) return given;
          let next = link;
          for (const side of sides) {
            const end = link[side];
            if (end) next = withEnd(next, side, agreedOn(end, intent.agreed[side], intent.agreed.rules));
          }
          return { ...given, ends: { crm: next.crm, desk: next.desk } };
        });
        return store.commit(early, lease, now);
      },
    },
  }),
};

function agreedOn(end: End, agreed: Fields, rules: End['rules']): End {
  return { ...end, base: { ...end.base, ...agreed }, rules: { ...end.rules, ...rules } };
}

export const oneBase: Mutation = {
  name: 'one-base',
  says: 'both sides share one base, in the form of the CRM',
  configurations: ['graded'],
  plant: (store) => ({
    store: {
      commit: async (changes, lease, now) => {
        const shared = await withEnds(store, changes, (given, { crm, desk }) =>
          given.ends && crm && desk ? { ...given, ends: { crm, desk: { ...desk, base: crm.base } } } : given,
        );
        return store.commit(shared, lease, now);
      },
    },
  }),
};

export const echoUnrecognised: Mutation = {
  name: 'echo-unrecognised',
  says: 'what comes back from our own write counts as an edit',
  configurations: ['two-way-crm', 'two-way-desk', 'graded'],
  plant: (store) => ({
    store: {
      take: async (ask) =>
        (await store.take(ask)).map((due) => {
          let { link } = due;
          for (const side of sides) {
            const end = link[side];
            if (end && due[side]?.version !== end.version)
              link = withEnd(link, side, { ...end, base: asMoved(end.base) });
          }
          return { ...due, link };
        }),
    },
  }),
};

export const wrongWay: Mutation = {
  name: 'wrong-way',
  says: 'where one side has moved, it is always the CRM’s value that is sent',
  configurations: ['two-way-crm', 'two-way-desk', 'graded'],
  plant: (store) => ({
    store: { take: async (ask) => (await store.take(ask)).map(turned) },
  }),
};

/** A due link that looks as if the CRM had moved wherever the desk did. */
function turned(due: DueLink): DueLink {
  const { crm, desk } = due.link;
  if (!crm || !desk) return due;
  const moved = Object.keys(desk.base).filter(
    (key) => !hasMoved(key, 'crm', crm, due.crm) && hasMoved(key, 'desk', desk, due.desk),
  );
  const seen = shown(due.desk);
  const now = Object.fromEntries(moved.map((key) => [key, seen[fieldOf(key, 'desk')] ?? null]));
  const gone = Object.fromEntries(moved.map((key) => [key, nobodys]));
  const link = {
    ...due.link,
    crm: { ...crm, base: { ...crm.base, ...gone } },
    desk: { ...desk, base: { ...desk.base, ...now } },
  };
  return { ...due, link };
}

function hasMoved(key: string, side: Side, end: End, sighting: Sighting | null): boolean {
  const now = shown(sighting)[fieldOf(key, side)];
  return now !== undefined && !same(now, end.base[key] ?? null);
}

const shown = (sighting: Sighting | null): Fields => (sighting && !isGone(sighting.seen) ? sighting.seen : {});

/** A base key names the fields of both sides. */
const fieldOf = (key: string, side: Side): string => key.split('=')[side === 'crm' ? 0 : 1] ?? '';

const asMoved = (base: Fields): Fields => Object.fromEntries(Object.keys(base).map((key) => [key, nobodys]));
