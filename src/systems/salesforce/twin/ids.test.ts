import { describe, expect, it } from 'vitest';
import { createChance } from '../../../twins/chance.ts';
import { createIdSource, toId18, withCheck } from './ids.ts';

describe('record ids', () => {
  it('carry the check characters of real ones', () => {
    expect(withCheck('0034S000003RYAC')).toBe('0034S000003RYACQA4');
    expect(withCheck('00D4S000000oz4e')).toBe('00D4S000000oz4eUAA');
    expect(withCheck('012000000000000')).toBe('012000000000000AAA');
  });

  it('are taken with 15 or 18 characters, their case repaired', () => {
    expect(toId18('0034S000003RYAC')).toBe('0034S000003RYACQA4');
    expect(toId18('0034s000003ryacqa4')).toBe('0034S000003RYACQA4');
    expect(toId18('0034S000003RYACQA4')).toBe('0034S000003RYACQA4');
    expect([toId18('xyz'), toId18("0034S000003RYA'"), toId18('')]).toEqual([null, null, null]);
  });

  it('grow, and follow from the seed', () => {
    const [one, two] = [createIdSource(createChance(1)), createIdSource(createChance(1))];
    const ids = Array.from({ length: 100 }, () => one.next('001'));
    expect([...ids].sort()).toEqual(ids);
    expect(Array.from({ length: 100 }, () => two.next('001'))).toEqual(ids);
    expect(new Set(ids.map((id) => toId18(id.slice(0, 15)))).size).toBe(100);
  });
});
