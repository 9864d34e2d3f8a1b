import { describe, expect, it } from 'vitest';
import type { Answer, Hold } from '../model/hold.ts';
import { type End, newEnd } from '../model/link.ts';
import { type Gone, other, type Side, type Sighting, sides } from '../model/record.ts';
import { baseKey, type Direction, flows, type SyncSetup, type WriteBack } from '../model/sync.ts';
import type { Fields, Value } from '../model/value.ts';
import { judge } from './judge.ts';
import type { DueLink } from './ports.ts';
import { FakeVendor, fakeSetup, stillWorld, textRule } from './testing.ts';
import type { Verdict } from './verdict.ts';

const directions: readonly Direction[] = ['crm-to-desk', 'desk-to-crm', 'both'];
const subsets: readonly (readonly Side[])[] = [[], ['crm'], ['desk'], ['crm', 'desk']];
const shows = ['there', 'trash', 'hidden', 'unseen'] as const;
type Shown = (typeof shows)[number];
const world = stillWorld();
const vendors = { crm: new FakeVendor('sales', world), desk: new FakeVendor('support', world) };
const ids = { crm: 'A1', desk: 'O1' };

/** A sync whose filter is the field `plan`: a record with the plan "no" is outside. */
function setupOf(more: Partial<SyncSetup>): SyncSetup {
  return fakeSetup(vendors.crm, vendors.desk, { within: (_side, fields) => fields.plan !== 'no', ...more });
}

function ruleSet(direction: Direction) {
  return {
    name: textRule('name', direction, { conflict: ['desk'] }),
    note: textRule('note', direction, { conflict: ['ask'] }),
  };
}

function sighting(side: Side, seen: Fields | Gone, at: number | null = null): Sighting {
  const object = side === 'crm' ? 'Account' : 'organization';
  return { ref: { connection: vendors[side].name, object, id: ids[side] }, version: 'v1', at, by: null, seen };
}

function shown(side: Side, how: Shown, fields: Fields): Sighting | null {
  if (how === 'unseen') return null;
  return sighting(side, how === 'there' ? fields : { gone: how });
}

function due(more: Partial<DueLink>): DueLink {
  const link = { id: 'L1', sync: 'accounts', crm: null, desk: null };
  return {
    link,
    turn: 1,
    lane: 'live',
    cause: 'edit',
    tries: 0,
    askVendor: false,
    crm: null,
    desk: null,
    holds: [],
    answers: {},
    ...more,
  };
}

function agreedEnd(id: string, base: Fields, hashes: Readonly<Record<string, string>>): End {
  return { ...newEnd(id, 'v1'), base, rules: hashes };
}

function refusedHold(field: string | null, crm: Value, desk: Value): Hold {
  const values = { crm, desk, base: 'a' };
  return {
    id: 'H1',
    sync: 'accounts',
    link: 'L1',
    why: 'refused',
    field,
    values,
    message: 'no',
    vendorCode: 'REFUSED',
    candidates: [],
    wakes: [],
    tries: 1,
    since: 1,
  };
}

/** A verdict in the words of the table: what is written where, what is held why. */
function words(verdict: Verdict) {
  const operation = verdict.write?.operation;
  const write =
    verdict.write && operation
      ? {
          to: verdict.write.side,
          do: operation.do,
          fields: 'fields' in operation ? operation.fields : null,
          again: verdict.again,
        }
      : null;
  return {
    is: verdict.is,
    write,
    holds: verdict.holds.map(({ why, field }) => (field === null ? why : `${why}: ${field}`)),
  };
}

const nothing = { is: 'agreed', write: null, holds: [] };

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

  it('does not create a record of which a person said skip', () => {
    const given = half({ name: 'Acme' }, { holds: [refusedHold(null, null, null)], answers: { '': { say: 'skip' } } });
    expect(words(judge(setupOf({}), given)).write).toBeNull();
  });

  it('does not create a second record while a person has not said which of several is the first', () => {
    const unsure: Hold = { ...refusedHold(null, null, null), why: 'unsure', vendorCode: null };
    expect(words(judge(setupOf({ match: [] }), half({ name: 'Acme' }, { holds: [unsure] }))).write).toBeNull();
  });
});

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
    answers: each.answer === 'none' ? {} : { '': answerOf(each.answer) },
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
    expect(count).toBeGreaterThan(150_000);
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

  it('lets a much newer edit settle a conflict that was too close to call', () => {
    const note = textRule('note', 'both', { conflict: ['newest', 'ask'] });
    const setup = setupOf({ direction: 'both', rules: [note] });
    const close = pair({ note: 'b' }, { note: 'd' }, base);
    const first = judge(setup, {
      ...close,
      crm: sighting('crm', { note: 'b' }, 10_000),
      desk: sighting('desk', { note: 'd' }, 10_500),
    });
    expect(words(first).holds).toEqual([`conflict: ${note.id}`]);
    const second = judge(setup, {
      ...close,
      link: first.link,
      crm: sighting('crm', { note: 'e' }, 600_000),
      desk: sighting('desk', { note: 'd' }, 10_500),
    });
    expect(words(second)).toMatchObject({ is: 'work', write: { to: 'desk', fields: { note: 'e' } }, holds: [] });
  });

  it('remembers when each side of a conflict moved, for as long as it is held', () => {
    const note = textRule('note', 'both', { conflict: ['ask'] });
    const setup = setupOf({ direction: 'both', rules: [note] });
    const given = {
      ...pair(null, null, base),
      crm: sighting('crm', { note: 'b' }, 10_000),
      desk: sighting('desk', { note: 'd' }, 20_000),
    };
    const { link } = judge(setup, given);
    expect(link.crm?.movedAt).toEqual({ 'note=note': 10_000 });
    expect(link.desk?.movedAt).toEqual({ 'note=note': 20_000 });
    const undone = judge(setup, { ...given, link, desk: sighting('desk', { note: 'b' }, 30_000) });
    expect(undone.link.crm).toMatchObject({ base: { 'note=note': 'b' }, movedAt: {} });
    expect(undone.link.desk).toMatchObject({ base: { 'note=note': 'b' }, movedAt: {} });
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
