import { describe, expect, it } from 'vitest';
import type { Rule } from '../model/sync.ts';
import type { Value } from '../model/value.ts';
import { ruleOf } from './rule.ts';
import type { FieldSetting } from './settings.ts';
import { field, options } from './testing.ts';
import { zoneOf } from './zone.ts';

/** Rules that flow both ways with a different map, or a different permission, on each. */
const end = (label: string, name: string, ...values: readonly string[]) => ({
  label,
  field: field(name, 'option', { options: options(...values) }),
  zone: zoneOf('UTC'),
  timeZone: 'UTC',
  kept: new Set<string>(),
});

function status(more: Partial<FieldSetting> = {}): Rule {
  const values = {
    toCrm: { new: 'New', open: 'Working', pending: 'Working', solved: 'Closed', closed: 'Closed' },
    toDesk: { New: 'open', Working: 'open', Escalated: 'open', Closed: 'solved' },
  };
  return ruleOf({
    id: 'Status ↔ status',
    setting: { crm: 'Status', desk: 'status', values, ...more },
    direction: 'both',
    conflict: ['crm'],
    crm: end('Crm', 'Status', 'New', 'Working', 'Escalated', 'Closed'),
    desk: end('Desk', 'status', 'new', 'open', 'pending', 'solved', 'closed'),
    phoneCountry: undefined,
  });
}

/** Both as they were, and as they are: is there anything to be written? */
const inStep = (was: readonly [Value, Value], now: readonly [Value, Value]) =>
  status().equal(now[0], now[1], { crm: was[0], desk: was[1] });

describe('two values that stand for each other in one of the two maps', () => {
  it('are the same when they meet, whichever map it is', () => {
    expect(status().equal('Working', 'pending')).toBe(true);
    expect(status().equal('Escalated', 'open')).toBe(true);
    expect(status().equal('New', 'open')).toBe(true);
    expect(status().equal('New', 'pending')).toBe(false);
  });

  it('are not, where one of them was written for what the other one was before: it follows on', () => {
    expect(inStep(['New', 'new'], ['New', 'open'])).toBe(false);
    expect(inStep(['Working', 'open'], ['Working', 'pending'])).toBe(true);
    expect(inStep(['Closed', 'solved'], ['Closed', 'closed'])).toBe(true);
  });

  it('are, where a person chose one of them: nothing takes his word away', () => {
    expect(inStep(['Working', 'open'], ['Escalated', 'open'])).toBe(true);
    expect(inStep(['Escalated', 'open'], ['Escalated', 'open'])).toBe(true);
    expect(inStep(['Escalated', 'open'], ['Escalated', 'pending'])).toBe(false);
  });
});

describe('a rule that writes one side on creation only', () => {
  it('does so, and still flows from there', () => {
    const rule = status({ write: { desk: 'create' } });
    expect([rule.write, rule.once]).toEqual(['always', 'desk']);
    expect(rule.convert('desk', 'Closed', undefined)).toEqual({ ok: true, value: 'solved' });
    expect(rule.convert('desk', 'Closed', 'open')).toEqual({ ok: true, leave: true });
    expect(rule.convert('crm', 'solved', 'New')).toEqual({ ok: true, value: 'Closed' });
  });

  it('is one for creations alone where that is said of both', () => {
    const rule = status({ write: { crm: 'create', desk: 'create' } });
    expect([rule.write, rule.once]).toEqual(['create', undefined]);
  });
});
