import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { newBench, textRule } from './testing.ts';

describe('an update whose answer was lost', () => {
  for (const applied of [true, false])
    it(`${applied ? 'a lost update whose source was edited again is no edit of its target' : 'one that never arrived is sent again, with what its source has by then'}`, async () => {
      const bench = newBench(openMemory());
      const both = {
        direction: 'both',
        rules: ['name', 'note', 'plan'].map((each) => textRule(each, 'both', { conflict: ['ask'] })),
      } as const;
      const account = bench.crm.add({ name: 'Acme', note: 'a' });
      await bench.run(both);
      bench.crm.edit(account, { note: 'b' });
      bench.desk.faults.push({ applied, fault: { kind: 'unsure', say: 'the line broke' } });
      const connect = bench.desk.connection.bind(bench.desk);
      let isEdited = false;
      bench.desk.connection = () => {
        const connection = connect();
        return {
          ...connection,
          write: async (operations, until) => {
            const sent = await connection.write(operations, until);
            if (!isEdited) bench.crm.edit(account, { note: 'c' });
            isEdited = true;
            return sent;
          },
        };
      };
      await bench.run(both);
      await bench.run(both);
      expect(await bench.store.holds({})).toEqual([]);
      expect(bench.desk.all()).toMatchObject([{ name: 'Acme', note: 'c' }]);
      expect(bench.crm.get(account)).toMatchObject({ note: 'c' });
    });
});
