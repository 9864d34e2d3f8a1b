import { describe, expect, it } from 'vitest';
import type { Progress } from '../../app/app.ts';
import { fakeShell, noon } from '../fake-shell.ts';
import { progressLine, sentence } from './progress.ts';
import { clean, cut, pad, widthOf, wrap } from './text.ts';
import { duration, relative } from './words.ts';

const progress: Progress = {
  sync: 'accounts',
  doing: 'writing',
  read: 12_400,
  done: 300,
  underway: 100,
  wait: null,
};

describe('text', () => {
  it('counts columns, not characters', () => {
    expect([widthOf('Łódź'), widthOf('株式会社'), widthOf('e\u0301'), widthOf('🙂')]).toEqual([4, 8, 1, 2]);
  });

  it('is cut with an ellipsis and never between two halves of a character', () => {
    expect(cut('Acme Ltd', 5)).toBe('Acme…');
    expect(cut('株式会社', 6)).toBe('株式…');
    expect(cut('Acme', 4)).toBe('Acme');
    expect(pad('株式', 6, 'right')).toBe('  株式');
  });

  it('wraps at blanks, and cuts a word that no line could hold', () => {
    expect(wrap('one two three', 12, '  ')).toBe('  one two\n  three');
    expect(wrap('abcdefghijklmnop', 12)).toBe('abcdefghijkl\nmnop');
  });

  it('loses line breaks and marks that turn the direction', () => {
    expect(clean('a\r\nb\u{202e}c\u{0}')).toBe('a bc·');
  });
});

describe('words', () => {
  it.each<[number, string]>([
    [0, '0.0 s'],
    [2_100, '2.1 s'],
    [12_000, '12 s'],
    [180_000, '3 min'],
    [18_000_000, '5 h'],
    [200_000_000, '2 days'],
  ])('%d ms is %s', (ms, words) => expect(duration(ms)).toBe(words));

  it('an instant is before or after now', () => {
    expect(relative('2026-11-20T11:57:00Z', noon)).toBe('3 min ago');
    expect(relative('2026-11-20T12:00:12Z', noon)).toBe('in 12 s');
  });
});

describe('progress', () => {
  it.each<[Partial<Progress>, string]>([
    [{}, 'accounts: writing, 300 done, 100 under way'],
    [{ underway: 0 }, 'accounts: writing, 300 done'],
    [
      { underway: 0, left: { records: 4_300, aboutMs: 120_000 } },
      'accounts: writing, 300 done, 4,300 left, about 2 min',
    ],
    [{ underway: 0, left: { records: 4_300, aboutMs: null } }, 'accounts: writing, 300 done, 4,300 left'],
    [{ underway: 0, left: { records: 0, aboutMs: 0 } }, 'accounts: writing, 300 done'],
    [{ doing: 'reading' }, 'accounts: reading, 12,400 seen'],
    [{ sync: null, doing: 'checking' }, 'checking'],
    [
      { sync: null, doing: 'installing', done: 10, underway: 0, left: { records: 16, aboutMs: null } },
      'installing, 10 done, 16 left',
    ],
    [{ sync: null, doing: 'planning', done: 12_400 }, 'planning, 12,400 steps'],
    [
      { doing: 'waiting', underway: 0, wait: { reason: 'Zendesk asks to wait', until: noon + 12_000 } },
      'accounts: waiting 12 s: Zendesk asks to wait',
    ],
  ])('%j reads as a sentence', (change, words) => expect(sentence({ ...progress, ...change }, noon)).toBe(words));

  it('is one line that changes on a terminal, and goes away', () => {
    const shell = fakeShell({ terminal: true, columns: 30 });
    const line = progressLine(shell, shell);
    line.show(progress);
    line.show({ ...progress, done: 301 });
    line.clear();
    expect(shell.err()).toBe('\r\u{1b}[2Kaccounts: writing, 300 done,…\r\u{1b}[2K');
  });

  it('is a plain line now and then where nobody watches', () => {
    const shell = fakeShell();
    let now = noon;
    const line = progressLine(shell, { now: () => now });
    for (let i = 0; i < 21; i++) {
      line.show({ ...progress, done: i });
      now += 1_000;
    }
    line.clear();
    expect(shell.err().trimEnd().split('\n')).toEqual(
      [0, 10, 20].map((done) => `accounts: writing, ${done} done, 100 under way`),
    );
  });
});
