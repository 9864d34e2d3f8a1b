import { describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { pass } from '../../engine/pass.ts';
import type { Store } from '../../engine/ports.ts';
import { Crash, Steps } from '../../engine/testing/steps.ts';
import { FakeVendor, fakeSetup, stillWorld } from '../../engine/testing.ts';
import type { Connection } from '../../model/connection.ts';
import { FaultError } from '../../model/fault.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { newTally } from '../../model/tally.ts';
import { openMemory } from '../../store/memory.ts';
import type { Left } from '../app.ts';
import { asksOf, pagesOf } from './asks.ts';
import { undoPage } from './page.ts';
import { undoLines } from './plan.ts';

/** An undo against fake vendors: what it meets on its way, and what is there after a crash at any step. */
class Stage {
  readonly world = stillWorld(3);
  readonly crm = new FakeVendor('sales', this.world);
  readonly desk = new FakeVendor('support', this.world);
  readonly store = openMemory();
  readonly more: Partial<SyncSetup>;

  constructor(more: Partial<SyncSetup> = {}) {
    this.more = more;
    this.crm.uniqueName = false;
  }

  setup(): SyncSetup {
    return fakeSetup(this.crm, this.desk, this.more);
  }

  engine(run: string, around: (port: Connection) => Connection = (port) => port, store: Store = this.store): Engine {
    const setup = this.setup();
    return {
      world: this.world,
      store,
      connections: new Map([this.crm, this.desk].map((vendor) => [vendor.name, around(vendor.connection())])),
      setups: [setup],
      run,
      tallies: new Map([[setup.name, newTally()]]),
      waits: new Map(),
      progress: { count: 0 },
      glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
      moments: new Map(),
    };
  }

  /** One pass to quiet. */
  async run(name: string): Promise<void> {
    await pass(this.engine(name));
    await this.world.sleep(1000);
  }

  async undo(run: string, engine = this.engine(`undo of ${run}`)): Promise<readonly Left[]> {
    const scope = { run, until: this.world.now(), field: null };
    const left: Left[] = [];
    for await (const page of pagesOf(engine.store, 'accounts', scope)) {
      const asks = await asksOf(engine.store, page, scope, engine.run);
      left.push(...(await undoPage(engine, this.setup(), asks, {})));
    }
    await this.world.sleep(1000);
    return left;
  }

  /** What the desk has, by name: the notes. */
  notes(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.desk.all().map(({ name, note }) => [String(name), note]));
  }

  /** Of the CRM's records. The desk's half of a pair that was parted need not say so: nobody takes the other one. */
  async holds(): Promise<readonly string[]> {
    const holds = await this.store.holds({ limit: 1000 });
    return holds
      .filter(({ crm }) => crm !== null)
      .map(({ why, field }) => `${why} ${field ?? 'record'}`)
      .sort();
  }
}

/** Two in step, of which the run `bad` rewrites one; it creates two more, and joins one with a record that was there. */
async function spoilt(more: Partial<SyncSetup> = {}): Promise<Stage> {
  const stage = new Stage(more);
  const [first = ''] = ['Acme', 'Beta'].map((name) => stage.crm.add({ name, note: 'right', plan: null }));
  await stage.run('good');
  stage.desk.add({ name: 'Delta', note: 'theirs', plan: null });
  stage.crm.edit(first, { note: 'wrong' });
  for (const name of ['Gamma', 'Delta', 'Epsilon']) stage.crm.add({ name, note: 'new', plan: null });
  await stage.run('bad');
  return stage;
}

const undone = { Acme: 'right', Beta: 'right', Delta: 'theirs' };
const whatStays = ['undone note crm-to-desk', 'undone record', 'undone record', 'undone record'];

describe('an undo that is ended at any step', () => {
  const policies: readonly (readonly [string, Partial<SyncSetup>])[] = [
    ['by answers', {}],
    [
      'where removals are carried over',
      { removal: { crm: 'trash', desk: 'trash', leaving: false, recreate: ['desk'] } },
    ],
  ];
  it.each(policies)(
    'is finished by the same undo once more, and no run between the two takes anything back (%s)',
    async (_, more) => {
      const steps = await interrupted(more, Number.POSITIVE_INFINITY, 'before');
      expect(steps).toBeGreaterThan(10);
      for (let at = 1; at <= steps; at++) {
        await interrupted(more, at, 'before');
        await interrupted(more, at, 'after');
      }
    },
  );
});

async function interrupted(more: Partial<SyncSetup>, at: number, when: 'before' | 'after'): Promise<number> {
  const stage = await spoilt(more);
  const sources = stage.crm.all();
  const steps = new Steps(at, when);
  try {
    await stage.undo(
      'bad',
      stage.engine('undo', (port) => steps.around(port), steps.around(stage.store)),
    );
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    await stage.store.releaseAll(stage.world.now());
    await stage.world.sleep(200_000);
    await stage.run('next');
    await stage.undo('bad');
  }
  expect(stage.notes(), `${when} step ${at}`).toEqual(undone);
  const writes = stage.desk.made.write;
  await stage.run('later');
  await stage.run('still later');
  expect(stage.notes(), `${when} step ${at}, later`).toEqual(undone);
  expect(stage.desk.made.write).toBe(writes);
  expect(stage.crm.all()).toEqual(sources);
  expect(await stage.holds(), `${when} step ${at}`).toEqual(whatStays);
  return steps.count;
}

describe('an undo of an undo', () => {
  it('brings back what the first one removed, where the vendor has a bin; else the next run makes it anew', async () => {
    for (const restores of [true, false]) {
      const stage = await spoilt();
      stage.desk.restores = restores;
      expect(await stage.undo('bad')).toEqual([]);
      expect(stage.notes()).toEqual(undone);
      const records = stage.desk.records.size;
      expect(await stage.undo('undo of bad')).toEqual([]);
      await stage.run('later');
      const again = { Acme: 'wrong', Beta: 'right', Delta: 'new', Gamma: 'new', Epsilon: 'new' };
      expect([stage.notes(), await stage.holds()]).toEqual([again, []]);
      expect(stage.desk.records.size - records).toBe(restores ? 0 : 2);
      const writes = stage.desk.made.write;
      await stage.run('still later');
      expect(stage.desk.made.write).toBe(writes);
    }
  });
});

describe('an undo of an undo, where nothing can be restored', () => {
  it('is told of by its preview, and done by the same once more where it was paused', async () => {
    const stage = await spoilt();
    stage.desk.restores = false;
    await stage.undo('bad');
    const scope = { run: 'undo of bad', until: stage.world.now(), field: null };
    const lines = [];
    for await (const page of pagesOf(stage.store, 'accounts', scope)) {
      const asks = await asksOf(stage.store, page, scope, 'undo');
      for await (const planned of undoLines(stage.engine('undo'), stage.setup(), asks, new Set()))
        lines.push(...planned.lines.filter((line) => line.do === 'hold' && line.name.includes('"Gamma"')));
    }
    expect(lines).toMatchObject([
      {
        why: 'undone',
        message: expect.stringMatching(
          /^Account "Gamma" \(.*\): the organization that an undo took away in Support is gone for good\. It is held no longer: the next run/,
        ),
      },
    ]);
    const link = lines[0]?.link ?? '';
    await stage.store.setPaused({ kind: 'link', name: link }, true);
    expect(await stage.undo('undo of bad')).toMatchObject([{ link, why: expect.stringMatching(/^It is paused/) }]);
    await stage.store.setPaused({ kind: 'link', name: link }, false);
    await stage.run('later');
    expect(stage.notes()).not.toHaveProperty('Gamma');
    expect(await stage.undo('undo of bad')).toEqual([]);
    await stage.run('still later');
    expect(stage.notes()).toMatchObject({ Gamma: 'new', Epsilon: 'new' });
    expect(stage.desk.all()).toHaveLength(5);
  });
});

describe('an undo of a removal that was carried over', () => {
  it('brings the record back, and no further run removes it again without a person', async () => {
    const removal = { crm: 'keep', desk: 'trash', leaving: false, recreate: [] } as const;
    const stage = new Stage({ removal });
    const acme = stage.crm.add({ name: 'Acme', note: 'right', plan: null });
    await stage.run('good');
    stage.crm.remove(acme);
    await stage.run('removing');
    expect(stage.notes()).toEqual({});
    expect(await stage.undo('removing')).toEqual([]);
    await stage.run('later');
    await stage.run('still later');
    expect(stage.notes()).toEqual({ Acme: 'right' });
    expect(await stage.store.holds({})).toMatchObject([{ why: 'closed', field: 'removal' }]);
  });
});

describe('what an undo meets on its way', () => {
  it('a busy vendor, a lost answer and a job are waited for', async () => {
    for (const fault of [
      { applied: false, fault: { kind: 'later', say: 'busy' } },
      { applied: false, fault: { kind: 'limit', say: 'too many', afterMs: 5000 } },
      { applied: true, fault: { kind: 'unsure', say: 'the answer was lost' } },
    ] as const) {
      const stage = await spoilt();
      stage.desk.faults.push(fault, fault);
      expect(await stage.undo('bad')).toEqual([]);
      expect(stage.notes()).toEqual(undone);
    }
    const stage = await spoilt();
    stage.desk.jobMs = 4000;
    expect(await stage.undo('bad')).toEqual([]);
    expect(stage.notes()).toEqual(undone);
  });

  it('a vendor that cannot be read is asked again, and named where that does not help; it is not asked in a hurry', async () => {
    for (const times of [2, Number.POSITIVE_INFINITY]) {
      const stage = await spoilt();
      let failed = 0;
      const busy = (port: Connection): Connection => ({
        ...port,
        read: async (want, ids) => {
          if (port.name !== 'support' || failed >= times) return port.read(want, ids);
          failed++;
          throw new FaultError({ kind: 'later', say: 'Support is down for maintenance.' });
        },
      });
      const left = await stage.undo('bad', stage.engine('undo', busy));
      if (times === 2) expect([left, stage.notes()]).toEqual([[], undone]);
      else {
        expect(left).toHaveLength(4);
        expect(left[0]?.why).toMatch(
          /^It could not be read, so it is not undone: Support is down for maintenance\. The same undo/,
        );
        expect(stage.notes()).toMatchObject({ Acme: 'wrong', Gamma: 'new' });
        expect(failed).toBeLessThan(30);
      }
    }
  });

  it('a vendor that refuses one value or one removal keeps that alone, and is named with its words', async () => {
    const stage = await spoilt();
    stage.desk.refused.set('note', 'right');
    const [gamma = ''] = [...stage.desk.records.values()]
      .filter(({ fields }) => fields.name === 'Gamma')
      .map(({ id }) => id);
    stage.desk.refused.set('remove', gamma);
    const left = await stage.undo('bad');
    expect(stage.notes()).toEqual({ ...undone, Acme: 'wrong', Gamma: 'new' });
    expect(left).toMatchObject([
      {
        field: 'note',
        why: expect.stringMatching(/^organization "Acme" .* could not get note "right" back\. .*note may not be right/),
      },
      { name: expect.stringMatching(/"Gamma"/), why: expect.stringMatching(/has children/) },
    ]);
    await stage.run('later');
    expect(stage.notes()).toEqual({ ...undone, Acme: 'wrong', Gamma: 'new' });
  });

  it('a link that is paused is left and named; resumed, the same undo once more does it', async () => {
    const stage = await spoilt();
    const [acme] = (await stage.store.history({ run: 'bad', field: 'note' })).filter(
      ({ fields }) => fields.note?.after === 'wrong',
    );
    const link = acme?.link ?? '';
    await stage.store.setPaused({ kind: 'link', name: link }, true);
    expect(await stage.undo('bad')).toMatchObject([{ link, why: expect.stringMatching(/^It is paused/) }]);
    expect(stage.notes()).toEqual({ ...undone, Acme: 'wrong' });
    await stage.store.setPaused({ kind: 'link', name: link }, false);
    expect(await stage.undo('bad')).toEqual([]);
    expect(stage.notes()).toEqual(undone);
  });

  it('an edit of the source that nobody has carried yet is not swallowed', async () => {
    const stage = await spoilt();
    const [acme = ''] = [...stage.crm.records.values()]
      .filter(({ fields }) => fields.name === 'Acme')
      .map(({ id }) => id);
    stage.crm.edit(acme, { note: 'newer', plan: 'gold' });
    expect(await stage.undo('bad')).toEqual([]);
    await stage.run('later');
    expect(stage.desk.all().find(({ name }) => name === 'Acme')).toMatchObject({ note: 'newer', plan: 'gold' });
  });

  it('an edit of one side that comes while the other one’s job takes its time is left, and not overwritten', async () => {
    const stage = new Stage({ direction: 'both' });
    const accounts = ['Acme', 'Beta'].map((name) => stage.crm.add({ name, note: 'right', plan: 'right' }));
    await stage.run('good');
    for (const id of accounts) stage.crm.edit(id, { plan: 'wrong' });
    for (const id of stage.desk.records.keys()) stage.desk.edit(id, { note: 'wrong' });
    await stage.run('bad');
    stage.desk.jobMs = 4000;
    const engine = stage.engine('undo');
    let slept = 0;
    const sleep: typeof engine.world.sleep = async (ms, signal) => {
      slept += 1;
      if (slept === 1) stage.crm.edit(accounts[0] ?? '', { note: 'newer' });
      await stage.world.sleep(ms, signal);
    };
    const left = await stage.undo('bad', { ...engine, world: { ...engine.world, sleep } });
    expect(stage.crm.all().map(({ note }) => note)).toEqual(['newer', 'right']);
    expect(stage.desk.all().map(({ plan }) => plan)).toEqual(['right', 'right']);
    expect(left).toMatchObject([{ field: 'note', why: expect.stringContaining('has note "newer"') }]);
  });

  it('what one run wrote and a later one changed is left, naming that run', async () => {
    const stage = await spoilt();
    const [acme = ''] = [...stage.crm.records.values()]
      .filter(({ fields }) => fields.name === 'Acme')
      .map(({ id }) => id);
    stage.crm.edit(acme, { note: 'newest' });
    await stage.run('next');
    const left = await stage.undo('bad');
    expect(left).toMatchObject([
      { field: 'note', why: expect.stringMatching(/the run next has written it again since\.$/) },
    ]);
    expect(stage.notes()).toEqual({ ...undone, Acme: 'newest' });
  });
});

describe('what was undone', () => {
  const answered = async (say: 'go' | 'skip'): Promise<Stage> => {
    const stage = await spoilt();
    await stage.undo('bad');
    await stage.run('later');
    for (const hold of await stage.store.holds({ limit: 1000 })) {
      if (hold.crm !== null) await stage.store.answer(hold.id, { say }, stage.world.now());
    }
    await stage.run('answered');
    return stage;
  };

  it('is written and made again where a person says "go"', async () => {
    const stage = await answered('go');
    expect(stage.notes()).toEqual({ Acme: 'wrong', Beta: 'right', Gamma: 'new', Delta: 'new', Epsilon: 'new' });
    expect(await stage.holds()).toEqual([]);
  });

  it('stays so where a person says "skip", and is shown no more', async () => {
    const stage = await answered('skip');
    for (const run of ['later', 'still later']) await stage.run(run);
    expect(stage.notes()).toEqual(undone);
    expect(await stage.holds()).toEqual([]);
  });

  it('is judged anew under other rules: the field meets, and what was made before is made again', async () => {
    const stage = await spoilt();
    await stage.undo('bad');
    await stage.run('later');
    const rules = stage.setup().rules.map((rule) => ({ ...rule, hash: `${rule.hash} changed` }));
    Object.assign(stage.more, { rules, hash: 'h2' });
    await stage.store.allDue('accounts', stage.world.now());
    await stage.run('changed');
    expect(stage.notes()).toEqual({ Acme: 'wrong', Beta: 'right', Gamma: 'new', Delta: 'theirs', Epsilon: 'new' });
  });
});
