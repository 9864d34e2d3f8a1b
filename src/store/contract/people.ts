import { describe, expect, test } from 'vitest';
import type { Hold } from '../../model/hold.ts';
import {
  change,
  edit,
  historyRow,
  hold,
  idsOf,
  intent,
  linkPair,
  meetRecord,
  type Opener,
  takeAll,
} from './samples.ts';

const busy = { kind: 'later', say: 'The vendor was busy.' } as const;

export function describePeople(open: Opener): void {
  describe('an answer', () => {
    test('makes the link due and is kept, with its hold, until the next decision', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await store.commit(
        [change('link-1', 1, { holds: [hold('h1', 'link-1'), hold('h2', 'link-1', { field: null })] })],
        null,
        2,
      );
      expect(await store.answer('h1', { say: 'crm' }, 3)).toBe(true);
      expect(await store.answer('h2', { say: 'value', value: ['a', null] }, 3)).toBe(true);
      const [due] = await takeAll(store, 3, 'crashes', 10);
      expect(due).toMatchObject({ lane: 'live', cause: 'answer' });
      expect(due?.answers).toEqual({ 'Name → name': { say: 'crm' }, '': { say: 'value', value: ['a', null] } });
      expect(due?.holds.map(({ id }) => id)).toEqual(['h1', 'h2']);
      const [again] = await takeAll(store, 10, 'worker');
      expect(again?.answers).toEqual(due?.answers);
      await store.commit([change('link-1', again?.turn ?? 0, { holds: [], clearAnswers: true })], 'worker', 11);
      await edit(store, 'crm', '1', 'link-1', { Name: 'x' }, 12);
      const [later] = await takeAll(store, 12);
      expect(later).toMatchObject({ answers: {}, holds: [], cause: 'edit' });
    });

    test('that is given while somebody decides is not used up by that decision', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await store.commit([change('link-1', 1, { holds: [hold('h1', 'link-1')] })], null, 2);
      await edit(store, 'crm', '1', 'link-1', { Name: 'x' }, 3);
      const [due] = await takeAll(store, 3);
      await store.answer('h1', { say: 'desk' }, 4);
      await store.commit([change('link-1', due?.turn ?? 0, { clearAnswers: true })], 'worker', 5);
      const [again] = await takeAll(store, 5);
      expect(again?.answers).toEqual({ 'Name → name': { say: 'desk' } });
    });

    test('is not hidden by an edit that lands after it', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await store.commit([change('link-1', 1, { holds: [hold('h1', 'link-1')] })], null, 2);
      await store.answer('h1', { say: 'crm' }, 3);
      await edit(store, 'crm', '1', 'link-1', { Name: 'x' }, 4);
      expect((await takeAll(store, 4))[0]?.cause).toBe('answer');
    });

    test('to a hold that is not there says so', async () => {
      const store = await open();
      expect(await store.answer('nobody', { say: 'crm' }, 3)).toBe(false);
    });
  });

  describe('a retry', () => {
    const refused = (id: string, link: string) => hold(id, link, { why: 'refused', field: null });

    test('makes the links of these holds and faults due and forgets what was refused', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await linkPair(store, `link-${id}`, id, `d${id}`);
      await store.commit([change('link-1', 1, { holds: [refused('h1', 'link-1'), hold('h2', 'link-1')] })], null, 2);
      await store.commit([change('link-2', 1, { due: { at: 900, tries: 4, fault: busy, askVendor: false } })], null, 2);
      expect(await store.retry(['h1', 'link-2', 'nobody'], 5)).toBe(2);
      const due = await takeAll(store, 5);
      expect(idsOf(due).toSorted()).toEqual(['link-1', 'link-2']);
      expect(due.map(({ tries, cause }) => [tries, cause])).toEqual([
        [0, 'retry'],
        [0, 'retry'],
      ]);
      expect((await store.holds({})).map(({ id }) => id)).toEqual(['h2']);
      expect(await store.faults({})).toEqual([]);
    });

    test('of all leaves links alone that have neither', async () => {
      const store = await open();
      for (const id of ['1', '2', '3']) await linkPair(store, `link-${id}`, id, `d${id}`);
      await store.commit([change('link-1', 1, { holds: [refused('h1', 'link-1')] })], null, 2);
      await store.commit([change('link-2', 1, { due: { at: 900, tries: 4, fault: busy, askVendor: false } })], null, 2);
      expect(await store.retry(null, 5)).toBe(2);
      expect(idsOf(await takeAll(store, 5)).toSorted()).toEqual(['link-1', 'link-2']);
      expect(await store.retry([], 6)).toBe(0);
      expect(await store.retry(['link-3'], 6)).toBe(0);
    });
  });

  describe('drawers', () => {
    test('keep small texts by name, and forget them', async () => {
      const store = await open();
      expect(await store.get('pin', 'sales')).toBeNull();
      await store.put('pin', 'sales', '00D1');
      await store.put('pin', 'sales', '00D2');
      await store.put('meta', 'sales', '');
      expect(await store.get('pin', 'sales')).toBe('00D2');
      expect(await store.get('meta', 'sales')).toBe('');
      expect(await store.get('rules', 'sales')).toBeNull();
      await store.put('pin', 'sales', null);
      expect(await store.get('pin', 'sales')).toBeNull();
    });
  });

  describe('history', () => {
    test('is told newest first, and by sync, time, status, link and record', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await linkPair(store, 'link-2', '2', '8');
      const rows = [
        historyRow('a', 10, { record: '7', link: 'link-1' }),
        historyRow('b', 30, { record: '8', link: 'link-2', outcome: 'refused: The name is too long.' }),
        historyRow('c', 20, {
          record: '1',
          side: 'crm',
          link: 'link-1',
          sync: 'partners',
          outcome: 'later: The vendor was busy.',
        }),
        historyRow('d', 30, { record: null, link: 'gone', do: 'create', fields: {}, outcome: 'unsure' }),
      ];
      await store.commit([change('link-1', 1, { history: rows })], null, 40);
      const ids = async (filter: Parameters<typeof store.history>[0]) =>
        (await store.history(filter)).map(({ id }) => id);
      expect(await ids({})).toEqual(['d', 'b', 'c', 'a']);
      expect(await ids({ limit: 2 })).toEqual(['d', 'b']);
      expect(await ids({ sync: 'partners' })).toEqual(['c']);
      expect(await ids({ since: 20 })).toEqual(['d', 'b', 'c']);
      expect(await ids({ status: 'ok' })).toEqual(['a']);
      expect(await ids({ status: 'failed' })).toEqual(['d', 'b', 'c']);
      expect(await ids({ status: 'refused' })).toEqual(['b']);
      expect(await ids({ link: 'link-1' })).toEqual(['c', 'a']);
      expect(await ids({ record: { side: 'crm', id: '1' } })).toEqual(['c', 'a']);
      expect(await ids({ record: { side: 'desk', id: '8' } })).toEqual(['b']);
      expect(await ids({ record: { side: 'desk', id: '1' } })).toEqual([]);
      expect((await store.history({ link: 'link-1', limit: 1 }))[0]).toEqual(rows[2]);
    });

    test('of long ago is dropped when the store is tidied', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await store.commit([change('link-1', 1, { history: [historyRow('old', 10), historyRow('new', 20)] })], null, 30);
      await store.tidy(20);
      expect((await store.history({})).map(({ id }) => id)).toEqual(['new']);
      expect(await store.links(['link-1'])).toHaveLength(1);
    });
  });

  describe('reads for people', () => {
    test('tell holds newest first, and by sync, reason, time, link, record and id', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2', sync: 'partners' });
      const holds: readonly Hold[] = [
        hold('h1', 'link-1', {
          since: 10,
          candidates: [{ side: 'desk', id: '9', reason: 'same name' }],
          wakes: ['a', 'b'],
        }),
        hold('h2', 'link-1', { since: 20, why: 'refused', vendorCode: 'STRING_TOO_LONG' }),
      ];
      await store.commit([change('link-1', 1, { holds })], null, 20);
      await store.commit(
        [change('link-2', 1, { holds: [hold('h3', 'link-2', { since: 30, sync: 'partners' })] })],
        null,
        30,
      );
      const ids = async (filter: Parameters<typeof store.holds>[0]) => (await store.holds(filter)).map(({ id }) => id);
      expect(await ids({})).toEqual(['h3', 'h2', 'h1']);
      expect(await ids({ limit: 1 })).toEqual(['h3']);
      expect(await ids({ sync: 'accounts' })).toEqual(['h2', 'h1']);
      expect(await ids({ status: 'conflict' })).toEqual(['h3', 'h1']);
      expect(await ids({ since: 20 })).toEqual(['h3', 'h2']);
      expect(await ids({ link: 'link-2' })).toEqual(['h3']);
      expect(await ids({ hold: 'h2' })).toEqual(['h2']);
      expect(await ids({ refused: true, limit: 1 })).toEqual(['h2']);
      expect(await ids({ hold: 'h4' })).toEqual([]);
      expect(await ids({ record: { side: 'desk', id: '7' } })).toEqual(['h2', 'h1']);
      expect((await store.holds({ since: 10, link: 'link-1' }))[1]).toEqual({ ...holds[0], crm: '1', desk: '7' });
    });

    test('tell what is tried again by itself, by kind of fault', async () => {
      const store = await open();
      for (const id of ['1', '2']) await linkPair(store, `link-${id}`, id, `d${id}`);
      const limit = { kind: 'limit', say: 'Too many calls.', afterMs: 5_000 } as const;
      await store.commit([change('link-1', 1, { due: { at: 900, tries: 1, fault: busy, askVendor: true } })], null, 10);
      await store.commit(
        [change('link-2', 1, { due: { at: 800, tries: 2, fault: limit, askVendor: false } })],
        null,
        20,
      );
      const links = async (filter: Parameters<typeof store.faults>[0]) =>
        (await store.faults(filter)).map(({ link }) => link);
      expect(await links({})).toEqual(['link-2', 'link-1']);
      expect(await links({ status: 'later' })).toEqual(['link-1']);
      expect(await links({ since: 15 })).toEqual(['link-2']);
      expect(await links({ record: { side: 'crm', id: '1' } })).toEqual(['link-1']);
      expect(await links({ sync: 'partners' })).toEqual([]);
    });

    test('count links, what waits, and how long', async () => {
      const store = await open();
      await linkPair(store, 'pair', '1', '7');
      await linkPair(store, 'failed', '2', '8');
      await meetRecord(store, { side: 'crm', id: '3', link: 'waits', now: 100 });
      await meetRecord(store, { side: 'crm', id: '4', link: 'held', now: 100 });
      await meetRecord(store, { side: 'crm', id: '5', link: 'flies', now: 50 });
      await meetRecord(store, { side: 'crm', id: '6', link: 'elsewhere', sync: 'partners', now: 10 });
      await store.commit(
        [
          change('failed', 1, { due: { at: 9_000, tries: 1, fault: busy, askVendor: false } }),
          change('held', 1, { holds: [hold('h1', 'held'), hold('h2', 'held', { field: null })] }),
          change('flies', 1, { due: 'keep', open: [intent('i', 'flies')] }),
        ],
        null,
        200,
      );
      expect(await store.counts('accounts', 450)).toEqual({
        links: 2,
        due: 1,
        held: 1,
        failed: 1,
        inFlight: 1,
        pending: 3,
        lagMs: 350,
      });
      expect(await store.counts('nobody', 450)).toEqual({
        links: 0,
        due: 0,
        held: 0,
        failed: 0,
        inFlight: 0,
        pending: 0,
        lagMs: 0,
      });
    });
  });
}
