import { describe, expect, test } from 'vitest';
import { newEnd } from '../../model/link.ts';
import {
  change,
  edit,
  historyRow,
  hold,
  intent,
  linkPair,
  meetRecord,
  type Opener,
  page,
  sighting,
  takeAll,
  updateOf,
} from './samples.ts';

const done = { is: 'done' } as const;
const lost = { is: 'lost' } as const;

export function describeJoin(open: Opener): void {
  describe('joining', () => {
    test('absorbs the half link of the other record, with its due mark and holds', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      await store.commit([change('half-7', 0, { due: 'keep', holds: [hold('hold-7', 'half-7')] })], null, 1);
      await takeAll(store, 1);
      const join = change('link-1', 1, { ends: { desk: newEnd('7') }, absorb: 'half-7' });
      expect(await store.commit([join], 'worker', 2)).toEqual([done]);
      expect(await store.links(['link-1', 'half-7'])).toEqual([
        { id: 'link-1', sync: 'accounts', crm: newEnd('1'), desk: newEnd('7') },
      ]);
      expect(await store.holds({})).toEqual([]);
      expect(await takeAll(store, 1_000_000)).toEqual([]);
      expect(await store.commit([change('half-7', 1)], null, 3)).toEqual([lost]);
    });

    test('takes the end of the half link where the change names none', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      expect(await store.commit([change('link-1', 1, { absorb: 'half-7' })], null, 2)).toEqual([done]);
      expect((await store.links(['link-1']))[0]?.desk).toEqual(newEnd('7'));
    });

    test('does not swallow an edit of the other record that came after its half link was opened', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      const [due] = await takeAll(store, 1);
      await edit(store, 'desk', '7', 'half-7', { name: 'edited' }, 2);
      await store.commit(
        [change('link-1', due?.turn ?? 0, { ends: { desk: newEnd('7') }, absorb: 'half-7' })],
        'worker',
        3,
      );
      const [again] = await takeAll(store, 3);
      expect(again?.desk?.seen).toEqual({ name: 'edited' });
    });

    test.each(['leased by somebody else', 'in flight', 'gone', 'whole already'] as const)(
      'is lost when the half link is %s',
      async (how) => {
        const store = await open();
        await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
        if (how === 'leased by somebody else') await takeAll(store, 1, 'other', 1_000);
        if (how === 'in flight')
          await store.commit([change('half-7', 1, { open: [updateOf('i', 'half-7', '7')] })], null, 1);
        if (how === 'whole already') await store.commit([change('half-7', 1, { ends: { crm: newEnd('9') } })], null, 1);
        await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', now: 2 });
        await takeAll(store, 2, 'worker');
        const absorb = how === 'gone' ? 'nobody' : 'half-7';
        const join = change('link-1', 1, { ends: { desk: newEnd('7') }, absorb, history: [historyRow('row', 3)] });
        expect(await store.commit([join], 'worker', 3)).toEqual([lost]);
        expect(await store.history({})).toEqual([]);
        expect((await store.links(['link-1']))[0]?.desk).toBeNull();
      },
    );

    test('may absorb a half link that somebody leased and left', async () => {
      const store = await open();
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      await takeAll(store, 1, 'dead', 100);
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', now: 2 });
      await takeAll(store, 150, 'worker');
      const join = change('link-1', 1, { ends: { desk: newEnd('7') }, absorb: 'half-7' });
      expect(await store.commit([join], 'worker', 151)).toEqual([done]);
    });

    test('is won by one of two links that race for a record', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      const join = (link: string) => change(link, 1, { ends: { desk: newEnd('7') }, absorb: 'half-7' });
      expect(await store.commit([join('link-2'), join('link-1')], null, 2)).toEqual([done, lost]);
      expect((await store.known('support', 'organization', ['7']))[0]?.links.map(({ link }) => link.id)).toEqual([
        'link-2',
      ]);
    });

    test('is won by one of two workers that race for a record', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await store.observe(page('desk', 1, { sightings: [sighting('desk', '7')] }));
      const join = (link: string) =>
        store.commit([change(link, 1, { ends: { desk: newEnd('7') }, absorb: null })], null, 2);
      const both = await Promise.all([join('link-1'), join('link-2')]);
      expect(
        both
          .flat()
          .map(({ is }) => is)
          .toSorted(),
      ).toEqual(['done', 'lost']);
    });

    test('is lost when the record has a link of this sync that was not named', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      expect(await store.commit([change('link-1', 1, { ends: { desk: newEnd('7') }, absorb: null })], null, 2)).toEqual(
        [lost],
      );
    });

    test('is lost when another sync has linked the record in the same pair', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2', sync: 'partners' });
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-3', sync: 'partners' });
      const taken = change('link-2', 1, { ends: { desk: newEnd('7') }, absorb: null });
      const ours = change('link-3', 1, { ends: { desk: newEnd('8') }, absorb: null });
      const create = change('link-3', 1, { open: [intent('intent-1', 'link-3')] });
      expect(await store.commit([taken, ours, create], null, 2)).toEqual([lost, lost, lost]);
      await store.commit([change('link-1', 1, { ends: { desk: null } })], null, 3);
      expect(await store.commit([taken], null, 4)).toEqual([done]);
    });

    test('lets a record go from one link to another in one batch', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      const changes = [
        change('link-1', 1, { ends: { desk: null } }),
        change('link-2', 1, { ends: { desk: newEnd('7') }, absorb: null }),
      ];
      expect(await store.commit(changes, null, 2)).toEqual([done, done]);
      expect((await store.known('support', 'organization', ['7']))[0]?.links.map(({ link }) => link.id)).toEqual([
        'link-2',
      ]);
    });
  });
}
