import { describe, expect, it } from 'vitest';
import { keepAll } from '../../model/removal.ts';
import { openMemory } from '../../store/memory.ts';
import { pass } from '../pass.ts';
import { Crash, Steps } from '../testing/steps.ts';
import { Town } from '../testing/town.ts';
import { type Bench, newBench, textRule } from '../testing.ts';

/** Accounts and organizations, linked by name; people merge them on either side. */
async function linked(names: readonly string[], setup: Parameters<Bench['run']>[0] = {}) {
  const bench = newBench(openMemory());
  const crm = names.map((name) => bench.crm.add({ name, note: `note of ${name}`, plan: null }));
  await bench.run(setup);
  const desk = await Promise.all(crm.map((id) => twin(bench, 'crm', id)));
  return { bench, crm, desk: desk.map((id) => id ?? '') };
}

async function twin(bench: Bench, side: 'crm' | 'desk', id: string): Promise<string | null> {
  const [known] = await bench.store.known(
    side === 'crm' ? 'sales' : 'support',
    side === 'crm' ? 'Account' : 'organization',
    [id],
  );
  return known?.links[0]?.link[side === 'crm' ? 'desk' : 'crm']?.id ?? null;
}

const holds = (bench: Bench) => bench.store.holds({});

async function expectQuiet(bench: Bench): Promise<void> {
  const before = bench.crm.made.write + bench.desk.made.write;
  await bench.run();
  expect(bench.crm.made.write + bench.desk.made.write).toBe(before);
}

describe('an account that is merged into one without an organization', () => {
  it('leaves its organization to the winner, whose values it gets', async () => {
    const { bench, crm, desk } = await linked(['Acme'], { create: ['desk'] });
    // The winner is outside of everything so far: nothing is created for it.
    await bench.run({ create: [] });
    const winner = bench.crm.add({ name: 'Acme International', note: 'the one that stays', plan: null });
    await bench.run();
    bench.crm.merge(crm[0] ?? '', winner);
    await bench.run();
    expect(await twin(bench, 'crm', winner)).toBe(desk[0]);
    expect(await twin(bench, 'crm', crm[0] ?? '')).toBeNull();
    expect(bench.desk.get(desk[0] ?? '')).toMatchObject({ name: 'Acme International', external_id: winner });
    expect(bench.desk.all()).toHaveLength(1);
    expect(await holds(bench)).toEqual([]);
    const [row] = (await bench.store.history({})).filter(({ cause }) => cause === 'merge');
    expect(row).toMatchObject({ do: 'link', side: 'crm', record: winner, fields: { id: { before: crm[0] } } });
    await expectQuiet(bench);
    bench.crm.edit(winner, { note: 'edited' });
    await bench.run();
    expect(bench.desk.get(desk[0] ?? '')).toMatchObject({ note: 'edited' });
  });

  it.each(['unlink', 'trash', 'keep'] as const)(
    'was removed with it where the winner is gone by then (%s)',
    async (how) => {
      const setup = { removal: { ...keepAll, desk: how } };
      const { bench, crm } = await linked(['Acme'], setup);
      await bench.run({ ...setup, create: [] });
      const winner = bench.crm.add({ name: 'Winner', note: 'n', plan: null });
      await bench.run();
      bench.crm.merge(crm[0] ?? '', winner);
      bench.crm.remove(winner);
      await bench.run();
      expect(bench.desk.all()).toHaveLength(how === 'trash' ? 0 : 1);
      const unlinked = (await bench.store.history({})).filter((row) => row.do === 'unlink');
      expect(unlinked.map(({ record }) => record)).toEqual(how === 'unlink' ? [winner] : []);
      expect(await holds(bench)).toEqual([]);
    },
  );

  it.each(['unsure', 'later', 'refused', 'refused mark'] as const)(
    'has our mark name the winner also where the first try fails (%s), unless the vendor refuses the mark itself',
    async (how) => {
      const { bench, crm, desk } = await linked(['Acme']);
      await bench.run({ create: [] });
      const winner = bench.crm.add({ name: 'Winner', note: 'n', plan: null });
      bench.crm.merge(crm[0] ?? '', winner);
      const isMark = how === 'refused mark';
      const fields = isMark ? ['external_id'] : ['name'];
      bench.desk.faults.push({
        applied: false,
        fault: { kind: isMark ? 'refused' : how, say: 'no', code: 'NO', fields },
      });
      await bench.run();
      await bench.world.sleep(60_000);
      if (isMark) bench.crm.edit(winner, { note: 'edited' });
      else await bench.store.retry(null, bench.world.now());
      await bench.run();
      const name = isMark ? crm[0] : winner;
      expect(bench.desk.get(desk[0] ?? '')).toMatchObject({
        name: 'Winner',
        note: isMark ? 'edited' : 'n',
        external_id: name,
      });
      expect(await holds(bench)).toEqual([]);
      await expectQuiet(bench);
    },
  );

  it('is followed over several merges to the last winner', async () => {
    const { bench, crm, desk } = await linked(['Acme']);
    await bench.run({ create: [] });
    const [second, third] = ['Second', 'Third'].map((name) => bench.crm.add({ name, note: 'n', plan: null }));
    bench.crm.merge(crm[0] ?? '', second ?? '');
    bench.crm.merge(second ?? '', third ?? '');
    await bench.run();
    expect(await twin(bench, 'crm', third ?? '')).toBe(desk[0]);
    expect(bench.desk.all()).toMatchObject([{ name: 'Third' }]);
    await expectQuiet(bench);
  });

  it('is a record of its own again when the merge is undone, and gets an organization of its own', async () => {
    const { bench, crm, desk } = await linked(['Acme']);
    await bench.run({ create: [] });
    const winner = bench.crm.add({ name: 'Winner', note: 'n', plan: null });
    bench.crm.merge(crm[0] ?? '', winner);
    await bench.run();
    const loser = bench.crm.records.get(crm[0] ?? '');
    if (loser) {
      loser.gone = false;
      delete loser.into;
    }
    bench.crm.edit(crm[0] ?? '', { note: 'back' });
    await bench.run({});
    expect(await twin(bench, 'crm', winner)).toBe(desk[0]);
    const own = await twin(bench, 'crm', crm[0] ?? '');
    expect(own).not.toBeNull();
    expect(own).not.toBe(desk[0]);
    expect(await holds(bench)).toEqual([]);
    await expectQuiet(bench);
  });

  it('has the id written back that names it no more', async () => {
    const writeBack = { crm: { field: 'plan', when: 'first' }, desk: { field: 'plan', when: 'first' } } as const;
    const rules = ['name', 'note'].map((name) => textRule(name, 'crm-to-desk'));
    const setup = { writeBack, rules, update: ['crm', 'desk'] } as const;
    const { bench, crm, desk } = await linked(['Acme'], setup);
    expect(bench.desk.get(desk[0] ?? '')).toMatchObject({ plan: crm[0] });
    await bench.run({ ...setup, create: [] });
    const winner = bench.crm.add({ name: 'Winner', note: 'n', plan: null });
    bench.crm.merge(crm[0] ?? '', winner);
    await bench.run();
    expect(bench.desk.get(desk[0] ?? '')).toMatchObject({ plan: winner });
    expect(bench.crm.get(winner)).toMatchObject({ plan: desk[0] });
    await expectQuiet(bench);
  });
});

describe('an account that is merged into one with an organization of its own', () => {
  async function merged() {
    const start = await linked(['Acme', 'Beta']);
    const [acme = '', beta = ''] = start.crm;
    start.bench.crm.merge(acme, beta);
    await start.bench.run();
    const [hold] = await holds(start.bench);
    return { ...start, acme, beta, hold };
  }

  it('leaves its organization alone, and says what could become of it', async () => {
    const { bench, acme, beta, desk, hold } = await merged();
    expect(bench.desk.all()).toHaveLength(2);
    expect(hold).toMatchObject({
      why: 'closed',
      field: 'removal',
      candidates: [
        { side: 'crm', id: beta },
        { side: 'desk', id: desk[1] },
      ],
    });
    expect(hold?.message).toBe(
      `Account "Acme" (${acme}) was merged into Account "Beta" (${beta}), which is linked to organization "Beta" (${desk[1]}). organization "Acme" (${desk[0]}) is left as it is: merge it into organization "Beta" (${desk[1]}) in Support, answer "go" to remove it, or answer "skip" to leave it and be asked no more.`,
    );
    await expectQuiet(bench);
  });

  it('is settled by itself when its organization is merged likewise, or removed', async () => {
    for (const by of ['merged', 'removed'] as const) {
      const { bench, desk } = await merged();
      const [one = '', two = ''] = desk;
      if (by === 'removed') bench.desk.remove(one);
      else bench.desk.merge(one, two);
      await bench.run();
      expect({ by, holds: await holds(bench) }).toEqual({ by, holds: [] });
      await expectQuiet(bench);
    }
  });

  it('is one of two losers at once: the first one’s organization goes to the winner, the second one’s is left alone', async () => {
    const { bench, crm, desk } = await linked(['One', 'Two']);
    await bench.run({ create: [] });
    const winner = bench.crm.add({ name: 'Winner', note: 'n', plan: null });
    for (const id of crm) bench.crm.merge(id, winner);
    await bench.run();
    expect(await twin(bench, 'crm', winner)).toBe(desk[0]);
    const open = await holds(bench);
    expect(open).toMatchObject([{ why: 'closed', candidates: [{ id: winner }, { id: desk[0] }] }]);
    await expectQuiet(bench);
  });

  it('leaves its organization to another winner, where it came back and was merged into that one meanwhile', async () => {
    const { bench, crm, desk } = await linked(['Acme', 'Beta']);
    await bench.run({ create: [] });
    const winner = bench.crm.add({ name: 'Winner', note: 'n', plan: null });
    bench.crm.merge(crm[0] ?? '', crm[1] ?? '');
    await bench.run();
    expect(await holds(bench)).toMatchObject([{ why: 'closed' }]);
    bench.crm.merge(crm[0] ?? '', winner);
    await bench.run();
    expect(await holds(bench)).toEqual([]);
    expect(await twin(bench, 'crm', winner)).toBe(desk[0]);
    await expectQuiet(bench);
  });

  it('leaves its organization to the winner once that one’s own is given up', async () => {
    const setup = { removal: { ...keepAll, crm: 'unlink' } } as const;
    const { bench, crm, desk } = await linked(['Acme', 'Beta'], setup);
    bench.crm.merge(crm[0] ?? '', crm[1] ?? '');
    await bench.run();
    expect(await holds(bench)).toMatchObject([{ why: 'closed' }]);
    bench.desk.remove(desk[1] ?? '');
    await bench.run();
    expect(await holds(bench)).toEqual([]);
    expect(await twin(bench, 'crm', crm[1] ?? '')).toBe(desk[0]);
    await expectQuiet(bench);
  });

  it('is left alone for good once a person says so, and asked about again when it is merged once more', async () => {
    const { bench, hold, desk } = await merged();
    await bench.store.answer(hold?.id ?? '', { say: 'skip' }, bench.world.now());
    await bench.run();
    expect(await holds(bench)).toEqual([]);
    bench.desk.edit(desk[0] ?? '', { note: 'edited' });
    await bench.run();
    expect(await holds(bench)).toEqual([]);
    expect(bench.desk.all()).toHaveLength(2);
  });
});

describe('organizations that are merged', () => {
  it('leave their account to the winner where that has none', async () => {
    const { bench, crm } = await linked(['Acme']);
    const winner = bench.desk.add({ name: 'Winner', note: 'w', plan: null });
    await bench.run();
    const [acme = ''] = crm;
    bench.desk.merge((await twin(bench, 'crm', acme)) ?? '', winner);
    await bench.run();
    expect(await twin(bench, 'crm', acme)).toBe(winner);
    // What the winner has differently is drift of a target.
    expect(bench.desk.get(winner)).toMatchObject({ name: 'Winner', note: 'w' });
    expect(await holds(bench)).toEqual([]);
    await expectQuiet(bench);
    bench.crm.edit(acme, { note: 'edited' });
    await bench.run();
    expect(bench.desk.get(winner)).toMatchObject({ note: 'edited' });
  });

  it('leave their account alone where the winner has one', async () => {
    const { bench, crm, desk } = await linked(['Acme', 'Beta']);
    bench.desk.merge(desk[0] ?? '', desk[1] ?? '');
    await bench.run();
    const [hold] = await holds(bench);
    expect(hold).toMatchObject({ why: 'closed', candidates: [{ side: 'desk' }, { side: 'crm', id: crm[1] }] });
    expect(bench.crm.all()).toHaveLength(2);
    await expectQuiet(bench);
  });

  it('come to rest as one link with their accounts, whoever was merged first, and both ways', async () => {
    for (const direction of ['crm-to-desk', 'both'] as const)
      for (const first of ['crm', 'desk', 'together'] as const) {
        const how = { direction, first };
        const { bench, crm, desk } = await linked(['Acme', 'Beta'], {
          direction,
          rules: ['name', 'note', 'plan'].map((name) => textRule(name, direction)),
        });
        const steps = [
          () => bench.crm.merge(crm[0] ?? '', crm[1] ?? ''),
          () => bench.desk.merge(desk[0] ?? '', desk[1] ?? ''),
        ];
        for (const step of first === 'desk' ? steps.reverse() : steps) {
          step();
          if (first !== 'together') await bench.run();
        }
        await bench.run();
        expect({ how, holds: await holds(bench) }).toEqual({ how, holds: [] });
        expect(await twin(bench, 'crm', crm[1] ?? '')).toBe(desk[1]);
        expect([bench.crm.all().length, bench.desk.all().length]).toEqual([1, 1]);
        await expectQuiet(bench);
      }
  });

  it('move one end after the other where both winners are new', async () => {
    const { bench, crm, desk } = await linked(['Acme']);
    await bench.run({ create: [] });
    const account = bench.crm.add({ name: 'New account', note: 'n', plan: null });
    const organization = bench.desk.add({ name: 'New organization', note: 'n', plan: null });
    await bench.run();
    bench.crm.merge(crm[0] ?? '', account);
    bench.desk.merge(desk[0] ?? '', organization);
    await bench.run();
    expect(await twin(bench, 'crm', account)).toBe(organization);
    expect(await holds(bench)).toEqual([]);
    expect([bench.crm.all().length, bench.desk.all().length]).toEqual([1, 1]);
    await expectQuiet(bench);
  });
});

describe('a process that dies at any step after merges on both sides', () => {
  /** Two accounts lose to free winners, two organizations lose to the organizations of others. Answers how many steps the pass takes. */
  async function crashed(at: number, when: 'before' | 'after'): Promise<number> {
    const { bench, crm, desk } = await linked(['Acme', 'Beta', 'Gamma', 'Delta']);
    await bench.run({ create: [] });
    const winners = ['New one', 'New two'].map((name) => bench.crm.add({ name, note: 'n', plan: null }));
    const engine = await bench.run();
    for (const i of [0, 1]) bench.crm.merge(crm[i] ?? '', winners[i] ?? '');
    bench.desk.merge(desk[2] ?? '', desk[3] ?? '');
    const steps = new Steps(at, when);
    const connections = new Map([...engine.connections].map(([name, each]) => [name, steps.around(each)]));
    try {
      await pass({ ...engine, connections, store: steps.around(bench.store) });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      await bench.store.releaseAll(bench.world.now());
      await bench.run();
    }
    const where = `${when} step ${at}`;
    const twins = await Promise.all(winners.map((id) => twin(bench, 'crm', id)));
    expect({ where, twins }).toEqual({ where, twins: desk.slice(0, 2) });
    expect({
      where,
      names: bench.desk
        .all()
        .map(({ name }) => name)
        .sort(),
    }).toEqual({
      where,
      names: ['Delta', 'New one', 'New two'],
    });
    expect({ where, holds: await holds(bench) }).toMatchObject({ where, holds: [{ why: 'closed' }] });
    await expectQuiet(bench);
    return steps.count;
  }

  it('leaves every link where it belongs, once the next one has run', async () => {
    const steps = await crashed(0, 'before');
    expect(steps).toBeGreaterThan(10);
    for (let at = 1; at <= steps; at++) {
      await crashed(at, 'before');
      await crashed(at, 'after');
    }
  });
});

describe('references to a record that was merged', () => {
  it('are the same references afterwards: nothing of the children is written', async () => {
    const town = new Town();
    const syncs = [town.accountsSync({ create: ['desk'] }), town.contactsSync()];
    const [one, two] = ['One', 'Two'].map((name) => town.accounts.add({ name, note: 'n', plan: null }));
    for (const [name, parent] of [
      ['Ann', one],
      ['Bob', two],
    ] as const)
      town.contacts.add({ name, note: 'n', plan: null, parent: parent ?? null });
    await town.rest(syncs);
    const [accounts, contacts] = [syncs[0], syncs[1]];
    if (!accounts || !contacts) throw new Error('no syncs');
    const first = await town.twin(accounts, 'crm', one ?? '');
    const second = await town.twin(accounts, 'crm', two ?? '');
    // The vendors re-parent the children of a loser themselves.
    town.accounts.merge(one ?? '', two ?? '');
    town.contacts.edit('contacts-000001', { parent: two ?? null });
    town.organizations.merge(first ?? '', second ?? '');
    town.users.edit((await town.twin(contacts, 'crm', 'contacts-000001')) ?? '', { parent: second });
    const writes = town.writes();
    await town.rest(syncs);
    expect(town.writes()).toBe(writes);
    expect(await town.holds()).toEqual([]);
    expect(town.users.all().map(({ parent }) => parent)).toEqual([second, second]);
  });
});
