import { describe, expect, it } from 'vitest';
import { type Answer, answerWords, type HoldReason, holdReasons } from '../../model/hold.ts';
import type { HoldRow } from '../ports.ts';
import { offersOf, refusalOf } from './offers.ts';

const hold = (why: HoldReason, more: Partial<HoldRow> = {}): HoldRow => ({
  id: 'H1',
  sync: 'accounts',
  link: 'L1',
  why,
  field: null,
  values: { crm: 'b', desk: 'c', base: 'a' },
  message: 'Account "Acme" (A1): …',
  vendorCode: null,
  candidates: [],
  wakes: [],
  tries: 0,
  since: 1,
  crm: 'A1',
  desk: 'O1',
  ...more,
});

const twins = ['81', '82'].map((id) => ({ side: 'desk', id, reason: 'name is acme' }) as const);

/** What each hold takes, the default first, and what of it can be said for always. */
const table: readonly (readonly [string, HoldRow, string, string])[] = [
  ['a conflict', hold('conflict', { field: 'f' }), 'crm desk value skip', 'crm desk'],
  [
    'a conflict in which the desk moved last',
    hold('conflict', { field: 'f', changed: { crm: { by: null, at: 1 }, desk: { by: null, at: 2 } } }),
    'desk crm value skip',
    'desk crm',
  ],
  [
    'a conflict in which one time is not known',
    hold('conflict', { field: 'f', changed: { crm: { by: null, at: null }, desk: { by: null, at: 2 } } }),
    'crm desk value skip',
    'crm desk',
  ],
  ['one of nobody', hold('ambiguous', { desk: null }), 'skip create', 'skip create'],
  [
    'one of one',
    hold('ambiguous', { desk: null, candidates: twins.slice(0, 1) }),
    'candidate:81 create skip',
    'create skip',
  ],
  [
    'one of several',
    hold('ambiguous', { desk: null, candidates: twins }),
    'skip candidate:81 candidate:82 create',
    'skip create',
  ],
  [
    'one beside a record of its own side',
    hold('ambiguous', { desk: null, candidates: [{ side: 'crm', id: 'A2', reason: 'has the same Name' }] }),
    'skip create',
    'skip create',
  ],
  ['a refused value', hold('refused', { field: 'f', from: 'crm' }), 'skip value', 'skip value'],
  ['a field that its vendor refused long ago', hold('refused', { field: 'f', vendorCode: 'X' }), 'skip value', ''],
  ['a value that another record has', hold('refused', { field: 'f', candidates: twins }), 'skip value', ''],
  ['a field of a locked record, or an expression that failed', hold('refused', { field: 'f' }), 'skip', ''],
  ['a refused record', hold('refused'), 'skip', ''],
  ['a refused write-back', hold('refused', { field: 'write-back' }), '', ''],
  ['a missing value', hold('required', { field: 'f', desk: null }), 'value skip', ''],
  ['a lost create', hold('unsure', { desk: null, candidates: twins }), 'candidate:81 candidate:82 create skip', 'skip'],
  ['a record that was undone', hold('undone', { desk: null, rule: 'h' }), 'skip go', ''],
  ['a hidden record', hold('hidden'), 'skip', 'skip'],
  ['parted records', hold('undone', { desk: null, candidates: twins.slice(0, 1) }), 'skip candidate:81 go', ''],
];

describe('what a hold can be answered with', () => {
  it.each(table)('%s', (_, given, takes, always) => {
    const offers = offersOf(given);
    expect(offers.map(({ say, id }) => (id === undefined ? say : `${say}:${id}`)).join(' ')).toBe(takes);
    expect(
      offers
        .filter((offer) => offer.always)
        .map(({ say }) => say)
        .join(' '),
    ).toBe(always);
    expect(offers.flatMap((offer, i) => (offer.default ? [i] : []))).toEqual(offers.length === 0 ? [] : [0]);
  });

  it('is what is taken, whatever the hold and the answer; the rest is refused with what is', () => {
    const answers: readonly Answer[] = [
      ...answerWords.map((say) => ({ say }) as const),
      { say: 'candidate', id: '81' },
      { say: 'value', value: 'v' },
    ];
    let count = 0;
    for (const why of holdReasons)
      for (const field of [null, 'f'])
        for (const answer of answers)
          for (const always of [false, true]) {
            count += 1;
            const given = hold(why, { field, from: 'crm', candidates: twins });
            const offer = offersOf(given).find(({ say }) => say === answer.say);
            const refusal = refusalOf(given, always ? { ...answer, always } : answer);
            const isTaken = offer !== undefined && (!always || offer.always === true);
            // A person may name a record that nobody thought of.
            const isNamed = !always && answer.say === 'candidate' && refusal === null;
            expect({ why, field, answer, always, refusal: refusal === null }).toEqual({
              why,
              field,
              answer,
              always,
              refusal: isTaken || isNamed,
            });
            if (refusal !== null) expect(refusal).toMatch(/akes |Nothing can be said of it/);
          }
    expect(count).toBe(holdReasons.length * 2 * 7 * 2);
  });
});
