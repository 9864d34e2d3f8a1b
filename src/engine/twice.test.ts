import { describe, expect, it } from 'vitest';
import { type Fault, FaultError } from '../model/fault.ts';
import { openMemory } from '../store/memory.ts';
import { type Bench, newBench, textRule } from './testing.ts';

const taken = { kind: 'stale', say: 'has already been taken', code: 'DuplicateValue', fields: ['name'] } as const;
const policy = (onMatch: 'crm' | 'desk') =>
  ({
    direction: 'both',
    onMatch,
    rules: ['name', 'note', 'plan'].map((each) => textRule(each, 'both', { conflict: ['desk'] })),
  }) as const;

/** An account whose create is sent twice: the second answer counts, and `meanwhile` happens before it comes; `applied`: the first one was done. */
function sentTwice(
  meanwhile: (bench: Bench, account: string) => void,
  fault: Fault = taken,
  applied: boolean = true,
): Bench {
  const bench = newBench(openMemory());
  const account = bench.crm.add({ name: 'Acme', note: 'a' });
  bench.desk.faults.push({ applied, fault });
  const connect = bench.desk.connection.bind(bench.desk);
  let isFirst = true;
  bench.desk.connection = () => {
    const connection = connect();
    return {
      ...connection,
      write: async (operations, until) => {
        const sent = await connection.write(operations, until);
        if (isFirst) meanwhile(bench, account);
        isFirst = false;
        return sent;
      },
    };
  };
  return bench;
}

const linked = async ({ store, desk }: Bench) =>
  (await store.known('support', 'organization', [...desk.records.keys()])).map(({ links }) =>
    links.map(({ link }) => [link.crm?.id ?? null, link.desk?.id ?? null]),
  );

describe('a create that was sent twice, and refused', () => {
  it('is done, also where its source was removed meanwhile', async () => {
    const bench = sentTwice(({ crm }, account) => crm.remove(account));
    await bench.run();
    await bench.run();
    expect(await linked(bench)).toEqual([[['sales-000001', 'support-000001']]]);
    expect(await bench.store.history({ status: 'failed' })).toEqual([]);
  });

  it('is done, also where the copy that was refused had another reason', async () => {
    const bench = sentTwice(() => undefined, { kind: 'refused', say: 'just now it is not allowed' });
    await bench.run();
    expect(await linked(bench)).toEqual([[['sales-000001', 'support-000001']]]);
    expect(await bench.store.holds({})).toEqual([]);
  });

  it('is no edit of the other side: what its source got meanwhile goes there', async () => {
    const bench = sentTwice(({ crm }, account) => crm.edit(account, { note: 'b' }));
    await bench.run(policy('desk'));
    await bench.run(policy('desk'));
    expect(bench.desk.all()).toMatchObject([{ name: 'Acme', note: 'b' }]);
    expect(bench.crm.all()).toMatchObject([{ name: 'Acme', note: 'b' }]);
  });

  it('is traced where its mark cannot be looked up just then', async () => {
    const bench = sentTwice(() => undefined);
    const connect = bench.desk.connection.bind(bench.desk);
    let isBusy = true;
    bench.desk.connection = () => {
      const connection = connect();
      return {
        ...connection,
        find: async (want, key, values) => {
          if (!isBusy) return connection.find(want, key, values);
          isBusy = false;
          throw new FaultError({ kind: 'later', say: 'busy' });
        },
      };
    };
    await bench.run();
    expect(bench.desk.all()).toHaveLength(1);
    expect(await linked(bench)).toEqual([[['sales-000001', 'support-000001']]]);
  });

  it('is held by itself where its other copy comes once the name is free: its record stays with the twin that it has met', async () => {
    const bench = sentTwice(({ desk }) => desk.add({ name: 'Acme', note: 'theirs' }), taken, false);
    const run = () => bench.run({ ...policy('crm'), create: ['crm', 'desk'] });
    await run();
    bench.crm.edit('sales-000001', { name: 'Beta' });
    await run();
    bench.desk.add({ name: 'Acme', note: 'a', external_id: 'sales-000001' });
    await run();
    bench.crm.edit('sales-000001', { note: 'b' });
    await run();
    expect(bench.crm.all()).toMatchObject([{ name: 'Beta', note: 'b' }]);
    expect(bench.desk.all()).toMatchObject([
      { name: 'Beta', note: 'b' },
      { name: 'Acme', note: 'a' },
    ]);
    expect(await bench.store.holds({})).toMatchObject([{ why: 'ambiguous', crm: null, desk: 'support-000002' }]);
  });

  it('is not taken for done by a record that another one has made', async () => {
    const bench = newBench(openMemory());
    bench.desk.add({ name: 'Acme', note: 'theirs', external_id: 'sales-999999' });
    await bench.run({ match: [] });
    bench.crm.add({ name: 'Acme', note: 'a' });
    await bench.run({ match: [] });
    expect(bench.desk.all()).toMatchObject([{ note: 'theirs' }]);
    expect(await bench.store.holds({})).toMatchObject([{ why: 'refused', vendorCode: 'DuplicateValue' }]);
  });
});
