import { expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { pass } from '../pass.ts';
import { callingSyncs, standings } from '../testing/calling.ts';
import { Interleaving } from '../testing/interleaving.ts';
import { Town } from '../testing/town.ts';

it('two workers make one account of each organization that tickets point to, in whatever order they come', async () => {
  for (const standing of standings)
    for (const isMarked of [true, false])
      for (let seed = 1; seed <= 6; seed++) {
        const turns = new Interleaving(seed);
        const town = new Town(turns.world);
        for (const vendor of town.vendors) if (!isMarked) vendor.markField = null;
        if (standing === 'paused') await town.store.setPaused({ kind: 'sync', name: 'accounts' }, true);
        for (let n = 0; n < 5; n++) {
          const parent = town.organizations.add({ name: `Acme ${n}`, note: 'n', plan: null });
          for (const one of ['a', 'b']) town.users.add({ name: `${one} of ${n}`, note: 'n', plan: null, parent });
        }
        const syncs = callingSyncs(town, standing, { create: true });
        const worker = (): Engine =>
          town.engine(syncs, {
            store: turns.around(town.store),
            connections: new Map(town.vendors.map((vendor) => [vendor.name, turns.around(vendor.connection())])),
          });
        await turns.run([pass(worker()), pass(worker())]);
        // What one of them left for later is done by the next pass.
        await turns.run([pass(worker())]);
        const where = { standing, isMarked, seed };
        const names = town.accounts.all().map(({ name }) => String(name));
        expect({ ...where, names: names.toSorted() }).toEqual({
          ...where,
          names: [0, 1, 2, 3, 4].map((n) => `Acme ${n}`),
        });
        const missing = town.contacts.all().filter(({ parent }) => typeof parent !== 'string');
        expect({ ...where, missing, cases: town.contacts.all().length }).toEqual({ ...where, missing: [], cases: 10 });
      }
});
