import { describe, expect, it } from 'vitest';
import { hashOf, hashText } from './hash.ts';

describe('a hash', () => {
  it('is that of FNV-1a for plain letters', () => {
    expect([hashText(''), hashText('a'), hashText('foobar')]).toEqual([
      'cbf29ce484222325',
      'af63dc4c8601ec8c',
      '85944171f73967e8',
    ]);
  });

  it('does not depend on the order of keys, and does on everything else', () => {
    expect(hashOf({ a: 1, b: [1, 2] })).toBe(hashOf({ b: [1, 2], a: 1 }));
    expect(hashOf({ a: undefined, b: 1 })).toBe(hashOf({ b: 1 }));
    const all = [
      hashOf({ a: 1 }),
      hashOf({ a: '1' }),
      hashOf({ a: null }),
      hashOf({ a: '' }),
      hashOf({}),
      hashOf([1, 2]),
      hashOf([2, 1]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
