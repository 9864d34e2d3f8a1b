import { describe, expect, it } from 'vitest';
import { instant, isDay, isTimeZone, moment, zoneOf } from './zone.ts';

describe('a time zone', () => {
  it('tells the day on which a moment falls there', () => {
    const ms = Date.parse('2026-01-31T23:30:00Z');
    expect(zoneOf('UTC').dayOf(ms)).toBe('2026-01-31');
    expect(zoneOf('Europe/Paris').dayOf(ms)).toBe('2026-02-01');
    expect(zoneOf('America/New_York').dayOf(ms)).toBe('2026-01-31');
  });

  it('tells the moment at which a day begins there, also when the clocks change', () => {
    const start = (zone: string, day: string): string | null => instant(zoneOf(zone).startOf(day) ?? Number.NaN);
    expect(start('Europe/Paris', '2026-01-31')).toBe('2026-01-30T23:00:00Z');
    expect(start('Europe/Paris', '2026-03-29')).toBe('2026-03-28T23:00:00Z');
    expect(start('Europe/Paris', '2026-03-30')).toBe('2026-03-29T22:00:00Z');
    expect(start('Pacific/Kiritimati', '2026-01-01')).toBe('2025-12-31T10:00:00Z');
    // Midnight does not exist on this day in Beirut: the clocks go from 0:00 to 1:00.
    expect(start('Asia/Beirut', '2026-03-29')).toBe('2026-03-28T22:00:00Z');
    expect(start('UTC', 'no day')).toBeNull();
  });

  it('gives back the day that it began with, in every zone and month', () => {
    for (const zone of [
      'UTC',
      'Europe/Paris',
      'America/Sao_Paulo',
      'Asia/Kolkata',
      'Pacific/Apia',
      'America/St_Johns',
    ]) {
      const here = zoneOf(zone);
      for (let month = 1; month <= 12; month++) {
        const day = `2026-${String(month).padStart(2, '0')}-15`;
        expect(here.dayOf(here.startOf(day) ?? 0)).toBe(day);
      }
    }
  });

  it('is known by its IANA name only', () => {
    expect(isTimeZone('Europe/Paris')).toBe(true);
    expect(isTimeZone('Paris')).toBe(false);
  });
});

describe('days and moments', () => {
  it('are told from other texts', () => {
    expect(isDay('2026-02-28')).toBe(true);
    expect(isDay('2026-02-30')).toBe(false);
    expect(isDay('28.02.2026')).toBe(false);
    expect(moment('2026-02-28T10:00:00.999Z')).toBe('2026-02-28T10:00:00Z');
    expect(moment('soon')).toBeNull();
    expect(instant(Number.POSITIVE_INFINITY)).toBeNull();
  });
});
