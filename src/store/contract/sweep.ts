import { describe, expect, test } from 'vitest';
import type { Store } from '../../engine/ports.ts';
import { change, edit, intent, linkPair, meetRecord, type Opener, page, pair, sighting, takeAll } from './samples.ts';

/** What the sweep needs: going through all that is kept without anything becoming due. */
export function describeSweep(open: Opener): void {
  describe('going through everything', () => {
    test('shows the sightings of these records, without those that nobody knows', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await meetRecord(store, { side: 'crm', id, link: `link-${id}` });
      const found = await store.sightings('sales', 'Account', ['3', '1', '9', '3']);
      expect(found.toSorted((a, b) => (a.ref.id < b.ref.id ? -1 : 1))).toEqual([
        sighting('crm', '1'),
        sighting('crm', '3'),
      ]);
      expect(await store.sightings('sales', 'Lead', ['1'])).toEqual([]);
      expect(await store.sightings('sales', 'Account', [])).toEqual([]);
    });

    test('shows every link of a sync on a pair by its id, quiet ones and those at work, with both records', async () => {
      const store = await open();
      await linkPair(store, 'link-b', '2', '7');
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-a', now: 2 });
      await meetRecord(store, { side: 'crm', id: '4', link: 'link-d', now: 2 });
      await meetRecord(store, { side: 'crm', id: '5', link: 'link-e', sync: 'partners' });
      await store.setPaused({ kind: 'link', name: 'link-a' }, true);
      await takeAll(store, 3);
      await store.commit([change('link-d', 1, { due: 'clear', open: [intent('i', 'link-d')] })], 'worker', 4);
      const look = (after: string | null, limit: number, links?: readonly string[]) =>
        store.standing({ sync: 'accounts', pair, after, limit, ...(links ? { links } : {}) });
      const all = await look(null, 10);
      expect(
        all.map(({ link: { link, crm, desk }, working, paused }) => [link.id, crm, desk, working, paused]),
      ).toEqual([
        ['link-a', sighting('crm', '1'), null, true, true],
        ['link-b', sighting('crm', '2'), sighting('desk', '7'), false, false],
        ['link-d', sighting('crm', '4'), null, true, false],
      ]);
      expect((await look('link-a', 1)).map(({ link }) => link.link.id)).toEqual(['link-b']);
      expect((await look(null, 10, ['link-d', 'link-e', 'link-x'])).map(({ link }) => link.link.id)).toEqual([
        'link-d',
      ]);
      expect(await look(null, 10, [])).toEqual([]);
      expect(await store.standing({ sync: 'accounts', pair: 'a/b|c/d', after: null, limit: 10 })).toEqual([]);
      // Nothing was taken by looking.
      expect((await look(null, 10)).map(({ link }) => link.turn)).toEqual(all.map(({ link }) => link.turn));
    });

    test('keeps notes by sweep and list, each id once and in order', async () => {
      const store = await open();
      await store.note('s1', 'seen', ['b', 'a', 'b']);
      await store.note('s1', 'seen', ['c', 'a']);
      await store.note('s1', 'other', ['z']);
      await store.note('s2', 'seen', ['y']);
      await store.note('s2', 'seen', []);
      const noted = (sweep: string, after: string | null, limit = 10) =>
        store.noted({ sweep, list: 'seen', after, limit });
      expect(await noted('s1', null)).toEqual(['a', 'b', 'c']);
      expect(await noted('s1', 'a', 1)).toEqual(['b']);
      expect(await noted('s2', null)).toEqual(['y']);
      expect(await noted('s3', null)).toEqual([]);
    });

    test('drops the notes of one sweep, or of those that began before', async () => {
      const store = await open();
      for (const sweep of ['s1', 's2', 's3']) await store.note(sweep, 'seen', ['a', 'b', 'c']);
      const left = async () =>
        Promise.all(
          ['s1', 's2', 's3'].map(
            async (sweep) => (await store.noted({ sweep, list: 'seen', after: null, limit: 10 })).length,
          ),
        );
      await store.dropNotes({ sweep: 's2' });
      expect(await left()).toEqual([3, 0, 3]);
      await store.dropNotes({ before: 's3' });
      expect(await left()).toEqual([0, 0, 3]);
    });

    test('tells which records are not on a list, page by page, but for those that were learnt of since', async () => {
      const store = await open();
      for (const id of ['1', '2', '3', '4', '5'])
        await meetRecord(store, { side: 'crm', id, link: `l-${id}`, now: 10 });
      await store.observe(page('desk', 10, { sightings: [sighting('desk', '1')] }));
      await edit(store, 'crm', '5', 'l-5', { Name: 'new' }, 30);
      await store.note('s', 'seen', ['4', '1']);
      await store.note('s', 'seen', ['1']);
      const look = (after: string | null, limit: number) =>
        store.unnoted({ sweep: 's', list: 'seen', connection: 'sales', object: 'Account', before: 20, after, limit });
      expect(await look(null, 10)).toEqual({ sightings: [sighting('crm', '2'), sighting('crm', '3')], last: null });
      expect(await look(null, 2)).toEqual({ sightings: [sighting('crm', '2')], last: '2' });
      expect(await look('2', 2)).toEqual({ sightings: [sighting('crm', '3')], last: '4' });
      expect(await look('4', 2)).toEqual({ sightings: [], last: null });
    });

    test('leaves what is due as it is', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.standing({ sync: 'accounts', pair, after: null, limit: 10 });
      await store.note('s', 'seen', ['1']);
      expect(await dueIds(store)).toEqual(['link-1']);
    });
  });
}

async function dueIds(store: Store): Promise<readonly string[]> {
  return (await takeAll(store, 2)).map(({ link }) => link.id);
}
