import { describe, expect, test } from 'vitest';
import {
  change,
  edit,
  idsOf,
  intent,
  linkPair,
  meetRecord,
  type Opener,
  page,
  pair,
  places,
  sighting,
  takeAll,
} from './samples.ts';

export function describeIntake(open: Opener): void {
  describe('a feed', () => {
    test('is unknown until its first page is kept', async () => {
      const store = await open();
      expect(await store.feed('sales', 'Account')).toBeNull();
      await store.leaseFeed('sales', 'Account', 'reader', 1, 100);
      expect(await store.feed('sales', 'Account')).toBeNull();
      await store.observe(page('crm', 5, { lease: 'reader', cursor: 'next', complete: true }));
      expect(await store.feed('sales', 'Account')).toEqual({
        cursor: 'next',
        complete: true,
        fields: ['Name'],
        readAt: 5,
      });
    });

    test('has one reader at a time, until its lease runs out', async () => {
      const store = await open();
      expect(await store.leaseFeed('sales', 'Account', 'first', 1, 100)).toBe(true);
      expect(await store.leaseFeed('sales', 'Account', 'second', 50, 150)).toBe(false);
      expect(await store.leaseFeed('sales', 'Contact', 'second', 50, 150)).toBe(true);
      expect(await store.leaseFeed('sales', 'Account', 'first', 50, 200)).toBe(true);
      expect(await store.leaseFeed('sales', 'Account', 'second', 199, 300)).toBe(false);
      expect(await store.leaseFeed('sales', 'Account', 'second', 200, 300)).toBe(true);
    });

    test('keeps nothing of a page whose lease somebody else has', async () => {
      const store = await open();
      await store.leaseFeed('sales', 'Account', 'slow', 1, 100);
      await store.leaseFeed('sales', 'Account', 'quick', 100, 200);
      const kept = await store.observe(
        page('crm', 101, {
          lease: 'slow',
          cursor: 'stale',
          sightings: [sighting('crm', '1')],
          open: [{ sync: 'accounts', pair, side: 'crm', id: '1', link: 'link-1', lane: 'load' }],
        }),
      );
      expect(kept).toEqual({ opened: 0, due: 0 });
      expect(await store.feed('sales', 'Account')).toBeNull();
      expect((await store.known('sales', 'Account', ['1']))[0]).toEqual({ id: '1', sighting: null, links: [] });
    });

    test('keeps a page whose lease ran out while nobody else wanted it', async () => {
      const store = await open();
      await store.leaseFeed('sales', 'Account', 'slow', 1, 100);
      await store.observe(page('crm', 500, { lease: 'slow', cursor: 'next' }));
      expect((await store.feed('sales', 'Account'))?.cursor).toBe('next');
    });

    test('moves no cursor for records that were read outside it', async () => {
      const store = await open();
      await store.observe(page('crm', 5, { cursor: 'not mine', sightings: [sighting('crm', '1')] }));
      expect(await store.feed('sales', 'Account')).toBeNull();
      expect((await store.known('sales', 'Account', ['1']))[0]?.sighting).toEqual(sighting('crm', '1'));
    });
  });

  describe('intake', () => {
    test('opens a half link for a record that nobody knows, and makes it due', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const [known] = await store.known('sales', 'Account', ['1']);
      expect(known?.sighting).toEqual(sighting('crm', '1'));
      expect(known?.links).toMatchObject([
        { link: { id: 'link-1', sync: 'accounts', desk: null }, side: 'crm', inFlight: false },
      ]);
      const [due] = await takeAll(store, 1);
      expect(due).toMatchObject({
        link: { crm: { id: '1', base: {} } },
        lane: 'live',
        tries: 0,
        askVendor: false,
        desk: null,
      });
      expect(due?.crm).toEqual(sighting('crm', '1'));
    });

    test('is idempotent: the same page twice opens nothing more and makes nothing due', async () => {
      const store = await open();
      const twice = page('crm', 1, {
        sightings: [sighting('crm', '1'), sighting('crm', '2')],
        keys: { 1: [{ field: 'Name', value: 'acme' }] },
        open: ['1', '2'].map((id) => ({ sync: 'accounts', pair, side: 'crm', id, link: `link-${id}`, lane: 'load' })),
      });
      expect(await store.observe(twice)).toEqual({ opened: 2, due: 0 });
      await takeAll(store, 1);
      await store.commit([change('link-1', 1), change('link-2', 1)], 'worker', 2);
      const again = { ...twice, open: twice.open.map((half) => ({ ...half, link: `${half.link}-again` })) };
      expect(await store.observe(again)).toEqual({ opened: 0, due: 0 });
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
      const ask = { pair, side: 'crm', ...places.crm, field: 'Name', value: 'acme' } as const;
      expect((await store.kin([ask], 10))[0]).toHaveLength(1);
    });

    test('opens one half link for a record that a page shows twice', async () => {
      const store = await open();
      const half = { sync: 'accounts', pair, side: 'crm', id: '1', lane: 'load' } as const;
      const shown = [sighting('crm', '1', { Name: 'old' }), sighting('crm', '1', { Name: 'new' })];
      const kept = await store.observe(
        page('crm', 1, {
          sightings: shown,
          open: [
            { ...half, link: 'a' },
            { ...half, link: 'b' },
          ],
        }),
      );
      expect(kept.opened).toBe(1);
      expect((await store.known('sales', 'Account', ['1']))[0]?.sighting?.seen).toEqual({ Name: 'new' });
    });

    test('does not lose an edit whose record got its link from somebody else meanwhile', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', seen: { Name: 'old' } });
      const [due] = await takeAll(store, 1);
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-2', seen: { Name: 'new' }, now: 2 });
      await store.commit([change('link-1', due?.turn ?? 0)], 'worker', 3);
      expect(idsOf(await takeAll(store, 3))).toEqual(['link-1']);
    });

    test('tells records of the same id apart by connection and object', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '5', link: 'crm-5' });
      await meetRecord(store, { side: 'desk', id: '5', link: 'desk-5' });
      const [account] = await store.known('sales', 'Account', ['5']);
      const [organization] = await store.known('support', 'organization', ['5']);
      expect(account?.links.map(({ link }) => link.id)).toEqual(['crm-5']);
      expect(organization?.links.map(({ link }) => link.id)).toEqual(['desk-5']);
      expect((await store.known('support', 'ticket', ['5']))[0]).toEqual({ id: '5', sighting: null, links: [] });
    });

    test('opens one half link per sync', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-2', sync: 'partners' });
      const [known] = await store.known('sales', 'Account', ['1']);
      expect(known?.links.map(({ link }) => link.sync).toSorted()).toEqual(['accounts', 'partners']);
    });

    test('answers for every record that was asked for, in the order of the asking', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      const known = await store.known('sales', 'Account', ['3', '2', '1']);
      expect(known.map(({ id, links }) => [id, links.length])).toEqual([
        ['3', 0],
        ['2', 1],
        ['1', 0],
      ]);
      expect(await store.known('sales', 'Account', [])).toEqual([]);
    });

    test('keeps null, empty and absent apart, and a record that is gone', async () => {
      const store = await open();
      const seen = { Name: '', Website: null, Tags: [], Parent: { link: 'link-9' }, Employees: 12.5, Active: false };
      const gone = { gone: 'merged', into: { ...places.crm, id: '9' } } as const;
      await store.observe(page('crm', 1, { sightings: [sighting('crm', '1', seen), sighting('crm', '2', gone)] }));
      const [kept, removed] = await store.known('sales', 'Account', ['1', '2']);
      expect(kept?.sighting?.seen).toStrictEqual(seen);
      expect(removed?.sighting?.seen).toStrictEqual(gone);
    });

    test('finds the open creates that carry a mark, and only those', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1);
      const marked = intent('intent-1', 'link-1');
      await store.commit([change('link-1', 1, { open: [marked] })], 'worker', 2);
      expect(await store.awaiting('support', 'organization', ['mark-intent-1', 'other'])).toEqual([marked]);
      expect(await store.awaiting('support', 'user', ['mark-intent-1'])).toEqual([]);
      expect(await store.awaiting('sales', 'organization', ['mark-intent-1'])).toEqual([]);
      await store.commit([change('link-1', 1, { close: ['intent-1'] })], null, 3);
      expect(await store.awaiting('support', 'organization', ['mark-intent-1'])).toEqual([]);
    });
  });

  describe('kin', () => {
    const ask = (side: 'crm' | 'desk', value: string, field = side === 'crm' ? 'Name' : 'name') =>
      ({ pair, side, ...places[side], field, value }) as const;

    test('are the records with a match key, with their links in the pair', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', keys: ['acme'] });
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-2', sync: 'partners' });
      await store.observe(
        page('desk', 1, { sightings: [sighting('desk', '7')], keys: { 7: [{ field: 'name', value: 'acme' }] } }),
      );
      const [there, here, none] = await store.kin([ask('desk', 'acme'), ask('crm', 'acme'), ask('crm', 'other')], 10);
      expect(there).toEqual([{ sighting: sighting('desk', '7'), links: [] }]);
      expect(here?.[0]?.sighting).toEqual(sighting('crm', '1'));
      expect(here?.[0]?.links.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        { id: 'link-1', sync: 'accounts', whole: false },
        { id: 'link-2', sync: 'partners', whole: false },
      ]);
      expect(none).toEqual([]);
    });

    test('say whether a link is whole: both ends are there, or one is being created', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2', keys: ['beta'] });
      await store.observe(
        page('crm', 1, { sightings: [sighting('crm', '1')], keys: { 1: [{ field: 'Name', value: 'acme' }] } }),
      );
      const wholes = async () =>
        (await store.kin([ask('crm', 'acme'), ask('crm', 'beta')], 10)).map((kin) => kin[0]?.links[0]?.whole);
      expect(await wholes()).toEqual([true, false]);
      await store.commit([change('link-2', 1, { open: [intent('intent-1', 'link-2')] })], null, 2);
      expect(await wholes()).toEqual([true, true]);
      await store.commit([change('link-2', 1, { close: ['intent-1'] })], null, 3);
      expect(await wholes()).toEqual([true, false]);
    });

    test('are at most as many as asked for, per ask', async () => {
      const store = await open();
      for (const id of ['1', '2', '3'])
        await meetRecord(store, { side: 'crm', id, link: `link-${id}`, keys: ['acme'] });
      const kin = await store.kin([ask('crm', 'acme'), ask('crm', 'acme')], 2);
      expect(kin.map((each) => each.length)).toEqual([2, 2]);
    });

    test('follow a record that is called something else now', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', keys: ['acme', 'acme inc'] });
      await store.observe(
        page('crm', 2, { sightings: [sighting('crm', '1')], keys: { 1: [{ field: 'Name', value: 'zeta' }] } }),
      );
      const kin = await store.kin([ask('crm', 'acme'), ask('crm', 'acme inc'), ask('crm', 'zeta')], 10);
      expect(kin.map((each) => each.length)).toEqual([0, 0, 1]);
    });

    test('keep their keys when a page says nothing of keys', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', keys: ['acme'] });
      await edit(store, 'crm', '1', 'link-1', { Name: 'Acme', Phone: '1' }, 2);
      expect((await store.kin([ask('crm', 'acme')], 10))[0]).toHaveLength(1);
    });

    test('are found by a very long value, and told apart from one that differs at its end', async () => {
      const store = await open();
      const long = 'ä'.repeat(20_000);
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', keys: [`${long}1`] });
      const kin = await store.kin([ask('crm', `${long}1`), ask('crm', `${long}2`)], 10);
      expect(kin.map((each) => each.length)).toEqual([1, 0]);
    });
  });
}
