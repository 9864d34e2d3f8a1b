import { describe, expect, it } from 'vitest';
import type { Fields, Value } from '../../model/value.ts';
import { account, field, objectType } from '../testing.ts';
import { zoneOf } from '../zone.ts';
import { expressionOf } from './expression.ts';
import { languageOf } from './language.ts';

const type = objectType('Account', [
  ...account.fields,
  field('Parent.Name', 'text'),
  field('Rate', 'decimal', { scale: 2 }),
  field('Birth', 'date'),
  field('Phone', 'phone'),
]);
const language = languageOf({ zone: zoneOf('Europe/Paris'), country: 'FR' });
const record: Fields = {
  Name: 'Acme',
  Industry: 'Banking',
  Regions: ['south', 'north'],
  Description: null,
  Website: 'https://www.acme.com/about',
  Employees: 50,
  Revenue: 12.5,
  Active: true,
  Since: '2026-01-31T23:30:00Z',
  'Parent.Name': null,
  Rate: 1.5,
  Birth: '1980-02-03',
  Phone: '01 23 45 67 89',
};

function compiled(text: string): ReturnType<typeof expressionOf> {
  return expressionOf(text, { side: 'crm', words: 'Crm Account', type, custom: (name) => name === 'New__c' }, language);
}

function value(text: string, fields: Fields = record): Value {
  const made = compiled(text);
  if (!made.ok) return `refused: ${made.mistakes.map(({ problem }) => problem).join(' ')}`;
  const result = made.computed.value(fields);
  return result.ok ? result.value : result.say;
}

function mistake(text: string): string {
  const made = compiled(text);
  return made.ok ? 'sound' : made.mistakes.map(({ problem, fix }) => `${problem}. ${fix}`).join('\n');
}

describe('an expression over a record', () => {
  it('makes texts, numbers, answers, dates and lists of its fields', () => {
    expect(value("'sf_' + crm.Industry.lowerAscii()")).toBe('sf_banking');
    expect(value("['sf_' + crm.Industry.lower(), 'crm']")).toEqual(['sf_banking', 'crm']);
    expect(value('crm.Employees * 2')).toBe(100);
    expect(value('crm.Rate * crm.Employees + 1')).toBe(76);
    expect(value("crm.Employees > 10 ? 'large' : 'small'")).toBe('large');
    expect(value('crm.Active && !blank(crm.Name)')).toBe(true);
    expect(value('crm.Birth')).toBe('1980-02-03');
    expect(value('crm.Since')).toBe('2026-01-31T23:30:00Z');
    expect(value("crm.Regions.filter(one, one != 'north').map(one, 'region_' + one)")).toEqual(['region_south']);
    expect(value('size(crm.Regions)')).toBe(2);
  });

  it('may be a constant', () => {
    expect(value("'vip'")).toBe('vip');
    expect(value('42')).toBe(42);
    expect(value("['a', 'b']")).toEqual(['a', 'b']);
    expect(value('null')).toBeNull();
  });

  it('knows the functions that people expect', () => {
    expect(value("crm.Name.replace('c', 'k').upper()")).toBe('AKME');
    expect(value("' a '.trim() + 'b-c'.split('-').join('+')")).toBe('ab+c');
    expect(value("crm.Name.contains('cm') && crm.Name.startsWith('A') && crm.Name.endsWith('e')")).toBe(true);
    expect(value("crm.Name.matches('^A[a-z]+$')")).toBe(true);
    expect(value('crm.Name.substring(1, 3)')).toBe('cm');
    expect(
      value(
        "string(crm.Employees) + '/' + string(int('7')) + '/' + string(double('1.5')) + '/' + string(bool('true'))",
      ),
    ).toBe('50/7/1.5/true');
    expect(value('domain(crm.Website)')).toBe('acme.com');
    expect(value("domain('jo@acme.com')")).toBe('acme.com');
    expect(value('phone(crm.Phone)')).toBe('+33123456789');
    expect(value("phone('(415) 555-2671', 'US')")).toBe('+14155552671');
    expect(value('formatNumber(crm.Rate, 2) + " " + formatNumber(7, 0)')).toBe('1.50 7');
  });

  it('writes dates in the zone of the connection', () => {
    expect(value("formatDate(crm.Since, 'DD.MM.YYYY HH:mm')")).toBe('01.02.2026 00:30');
    expect(value("formatDate(crm.Birth, 'D/M/YY')")).toBe('3/2/80');
    expect(value('date(crm.Since)')).toBe('2026-02-01');
    expect(value("date('2026-01-31')")).toBe('2026-01-31');
    expect(value("crm.Since > timestamp('2026-01-31T23:00:00+01:00')")).toBe(true);
    expect(value('timestamp(crm.Birth)')).toBe('1980-02-02T23:00:00Z');
    expect(value('timestamp(0)')).toBe('1970-01-01T00:00:00Z');
    expect(value("date('2026-01-31 10:00')")).toContain('neither a date');
    expect(value("crm.Birth < date('1981-01-01') && crm.Birth == date(crm.Birth)")).toBe(true);
    expect(value("string(crm.Birth) + ' ' + string(crm.Since)")).toBe('1980-02-03 2026-01-31T23:30:00Z');
  });

  it('finds an empty field null, an empty set an empty list, and an empty text as it is', () => {
    expect(value("default(crm.Parent.Name, 'none')")).toBe('none');
    expect(value("crm.Parent.Name == null ? 'top' : 'child'")).toBe('top');
    expect(value("crm.Name == null ? 'top' : 'child'")).toBe('child');
    expect(value("default(crm.Name, 'none')", { Name: '' })).toBe('none');
    expect(value('crm.Regions', { Regions: null })).toEqual([]);
    expect(value('crm.Description')).toBeNull();
  });

  it('reads real fields only, dotted ones as they are written', () => {
    const made = compiled("crm.Parent.Name + crm['Parent.Name'] + crm.Name");
    expect(made.ok ? [made.computed.name, made.computed.reads] : null).toEqual([
      "=crm.Parent.Name + crm['Parent.Name'] + crm.Name",
      ['Parent.Name', 'Name'],
    ]);
    expect(value("crm.Parent.Name + crm['Parent.Name']", { 'Parent.Name': 'x' })).toBe('xx');
  });
});

describe('an expression that a record does not suit', () => {
  it('fails with what it found, and says what would help', () => {
    expect(value('crm.Name + crm.Parent.Name')).toBe(
      'The expression "crm.Name + crm.Parent.Name" cannot be worked out for Crm Account (crm.Name is "Acme", crm.Parent.Name is empty): no such overload: string + null. Where it may be empty, write default(crm.Parent.Name, …).',
    );
    expect(value('crm.Employees / 0')).toContain('division by zero');
    expect(value('int(crm.Name)')).toContain('crm.Name is "Acme"');
    expect(value('domain(crm.Name)')).toContain('"Acme" has no domain in it');
    expect(value('phone(crm.Name)')).toContain('"Acme" is no telephone number');
    expect(value('crm.Rate / 0.0')).toContain('no number');
    expect(value('9007199254740993')).toContain('too large');
    expect(value('crm.Employees', { Employees: 'many' })).toContain('crm.Employees ("many")');
    const long = { Name: 'x'.repeat(100_000) };
    expect(value("'aaaa'.replace('a', crm.Name)", long)).toContain('more than 131072');
    expect(value("crm.Name.split('').map(x, crm.Name + x).join('')", long)).toContain('join would make a text of more');
  });

  it('names the field that was not read', () => {
    expect(value('crm.Name + crm.Industry', { Name: 'Acme' })).toBe(
      'The expression "crm.Name + crm.Industry" needs Crm Account "Industry", which was not read.',
    );
  });
});

describe('an expression that is refused when it is saved', () => {
  it('cannot be read, with the place', () => {
    expect(mistake('crm.Name +')).toContain('cannot be read at character 11: it ends too early');
    expect(mistake("'open")).toContain('cannot be read at character');
  });

  it('names what does not exist, with what is near', () => {
    expect(mistake('crm.Nmae')).toContain('Crm Account has no field "Nmae". Did you mean Name?');
    expect(mistake('Name')).toContain('Fields are written crm.Name');
    expect(mistake('crm.Name.uper()')).toContain('Did you mean upper?');
    expect(mistake("crm.Name.match('A')")).toContain('Did you mean matches?');
    expect(mistake('crm.New__c + crm.Nwe__c')).toContain(
      'reads crm.Nwe__c at character 14, and Crm Account has no field "Nwe__c".',
    );
  });

  it('mixes types', () => {
    expect(mistake("crm.Employees + 'x'")).toContain('no such overload: int + string');
    expect(mistake("default(crm.Employees, 'x')")).toContain('default(int, string)');
    expect(mistake('crm.Active ? null : crm.Name')).toContain('dyn(null)');
    expect(value('crm.Active ? dyn(null) : dyn(crm.Name)')).toBeNull();
  });

  it('reads what it may not', () => {
    expect(mistake('desk.name')).toContain("Only the source's record can be read: crm.FIELD.");
    expect(mistake('crm')).toContain('takes the record as a whole');
    expect(mistake('crm.Secret')).toContain('encrypted text (encryptedstring)');
    expect(mistake("crm['Parent.Name'] + crm.Parent")).toContain('no field "Parent"');
  });

  it('asks for what could differ from one time to the next, or take for ever', () => {
    expect(mistake('now()')).toContain('The same record always gives the same value');
    expect(mistake('crm.Since.getDayOfYear()')).toContain('depends on the machine');
    expect(mistake('cel.bind(x, crm.Name + crm.Name, x + x)')).toContain('cel.bind');
    expect(mistake('has(crm.Name)')).toContain('!blank(crm.FIELD)');
    expect(mistake('crm.Regions.exists(a, crm.Regions.exists(b, a == b))')).toContain('a list inside a list');
    expect(mistake('crm.Name.matches(crm.Website)')).toContain('not written out');
    expect(mistake("crm.Name.matches('(a')")).toContain('is not closed');
    expect(mistake(Array.from({ length: 400 }, () => '1').join(' + '))).toContain('cannot be read');
  });
});

describe('an expression over a field that nobody has described yet', () => {
  it('is checked as far as can be', () => {
    expect(mistake("crm.New__c + 'x'")).toBe('sound');
    expect(mistake('crm.New__c + crm.Name.foo()')).toContain('foo');
  });
});
