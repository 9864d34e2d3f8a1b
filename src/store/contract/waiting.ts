import { describe, expect, test } from 'vitest';
import { change, idsOf, linkPair, meetRecord, type Opener, takeAll } from './samples.ts';

/** Links that wait for something other than a person, and looking at due links without taking them. */
export function describeWaiting(open: Opener): void {
  describe('a link that waits for a key', () => {
    const waits = [{ key: 'link:parent', lane: 'load' as const }];

    test('becomes due in its lane when the key is touched, and not by the change that says so itself', async () => {
      const store = await open();
      for (const id of ['parent', 'child']) await meetRecord(store, { side: 'crm', id, link: id });
      await takeAll(store, 1, 'a');
      await store.commit([change('child', 1, { waits, wakes: ['link:parent'] })], 'a', 2);
      expect(await takeAll(store, 3, 'b')).toEqual([]);
      await store.commit([change('parent', 1, { wakes: ['link:parent'] })], 'a', 4);
      const [child] = await takeAll(store, 5, 'c');
      expect(child?.link.id).toBe('child');
      expect(child?.lane).toBe('load');
    });

    test('goes on waiting while later changes say nothing of it, and no more when one says so', async () => {
      const store = await open();
      for (const id of ['parent', 'child']) await meetRecord(store, { side: 'crm', id, link: id });
      await takeAll(store, 1, 'a');
      await store.commit([change('child', 1, { waits })], 'a', 2);
      await store.commit([change('child', 1, { holds: [] })], null, 3);
      await store.commit([change('parent', 1, { wakes: ['link:parent'] })], 'a', 4);
      expect(idsOf(await takeAll(store, 5, 'b'))).toEqual(['child']);
      await store.commit([change('child', 2, { waits: [] })], 'b', 6);
      await store.commit([change('parent', 1, { wakes: ['link:parent'] })], null, 7);
      expect(await takeAll(store, 8, 'c')).toEqual([]);
    });

    test('is due at once when the key was touched while it was being decided', async () => {
      const store = await open();
      for (const id of ['parent', 'child']) await meetRecord(store, { side: 'crm', id, link: id });
      await takeAll(store, 2, 'a');
      await store.commit([change('parent', 1, { wakes: ['link:parent'] })], 'a', 3);
      await store.commit([change('child', 1, { waits })], 'a', 4);
      expect(idsOf(await takeAll(store, 5, 'b'))).toEqual(['child']);
    });
  });

  test('keys that several records have are told, in order, with the records', async () => {
    const store = await open();
    const records = { a: ['acme'], b: ['acme', 'acme.example'], c: ['globex'], d: ['acme.example'], e: ['acme'] };
    for (const [id, keys] of Object.entries(records))
      await meetRecord(store, { side: 'crm', id, link: `l-${id}`, keys });
    const told = (limit: number) => store.doubles('sales', 'Account', 'Name', limit);
    expect(await told(5)).toEqual({
      values: 2,
      examples: [
        { value: 'acme', records: ['a', 'b', 'e'] },
        { value: 'acme.example', records: ['b', 'd'] },
      ],
    });
    expect(await told(1)).toMatchObject({ values: 2, examples: [{ value: 'acme' }] });
    expect(await store.doubles('sales', 'Account', 'Nam', 5)).toEqual({ values: 0, examples: [] });
    expect(await store.doubles('support', 'organization', 'name', 5)).toEqual({ values: 0, examples: [] });
  });

  describe('looking at due links', () => {
    test('takes nothing, goes page by page in the order of their ids, and shows also what is due later or leased', async () => {
      const store = await open();
      for (const id of ['d', 'b', 'a', 'c']) await meetRecord(store, { side: 'crm', id, link: `link-${id}` });
      await takeAll(store, 1, 'somebody');
      await store.commit(
        [change('link-b', 1, { due: { at: 9000, tries: 1, fault: null, askVendor: false } }), change('link-c', 1)],
        'somebody',
        2,
      );
      const look = (after: string | null, links?: readonly string[]) =>
        store.peek({ syncs: ['accounts'], after, limit: 2, ...(links ? { links } : {}) });
      expect(idsOf(await look(null))).toEqual(['link-a', 'link-b']);
      expect(idsOf(await look('link-b'))).toEqual(['link-d']);
      expect(idsOf(await look(null, ['link-d', 'link-c']))).toEqual(['link-d']);
      expect(idsOf(await look(null, []))).toEqual([]);
      expect(await store.peek({ syncs: ['others'], after: null, limit: 2 })).toEqual([]);
      await store.release('somebody');
      expect(idsOf(await takeAll(store, 3, 'b'))).toEqual(['link-a', 'link-d']);
    });

    test('can be of those with both ends alone', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: 'a', link: 'link-a' });
      await linkPair(store, 'link-b', 'b', 'd1');
      await store.allDue('accounts', 2);
      const look = (whole: boolean) => store.peek({ syncs: ['accounts'], whole, after: null, limit: 9 });
      expect([idsOf(await look(false)), idsOf(await look(true))]).toEqual([['link-a', 'link-b'], ['link-b']]);
    });

    test('and taking chosen links alone leaves the others', async () => {
      const store = await open();
      for (const id of ['a', 'b', 'c']) await meetRecord(store, { side: 'crm', id, link: `link-${id}` });
      const ask = { syncs: ['accounts'], now: 1, limit: 10, lease: 'x', until: 100 };
      expect((await store.nextDue(['accounts'], ['link-c', 'nobody'])).get('accounts') ?? null).not.toBeNull();
      expect((await store.nextDue(['accounts'], ['nobody'])).get('accounts') ?? null).toBeNull();
      expect(idsOf(await store.take({ ...ask, links: ['link-c', 'nobody'] }))).toEqual(['link-c']);
      expect(await store.take({ ...ask, links: [] })).toEqual([]);
      expect((await store.nextDue(['accounts'], ['link-c'])).get('accounts') ?? null).toBe(100);
      expect(idsOf(await store.take({ ...ask, lease: 'y' }))).toEqual(['link-a', 'link-b']);
    });
  });
}
