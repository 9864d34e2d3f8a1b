import { expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { fakeSetup, newBench } from './testing.ts';

it.each([
  ['note', { note: 'b' }],
  ['plan', { plan: 'p' }],
])(
  'an update whose answer was lost, and of which %s alone was taken, is finished by another one',
  async (field, taken) => {
    const bench = newBench(openMemory());
    const { desk } = fakeSetup(bench.crm, bench.desk);
    const fields = desk.type.fields.map((each) => (each.name === 'note' ? { ...each, apart: true } : each));
    const account = bench.crm.add({ name: 'Acme', note: 'a', plan: null });
    await bench.run({ desk: { ...desk, type: { ...desk.type, fields } } });
    const [organization = ''] = [...bench.desk.records.keys()];

    bench.crm.edit(account, { note: 'b', plan: 'p' });
    bench.desk.faults.push({ applied: false, fault: { kind: 'unsure', say: 'the line broke' } });
    const connect = bench.desk.connection.bind(bench.desk);
    let isHalf = false;
    bench.desk.connection = () => {
      const connection = connect();
      return {
        ...connection,
        write: async (operations, until) => {
          const sent = await connection.write(operations, until);
          if (!isHalf) bench.desk.edit(organization, taken, 'us');
          isHalf = true;
          return sent;
        },
      };
    };
    await bench.run();
    await bench.run();
    expect(bench.desk.all()).toMatchObject([{ name: 'Acme', note: 'b', plan: 'p' }]);
    const updates = (await bench.store.history({ limit: 10 })).filter((row) => row.do === 'update');
    const [other] = ['note', 'plan'].filter((each) => each !== field);
    expect(updates.map((row) => Object.keys(row.fields)).sort()).toEqual([[field], [other]].sort());
    expect(updates.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  },
);
