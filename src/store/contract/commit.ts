import { describe, expect, test } from 'vitest';
import { newEnd } from '../../model/link.ts';
import { describeClaim } from './claim.ts';
import { describeIntent } from './intent.ts';
import { describeJoin } from './join.ts';
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
  page,
  pair,
  places,
  sighting,
  takeAll,
} from './samples.ts';

const done = { is: 'done' } as const;
const lost = { is: 'lost' } as const;

export function describeCommit(open: Opener): void {
  describe('a change', () => {
    test('is lost, and leaves no trace, when its link is leased by somebody else or by nobody', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const all = change('link-1', 1, {
        ends: { desk: newEnd('7') },
        claims: [{ ...places.desk, field: 'name', value: 'acme' }],
        open: [intent('intent-1', 'link-1')],
        holds: [hold('hold-1', 'link-1')],
        history: [historyRow('row-1', 1)],
        sightings: [sighting('desk', '7')],
      });
      expect(await store.commit([all], 'stale', 2)).toEqual([lost]);
      await takeAll(store, 2, 'worker');
      expect(await store.commit([all], 'stale', 3)).toEqual([lost]);
      expect(await store.history({})).toEqual([]);
      expect(await store.holds({})).toEqual([]);
      expect(await store.underway(['support'])).toEqual([]);
      expect((await store.known('support', 'organization', ['7']))[0]).toEqual({ id: '7', sighting: null, links: [] });
      expect(await store.commit([all], 'worker', 4)).toEqual([done]);
    });

    test('is lost when its link is not there', async () => {
      const store = await open();
      expect(await store.commit([change('nobody', 1)], null, 1)).toEqual([lost]);
      expect(await store.commit([], null, 1)).toEqual([]);
    });

    test('that is refused stops no other one of its batch', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await meetRecord(store, { side: 'crm', id: '2', link: 'link-2' });
      await takeAll(store, 1);
      const committed = await store.commit(
        [change('nobody', 1), change('link-1', 1), change('link-2', 1)],
        'worker',
        2,
      );
      expect(committed).toEqual([lost, done, done]);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
    });

    test('ends the lease on its link; a second one of the same decision is lost', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1);
      expect(await store.commit([change('link-1', 1), change('link-1', 1)], 'worker', 2)).toEqual([done, lost]);
    });

    test('with due "keep" leaves due mark and lease as they are', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await takeAll(store, 1, 'worker', 100);
      await store.commit(
        [change('link-1', 1, { due: 'keep', sightings: [sighting('crm', '1', { Phone: '5' })] })],
        'worker',
        2,
      );
      expect(await takeAll(store, 3, 'other')).toEqual([]);
      expect(await store.commit([change('link-1', 1)], 'worker', 4)).toEqual([done]);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
    });

    test('without a lease takes the link from whoever decides on it', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      await edit(store, 'crm', '1', 'link-1', { Name: 'edited' }, 2);
      await takeAll(store, 2, 'worker', 1_000);
      expect(await store.commit([change('link-1', 0, { ends: { desk: null }, due: 'keep' })], null, 3)).toEqual([done]);
      expect(await store.commit([change('link-1', 2)], 'worker', 4)).toEqual([lost]);
      expect(idsOf(await takeAll(store, 4))).toEqual(['link-1']);
    });

    test('moves the ends that it names and leaves the others', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      const crm = {
        id: '1',
        version: 'v2',
        base: { Name: 'Acme', Site: null },
        rules: { Name: 'hash' },
        movedAt: { Name: 5 },
      };
      await store.commit([change('link-1', 1, { ends: { crm } })], null, 2);
      expect(await store.links(['link-1', 'nobody'])).toEqual([
        { id: 'link-1', sync: 'accounts', crm, desk: newEnd('7') },
      ]);
      await store.commit([change('link-1', 1, { ends: { desk: null } })], null, 3);
      expect(await store.links(['link-1'])).toEqual([{ id: 'link-1', sync: 'accounts', crm, desk: null }]);
      expect((await store.known('support', 'organization', ['7']))[0]?.links).toEqual([]);
    });

    test('merges what it tells of a record into the sighting, field by field', async () => {
      const store = await open();
      await meetRecord(store, {
        side: 'crm',
        id: '1',
        link: 'link-1',
        seen: { Name: 'Acme', Site: 'acme.com', Phone: '1' },
      });
      const told = { ...sighting('crm', '1', { Phone: null, Fax: '' }), version: 'v2', at: 9, by: 'us' };
      await store.commit([change('link-1', 1, { sightings: [told] })], null, 2);
      const [known] = await store.known('sales', 'Account', ['1']);
      expect(known?.sighting).toEqual({ ...told, seen: { Name: 'Acme', Site: 'acme.com', Phone: null, Fax: '' } });
      const gone = sighting('crm', '1', { gone: 'trash' });
      await store.commit([change('link-1', 1, { sightings: [gone] })], null, 3);
      expect((await store.known('sales', 'Account', ['1']))[0]?.sighting?.seen).toEqual({ gone: 'trash' });
      await store.commit([change('link-1', 1, { sightings: [sighting('crm', '1', { Name: 'back' })] })], null, 4);
      expect((await store.known('sales', 'Account', ['1']))[0]?.sighting?.seen).toEqual({ Name: 'back' });
    });

    test('keeps a record that was never seen before, with its match keys', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const keys = { 7: [{ field: 'name', value: 'acme' }] };
      await store.commit(
        [change('link-1', 1, { ends: { desk: newEnd('7') }, sightings: [sighting('desk', '7')], keys })],
        null,
        2,
      );
      const ask = { pair, side: 'desk', ...places.desk, field: 'name', value: 'acme' } as const;
      expect((await store.kin([ask], 5))[0]).toEqual([
        { sighting: sighting('desk', '7'), links: [{ id: 'link-1', sync: 'accounts', whole: true }] },
      ]);
    });

    test('that was decided on a turn that is over makes the link due at once', async () => {
      const store = await open();
      await linkPair(store, 'link-1', '1', '7');
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
      await store.commit([change('link-1', 0)], null, 5);
      expect(await takeAll(store, 5)).toMatchObject([{ link: { id: 'link-1' }, lane: 'live' }]);
    });

    test('counts a failed try, and forgets it when one goes well', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const fault = { kind: 'limit', say: 'Too many calls.', afterMs: 10 } as const;
      const due = { at: 20, tries: 1, fault, askVendor: false };
      await store.commit([change('link-1', 1, { due })], null, 5);
      await store.commit([change('link-1', 1, { due: { ...due, at: 40, tries: 2 } })], null, 25);
      expect(await store.faults({})).toEqual([
        { link: 'link-1', sync: 'accounts', crm: '1', desk: null, fault, tries: 2, nextTry: 40, since: 5 },
      ]);
      await store.commit([change('link-1', 1)], null, 45);
      expect(await store.faults({})).toEqual([]);
      expect((await store.nextDue(['accounts'])).get('accounts') ?? null).toBeNull();
    });
  });

  describeJoin(open);
  describeClaim(open);
  describeIntent(open);

  describe('holds', () => {
    test('keep their id and their age while field and reason stay the same', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const first = [hold('h1', 'link-1', { since: 5 }), hold('h2', 'link-1', { field: 'Site → site', since: 5 })];
      await store.commit([change('link-1', 1, { holds: first })], null, 5);
      const second = [
        hold('h3', 'link-1', { message: 'new words', since: 9 }),
        hold('h4', 'link-1', { why: 'refused', since: 9 }),
      ];
      await store.commit([change('link-1', 1, { holds: second })], null, 9);
      const held = await store.holds({});
      expect(held.map(({ id, since, message }) => [id, since, message])).toEqual([
        ['h4', 9, second[1]?.message],
        ['h1', 5, 'new words'],
      ]);
    });

    test('stay as they were where a change says nothing of them', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.commit([change('link-1', 1, { holds: [hold('h1', 'link-1')] })], null, 5);
      await store.commit([change('link-1', 1)], null, 6);
      expect((await store.holds({})).map(({ id }) => id)).toEqual(['h1']);
      await store.commit([change('link-1', 1, { holds: [] })], null, 7);
      expect(await store.holds({})).toEqual([]);
    });
  });

  test('a batch of many changes is applied as a whole', async () => {
    const store = await open();
    const ids = Array.from({ length: 300 }, (_, i) => `${i}`);
    const halves = ids.map(
      (id) => ({ sync: 'accounts', pair, side: 'crm', id, link: `link-${id}`, lane: 'load' }) as const,
    );
    await store.observe(page('crm', 1, { sightings: ids.map((id) => sighting('crm', id)), open: halves }));
    await store.commit(
      ids.map((id) => change(`link-${id}`, 1, { open: [intent(`i-${id}`, `link-${id}`)] })),
      null,
      2,
    );
    const settled = ids.map((id) =>
      change(`link-${id}`, 1, {
        close: [`i-${id}`],
        ends: { desk: newEnd(`d-${id}`) },
        sightings: [sighting('desk', `d-${id}`)],
        keys: { [`d-${id}`]: [{ field: 'name', value: id }] },
        history: [historyRow(`row-${id}`, 3, { link: `link-${id}` })],
      }),
    );
    expect(new Set((await store.commit(settled, null, 3)).map(({ is }) => is))).toEqual(new Set(['done']));
    expect(await store.counts('accounts', 3)).toEqual({
      links: 300,
      due: 0,
      held: 0,
      failed: 0,
      inFlight: 0,
      pending: 0,
      lagMs: 0,
    });
    expect(await store.history({ limit: 1_000 })).toHaveLength(300);
  });
}
