import { expect, test } from 'vitest';
import { pairName, placesOf } from './pair.ts';

test('a pair names its two places, and they come back', () => {
  const crm = { connection: 'sales/eu', object: 'Account' };
  const desk = { connection: 'support', object: 'organization' };
  expect(pairName(crm, desk)).toBe('sales/eu/Account|support/organization');
  expect(placesOf(pairName(crm, desk))).toEqual({ crm, desk });
});

test.each([
  '',
  'accounts',
  'sales/Account',
  'sales/Account|support',
  'sales/|support/organization',
  '|support/organization',
])('the pair "%s" is refused', (pair) => {
  expect(() => placesOf(pair)).toThrow(`the pair "${pair}" is not named connection/object|connection/object`);
});
