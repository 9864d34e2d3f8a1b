import { describe, expect, test } from 'vitest';
import type { Store } from '../../engine/ports.ts';
import { newEnd } from '../../model/link.ts';
import type { Fields } from '../../model/value.ts';
import { change, intent, linkPair, type Opener, page, pair, places, sighting, takeAll } from './samples.ts';

/**
 * Two processes: one has asked for a page of the feed, the other one writes a record and learns how it looks now, and only then is the
 * page kept. What it shows of that record is from before the write, and must not look like an edit back.
 */
export function describeOutdated(open: Opener): void {
  describe('a page that was asked for before a record was written', () => {
    test('changes nothing that is known of it, and its link asks the vendor', async () => {
      const store = await open();
      await written(store, 20);
      await keepPage(store, 15, { name: 'before the write' });
      expect(await seen(store)).toEqual({ name: 'as written' });
      expect(await keyed(store, 'before the write')).toEqual([]);
      const [due] = await takeAll(store, 40);
      expect(due).toMatchObject({ link: { id: 'link-1' }, askVendor: true, desk: { seen: { name: 'as written' } } });
    });

    test('that shows it as it was written says nothing new, and nobody is asked', async () => {
      const store = await open();
      await written(store, 20);
      await keepPage(store, 15, { name: 'as written' });
      expect(await takeAll(store, 40)).toMatchObject([{ askVendor: false }]);
    });

    test('keeps what it shows of other records', async () => {
      const store = await open();
      await written(store, 20);
      const other = sighting('desk', '8', { name: 'another' });
      await store.observe(
        page('desk', 30, { ...asked(15), sightings: [sighting('desk', '7', { name: 'old' }), other] }),
      );
      const known = await store.known('support', 'organization', ['7', '8']);
      expect(known.map((each) => each.sighting?.seen)).toEqual([{ name: 'as written' }, { name: 'another' }]);
    });

    test('counts when it was asked for at the same moment or later', async () => {
      const store = await open();
      await written(store, 20);
      await keepPage(store, 20, { name: 'edited' });
      expect(await seen(store)).toEqual({ name: 'edited' });
      expect(await keyed(store, 'edited')).toEqual(['7']);
      expect(await takeAll(store, 40)).toMatchObject([{ askVendor: false, desk: { seen: { name: 'edited' } } }]);
    });

    test('is as old as its question where a later one is kept before it', async () => {
      const store = await open();
      await written(store, 5);
      await keepPage(store, 20, { name: 'later' }, 25);
      await keepPage(store, 15, { name: 'earlier' }, 30);
      expect(await seen(store)).toEqual({ name: 'later' });
    });
  });

  describe('a record that is known to be gone', () => {
    test('stays so for the reason that was told, where a look by id shows nothing', async () => {
      const store = await open();
      const purged = { ...sighting('desk', '7', {}), seen: { gone: 'purged' } } as const;
      const hidden = { ...purged, seen: { gone: 'hidden' } } as const;
      await store.observe(page('desk', 10, { sightings: [purged] }));
      await store.observe(page('desk', 20, { sightings: [hidden, { ...hidden, ref: { ...hidden.ref, id: '8' } }] }));
      const known = await store.known('support', 'organization', ['7', '8']);
      expect(known.map((each) => each.sighting?.seen)).toEqual([{ gone: 'purged' }, { gone: 'hidden' }]);
    });
  });
}

const asked = (askedAt: number) => ({ askedAt });

/** Organization 7 is linked, and was just written by us. */
async function written(store: Store, at: number): Promise<void> {
  await linkPair(store, 'link-1', '1', '7');
  await store.commit([change('link-1', 2, { open: [intent('intent-1', 'link-1')], due: 'keep' })], null, 2);
  await store.commit(
    [
      change('link-1', 2, {
        close: ['intent-1'],
        ends: { desk: newEnd('7') },
        sightings: [sighting('desk', '7', { name: 'as written' })],
      }),
    ],
    null,
    at,
  );
}

async function keepPage(store: Store, askedAt: number, shown: Fields, now = 30): Promise<void> {
  await store.observe(
    page('desk', now, {
      askedAt,
      sightings: [sighting('desk', '7', shown)],
      keys: { 7: [{ field: 'name', value: String(shown.name) }] },
      due: [{ link: 'link-1', lane: 'live', cause: 'edit' }],
    }),
  );
}

async function seen(store: Store) {
  return (await store.known('support', 'organization', ['7']))[0]?.sighting?.seen;
}

async function keyed(store: Store, value: string): Promise<readonly string[]> {
  const [found] = await store.kin([{ pair, side: 'desk', ...places.desk, field: 'name', value }], 10);
  return found?.map(({ sighting: { ref } }) => ref.id) ?? [];
}
