import { describe, expect, it } from 'vitest';
import { compileSync } from './compile.ts';
import type { SyncInput } from './input.ts';
import { syncInput } from './testing.ts';

type Removal = NonNullable<SyncInput['removal']>;

function problems(removal: Removal, more: Partial<SyncInput> = {}): readonly string[] {
  return compileSync(syncInput({ removal, ...more })).problems.map(({ path, problem, fix }) =>
    [path.join('.'), problem, fix].join(' | '),
  );
}

describe('what becomes of removed records', () => {
  it('is nothing where the sync says nothing, and the sync is what it was before there was a word for it', () => {
    const { setup } = compileSync(syncInput());
    expect(setup?.removal).toEqual({ crm: 'keep', desk: 'keep', recreate: [], leaving: false });
    const said = compileSync(syncInput({ removal: { remove: { desk: 'keep' }, recreate: [], leave: 'keep' } }));
    expect(said.setup?.hash).toBe(setup?.hash);
    const other = compileSync(syncInput({ removal: { remove: { desk: 'trash' } } }));
    expect(other.setup?.hash).not.toBe(setup?.hash);
  });

  it('is taken over, with values as the field stores them, and what is set is read', () => {
    const set = { tags: 'Archived,Old', active: false, details: 'gone' };
    const { setup, problems: found } = compileSync(
      syncInput({ removal: { remove: { crm: 'unlink', desk: { set } }, recreate: ['desk'], leave: 'remove' } }),
    );
    expect(found).toEqual([]);
    expect(setup?.removal).toEqual({
      crm: 'unlink',
      desk: { set: { tags: ['archived', 'old'], active: false, details: 'gone' } },
      recreate: ['desk'],
      leaving: true,
    });
    expect(setup?.reads.desk).toEqual(expect.arrayContaining(['active', 'details', 'tags']));
  });

  it('names what cannot be set: no such field, not writable, no such option, another type, a field that must not be empty', () => {
    const desk = (set: Record<string, string | number | boolean | null>) => problems({ remove: { desk: { set } } });
    expect(desk({ activ: false })).toEqual([
      expect.stringContaining('remove.desk.set.activ | Sync accounts: Desk organization has no field "activ"'),
    ]);
    expect(desk({ url: 'x' })[0]).toContain('cannot be set when the other record is removed: Desk sets it itself');
    expect(desk({ industry: 'bankin' })[0]).toContain('"bankin" is not an option of Desk organization "industry"');
    expect(desk({ employees: 'many' })[0]).toContain('"many" does not fit Desk organization "employees"');
    expect(desk({ name: null })[0]).toContain('must have a value, so it cannot be emptied');
    expect(desk({ details: null })).toEqual([]);
    expect(desk({})[0]).toContain('nothing is set on Desk organization');
  });

  it('is checked offline as far as anybody can know: a custom field may be there, and have that option', () => {
    const removal: Removal = { remove: { desk: { set: { 'organization_fields.state': 'gone', industry: 'closed' } } } };
    const known = { is: 'standard', custom: (name: string) => name.startsWith('organization_fields.') } as const;
    expect(compileSync(syncInput({ removal }), known).problems).toEqual([]);
    expect(problems(removal)).toHaveLength(2);
  });

  it('refuses to bring records back to a side that nothing flows to, or that would lack what it needs', () => {
    expect(problems({ recreate: ['crm'] })).toContainEqual(
      expect.stringContaining('recreate | Sync accounts: records are to come back on the crm side'),
    );
    const fields = [{ crm: 'Description', desk: 'details' }];
    expect(problems({ recreate: ['desk'] }, { fields, create: [] })[0]).toContain('take desk out of "recreate"');
  });

  it('marks what it brings back, also on a side where nothing is created for the first time', () => {
    const { setup } = compileSync(syncInput({ create: [], removal: { recreate: ['desk'] } }));
    expect(setup?.mark.desk).toEqual({ field: 'external_id', style: 'id' });
  });
});
