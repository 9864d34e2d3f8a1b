import { expect, test } from 'vitest';
import { indexKey, jsonText } from './json.ts';

test('what PostgreSQL cannot keep becomes the replacement character, and nothing else changes', () => {
  const value = {
    zero: 'a\u0000b',
    half: '\ud83d!',
    pair: '😀',
    escaped: '\\u0000',
    control: '\u0001\n',
    slashes: '\\\\',
  };
  expect(JSON.parse(jsonText(value))).toEqual({ ...value, zero: 'a\ufffdb', half: '\ufffd!' });
});

test('null, empty and absent stay different', () => {
  expect(jsonText({ a: null, b: '', c: [] })).toBe('{"a":null,"b":"","c":[]}');
});

test('a long match key is cut to what an index takes, and stays itself alone', () => {
  const long = `sales/Account/Name=${'é'.repeat(600)}`;
  expect(indexKey('sales/Account/Name=acme')).toBe('sales/Account/Name=acme');
  expect(Buffer.byteLength(indexKey(long))).toBeLessThan(1_000);
  expect(indexKey(`${long}a`)).not.toBe(indexKey(`${long}b`));
  expect(indexKey(long)).toBe(indexKey(long));
});
