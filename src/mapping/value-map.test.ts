import { describe, expect, it } from 'vitest';
import { mapValue, valueMapsOf } from './value-map.ts';

describe('the maps that a setting means', () => {
  it('are none where there is no setting', () => {
    expect(valueMapsOf(undefined, 'both').maps).toEqual({ toDesk: null, toCrm: null });
  });

  it('take a single map from the source to the target, whichever way the field flows', () => {
    const { maps } = valueMapsOf({ open: 'Working', other: 'keep' }, 'desk-to-crm');
    expect(maps.toCrm).toEqual({ entries: { open: 'Working' }, other: { is: 'keep' } });
  });

  it('turn a single two-way map round, or name the values that stand in the way', () => {
    expect(valueMapsOf({ New: 'new', Closed: 'solved' }, 'both').maps.toCrm?.entries).toEqual({
      new: 'New',
      solved: 'Closed',
    });
    expect(valueMapsOf({ Low: 'low', High: 'high', Urgent: 'high' }, 'both').clash).toEqual({
      value: 'high',
      keys: ['High', 'Urgent'],
    });
    expect(valueMapsOf({ toDesk: { High: 'high', Urgent: 'high' }, toCrm: { high: 'High' } }, 'both').clash).toBeNull();
  });

  it('say which way has no map', () => {
    expect(valueMapsOf({ toCrm: { a: 'b' } }, 'both').missing).toBe('desk');
    expect(valueMapsOf({ toDesk: { a: 'b' } }, 'desk-to-crm').missing).toBe('crm');
    expect(valueMapsOf({ toDesk: { a: 'b' } }, 'both').missing).toBeNull();
  });
});

describe('a value on its way through a map', () => {
  it('is found by its text, also a check box, and never by a name that every object has', () => {
    const map = valueMapsOf({ true: 'yes', 5: 'five' }, 'crm-to-desk').maps.toDesk;
    expect(map).not.toBeNull();
    if (map === null) return;
    expect(mapValue(map, true)).toEqual({ is: 'value', value: 'yes' });
    expect(mapValue(map, 5)).toEqual({ is: 'value', value: 'five' });
    expect(mapValue(map, 'constructor')).toEqual({ is: 'unmapped' });
  });
});
