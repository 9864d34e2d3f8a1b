import { describe, expect, test } from 'vitest';
import type { BrakeOf, BrakeState, Store } from '../../engine/ports.ts';
import { change, historyRow, hold, linkPair, meetRecord, type Opener, page, sighting, takeAll } from './samples.ts';

const changes: BrakeOf = { sync: 'accounts', side: 'desk', kind: 'changes' };
const removals: BrakeOf = { ...changes, kind: 'removals' };
const state: BrakeState = { at: 5, hash: 'h', would: 400, isAll: true, limit: 300, links: 600 };

/** A link that the brake holds. */
async function braked(store: Store, link: string, id: string, of: BrakeOf): Promise<void> {
  await linkPair(store, link, id, `d${id}`);
  const held = hold(`h-${link}`, link, { why: 'brake', field: null, brake: { side: of.side, kind: of.kind } });
  await store.commit([change(link, 1, { holds: [held] })], null, 2);
}

export function describeBrake(open: Opener): void {
  describe('a brake', () => {
    test('counts each link once within its time, and every brake by itself', async () => {
      const store = await open();
      const spend = (of: BrakeOf, links: readonly string[], now: number) =>
        store.spend({ of, links, since: now - 100, now, limit: null });
      expect(await store.wrote(changes, 0, ['a'])).toEqual({ count: 0, fresh: 1 });
      expect(await spend(changes, ['a', 'b'], 10)).toBe(true);
      expect(await spend(changes, ['b', 'c'], 50)).toBe(true);
      expect(await spend(removals, ['z'], 50)).toBe(true);
      expect(await store.wrote(changes, 0, ['a', 'x'])).toEqual({ count: 3, fresh: 1 });
      expect(await store.wrote(changes, 10, [])).toEqual({ count: 2, fresh: 0 });
      expect(await store.wrote({ ...changes, side: 'crm' }, 0, ['a'])).toEqual({ count: 0, fresh: 1 });
      expect(await store.wrote({ ...changes, sync: 'partners' }, 0, ['a'])).toEqual({ count: 0, fresh: 1 });
      expect(await spend(changes, ['a'], 150)).toBe(true);
      expect(await store.wrote(changes, 50, [])).toEqual({ count: 1, fresh: 0 });
    });

    test('counts nothing of what would pass the limit, or comes while it is on', async () => {
      const store = await open();
      const spend = (links: readonly string[]) => store.spend({ of: changes, links, since: 0, now: 10, limit: 3 });
      expect(await spend(['a', 'b'])).toBe(true);
      expect(await spend(['b', 'c', 'd'])).toBe(false);
      expect(await store.wrote(changes, 0, [])).toEqual({ count: 2, fresh: 0 });
      expect(await spend(['b', 'c'])).toBe(true);
      await store.setBrake(changes, state);
      expect(await spend(['a'])).toBe(false);
      expect(await store.spend({ of: removals, links: ['a'], since: 0, now: 10, limit: 3 })).toBe(true);
      await store.setBrake(changes, null);
      expect(await spend(['a'])).toBe(true);
    });

    test('is not passed by two workers at once', async () => {
      const store = await open();
      const worker = (name: string) => Array.from({ length: 6 }, (_, i) => `${name}${i}`);
      const spent = await Promise.all(
        ['a', 'b', 'c'].map((name) => store.spend({ of: changes, links: worker(name), since: 0, now: 10, limit: 12 })),
      );
      expect(spent.filter((isFree) => isFree)).toHaveLength(2);
      expect(await store.wrote(changes, 0, [])).toEqual({ count: 12, fresh: 0 });
    });

    test('says whether it is on, and whether it holds anybody', async () => {
      const store = await open();
      expect(await store.brake(changes)).toBeNull();
      await store.setBrake(changes, state);
      expect(await store.brake(changes)).toEqual({ state, isHolding: false });
      await braked(store, 'link-1', '1', changes);
      expect(await store.brake(changes)).toEqual({ state, isHolding: true });
      await store.setBrake(removals, { ...state, limit: 50 });
      expect(await store.brake(removals)).toEqual({ state: { ...state, limit: 50 }, isHolding: false });
      await store.setBrake(changes, null);
      expect(await store.brake(changes)).toBeNull();
    });

    test('lets all of its links go with that answer, and no other one', async () => {
      const store = await open();
      await braked(store, 'link-1', '1', changes);
      await braked(store, 'link-2', '2', changes);
      await braked(store, 'link-3', '3', removals);
      await linkPair(store, 'link-4', '4', 'd4');
      await store.commit([change('link-4', 1, { holds: [hold('h4', 'link-4', { field: null })] })], null, 2);
      expect(await store.letGo(changes, 9)).toBe(2);
      const go = { say: 'go', brake: { side: changes.side, kind: changes.kind } };
      const due = await takeAll(store, 9);
      expect(due.map(({ link, cause, answers }) => [link.id, cause, answers]).toSorted()).toEqual([
        ['link-1', 'answer', { '': go }],
        ['link-2', 'answer', { '': go }],
      ]);
      await store.commit(
        due.map(({ link, turn }) => change(link.id, turn, { holds: [], clearAnswers: true })),
        'worker',
        10,
      );
      expect(await store.letGo(changes, 11)).toBe(0);
    });

    test('lets nobody go who has been given an answer of its own to it, that is still to be decided by', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await braked(store, `link-${id}`, id, changes);
      const about = { side: changes.side, kind: changes.kind };
      await store.answer('h-link-1', { say: 'skip', brake: about }, 8);
      await store.answer('h-link-2', { say: 'skip', brake: { ...about, side: 'crm' } }, 8);
      expect(await store.letGo(changes, 9)).toBe(2);
      const due = await takeAll(store, 9);
      expect(due.map(({ link, answers }) => [link.id, answers['']?.say]).toSorted()).toEqual([
        ['link-1', 'skip'],
        ['link-2', 'go'],
        ['link-3', 'go'],
      ]);
    });

    test('makes what it holds due for another look', async () => {
      const store = await open();
      await braked(store, 'link-1', '1', changes);
      await braked(store, 'link-2', '2', removals);
      expect(await store.rouseBraked(['partners'], 9)).toBe(0);
      expect(await store.rouseBraked(['accounts'], 9)).toBe(2);
      const due = await takeAll(store, 9);
      expect(due.map(({ lane, answers }) => [lane, answers])).toEqual([
        ['load', {}],
        ['load', {}],
      ]);
    });

    test('is shown as if it were due, with nothing changed; or chosen links alone are made due', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await linkPair(store, `link-${id}`, id, `d${id}`);
      for (const id of ['1', '2']) await braked(store, `link-${id}`, id, changes);
      const look = (more: Partial<Parameters<typeof store.peek>[0]>) =>
        store.peek({ syncs: ['accounts'], after: null, limit: 9, ...more });
      const shown = await look({ braked: true });
      expect(shown.map(({ link, lane, cause, holds }) => [link.id, lane, cause, holds.length])).toEqual([
        ['link-1', 'load', 'edit', 1],
        ['link-2', 'load', 'edit', 1],
      ]);
      expect((await look({ braked: true, links: ['link-2', 'link-3'] })).map(({ link }) => link.id)).toEqual([
        'link-2',
      ]);
      expect(await look({})).toEqual([]);
      expect(await takeAll(store, 9)).toEqual([]);
      expect(await store.rouseBraked(['accounts'], 9, ['link-2', 'link-3'])).toBe(1);
      expect((await takeAll(store, 9)).map(({ link }) => link.id)).toEqual(['link-2']);
    });
  });

  describe('links that count', () => {
    test('have both ends, and got them some time ago', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', 'd1', 10);
      await linkPair(store, 'link-2', '2', 'd2', 20);
      await meetRecord(store, { side: 'crm', id: '3', link: 'link-3', now: 5 });
      expect(await store.settledLinks('accounts', 9)).toBe(0);
      expect(await store.settledLinks('accounts', 10)).toBe(1);
      expect(await store.settledLinks('accounts', 20)).toBe(2);
      expect(await store.settledLinks('partners', 20)).toBe(0);
    });

    test('say when they were joined; a later change of an end does not', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', 'd1', 10);
      const [link] = await store.links(['link-1']);
      if (!link?.desk) throw new Error('no link');
      await store.commit([change('link-1', 1, { ends: { desk: { ...link.desk, version: 'v2' } } })], null, 50);
      await store.retry(null, 60);
      await store.observe(page('crm', 60, { due: [{ link: 'link-1', lane: 'live', cause: 'edit' }] }));
      expect((await takeAll(store, 60)).map(({ joinedAt, dueSince }) => [joinedAt, dueSince])).toEqual([[10, 60]]);
    });
  });

  describe('a hold that is to be heard of no more', () => {
    test('is told only to who asks for its reason, its link or itself, and counts for nothing', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', 'd1');
      await linkPair(store, 'link-2', '2', 'd2');
      const quiet = hold('h1', 'link-1', { why: 'loop', quiet: true });
      await store.commit([change('link-1', 1, { holds: [quiet] })], null, 2);
      await store.commit([change('link-2', 1, { holds: [hold('h2', 'link-2', { why: 'loop' })] })], null, 2);
      const ids = async (filter: Parameters<typeof store.holds>[0]) =>
        (await store.holds(filter)).map(({ id }) => id).toSorted();
      expect(await ids({})).toEqual(['h2']);
      expect(await ids({ sync: 'accounts' })).toEqual(['h2']);
      expect(await ids({ status: 'loop' })).toEqual(['h1', 'h2']);
      expect(await ids({ link: 'link-1' })).toEqual(['h1']);
      expect(await store.counts('accounts', 9)).toMatchObject({ held: 1 });
    });
  });

  describe('updates of links', () => {
    test('are told oldest first: what the vendor took since then, of these links', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', 'd1');
      const history = [
        historyRow('d', 40),
        historyRow('a', 5),
        historyRow('b', 20, { side: 'crm' }),
        historyRow('c', 30, { outcome: 'refused: no' }),
        historyRow('e', 30, { do: 'create' }),
        historyRow('f', 30, { link: 'link-9' }),
      ];
      await store.commit([change('link-1', 1, { history })], null, 50);
      const rows = await store.updatesOf(['link-1', 'link-2'], 10);
      expect(rows.map(({ id }) => id)).toEqual(['b', 'd']);
      expect(rows[1]).toEqual(historyRow('d', 40));
      expect(await store.updatesOf([], 0)).toEqual([]);
    });
  });

  describe('records that are there', () => {
    test('are counted by object, up to a number', async () => {
      const store = await open();
      const ids = Array.from({ length: 6 }, (_, i) => String(i));
      await store.observe(page('crm', 1, { sightings: ids.map((id) => sighting('crm', id)) }));
      await store.observe(page('crm', 2, { sightings: [sighting('crm', '0', { gone: 'trash' })] }));
      expect(await store.liveRecords('sales', 'Account', 100)).toBe(5);
      expect(await store.liveRecords('sales', 'Account', 3)).toBe(3);
      expect(await store.liveRecords('sales', 'Contact', 3)).toBe(0);
    });
  });
}
