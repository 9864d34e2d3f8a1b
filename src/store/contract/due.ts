import { describe, expect, test } from 'vitest';
import {
  change,
  edit,
  hold,
  idsOf,
  intent,
  linkPair,
  meetRecord,
  type Opener,
  page,
  pair,
  sighting,
  takeAll,
} from './samples.ts';

export function describeDue(open: Opener): void {
  describe('a due link', () => {
    test('is taken once, and given back unchanged when it is released', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const [first] = await takeAll(store, 1, 'a');
      expect(await takeAll(store, 1, 'b')).toEqual([]);
      await store.release('a');
      expect(await takeAll(store, 1, 'b')).toEqual([first]);
    });

    test('is never shared by two takers', async () => {
      const store = await open();
      for (let i = 0; i < 20; i++) await meetRecord(store, { side: 'crm', id: `${i}`, link: `link-${i}` });
      const takers = ['a', 'b', 'c', 'd'];
      const ask = (lease: string) => store.take({ syncs: ['accounts'], now: 1, limit: 8, lease, until: 100 });
      const taken = (await Promise.all(takers.map(ask))).map(idsOf);
      const all = taken.flat();
      expect(new Set(all).size).toBe(all.length);
      expect(all).toHaveLength(20);
    });

    test('can be taken by another one when the lease has run out, and the first one has lost it then', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1, 'slow', 100);
      expect(await takeAll(store, 99, 'quick')).toEqual([]);
      expect(idsOf(await takeAll(store, 100, 'quick', 200))).toEqual(['link-1']);
      expect(await store.commit([change('link-1', 1)], 'slow', 101)).toEqual([{ is: 'lost' }]);
      expect(await store.commit([change('link-1', 1)], 'quick', 102)).toEqual([{ is: 'done' }]);
    });

    test('still belongs to a slow worker while nobody else takes it', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1, 'slow', 100);
      expect(await store.commit([change('link-1', 1)], 'slow', 500)).toEqual([{ is: 'done' }]);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
    });

    test('goes live lane first, oldest first, within the limit', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'load-old', lane: 'load', now: 1 });
      await meetRecord(store, { side: 'crm', id: '2', link: 'live-new', lane: 'live', now: 3 });
      await meetRecord(store, { side: 'crm', id: '3', link: 'live-old', lane: 'live', now: 2, sync: 'partners' });
      await meetRecord(store, { side: 'crm', id: '4', link: 'load-new', lane: 'load', now: 4 });
      const ask = { syncs: ['accounts', 'partners'], now: 10, limit: 3, lease: 'a', until: 100 };
      expect(idsOf(await store.take(ask))).toEqual(['live-old', 'live-new', 'load-old']);
      expect(idsOf(await store.take(ask))).toEqual(['load-new']);
    });

    test('is not taken for other syncs, nor before it is due', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', now: 50 });
      expect(await store.take({ syncs: ['partners'], now: 60, limit: 9, lease: 'a', until: 100 })).toEqual([]);
      expect(await takeAll(store, 49)).toEqual([]);
      expect(await store.take({ syncs: [], now: 60, limit: 9, lease: 'a', until: 100 })).toEqual([]);
    });

    test('does not swallow an edit that lands while it is decided', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const [first] = await takeAll(store, 1);
      await edit(store, 'crm', '1', 'link-1', { Name: 'edited' }, 2);
      expect(await takeAll(store, 2, 'other')).toEqual([]);
      await store.commit([change('link-1', first?.turn ?? 0)], 'worker', 3);
      const [second] = await takeAll(store, 3);
      expect(second?.crm?.seen).toEqual({ Name: 'edited' });
      expect(second?.turn).toBeGreaterThan(first?.turn ?? 0);
      await store.commit([change('link-1', second?.turn ?? 0)], 'worker', 4);
      expect(await takeAll(store, 4)).toEqual([]);
    });

    test('goes from the load lane into the live one when somebody edits it, never back', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', lane: 'load' });
      await store.observe(page('crm', 2, { due: [{ link: 'link-1', lane: 'live', cause: 'edit' }] }));
      await store.observe(page('crm', 3, { due: [{ link: 'link-1', lane: 'load', cause: 'edit' }] }));
      expect((await takeAll(store, 3))[0]?.lane).toBe('live');
    });

    test('is never taken while it is in flight, whoever leases what', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1);
      await store.commit(
        [change('link-1', 1, { open: [intent('one', 'link-1'), intent('two', 'link-1')] })],
        'worker',
        2,
      );
      await edit(store, 'crm', '1', 'link-1', { Name: 'edited' }, 3);
      await store.release('worker');
      await store.releaseAll(4);
      expect(await takeAll(store, 1_000_000)).toEqual([]);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
      expect((await store.known('sales', 'Account', ['1']))[0]?.links[0]?.inFlight).toBe(true);
      await store.commit([change('link-1', 1, { close: ['one'] })], null, 5);
      expect(await takeAll(store, 1_000_000)).toEqual([]);
      await store.commit([change('link-1', 1, { close: ['two'] })], null, 6);
      expect(idsOf(await takeAll(store, 6))).toEqual(['link-1']);
    });

    test('waits for its next try, unless it is edited', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1);
      const fault = { kind: 'later', say: 'The vendor was busy.' } as const;
      const due = { at: 500, tries: 3, fault, askVendor: true };
      await store.commit([change('link-1', 1, { due })], 'worker', 2);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBe(500);
      expect(await takeAll(store, 499)).toEqual([]);
      const [retried] = await takeAll(store, 500, 'a');
      expect(retried).toMatchObject({ tries: 3, askVendor: true });
      await store.release('a');
      await edit(store, 'crm', '1', 'link-1', { Name: 'edited' }, 300);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBe(300);
      expect((await takeAll(store, 300))[0]?.tries).toBe(3);
    });

    test('is next at the end of its lease where somebody decides on it', async () => {
      const store = await open();
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1', now: 5 });
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBe(5);
      expect((await store.nextDue(['partners'])).get('partners') ?? null).toBeNull();
      await takeAll(store, 6, 'a', 100);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBe(100);
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2', now: 7 });
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBe(7);
    });

    test('is taken anew after a crash, when all leases end', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.leaseFeed('sales', 'Account', 'dead', 1, 1_000_000);
      await takeAll(store, 1, 'dead', 1_000_000);
      await store.releaseAll(2);
      expect(idsOf(await takeAll(store, 2, 'alive'))).toEqual(['link-1']);
      expect(await store.leaseFeed('sales', 'Account', 'alive', 2, 100)).toBe(true);
      expect(await store.commit([change('link-1', 1)], 'dead', 3)).toEqual([{ is: 'lost' }]);
    });
  });

  describe('a pause', () => {
    test.each([
      ['sync', 'accounts'],
      ['connection', 'sales'],
      ['connection', 'support'],
      ['link', 'link-1'],
    ] as const)('of the %s %s moves nothing, and loses nothing when it ends', async (kind, name) => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      expect(await store.setPaused({ kind, name }, true)).toBe(true);
      expect(await store.paused()).toEqual([{ kind, name }]);
      expect(await takeAll(store, 10)).toEqual([]);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
      await edit(store, 'crm', '1', 'link-1', { Name: 'edited' }, 11);
      expect(await takeAll(store, 12)).toEqual([]);
      expect(await store.setPaused({ kind, name }, false)).toBe(true);
      expect(await store.paused()).toEqual([]);
      expect((await takeAll(store, 12))[0]?.crm?.seen).toEqual({ Name: 'edited' });
    });

    test('of one link leaves the others alone', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await store.setPaused({ kind: 'link', name: 'link-1' }, true);
      expect(idsOf(await takeAll(store, 1))).toEqual(['link-2']);
      expect(await store.setPaused({ kind: 'link', name: 'nobody' }, true)).toBe(false);
    });

    test('of one connection leaves syncs of others alone', async () => {
      const store = await open();
      const elsewhere = 'other/Account|support/organization';
      const half = { sync: 'partners', pair: elsewhere, side: 'crm', id: '9', link: 'link-9', lane: 'live' } as const;
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.observe({ ...page('crm', 1, { open: [half] }), connection: 'other' });
      await store.setPaused({ kind: 'connection', name: 'sales' }, true);
      expect(idsOf(await takeAll(store, 1))).toEqual(['link-9']);
    });
  });

  describe('all links of a sync', () => {
    test('become due, however many there are', async () => {
      const store = await open();
      const count = 10_001;
      const opened = Array.from({ length: count }, (_, i) => {
        return { sync: 'accounts', pair, side: 'crm', id: `${i}`, link: `link-${i}`, lane: 'live' } as const;
      });
      await store.observe(page('crm', 1, { open: opened }));
      expect(await store.allDue('accounts', 5)).toBe(count);
      const [due] = await store.take({ syncs: ['accounts'], now: 10, limit: 1, lease: 'worker', until: 20 });
      expect(due?.turn).toBe(2);
      expect(await store.allDue('partners', 5)).toBe(0);
    });

    test('become due in the load lane when its rules change', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await linkPair(store, 'link-2', '2', '8');
      await meetRecord(store, { side: 'crm', id: '3', link: 'link-3', sync: 'partners' });
      expect(await takeAll(store, 1, 'a')).toHaveLength(1);
      expect(await store.allDue('accounts', 5)).toBe(2);
      const due = await takeAll(store, 5, 'b');
      expect(due.map(({ link, lane }) => [link.id, lane])).toEqual([
        ['link-1', 'load'],
        ['link-2', 'load'],
      ]);
    });
  });

  describe('a hold that waits for a match key', () => {
    const ambiguous = (link: string, value: string) =>
      hold(`hold-${link}`, link, { why: 'ambiguous', field: null, wakes: [`support/organization/name=${value}`] });
    const named = (id: string, value: string | null, now: number) =>
      page('desk', now, {
        sightings: [sighting('desk', id)],
        keys: { [id]: value === null ? [] : [{ field: 'name', value }] },
      });

    test('wakes its link when such a key comes, and when one goes', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1);
      await store.commit([change('link-1', 1, { holds: [ambiguous('link-1', 'acme')] })], 'worker', 2);
      expect(await store.observe(named('7', 'other', 3))).toEqual({ opened: 0, due: 0 });
      expect(await takeAll(store, 3)).toEqual([]);
      expect(await store.observe(named('7', 'acme', 4))).toEqual({ opened: 0, due: 1 });
      const [came] = await takeAll(store, 4);
      expect(came?.holds.map(({ id }) => id)).toEqual(['hold-link-1']);
      await store.commit([change('link-1', came?.turn ?? 0)], 'worker', 5);
      expect(await store.observe(named('7', 'acme', 6))).toEqual({ opened: 0, due: 0 });
      expect(await store.observe(named('7', null, 7))).toEqual({ opened: 0, due: 1 });
      const [went] = await takeAll(store, 7);
      await store.commit([change('link-1', went?.turn ?? 0, { holds: [] })], 'worker', 8);
      expect(await store.observe(named('7', 'acme', 9))).toEqual({ opened: 0, due: 0 });
    });

    test('is woken by a key that another link of the same batch brings, not by its own', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await store.observe(page('desk', 1, { sightings: [sighting('desk', '7')] }));
      await takeAll(store, 1);
      const brings = {
        ends: { desk: { id: '7', version: null, base: {}, rules: {}, movedAt: {} } },
        sightings: [sighting('desk', '7')],
        keys: { 7: [{ field: 'name', value: 'acme' }] },
        holds: [ambiguous('link-2', 'acme')],
      };
      const changes = [change('link-2', 1, brings), change('link-1', 1, { holds: [ambiguous('link-1', 'acme')] })];
      expect(await store.commit(changes, 'worker', 2)).toEqual([{ is: 'done' }, { is: 'done' }]);
      expect(idsOf(await takeAll(store, 2))).toEqual(['link-1']);
    });

    test('misses no key that comes or goes while its link is decided', async () => {
      const store = await open();
      await store.observe(named('8', 'zeta', 1));
      for (const [link, key, arrival] of [
        ['link-1', 'acme', named('7', 'acme', 6)],
        ['link-2', 'zeta', named('8', null, 6)],
        ['link-3', 'nobody', named('9', 'other', 6)],
      ] as const) {
        await meetRecord(store, { side: 'crm', id: link, link, now: 2 });
        const [due] = await takeAll(store, 5);
        expect(await store.observe(arrival)).toEqual({ opened: 0, due: 0 });
        const held = change(link, due?.turn ?? 0, { holds: [ambiguous(link, key)] });
        await store.commit([held], 'worker', 7);
        const again = await takeAll(store, 7);
        expect(idsOf(again)).toEqual(link === 'link-3' ? [] : [link]);
        await store.commit([{ ...held, turn: again[0]?.turn ?? 0 }], 'worker', 8);
        expect(await takeAll(store, 8)).toEqual([]);
      }
    });

    test('is woken by a key that became free, and is not too late for it', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await meetRecord(store, { side: 'crm', id, link: `link-${id}` });
      await takeAll(store, 5);
      await store.commit([change('link-1', 1, { holds: [ambiguous('link-1', 'acme')] })], 'worker', 6);
      const freed = change('link-2', 1, {
        wakes: ['support/organization/name=acme'],
        holds: [ambiguous('link-2', 'acme')],
      });
      await store.commit([freed], 'worker', 7);
      await store.commit([change('link-3', 1, { holds: [ambiguous('link-3', 'acme')] })], 'worker', 8);
      expect(idsOf(await takeAll(store, 9)).toSorted()).toEqual(['link-1', 'link-3']);
    });

    test('wakes by a very long key too', async () => {
      const store = await open();
      const long = 'x'.repeat(5_000);
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1);
      await store.commit([change('link-1', 1, { holds: [ambiguous('link-1', long)] })], 'worker', 2);
      expect(await store.observe(named('7', long, 4))).toEqual({ opened: 0, due: 1 });
    });
  });

  test('a page makes due only links that are there', async () => {
    const store = await open();
    const due = [{ link: 'nobody', lane: 'live', cause: 'edit' }] as const;
    expect(
      await store.observe(
        page('crm', 1, { due, open: [{ sync: 'accounts', pair, side: 'crm', id: '1', link: 'link-1', lane: 'live' }] }),
      ),
    ).toEqual({ opened: 1, due: 0 });
  });
}
