import { describe, expect, test } from 'vitest';
import { newEnd } from '../../model/link.ts';
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
  updateOf,
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
      expect(await store.nextDue(['accounts'])).toBeNull();
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
      expect(await store.nextDue(['accounts'])).toBeNull();
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
      expect(await store.nextDue(['accounts'])).toBeNull();
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
      expect(await store.nextDue(['accounts'])).toBeNull();
    });
  });

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

  describe('an intent', () => {
    test('is settled once: the second one who tries is lost', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.commit([change('link-1', 1, { open: [intent('intent-1', 'link-1')] })], null, 2);
      const settle = (id: string) =>
        change('link-1', 1, { close: ['intent-1'], ends: { desk: newEnd('7') }, history: [historyRow(id, 3)] });
      expect(await store.commit([settle('row-1'), settle('row-2')], null, 3)).toEqual([done, lost]);
      expect(await store.commit([settle('row-3')], null, 4)).toEqual([lost]);
      expect((await store.history({})).map(({ id }) => id)).toEqual(['row-1']);
    });

    test('that is open is not looked at before the call must have ended', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.commit([change('link-1', 1, { open: [intent('intent-1', 'link-1', { againAt: 100 })] })], null, 2);
      const look = (now: number) =>
        store.unsettled({ connections: ['support'], now, limit: 9, lease: 'a', until: now + 50 });
      expect(await look(99)).toEqual([]);
      expect(await look(100)).toEqual([intent('intent-1', 'link-1', { againAt: 100 })]);
    });

    test('is looked at by one worker at a time, oldest first, within the limit', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const intents = [3, 1, 2].map((at) => intent(`intent-${at}`, 'link-1', { at, againAt: 0 }));
      await store.commit([change('link-1', 1, { open: intents })], null, 2);
      const look = async (now: number, lease: string, limit = 9) => {
        const found = await store.unsettled({ connections: ['support'], now, limit, lease, until: now + 50 });
        return found.map(({ id }) => id);
      };
      expect(await look(5, 'a', 2)).toEqual(['intent-1', 'intent-2']);
      expect(await look(5, 'b')).toEqual(['intent-3']);
      expect(await look(54, 'c')).toEqual([]);
      expect(await look(55, 'c')).toEqual(['intent-1', 'intent-2', 'intent-3']);
      expect(await store.unsettled({ connections: ['sales'], now: 500, limit: 9, lease: 'd', until: 600 })).toEqual([]);
    });

    test('keeps the job that the vendor took it as', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.commit([change('link-1', 1, { open: [intent('intent-1', 'link-1', { againAt: 0 })] })], null, 2);
      await store.unsettled({ connections: ['support'], now: 5, limit: 9, lease: 'a', until: 50 });
      await store.noteJob(['intent-1'], 'job-9', 30);
      const job = await store.unsettled({ connections: ['support'], now: 30, limit: 9, lease: 'b', until: 50 });
      expect(job).toEqual([intent('intent-1', 'link-1', { state: 'job', job: 'job-9', againAt: 30 })]);
    });

    test('is put off, and then free for anybody', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      await store.commit([change('link-1', 1, { open: [intent('intent-1', 'link-1', { againAt: 0 })] })], null, 2);
      await store.unsettled({ connections: ['support'], now: 5, limit: 9, lease: 'a', until: 1_000 });
      await store.postpone(['intent-1'], 'unsure', 60);
      const look = (now: number) =>
        store.unsettled({ connections: ['support'], now, limit: 9, lease: 'b', until: 1_000 });
      expect(await look(59)).toEqual([]);
      expect((await look(60)).map(({ state, againAt }) => [state, againAt])).toEqual([['unsure', 60]]);
    });

    test('that was open when we crashed is unsure; a job stays a job', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const intents = [intent('a', 'link-1', { at: 1 }), intent('b', 'link-1', { at: 2 })];
      await store.commit([change('link-1', 1, { open: intents })], null, 2);
      await store.noteJob(['b'], 'job', 40);
      await store.releaseAll(10);
      const look = async (now: number) => {
        const found = await store.unsettled({ connections: ['support'], now, limit: 9, lease: 'x', until: now + 1 });
        return found.map(({ id, state }) => [id, state]);
      };
      expect(await look(10)).toEqual([['a', 'unsure']]);
      expect(await look(40)).toEqual([
        ['a', 'unsure'],
        ['b', 'job'],
      ]);
    });

    test('is counted by connection, object and state, with the time of the next look', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const intents = ['a', 'b', 'c', 'd'].map((id, i) => intent(id, 'link-1', { againAt: 100 + i }));
      await store.commit([change('link-1', 1, { open: intents })], null, 2);
      await store.noteJob(['a', 'b'], 'job-1', 50);
      await store.noteJob(['c'], 'job-2', 70);
      const group = { connection: 'support', object: 'organization' };
      expect(await store.underway(['support', 'sales'])).toEqual([
        { ...group, state: 'job', count: 3, jobs: 2, nextAt: 50 },
        { ...group, state: 'open', count: 1, jobs: 0, nextAt: 103 },
      ]);
      expect(await store.underway(['sales'])).toEqual([]);
    });
  });

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
      lagMs: 0,
    });
    expect(await store.history({ limit: 1_000 })).toHaveLength(300);
  });
}
