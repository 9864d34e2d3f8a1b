import { expect, test } from 'vitest';
import { recordRow } from './answers.ts';
import { organizations } from './collection.ts';
import { organization } from './testing.ts';
import { bodyOf, changeOf, fieldsOf, pick, toValue, UnresolvedPointer } from './values.ts';

const types = new Map([
  ['since', 'date'],
  ['gold', 'boolean'],
  ['seats', 'integer'],
  ['rate', 'decimal'],
  ['parent', 'reference'],
  ['plan', 'option'],
  ['regions', 'options'],
] as const);

test('a date comes back with a time and is read as its day', () => {
  expect(toValue('date', '2020-08-19T00:00:00+00:00')).toBe('2020-08-19');
  expect(toValue('date', '2020-08-19')).toBe('2020-08-19');
});

test('a text that looks like a date with a time stays as it is', () => {
  expect(toValue('text', '2020-08-19T00:00:00+00:00')).toBe('2020-08-19T00:00:00+00:00');
});

test('an empty check box is false, every other empty field is null, and an absent one stays absent', () => {
  expect(toValue('boolean', null)).toBe(false);
  expect(toValue('text', null)).toBe(null);
  expect(toValue('text', '')).toBe('');
  expect(toValue('boolean', undefined)).toBe(undefined);
});

test('custom fields are dotted, numbers are numbers and ids are texts', () => {
  const row = recordRow.parse(
    organization(6164125400602, {
      group_id: 360001,
      tags: ['vip'],
      organization_fields: {
        since: '2020-08-19T00:00:00+00:00',
        gold: null,
        seats: 12,
        rate: '1.50',
        parent: 6164125400600,
        plan: 'gold',
        regions: ['emea'],
        unheard_of: 'x',
      },
    }),
  );
  expect(fieldsOf(organizations, row, types)).toEqual({
    id: '6164125400602',
    name: 'Organization 6164125400602',
    external_id: null,
    details: null,
    notes: null,
    domain_names: [],
    tags: ['vip'],
    group_id: '360001',
    shared_tickets: false,
    shared_comments: false,
    url: 'https://acme.zendesk.com/api/v2/organizations/6164125400602.json',
    created_at: '2026-01-01T09:00:00Z',
    updated_at: '2026-01-01T09:00:00Z',
    'organization_fields.since': '2020-08-19',
    'organization_fields.gold': false,
    'organization_fields.seats': 12,
    'organization_fields.rate': 1.5,
    'organization_fields.parent': '6164125400600',
    'organization_fields.plan': 'gold',
    'organization_fields.regions': ['emea'],
    'organization_fields.unheard_of': 'x',
  });
});

test('a row that does not tell a wanted field leaves it absent', () => {
  expect(pick({ name: 'Acme' }, ['name', 'organization_fields.gone'])).toEqual({ name: 'Acme' });
});

test('a body holds exactly what was given, custom fields nested and standard references as numbers', () => {
  const body = bodyOf(
    organizations,
    {
      name: 'Acme',
      notes: null,
      details: '',
      group_id: '360001',
      'organization_fields.plan': 'gold',
      'organization_fields.parent': '6164125400600',
    },
    types,
  );
  expect(body).toEqual({
    name: 'Acme',
    notes: null,
    details: '',
    group_id: 360001,
    organization_fields: { plan: 'gold', parent: '6164125400600' },
  });
});

test('a reference that has no id yet is never written', () => {
  expect(() => bodyOf(organizations, { 'organization_fields.parent': { link: 'l1' } }, types)).toThrow(
    UnresolvedPointer,
  );
});

test('a deleted organization is purged, since nothing brings it back', () => {
  const row = recordRow.parse(organization(7, { deleted_at: '2026-01-02T00:00:00Z' }));
  expect(changeOf('support', organizations, row, ['name'], types)).toEqual({
    ref: { connection: 'support', object: 'organization', id: '7' },
    version: '2026-01-01T09:00:00Z',
    at: Date.UTC(2026, 0, 1, 9),
    by: null,
    seen: { gone: 'purged' },
  });
});
