import { describe, expect, it } from 'vitest';
import type { Hold } from '../model/hold.ts';
import { newEnd } from '../model/link.ts';
import { other, sides } from '../model/record.ts';
import { flows, type WriteBack } from '../model/sync.ts';
import type { Fields } from '../model/value.ts';
import { judge } from './judge.ts';
import type { DueLink } from './ports.ts';
import {
  directions,
  due,
  ids,
  nothing,
  refusedHold,
  ruleSet,
  setupOf,
  shown,
  shows,
  sighting,
  subsets,
  vendors,
  words,
} from './testing/verdicts.ts';
import { textRule } from './testing.ts';
import { nothingAround } from './verdict.ts';

describe('judge, one end', () => {
  it('follows the table in every combination of record, filter, create and update sets, values, holds, write-back and mark', () => {
    let count = 0;
    for (const side of sides)
      for (const record of shows)
        for (const inside of [true, false])
          for (const create of subsets)
            for (const update of subsets)
              for (const direction of directions.filter((each) => flows(each, other(side))))
                for (const name of ['Acme', null, ''])
                  for (const hold of ['none', 'same value', 'other value'] as const)
                    for (const back of ['none', 'crm', 'desk'] as const)
                      for (const marked of [true, false]) {
                        count += 1;
                        const target = other(side);
                        const rules = ruleSet(direction);
                        const writeBack: WriteBack = { field: 'twin', when: 'first' };
                        const setup = setupOf({
                          direction,
                          create,
                          update,
                          rules: [rules.name, rules.note],
                          writeBack: {
                            crm: back === 'crm' ? writeBack : null,
                            desk: back === 'desk' ? writeBack : null,
                          },
                          mark: marked
                            ? {
                                crm: { field: 'external_id', style: 'id' },
                                desk: { field: 'external_id', style: 'id' },
                              }
                            : { crm: null, desk: null },
                        });
                        const seen = { name, note: 'n', plan: inside ? 'yes' : 'no' };
                        const heldNote = hold === 'same value' ? 'n' : 'other';
                        const given = due({
                          link: { id: 'L1', sync: 'accounts', crm: null, desk: null, [side]: newEnd(ids[side]) },
                          [side]: shown(side, record, seen),
                          holds: hold === 'none' ? [] : [refusedHold(rules.note.id, heldNote, heldNote)],
                        });
                        const leftOut = hold === 'same value';
                        const held = leftOut ? [`refused: ${rules.note.id}`] : [];
                        const may = record === 'there' && inside && create.includes(target);
                        const expected = !may
                          ? nothing
                          : name !== 'Acme'
                            ? { is: 'held', write: null, holds: [`required: ${rules.name.id}`, ...held] }
                            : {
                                is: 'work',
                                write: {
                                  to: target,
                                  do: 'create',
                                  fields: {
                                    name,
                                    ...(leftOut ? {} : { note: 'n' }),
                                    ...(back === target ? { twin: ids[side] } : {}),
                                  },
                                  again: back === side,
                                },
                                holds: held,
                              };
                        const verdict = judge(setup, given);
                        const where = { side, record, inside, create, update, direction, name, hold, back, marked };
                        expect({ where, ...words(verdict) }).toEqual({ where, ...expected });
                        const operation = verdict.write?.operation;
                        if (operation?.do === 'create') {
                          expect(operation.mark).toBe(marked ? ids[side] : null);
                          expect(verdict.claims).toEqual([
                            {
                              connection: vendors[target].name,
                              object: setup[target].object,
                              field: 'name',
                              value: 'acme',
                            },
                          ]);
                        } else expect(verdict.claims).toEqual([]);
                      }
    expect(count).toBe(2 * 4 * 2 * 4 * 4 * 2 * 3 * 3 * 3 * 2);
  });

  const half = (seen: Fields, more: Partial<DueLink> = {}) =>
    due({ link: { id: 'L1', sync: 'accounts', crm: newEnd('A1'), desk: null }, crm: sighting('crm', seen), ...more });

  it('says after the create what both sides agreed on, empty fields included', () => {
    const verdict = judge(setupOf({}), half({ name: 'Acme', note: null, plan: '' }));
    expect(verdict.write?.operation).toMatchObject({ do: 'create', fields: { name: 'Acme' } });
    expect(Object.keys(verdict.write?.before ?? {}).sort()).toEqual(['external_id', 'name']);
    expect(verdict.write?.agreed.crm).toEqual({ 'name=name': 'Acme', 'note=note': null, 'plan=plan': '' });
    expect(Object.keys(verdict.write?.agreed.rules ?? {}).sort()).toEqual(['name=name', 'note=note', 'plan=plan']);
  });

  it('holds a record whose required field is refused, and creates nothing', () => {
    const rule = textRule('name', 'crm-to-desk', { convert: () => ({ ok: false, say: 'too long' }) });
    const verdict = judge(setupOf({ rules: [rule] }), half({ name: 'Acme' }));
    expect(words(verdict)).toEqual({ is: 'held', write: null, holds: [`refused: ${rule.id}`] });
    const kept = textRule('name', 'crm-to-desk');
    const before = judge(
      setupOf({ rules: [kept] }),
      half({ name: 'Acme' }, { holds: [refusedHold(kept.id, 'Acme', null)] }),
    );
    expect(words(before)).toEqual({ is: 'held', write: null, holds: [`refused: ${kept.id}`] });
  });

  it('leaves out a field that cannot be converted, and creates the record all the same', () => {
    const rules = [
      textRule('name', 'crm-to-desk'),
      textRule('note', 'crm-to-desk', { convert: () => ({ ok: false, say: 'no such option' }) }),
    ];
    expect(words(judge(setupOf({ rules }), half({ name: 'Acme', note: 'x' })))).toEqual({
      is: 'work',
      write: { to: 'desk', do: 'create', fields: { name: 'Acme' }, again: false },
      holds: ['refused: note crm-to-desk'],
    });
  });

  it('writes the value that a person gave instead of the one that was refused', () => {
    const rules = ruleSet('crm-to-desk');
    const given = half(
      { name: 'Acme', note: 'bad' },
      {
        holds: [refusedHold(rules.note.id, 'bad', null)],
        answers: { [rules.note.id]: { say: 'value', value: 'good' } },
        cause: 'answer',
      },
    );
    const verdict = judge(setupOf({ rules: [rules.name, rules.note] }), given);
    expect(words(verdict)).toMatchObject({ is: 'work', write: { fields: { name: 'Acme', note: 'good' } }, holds: [] });
    expect(verdict.write?.cause).toBe('answer');
  });

  it('holds a record whose required field is not shown to us, as if it were empty', () => {
    expect(words(judge(setupOf({}), half({ note: 'n' })))).toMatchObject({ is: 'held', write: null });
  });

  it('holds a record whose required field is left out by its rule', () => {
    const rule = textRule('name', 'crm-to-desk', { convert: () => ({ ok: true, leave: true }) });
    expect(
      words(judge(setupOf({ rules: [rule, textRule('note', 'crm-to-desk')] }), half({ name: 'Acme', note: 'n' }))),
    ).toMatchObject({ is: 'held', write: null });
  });

  it('does not send a refused value again when a person says skip', () => {
    const rules = ruleSet('crm-to-desk');
    const given = half(
      { name: 'Acme', note: 'bad' },
      { holds: [refusedHold(rules.note.id, 'bad', null)], answers: { [rules.note.id]: { say: 'skip' } } },
    );
    expect(words(judge(setupOf({ rules: [rules.name, rules.note] }), given)).write?.fields).toEqual({ name: 'Acme' });
  });

  it('makes nothing, and holds nothing, where that value is needed: for this record, or for always', () => {
    const rules = ruleSet('crm-to-desk');
    const setup = setupOf({ rules: [rules.name, rules.note] });
    const skip = { say: 'skip' } as const;
    const once = half({ name: 'bad' }, { answers: { [rules.name.id]: skip } });
    expect(words(judge(setup, once))).toMatchObject({ is: 'agreed', write: null, holds: [] });
    const word = { id: 'S1', sync: setup.name, why: 'refused', field: rules.name.id, since: 0 } as const;
    const standing = [{ ...word, from: 'crm', value: 'bad', answer: skip }] as const;
    const always = judge(setup, half({ name: 'bad' }), { ...nothingAround, standing });
    expect(words(always)).toMatchObject({ is: 'agreed', write: null, holds: [] });
  });

  it('does not create a record of which a person said skip', () => {
    const given = half({ name: 'Acme' }, { holds: [refusedHold(null, null, null)], answers: { '': { say: 'skip' } } });
    expect(words(judge(setupOf({}), given)).write).toBeNull();
  });

  it('does not create a second record while a person has not said which of several is the first', () => {
    const unsure: Hold = { ...refusedHold(null, null, null), why: 'unsure', vendorCode: null };
    expect(words(judge(setupOf({ match: [] }), half({ name: 'Acme' }, { holds: [unsure] }))).write).toBeNull();
  });
});
