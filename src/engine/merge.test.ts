import { describe, expect, it } from 'vitest';
import type { Overruled } from '../model/history.ts';
import type { OnMatch, Policy, PolicyExpression, PolicyWord } from '../model/sync.ts';
import type { Value } from '../model/value.ts';
import { type FieldState, type Move, merge, tooCloseMs } from './merge.ts';

const values: readonly Value[] = [null, '', 'a', 'b'];
const bases: readonly (Value | undefined)[] = [undefined, ...values];
const directions = [
  { toCrm: false, toDesk: true },
  { toCrm: true, toDesk: false },
  { toCrm: true, toDesk: true },
] as const;
/** What an expression can come to; `fails`: it cannot work with this record. */
const outcomes = ['crm', 'desk', 'newest', 'ask', null, 'fails'] as const;

function expression(outcome: (typeof outcomes)[number]): PolicyExpression {
  return {
    text: `… ${outcome}`,
    reads: { crm: [], desk: [] },
    decide: () => (outcome === 'fails' ? { ok: false, say: 'it fails' } : { ok: true, word: outcome }),
  };
}

const policies: readonly (readonly Policy[])[] = [
  ['crm'],
  ['desk'],
  ['newest', 'crm'],
  ['newest', 'desk'],
  ['newest'],
  ['ask'],
  [],
  ['newest', 'ask', 'crm'],
  ...outcomes.flatMap((outcome) => [
    [expression(outcome)],
    [expression(outcome), 'desk' as const],
    ['newest' as const, expression(outcome), 'ask' as const],
    [expression(null), expression(outcome)],
  ]),
];
const onMatches: readonly OnMatch[] = ['crm', 'desk', 'newest', 'fill', 'ask'];
const clocks = ['crm newer', 'desk newer', 'too close', 'unknown'] as const;
type Clock = (typeof clocks)[number];

const moments: Readonly<Record<Clock, { readonly crm: number | null; readonly desk: number | null }>> = {
  'crm newer': { crm: 1_000_000 + tooCloseMs, desk: 1_000_000 },
  'desk newer': { crm: 1_000_000, desk: 1_000_000 + tooCloseMs },
  'too close': { crm: 1_000_000, desk: 1_000_000 + tooCloseMs - 1 },
  unknown: { crm: null, desk: 1_000_000 },
};

interface Case extends FieldState {
  readonly clock: Clock;
}

/** Every combination of two values, two bases, equality under the mapping, rules, direction, policy, first meeting, clock and kind of field. */
function* cases(): Generator<Case> {
  // 'a' and 'b' may be equal under a mapping that loses detail; equal values always are.
  for (const crm of values)
    for (const desk of values)
      for (const crmBase of bases)
        for (const deskBase of bases)
          for (const equal of crm === desk ? [true] : [true, false])
            for (const sameRules of [true, false])
              for (const direction of directions)
                for (const conflict of policies)
                  for (const onMatch of onMatches)
                    for (const clock of clocks)
                      for (const isSet of [false, true])
                        yield {
                          crm: { now: crm, base: crmBase, movedAt: moments[clock].crm },
                          desk: { now: desk, base: deskBase, movedAt: moments[clock].desk },
                          equal,
                          sameRules,
                          ...direction,
                          conflict,
                          onMatch,
                          clock,
                          isSet,
                          records: { crm: null, desk: null },
                        };
}

const blank = (value: Value) => value === null || value === '';

/** The table of docs/sync-spec.md, read row by row: what must follow, as one word. */
function expected(each: Case): string {
  const agreed = each.crm.base !== undefined && each.desk.base !== undefined;
  const moved = [
    agreed && each.crm.now !== each.crm.base && 'crm',
    agreed && each.desk.now !== each.desk.base && 'desk',
  ].filter(Boolean);
  if (each.equal) return agreed && moved.length === 0 && each.sameRules ? 'nothing' : 'agree';
  const source = each.toCrm && each.toDesk ? null : each.toDesk ? 'crm' : 'desk';
  if (!agreed || (moved.length === 0 && !each.sameRules)) {
    if (source) return `from ${source}`;
    if (each.onMatch === 'fill') return blank(each.desk.now) ? 'from crm' : blank(each.crm.now) ? 'from desk' : 'agree';
    if (each.onMatch === 'ask') return 'conflict';
    if (each.onMatch === 'newest') return newest(each.clock) ?? 'conflict';
    return `from ${each.onMatch}`;
  }
  if (moved.length === 0) return 'lossy';
  if (moved.length === 1) return source === null || source === moved[0] ? `from ${moved[0]}` : 'drift';
  if (source) return `from ${source}`;
  if (each.isSet) return 'mix';
  for (const policy of each.conflict) {
    const said = typeof policy === 'string' ? policy : wordOf(policy);
    if (said === 'ask') return 'conflict';
    const answer = said === 'newest' ? newest(each.clock) : said && `from ${said}`;
    if (answer) return answer;
  }
  return 'conflict';
}

function wordOf(policy: PolicyExpression): PolicyWord | null {
  const said = policy.decide({ crm: null, desk: null, crmValue: null, deskValue: null, base: null });
  return said.ok ? said.word : null;
}

function newest(clock: Clock): string | null {
  if (clock === 'crm newer') return 'from crm';
  return clock === 'desk newer' ? 'from desk' : null;
}

function word(move: Move): string {
  if (move.is === 'send') return `from ${move.to === 'desk' ? 'crm' : 'desk'}`;
  return move.is === 'left' ? move.why : move.is;
}

describe('merge', () => {
  it('follows the table in every combination of values, bases, rules, directions, policies and clocks', () => {
    let count = 0;
    for (const each of cases()) {
      count += 1;
      const got = word(merge(each));
      if (got !== expected(each)) expect({ each, got }).toEqual({ each, got: expected(each) });
    }
    expect(policies).toHaveLength(32);
    expect(count).toBe((4 * 4 * 2 - 4) * 25 * 2 * 3 * 32 * 5 * 4 * 2);
  });

  it('never sends against a direction, and never writes where nothing moved under the same rules', () => {
    for (const each of cases()) {
      const move = merge(each);
      if (move.is !== 'send') continue;
      const isWrong = each.equal || !(move.to === 'desk' ? each.toDesk : each.toCrm);
      if (isWrong) expect({ each, move }).toBe('sent in a direction that flows, where the sides differ');
    }
  });

  it('is settled by what it decides: after the write it has nothing to say', () => {
    for (const each of cases()) {
      const move = merge(each);
      if (move.is !== 'send' && move.is !== 'agree') continue;
      const sent = move.is === 'send' ? (move.to === 'desk' ? each.crm.now : each.desk.now) : null;
      const crm = move.is === 'send' && move.to === 'crm' ? sent : each.crm.now;
      const desk = move.is === 'send' && move.to === 'desk' ? sent : each.desk.now;
      const after = merge({
        ...each,
        crm: { ...each.crm, now: crm, base: crm },
        desk: { ...each.desk, now: desk, base: desk },
        equal: each.equal || move.is === 'send',
        sameRules: true,
      });
      if (after.is !== 'nothing' && after.is !== 'left') expect({ each, after }).toBe('quiet');
    }
  });

  const both: FieldState = {
    crm: { now: 'b', base: 'a', movedAt: 10_000 },
    desk: { now: 'c', base: 'a', movedAt: 1 },
    equal: false,
    sameRules: true,
    toCrm: true,
    toDesk: true,
    conflict: ['newest', 'desk'],
    onMatch: 'crm',
    isSet: false,
    records: { crm: null, desk: null },
  };
  const close = { ...both, desk: { now: 'c', base: 'a', movedAt: 9_600 } } satisfies FieldState;

  it.each<[string, FieldState, Overruled | null]>([
    ['the newer one', both, { policy: 'newest' }],
    ['the source of a one-way field', { ...both, toCrm: false }, { policy: 'source' }],
    ['nobody, where only one side moved', { ...both, desk: { ...both.desk, now: 'a' } }, null],
    [
      'the next policy, where the times are too close',
      close,
      {
        policy: 'desk',
        note: 'newest: too close to call (0.4 s apart), then desk',
      },
    ],
    [
      'the next policy, where a time is not known',
      { ...both, crm: { ...both.crm, movedAt: null } },
      {
        policy: 'desk',
        note: 'newest: too close to call (a time is not known), then desk',
      },
    ],
    [
      'an expression',
      { ...both, conflict: [expression('crm')] },
      { policy: 'expression', note: 'the expression says crm' },
    ],
    [
      'the policy behind one that failed',
      { ...both, conflict: [expression('fails'), expression(null), 'desk'] },
      {
        policy: 'desk',
        note: 'it fails, then the expression cannot tell, then desk',
      },
    ],
    [
      'an expression that calls for the newer one',
      { ...close, conflict: [expression('newest'), 'crm'] },
      {
        policy: 'crm',
        note: 'newest: too close to call (0.4 s apart), then crm',
      },
    ],
    [
      'a first meeting',
      { ...both, crm: { ...both.crm, base: undefined } },
      { policy: 'onMatch', note: 'onMatch: crm' },
    ],
    [
      'nobody, where the other side has nothing',
      {
        ...both,
        desk: { now: null, base: undefined, movedAt: null },
      },
      null,
    ],
  ])('says whose value was overruled by %s', (_, state, over) => {
    expect(merge(state)).toMatchObject({ is: 'send', over });
  });

  it('says why no policy could tell', () => {
    const notes = ['newest: too close to call (0.4 s apart)', 'it fails'];
    expect(merge({ ...close, conflict: ['newest', expression('fails')] })).toEqual({ is: 'conflict', notes });
    expect(merge({ ...close, conflict: [expression('ask'), 'crm'] })).toEqual({ is: 'conflict', notes: [] });
  });
});
