import { expect, it } from 'vitest';
import { openMemory } from '../store/memory.ts';
import { systems } from '../systems/index.ts';
import { createTestWorld } from '../systems/kit/testing.ts';
import { readConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import type { Opening } from './connections.ts';
import { askOf, doorsOf, keepDoor } from './hook-doors.ts';
import { createHooks } from './hooks.ts';

type Row = Readonly<Record<string, unknown>>;

function configOf(syncs: Readonly<Record<string, Row>>, publicUrl?: string): Config {
  const auth = { type: 'client-credentials', clientId: 'i', clientSecret: 's' };
  const cases = (more: Row) => ({
    direction: 'desk-to-crm',
    crm: { connection: 'one', object: 'Case' },
    desk: { connection: 'support', object: 'ticket' },
    fields: [{ crm: 'Subject', desk: 'subject' }],
    ...more,
  });
  const { config, problems } = readConfig({
    version: 1,
    ...(publicUrl === undefined ? {} : { server: { publicUrl } }),
    connections: {
      one: { system: 'salesforce', auth },
      two: { system: 'salesforce', auth },
      support: { system: 'zendesk', url: 'https://acme.zendesk.com', auth },
    },
    syncs: Object.fromEntries(Object.entries(syncs).map(([name, more]) => [name, cases(more)])),
  });
  if (!config) throw new Error(problems[0]?.problem);
  return config;
}

const publicUrl = 'https://sync.acme.com/';

async function opening(syncs: Readonly<Record<string, Row>>, url: string | undefined = publicUrl): Promise<Opening> {
  const store = openMemory();
  for (const [name, account] of [
    ['one', '00D5g000001aaaaEAA'],
    ['two', '00D5g000001bbbbEAA'],
  ] as const)
    await store.put(
      'pin',
      name,
      JSON.stringify({ system: 'salesforce', account, environment: 'production', userName: 'us' }),
    );
  const world = createTestWorld({
    fetch: async () => {
      throw new Error('no vendor here');
    },
  });
  const kept = new Map<string, string>();
  const secrets: Opening['secrets'] = {
    get: async (name) => kept.get(name) ?? null,
    put: async (name, value) => void (value === null ? kept.delete(name) : kept.set(name, value)),
  };
  return { config: configOf(syncs, url), systems, store, world, secrets };
}

const second = { crm: { connection: 'two', object: 'Case' } };

it('there is one door for each Salesforce org, and none without a public address or before it is made', async () => {
  const two = await opening({ a: {}, b: second });
  expect(await doorsOf(two, false)).toEqual([]);
  const made = await doorsOf(two, true);
  expect(made.map(({ connection, peer, syncs }) => [connection, peer, syncs])).toEqual([
    ['support', '00D5g000001aaaaEAA', ['a']],
    ['support', '00D5g000001bbbbEAA', ['b']],
  ]);
  expect(await doorsOf(two, true)).toEqual(made);
  const [ask] = made.map((door) => askOf(two.config, door, made));
  expect(ask?.endpoint).toBe(`https://sync.acme.com/hooks/support/${made[0]?.token}`);
  expect(ask?.others).toEqual([`https://sync.acme.com/hooks/support/${made[1]?.token}`]);
  expect(await doorsOf({ ...two, config: configOf({ a: {} }) }, true)).toEqual([]);
});

it('several syncs of one org share a door; where their filters differ, it is told of everything', async () => {
  const open = { filter: { desk: { all: [{ field: 'status', op: 'is', value: 'new,open' }] } } };
  const filterOf = async (syncs: Readonly<Record<string, Row>>) => {
    const here = await opening(syncs);
    const doors = await doorsOf(here, true);
    expect(doors).toHaveLength(1);
    return doors.map((door) => askOf(here.config, door, doors).filter)[0];
  };
  const said = { all: [{ field: 'status', op: 'is', values: ['new', 'open'] }], any: [] };
  expect(await filterOf({ a: open })).toEqual(said);
  expect(await filterOf({ a: open, b: open })).toEqual(said);
  expect(await filterOf({ a: open, b: {} })).toEqual({ all: [], any: [] });
});

it('a door opens by its own token at its own connection, also one that another process has just made', async () => {
  const here = await opening({ a: {} });
  let woken = 0;
  const hooks = createHooks(
    here.world,
    async () => here,
    () => {
      woken += 1;
    },
  );
  expect(await hooks.door('support', 'guessed')).toBeNull();
  const [door] = await doorsOf(here, true);
  if (!door) throw new Error('no door');
  await keepDoor(here, { ...door, kept: { webhook: 'w', trigger: 't', signing: 's' } });
  await here.world.sleep(2000);
  const open = await hooks.door('support', door.token);
  expect(open).not.toBeNull();
  expect(await hooks.door('one', door.token)).toBeNull();
  expect(await open?.({ headers: new Headers(), body: new Uint8Array() })).toMatchObject({ refused: 'forged' });
  expect([woken, await here.store.tips(10)]).toEqual([0, []]);
});

it('a config that is just being edited does not shut the doors that there were', async () => {
  const here = await opening({ a: {} });
  const [door] = await doorsOf(here, true);
  let isBroken = false;
  const hooks = createHooks(
    here.world,
    async () => {
      if (isBroken) throw new Error('half a file');
      return here;
    },
    () => {},
  );
  expect(await hooks.door('support', door?.token ?? '')).not.toBeNull();
  isBroken = true;
  await here.world.sleep(120_000);
  expect(await hooks.door('support', door?.token ?? '')).not.toBeNull();
});
