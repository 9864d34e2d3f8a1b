import { describe, expect, it } from 'vitest';
import type { Answer } from '../model/hold.ts';
import type { End } from '../model/link.ts';
import { type Gone, other, type Side, sides } from '../model/record.ts';
import { baseKey, type Direction, flows, type SyncSetup } from '../model/sync.ts';
import type { Fields } from '../model/value.ts';
import { judge } from './judge.ts';
import type { DueLink } from './ports.ts';
import {
  agreedEnd,
  directions,
  due,
  ids,
  nothing,
  refusedHold,
  ruleSet,
  type Shown,
  setupOf,
  shown,
  shows,
  sighting,
  subsets,
  words,
} from './testing/verdicts.ts';
import { textRule } from './testing.ts';
import { nothingAround } from './verdict.ts';

const moves = ['none', 'crm', 'desk', 'both apart', 'both alike', 'first meeting'] as const;
type Moves = (typeof moves)[number];
const backs = ['none', 'first', 'first, written and changed since', 'always', 'always, written'] as const;
const holdKinds = ['none', 'same values', 'other values'] as const;

interface Pair {
  readonly crm: Shown;
  readonly desk: Shown;
  readonly outside: readonly Side[];
  readonly update: readonly Side[];
  readonly direction: Direction;
  readonly moved: Moves;
  readonly answer: Answer['say'] | 'none';
  readonly hold: (typeof holdKinds)[number];
  readonly back: (typeof backs)[number];
}

function* pairs(): Generator<Pair> {
  for (const crm of shows)
    for (const desk of shows)
      for (const outside of subsets)
        for (const update of subsets)
          for (const direction of directions)
            for (const moved of moves)
              for (const answer of ['none', 'skip', 'crm', 'desk'] as const)
                for (const hold of holdKinds)
                  for (const back of backs) yield { crm, desk, outside, update, direction, moved, answer, hold, back };
}

function nowOf({ moved }: Pick<Pair, 'moved'>): { readonly crm: string; readonly desk: string } {
  if (moved === 'none') return { crm: 'a', desk: 'a' };
  if (moved === 'both alike') return { crm: 'c', desk: 'c' };
  return { crm: moved === 'desk' ? 'a' : 'b', desk: moved === 'crm' ? 'a' : 'd' };
}

/** What each side looks like to us: what is not shown looks as it did when both last agreed. */
function looks(each: Pair): { readonly crm: string | null; readonly desk: string | null } {
  const now = nowOf(each);
  const known = (side: Side) => (each[side] === 'there' ? now[side] : each.moved === 'first meeting' ? null : 'a');
  return { crm: known('crm'), desk: known('desk') };
}

/** One field of a pair that is there and inside: where it goes, or why it stays. */
function fieldOutcome(each: Pair): Side | 'stays' | 'agree' | 'conflict' | 'refused' {
  const { crm, desk } = looks(each);
  if (crm === null || desk === null) return 'stays';
  if (crm === desk) return each.moved === 'first meeting' || crm !== 'a' ? 'agree' : 'stays';
  const source = each.direction === 'crm-to-desk' ? 'crm' : each.direction === 'desk-to-crm' ? 'desk' : null;
  const decided = (): Side | 'stays' | 'conflict' => {
    if (each.moved === 'first meeting') return source ? other(source) : 'desk';
    if (crm !== 'a' && desk !== 'a') return source ? other(source) : 'conflict';
    const mover = crm !== 'a' ? 'crm' : 'desk';
    return source === null || source === mover ? other(mover) : 'stays';
  };
  const to =
    each.answer === 'skip'
      ? 'agree'
      : each.answer === 'none'
        ? decided()
        : other(each.answer === 'crm' ? 'crm' : 'desk');
  if (to !== 'crm' && to !== 'desk') return to;
  if (!each.update.includes(to)) return 'stays';
  return each.hold === 'same values' ? 'refused' : to;
}

function expectedPair(each: Pair): { readonly is: string; readonly write: unknown; readonly holds: readonly string[] } {
  const gone = sides.find((side) => each[side] === 'trash');
  if (gone) {
    const kept = other(gone);
    const edited = each[kept] === 'there' && nowOf(each)[kept] !== 'a' && each.moved !== 'first meeting';
    const nowhere = edited && flows(each.direction, gone) && each.update.includes(gone) && each.answer !== 'skip';
    return nowhere ? { is: 'held', write: null, holds: ['closed'] } : nothing;
  }
  if (each.crm === 'hidden' || each.desk === 'hidden') return { is: 'held', write: null, holds: ['hidden'] };
  if (sides.some((side) => each[side] === 'there' && each.outside.includes(side))) return nothing;
  const note = fieldOutcome(each);
  const rule = `note ${each.direction}`;
  const twin = each.back === 'first' || each.back === 'always' ? { twin: ids.crm } : {};
  const now = looks(each);
  const desk = { ...(note === 'desk' ? { note: now.crm } : {}), ...twin };
  const writesDesk = Object.keys(desk).length > 0;
  const holds = note === 'conflict' || note === 'refused' ? [`${note}: ${rule}`] : [];
  const write = writesDesk
    ? { to: 'desk', do: 'update', fields: desk, again: note === 'crm' }
    : note === 'crm'
      ? { to: 'crm', do: 'update', fields: { note: now.desk }, again: false }
      : null;
  return { is: write ? 'work' : holds.length > 0 ? 'held' : 'agreed', write, holds };
}

/** Corners that have tests of their own below. */
function corner(each: Pair): boolean {
  const mixed = sides.some((side) => each[side] === 'trash' && each[other(side)] === 'hidden');
  const against =
    (each.answer === 'crm' || each.answer === 'desk') && !flows(each.direction, each.answer === 'crm' ? 'desk' : 'crm');
  return mixed || against;
}

function pairDue(each: Pair): { readonly setup: SyncSetup; readonly given: DueLink } {
  const rules = ruleSet(each.direction);
  const agreed = each.moved !== 'first meeting';
  const base = { [baseKey(rules.name)]: 'Acme', ...(agreed ? { [baseKey(rules.note)]: 'a' } : {}) };
  const hashes = {
    [baseKey(rules.name)]: rules.name.hash,
    ...(agreed ? { [baseKey(rules.note)]: rules.note.hash } : {}),
  };
  const written = each.back.includes('written') ? { '@write-back': ids.crm } : {};
  const twin = each.back === 'always, written' ? ids.crm : each.back.includes('changed') ? 'changed' : null;
  const when = each.back.startsWith('first') ? 'first' : 'always';
  const now = nowOf(each);
  const at = looks(each);
  const heldValue = (side: Side) => (each.hold === 'same values' ? at[side] : 'z');
  const plan = (side: Side) => (each.outside.includes(side) ? 'no' : 'yes');
  const setup = setupOf({
    direction: each.direction,
    update: each.update,
    rules: [rules.name, rules.note],
    writeBack: { crm: null, desk: each.back === 'none' ? null : { field: 'twin', when } },
  });
  const given = due({
    link: {
      id: 'L1',
      sync: 'accounts',
      crm: agreedEnd('A1', base, hashes),
      desk: agreedEnd('O1', { ...base, ...written }, hashes),
    },
    crm: shown('crm', each.crm, { name: 'Acme', note: now.crm, plan: plan('crm') }),
    desk: shown('desk', each.desk, { name: 'Acme', note: now.desk, plan: plan('desk'), twin }),
    holds: each.hold === 'none' ? [] : [refusedHold(rules.note.id, heldValue('crm'), heldValue('desk'))],
    answers: each.answer === 'none' ? {} : { '': answerOf(each.answer), [rules.note.id]: answerOf(each.answer) },
  });
  return { setup, given };
}

function answerOf(say: Answer['say']): Answer {
  if (say === 'candidate') return { say, id: 'O1' };
  return say === 'value' ? { say, value: 'v' } : { say };
}

describe('judge, two ends', () => {
  it('follows the table in every combination of records, filters, update sets, directions, moves, answers, holds and write-back', () => {
    let count = 0;
    for (const each of pairs()) {
      // What an unseen side's write-back field holds is unknown unless it was written.
      if (corner(each) || (each.desk === 'unseen' && each.back.includes('written'))) continue;
      count += 1;
      const { setup, given } = pairDue(each);
      const got = words(judge(setup, given));
      const expected = expectedPair(each);
      if (JSON.stringify(got) !== JSON.stringify(expected)) expect({ each, ...got }).toEqual({ each, ...expected });
    }
    expect(count).toBe(178_560);
  });

  it('takes what was answered for always of a refused value: of that value on that side alone, and before it is sent', () => {
    const always = { always: true } as const;
    const said = [{ say: 'skip', ...always } as const, { say: 'value', value: 'v', ...always } as const];
    let count = 0;
    let taken = 0;
    for (const direction of directions)
      for (const moved of moves)
        for (const update of subsets)
          for (const hold of holdKinds)
            for (const answer of said)
              for (const about of ['b', 'd', 'z'])
                for (const from of sides) {
                  count += 1;
                  const there = { crm: 'there', desk: 'there', outside: [], answer: 'none', back: 'none' } as const;
                  const each: Pair = { ...there, direction, moved, update, hold };
                  const { setup, given } = pairDue(each);
                  const field = `note ${direction}`;
                  const standing = {
                    id: 'S1',
                    sync: 'accounts',
                    why: 'refused',
                    field,
                    from,
                    value: about,
                    answer,
                    since: 1,
                  } as const;
                  const got = words(judge(setup, given, { ...nothingAround, standing: [standing] }));
                  const sent = fieldOutcome({ ...each, hold: 'none' });
                  const isTaken = sent === other(from) && looks(each)[from] === about;
                  taken += isTaken ? 1 : 0;
                  const write = { to: sent, do: 'update', fields: { note: 'v' }, again: false };
                  const expected = !isTaken
                    ? words(judge(setup, given))
                    : answer.say === 'value'
                      ? { is: 'work', write, holds: [] }
                      : nothing;
                  if (JSON.stringify(got) !== JSON.stringify(expected))
                    expect({ each, ...got }).toEqual({ each, ...expected });
                }
    expect(count).toBe(3 * 6 * 4 * 3 * 2 * 3 * 2);
    expect(taken).toBeGreaterThan(100);
  });

  it('moves the bases of both sides where they agree, and of neither where anything is left open', () => {
    for (const each of pairs()) {
      if (
        corner(each) ||
        each.back !== 'none' ||
        each.crm !== 'there' ||
        each.desk !== 'there' ||
        each.outside.length > 0
      )
        continue;
      const { setup, given } = pairDue(each);
      const { link } = judge(setup, given);
      const agree = fieldOutcome(each) === 'agree';
      const now = looks(each);
      for (const side of sides) {
        const base = agree ? now[side] : each.moved === 'first meeting' ? undefined : 'a';
        expect({ each, side, base: link[side]?.base['note=note'] }).toEqual({ each, side, base });
      }
    }
  });

  it('has nothing more to say once its write is settled', () => {
    for (const each of pairs()) {
      if (
        corner(each) ||
        each.hold !== 'none' ||
        each.answer !== 'none' ||
        each.crm !== 'there' ||
        each.desk !== 'there'
      )
        continue;
      const { setup, given } = pairDue(each);
      const { write, link } = judge(setup, given);
      if (write?.operation.do !== 'update' || !link.crm || !link.desk) continue;
      const settled = (side: Side, end: End): End => ({
        ...end,
        base: { ...end.base, ...write.agreed[side] },
        rules: { ...end.rules, ...write.agreed.rules },
      });
      const seen = given[write.side]?.seen;
      const next = judge(setup, {
        ...given,
        link: { ...link, crm: settled('crm', link.crm), desk: settled('desk', link.desk) },
        [write.side]: sighting(write.side, {
          ...(seen && !('gone' in seen) ? seen : {}),
          ...Object.fromEntries(
            Object.entries(write.agreed[write.side]).map(([key, value]) => [
              key === '@write-back' ? 'twin' : key.split('=')[0],
              value,
            ]),
          ),
        }),
      });
      expect({ each, side: next.write?.side }).not.toEqual({ each, side: write.side });
    }
  });

  const pair = (crm: Fields | Gone | null, desk: Fields | Gone | null, base: Fields, more: Partial<DueLink> = {}) => {
    const hashes = Object.fromEntries(Object.keys(base).map((key) => [key, `${key.split('=')[0]}:both`]));
    return due({
      link: { id: 'L1', sync: 'accounts', crm: agreedEnd('A1', base, hashes), desk: agreedEnd('O1', base, hashes) },
      crm: crm && sighting('crm', crm),
      desk: desk && sighting('desk', desk),
      ...more,
    });
  };
  const both = () => setupOf({ direction: 'both' });
  const base = { 'name=name': 'Acme', 'note=note': 'a', 'plan=plan': 'p' };

  it('treats a removed record alike, whichever side it was on, when the other one is hidden', () => {
    const left = judge(both(), pair({ gone: 'trash' }, { gone: 'hidden' }, base));
    const right = judge(both(), pair({ gone: 'hidden' }, { gone: 'trash' }, base));
    expect(words(left)).toEqual(words(right));
  });

  it('treats purged, merged and converted records as removed', () => {
    for (const gone of ['purged', 'merged', 'converted'] as const)
      expect(words(judge(both(), pair({ gone }, { name: 'Acme', note: 'a', plan: 'p' }, base)))).toEqual(nothing);
  });

  it('takes no field that a side does not show for an edit, also where the twin was deleted', () => {
    expect(
      words(judge(both(), pair({ name: 'Acme', plan: 'p' }, { name: 'Acme', note: 'a', plan: 'p' }, base))),
    ).toEqual(nothing);
    expect(words(judge(both(), pair({ name: 'Acme', plan: 'p' }, { gone: 'trash' }, base)))).toEqual(nothing);
  });

  it('takes a field that was never agreed for no edit where the twin was deleted', () => {
    const constant = textRule('source', 'crm-to-desk', { crm: '', write: 'create' });
    const setup = setupOf({ rules: [textRule('name', 'crm-to-desk'), constant] });
    const given = pair({ name: 'Acme', plan: 'p' }, { gone: 'trash' }, { 'name=name': 'Acme' });
    expect(words(judge(setup, given))).toEqual(nothing);
  });

  it('never sends against the direction of a rule, whatever a person answers', () => {
    const oneWay = textRule('note', 'crm-to-desk');
    const setup = setupOf({ direction: 'both', rules: [textRule('name', 'both'), oneWay] });
    for (const say of ['crm', 'desk', 'skip', 'go'] as const) {
      const given = pair({ name: 'Acme', note: 'b', plan: 'p' }, { name: 'Acme', note: 'd', plan: 'p' }, base, {
        answers: { [oneWay.id]: { say } },
      });
      expect({ say, to: judge(setup, given).write?.side ?? 'nowhere' }).not.toEqual({ say, to: 'crm' });
    }
  });

  it('writes the value that a person gave for a conflict', () => {
    const rules = ruleSet('both');
    const setup = setupOf({ direction: 'both', rules: [rules.name, rules.note] });
    const given = pair({ name: 'Acme', note: 'b' }, { name: 'Acme', note: 'd' }, base, {
      answers: { [rules.note.id]: { say: 'value', value: 'v' } },
    });
    expect(words(judge(setup, given)).write?.fields).toEqual({ note: 'v' });
  });

  it('writes the value that a person gave for a refused one', () => {
    const rules = ruleSet('both');
    const setup = setupOf({ direction: 'both', rules: [rules.name, rules.note] });
    const given = pair({ name: 'Acme', note: 'b' }, { name: 'Acme', note: 'a' }, base, {
      holds: [refusedHold(rules.note.id, 'b', 'a')],
      answers: { [rules.note.id]: { say: 'value', value: 'v' } },
    });
    expect(words(judge(setup, given))).toMatchObject({
      is: 'work',
      write: { to: 'desk', fields: { note: 'v' } },
      holds: [],
    });
  });

  it('counts what differs with a reason, drift and loss apart', () => {
    const drifted = judge(
      setupOf({ rules: [textRule('note', 'crm-to-desk')] }),
      pair({ note: 'a' }, { note: 'd' }, base),
    );
    expect(drifted).toMatchObject({ is: 'agreed', explained: { drift: 1, lossy: 0 } });
    const lossy = textRule('note', 'both');
    const ends = pair({ note: 'Closed' }, { note: 'solved' }, {});
    const hashes = { 'note=note': lossy.hash };
    const link = {
      ...ends.link,
      crm: agreedEnd('A1', { 'note=note': 'Closed' }, hashes),
      desk: agreedEnd('O1', { 'note=note': 'solved' }, hashes),
    };
    expect(judge(setupOf({ direction: 'both', rules: [lossy] }), { ...ends, link })).toMatchObject({
      is: 'agreed',
      explained: { drift: 0, lossy: 1 },
    });
  });
});
