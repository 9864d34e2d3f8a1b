import { describe, expect, it } from 'vitest';
import { holdsOf, isQuiet, linked, standing } from '../testing/removals.ts';

describe('the twin of a removed record', () => {
  it('stays where the sync says nothing', async () => {
    const { bench, account, run } = await linked({});
    bench.crm.remove(account);
    await run();
    expect(standing(bench)).toEqual({ crm: [], desk: ['Acme a null'] });
    expect(await holdsOf(bench)).toEqual([]);
  });

  it.each(['trash', 'delete'] as const)('is removed with %s, once, and history keeps what it was', async (desk) => {
    const { bench, account, organization } = await linked({ desk });
    bench.crm.remove(account);
    const engine = await bench.run();
    expect(standing(bench)).toEqual({ crm: [], desk: [] });
    expect(engine.tallies.get('accounts')).toMatchObject({ removed: { crm: 0, desk: 1 } });
    const [row] = await bench.store.history({ limit: 1 });
    expect(row).toMatchObject({ do: 'remove', side: 'desk', cause: 'removal', record: organization, outcome: 'ok' });
    expect(row?.fields).toMatchObject({ name: { before: 'Acme', after: null }, note: { before: 'a' } });
    await isQuiet(bench);
  });

  it('is never removed for one that is merely hidden', async () => {
    const { bench, account, run } = await linked({ crm: 'trash', desk: 'trash', recreate: ['crm', 'desk'] });
    bench.crm.remove(account, 'hidden');
    await run();
    expect(standing(bench).desk).toEqual(['Acme a null']);
    expect(await holdsOf(bench)).toEqual(['hidden']);
    bench.crm.remove(account, null);
    await run();
    expect(await holdsOf(bench)).toEqual([]);
  });

  it('is held with both facts where it was edited since, and a person says', async () => {
    for (const say of ['go', 'skip'] as const) {
      const { bench, account, organization, answer } = await linked({ desk: 'trash' });
      bench.crm.remove(account);
      bench.desk.edit(organization, { note: 'news' });
      await bench.run();
      const [hold] = await bench.store.holds({});
      expect(hold).toMatchObject({ why: 'closed', field: 'removal', values: { crm: 'a', desk: 'news', base: 'a' } });
      expect(hold?.message).toBe(
        `Account ${account} was deleted in Sales, but organization "Acme" (${organization}) was edited since both last agreed: its note is "news", and was "a". Nothing was removed. Answer "go" to remove organization "Acme" (${organization}) all the same, or "skip" to leave it for good.`,
      );
      await answer({ say });
      expect(standing(bench).desk).toEqual(say === 'go' ? [] : ['Acme news null']);
      expect(await holdsOf(bench)).toEqual(say === 'go' ? [] : expect.not.arrayContaining(['closed removal']));
      // A later edit asks nobody again whether it is to go.
      if (say === 'skip') bench.desk.edit(organization, { note: 'a' });
      await bench.run();
      expect(standing(bench).desk).toEqual(say === 'go' ? [] : ['Acme a null']);
    }
  });

  it('is read once more before it goes: an edit that no feed has told of yet is not lost', async () => {
    const { bench, account, organization, run } = await linked({ desk: 'trash' });
    bench.crm.remove(account);
    const record = bench.desk.records.get(organization);
    if (record) record.fields = { ...record.fields, note: 'just now' };
    await run();
    expect(standing(bench).desk).toEqual(['Acme just now null']);
    expect(await holdsOf(bench)).toEqual(['closed removal']);
  });

  it('is held where the vendor refuses to remove it, and is tried again when somebody says so', async () => {
    const { bench, account, organization, run } = await linked({ desk: 'trash' });
    bench.desk.refused.set('remove', organization);
    bench.crm.remove(account);
    await run();
    const [hold] = await bench.store.holds({});
    expect(hold).toMatchObject({ why: 'refused', field: 'removal', vendorCode: 'REFUSED' });
    expect(hold?.message).toBe(
      `organization "Acme" (${organization}): Support refused to remove it, although Account ${account} is gone: ${organization} has children [REFUSED]. Mend the reason, then retry, or answer "skip" to leave it as it is.`,
    );
    await isQuiet(bench);
    bench.desk.refused.clear();
    await bench.store.retry(null, bench.world.now());
    await run();
    expect(standing(bench).desk).toEqual([]);
  });

  it('is left alone where it is outside its filter', async () => {
    const { bench, account, organization, run } = await linked({ desk: 'trash' });
    bench.desk.edit(organization, { plan: 'outside' });
    bench.crm.remove(account);
    await run();
    expect(standing(bench).desk).toEqual(['Acme a outside']);
    expect(await holdsOf(bench)).toEqual([]);
  });

  it.each(['trash', 'set'] as const)('is held where it is locked (%s)', async (how) => {
    const { bench, account, organization } = await linked({ desk: how === 'set' ? { set: { note: 'gone' } } : how });
    const [setup] = (await bench.run()).setups;
    if (!setup) throw new Error('no setup');
    const locks = [{ field: 'plan', values: ['agent'], say: 'is an agent' }];
    bench.desk.edit(organization, { plan: 'agent' });
    bench.crm.remove(account);
    await bench.run({ ...setup, desk: { ...setup.desk, type: { ...setup.desk.type, locks } } });
    expect(standing(bench).desk).toEqual(['Acme a agent']);
    expect(await holdsOf(bench)).toEqual(['refused removal']);
    expect((await bench.store.holds({}))[0]?.message).toContain(`although Account ${account} was deleted in Sales`);
  });

  it('is asked about once more where it was edited again after a person had looked at it', async () => {
    const { bench, account, organization, answer } = await linked({ desk: 'trash' });
    bench.crm.remove(account);
    bench.desk.edit(organization, { note: 'news' });
    await bench.run();
    bench.desk.edit(organization, { note: 'more news' });
    await answer({ say: 'go' });
    expect(standing(bench).desk).toEqual(['Acme more news null']);
    expect(await bench.store.holds({})).toMatchObject([{ why: 'closed', values: { desk: 'more news' } }]);
    await answer({ say: 'go' });
    expect(standing(bench).desk).toEqual([]);
  });

  it('is held where the two have never agreed on a value of it that nobody else has', async () => {
    const { bench, answer } = await linked({ desk: 'trash' }, { onMatch: 'ask' });
    const beta = bench.crm.add({ name: 'Beta', note: 'ours', plan: null });
    bench.desk.add({ name: 'Beta', note: 'theirs', plan: null });
    await bench.run();
    expect(await holdsOf(bench)).toEqual(['conflict note both']);
    bench.crm.remove(beta);
    await bench.run();
    expect(standing(bench).desk).toEqual(['Acme a null', 'Beta theirs null']);
    const [hold] = await bench.store.holds({});
    expect(hold).toMatchObject({ why: 'closed', field: 'removal', values: { crm: null, desk: 'theirs', base: null } });
    expect(hold?.message).toContain('is "theirs", on which the two have never agreed. Nothing was removed.');
    await isQuiet(bench);
    await answer({ say: 'go' });
    expect(standing(bench).desk).toEqual(['Acme a null']);
  });

  it('is only said to be removed by a sync that watches', async () => {
    const { bench, account } = await linked({ desk: 'trash' });
    const { setups } = await bench.run();
    bench.crm.remove(account);
    await bench.run({ ...setups[0], mode: 'watch' });
    expect(standing(bench).desk).toEqual(['Acme a null']);
    expect(await bench.store.history({ limit: 1 })).toMatchObject([{ do: 'remove', outcome: 'watched' }]);
  });

  it.each([true, false])(
    'is not removed twice, nor forgotten, where the answer was lost (applied: %s)',
    async (applied) => {
      const { bench, account, organization, run } = await linked({ desk: 'trash' });
      bench.crm.remove(account);
      bench.desk.faults.push({ applied, fault: { kind: 'unsure', say: 'no answer' } });
      await run();
      expect(standing(bench)).toEqual({ crm: [], desk: [] });
      await isQuiet(bench);
      bench.crm.remove(account, null);
      await run();
      expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: ['Acme a null'] });
      expect(bench.desk.get(organization)).toBeDefined();
      await isQuiet(bench);
    },
  );
});

describe('when the removed record comes back', () => {
  it('so does the twin that we removed: out of the bin', async () => {
    const { bench, account, organization, run } = await linked({ desk: 'trash' });
    bench.crm.remove(account);
    await run();
    bench.crm.remove(account, null);
    bench.crm.edit(account, { note: 'b' });
    const engine = await bench.run();
    expect(bench.desk.get(organization)).toMatchObject({ name: 'Acme', note: 'b' });
    expect(engine.tallies.get('accounts')).toMatchObject({ created: { crm: 0, desk: 1 } });
    await isQuiet(bench);
  });

  it('so does the twin that we removed: made anew where the vendor has no bin, by the same link, and known by its mark', async () => {
    const { bench, account, run } = await linked({ desk: 'delete' });
    bench.desk.restores = false;
    await run();
    const [{ id: link = '' } = {}] = (await bench.store.history({})).map((row) => ({ id: row.link }));
    bench.crm.remove(account);
    await run();
    bench.crm.remove(account, null);
    await run();
    expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: ['Acme a null'] });
    const [now] = await bench.store.links([link]);
    expect(bench.desk.get(now?.desk?.id ?? '')).toMatchObject({ external_id: account });
    await isQuiet(bench);
  });

  it('the other way round too: whichever side it was', async () => {
    const { bench, account, organization, run } = await linked({ crm: 'trash' });
    bench.desk.remove(organization);
    await run();
    expect(standing(bench)).toEqual({ crm: [], desk: [] });
    bench.desk.remove(organization, null);
    await run();
    expect(bench.crm.get(account)).toMatchObject({ name: 'Acme' });
    await isQuiet(bench);
  });

  it('a twin that somebody has brought back before it is held, not removed once more', async () => {
    const { bench, account, organization, run, answer } = await linked({ desk: 'trash' });
    bench.crm.remove(account);
    await run();
    bench.desk.remove(organization, null);
    await run();
    expect(await holdsOf(bench)).toEqual(['closed removal']);
    expect(standing(bench).desk).toEqual(['Acme a null']);
    await answer({ say: 'go' });
    expect(standing(bench).desk).toEqual([]);
  });

  it.each(['watch', 'brake'] as const)(
    'a twin that we never removed, as the sync only watched or its brake was on, stays removed by the person who did it (%s)',
    async (why) => {
      const { bench, account, organization } = await linked({ desk: 'trash' });
      const [setup] = (await bench.run()).setups;
      if (!setup) throw new Error('no setup');
      const brake = { ...setup.brake, removals: 0 };
      const stopped = why === 'watch' ? ({ ...setup, mode: 'watch' } as const) : { ...setup, brake };
      bench.crm.remove(account);
      await bench.run(stopped);
      expect(standing(bench).desk).toEqual(['Acme a null']);
      bench.desk.remove(organization);
      await bench.run(stopped);
      bench.crm.remove(account, null);
      await bench.run(setup);
      expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: [] });
    },
  );

  it('a twin that a person had removed stays removed', async () => {
    const { bench, account, organization, run } = await linked({ desk: 'trash' });
    bench.desk.remove(organization);
    await run();
    bench.crm.remove(account);
    await run();
    bench.crm.remove(account, null);
    await run();
    expect(standing(bench)).toEqual({ crm: ['Acme a null'], desk: [] });
  });
});
