import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StatusReport, SweepReport } from '../../src/app/app.ts';
import { type Journey, newJourney, type Row } from './harness.ts';
import { byName } from './said-and-done.ts';

/** The full comparison, by the whole product against both twins: what polls have missed, drift, and fields without a stamp. */
let journey: Journey;
beforeEach(async () => {
  journey = await newJourney();
});
afterEach(() => journey.close());

const organizations = async () => byName(await journey.records('support', 'organization'));
const swept = (): Promise<SweepReport> => journey.open((service) => service.sweep({ syncs: [] }));
const lastSweep = async () => (await journey.open((service) => service.status())).syncs.accounts?.lastSweep;

/** Two runs, a minute and a half apart, so that every feed has shown everything. */
async function settled(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await journey.world.pass(90_000);
    await journey.run();
  }
}

const withNotes = (more: Row = {}) =>
  journey.configure({
    fields: [
      { crm: 'Name', desk: 'name' },
      { crm: 'Description', desk: 'notes' },
    ],
    ...more,
  });

const accounts = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ Name: `Account ${i}`, Description: 'from sales' }));

/** Zendesk's export answers once as if nothing had changed, and takes its cursor past what had. */
async function loseAPoll(): Promise<void> {
  const second = Math.floor(journey.world.now() / 1000);
  const body = { organizations: [], count: 0, end_of_stream: true, end_time: second, next_page: null };
  const match = { method: 'GET', path: '/api/v2/incremental/organizations' };
  await journey.control('support', 'POST', 'faults', { match, do: 'status', status: 200, body, times: 1 });
}

describe('a sweep', () => {
  it('of two sides in step says so in figures, writes nothing, and is the last sweep in the status', async () => {
    await withNotes();
    await journey.seed('sales', 'Account', accounts(12));
    await settled();
    expect(await lastSweep()).toBeNull();
    await journey.forgetCalls();
    expect(await swept()).toEqual({
      syncs: {
        accounts: {
          pairs: 12,
          equal: 12,
          explained: 0,
          drifted: 0,
          differ: 0,
          repaired: 0,
          found: { crm: 0, desk: 0 },
          orphans: { crm: 0, desk: 0 },
          why: {},
          whyAlone: {},
          waiting: 0,
          examples: [],
        },
      },
    });
    expect(journey.writes('support').filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await lastSweep()).toMatchObject({ at: expect.any(String), pairs: 12, equal: 12, drifted: 0 });
  });

  it('finds an account that no poll has brought, and creates its organization', async () => {
    await withNotes();
    await journey.seed('sales', 'Account', accounts(3));
    await settled();
    const long = '2020-01-01T00:00:00.000+0000';
    await journey.seed('sales', 'Account', [{ Name: 'Never told', CreatedDate: long, SystemModstamp: long }]);
    await settled();
    expect((await organizations())['Never told']).toBeUndefined();
    const { syncs } = await swept();
    expect(syncs.accounts).toMatchObject({ pairs: 4, equal: 4, differ: 0, found: { crm: 1, desk: 0 } });
    expect((await organizations())['Never told']).toBeDefined();
  });

  it('finds an edit whose poll was lost, and brings it over', async () => {
    await withNotes({ direction: 'both' });
    await journey.seed('sales', 'Account', accounts(3));
    await settled();
    const organization = (await organizations())['Account 1'];
    await journey.edit('support', 'organization', String(organization?.id), { notes: 'by an agent' });
    await journey.world.pass(90_000);
    await loseAPoll();
    await settled();
    const described = async () => byName(await journey.records('sales', 'Account'))['Account 1']?.Description;
    expect(await described()).toBe('from sales');
    const { syncs } = await swept();
    expect(syncs.accounts).toMatchObject({ pairs: 3, equal: 3, repaired: 1, found: { crm: 0, desk: 1 } });
    expect(await described()).toBe('by an agent');
  });

  it('never takes a record for removed that is merely not there any more: it is held as hidden', async () => {
    await withNotes({ remove: { desk: 'delete' } });
    const [first = ''] = await journey.seed('sales', 'Account', accounts(3));
    await settled();
    await journey.remove('sales', 'Account', first);
    // The service stood still for so long that the recycle bin was emptied: nothing says any more that it was deleted.
    await journey.world.pass(16 * 86_400_000);
    const { syncs } = await swept();
    const [hold] = await journey.open((service) => service.holds({}));
    expect((await organizations())['Account 0']).toBeDefined();
    expect({ why: hold?.why, count: syncs.accounts?.why.hidden ?? 0 }).toEqual({ why: 'hidden', count: 1 });
  });
});

describe('the target of a one-way field that an agent edited', () => {
  const drifted = async (drift: 'report' | 'restore') => {
    await withNotes({ drift });
    await journey.seed('sales', 'Account', accounts(3));
    await settled();
    const organization = (await organizations())['Account 2'];
    await journey.edit('support', 'organization', String(organization?.id), { notes: 'by an agent' });
    await settled();
    expect((await organizations())['Account 2']).toMatchObject({ notes: 'by an agent' });
  };

  it('is reported with both values, and stays', async () => {
    await drifted('report');
    const { syncs } = await swept();
    expect(syncs.accounts).toMatchObject({ pairs: 3, equal: 2, drifted: 1, explained: 0, why: { drift: 1 } });
    expect(syncs.accounts?.examples[0]?.say).toContain(
      'Description "from sales" in Salesforce, notes "by an agent" in Zendesk; a field that flows one way was edited on its target',
    );
    expect((await organizations())['Account 2']).toMatchObject({ notes: 'by an agent' });
  });

  it('is written back where the sync says so, and history names why', async () => {
    await drifted('restore');
    const { syncs } = await swept();
    expect(syncs.accounts).toMatchObject({ pairs: 3, equal: 3, drifted: 0, repaired: 1 });
    expect((await organizations())['Account 2']).toMatchObject({ notes: 'from sales' });
    const [row] = await journey.open((service) => service.history({ limit: 1 }));
    expect(row).toMatchObject({ cause: 'drift', fields: { notes: { before: 'by an agent', after: 'from sales' } } });
    await journey.forgetCalls();
    expect((await swept()).syncs.accounts).toMatchObject({ pairs: 3, equal: 3, repaired: 0 });
    expect(journey.writes('support')).toEqual([]);
  });
});

describe('a field that changes without a stamp', () => {
  const fields = [
    { crm: 'Name', desk: 'name' },
    { crm: 'Parent.Name', desk: 'details' },
  ];
  /** A subsidiary shows its parent's name; the parent is renamed, and nothing tells that the subsidiary looks other. */
  const renamed = async (more: Row = {}) => {
    await journey.configure({ fields, ...more });
    const [parent = ''] = await journey.seed('sales', 'Account', [{ Name: 'Holding' }]);
    await journey.seed('sales', 'Account', [{ Name: 'Subsidiary', ParentId: parent }]);
    await settled();
    expect((await organizations()).Subsidiary).toMatchObject({ details: 'Holding' });
    await journey.edit('sales', 'Account', parent, { Name: 'Holding AG' });
    await settled();
    expect((await organizations()).Subsidiary).toMatchObject({ details: 'Holding' });
  };

  it('is said to be one by the preview', async () => {
    await journey.configure({ fields, schedule: { computed: '2h' } });
    const { head } = await journey.preview();
    expect(head.notes).toContain(
      'accounts: Salesforce Account: Parent.Name changes without a stamp, so such changes are noticed every 2 hours (schedule.computed) and by the sweep, not at once.',
    );
  });

  it('is noticed by the sweep', async () => {
    await renamed();
    expect((await swept()).syncs.accounts).toMatchObject({ pairs: 2, equal: 2, repaired: 1, found: { crm: 1 } });
    expect((await organizations()).Subsidiary).toMatchObject({ details: 'Holding AG' });
  });

  /** The service runs until this comes true, for some hours at most. */
  const running = (isTrue: (status: StatusReport) => Promise<boolean>) =>
    journey.open(async (service) => {
      const stop = new AbortController();
      const working = service.start(stop.signal);
      let came = false;
      for (let minutes = 0; minutes < 300 && !came; minutes++) {
        await journey.world.sleep(60_000);
        came = await isTrue(await service.status());
      }
      stop.abort();
      await working;
      expect(journey.world.lines.filter(({ level }) => level === 'error')).toEqual([]);
      return came;
    });
  const isNoticed = async () => (await organizations()).Subsidiary?.details === 'Holding AG';

  it('is noticed by the running service, which reads such fields now and then', async () => {
    await renamed({ schedule: { computed: '5m', sweep: 'off' } });
    expect(await running(isNoticed)).toBe(true);
    expect(await lastSweep()).toBeNull();
  });

  it('is noticed by the sweep that the running service makes at its time', async () => {
    await renamed({ schedule: { computed: '30d', sweep: '*/20 * * * *' } });
    expect(await running(async ({ syncs }) => syncs.accounts?.lastSweep !== null)).toBe(true);
    expect(await isNoticed()).toBe(true);
    expect(await lastSweep()).toMatchObject({ pairs: 2, equal: 2 });
  });
});
