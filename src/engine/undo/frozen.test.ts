import { describe, expect, it } from 'vitest';
import type { HistoryRow } from '../../model/history.ts';
import { baseKey, type Direction } from '../../model/sync.ts';
import type { Fields } from '../../model/value.ts';
import { judge } from '../judge.ts';
import { noParents } from '../parents.ts';
import type { DueLink } from '../ports.ts';
import { agreedEnd, due, ids, ruleSet, setupOf, sighting } from '../testing/verdicts.ts';
import { judgeUndo } from './judge-undo.ts';

const nobody = { crm: null, desk: null };
const around = { parents: noParents, us: nobody, others: { crm: [], desk: [] }, under: nobody };
const wrote: HistoryRow = {
  id: 'h',
  at: 1,
  run: 'bad',
  sync: 'accounts',
  link: 'L1',
  side: 'desk',
  do: 'update',
  cause: 'edit',
  record: ids.desk,
  fields: { note: { before: 'right', after: 'wrong', rule: 'note' } },
  outcome: 'ok',
};
const ask = { rows: [wrote], later: [], wroteAt: nobody, tried: new Set<string>(), field: null };

/** The desk's note is put back while the CRM does not show its own, with or without the rule (a field, or one record's). */
function putBack(direction: Direction, isFrozen: boolean) {
  const { name, note } = ruleSet(direction);
  const base = { 'name=name': 'Acme', 'note=note': 'wrong' };
  const hashes = Object.fromEntries([name, note].map((rule) => [baseKey(rule), rule.hash]));
  const sound = setupOf({ direction, rules: [name, note] });
  const setup = isFrozen ? setupOf({ direction, rules: [name], frozen: [note] }) : sound;
  const given = due({
    link: {
      id: 'L1',
      sync: 'accounts',
      crm: agreedEnd(ids.crm, base, hashes),
      desk: agreedEnd(ids.desk, base, hashes),
    },
    crm: sighting('crm', { name: 'Acme' }),
    desk: sighting('desk', { name: 'Acme', note: 'wrong' }),
  });
  const { write, holds } = judgeUndo(setup, given, ask, around).verdict;
  const held = holds.map((hold) => ({ ...hold, id: 'H1', sync: 'accounts', link: 'L1', tries: 0, since: 1 }));
  const later = (crm: Fields, more: Partial<DueLink> = {}): DueLink => ({
    ...given,
    link: { ...given.link, desk: agreedEnd(ids.desk, { ...base, ...write?.agreed.desk }, hashes) },
    crm: sighting('crm', { name: 'Acme', ...crm }),
    desk: sighting('desk', { name: 'Acme', note: 'right' }),
    holds: held,
    ...more,
  });
  return { sound, setup, write, later };
}

describe('a field that was undone while its source was hidden', () => {
  const cases = (['crm-to-desk', 'both'] as const).flatMap((direction) =>
    [true, false].map((isFrozen) => [direction, isFrozen] as const),
  );

  it.each(cases)(
    'is held, then and once it is shown, and does not flow back (%s, rule frozen: %s)',
    (direction, isFrozen) => {
      const { sound, setup, write, later } = putBack(direction, isFrozen);
      expect(write).toMatchObject({ side: 'desk', operation: { do: 'update', fields: { note: 'right' } } });
      const hidden = judge(setup, later({}));
      const thawed = judge(sound, later({ note: 'wrong' }));
      for (const verdict of [hidden, thawed]) {
        expect(verdict.write).toBeNull();
        expect(verdict.holds).toMatchObject([
          { why: 'undone', field: `note ${direction}`, values: { crm: 'wrong', desk: 'right', base: 'wrong' } },
        ]);
      }
      const edited = judge(sound, later({ note: 'edited meanwhile' }));
      expect(edited.write).toMatchObject({ side: 'desk', operation: { fields: { note: 'edited meanwhile' } } });
      expect(edited.holds).toEqual([]);
    },
  );

  it('is shown no more where a person has said "skip" while it was hidden', () => {
    const { setup, later } = putBack('both', true);
    expect(judge(setup, later({}, { answers: { 'note both': { say: 'skip' } } })).holds).toMatchObject([
      { quiet: true },
    ]);
  });
});
