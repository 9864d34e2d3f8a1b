import { describe, expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { fakeSetup, newBench, stillWorld, textRule } from './testing.ts';

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

  for (const verb of ['update', 'removal'] as const)
    it(`and that the vendor comes to late, as a job, is waited for: ${verb}`, async () => {
      const world = stillWorld();
      const late: (() => void)[] = [];
      const sleep = world.sleep;
      const bench = newBench(openMemory(), {
        ...world,
        sleep: async (ms, signal) => {
          await sleep(ms, signal);
          late.shift()?.();
        },
      });
      const { desk, ...rest } = fakeSetup(bench.crm, bench.desk);
      const both = {
        direction: 'both',
        rules: ['name', 'note'].map((each) => textRule(each, 'both')),
        removal: { ...rest.removal, crm: 'trash', desk: 'trash' },
        desk: { ...desk, type: { ...desk.type, lateMs: 60_000 } },
      } as const;
      const account = bench.crm.add({ name: 'Acme', note: 'a' });
      await bench.run(both);
      const [organization] = [...bench.desk.records.keys()];
      bench.desk.faults.push({ applied: false, fault: { kind: 'unsure', say: 'the line broke' } });
      if (verb === 'update') {
        bench.crm.edit(account, { note: 'b' });
        late.push(() => {
          bench.crm.edit(account, { note: 'c' });
        });
        late.push(() => bench.desk.edit(organization ?? '', { note: 'b' }, 'us'));
      } else {
        bench.crm.remove(account);
        late.push(() => bench.crm.remove(account, null));
        late.push(() => bench.desk.remove(organization ?? ''));
      }
      await bench.run(both);
      while (late.length > 0) await bench.world.sleep(5000);
      await bench.run(both);
      const last = [{ note: verb === 'update' ? 'c' : 'a' }];
      expect(bench.crm.all()).toMatchObject(last);
      expect(bench.desk.all()).toMatchObject(last);
      expect(await bench.store.holds({})).toEqual([]);
    });
});
