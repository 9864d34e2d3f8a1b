import { describe, expect, it } from 'vitest';
import { isCron, nextTime } from './cron.ts';

const next = (pattern: string, zone: string, after: string) => {
  const at = nextTime(pattern, zone, Date.parse(after));
  return at === null ? null : new Date(at).toISOString();
};

describe('when a sweep is due', () => {
  it('follows the clock of the time zone, over the change to summer time as well', () => {
    expect(next('0 3 * * *', 'UTC', '2026-11-20T09:00:00Z')).toBe('2026-11-21T03:00:00.000Z');
    expect(next('0 3 * * *', 'Europe/Paris', '2026-11-20T09:00:00Z')).toBe('2026-11-21T02:00:00.000Z');
    expect(next('0 3 * * *', 'Europe/Paris', '2027-03-27T12:00:00Z')).toBe('2027-03-28T01:00:00.000Z');
    expect(next('30 22 * * sun', 'America/New_York', '2026-11-20T09:00:00Z')).toBe('2026-11-23T03:30:00.000Z');
  });

  it('is strictly later than the last one, and never where it is off', () => {
    expect(next('0 3 * * *', 'UTC', '2026-11-21T03:00:00Z')).toBe('2026-11-22T03:00:00.000Z');
    expect(next('off', 'UTC', '2026-11-21T03:00:00Z')).toBeNull();
  });

  it('is told only by an expression that can come true', () => {
    for (const good of ['0 3 * * *', '*/15 * * * *', '0 3 * * mon-fri', '@daily', 'off'])
      expect(isCron(good)).toBe(true);
    for (const bad of ['', 'nightly', '0 25 * * *', '0 3 * *', '0 0 31 2 *', '0 3 * * * * * *'])
      expect(isCron(bad), bad).toBe(false);
  });
});
