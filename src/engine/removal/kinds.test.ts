import { describe, expect, it } from 'vitest';
import type { Side } from '../../model/record.ts';
import { keepAll, type Removals } from '../../model/removal.ts';
import { holdsOf, isQuiet, linked, standing } from '../testing/removals.ts';
import { Town } from '../testing/town.ts';
import { textRule } from '../testing.ts';

describe('unlink', () => {
  it('leaves the twin alone and without a new one, until the removed record is back and meets it', async () => {
    const { bench, account, organization, run } = await linked({ desk: 'unlink' });
    bench.crm.remove(account);
    await run();
    expect(await bench.store.history({ limit: 1 })).toMatchObject([
      { do: 'unlink', side: 'crm', record: account, cause: 'removal' },
    ]);
    bench.desk.edit(organization, { note: 'alone' });
    await run();
    expect(standing(bench)).toEqual({ crm: [], desk: ['Acme alone null'] });
    expect(await holdsOf(bench)).toEqual([]);
    bench.crm.remove(account, null);
    await run();
    expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: ['Acme a null'] });
    const [known] = await bench.store.known('sales', 'Account', [account]);
    expect(known?.links[0]?.link.desk?.id).toBe(organization);
    await isQuiet(bench);
  });
});

describe('set', () => {
  const archive = { desk: { set: { plan: 'archived', note: 'gone' } } } as const;

  it('sets the fields once, which is no edit of anybody, and sets them back when the record returns', async () => {
    const { bench, account, organization, run } = await linked(archive);
    bench.crm.remove(account);
    await run();
    expect(standing(bench).desk).toEqual(['Acme gone archived']);
    expect(await holdsOf(bench)).toEqual([]);
    await isQuiet(bench);
    bench.desk.edit(organization, { plan: 'mine' });
    await run();
    expect(standing(bench).desk).toEqual(['Acme gone mine']);
    bench.crm.remove(account, null);
    await run();
    // What somebody has changed since stays.
    expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: ['Acme a mine'] });
    await isQuiet(bench);
  });

  it.each([true, false])('remembers what was there before where the answer was lost (applied: %s)', async (applied) => {
    const { bench, account, run } = await linked(archive);
    bench.crm.remove(account);
    bench.desk.faults.push({ applied, fault: { kind: 'unsure', say: 'no answer' } });
    await run();
    expect(standing(bench).desk).toEqual(['Acme gone archived']);
    bench.crm.remove(account, null);
    bench.desk.faults.push({ applied, fault: { kind: 'unsure', say: 'no answer' } });
    await run();
    expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: ['Acme a null'] });
    await isQuiet(bench);
  });

  it('shows edits of the twin that have nowhere to go, as keep does', async () => {
    const { bench, account, organization, run } = await linked({ desk: { set: { plan: 'archived' } } });
    bench.crm.remove(account);
    bench.desk.edit(organization, { note: 'news' });
    await run();
    expect(standing(bench).desk).toEqual(['Acme news archived']);
    expect(await holdsOf(bench)).toEqual(['closed']);
  });
});

describe('recreate', () => {
  it.each([true, false])('puts a removed record back when its twin is edited (out of a bin: %s)', async (restores) => {
    const { bench, account, organization } = await linked({ recreate: ['crm'] });
    bench.crm.restores = restores;
    await bench.run();
    bench.crm.remove(account, restores ? 'trash' : 'purged');
    await bench.run();
    expect(standing(bench).crm).toEqual([]);
    bench.desk.edit(organization, { note: 'b' });
    await bench.run();
    expect(standing(bench)).toEqual({ crm: ['Acme b null'], desk: ['Acme b null'] });
    expect(bench.crm.get(account) !== undefined).toBe(restores);
    await isQuiet(bench);
  });

  it('takes a record that is there by now for the twin, before it makes one', async () => {
    const { bench, account, organization, run } = await linked({ recreate: ['crm'] });
    bench.crm.restores = false;
    bench.crm.remove(account, 'purged');
    await run();
    bench.crm.add({ name: 'Acme', note: null, plan: null });
    bench.desk.edit(organization, { note: 'b' });
    await run();
    expect(bench.crm.all()).toHaveLength(1);
    await isQuiet(bench);
  });

  it('makes one record where the create fails at first, or its answer is lost', async () => {
    for (const applied of [true, false])
      for (const kind of ['unsure', 'later', 'refused'] as const) {
        const { bench, account, organization } = await linked({ recreate: ['crm'] });
        bench.crm.restores = false;
        bench.crm.remove(account, 'purged');
        await bench.run();
        bench.desk.edit(organization, { note: 'b' });
        bench.crm.faults.push({ applied: applied && kind === 'unsure', fault: { kind, say: 'no', code: 'NO' } });
        await bench.run();
        await bench.world.sleep(60_000);
        await bench.run();
        await bench.store.retry(null, bench.world.now());
        await bench.run();
        expect({ kind, ...standing(bench) }).toEqual({ kind, crm: ['Acme b null'], desk: ['Acme b null'] });
        expect(await holdsOf(bench)).toEqual([]);
      }
  });

  it('puts nothing back any more where the vendor refused to, and a person said to leave it', async () => {
    const { bench, account, organization, answer } = await linked({ recreate: ['crm'] });
    bench.crm.remove(account);
    await bench.run();
    bench.crm.faults.push({ applied: false, fault: { kind: 'refused', say: 'no', code: 'NO' } });
    bench.desk.edit(organization, { note: 'b' });
    await bench.run();
    expect(await holdsOf(bench)).toEqual(['refused removal']);
    await answer({ say: 'skip' });
    expect(await holdsOf(bench)).toEqual([]);
    bench.desk.edit(organization, { note: 'c' });
    await bench.run();
    expect(standing(bench)).toEqual({ crm: [], desk: ['Acme c null'] });
    // What is edited from now on has nowhere to go, which is said.
    expect(await holdsOf(bench)).toEqual(['closed']);
    bench.crm.remove(account, null);
    await bench.run();
    expect(standing(bench)).toEqual({ crm: ['Acme c null'], desk: ['Acme c null'] });
    await isQuiet(bench);
  });

  it('goes on to make it where the vendor’s bin does not have it any more', async () => {
    const { bench, account, organization, run } = await linked({ recreate: ['crm'] });
    bench.crm.remove(account);
    await run();
    const record = bench.crm.records.get(account);
    if (record) record.fate = 'purged';
    bench.desk.edit(organization, { note: 'b' });
    await run();
    expect(standing(bench)).toEqual({ crm: ['Acme b null'], desk: ['Acme b null'] });
    await isQuiet(bench);
  });
});

describe('a record that leaves its filter', () => {
  it('is left alone with its twin, unless the sync says otherwise', async () => {
    const { bench, account, run } = await linked({ desk: 'trash' });
    bench.crm.edit(account, { plan: 'outside' });
    await run();
    expect(standing(bench).desk).toEqual(['Acme a null']);
  });

  it('counts as removed where it says so, and as back when it is inside again', async () => {
    for (const desk of ['trash', 'unlink', { set: { plan: 'archived' } }] satisfies Removals['desk'][]) {
      const { bench, account, run } = await linked({ desk, leaving: true });
      bench.crm.edit(account, { plan: 'outside' });
      await run();
      const gone = desk === 'trash' ? [] : desk === 'unlink' ? ['Acme a null'] : ['Acme a archived'];
      expect({ desk, on: standing(bench).desk }).toEqual({ desk, on: gone });
      await isQuiet(bench);
      bench.crm.edit(account, { plan: null });
      await run();
      expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: ['Acme a null'] });
      const [known] = await bench.store.known('sales', 'Account', [account]);
      expect(bench.desk.get(known?.links[0]?.link.desk?.id ?? '')).toBeDefined();
      await isQuiet(bench);
    }
  });

  it('is back also where the field that it is filtered by is mapped, and is again what both agreed on', async () => {
    const mapped = [textRule('name', 'both'), textRule('plan', 'crm-to-desk')];
    for (const leaving of [true, false]) {
      const { bench, account, run } = await linked({ desk: 'trash', leaving }, { rules: mapped });
      bench.crm.edit(account, { plan: 'outside' });
      await run();
      for (const [id] of bench.desk.records) if (!leaving) bench.desk.edit(id, { name: 'Acme Ltd' });
      await run();
      bench.crm.edit(account, { plan: null });
      await run();
      const name = leaving ? 'Acme' : 'Acme Ltd';
      expect({ leaving, ...standing(bench) }).toEqual({
        leaving,
        crm: [`${name} a null`],
        desk: [`${name} undefined null`],
      });
      await isQuiet(bench);
    }
  });

  it('is a removal when it is deleted after all', async () => {
    const { bench, account, run } = await linked({ desk: 'trash' });
    bench.crm.edit(account, { plan: 'outside' });
    await run();
    bench.crm.remove(account);
    await run();
    expect(standing(bench).desk).toEqual([]);
  });

  it('is not removed where it has become another one, as a converted lead has', async () => {
    const { bench, account } = await linked({ desk: 'trash', leaving: true });
    const [setup] = (await bench.run()).setups;
    if (!setup) throw new Error('no setup');
    const type = { ...setup.crm.type, becomes: { field: 'external_id', object: 'Contact' } };
    bench.crm.edit(account, { plan: 'outside', external_id: 'contact-1' });
    await bench.run({ ...setup, crm: { ...setup.crm, type } });
    expect(standing(bench).desk).toEqual(['Acme a null']);
    expect(await holdsOf(bench)).toEqual([]);
  });

  it('is nobody’s news where its twin has left as well', async () => {
    const plan = textRule('plan', 'both');
    const { bench, account, run } = await linked(
      { desk: 'trash', crm: 'trash', leaving: true },
      { rules: [textRule('name', 'both'), plan] },
    );
    const sides: readonly Side[] = ['crm', 'desk'];
    for (const [id] of bench.desk.records) bench.desk.edit(id, { plan: 'outside' });
    bench.crm.edit(account, { plan: 'outside' });
    await run();
    expect(sides.map((side) => bench[side].all().length)).toEqual([1, 1]);
  });
});

describe('a twin that two syncs share', () => {
  it('is removed once the other sync has given it up', async () => {
    const town = new Town();
    const removal = { ...keepAll, desk: 'trash' } as const;
    const parting = { ...keepAll, desk: 'unlink' } as const;
    const setups = [town.contactsSync({ removal: parting }), town.leadsSync({ yields: [], removal })];
    const contact = town.contacts.add({ name: 'Ann', note: 'n', plan: null });
    const lead = town.leads.add({ name: 'Ann', note: 'n', plan: null });
    town.users.add({ name: 'Ann', note: 'n', plan: null });
    await town.rest(setups);
    town.leads.remove(lead);
    await town.rest(setups);
    expect(await town.holds()).toEqual([`leads ${lead}: closed removal`]);
    town.contacts.remove(contact);
    await town.rest(setups);
    expect(town.users.all()).toEqual([]);
    expect(await town.holds()).toEqual([]);
  });

  it('is not removed for the record of one, unless a person says so', async () => {
    const town = new Town();
    const removal = { ...keepAll, desk: 'trash' } as const;
    const setups = [town.contactsSync({ removal }), town.leadsSync({ yields: [], removal })];
    const contact = town.contacts.add({ name: 'Ann', note: 'n', plan: null });
    const lead = town.leads.add({ name: 'Ann', note: 'n', plan: null });
    town.users.add({ name: 'Ann', note: 'n', plan: null });
    await town.rest(setups);
    town.leads.remove(lead);
    await town.rest(setups);
    expect(await town.holds()).toEqual([`leads ${lead}: closed removal`]);
    expect(town.users.all()).toHaveLength(1);
    // Once a person says so, it goes.
    town.contacts.remove(contact);
    const [hold] = await town.store.holds({ sync: 'leads' });
    await town.store.answer(hold?.id ?? '', { say: 'go' }, town.world.now());
    await town.rest(setups);
    expect(town.users.all()).toEqual([]);
    expect(await town.holds()).toEqual([]);
  });

  it('is not set to archived for the record of one either, unless a person says so, or the other one’s is gone too', async () => {
    for (const how of ['go', 'skip', 'both gone'] as const) {
      const town = new Town();
      const removal = { ...keepAll, desk: { set: { plan: 'archived' } } } as const;
      const rules = ['name', 'note'].map((name) => textRule(name, 'crm-to-desk'));
      const setups = [
        town.contactsSync({ removal: how === 'both gone' ? removal : keepAll, rules }),
        town.leadsSync({ yields: [], removal, rules }),
      ];
      const contact = town.contacts.add({ name: 'Ann', note: 'n', plan: null });
      const lead = town.leads.add({ name: 'Ann', note: 'n', plan: null });
      town.users.add({ name: 'Ann', note: 'n', plan: null });
      await town.rest(setups);
      town.leads.remove(lead);
      await town.rest(setups);
      expect(await town.holds()).toEqual([`leads ${lead}: closed removal`]);
      expect(town.users.all()).toMatchObject([{ plan: null }]);
      const [hold] = await town.store.holds({ sync: 'leads' });
      expect(hold?.message).toMatch(
        /^\S+ "Ann" \(\S+\) would be archived with its removed twin \(its plan from empty to "archived"\), but the sync "contacts" has linked it as well\. Nothing was set\. Answer "go" to set that all the same, or "skip" to leave it for good\.$/,
      );
      if (how === 'both gone') town.contacts.remove(contact);
      else await town.store.answer(hold?.id ?? '', { say: how }, town.world.now());
      await town.rest(setups);
      const plan = how === 'skip' ? null : 'archived';
      expect({ how, users: town.users.all() }).toMatchObject({ how, users: [{ plan }] });
      expect({ how, holds: await town.holds() }).toEqual({ how, holds: [] });
      const writes = town.writes();
      await town.rest(setups);
      expect(town.writes()).toBe(writes);
    }
  });
});
