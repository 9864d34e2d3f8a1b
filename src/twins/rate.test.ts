import { describe, expect, it } from 'vitest';
import { createChance } from './chance.ts';
import { createFixedWindow, createRollingWindow } from './rate.ts';

describe('rate counters', () => {
  it('forget a fixed window at its end', () => {
    let now = 59_000;
    const counter = createFixedWindow(() => now, 60_000);
    counter.add('a', 3);
    expect([counter.used('a'), counter.used('b'), counter.resetsAt('a')]).toEqual([3, 0, 60_000]);
    now = 60_000;
    expect(counter.used('a')).toBe(0);
  });

  it('forget a rolling window bit by bit', () => {
    let now = 0;
    const counter = createRollingWindow(() => now, 60_000, 60);
    counter.add('a');
    now = 30_000;
    counter.add('a', 2);
    expect(counter.used('a')).toBe(3);
    now = 61_000;
    expect(counter.used('a')).toBe(2);
    now = counter.resetsAt('a');
    expect(counter.used('a')).toBe(0);
  });
});

describe('seeded chance', () => {
  it('is the same for the same seed, and forks do not disturb each other', () => {
    const [one, two] = [createChance(7), createChance(7)];
    one.fork('ids').text(50);
    expect([one.next(), one.text(20), one.between(1, 6)]).toEqual([two.next(), two.text(20), two.between(1, 6)]);
    expect(createChance(8).text(20)).not.toBe(createChance(7).text(20));
  });
});
