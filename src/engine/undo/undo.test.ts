import { describe, expect, it } from 'vitest';
import type { HistoryField, HistoryRow } from '../../model/history.ts';
import type { Value } from '../../model/value.ts';
import { backTo, bondOf, fateOf, type UndoAsk, writtenTo } from './undo.ts';

const plain = { normal: (value: Value) => value, isSet: false };
const wrote = (before: Value, after: Value): HistoryField => ({ before, after, rule: 'note' });

function row(verb: HistoryRow['do'], more: Partial<HistoryRow> = {}): HistoryRow {
  return {
    id: 'h',
    at: 1,
    run: 'run',
    sync: 'accounts',
    link: 'L1',
    side: 'desk',
    do: verb,
    cause: 'edit',
    record: 'O1',
    fields: {},
    outcome: 'ok',
    ...more,
  };
}

function ask(...rows: readonly HistoryRow[]): UndoAsk {
  return { rows, later: [], wroteAt: { crm: null, desk: null }, tried: new Set(), field: null };
}

describe('what a field is to have again', () => {
  const values: readonly Value[] = [null, '', 'a', 'b', 'c'];

  it('is what was there before one write, if what we wrote still stands, in every combination of values', () => {
    let cases = 0;
    for (const before of values) {
      for (const after of values) {
        for (const now of values) {
          cases++;
          const back = backTo(now, [wrote(before, after)], plain);
          if (now === before) expect(back).toEqual({ is: 'done' });
          else if (now === after) expect(back).toEqual({ is: 'write', value: before });
          else expect(back).toEqual({ is: 'changed' });
        }
      }
    }
    expect(cases).toBe(125);
  });

  it('goes through several writes, newest first, and stops where a person had changed it in between', () => {
    for (const first of values) {
      for (const [found, made] of values.flatMap((a) => values.map((b) => [a, b] as const))) {
        const writes = [wrote(found, 'now'), wrote(first, made)];
        const back = backTo('now', writes, plain);
        const expected = found === made ? first : found;
        expect(back).toEqual({ is: 'write', value: expected });
      }
    }
  });

  it('is compared in the form that the field keeps', () => {
    const loose = {
      ...plain,
      normal: (value: Value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
    };
    expect(backTo('acme', [wrote('Old', ' ACME ')], loose)).toEqual({ is: 'write', value: 'Old' });
    expect(backTo('OLD', [wrote('Old', 'Acme')], loose)).toEqual({ is: 'done' });
  });

  it('of a set loses the members that we added and gets those that we took away; nobody else’s is touched', () => {
    const members = ['a', 'b', 'c'];
    const subsets = Array.from({ length: 8 }, (_, bits) => members.filter((_member, i) => (bits >> i) % 2 === 1));
    let cases = 0;
    for (const before of subsets) {
      for (const after of subsets) {
        for (const now of subsets) {
          cases++;
          const back = backTo(now, [wrote(before, after)], { ...plain, isSet: true });
          const ours = new Set([
            ...before.filter((m) => !after.includes(m)),
            ...after.filter((m) => !before.includes(m)),
          ]);
          const result = back.is === 'write' && Array.isArray(back.value) ? back.value : now;
          for (const member of members)
            expect(result.includes(member)).toBe(ours.has(member) ? before.includes(member) : now.includes(member));
          expect(back.is === 'done').toBe(result === now);
        }
      }
    }
    expect(cases).toBe(512);
    expect(backTo(['a'], [wrote(null, ['a'])], { ...plain, isSet: true })).toEqual({ is: 'write', value: null });
    const delta = { before: null, after: { add: ['x'], drop: ['y'] }, rule: 'tags' };
    expect(backTo(['x', 'z'], [delta], plain)).toEqual({ is: 'write', value: ['z', 'y'] });
  });
});

describe('whether a record is there because of what is undone', () => {
  it('follows from the first and the last of what was done to it', () => {
    const verbs = ['create', 'update', 'remove', 'restore'] as const;
    for (const last of verbs) {
      for (const first of verbs) {
        const fate = fateOf(ask(row(last), row('update'), row(first)), 'desk');
        const steps = [last, first].filter((verb) => verb !== 'update');
        const making = steps.map((verb) => verb !== 'remove');
        const expected = steps.length === 0 || making[0] !== making.at(-1) ? null : making[0] ? 'made' : 'removed';
        expect(fate?.is ?? null).toBe(expected);
      }
    }
    expect(fateOf(ask(row('create')), 'crm')).toBeNull();
    expect(fateOf({ ...ask(row('create')), field: 'note' }, 'desk')).toBeNull();
  });
});

describe('whether two records are one pair because of what is undone', () => {
  it('follows from who joined or parted them first and last; what the vendor merged is nobody’s choice', () => {
    expect(bondOf(ask(row('link')))).toEqual({ is: 'joined', desk: 'O1' });
    expect(bondOf(ask(row('unlink', { cause: 'undo' })))).toEqual({ is: 'parted', desk: 'O1' });
    expect(bondOf(ask(row('unlink', { cause: 'answer' }), row('link')))).toBeNull();
    expect(bondOf(ask(row('unlink', { cause: 'removal' })))).toBeNull();
    expect(bondOf(ask(row('link', { cause: 'merge' })))).toBeNull();
    expect(bondOf({ ...ask(row('link')), field: 'note' })).toBeNull();
  });
});

describe('what was written to a record', () => {
  it('is told by field, newest first, of that record alone and not of its creation', () => {
    const rows = [
      row('update', { fields: { note: wrote('b', 'c'), name: { ...wrote('x', 'y'), rule: 'name' } } }),
      row('update', { record: 'O2', fields: { note: wrote('1', '2') } }),
      row('update', { side: 'crm', fields: { note: wrote('3', '4') } }),
      row('update', { fields: { note: wrote('a', 'b') } }),
      row('create', { fields: { note: wrote(null, 'a') } }),
    ];
    expect([...writtenTo(rows, 'desk', 'O1', null)]).toEqual([
      ['note', [wrote('b', 'c'), wrote('a', 'b')]],
      ['name', [{ ...wrote('x', 'y'), rule: 'name' }]],
    ]);
    expect([...writtenTo(rows, 'desk', 'O1', 'name').keys()]).toEqual(['name']);
    expect([...writtenTo(rows, 'desk', 'O1', 'note').keys()]).toEqual(['note']);
  });
});
