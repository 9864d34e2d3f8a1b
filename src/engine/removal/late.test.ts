import { describe, expect, it } from 'vitest';
import { keepAll, type Removals } from '../../model/removal.ts';
import { holdsOf, isQuiet, linked, standing } from '../testing/removals.ts';
import { type Bench, fakeSetup, textRule } from '../testing.ts';

/** A pair whose desk may come to a write late; `then`: what happens, one thing after the other, while we wait for that. */
async function waitingFor(
  removal: Partial<Removals>,
  then: (pair: Awaited<ReturnType<typeof linked>>) => (() => void)[],
) {
  const pair = await linked(removal);
  const { bench } = pair;
  const { world } = bench;
  const late = then(pair);
  const sleep = world.sleep;
  Object.assign(world, {
    sleep: async (ms: number, signal?: AbortSignal) => {
      await sleep(ms, signal);
      late.shift()?.();
    },
  });
  bench.desk.faults.push({ applied: false, fault: { kind: 'unsure', say: 'the line broke' } });
  return { ...pair, isOver: () => late.length === 0, setup: slow(bench, removal) };
}

function slow({ crm, desk: vendor }: Bench, removal: Partial<Removals>) {
  const { desk } = fakeSetup(crm, vendor);
  const rules = ['name', 'note'].map((name) => textRule(name, 'both'));
  const type = { ...desk.type, lateMs: 60_000 };
  return { direction: 'both', rules, removal: { ...keepAll, ...removal }, desk: { ...desk, type } } as const;
}

describe('a write whose answer was lost, and that the vendor comes to late', () => {
  it('is set back, where it had archived a record whose twin is there again by then', async () => {
    const { bench, account, setup, isOver } = await waitingFor(
      { desk: { set: { plan: 'archived' } } },
      ({ bench: { crm, desk }, account, organization }) => [
        () => crm.remove(account, null),
        () => desk.edit(organization, { plan: 'archived' }, 'us'),
      ],
    );
    bench.crm.remove(account);
    await bench.run(setup);
    while (!isOver()) await bench.world.sleep(5000);
    await bench.run();
    expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: ['Acme a null'] });
    expect(await holdsOf(bench)).toEqual([]);
    await isQuiet(bench);
  });

  it('is no edit that brings a removed source back, without what it had got last', async () => {
    const { bench, account, setup, isOver } = await waitingFor(
      { recreate: ['crm'] },
      ({ bench: { crm, desk }, account, organization }) => [
        () => {
          crm.edit(account, { note: 'c' });
          crm.remove(account);
        },
        () => desk.edit(organization, { note: 'b' }, 'us'),
      ],
    );
    bench.crm.edit(account, { note: 'b' });
    await bench.run(setup);
    while (!isOver()) await bench.world.sleep(5000);
    await bench.run();
    expect(standing(bench)).toEqual({ crm: [], desk: ['Acme b null'] });
    expect(await holdsOf(bench)).toEqual([]);
    await isQuiet(bench);
  });
});

describe('a removal whose answer was lost', () => {
  it('is done where the record is not shown any more, whatever is known of why', async () => {
    const { bench, account, organization } = await linked({ desk: 'trash' });
    const connect = bench.desk.connection.bind(bench.desk);
    bench.desk.connection = () => {
      const connection = connect();
      return {
        ...connection,
        write: async (operations, until) => {
          const sent = await connection.write(operations, until);
          // As Zendesk tells of it before its feed does.
          Object.assign(bench.desk.records.get(organization) ?? {}, { fate: 'hidden', stamp: 0 });
          return sent;
        },
      };
    };
    bench.crm.remove(account);
    bench.desk.faults.push({ applied: true, fault: { kind: 'unsure', say: 'the line broke' } });
    await bench.run();
    expect(await bench.store.history({ limit: 1 })).toMatchObject([{ do: 'remove', outcome: 'ok' }]);
    expect(await holdsOf(bench)).toEqual([]);
    await isQuiet(bench);
  });
});
