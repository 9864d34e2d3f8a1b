import { describe, expect, it } from 'vitest';
import type { FieldDescription, FieldType } from '../../model/object-type.ts';
import type { SyncSetup } from '../../model/sync.ts';
import type { Value } from '../../model/value.ts';
import { judge } from '../judge.ts';
import { agreedEnd, due, setupOf, sighting } from '../testing/verdicts.ts';
import { textRule } from '../testing.ts';
import { unfitWords } from './fits.ts';

const rule = textRule('note', 'both', { conflict: ['ask'] });

/** Both sides' `note` is of this type. */
function setupWith(more: Partial<FieldDescription>): SyncSetup {
  const setup = setupOf({ direction: 'both', rules: [rule] });
  const fields = setup.crm.type.fields.map((field) => (field.name === 'note' ? { ...field, ...more } : field));
  const type = { ...setup.crm.type, fields };
  return { ...setup, crm: { ...setup.crm, type }, desk: { ...setup.desk, type } };
}

describe('a value that a person gave', () => {
  const kinds: readonly (readonly [FieldType, Value])[] = [
    ['text', 'a'],
    ['datetime', 'a'],
    ['integer', 1],
    ['decimal', 1],
    ['boolean', true],
    ['set', ['a']],
    ['options', ['a']],
    ['option', 'a'],
  ];

  it('fits a field of its kind, and none of another kind', () => {
    for (const [type, fitting] of kinds)
      for (const value of ['a', 1, true, ['a'], null]) {
        const options = [{ value: 'a', label: 'A', active: true }];
        const setup = setupWith({ type, options, restricted: true, maxLength: null });
        const fits = unfitWords(setup, rule, { crm: value, desk: value }) === null;
        const expected = value === null || JSON.stringify(value) === JSON.stringify(fitting);
        expect({ type, value, fits }).toEqual({ type, value, fits: expected });
      }
  });

  it('that does not fit is sent nowhere: the hold waits on and says why, also when it is decided about again', () => {
    const setup = setupWith({ type: 'option', options: [{ value: 'b', label: 'B', active: true }], restricted: true });
    const base = { 'note=note': 'a' };
    const link = { id: 'L1', sync: 'accounts', crm: agreedEnd('A1', base, {}), desk: agreedEnd('O1', base, {}) };
    const seen = { crm: sighting('crm', { note: 'c' }), desk: sighting('desk', { note: 'd' }) };
    const answers = { [rule.id]: { say: 'value', value: 'x' } } as const;
    const first = judge(setup, due({ link, ...seen, answers }));
    expect(first.write).toBeNull();
    const message = first.holds[0]?.message ?? '';
    expect(message).toMatch(
      /has note "c".*The value "x" that was given does not fit note in Sales: it is none of b\. Answer once more\.$/,
    );
    const holds = first.holds.map((hold) => ({ ...hold, id: 'H1', sync: 'accounts', link: 'L1', tries: 0, since: 1 }));
    expect(judge(setup, due({ link, ...seen, holds })).holds).toMatchObject([{ why: 'conflict', message }]);
    const edited = { ...seen, crm: sighting('crm', { note: 'e' }) };
    expect(judge(setup, due({ link, ...edited, holds })).holds[0]?.message).not.toContain('does not fit');
  });
});
