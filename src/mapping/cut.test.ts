import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../model/value.ts';
import { cut, isCutOf } from './cut.ts';
import { ruleOf } from './rule.ts';
import { field } from './testing.ts';
import { zoneOf } from './zone.ts';

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

  it('ends with where all of it can be read, unless that leaves too little of the text', () => {
    const end = 'https://acme.zendesk.com/agent/tickets/1';
    expect(cut('word '.repeat(100), 100, end)).toBe(`${'word '.repeat(11)}wor… ${end}`);
    expect(cut('word '.repeat(100), 60, end)).toBe(cut('word '.repeat(100), 60));
  });

  it('is known again, whatever ended it', () => {
    const text = 'word '.repeat(100);
    expect(isCutOf(cut(text, 100, 'https://a.example/1'), text, 100)).toBe(true);
    expect(isCutOf(cut(text, 100), text, 100)).toBe(true);
    expect(isCutOf('word word, edited by hand… https://a.example/1', text, 100)).toBe(false);
    expect(isCutOf('word word', text, 100)).toBe(false);
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

describe('a rule that cuts', () => {
  const end = (name: string, maxLength: number | null) => {
    return {
      label: name,
      field: field(name, 'text', { maxLength }),
      zone: zoneOf('UTC'),
      timeZone: 'UTC',
      kept: new Set<string>(),
    };
  };
  const rule = ruleOf({
    id: 'short ← long',
    setting: { crm: 'short', desk: 'long', tooLong: { cut: 'url' } },
    direction: 'desk-to-crm',
    conflict: ['desk'],
    crm: end('short', 60),
    desk: end('long', null),
    phoneCountry: undefined,
  });
  const long = 'a long story '.repeat(10).trim();
  const written = (from: string, current: Value | undefined, url: string): Value => {
    const result = rule.convert('crm', from, current, undefined, { long: from, url });
    return result.ok && 'value' in result ? result.value : 'nothing';
  };

  it('ends with what a field of the record has, and leaves it as it was cut before', () => {
    const first = written(long, undefined, 'https://a.example/1');
    expect(first).toBe('a long story a long story a long story… https://a.example/1');
    expect(rule.equal(first, long)).toBe(true);
    expect(rule.equal(first, `another ${long}`)).toBe(false);
    // The page has moved: that is no reason to write.
    expect(written(long, first, 'https://b.example/1')).toBe(first);
    expect(written('a short one', first, 'https://b.example/1')).toBe('a short one');
  });
});
