import { describe, expect, test } from 'vitest';
import { change, hold, idsOf, intent, linkPair, meetRecord, type Opener, pair, takeAll } from './samples.ts';

/** One sync goes on with what another one has linked, and makes what it is asked for while it is paused. */
export function describeHandOver(open: Opener): void {
  describe('links that go on under another sync', () => {
    test('keep their records, holds and what is under way, and are due', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await takeAll(store, 2);
      await store.commit([change('link-2', 1, { open: [intent('intent-2', 'link-2')], due: 'keep' })], 'worker', 3);
      await store.commit([change('link-1', 1, { holds: [hold('hold-1', 'link-1')] })], null, 3);
      await store.release('worker');
      expect(await store.syncsOf(pair)).toEqual(['accounts']);
      expect(await store.handOver(pair, 'accounts', 'partners', 4)).toBe(2);
      expect(await store.syncsOf(pair)).toEqual(['partners']);
      const ask = { now: 100_000, limit: 9, lease: 'b', until: 200_000 };
      expect(await store.take({ ...ask, syncs: ['accounts'] })).toEqual([]);
      const due = await store.take({ ...ask, syncs: ['partners'] });
      expect(due).toMatchObject([
        { link: { id: 'link-1', sync: 'partners', crm: { id: '1' }, desk: { id: '7' } }, lane: 'load' },
      ]);
      expect(await store.holds({ sync: 'partners' })).toMatchObject([{ id: 'hold-1', sync: 'partners' }]);
      const lost = await store.unsettled({ ...ask, syncs: ['partners'], connections: ['support'] });
      expect(lost).toMatchObject([{ id: 'intent-2', sync: 'partners' }]);
      expect(await store.known('sales', 'Account', ['1'])).toMatchObject([{ links: [{ link: { sync: 'partners' } }] }]);
    });

    test('leave each record with one: a half one gives way', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await meetRecord(store, { side: 'crm', id: '2', link: 'half-2' });
      for (const [id, link] of [
        ['1', 'theirs-1'],
        ['2', 'theirs-2'],
      ] as const)
        await meetRecord(store, { side: 'crm', id, link, sync: 'partners' });
      expect(await store.handOver(pair, 'accounts', 'partners', 4)).toBe(1);
      const known = await store.known('sales', 'Account', ['1', '2']);
      expect(known.map(({ links }) => links.map(({ link }) => [link.id, link.sync]))).toEqual([
        [['link-1', 'partners']],
        [['theirs-2', 'partners']],
      ]);
      expect(await store.handOver(pair, 'accounts', 'partners', 5)).toBe(0);
    });
  });

  describe('a sync that is paused', () => {
    test('gives its due links to who asks despite that, and a paused connection gives none', async () => {
      const store = await open();
      for (const id of ['1', '2']) await meetRecord(store, { side: 'crm', id, link: `link-${id}` });
      await store.setPaused({ kind: 'sync', name: 'accounts' }, true);
      const ask = { syncs: ['accounts'], links: ['link-1'], now: 2, limit: 9, lease: 'a', until: 9 };
      const look = { syncs: ['accounts'], after: null, limit: 9 };
      expect(await store.take(ask)).toEqual([]);
      expect(await store.peek(look)).toEqual([]);
      expect(idsOf(await store.peek({ ...look, paused: true }))).toEqual(['link-1', 'link-2']);
      expect(idsOf(await store.take({ ...ask, paused: true }))).toEqual(['link-1']);
      await store.release('a');
      await store.setPaused({ kind: 'connection', name: 'support' }, true);
      expect(await store.take({ ...ask, paused: true })).toEqual([]);
      expect(await store.peek({ ...look, paused: true })).toEqual([]);
    });
  });
}
