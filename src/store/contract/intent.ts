import { describe, expect, test } from 'vitest';
import { newEnd } from '../../model/link.ts';
import { change, historyRow, intent, meetRecord, type Opener } from './samples.ts';

const done = { is: 'done' } as const;
const lost = { is: 'lost' } as const;

export function describeIntent(open: Opener): void {
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

    test('of a sync that is not asked for is left alone, and not counted', async () => {
      const store = await open();
      await meetRecord(store, { side: 'crm', id: '1', link: 'link-1' });
      const intents = [intent('a', 'link-1', { againAt: 0 }), intent('b', 'link-1', { againAt: 0, sync: 'others' })];
      await store.commit([change('link-1', 1, { open: intents })], null, 2);
      const ask = { connections: ['support'], now: 5, limit: 9, until: 50 };
      expect((await store.unsettled({ ...ask, syncs: ['others'], lease: 'x' })).map(({ id }) => id)).toEqual(['b']);
      expect((await store.underway(['support'], ['others'])).map(({ count }) => count)).toEqual([1]);
      expect((await store.unsettled({ ...ask, lease: 'y' })).map(({ id }) => id)).toEqual(['a']);
      expect((await store.underway(['support'])).map(({ count }) => count)).toEqual([2]);
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
}
