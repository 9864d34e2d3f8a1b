import { describe, expect, it } from 'vitest';
import { keepAll, type Removals } from '../../model/removal.ts';
import { openMemory } from '../../store/memory.ts';
import { newBench, textRule } from '../testing.ts';

/** Acme was merged into Beta, and each has an organization: that of Acme is held. Then Beta is removed. */
async function open(desk: Removals['desk'], more: Partial<Removals> = {}) {
  const bench = newBench(openMemory());
  const rules = ['name', 'note'].map((name) => textRule(name, 'both'));
  const setup = { direction: 'both', rules, removal: { ...keepAll, desk, ...more } } as const;
  const [acme = '', beta = ''] = ['Acme', 'Beta'].map((name) => bench.crm.add({ name, note: 'n', plan: null }));
  await bench.run(setup);
  bench.crm.merge(acme, beta);
  await bench.run();
  const holds = () => bench.store.holds({});
  expect(await holds()).toMatchObject([{ why: 'closed', field: 'removal' }]);
  const organization = (name: string) =>
    [...bench.desk.records].find(([, { fields }]) => fields.name === name)?.[0] ?? '';
  const names = () => bench.desk.all().map(({ name, plan }) => (plan ? `${name} ${plan}` : String(name)));
  return { bench, acme, beta, holds, organization, names };
}

describe('an organization whose account was merged into one that is removed', () => {
  it('is what the sync says of organizations whose account was removed, and nobody is asked any more', async () => {
    const left = [
      ['trash', []],
      ['keep', ['Acme', 'Beta']],
      ['unlink', ['Acme', 'Beta']],
      [{ set: { plan: 'archived' } }, ['Acme archived', 'Beta archived']],
    ] as const;
    for (const [desk, names] of left) {
      const scene = await open(desk);
      scene.bench.crm.remove(scene.beta);
      await scene.bench.run();
      expect({ desk, names: scene.names(), holds: await scene.holds() }).toEqual({ desk, names, holds: [] });
      const [known] = await scene.bench.store.known('support', 'organization', [scene.organization('Acme')]);
      expect({ desk, crm: known?.links[0]?.link.crm?.id ?? null }).toEqual({
        desk,
        crm: desk === 'unlink' ? null : scene.acme,
      });
      const writes = scene.bench.crm.made.write + scene.bench.desk.made.write;
      await scene.bench.run();
      expect({ desk, writes: scene.bench.crm.made.write + scene.bench.desk.made.write }).toEqual({ desk, writes });
    }
  });

  it('is not removed without a person where it was edited since both agreed', async () => {
    const { bench, beta, holds, organization, names } = await open('trash');
    bench.desk.edit(organization('Acme'), { note: 'edited' });
    bench.crm.remove(beta);
    await bench.run();
    expect(names()).toEqual(['Acme']);
    const [hold, ...others] = await holds();
    expect(others).toEqual([]);
    expect(hold?.message).toMatch(
      /^Account .* was deleted in Sales, but organization "Acme" .* was edited since .*"go"/,
    );
    await bench.store.answer(hold?.id ?? '', { say: 'go' }, bench.world.now());
    await bench.run();
    expect([names(), await holds()]).toEqual([[], []]);
  });

  it('stays where a person has said to leave it, or the winner is merely hidden', async () => {
    for (const why of ['said', 'hidden'] as const) {
      const { bench, beta, holds, names } = await open('trash');
      const [hold] = await holds();
      if (why === 'said') await bench.store.answer(hold?.id ?? '', { say: 'skip' }, bench.world.now());
      await bench.run();
      bench.crm.remove(beta, why === 'hidden' ? 'hidden' : 'trash');
      await bench.run();
      expect({ why, names: names() }).toEqual({ why, names: why === 'said' ? ['Acme'] : ['Acme', 'Beta'] });
    }
  });

  it('is made an account of its own where its edits have to come back, as the loser cannot', async () => {
    const { bench, beta, holds, organization } = await open('keep', { recreate: ['crm'] });
    bench.crm.remove(beta);
    bench.desk.edit(organization('Acme'), { note: 'edited' });
    await bench.run();
    expect(bench.crm.all()).toMatchObject([{ name: 'Acme', note: 'edited' }]);
    expect(await holds()).toEqual([]);
  });
});
