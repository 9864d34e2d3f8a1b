import { describe, expect, it } from 'vitest';
import type { OnMatch, SyncSetup } from '../model/sync.ts';
import { openMemory } from '../store/memory.ts';
import { newBench, textRule } from './testing.ts';

const [name, note] = [textRule('name', 'both'), textRule('note', 'both')];
const onMatches: readonly OnMatch[] = ['crm', 'desk', 'newest', 'fill', 'ask'];

describe('a field that a record was made without', () => {
  it.each(onMatches)(
    'since it was hidden is carried when it is shown, and is no first meeting (onMatch: %s)',
    async (onMatch) => {
      const bench = newBench(openMemory());
      const setup: Partial<SyncSetup> = { direction: 'both', onMatch };
      const acme = bench.crm.add({ name: 'Acme', note: 'left at the CRM' });
      bench.crm.add({ name: 'Beta', note: null });
      await bench.run({ ...setup, rules: [name], frozen: [note] });
      const beta = [...bench.desk.records].find(([, { fields }]) => fields.name === 'Beta')?.[0] ?? '';
      bench.desk.edit(beta, { note: 'left at the desk' });
      bench.crm.edit(acme, { plan: 'touched' });
      await bench.run({ ...setup, rules: [name, note] });
      const notes = ['left at the CRM', 'left at the desk'];
      expect(bench.crm.all().map((each) => each.note)).toEqual(notes);
      expect(bench.desk.all().map((each) => each.note)).toEqual(notes);
      expect(await bench.store.holds({})).toEqual([]);
    },
  );

  it.each(onMatches)('since its vendor refused it stays where it is, and is held (onMatch: %s)', async (onMatch) => {
    const bench = newBench(openMemory());
    bench.desk.refused.set('note', 'bad');
    const account = bench.crm.add({ name: 'Acme', note: 'bad', plan: 'a' });
    await bench.run({ direction: 'both', onMatch });
    bench.crm.edit(account, { plan: 'b' });
    await bench.run();
    expect(bench.crm.get(account)).toMatchObject({ note: 'bad', plan: 'b' });
    expect(bench.desk.all()).toMatchObject([{ name: 'Acme', plan: 'b' }]);
    expect(await bench.store.holds({})).toMatchObject([{ why: 'refused', field: note.id, values: { crm: 'bad' } }]);
  });

  it.each(onMatches)(
    'since the mapping cannot carry it stays where it is, and is held (onMatch: %s)',
    async (onMatch) => {
      const bench = newBench(openMemory());
      const narrow = textRule('note', 'both', {
        convert: (_to, from) =>
          from === 'bad' ? { ok: false, say: 'note "bad" does not fit' } : { ok: true, value: from },
      });
      const account = bench.crm.add({ name: 'Acme', note: 'bad' });
      await bench.run({ direction: 'both', onMatch, rules: [name, narrow] });
      bench.crm.edit(account, { name: 'Acme Inc' });
      await bench.run();
      expect(bench.crm.get(account)).toMatchObject({ name: 'Acme Inc', note: 'bad' });
      expect(bench.desk.all()).toMatchObject([{ name: 'Acme Inc' }]);
      expect(await bench.store.holds({})).toMatchObject([{ why: 'refused', field: note.id, values: { crm: 'bad' } }]);
    },
  );

  it('since it was hidden gets the default of its rule where there is nothing in its source', async () => {
    const bench = newBench(openMemory());
    const standard = textRule('note', 'crm-to-desk', {
      convert: (_to, from) => ({ ok: true, value: from ?? 'standard' }),
      equal: (crm, desk) => (crm ?? 'standard') === desk,
    });
    const acme = bench.crm.add({ name: 'Acme', note: null });
    await bench.run({ rules: [name], frozen: [standard] });
    bench.crm.edit(acme, { plan: 'touched' });
    await bench.run({ rules: [name, standard] });
    expect(bench.desk.all()).toMatchObject([{ name: 'Acme', note: 'standard' }]);
  });
});
