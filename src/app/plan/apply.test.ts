import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edits, families, Household } from '../../engine/testing/families.ts';
import { Crash, Steps } from '../../engine/testing/steps.ts';
import { pointerRule, Town } from '../../engine/testing/town.ts';
import { historyIds, writtenSince } from '../../engine/testing/writes.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { applyPlan } from './apply.ts';
import { applied, inFolder, linesOf, planned, read, saidOf } from './testing.ts';

const seeded = { seed: 20_261_120, numRuns: 150 } as const;

describe('a plan that is applied', () => {
  it('is done exactly, and nothing else is, when nobody has edited anything meanwhile', () =>
    inFolder((path) =>
      fc.assert(
        fc.asyncProperty(families, edits, async (family, later) => {
          const home = new Household(family);
          const { town, syncs } = home;
          for (const round of ['first', 'later'] as const) {
            if (round === 'later') {
              await town.rest(syncs);
              for (const each of later) home.edit(each);
            }
            const kept = await planned(town, syncs, path());
            const before = await historyIds(town);
            const left = await applied(town, syncs, kept, path());
            expect({ round, left }).toEqual({ round, left: [] });
            expect({ round, done: await writtenSince(town, before) }).toEqual({
              round,
              done: await saidOf(town, kept),
            });
          }
        }),
        seeded,
      ),
    ));

  it('writes no value that the plan does not say, and names what it left, when some of it was edited meanwhile', () =>
    inFolder((path) =>
      fc.assert(
        fc.asyncProperty(families, edits, async (family, later) => {
          const home = new Household(family);
          const { town, syncs } = home;
          const kept = await planned(town, syncs, path());
          for (const each of later) home.edit(each);
          const before = await historyIds(town);
          const named = new Set((await applied(town, syncs, kept, path())).map(({ link }) => link));
          const said = await saidOf(town, kept);
          const done = await writtenSince(town, before);
          for (const [key, { fields }] of Object.entries(done)) {
            expect({ key, verb: said[key]?.do }).toEqual({ key, verb: done[key]?.do });
            expect({ key, ...said[key]?.fields }).toMatchObject({ key, ...fields });
          }
          for (const [key, { fields }] of Object.entries(said)) {
            const [link = ''] = key.split(' ');
            const complete = Object.keys(fields).every((field) => field in (done[key]?.fields ?? {}));
            expect({ key, done: complete || named.has(link) }).toEqual({ key, done: true });
          }
        }),
        seeded,
      ),
    ));

  it('is done all the same by a vendor that is busy, loses answers, or works by jobs', () =>
    inFolder(async (path) => {
      for (const trouble of ['later', 'limit', 'unsure', 'jobs'] as const) {
        const { town, syncs } = firm();
        for (const vendor of [town.organizations, town.users]) {
          if (trouble === 'jobs') vendor.jobMs = 9000;
          else
            vendor.faults.push({
              applied: trouble === 'unsure',
              fault: { kind: trouble, say: trouble, afterMs: 2000 },
            });
        }
        const kept = await planned(town, syncs, path());
        const before = await historyIds(town);
        expect({ trouble, left: await applied(town, syncs, kept, path()) }).toEqual({ trouble, left: [] });
        expect({ trouble, done: await writtenSince(town, before) }).toEqual({
          trouble,
          done: await saidOf(town, kept),
        });
      }
    }));

  it('can be applied a second time: nothing is written, and every record is named', () =>
    inFolder(async (path) => {
      const { town, syncs } = firm();
      const kept = await planned(town, syncs, path());
      await applied(town, syncs, kept, path());
      const writes = town.writes();
      const left = await applied(town, syncs, kept, path());
      expect(town.writes()).toBe(writes);
      expect(left.map(({ name }) => name).toSorted()).toEqual(
        linesOf(kept)
          .map(({ name }) => name)
          .toSorted(),
      );
    }));

  it('does not touch what is due beside it', () =>
    inFolder(async (path) => {
      const { town, syncs } = firm();
      const kept = await planned(town, syncs, path());
      town.accounts.add({ name: 'Not in the plan', note: 'n', plan: null });
      await applied(town, syncs, kept, path());
      expect(town.organizations.all().map(({ name }) => name)).not.toContain('Not in the plan');
      await town.run(syncs);
      expect(town.organizations.all().map(({ name }) => name)).toContain('Not in the plan');
    }));

  it('creates a record without the one that it points to, and says so, where that one is left', () =>
    inFolder(async (path) => {
      const { town, syncs } = firm();
      const kept = await planned(town, syncs, path());
      town.accounts.edit('accounts-000001', { note: 'edited meanwhile' });
      const left = await applied(town, syncs, kept, path());
      expect(left).toMatchObject([
        { sync: 'accounts', name: expect.stringContaining('"Acme"'), why: 'note has moved since the preview' },
        {
          sync: 'contacts',
          name: expect.stringContaining('"Ann"'),
          why: expect.stringContaining('parent is not written'),
        },
      ]);
      expect(town.organizations.all()).toMatchObject([{ name: 'Beta' }]);
      expect(town.users.all()).toMatchObject([{ name: 'Ann' }]);
      await town.run(syncs);
      expect(town.users.all()).toMatchObject([{ name: 'Ann', parent: 'organizations-000002' }]);
    }));

  it('is finished by the next one where the process died at any step, and nothing is made twice', () =>
    inFolder(async (path) => {
      const begin = async (at: number, when: 'before' | 'after') => {
        const { town, syncs } = firm();
        const kept = await planned(town, syncs, path());
        const steps = new Steps(at, when);
        const file = await read(kept, path());
        const whole = town.engine(syncs, { only: ['accounts', 'contacts'] });
        const connections = new Map([...whole.connections].map(([name, port]) => [name, steps.around(port)]));
        try {
          await applyPlan({ ...whole, connections, store: steps.around(town.store) }, file, {
            names: ['accounts', 'contacts'],
          });
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          await town.store.releaseAll(town.world.now());
        }
        await applied(town, syncs, kept, path());
        const where = `${when} step ${at}`;
        const names = town.organizations.all().map(({ name }) => name);
        expect({ where, names: names.toSorted() }).toEqual({ where, names: ['Acme', 'Beta'] });
        const parent = await town.twin(town.accountsSync(), 'crm', 'accounts-000001');
        expect({ where, users: town.users.all() }).toMatchObject({ where, users: [{ name: 'Ann', parent }] });
        return steps.count;
      };
      const steps = await begin(0, 'before');
      expect(steps).toBeGreaterThan(20);
      for (let at = 1; at <= steps; at++) for (const when of ['before', 'after'] as const) await begin(at, when);
    }));

  it('names all of it, and writes nothing, where its syncs are paused or only watch', () =>
    inFolder(async (path) => {
      for (const how of ['paused', 'watch'] as const) {
        const { town, syncs } = firm();
        const kept = await planned(town, syncs, path());
        if (how === 'paused') for (const { name } of syncs) await town.store.setPaused({ kind: 'sync', name }, true);
        const now = how === 'watch' ? syncs.map((sync): SyncSetup => ({ ...sync, mode: 'watch' })) : syncs;
        const left = await applied(town, now, kept, path());
        expect({ how, left: left.length, writes: town.writes() }).toEqual({ how, left: 3, writes: 0 });
      }
    }));
});

/** Two accounts and a contact of the first one: nothing is at the desk yet. */
function firm() {
  const town = new Town();
  const [acme] = ['Acme', 'Beta'].map((name) => town.accounts.add({ name, note: 'n', plan: null }));
  town.contacts.add({ name: 'Ann', note: 'n', plan: null, parent: acme ?? null });
  return { town, syncs: [town.contactsSync(), town.accountsSync()] };
}

/** One pair in step whose account was edited: the plan is one update of the organization. */
const meanwhile: readonly {
  readonly what: string;
  readonly edit: (town: Town) => void;
  readonly why: RegExp;
  readonly done?: true;
}[] = [
  {
    what: 'the source moved on',
    edit: (town) => town.accounts.edit('accounts-000001', { note: 'later' }),
    why: /note has moved/,
  },
  {
    what: 'another field of it moved',
    edit: (town) => town.accounts.edit('accounts-000001', { name: 'Later' }),
    why: /name has moved/,
  },
  {
    what: 'the source was put back',
    edit: (town) => town.accounts.edit('accounts-000001', { note: 'n' }),
    why: /nothing of it was done/,
  },
  {
    what: 'the target has it already',
    edit: (town) => town.organizations.edit('organizations-000001', { note: 'new' }),
    why: /nothing of it was done/,
  },
  {
    what: 'the target moved too',
    edit: (town) => town.organizations.edit('organizations-000001', { note: 'theirs' }),
    why: /note has moved/,
  },
  {
    what: 'the target was removed',
    edit: (town) => town.organizations.remove('organizations-000001'),
    why: /nothing of it was done|it is held now/,
  },
  {
    what: 'the source was removed',
    edit: (town) => town.accounts.remove('accounts-000001'),
    why: /nothing of it was done/,
  },
  {
    what: 'the source left the filter',
    edit: (town) => town.accounts.edit('accounts-000001', { plan: 'outside' }),
    why: /nothing of it was done/,
  },
];

describe('an update of a plan', () => {
  for (const { what, edit, why } of meanwhile)
    it(`is left and named when ${what}`, () =>
      inFolder(async (path) => {
        const town = new Town();
        const sync = town.accountsSync();
        const syncs = [{ ...sync, rules: [...sync.rules, pointerRule('accounts')] }];
        const [id = ''] = ['Acme', 'Other'].map((name) => town.accounts.add({ name, note: 'n', plan: null }));
        await town.rest(syncs);
        for (const each of town.accounts.records.keys()) town.accounts.edit(each, { note: 'new' });
        const kept = await planned(town, syncs, path());
        edit(town);
        const before = JSON.stringify(town.organizations.get('organizations-000001'));
        const left = await applied(town, syncs, kept, path());
        expect(JSON.stringify(town.organizations.get('organizations-000001'))).toBe(before);
        expect(left).toMatchObject([{ sync: 'accounts', name: expect.stringContaining(id) }]);
        expect(left[0]?.why).toMatch(why);
        // The one beside it is done.
        expect(town.organizations.get('organizations-000002')).toMatchObject({ note: 'new' });
      }));
});

describe('a create of a plan', () => {
  it('is left and named when there is a record by then that it would be a second one of', () =>
    inFolder(async (path) => {
      const { town, syncs } = firm();
      const kept = await planned(town, syncs, path());
      town.organizations.add({ name: 'Acme', note: 'n', plan: null });
      const left = await applied(town, syncs, kept, path());
      expect(left.map(({ why }) => why)).toMatchObject([
        expect.stringContaining('would now be linked'),
        expect.anything(),
      ]);
      expect(town.organizations.all().filter(({ name }) => name === 'Acme')).toHaveLength(1);
    }));

  it('is left and named when another record has its name by then', () =>
    inFolder(async (path) => {
      const { town, syncs } = firm();
      const kept = await planned(town, syncs, path());
      town.organizations.add({ name: 'Acme', note: 'n', plan: 'outside' });
      const left = await applied(town, syncs, kept, path());
      expect(left[0]?.why).toContain('it is held now');
      expect(town.organizations.all().filter(({ name }) => name === 'Acme')).toHaveLength(1);
    }));
});
