import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from './cut.ts';

describe('a text that is cut', () => {
  it('ends with an ellipsis, and fits', () => {
    expect(cut('Acme Limited', 5)).toBe('Acme…');
    expect(cut('Acme Limited', 6)).toBe('Acme…');
    expect(cut(`${'Société '.repeat(38)}`.slice(0, 300), 255)).toHaveLength(255);
    expect(cut('Acme', 1)).toBe('…');
    expect(cut('Acme', 0)).toBe('');
  });

  it('keeps what people see as one sign whole', () => {
    expect(cut('ab👍cd', 4)).toBe('ab…');
    expect(cut('ab👍cd', 5)).toBe('ab👍…');
    expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 13)).toBe('👩‍👩‍👧‍👦…');
    expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 11)).toBe('…');
    expect(cut('cafe\u0301s', 5)).toBe('caf…');
  });

  it('keeps the order of a text that is read from right to left', () => {
    expect(cut('שלום עולם', 6)).toBe('שלום…');
    expect(cut('مرحبا بالعالم', 8)).toBe('مرحبا ب…');
  });

  it('is never longer than what fits, and never has half a sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 4 }), fc.integer({ min: 1, max: 12 }), (text, longest) => {
        const short = cut(text, longest);
        expect(short.length).toBeLessThanOrEqual(longest);
        expect(short.isWellFormed()).toBe(true);
        expect(text.startsWith(short.slice(0, -1))).toBe(true);
      }),
      { seed: 4 },
    );
  });
});
