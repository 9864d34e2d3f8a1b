import { describe, expect, it } from 'vitest';
import { judge } from '../engine/judge.ts';
import { due } from '../engine/testing/verdicts.ts';
import type { Verdict } from '../engine/verdict.ts';
import { compileSync } from '../mapping/compile.ts';
import type { FieldSetting } from '../mapping/settings.ts';
import { field, objectType, options, syncInput } from '../mapping/testing.ts';
import { type End, type Link, newEnd } from '../model/link.ts';
import { type Side, type Sighting, sides } from '../model/record.ts';
import { baseKey, type Direction, flows, type Rule, type SyncSetup } from '../model/sync.ts';
import { type Fields, isBlank, same, type Value } from '../model/value.ts';

/**
 * The rules as `check` compiles them, judged again and again until nothing is written any more: in every combination of what stands on both
 * sides, what they had agreed on, under which rules, who wins, where it flows and how it is merged.
 */
const crmType = objectType('Account', [
  field('Name', 'text', { required: true }),
  field('Regions', 'options', { options: options('north', 'south'), normal: { unordered: true, emptyIsNull: true } }),
  field('Note', 'text', { normal: { trim: true, emptyIsNull: true } }),
  field('Type', 'text'),
]);
const deskType = objectType('organization', [
  field('name', 'text', { required: true }),
  field('tags', 'set', { normal: { unordered: true, lowerCase: true } }),
  field('details', 'text', { normal: { nullIsEmpty: true, lowerCase: true } }),
]);

const policies = [
  ['crm'],
  ['desk'],
  ['newest', 'crm'],
  ['newest'],
  ['ask'],
  ["crm.Type == 'partner' ? 'crm' : ''", 'desk'],
  ["crm.Type.startsWith('p') ? 'desk' : 'ask'"],
  ["crm.Type == 'nobody' ? 'crm' : ''"],
] as const;
const directions: readonly Direction[] = ['crm-to-desk', 'desk-to-crm', 'both'];

function compiled(setting: FieldSetting, direction: Direction, conflict: readonly string[]): [SyncSetup, Rule] {
  const input = syncInput();
  const { setup, problems } = compileSync({
    ...input,
    crm: { ...input.crm, type: crmType },
    desk: { ...input.desk, type: deskType },
    direction: 'both',
    create: [],
    update: ['crm', 'desk'],
    mark: 'off',
    fields: [{ ...setting, direction, conflict: [...conflict] }],
  });
  const rule = setup?.rules[0];
  if (!setup || !rule) throw new Error(problems[0]?.problem);
  return [setup, rule];
}

interface Case {
  readonly setup: SyncSetup;
  readonly rule: Rule;
  readonly now: Readonly<Record<Side, Value>>;
  readonly base: Readonly<Record<Side, Value>> | null;
  readonly sameRules: boolean;
  /** How much later than the desk the CRM was changed (ms); null: nobody knows. */
  readonly laterMs: number | null;
}

interface Rest {
  readonly now: Readonly<Record<Side, Value>>;
  readonly last: Verdict;
  readonly writes: readonly NonNullable<Verdict['write']>[];
}

/** Judges, writes what was decided into the records and the bases, and judges again; more than three writes are no rest. */
function rest({ setup, rule, now, base, sameRules, laterMs }: Case): Rest {
  const key = baseKey(rule);
  const records: Record<Side, Record<string, Value>> = {
    crm: { Name: 'Acme', Type: 'partner', [rule.crm]: now.crm },
    desk: { name: 'Acme', [rule.desk]: now.desk },
  };
  const agreed = (id: string, value: Value): End => ({
    ...newEnd(id),
    base: { [key]: value },
    rules: { [key]: sameRules ? rule.hash : 'other' },
  });
  let link: Link = {
    id: 'L1',
    sync: setup.name,
    crm: base ? agreed('A1', rule.normal('crm', base.crm)) : newEnd('A1'),
    desk: base ? agreed('O1', rule.normal('desk', base.desk)) : newEnd('O1'),
  };
  const at = { crm: laterMs === null ? null : 1_000_000 + laterMs, desk: laterMs === null ? null : 1_000_000 };
  const sighting = (side: Side): Sighting => {
    const ref = { connection: setup[side].connection, object: setup[side].object, id: side === 'crm' ? 'A1' : 'O1' };
    return { ref, version: null, at: at[side], by: null, seen: { ...records[side] } };
  };
  const writes: Rest['writes'][number][] = [];
  for (;;) {
    const last = judge(setup, due({ link, crm: sighting('crm'), desk: sighting('desk') }));
    const changed = JSON.stringify(last.link) !== JSON.stringify(link);
    link = last.link;
    const shown = {
      crm: rule.normal('crm', records.crm[rule.crm]),
      desk: rule.normal('desk', records.desk[rule.desk]),
    };
    const { write } = last;
    // What agrees without a write is agreed in the next round: only what changes nothing is rest.
    if (!write && !changed) return { now: shown, last, writes };
    if (!write) continue;
    if (write.operation.do !== 'update' || writes.length > 3) throw new Error('no rest');
    writes.push(write);
    Object.assign(records[write.side], write.operation.fields);
    link = {
      ...link,
      crm: settled(link.crm, write.agreed.crm, write),
      desk: settled(link.desk, write.agreed.desk, write),
    };
  }
}

function settled(end: End | null, agreed: Fields, { agreed: { rules } }: NonNullable<Verdict['write']>): End | null {
  return end && { ...end, base: { ...end.base, ...agreed }, rules: { ...end.rules, ...rules } };
}

function movedOn(side: Side, { rule, now, base }: Case): boolean {
  return base !== null && !same(rule.normal(side, now[side]), rule.normal(side, base[side]));
}

/** What must hold of every field, whatever it is. */
function check(each: Case, direction: Direction): Rest {
  const done = rest(each);
  const { rule } = each;
  const isQuiet = done.last.holds.length > 0 || done.last.explained.drift + done.last.explained.lossy > 0;
  const isEqual = rule.equal(done.now.crm, done.now.desk);
  for (const { side, before } of done.writes) {
    if (!flows(direction, side)) wrong(each, 'written in a direction that flows');
    // An edit that gives way as a whole is in the history with what overruled it.
    const written = before[rule[side]];
    const gaveWay = movedOn(side, each) && !rule.members && same(written?.before, each.now[side]);
    if (gaveWay && !isBlank(each.now[side]) && written?.over === undefined) wrong(each, 'named with what overruled it');
  }
  if (!isEqual && !isQuiet && each.base !== null && each.sameRules) wrong(each, 'equal, held or explained');
  return done;
}

/** Only a case that is wrong costs an expectation: there are hundreds of thousands. */
function wrong(each: Case, should: string): void {
  expect(said(each)).toBe(should);
}

const said = ({ rule, now, base, sameRules }: Case) => ({
  rule: rule.id,
  conflict: rule.conflict,
  now,
  base,
  sameRules,
});

const sets: readonly Value[] = [null, [], ['north'], ['south'], ['north', 'south']];

describe('a field of several values comes to rest', () => {
  it('each member where it was got and not lost, with no conflict and nothing overruled', () => {
    let count = 0;
    let mixed = 0;
    for (const merge of ['replace', 'append', 'set'] as const)
      for (const conflict of policies)
        for (const direction of directions) {
          const [setup, rule] = compiled({ crm: 'Regions', desk: 'tags', merge }, direction, conflict);
          for (const crm of sets)
            for (const desk of sets.slice(1))
              for (const crmBase of [undefined, ...sets])
                for (const deskBase of crmBase === undefined ? [undefined] : sets.slice(1))
                  for (const sameRules of [true, false]) {
                    count += 1;
                    const base =
                      crmBase === undefined || deskBase === undefined ? null : { crm: crmBase, desk: deskBase };
                    const each = { setup, rule, now: { crm, desk }, base, sameRules, laterMs: null };
                    const done = check(each, direction);
                    if (direction !== 'both' || !movedOn('crm', each) || !movedOn('desk', each)) continue;
                    mixed += 1;
                    if (done.last.holds.length > 0) wrong(each, 'decided by nobody');
                    const written = done.writes.flatMap(({ before }) => Object.values(before));
                    if (written.some(({ over }) => over)) wrong(each, 'overruling nothing');
                    for (const member of ['north', 'south']) {
                      const fate = [fateOf(member, crm, crmBase), fateOf(member, desk, deskBase)];
                      const has = sides.map((side) => isIn(done.now[side], member));
                      const wasLost = fate.includes('lost') && !fate.includes('got');
                      if (fate.includes('got') && has.includes(false)) wrong(each, `${member} is on both sides`);
                      if (wasLost && merge !== 'append' && has.includes(true)) wrong(each, `${member} is gone`);
                      if (merge === 'append' && sides.some((side, k) => isIn(each.now[side], member) && !has[k]))
                        wrong(each, `${member} stays`);
                    }
                  }
        }
    expect(count).toBe(3 * 8 * 3 * 5 * 4 * (1 + 5 * 4) * 2);
    expect(mixed).toBe(8 * 3 * mixedOnce());
  }, 60_000);
});

/** Both moved, by two values of two members: counted by hand. An empty field and an empty set of the CRM are the same. */
function mixedOnce(): number {
  const moves = (list: readonly Value[]) =>
    list.flatMap((now) => sets.map((base) => [now, base] as const)).filter(([now, base]) => key(now) !== key(base));
  const crm = moves(sets).length;
  const desk = moves(sets.slice(1)).filter(([, base]) => base !== null).length;
  return crm * desk * 2;
}

const key = (value: Value) => (Array.isArray(value) ? value.join() : '');

function isIn(value: Value | undefined, member: string): boolean {
  return Array.isArray(value) && value.includes(member);
}

function fateOf(member: string, now: Value, base: Value | undefined): 'got' | 'lost' | 'stayed' {
  if (isIn(now, member) === isIn(base, member)) return 'stayed';
  return isIn(now, member) ? 'got' : 'lost';
}

describe('a field of one value comes to rest', () => {
  it('equal, held or explained, and says what overruled an edit', () => {
    const values: readonly Value[] = [null, '', 'a', 'A', 'b'];
    let count = 0;
    for (const merge of ['replace', 'fill'] as const)
      for (const conflict of policies)
        for (const direction of directions) {
          const [setup, rule] = compiled({ crm: 'Note', desk: 'details', merge }, direction, conflict);
          for (const crm of values)
            for (const desk of values)
              for (const crmBase of [undefined, ...values])
                for (const deskBase of crmBase === undefined ? [undefined] : values)
                  for (const sameRules of [true, false])
                    for (const laterMs of [5000, 400]) {
                      count += 1;
                      const base =
                        crmBase === undefined || deskBase === undefined ? null : { crm: crmBase, desk: deskBase };
                      check({ setup, rule, now: { crm, desk }, base, sameRules, laterMs }, direction);
                    }
        }
    expect(count).toBe(2 * 8 * 3 * 5 * 5 * (1 + 5 * 5) * 2 * 2);
  }, 60_000);
});
