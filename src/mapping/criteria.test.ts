import { describe, expect, it } from 'vitest';
import type { FieldType } from '../model/object-type.ts';
import type { Value } from '../model/value.ts';
import { comparable, criterionOf, notIdentifying } from './criteria.ts';
import { domainOf } from './domain.ts';
import { field } from './testing.ts';

describe('the values by which records are recognised', () => {
  const names = criterionOf({ crm: 'Name', desk: 'name' }, field('Name', 'text'), field('name', 'text'));

  it('do not differ by case, blanks or the spelling of accents', () => {
    const one = names.keys('crm', '  Café   ACME\tLtd ');
    expect(one).toEqual(['café acme ltd']);
    expect(names.keys('desk', 'cafe\u0301 acme ltd')).toEqual(one);
    expect(names.keys('desk', 'ΣΑΣ')).toEqual(names.keys('crm', 'ΣΑΣ'));
  });

  it('do not differ by the form of Unicode, whichever side has it', () => {
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const)
      for (const side of ['crm', 'desk'] as const)
        expect(names.keys(side, 'Ｃafé\u00a0№ 5'.normalize(form).toUpperCase())).toEqual(['café no 5']);
  });

  it('are none for a blank, so that two blanks are never the same thing', () => {
    for (const blank of [undefined, null, '', '  ']) expect(names.keys('crm', blank)).toEqual([]);
  });

  it('are bounded in length, and long ones still differ', () => {
    const long = 'a'.repeat(5000);
    const [key] = names.keys('crm', long);
    expect(key?.length).toBeLessThanOrEqual(200);
    expect(names.keys('crm', `${long}b`)).not.toEqual([key]);
    expect(names.keys('desk', long)).toEqual([key]);
  });

  it('are domains where a web or e-mail address meets a set', () => {
    const domains = field('domain_names', 'set', { normal: { lowerCase: true } });
    const site = criterionOf({ crm: 'Website', desk: 'domain_names' }, field('Website', 'url'), domains);
    expect(site.keys('crm', 'https://www.Acme.com/about')).toEqual(['acme.com']);
    expect(site.keys('desk', ['ACME.com', 'acme.co.uk'])).toEqual(['acme.co.uk', 'acme.com']);
    const mail = criterionOf({ crm: 'Email', desk: 'domain_names' }, field('Email', 'email'), domains);
    expect(mail.keys('crm', 'jo@acme.com')).toEqual(['acme.com']);
    expect(mail.keys('crm', 'jo@gmail.com')).toEqual([]);
  });

  it('are each member of a set, and numbers as texts', () => {
    const sets = criterionOf({ crm: 'a', desk: 'tags' }, field('a', 'integer'), field('tags', 'set'));
    expect(sets.keys('crm', 42)).toEqual(['42']);
    expect(sets.keys('desk', ['42', 'x'])).toEqual(['42', 'x']);
  });
});

describe('fields of every kind as criteria', () => {
  const keys = (
    a: FieldType,
    b: FieldType,
    one: Value,
    other: Value,
    country?: string,
  ): readonly (readonly string[])[] => {
    const made = criterionOf({ crm: 'a', desk: 'b' }, field('a', a), field('b', b), country);
    return [made.keys('crm', one), made.keys('desk', other)];
  };

  it('e-mail addresses have no case', () => {
    expect(keys('email', 'email', 'Jo@Acme.com ', 'jo@ACME.COM')).toEqual([['jo@acme.com'], ['jo@acme.com']]);
    expect(keys('email', 'set', 'jo@acme.com', ['acme.com', 'acme.org'])).toEqual([
      ['acme.com'],
      ['acme.com', 'acme.org'],
    ]);
  });

  it('ids keep theirs, for it may be all that tells two of them apart', () => {
    expect(keys('id', 'text', '001D000000IqhSL', '001D000000IqhSl')).toEqual([
      ['001D000000IqhSL'],
      ['001D000000IqhSl'],
    ]);
    expect(keys('id', 'text', ' 42', '42 ')).toEqual([['42'], ['42']]);
    expect(keys('text', 'reference', 'Ab', 'Ab')).toEqual([['Ab'], ['Ab']]);
  });

  it('telephone numbers are the same in every spelling, and by their digits where they cannot be read', () => {
    expect(keys('phone', 'phone', '01 23 45 67 89', '+33123456789', 'FR')).toEqual([
      ['+33123456789'],
      ['+33123456789'],
    ]);
    expect(keys('phone', 'text', '(01) 23.45.67.89', '01 23 45 67 89')).toEqual([['0123456789'], ['0123456789']]);
    expect(keys('phone', 'phone', 'call me', 'Call  me')).toEqual([['call me'], ['call me']]);
    expect(keys('phone', 'phone', null, '')).toEqual([[], []]);
  });

  it('choices, dates, numbers and amounts compare as they are', () => {
    expect(keys('option', 'text', 'Gold', 'gold')).toEqual([['gold'], ['gold']]);
    expect(keys('date', 'date', '2026-01-31', '2026-01-31T00:00:00Z')).toEqual([['2026-01-31'], ['2026-01-31']]);
    expect(keys('integer', 'text', 42, '42')).toEqual([['42'], ['42']]);
    expect(keys('currency', 'decimal', '12.50', 12.5)).toEqual([['12.5'], ['12.5']]);
  });
});

describe('a domain', () => {
  it('is found in addresses of every kind', () => {
    expect(domainOf('http://user@shop.acme.com:8080/a?b=c@d#e')).toBe('shop.acme.com');
    expect(domainOf('WWW.ACME.COM.')).toBe('acme.com');
    expect(domainOf('bücher.example')).toBe('bücher.example');
    expect(domainOf('localhost')).toBeNull();
    expect(domainOf('call us')).toBeNull();
  });
});

describe('fields that can identify a record', () => {
  it('are those whose values differ from record to record and can be looked up', () => {
    for (const type of ['boolean', 'longtext', 'encrypted', 'other', 'datetime'] as const)
      expect(notIdentifying(field('a', type))).not.toBeNull();
    for (const type of ['text', 'email', 'id', 'integer', 'set', 'option'] as const)
      expect(notIdentifying(field('a', type))).toBeNull();
  });

  it('must be of kinds that can be the same', () => {
    expect(comparable(field('a', 'integer'), field('b', 'text'))).toBe(true);
    expect(comparable(field('a', 'date'), field('b', 'text'))).toBe(false);
    expect(comparable(field('a', 'date'), field('b', 'date'))).toBe(true);
  });
});
