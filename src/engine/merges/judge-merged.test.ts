import { describe, expect, it } from 'vitest';
import { other, type Side } from '../../model/record.ts';
import { removalField } from '../removal/removal.ts';
import { agreedEnd, due as dueLink, ids, setupOf, sighting, words } from '../testing/verdicts.ts';
import { judgeMerged, mergedKey } from './judge-merged.ts';
import type { Fate } from './merged.ts';

const locks = [{ field: 'plan', values: ['locked'], say: 'is locked' }];
const plain = setupOf({});
const setup = {
  ...plain,
  crm: { ...plain.crm, type: { ...plain.crm.type, locks } },
  desk: { ...plain.desk, type: { ...plain.desk.type, locks } },
};

interface Case {
  readonly side: Side;
  readonly how: Fate['how'];
  readonly far: 'there' | 'locked' | 'not seen yet' | 'trash' | 'merged';
  readonly twin: boolean;
  readonly word: 'none' | 'go' | 'skip' | 'create';
  readonly remembered: 'nobody' | 'this winner' | 'another winner';
}

function cases(): readonly Case[] {
  return (['crm', 'desk'] as const).flatMap((side) =>
    (['merged', 'converted'] as const).flatMap((how) =>
      (['there', 'locked', 'not seen yet', 'trash', 'merged'] as const).flatMap((far) =>
        [true, false].flatMap((twin) =>
          (['none', 'go', 'skip', 'create'] as const).flatMap((word) =>
            (['nobody', 'this winner', 'another winner'] as const).map((remembered) => {
              return { side, how, far, twin, word, remembered };
            }),
          ),
        ),
      ),
    ),
  );
}

function judged({ side, how, far, twin, word, remembered }: Case) {
  const left = other(side);
  const base = remembered === 'nobody' ? {} : { [mergedKey]: remembered === 'this winner' ? 'W1' : 'W2' };
  const end = (on: Side) => agreedEnd(ids[on], { 'name=name': 'Acme', ...(on === left ? base : {}) }, {});
  const fields = { name: 'Acme', plan: far === 'locked' ? 'locked' : null };
  const seen = far === 'trash' || far === 'merged' ? ({ gone: far } as const) : fields;
  const due = dueLink({
    link: { id: 'L1', sync: 'accounts', crm: end('crm'), desk: end('desk') },
    [side]: sighting(side, { gone: 'merged' }),
    [left]: far === 'not seen yet' ? null : sighting(left, seen),
    answers: word === 'none' ? {} : { [removalField]: { say: word } },
  });
  const winner = sighting(side, { name: 'Winner' });
  const fate: Fate = {
    side,
    how,
    winner: { ...winner, ref: { ...winner.ref, id: 'W1' } },
    place: setup[side],
    twin: twin ? { id: 'T1', name: 'organization "Twin" (T1)' } : null,
    wakes: ['sales/Account/name=winner'],
  };
  return { due, left, verdict: judgeMerged(setup, due, fate) };
}

describe('a link whose record became one that has a twin', () => {
  it('follows the table in every combination of other record, winner’s twin, answers, and what was said before', () => {
    for (const each of cases()) {
      const { due, left, verdict } = judged(each);
      const is = words(verdict);
      const expected =
        each.far === 'trash' || each.far === 'merged'
          ? { is: 'agreed', holds: [] }
          : !each.twin
            ? { is: 'waits', holds: [] }
            : each.word === 'go' && each.far !== 'locked'
              ? { is: 'work', holds: [] }
              : each.word === 'skip' || each.remembered === 'this winner'
                ? { is: 'agreed', holds: [] }
                : { is: 'held', holds: ['closed: removal'] };
      expect({ each, is: is.is, holds: is.holds }).toEqual({ each, ...expected });
      const removes = expected.is === 'work' ? { side: left, do: 'remove', id: ids[left] } : null;
      const operation = verdict.write?.operation;
      const written =
        operation?.do === 'remove' ? { side: verdict.write?.side, do: operation.do, id: operation.ref.id } : null;
      expect({ each, written }).toEqual({ each, written: removes });
      const isNoted = each.word === 'skip' && expected.is === 'agreed' && each.twin && !isGoneCase(each);
      expect({ each, noted: verdict.link[left]?.base[mergedKey] }).toEqual({
        each,
        noted: isNoted ? 'W1' : due.link[left]?.base[mergedKey],
      });
    }
  });

  it('names both records and both twins, what was done, and what to do', () => {
    const one = { side: 'crm', how: 'merged', far: 'there', twin: true, word: 'none', remembered: 'nobody' } as const;
    const [hold] = judged(one).verdict.holds;
    expect(hold).toMatchObject({
      message:
        'Account "Acme" (A1) was merged into Account "Winner" (W1), which is linked to organization "Twin" (T1). organization "Acme" (O1) is left as it is: merge it into organization "Twin" (T1) in Support, answer "go" to remove it, or answer "skip" to leave it and be asked no more.',
      candidates: [
        { side: 'crm', id: 'W1' },
        { side: 'desk', id: 'T1' },
      ],
      wakes: ['sales/Account/name=winner'],
    });
    const [locked] = judged({ ...one, far: 'locked' }).verdict.holds;
    expect(locked?.message).not.toContain('"go"');
  });
});

function isGoneCase({ far }: Case): boolean {
  return far === 'trash' || far === 'merged';
}
