import { describe, expect, it } from 'vitest';
import type { Answer } from '../../model/hold.ts';
import { baseKey, type Rule, type SyncSetup } from '../../model/sync.ts';
import { type Fields, same, type Value } from '../../model/value.ts';
import { writeBackField } from '../draft.ts';
import { judge } from '../judge.ts';
import type { DueLink } from '../ports.ts';
import { agreedEnd, due, ids, refusedHold, setupOf, sighting } from '../testing/verdicts.ts';
import { textRule } from '../testing.ts';
import { quiet, type Verdict, type Write } from '../verdict.ts';
import { withUndone } from './undone.ts';

const note = textRule('note', 'crm-to-desk');
const plan = textRule('plan', 'crm-to-desk');
const back = { crm: { field: 'twin', when: 'always' }, desk: null } as const;
const setup = setupOf({ rules: [textRule('name', 'crm-to-desk'), note, plan], writeBack: back });

const undone = (field: string) => {
  return {
    ...refusedHold(field, 'wrong', 'right'),
    why: 'undone',
    rule: note.hash,
    from: 'crm',
    vendorCode: null,
  } as const;
};

/** The desk's note and the id in the CRM were put back by an undo; `now` is what the CRM shows. */
function putBack(now: Fields, more: Partial<DueLink> = {}): DueLink {
  const hashes = Object.fromEntries(setup.rules.map((rule) => [baseKey(rule), rule.hash]));
  const crm = { 'name=name': 'Acme', 'note=note': 'wrong', 'plan=plan': 'p' };
  return due({
    link: {
      id: 'L1',
      sync: 'accounts',
      crm: agreedEnd(ids.crm, { ...crm, '@write-back': ids.desk }, hashes),
      desk: agreedEnd(ids.desk, { ...crm, 'note=note': 'right' }, hashes),
    },
    crm: sighting('crm', { name: 'Acme', note: 'wrong', plan: 'p', twin: null, ...now }),
    desk: sighting('desk', { name: 'Acme', note: 'right', plan: 'p' }),
    holds: [undone(note.id), undone(writeBackField)],
    ...more,
  });
}

describe('a field that was undone', () => {
  it('is not written again for what a person says of the whole record, such as of a brake', () => {
    const brake = { ...refusedHold(null, null, null), why: 'brake', vendorCode: null } as const;
    for (const say of ['go', 'skip'] as const) {
      const given = putBack({ plan: 'q' });
      const verdict = judge(setup, { ...given, holds: [...given.holds, brake], answers: { '': { say } } });
      const sent = verdict.write?.operation.do === 'update' ? verdict.write.operation.fields : {};
      expect({ say, sent }).toEqual({ say, sent: say === 'go' ? { plan: 'q' } : {} });
      expect(verdict.next).toBeNull();
      expect(verdict.holds.map(({ field }) => field)).toEqual([note.id, writeBackField]);
    }
  });

  it('is not written again over what somebody has edited there since that was said', () => {
    const about = { crm: 'wrong', desk: 'right' };
    const answers = { [note.id]: { say: 'go', about } } as const;
    const only = setupOf({ rules: [textRule('name', 'crm-to-desk'), note, plan] });
    for (const now of ['right', 'somebody’s own']) {
      const desk = sighting('desk', { name: 'Acme', note: now, plan: 'p' });
      const { write, holds } = judge(only, putBack({}, { desk, answers }));
      expect([now, write?.side ?? null]).toEqual([now, now === 'right' ? 'desk' : null]);
      expect(holds.some(({ field }) => field === note.id)).toBe(now !== 'right');
    }
  });

  it('is still undone when its record was outside the filter or not shown meanwhile', () => {
    const away: readonly Partial<DueLink>[] = [
      { crm: sighting('crm', { name: 'Acme', note: 'wrong', plan: 'no', twin: null }) },
      { desk: sighting('desk', { gone: 'hidden' }) },
    ];
    for (const each of away) {
      const { holds, write } = judge(setup, putBack({}, each));
      expect(write).toBeNull();
      const kept = holds.filter(({ why }) => why === 'undone');
      expect(kept.map(({ field }) => field)).toEqual([note.id, writeBackField]);
      const again = judge(
        setup,
        putBack({}, { holds: kept.map((hold) => ({ ...undone(hold.field ?? ''), ...hold })) }),
      );
      expect(again.write).toBeNull();
    }
  });

  it('is still undone when something else is decided of the pair meanwhile, unless its record is removed', () => {
    const given = putBack({});
    const kept = (verdict: Verdict) => withUndone(verdict, given).holds.map(({ field }) => field);
    const waiting: Verdict = { ...quiet(given.link), is: 'waits' };
    expect(kept(waiting)).toEqual([note.id, writeBackField]);
    expect(withUndone(waiting, given).is).toBe('waits');
    for (const verb of ['update', 'restore', 'remove'] as const) {
      const ref = { connection: 'support', object: 'organization', id: ids.desk };
      const rest = { link: given.link.id, ref, expect: null, fields: {}, how: 'trash' } as const;
      const write: Write = {
        side: 'desk',
        operation: { do: verb, ...rest },
        cause: 'removal',
        before: {},
        agreed: { crm: {}, desk: {}, rules: {} },
      };
      const verdict: Verdict = { ...quiet(given.link), is: 'work', write };
      expect([verb, kept(verdict)]).toEqual([verb, verb === 'remove' ? [] : [note.id, writeBackField]]);
      expect(withUndone(verdict, given).is).toBe('work');
    }
  });

  it('is shown no more where a person has said "skip" while its record was outside the filter', () => {
    const skip: Answer = { say: 'skip' };
    const crm = sighting('crm', { name: 'Acme', note: 'wrong', plan: 'no', twin: null });
    const { holds } = judge(setup, putBack({}, { crm, answers: { [note.id]: skip, [writeBackField]: skip } }));
    expect(holds.map(({ quiet }) => quiet)).toEqual([true, true]);
  });
});

describe('a member of a set that was undone, drifted away, or belongs to a rule that writes on creation alone', () => {
  const tag = (crm: string, more: Partial<Rule> = {}): Rule => {
    const list = (value: Value | undefined) => (value === null || value === undefined ? [] : [value]);
    // Adds its own member, and takes the one away that it had brought before.
    const met = (from: Value, current: Value | undefined, before: Value | undefined): readonly Value[] => {
      const has = Array.isArray(current) ? current : [];
      const left = has.filter((one) => !list(before).includes(one) || list(from).includes(one));
      return [...left, ...list(from).filter((one) => !left.includes(one))];
    };
    return textRule(crm, 'crm-to-desk', {
      id: `${crm} → tags`,
      crm,
      desk: 'tags',
      convert: (_to, from, current, before) => ({ ok: true, value: met(from, current, before) }),
      equal: (from, tags, before) => same(met(from, tags, before?.crm), tags),
      normal: (side, value) => value ?? (side === 'desk' ? [] : null),
      ...more,
    });
  };

  /** The plan, from which the tag `had` came, is about to bring another one. */
  function judged(rules: readonly Rule[], tags: readonly string[], holds: DueLink['holds'] = [], had = 'p') {
    const hashes = Object.fromEntries(rules.map((rule) => [baseKey(rule), rule.hash]));
    const base = { 'name=name': 'Acme', 'note=tags': 'n', 'plan=tags': had };
    const theirs = { 'name=name': 'Acme', 'note=tags': ['n', 'p'], 'plan=tags': ['n', 'p'] };
    const both: Partial<SyncSetup> = { rules };
    const verdict = judge(
      setupOf(both),
      due({
        link: { id: 'L1', sync: 'accounts', crm: agreedEnd('A1', base, hashes), desk: agreedEnd('O1', theirs, hashes) },
        crm: sighting('crm', { name: 'Acme', note: 'n', plan: 'q' }),
        desk: sighting('desk', { name: 'Acme', tags }),
        holds,
      }),
    );
    return verdict.write?.operation.do === 'update' ? verdict.write.operation.fields.tags : null;
  }

  it('does not come back with the members of another rule', () => {
    const kept = tag('note');
    const hold = { ...undone(kept.id), rule: kept.hash };
    expect(judged([kept, tag('plan')], ['p'], [hold])).toEqual(['q']);
    expect(judged([kept, tag('plan')], ['p'])).toEqual(['q']);
    expect(judged([tag('note', { write: 'create' }), tag('plan')], ['p'])).toEqual(['q']);
  });

  it('that is still there stays, also where the other rule takes it away', () => {
    expect(judged([tag('note'), tag('plan')], ['n', 'p', 'x'])).toEqual(['n', 'x', 'q']);
    expect(judged([tag('note'), tag('plan')], ['n', 'x'], [], 'n')).toEqual(['x', 'q', 'n']);
  });
});
