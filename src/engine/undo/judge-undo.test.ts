import { describe, expect, it } from 'vitest';
import type { HistoryRow } from '../../model/history.ts';
import type { Hold } from '../../model/hold.ts';
import { type End, newEnd } from '../../model/link.ts';
import type { Fields, Value } from '../../model/value.ts';
import { noParents } from '../parents.ts';
import type { DueLink } from '../ports.ts';
import { due, ids, refusedHold, ruleSet, setupOf, sighting } from '../testing/verdicts.ts';
import { judgeUndo, type Undone } from './judge-undo.ts';
import type { UndoAsk } from './undo.ts';

const around = {
  parents: noParents,
  us: { crm: 'us', desk: 'us' },
  others: { crm: [], desk: [] },
  under: { crm: null, desk: null },
};

function row(verb: HistoryRow['do'], fields: Readonly<Record<string, readonly [Value, Value]>>): HistoryRow {
  const written = Object.entries(fields).map(([name, [before, after]]) => [name, { before, after, rule: `${name} x` }]);
  return {
    id: 'h',
    at: 1,
    run: 'bad',
    sync: 'accounts',
    link: 'L1',
    side: 'desk',
    do: verb,
    cause: 'edit',
    record: ids.desk,
    fields: Object.fromEntries(written),
    outcome: 'ok',
  };
}

function ask(rows: readonly HistoryRow[], more: Partial<UndoAsk> = {}): UndoAsk {
  return { rows, later: [], wroteAt: { crm: null, desk: 5000 }, tried: new Set(), field: null, ...more };
}

/** Both ends have agreed on these values under the rules as they are. */
function agreed(id: string, fields: Fields, hashes: readonly string[]): End {
  const base = Object.entries(fields).map(([name, value]) => [`${name}=${name}`, value] as const);
  const rules = base.map(([key], i) => [key, hashes[i] ?? '']);
  return { ...newEnd(id, 'v1'), base: Object.fromEntries(base), rules: Object.fromEntries(rules) };
}

function said({ verdict, left }: Undone) {
  const { write } = verdict;
  return {
    do: write ? write.operation.do : null,
    left: left.map(({ field }) => field ?? 'record'),
    holds: verdict.holds.map(({ why, field }) => `${why} ${field ?? 'record'}`),
    half: verdict.link.desk === null,
  };
}

const rules = Object.values(ruleSet('crm-to-desk'));
const hashes = rules.map(({ hash }) => hash);

describe('a record that was created by what is undone', () => {
  const shows = ['there', 'trash', 'purged', 'hidden', 'unseen'] as const;

  it('is removed, kept or given up as the table says, in every combination of what became of it', () => {
    let cases = 0;
    for (const shown of shows) {
      for (const now of ['a', 'theirs']) {
        for (const by of ['us', 'somebody', null]) {
          for (const at of [1000, 900_000]) {
            for (const locked of [true, false]) {
              for (const [others, below] of [
                [[], null],
                [['partners'], null],
                [[], 'user "Bob" (U1) under it'],
              ] as const) {
                cases++;
                const base = setupOf({ rules });
                const lock = { field: 'plan', values: ['agent'], say: 'is an agent' };
                const setup = { ...base, desk: { ...base.desk, type: { ...base.desk.type, locks: [lock] } } };
                const fields = { name: 'n', note: now, plan: locked ? 'agent' : null };
                const seen = shown === 'there' ? fields : shown === 'unseen' ? null : ({ gone: shown } as const);
                const link = due({
                  link: {
                    id: 'L1',
                    sync: 'accounts',
                    crm: agreed(ids.crm, { name: 'n', note: 'a' }, hashes),
                    desk: agreed(ids.desk, { name: 'n', note: 'a' }, hashes),
                  },
                  crm: sighting('crm', { name: 'n', note: 'a', plan: null }),
                  desk: seen && { ...sighting('desk', seen, at), by },
                });
                const made = ask([row('create', { name: [null, 'n'], note: [null, 'a'] })]);
                const out = judgeUndo(setup, link, made, {
                  ...around,
                  others: { crm: [], desk: others },
                  under: { crm: null, desk: below },
                });
                const isChanged = now === 'theirs' || by === 'somebody' || (by === null && at === 900_000);
                const isKept = locked || others.length > 0 || below !== null || isChanged;
                const isShown = shown === 'there';
                const isGone = shown === 'trash' || shown === 'purged';
                expect(said(out), JSON.stringify({ shown, now, by, at, locked, others, below })).toEqual({
                  do: isShown && !isKept ? 'remove' : null,
                  left: isGone || (isShown && !isKept) ? [] : ['record'],
                  holds: isGone || (isShown && !isKept) ? ['undone record'] : [],
                  half: isGone,
                });
              }
            }
          }
        }
      }
    }
    expect(cases).toBe(360);
  });
});

describe('a record that was removed by what is undone', () => {
  it('is restored where its vendor has a bin and it lies there; else it is said that it cannot be', () => {
    for (const restores of [true, false]) {
      for (const shown of ['trash', 'purged', 'merged', 'there'] as const) {
        for (const half of [true, false]) {
          const base = setupOf({ rules });
          const setup = { ...base, desk: { ...base.desk, type: { ...base.desk.type, restores } } };
          const seen = shown === 'there' ? { name: 'n', note: 'a', plan: null } : ({ gone: shown } as const);
          const desk = half ? null : agreed(ids.desk, { name: 'n', note: 'a' }, hashes);
          const link = due({
            link: { id: 'L1', sync: 'accounts', crm: agreed(ids.crm, { name: 'n', note: 'a' }, hashes), desk },
            crm: sighting('crm', { name: 'n', note: 'a', plan: null }),
            desk: half ? null : sighting('desk', seen),
          });
          const out = judgeUndo(setup, link, ask([row('remove', { name: ['n', null] })]), around);
          const isThere = shown === 'there' && !half;
          const canBe = restores && (half || shown === 'trash');
          expect(said(out)).toMatchObject({
            do: !isThere && canBe ? 'restore' : null,
            left: isThere || canBe ? [] : ['record'],
          });
          if (!isThere && !canBe)
            expect(out.left[0]?.why).toMatch(/was removed and cannot be brought back from Support/);
        }
      }
    }
  });
});

describe('a record that was removed for good by an undo that is undone', () => {
  it('is to be made anew, as long as its twin is held for that; where there is a bin it is restored instead', () => {
    const held = (why: Hold['why']): Hold => ({ ...refusedHold(null, null, null), why });
    for (const restores of [true, false]) {
      for (const cause of ['undo', 'removal'] as const) {
        for (const holds of [[held('undone')], [held('closed')], []]) {
          const base = setupOf({ rules });
          const setup = { ...base, desk: { ...base.desk, type: { ...base.desk.type, restores } } };
          const link = {
            id: 'L1',
            sync: 'accounts',
            crm: agreed(ids.crm, { name: 'n', note: 'a' }, hashes),
            desk: null,
          };
          const crm = sighting('crm', { name: 'n', note: 'a', plan: null });
          const rows = [{ ...row('remove', { name: ['n', null] }), cause }];
          const { anew, left, verdict } = judgeUndo(setup, due({ link, crm, holds }), ask(rows), around);
          const isAnew = !restores && cause === 'undo' && holds.some(({ why }) => why === 'undone');
          expect(anew).toEqual(isAnew ? { side: 'desk', hold: 'H1' } : null);
          expect([left.length, verdict.write?.operation.do]).toEqual(
            restores ? [0, 'restore'] : [isAnew ? 0 : 1, undefined],
          );
        }
      }
    }
  });
});

describe('a field that was written by what is undone', () => {
  function fieldCase(
    more: Partial<DueLink>,
    note: Value,
    options: Partial<UndoAsk> = {},
    direction: 'crm-to-desk' | 'both' = 'crm-to-desk',
  ) {
    const set = Object.values(ruleSet(direction));
    const link = due({
      link: {
        id: 'L1',
        sync: 'accounts',
        crm: agreed(
          ids.crm,
          { name: 'n', note: 'wrong' },
          set.map(({ hash }) => hash),
        ),
        desk: agreed(
          ids.desk,
          { name: 'n', note: 'wrong' },
          set.map(({ hash }) => hash),
        ),
      },
      crm: sighting('crm', { name: 'n', note: 'wrong', plan: null }),
      desk: sighting('desk', { name: 'n', note, plan: null }),
      ...more,
    });
    return judgeUndo(
      setupOf({ rules: set, direction }),
      link,
      ask([row('update', { note: ['right', 'wrong'] })], options),
      around,
    );
  }

  it('is put back with a base to differ by, held until its source moves, and the source keeps its own base', () => {
    for (const direction of ['crm-to-desk', 'both'] as const) {
      const { verdict, left } = fieldCase({}, 'wrong', {}, direction);
      expect(left).toEqual([]);
      expect(verdict.write).toMatchObject({
        side: 'desk',
        cause: 'undo',
        operation: { do: 'update', fields: { note: 'right' } },
        before: { note: { before: 'wrong', after: 'right', rule: 'undo' } },
        agreed: { crm: {}, desk: { 'note=note': 'right' } },
      });
      expect(verdict.holds).toMatchObject([
        {
          why: 'undone',
          field: `note ${direction}`,
          from: 'crm',
          values: { crm: 'wrong', desk: 'right', base: 'wrong' },
        },
      ]);
      expect(verdict.holds[0]?.message).toBe(
        'organization "n" (O1): an undo has put note back to "right"; Syncline had written "wrong" (note in Sales is "wrong"). It stays so until that changes, or the rule does. Answer "go" to have it written again, or "skip" to leave it so and hear no more of it.',
      );
    }
  });

  it('is left where somebody has changed it, with both values and who, or which run of ours', () => {
    const desk = { ...sighting('desk', { name: 'n', note: 'theirs', plan: null }, 3_600_000), by: 'agent-7' };
    expect(fieldCase({ desk }, 'theirs').left).toEqual([
      {
        side: 'desk',
        field: 'note',
        why: 'organization "n" (O1) has note "theirs", and Syncline had written "wrong": it was changed since (the record last by agent-7 at 1970-01-01T01:00:00.000Z)',
      },
    ]);
    const later = [{ ...row('update', { note: ['wrong', 'newer'] }), run: 'next' }];
    expect(fieldCase({}, 'newer', { later }).left[0]?.why).toMatch(/the run next has written it again since/);
  });

  it('is left alone where it has been put back already, whoever did it', () => {
    expect(said(fieldCase({}, 'right'))).toEqual({ do: null, left: [], holds: [], half: false });
  });

  it('is left with the vendor’s words where putting it back was refused just now, and tried where another refusal is old', () => {
    const hold: Hold = { ...refusedHold('note crm-to-desk', 'wrong', 'wrong'), message: 'Support refused note: no.' };
    expect(said(fieldCase({ holds: [hold] }, 'wrong')).do).toBe('update');
    const out = fieldCase({ holds: [hold] }, 'wrong', { tried: new Set(['desk note']) });
    expect(said(out)).toMatchObject({ do: null, left: ['note'] });
    expect(out.left[0]?.why).toMatch(/could not get note "right" back. Support refused note: no$/);
  });

  it('under rules that are others by now is put back without a hold: the new rule decides', () => {
    const old = agreed(ids.desk, { name: 'n', note: 'wrong' }, ['old', 'old']);
    const link = { id: 'L1', sync: 'accounts', crm: { ...old, id: ids.crm }, desk: old };
    const { verdict } = fieldCase({ link }, 'wrong');
    expect(verdict.holds).toEqual([]);
    expect(verdict.write?.agreed.rules).toEqual({ 'note=note': 'old' });
  });

  it('is held so also where its source is gone, as it may come back as both had agreed', () => {
    const { verdict } = fieldCase({ crm: sighting('crm', { gone: 'trash' }) }, 'wrong');
    expect(verdict.write).toMatchObject({ side: 'desk', operation: { fields: { note: 'right' } } });
    expect(verdict.holds).toMatchObject([{ why: 'undone', values: { crm: 'wrong', desk: 'right', base: 'wrong' } }]);
  });

  it('of a record that is gone, or not shown, is left', () => {
    expect(fieldCase({ desk: sighting('desk', { gone: 'trash' }) }, null).left[0]?.why).toMatch(/was deleted since/);
    expect(fieldCase({ desk: null }, null).left[0]?.why).toMatch(/is not shown to us/);
  });
});
