import { describe, expect, it } from 'vitest';
import { isCountry, phoneOf } from './phone.ts';

function number(text: string, country?: string): string {
  const found = phoneOf(text, country);
  return found.ok ? found.number : found.why;
}

describe('a telephone number', () => {
  it('is the same one however untidily it is written', () => {
    for (const text of [
      '01 23 45 67 89',
      '01.23.45.67.89',
      '(01) 23-45-67-89',
      '01/23/45/67/89',
      ' 0123456789 ',
      '01\u00a023\u00a045\u00a067\u00a089',
      '+33 (0)1 23 45 67 89',
      '0033 1 23 45 67 89',
      'tel:+33-1-23-45-67-89',
      '０１２３４５６７８９',
    ])
      expect(number(text, 'FR')).toBe('+33123456789');
  });

  it('of another country keeps that country', () => {
    expect(number('+1 (415) 555-2671', 'FR')).toBe('+14155552671');
    expect(number('(415) 555-2671', 'US')).toBe('+14155552671');
  });

  it('needs no country where it says its own', () => {
    expect(number('0033 1 23 45 67 89')).toBe('+33123456789');
    expect(number('01 23 45 67 89')).toBe(
      'it cannot be read as a telephone number without a country (option phoneCountry)',
    );
  });

  it('that cannot be read, or would lose its extension, is refused', () => {
    expect(number('01 23 45 67 89', 'US')).toBe('it cannot be read as a telephone number of US');
    for (const text of ['call me', '123', '01 23 45 67 89 / 06 12 34 56 78', ''])
      expect(number(text, 'FR')).toBe('it cannot be read as a telephone number of FR');
    expect(number('01 23 45 67 89 ext 12', 'FR')).toContain('extension 12');
  });
});

describe('a country', () => {
  it('is known by its two letters', () => {
    expect(isCountry('FR')).toBe(true);
    expect(isCountry('France')).toBe(false);
  });
});
