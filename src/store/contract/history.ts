import { describe, expect, test } from 'vitest';
import type { RowFilter } from '../../engine/ports.ts';
import { change, historyRow, linkPair, type Opener } from './samples.ts';

export function describeHistory(open: Opener): void {
  describe('what was written', () => {
    const field = (rule: string) => ({ before: 'a', after: 'b', rule });
    const rows = [
      historyRow('a', 10, { run: 'run-1', link: 'link-1', fields: { name: field('Name → name') } }),
      historyRow('b', 20, { run: 'run-1', link: 'link-2', record: '8', fields: { notes: field('Info → notes') } }),
      historyRow('c', 20, { run: 'run-2', link: 'link-1', fields: { notes: field('Info → notes') } }),
      historyRow('d', 30, { run: 'run-2', link: 'link-3', record: '9', outcome: 'refused: no', fields: {} }),
      historyRow('e', 30, { run: 'run-2', link: 'link-3', record: '9', sync: 'partners', fields: {} }),
    ];

    async function filled() {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await store.commit([change('link-1', 1, { history: rows })], null, 40);
      return store;
    }

    test('is told by run, by times, by several links and by field or rule', async () => {
      const store = await filled();
      const ids = async (filter: RowFilter) => (await store.history(filter)).map(({ id }) => id);
      expect(await ids({ run: 'run-1' })).toEqual(['b', 'a']);
      expect(await ids({ since: 10, until: 20 })).toEqual(['c', 'b', 'a']);
      expect(await ids({ since: 20, until: 20 })).toEqual(['c', 'b']);
      expect(await ids({ links: ['link-2', 'link-3', 'nobody'] })).toEqual(['e', 'd', 'b']);
      expect(await ids({ links: [] })).toEqual([]);
      expect(await ids({ field: 'notes' })).toEqual(['c', 'b']);
      expect(await ids({ field: 'Name → name' })).toEqual(['a']);
      expect(await ids({ field: 'Name' })).toEqual([]);
      expect(await ids({ run: 'run-1', field: 'notes', record: { side: 'desk', id: '8' } })).toEqual(['b']);
    });

    test('is told page by page, without a row twice or left out where several have one time', async () => {
      const store = await filled();
      const seen: string[] = [];
      let before: RowFilter['before'];
      for (let i = 0; i < 5; i++) {
        const [row] = await store.history({ limit: 1, ...(before ? { before } : {}) });
        if (!row) break;
        seen.push(row.id);
        before = { at: row.at, id: row.id };
      }
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
      expect(await store.history({ before: { at: 10, id: 'a' } })).toEqual([]);
    });

    test('keeps who had changed the source, as far as that was told', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      const source = { by: '005A', at: 5 };
      await store.commit(
        [change('link-1', 1, { history: [historyRow('a', 10, { source }), historyRow('b', 20)] })],
        null,
        30,
      );
      const [later, earlier] = await store.history({});
      expect(earlier).toEqual(historyRow('a', 10, { source }));
      expect(later).toEqual(historyRow('b', 20));
    });

    test('names the links that were touched, in order, once each, page by page', async () => {
      const store = await filled();
      const ask = { sync: 'accounts', until: 100, after: null, limit: 10 } as const;
      expect(await store.touched({ ...ask, run: 'run-1' })).toEqual(['link-1', 'link-2']);
      expect(await store.touched({ ...ask, run: 'run-1', limit: 1 })).toEqual(['link-1']);
      expect(await store.touched({ ...ask, run: 'run-1', limit: 1, after: 'link-1' })).toEqual(['link-2']);
      expect(await store.touched({ ...ask, run: 'run-1', after: 'link-2' })).toEqual([]);
      // What was refused has changed nothing.
      expect(await store.touched({ ...ask, run: 'run-2' })).toEqual(['link-1']);
      expect(await store.touched({ ...ask, since: 20 })).toEqual(['link-1', 'link-2']);
      expect(await store.touched({ ...ask, since: 10, until: 10 })).toEqual(['link-1']);
      expect(await store.touched({ ...ask, link: 'link-2' })).toEqual(['link-2']);
      expect(await store.touched({ ...ask, sync: 'partners', since: 0 })).toEqual(['link-3']);
    });
  });
}
