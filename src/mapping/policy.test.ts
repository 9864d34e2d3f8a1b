import { describe, expect, it } from 'vitest';
import type { Contest, Policy, PolicyExpression } from '../model/sync.ts';
import { compileSync } from './compile.ts';
import type { SyncInput } from './input.ts';
import { syncInput } from './testing.ts';

const fields = [
  { crm: 'Name', desk: 'name' },
  { crm: 'Description', desk: 'details', direction: 'both' as const },
];

function compiled(conflict: string, more: Partial<SyncInput> = {}) {
  return compileSync(syncInput({ fields, conflict: [conflict], update: ['crm', 'desk'], ...more }));
}

function expression(text: string): PolicyExpression {
  const { setup, problems } = compiled(text);
  const policy: Policy | undefined = setup?.rules[1]?.conflict[0];
  if (typeof policy !== 'object') throw new Error(problems[0]?.problem ?? 'no policy');
  return policy;
}

const contest: Contest = {
  crm: { Industry: 'Banking', Employees: 12, Website: null, Active: true },
  desk: { tags: ['vip'], active: false, since: '2026-01-31' },
  crmValue: 'long text',
  deskValue: 'text',
  base: null,
};

describe('an expression that decides a conflict', () => {
  it.each<[string, 'crm' | 'desk' | 'newest' | 'ask' | null]>([
    ["crm.Industry == 'Banking' ? 'crm' : 'desk'", 'crm'],
    ["crm.Employees > 100 ? 'crm' : 'newest'", 'newest'],
    ["'vip' in desk.tags ? 'ask' : ''", 'ask'],
    ["desk.active ? 'desk' : ''", null],
    ["crm.Active && !desk.active ? dyn('crm') : dyn(null)", 'crm'],
    ["blank(crm.Website) ? dyn(null) : dyn('crm')", null],
    ["size(string(crmValue)) > size(string(deskValue)) ? 'crm' : 'desk'", 'crm'],
    ["blank(base) ? 'desk' : 'crm'", 'desk'],
    ["crm.Industry == 'Banking' && crmValue != deskValue ? ' newest ' : 'ask'", 'newest'],
    ["desk.since > date('2026-01-01') ? 'desk' : 'crm'", 'desk'],
  ])('%s answers %s', (text, word) => {
    expect(expression(text).decide(contest)).toEqual({ ok: true, word });
  });

  it('makes what it reads count for what is due, and writes none of it', () => {
    const { setup } = compiled("crm.Industry == 'Banking' || desk.industry == 'banking' ? 'crm' : 'newest'");
    expect(setup?.reads).toEqual({
      crm: ['Description', 'Industry', 'Name'],
      desk: ['details', 'external_id', 'industry', 'name'],
    });
    expect(setup?.rules.map(({ crm, desk }) => [crm, desk])).toEqual([
      ['Name', 'name'],
      ['Description', 'details'],
    ]);
  });

  it('is no part of what makes every link due, nor of what a field was agreed under', () => {
    const one = compiled("crm.Industry == 'Banking' ? 'crm' : 'newest'").setup;
    const two = compiled("crm.Industry == 'Energy' ? 'crm' : 'newest'").setup;
    expect(one?.hash).toBe(two?.hash);
    expect(one?.rules.map(({ hash }) => hash)).toEqual(two?.rules.map(({ hash }) => hash));
  });

  it.each([
    ["crm.Industri == 'Banking' ? 'crm' : 'desk'", 'has no field "Industri"', 'Did you mean Industry'],
    ["desk.Industry == 'Banking' ? 'crm' : 'desk'", 'has no field "Industry"', 'Did you mean industry'],
    ["crm.Employees + 'x' == '1' ? 'crm' : 'desk'", 'does not fit together', 'Convert the values'],
    ['crm.Employees > 5', 'gives a true or false, which does not say who wins', 'Use crm, desk, newest or ask'],
    ["crm.Employees > 5 ? 'crmm' : 'desk'", 'may answer "crmm"', 'Use crm, desk'],
    ["crm.Employees > 5 ? 'crm'", 'cannot be read', 'texts stand between quotes'],
    ["Employees > 5 ? 'crm' : 'desk'", 'Unknown variable: Employees', 'crm.Employees or desk.FIELD'],
    ["value > 5 ? 'crm' : 'desk'", 'Unknown variable: value', 'crmValue, deskValue and base'],
    ["now() > crm.Since ? 'crm' : 'desk'", 'asks for the time', 'use a date of the record'],
    ["crm == desk ? 'crm' : 'desk'", 'takes the record as a whole', 'such as crm.Name'],
    ['newst', '"newst" does not say who wins a conflict', 'Did you mean newest'],
  ])('%s is refused when it is saved', (text, problem, fix) => {
    const [first] = compiled(text).problems;
    expect(first?.path).toEqual(['conflict']);
    expect(first?.problem).toContain(problem);
    expect(first?.fix).toContain(fix);
  });

  it('is refused where it stands: in a list by its place, in a field by its line', () => {
    const wrong = "crm.Nme == 'x' ? 'crm' : 'desk'";
    const { problems } = compileSync(
      syncInput({
        conflict: ['newest', wrong],
        fields: [
          { crm: 'Name', desk: 'name' },
          { ...fields[1], conflict: 'desk.Nme' },
        ],
        update: ['crm', 'desk'],
      }),
    );
    expect(problems.map(({ path }) => path)).toEqual([
      ['conflict', 1],
      ['fields', 1, 'conflict'],
    ]);
  });

  it('may read custom fields that nobody has described yet', () => {
    const known = { is: 'standard', custom: (name: string) => name.endsWith('__c') } as const;
    const input = syncInput({ fields, update: ['crm', 'desk'], conflict: ["crm.Tier__c == 'A' ? 'crm' : 'desk'"] });
    expect(compileSync(input, known).problems).toEqual([]);
  });

  it.each([
    ["crm.Website.startsWith('https') ? 'crm' : 'desk'", 'crm.Website is empty'],
    ["'it is ' + crm.Industry", 'answers "it is Banking", which is none of crm, desk, newest and ask'],
    ["deskValue > 5 ? 'crm' : 'desk'", 'deskValue is "text"'],
  ])('%s that cannot work with a record says what it found', (text, say) => {
    const said = expression(text).decide(contest);
    expect(said).toMatchObject({ ok: false, say: expect.stringContaining(say) });
  });

  it('that needs a record which is not shown says so', () => {
    expect(expression("crm.Employees > 5 ? 'crm' : 'desk'").decide({ ...contest, crm: null })).toEqual({
      ok: false,
      say: expect.stringContaining('which was not read'),
    });
  });
});
