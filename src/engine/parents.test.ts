import { describe, expect, it } from 'vitest';
import type { Side } from '../model/record.ts';
import type { Direction, Pointing, Rule, SyncSetup } from '../model/sync.ts';
import { type Case, cannotBeMended, kinds, Scene, soon } from './testing/scene.ts';
import { pointerRule, Town } from './testing/town.ts';

const flows: readonly { readonly source: Side; readonly direction: Direction }[] = [
  { source: 'crm', direction: 'crm-to-desk' },
  { source: 'desk', direction: 'desk-to-crm' },
  { source: 'crm', direction: 'both' },
  { source: 'desk', direction: 'both' },
];
const befores: readonly Case['before'][] = ['no twin', 'no reference', 'another parent'];

describe('a reference to a parent that is', () => {
  for (const kind of kinds)
    it(`${kind}: never stops its record, and is there once the parent is`, async () => {
      for (const { source, direction } of flows)
        for (const before of befores)
          for (const required of [false, true]) {
            // Without its required reference the record has no twin before.
            if (required && before === 'no reference') continue;
            const how: Case = { kind, source, direction, required, before };
            const scene = new Scene(how);
            const { town, target } = scene;
            const late = before === 'no twin' ? await scene.trouble() : null;
            const child = await scene.child();
            const parent = late ?? (await scene.trouble());
            const was = (await scene.state(child)).parent;
            const written = scene.children(target).made.write;
            scene.point(child, parent);
            await town.rest(scene.troubled(), scene.options());

            const twin = await scene.twinOf(parent);
            expect({ how, is: twin !== null }).toEqual({ how, is: soon.includes(kind) });
            const stopped = required && before === 'no twin' && twin === null;
            expect({ how, ...(await scene.state(child)) }).toEqual({
              how,
              twin: !stopped,
              parent: twin ?? was,
              holds: stopped ? ['required parent'] : [],
              links: stopped ? 0 : 1,
              due: 0,
              failed: 0,
              inFlight: 0,
            });
            // Made with its reference, or without it; never one after the other where the parent was made by the same run.
            const wrote = stopped || (before !== 'no twin' && twin === null) ? 0 : 1;
            expect({ how, wrote: scene.children(target).made.write - written }).toEqual({ how, wrote });
            if (cannotBeMended.includes(kind)) continue;

            await scene.mend(parent);
            await town.rest(scene.whole());
            const mended = await scene.twinOf(parent);
            expect({ how, mended }).not.toEqual({ how, mended: null });
            expect({ how, ...(await scene.state(child)) }).toMatchObject({
              how,
              parent: mended,
              holds: [],
              links: 1,
              due: 0,
            });
            const writes = town.writes();
            await town.run(scene.whole());
            expect({ how, writes: town.writes() }).toEqual({ how, writes });
          }
    });
});

describe('an empty reference', () => {
  const none: readonly Pointing['none'][] = ['keep', 'empty', 'hold', 'default'];
  const fallback = { crm: 'accounts-000077', desk: 'organizations-000077' } as const;

  for (const what of none)
    it(`does on the other side what the sync says: ${what}`, async () => {
      for (const { source, direction } of flows)
        for (const before of befores)
          for (const required of [false, true]) {
            if (required && before === 'no reference') continue;
            const how: Case = { kind: 'whole', source, direction, required, before };
            const scene = new Scene(how, { none: what, default: fallback });
            const child = await scene.child();
            const was = (await scene.state(child)).parent;
            scene.children(source).edit(child, { parent: null, note: 'edited' });
            await scene.town.rest(scene.whole());

            const stopped = required && before === 'no twin' && what !== 'default';
            const parent = { keep: was, empty: null, hold: was, default: fallback[scene.target] }[what];
            const hold = what === 'hold' ? ['refused parent'] : stopped ? ['required parent'] : [];
            expect({ how, ...(await scene.state(child)) }).toMatchObject({
              how,
              twin: !stopped,
              parent: stopped ? null : parent,
              holds: hold,
              due: 0,
            });
            const writes = scene.town.writes();
            await scene.town.run(scene.whole());
            expect({ how, writes: scene.town.writes() }).toEqual({ how, writes });
          }
    });
});

/** Records that point to each other in a ring, over one, two or three syncs. */
const rings: readonly { readonly name: string; readonly make: (town: Town) => readonly Member[] }[] = [
  { name: 'to itself', make: (town) => [{ vendor: town.accounts, sync: town.accountsSync(), next: 0 }] },
  {
    name: 'two of one sync',
    make: (town) => [1, 0].map((next) => ({ vendor: town.accounts, sync: town.accountsSync(), next })),
  },
  {
    name: 'three of one sync',
    make: (town) => [2, 0, 1].map((next) => ({ vendor: town.accounts, sync: town.accountsSync(), next })),
  },
  {
    name: 'over two syncs',
    make: (town) => [
      { vendor: town.accounts, sync: town.accountsSync(), next: 1 },
      { vendor: town.contacts, sync: plain(town.contactsSync()), next: 0 },
    ],
  },
  {
    name: 'over three syncs',
    make: (town) => [
      { vendor: town.accounts, sync: town.accountsSync(), next: 1 },
      { vendor: town.contacts, sync: plain(town.contactsSync()), next: 2 },
      { vendor: town.deals, sync: town.dealsSync(), next: 0 },
    ],
  },
];

interface Member {
  readonly vendor: Town['accounts'];
  readonly sync: SyncSetup;
  readonly next: number;
}

function plain(sync: SyncSetup): SyncSetup {
  return { ...sync, rules: sync.rules.filter(({ pointer }) => pointer === undefined) };
}

function ringOf(members: readonly Member[], more: Partial<SyncSetup> = {}, rule: Partial<Rule> = {}) {
  const ids = members.map(({ vendor }, i) => vendor.add({ name: `Member ${i}`, note: 'n', plan: null }));
  members.forEach(({ vendor, next }, i) => {
    vendor.edit(ids[i] ?? '', { parent: ids[next] ?? null });
  });
  const syncs = new Map(
    members.map(({ sync, next }) => {
      const pointer = pointerRule(members[next]?.sync.name ?? '', 'crm-to-desk', {}, rule);
      return [sync.name, { ...sync, rules: [...sync.rules, pointer], ...more }];
    }),
  );
  return { ids, syncs: [...syncs.values()] };
}

for (const { name, make } of rings)
  describe(`a ring (${name})`, () => {
    it('is made record by record without the reference, which each gets once both are there', async () => {
      const town = new Town();
      const members = make(town);
      const { ids, syncs } = ringOf(members);
      await town.run(syncs);
      for (const [i, { sync, next }] of members.entries()) {
        const twin = await town.twin(sync, 'crm', ids[i] ?? '');
        const nextTwin = await town.twin(members[next]?.sync ?? sync, 'crm', ids[next] ?? '');
        const seen = town.vendors.map((vendor) => vendor.get(twin ?? '')).find((each) => each !== undefined);
        expect(nextTwin).not.toBeNull();
        expect(seen?.parent).toBe(nextTwin);
      }
      // A create and, for those whose parent came later, one update.
      const updates = (await town.store.history({ limit: 100 })).filter((row) => row.do === 'update');
      expect(updates.length).toBeLessThanOrEqual(members.length);
      const writes = town.writes();
      await town.rest(syncs);
      expect(town.writes()).toBe(writes);
    });

    it('comes to an end where nobody gets a twin', async () => {
      const troubles: readonly [Partial<SyncSetup>, Partial<Rule>][] = [
        [{ mode: 'watch' }, {}],
        [{ create: [] }, {}],
        [{ within: () => false }, {}],
        [{}, { required: { crm: false, desk: true } }],
      ];
      for (const [more, rule] of troubles) {
        const town = new Town();
        const members = make(town);
        const { syncs } = ringOf(members, more, rule);
        const began = town.world.now();
        await town.run(syncs);
        expect(town.writes()).toBe(0);
        expect(town.world.now() - began).toBeLessThan(60_000);
        expect((await town.store.history({ limit: 1000 })).length).toBeLessThanOrEqual(members.length);
        for (const sync of syncs) expect((await town.store.nextDue([sync.name])).get(sync.name) ?? null).toBeNull();
      }
    });
  });

/** Ann waits since her parent's twin is just being made; then nothing comes of that. */
const lost: readonly {
  readonly how: string;
  readonly lose: (town: Town) => Promise<readonly SyncSetup[]>;
  readonly only?: string;
}[] = [
  {
    how: 'its sync is paused',
    lose: async (town) => {
      await town.store.setPaused({ kind: 'sync', name: 'accounts' }, true);
      return [town.contactsSync(), town.accountsSync()];
    },
  },
  {
    how: 'its link is paused',
    lose: async (town) => {
      const [known] = await town.store.known('accounts', 'Account', ['accounts-000001']);
      await town.store.setPaused({ kind: 'link', name: known?.links[0]?.link.id ?? '' }, true);
      return [town.contactsSync(), town.accountsSync()];
    },
  },
  {
    how: 'later runs leave its sync out',
    lose: async (town) => [town.contactsSync(), town.accountsSync()],
    only: 'contacts',
  },
  { how: 'its sync leaves the config', lose: async (town) => [town.contactsSync()] },
  {
    how: 'another record takes its place',
    lose: async (town) => {
      town.accounts.add({ name: 'Acme', note: 'the newer one', plan: null });
      return [town.contactsSync(), town.accountsSync()];
    },
  },
  {
    how: 'it is removed',
    lose: async (town) => {
      town.accounts.remove('accounts-000001');
      return [town.contactsSync(), town.accountsSync()];
    },
  },
];

describe('a record that waits for its parent', () => {
  for (const { how, lose, only } of lost)
    it(`goes on without it when ${how}`, async () => {
      const town = new Town();
      town.organizations.faults.push({ applied: false, fault: { kind: 'later', say: 'busy' } });
      const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
      town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
      await town.run([town.contactsSync(), town.accountsSync()], { stay: false });
      expect(town.users.all()).toEqual([]);

      const syncs = await lose(town);
      await town.rest(syncs, only === undefined ? {} : { only: [only] });
      expect(town.users.all()).toMatchObject([{ name: 'Ann' }]);
    });

  it('goes on without it when its create may be one of several records', async () => {
    const town = new Town();
    for (const vendor of town.vendors) Object.assign(vendor, { markField: null, uniqueName: false });
    const syncs = [town.contactsSync(), town.accountsSync()];
    const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
    await town.run(syncs, { only: ['contacts'] });
    town.organizations.faults.push({
      applied: true,
      fault: { kind: 'unsure', say: 'the answer was lost', afterMs: 30_000 },
    });
    town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
    await town.run(syncs, { stay: false });
    expect(town.users.all()).toEqual([]);
    town.organizations.add({ name: 'Acme', note: 'n' }, 'us');
    await town.world.sleep(60_000);
    await town.rest(syncs);
    expect(town.users.all()).toMatchObject([{ name: 'Ann' }]);
    expect(await town.holds()).toEqual(['accounts accounts-000001: unsure']);
  });
});

it('a reference that a join brings is written, whichever of the two records looked for the other', async () => {
  for (const late of ['contact', 'user'] as const) {
    const town = new Town();
    const syncs = [town.contactsSync({ create: [] }), town.accountsSync()];
    const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
    await town.run(syncs);
    const contact = () => town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
    const user = () => town.users.add({ name: 'Ann', note: 'n', plan: null });
    for (const add of late === 'user' ? [contact, user] : [user, contact]) {
      add();
      await town.run(syncs);
    }
    expect({ late, users: town.users.all() }).toMatchObject({ late, users: [{ parent: 'organizations-000001' }] });
  }
});

it('a record whose twin was deleted is not pointed to, stops nobody, and is pointed to again once the twin is back', async () => {
  const town = new Town();
  const syncs = [town.contactsSync(), town.accountsSync()];
  const parent = town.accounts.add({ name: 'Acme', note: 'n', plan: null });
  town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent });
  const bob = town.contacts.add({ name: 'Bob', note: 'n', plan: null });
  await town.rest(syncs);
  town.organizations.remove('organizations-000001');
  town.contacts.add({ name: 'Cleo', note: 'n', plan: null, parent });
  town.contacts.edit(bob, { parent });
  await town.rest(syncs);
  const parents = () => town.users.all().map(({ parent: id }) => id ?? null);
  expect(parents()).toEqual(['organizations-000001', null, null]);
  expect(await town.holds()).toEqual([]);

  const deleted = town.organizations.records.get('organizations-000001');
  if (deleted) deleted.gone = false;
  town.organizations.edit('organizations-000001', {});
  await town.rest(syncs);
  expect(parents()).toEqual(['organizations-000001', 'organizations-000001', 'organizations-000001']);
});
