import { describe, expect, test } from 'vitest';
import { newEnd } from '../../model/link.ts';
import { change, intent, meetRecord, type Opener, places, takeAll } from './samples.ts';

const done = { is: 'done' } as const;

export function describeClaim(open: Opener): void {
  describe('a claim', () => {
    const claim = { ...places.desk, field: 'name', value: 'acme' };

    test('belongs to one link: the loser is told whose it is, and nothing of its change is kept', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await takeAll(store, 1);
      const claims = [{ ...claim, value: 'free' }, claim];
      const create = (link: string) => change(link, 1, { claims, open: [intent(`intent-${link}`, link)] });
      expect(await store.commit([create('link-1'), create('link-2')], 'worker', 2)).toEqual([
        done,
        { is: 'claimed', claim: claims[0], by: 'link-1' },
      ]);
      expect((await store.known('sales', 'Account', ['2']))[0]?.links[0]?.inFlight).toBe(false);
      expect((await store.underway(['support']))[0]?.count).toBe(1);
    });

    test('is won by one of two workers at once', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      const create = (link: string) => store.commit([change(link, 1, { claims: [claim] })], null, 2);
      const both = await Promise.all([create('link-1'), create('link-2')]);
      expect(
        both
          .flat()
          .map(({ is }) => is)
          .toSorted(),
      ).toEqual(['claimed', 'done']);
    });

    test('can be made again by its own link, and by others once it is released', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await store.commit([change('link-1', 1, { claims: [claim] })], null, 2);
      expect(await store.commit([change('link-1', 1, { claims: [claim] })], null, 3)).toEqual([done]);
      await store.commit([change('link-1', 1, { releaseClaims: true })], null, 4);
      expect(await store.commit([change('link-2', 1, { claims: [claim] })], null, 5)).toEqual([done]);
    });

    test('goes with the half link that is absorbed', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      await store.commit([change('half-7', 1, { claims: [claim] })], null, 2);
      const join = change('link-1', 1, { ends: { desk: newEnd('7') }, absorb: 'half-7', claims: [claim] });
      expect(await store.commit([join], null, 3)).toEqual([done]);
    });

    test('of a half link that was absorbed is free for others', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await meetRecord(store, { side: 'desk', id: '7', link: 'half-7' });
      await store.commit([change('half-7', 1, { claims: [claim] })], null, 2);
      await store.commit([change('link-1', 1, { absorb: 'half-7' })], null, 3);
      expect(await store.commit([change('link-2', 1, { claims: [claim] })], null, 4)).toEqual([done]);
    });

    test('of one field says nothing of another', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      const other = { ...claim, field: 'external_id' };
      const changes = [change('link-1', 1, { claims: [claim] }), change('link-2', 1, { claims: [other] })];
      expect(await store.commit(changes, null, 2)).toEqual([done, done]);
    });
  });
}
