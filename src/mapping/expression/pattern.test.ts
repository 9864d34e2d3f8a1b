import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternOf } from './pattern.ts';

function matches(source: string, text: string): boolean | string {
  const result = patternOf(source);
  return result.ok ? result.pattern.matches(text) : result.why;
}

describe('a pattern', () => {
  it('is found anywhere, unless it says where', () => {
    expect(matches('cm', 'Acme')).toBe(true);
    expect(matches('^cm', 'Acme')).toBe(false);
    expect(matches('^Acme( (Ltd|GmbH))?$', 'Acme GmbH')).toBe(true);
    expect(matches('^Acme( (Ltd|GmbH))?$', 'Acme Inc')).toBe(false);
    expect(matches('', '')).toBe(true);
  });

  it('knows classes, letters of every script, words, and upper and lower case alike', () => {
    expect(matches('^[A-Z]{2}\\d{3,}$', 'FR1234')).toBe(true);
    expect(matches('^\\p{L}+$', 'Größe')).toBe(true);
    expect(matches('\\bgold\\b', 'vip gold 2')).toBe(true);
    expect(matches('\\bgold\\b', 'golden')).toBe(false);
    expect(matches('(?i)acme', 'ACME Ltd')).toBe(true);
    expect(matches('^.$', '👍')).toBe(true);
  });

  it('is refused where it makes no sense, or could not be bounded', () => {
    for (const [source, why] of [
      ['(a', 'not closed'],
      ['a)', 'closes nothing'],
      ['[a', 'not closed'],
      ['*a', 'repeats nothing'],
      ['(a)\\1', 'back references'],
      ['a(?=b)', 'look-around'],
      ['a{3,2}', 'backwards'],
      ['a{9999}', 'more than 200 times'],
      ['((a{100}){100}){100}', 'too long'],
      ['[z-a]', 'no character'],
    ] as const)
      expect(matches(source, 'a')).toContain(why);
  });

  it('takes no longer for a pattern that would keep others busy for ever', () => {
    expect(matches('^(a+)+$', `${'a'.repeat(5000)}b`)).toBe(false);
    expect(matches('(.*)*(.*)*x', 'a'.repeat(2000))).toBe(false);
  });

  it("finds what the language's own expressions find", () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '^', '$', '\\b');
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        atom,
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `${a}${b}`),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a}|${b})`),
        fc.tuple(tie('tree'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}')).map(([a, n]) => `(?:${a})${n}`),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 6 }), (source, text) => {
        expect(matches(source, text)).toBe(new RegExp(source, 'su').test(text));
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});
