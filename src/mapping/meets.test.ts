import { describe, expect, it } from 'vitest';
import type { Rule } from '../model/sync.ts';
import { isBlank, type Value } from '../model/value.ts';
import { ruleOf } from './rule.ts';
import type { FieldSetting } from './settings.ts';
import { field, utc } from './testing.ts';
import type { RuleEnd } from './way.ts';

const tags = field('tags', 'set', { normal: { lowerCase: true, unordered: true } });

function rule(setting: FieldSetting, target = tags, kept: readonly string[] = []): Rule {
  const end = (label: string, one: typeof tags, mine: readonly string[]): RuleEnd => ({
    label,
    field: one,
    zone: utc,
    timeZone: 'UTC',
    kept: new Set(mine),
  });
  return ruleOf({
    id: 'a → tags',
    setting,
    direction: setting.direction ?? 'crm-to-desk',
    conflict: ['crm'],
    crm: end('Crm', field('a', target.type), []),
    desk: end('Desk', target, kept),
    phoneCountry: undefined,
  });
}

function outcome(one: Rule, source: Value, current: Value, base?: Value): Value {
  const result = one.convert('desk', source, current, base);
  if (!result.ok) throw new Error(result.say);
  return 'leave' in result ? current : result.value;
}

function subsets(members: readonly string[]): readonly (readonly string[])[] {
  const [first, ...others] = members;
  if (first === undefined) return [[]];
  return subsets(others).flatMap((some) => [some, [first, ...some]]);
}

describe('members of a set, in every small case', () => {
  const all = subsets(['a', 'b', 'c']);
  const cases = all.flatMap((source) =>
    all.flatMap((current) => [undefined, ...all].map((base) => ({ source, current, base }))),
  );

  it('set: adds what the source has, and takes away only what it had before and has no more', () => {
    const one = rule({ merge: 'set' });
    for (const { source, current, base = [] } of cases) {
      const expected = ['a', 'b', 'c'].filter(
        (tag) => source.includes(tag) || (current.includes(tag) && !base.includes(tag)),
      );
      expect(outcome(one, source, current, base)).toEqual(expected);
    }
  });

  it('append: adds what the source has, and takes nothing away', () => {
    const one = rule({ merge: 'append' });
    for (const { source, current, base } of cases)
      expect(outcome(one, source, current, base)).toEqual(
        ['a', 'b', 'c'].filter((tag) => source.includes(tag) || current.includes(tag)),
      );
  });

  it('never touches what others put there: set and append keep every member that was never in the source', () => {
    for (const merge of ['set', 'append'] as const)
      for (const { source, current, base } of cases) {
        const result = outcome(rule({ merge }), source, current, base);
        for (const tag of current.filter((one) => base?.includes(one) !== true)) expect(result).toContain(tag);
      }
  });

  it('are in step exactly when there is nothing to write', () => {
    for (const merge of ['set', 'append', 'replace'] as const) {
      const one = rule({ merge });
      for (const { source, current, base } of cases) {
        const same = JSON.stringify(outcome(one, source, current, base)) === JSON.stringify(current);
        const bases = base === undefined ? undefined : { crm: base, desk: current };
        expect(one.equal(source, current, bases)).toBe(same);
      }
    }
  });

  it('come to rest: what was written is in step with its source, and written no second time', () => {
    for (const { source, current, base } of cases) {
      const one = rule({ merge: 'set' });
      const result = outcome(one, source, current, base);
      expect(one.equal(source, result, { crm: source, desk: result })).toBe(true);
      expect(outcome(one, source, result, source)).toEqual(result);
    }
  });

  it('flow both ways as edits of one set', () => {
    const both = rule({ merge: 'set', direction: 'both' });
    expect(outcome(both, ['a'], ['a', 'b', 'c'], ['a', 'b'])).toEqual(['a', 'c']);
    expect(both.convert('crm', ['a', 'c'], ['a', 'b'], ['a', 'b', 'c'])).toEqual({ ok: true, value: ['a', 'c'] });
    expect(both.equal(['a'], ['a', 'b'], { crm: ['a', 'b'], desk: ['a', 'b'] })).toBe(false);
  });

  it('replace: the source alone, in the order and case that the field keeps', () => {
    expect(outcome(rule({}), ['VIP', 'beta'], ['x'])).toEqual(['beta', 'vip']);
    expect(outcome(rule({ merge: 'set' }), ['VIP'], ['x', 'gold'], ['GOLD'])).toEqual(['vip', 'x']);
  });
});

describe('members that go through a map', () => {
  it('are known as contributed by what the map made of them', () => {
    const one = rule({ merge: 'set', values: { gold: 'vip', silver: 'vip', bronze: 'basic' } });
    expect(outcome(one, ['silver'], ['theirs', 'vip'], ['gold'])).toEqual(['theirs', 'vip']);
    expect(outcome(one, ['bronze'], ['theirs', 'vip'], ['gold'])).toEqual(['basic', 'theirs']);
    expect(outcome(one, [], ['theirs', 'vip'], ['gold'])).toEqual(['theirs']);
  });

  it('stay where it cannot be told any more what they had become', () => {
    const one = rule({ merge: 'set', values: { bronze: 'basic' } });
    expect(outcome(one, ['bronze'], ['vip'], ['gold'])).toEqual(['basic', 'vip']);
  });

  it('of an empty source that keeps, stay', () => {
    expect(outcome(rule({ merge: 'set', whenEmpty: 'keep' }), [], ['a', 'b'], ['a'])).toEqual(['a', 'b']);
    expect(outcome(rule({ merge: 'set' }), [], ['a', 'b'], ['a'])).toEqual(['b']);
  });
});

describe('a tag that is the value of a drop-down of the same record', () => {
  const one = rule({}, tags, ['energy', 'banking']);

  it('is never replaced by tags from elsewhere', () => {
    expect(outcome(one, ['vip'], ['energy', 'old'])).toEqual(['energy', 'vip']);
    expect(outcome(one, [], ['energy', 'old'])).toEqual(['energy']);
    expect(one.equal(['vip'], ['energy', 'vip'])).toBe(true);
  });

  it('goes where the rule itself contributed it', () => {
    expect(outcome(one, ['vip'], ['energy', 'vip'], ['energy', 'vip'])).toEqual(['vip']);
    expect(one.equal(['vip'], ['energy', 'vip'], { crm: ['energy', 'vip'], desk: ['energy', 'vip'] })).toBe(false);
  });
});

describe('an address that is added beside the one that is shown', () => {
  const email = field('email', 'email', { beside: true, normal: { lowerCase: true } });
  const one = rule({ merge: 'append' }, email);

  it('is kept beside it, while the field goes on showing the first', () => {
    expect(one.convert('desk', 'New@acme.com', 'jo@acme.com')).toEqual({
      ok: true,
      value: 'new@acme.com',
      keeps: true,
    });
    expect(one.convert('desk', 'JO@acme.com', 'jo@acme.com')).toEqual({ ok: true, leave: true });
    expect(one.convert('desk', null, 'jo@acme.com')).toEqual({ ok: true, leave: true });
  });

  it('is a plain write where there is none yet', () => {
    for (const blank of [null, '', undefined])
      expect(one.convert('desk', 'jo@acme.com', blank)).toEqual({ ok: true, value: 'jo@acme.com' });
  });

  it('is in step once it was added, until the source moves', () => {
    expect(one.equal('new@acme.com', 'jo@acme.com')).toBe(false);
    expect(one.equal('new@acme.com', 'jo@acme.com', { crm: 'new@acme.com', desk: 'jo@acme.com' })).toBe(true);
    expect(one.equal('newer@acme.com', 'jo@acme.com', { crm: 'new@acme.com', desk: 'jo@acme.com' })).toBe(false);
    expect(one.equal('jo@acme.com', 'jo@acme.com')).toBe(true);
  });
});

describe('fill', () => {
  it('writes only where there is nothing, in every small case', () => {
    const one = rule({ merge: 'fill' }, field('b', 'text'));
    for (const source of ['x', 'y', null])
      for (const current of ['x', 'y', null, ''])
        expect(outcome(one, source, current)).toEqual(isBlank(current) ? source : current);
  });
});
