import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../model/object-type.ts';
import type { HookCondition } from '../kit/hook.ts';
import { alikeConditions, asFilter, type Condition, conditionsOf, spoken } from './hook-conditions.ts';

const types = new Map<string, FieldType>([
  ['1', 'option'],
  ['2', 'boolean'],
  ['3', 'text'],
]);
const when = (field: string, op: string, ...values: readonly (string | boolean)[]): HookCondition => ({
  field,
  op,
  values,
});
const is = (field: string, operator: string, value: string): Condition => ({ field, operator, value });
const said = (all: readonly HookCondition[], any: readonly HookCondition[] = []) => conditionsOf({ all, any }, types);
const always = [is('update_type', 'is', 'Create'), is('update_type', 'is', 'Change')];

describe('a filter as the conditions of a trigger', () => {
  it('says nothing by what is always so, since a trigger needs a condition', () => {
    expect(said([])).toEqual({ conditions: { all: [], any: always }, wider: [] });
  });

  it.each<[string, HookCondition, Condition]>([
    ['a status', when('status', 'is', 'open'), is('status', 'is', 'open')],
    ['not a priority', when('priority', 'is-not', 'low'), is('priority', 'is_not', 'low')],
    ['tags', when('tags', 'is', 'vip', 'gold'), is('current_tags', 'includes', 'vip gold')],
    ['no tag', when('tags', 'is-not', 'spam', 'test'), is('current_tags', 'not_includes', 'spam test')],
    ['an option of a custom field', when('custom_fields.1', 'is', 'gold'), is('custom_fields_1', 'is', 'gold')],
    ['a check box', when('custom_fields.2', 'is', true), is('custom_fields_2', 'is', 'true')],
    ['a custom field with anything', when('custom_fields.3', 'is-not-empty'), is('custom_fields_3', 'present', '')],
    ['an empty custom field', when('custom_fields.1', 'is-empty'), is('custom_fields_1', 'not_present', '')],
  ])('says %s', (_, condition, expected) => {
    expect(said([condition])).toEqual({ conditions: { all: [expected], any: [] }, wider: [] });
  });

  it('says all that something must not be', () => {
    expect(said([when('status', 'is-not', 'solved', 'closed')]).conditions.all).toEqual([
      is('status', 'is_not', 'solved'),
      is('status', 'is_not', 'closed'),
    ]);
  });

  it('has one list of alternatives, and is wider where the filter has more', () => {
    const first = [is('status', 'is', 'new'), is('status', 'is', 'open')];
    const open = when('status', 'is', 'new', 'open');
    expect(said([open])).toEqual({ conditions: { all: [], any: first }, wider: [] });
    const high = when('priority', 'is', 'high', 'urgent');
    expect(said([open, high])).toEqual({ conditions: { all: [], any: first }, wider: ['priority'] });
    expect(said([open], [when('type', 'is', 'problem')])).toEqual({
      conditions: { all: [], any: [is('type', 'is', 'problem')] },
      wider: ['status'],
    });
  });

  it.each([
    when('subject', 'contains', 'fire'),
    when('created_at', 'greater', '2026-01-01'),
    when('status', 'starts-with', 'o'),
    when('organization_id', 'is-empty'),
    when('custom_fields.3', 'is', 'gold'),
    when('custom_fields.9', 'is', 'gold'),
    when('tags', 'starts-with', 'v'),
    when('tags', 'is', 'two words'),
  ])('is wider where it cannot say $field $op', (condition) => {
    expect(said([when('type', 'is', 'problem'), condition])).toEqual({
      conditions: { all: [is('type', 'is', 'problem')], any: [] },
      wider: [condition.field],
    });
  });

  it('leaves out all alternatives where it cannot say one of them: without it, it would be narrower', () => {
    const unsayable = [when('subject', 'contains', 'fire'), when('status', 'is-not', 'solved', 'closed')];
    for (const one of unsayable)
      expect(said([], [when('type', 'is', 'problem'), one])).toEqual({
        conditions: { all: [], any: always },
        wider: ['type', one.field],
      });
  });
});

describe('the conditions of a trigger', () => {
  it('are alike in any order', () => {
    const a = { all: [is('status', 'is', 'open'), is('current_tags', 'includes', 'a b')], any: [] };
    const b = { all: [is('current_tags', 'includes', 'b a'), is('status', 'is', 'open')], any: [] };
    expect(alikeConditions(a, b)).toBe(true);
    expect(alikeConditions(a, { all: [], any: a.all })).toBe(false);
    expect(alikeConditions(a, { ...a, any: always })).toBe(false);
  });

  it('are told to people, and as the filter that would say the same, if one does', () => {
    const conditions = {
      all: [is('status', 'is_not', 'closed'), is('current_tags', 'includes', 'vip gold')],
      any: [is('custom_fields_1', 'is', 'gold'), is('custom_fields_3', 'present', '')],
    };
    expect(spoken(conditions)).toBe(
      'all of: status is_not closed, current_tags includes vip gold; any of: custom_fields_1 is gold, custom_fields_3 present',
    );
    expect(asFilter(conditions)).toBe(
      '{ all: [{ field: status, op: is-not, value: closed }, { field: tags, op: contains, value: [vip, gold] }], any: [{ field: custom_fields.1, op: is, value: gold }, { field: custom_fields.3, op: is-not-empty }] }',
    );
    expect(asFilter({ all: [], any: always })).toBe('{}');
    expect(asFilter({ all: [is('comment_is_public', 'is', 'true')], any: [] })).toBeNull();
    expect(asFilter({ all: [is('status', 'value_previous', 'open')], any: [] })).toBeNull();
    expect(spoken({ all: [], any: [] })).toBe('no conditions');
    expect(spoken({ all: [], any: always })).toBe('every change');
  });
});
