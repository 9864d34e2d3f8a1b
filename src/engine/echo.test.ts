import { describe, expect, it } from 'vitest';
import type { Value } from '../model/value.ts';
import { openMemory } from '../store/memory.ts';
import { newBench, textRule } from './testing.ts';

describe('what we wrote ourselves', () => {
  for (const direction of ['crm-to-desk', 'both'] as const)
    it(`is no edit when the feed shows it (${direction})`, async () => {
      const bench = newBench(openMemory());
      const account = bench.crm.add({ name: 'Acme', note: 'a', plan: null });
      await bench.run({ direction });
      bench.crm.edit(account, { note: 'b' });
      await bench.run();
      const engine = await bench.run();
      expect(engine.tallies.get('accounts')).toMatchObject({ seen: 0, updated: { crm: 0, desk: 0 } });
      expect(bench.desk.made.write).toBe(2);
      expect(bench.crm.made.write).toBe(0);
    });

  it('is not turned back by a page that tells the record once more as it was before', async () => {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: null });
    await bench.run({ direction: 'both' });
    const [organization = ''] = [...bench.desk.records.keys()];
    bench.desk.edit(organization, { plan: 'p' });
    await bench.run();
    const want = { object: 'organization', fields: ['name', 'note', 'plan', 'external_id'] };
    const old = [...(await bench.desk.connection().read(want, [organization]))];
    bench.crm.edit(account, { note: 'b' });
    await bench.run();
    const connect = bench.desk.connection.bind(bench.desk);
    bench.desk.connection = () => ({
      ...connect(),
      changes: async (_want, cursor) => ({ changes: old.splice(0), cursor: cursor ?? '', more: false }),
    });
    const engine = await bench.run();
    expect(engine.tallies.get('accounts')).toMatchObject({ seen: 0 });
    expect(bench.crm.get(account)).toMatchObject({ note: 'b' });
  });

  it('is no edit when the feed shows the name that the vendor gave it, which nothing maps', async () => {
    const bench = newBench(openMemory());
    bench.crm.add({ name: 'Acme', note: 'a', plan: null });
    const rules = [textRule('note', 'crm-to-desk')];
    await bench.run({ rules, match: [], reads: { crm: ['note'], desk: ['name', 'note', 'external_id'] } });
    const [org = ''] = bench.desk.records.keys();
    expect(bench.desk.get(org)).toMatchObject({ note: 'a' });
    bench.desk.edit(org, { name: '00001001' });
    const engine = await bench.run();
    expect(engine.tallies.get('accounts')).toMatchObject({ seen: 0 });
  });

  it('is no edit when the vendor kept it in another form, and that form is the base', async () => {
    const bench = newBench(openMemory());
    const lower = textRule('note', 'both', {
      equal: (crm, desk) => String(crm).toLowerCase() === String(desk).toLowerCase(),
    });
    const connect = bench.desk.connection.bind(bench.desk);
    bench.desk.connection = () => {
      const connection = connect();
      const lowered = ({ note, ...fields }: Record<string, Value>) => ({
        ...fields,
        ...(typeof note === 'string' ? { note: note.toLowerCase() } : {}),
      });
      return {
        ...connection,
        write: (operations, until) =>
          connection.write(
            operations.map((each) => (each.do === 'create' ? { ...each, fields: lowered({ ...each.fields }) } : each)),
            until,
          ),
      };
    };
    bench.crm.add({ name: 'Acme', note: 'LOUD' });
    await bench.run({ direction: 'both', rules: [textRule('name', 'both'), lower] });
    const writes = bench.desk.made.write + bench.crm.made.write;
    await bench.run();
    await bench.run();
    expect(bench.desk.made.write + bench.crm.made.write).toBe(writes);
    expect(bench.crm.all()[0]).toMatchObject({ note: 'LOUD' });
  });
});

describe('an edit that the read-back shows', () => {
  /** Two linked records, kept in step both ways; the desk's record is edited just before this verb of the next run. */
  async function edited(verb: 'write' | 'read', fields: Record<string, Value>) {
    const bench = newBench(openMemory());
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: 'p' });
    await bench.run({ direction: 'both' });
    const org = [...bench.desk.records.keys()][0] ?? '';
    const connect = bench.desk.connection.bind(bench.desk);
    let written = verb === 'write';
    let landed = false;
    const land = () => {
      if (landed || !written) return;
      landed = true;
      bench.desk.edit(org, fields);
    };
    bench.desk.connection = () => {
      const connection = connect();
      return {
        ...connection,
        write: async (operations, until) => {
          if (verb === 'write') land();
          const sent = await connection.write(operations, until);
          written = true;
          return sent;
        },
        read: async (want, ids) => {
          if (verb === 'read') land();
          return connection.read(want, ids);
        },
      };
    };
    bench.crm.edit(account, { note: 'b' });
    await bench.run();
    await bench.run();
    return { crm: bench.crm.get(account), desk: bench.desk.get(org) };
  }

  for (const verb of ['write', 'read'] as const)
    it(`of another field goes on to the other side (before the ${verb})`, async () => {
      const { crm, desk } = await edited(verb, { plan: 'gold' });
      expect(desk).toMatchObject({ note: 'b', plan: 'gold' });
      expect(crm).toMatchObject({ note: 'b', plan: 'gold' });
    });

  it('of the field that was just written is not taken for what we wrote', async () => {
    const { crm, desk } = await edited('read', { note: 'c' });
    expect(desk).toMatchObject({ note: 'c' });
    expect(crm).toMatchObject({ note: 'c' });
  });
});
