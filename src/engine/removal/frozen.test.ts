import { describe, expect, it } from 'vitest';
import { keepAll } from '../../model/removal.ts';
import { openMemory } from '../../store/memory.ts';
import { holdsOf, linked, standing } from '../testing/removals.ts';
import { newBench, textRule } from '../testing.ts';

describe('while a field is gone from one side', () => {
  it('what the other side’s record holds that was never carried does not go with it either', async () => {
    const bench = newBench(openMemory());
    const [name, note] = ['name', 'note'].map((each) => textRule(each, 'both'));
    if (!name || !note) throw new Error('no rules');
    bench.desk.add({ name: 'Acme', note: 'theirs' });
    const setup = { direction: 'both', rules: [name], frozen: [note], removal: { ...keepAll, desk: 'trash' } } as const;
    await bench.run(setup);
    const [account = ''] = bench.crm.records.keys();
    bench.crm.remove(account);
    await bench.run();
    expect(standing(bench).desk).toEqual(['Acme theirs null']);
    expect(await holdsOf(bench)).toEqual(['closed removal']);
  });

  it('an edit of the other side’s field does not go with its record: a person is asked', async () => {
    const { bench, account, organization } = await linked({ desk: 'trash' });
    const [name, note] = ['name', 'note'].map((each) => textRule(each, 'both'));
    if (!name || !note) throw new Error('no rules');
    bench.desk.edit(organization, { note: 'news' });
    bench.crm.remove(account);
    await bench.run({
      direction: 'both',
      rules: [name],
      frozen: [note],
      removal: { ...keepAll, desk: 'trash' },
    });
    expect(standing(bench).desk).toEqual(['Acme news null']);
    expect(await holdsOf(bench)).toEqual(['closed removal']);
    expect((await bench.store.holds({}))[0]?.message).toContain('its note is "news", and was "a"');
  });
});
