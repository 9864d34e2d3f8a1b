import { describe, expect, test } from 'vitest';
import { organizations } from './collection.ts';
import { classify, inOurNames, lineFault } from './faults.ts';

const now = Date.UTC(2026, 10, 20, 8, 30);

function faultOf(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  kind: 'read' | 'write' | 'login' = 'write',
) {
  return classify(status, new Headers(headers), body, kind, now);
}

describe('an answer that failed', () => {
  test('401 renews the login, in each of its shapes', () => {
    for (const body of [
      { error: "Couldn't authenticate you" },
      { error: 'invalid_token', error_description: 'expired' },
    ]) {
      expect(faultOf(401, body)).toMatchObject({ renew: true, fault: { kind: 'login' } });
    }
  });

  test('a token that lacks a scope stops the connection, a user that lacks a role does not', () => {
    const scope = { error: 'Forbidden', description: 'You are missing the following required scopes: read' };
    const role = { error: { title: 'Forbidden', message: 'You do not have access to this page.' } };
    expect(faultOf(403, scope).fault).toMatchObject({ kind: 'login', say: expect.stringContaining('scopes: read') });
    expect(faultOf(403, role).fault).toMatchObject({ kind: 'refused', say: expect.stringContaining('this page') });
  });

  test('what a ticket field is refused for is told by our name of the field', () => {
    const line = (type: string, id: number) => ({
      description: 'is required when solving a ticket',
      error: null,
      ticket_field_id: id,
      ticket_field_type: type,
    });
    const body = {
      error: 'RecordInvalid',
      description: 'Record validation errors',
      details: { base: [line('FieldTagger', 360001), line('FieldAssignee', 360002)] },
    };
    expect(faultOf(422, body).fault).toMatchObject({
      kind: 'refused',
      fields: ['custom_fields.360001', 'assignee_id'],
    });
  });

  test('404 is a record that is not there, a mistake of ours, or no account at all', () => {
    expect(faultOf(404, { error: 'RecordNotFound', description: 'Not found' }).fault.kind).toBe('gone');
    expect(faultOf(404, { error: 'InvalidEndpoint', description: 'Not found' }).fault.kind).toBe('bug');
    expect(faultOf(404, null).fault.kind).toBe('login');
    expect(faultOf(404, '<html><title>x</title>No help desk at acme</html>').fault).toMatchObject({
      kind: 'login',
      say: expect.stringContaining('No help desk at acme'),
    });
  });

  test('a refused login is told as one, whatever its status', () => {
    expect(faultOf(400, { error: 'invalid_grant', error_description: 'used' }, {}, 'login').fault).toMatchObject({
      kind: 'login',
      code: 'invalid_grant',
    });
    expect(faultOf(401, { error: 'invalid_client' }, {}, 'login').fault.kind).toBe('login');
  });

  test('limits wait as long as the vendor says, in text bodies too, and a minute where it says nothing', () => {
    const text = 'Number of allowed API requests per minute exceeded';
    expect(faultOf(429, text, { 'retry-after': '17' }).fault).toMatchObject({ kind: 'limit', afterMs: 17_000 });
    expect(faultOf(429, text, { 'ratelimit-reset': '41' }).fault).toMatchObject({ kind: 'limit', afterMs: 41_000 });
    expect(faultOf(429, { error: 'APIRateLimitExceeded' }).fault).toMatchObject({ kind: 'limit', afterMs: 60_000 });
    expect(
      faultOf(429, { errors: [{ code: 'TooManyRequests', title: 'Too many requests to update' }] }).fault,
    ).toMatchObject({
      kind: 'limit',
      code: 'TooManyRequests',
    });
  });

  test('too many jobs is a limit, whatever its status', () => {
    for (const status of [400, 422, 429]) {
      expect(faultOf(status, { error: 'TooManyJobs', description: 'later' }).fault).toMatchObject({
        kind: 'limit',
        code: 'TooManyJobs',
      });
    }
  });

  test('a write that broke off is unsure, a read is tried later; 503 was not applied', () => {
    expect(faultOf(502, '<html>Bad gateway</html>', {}, 'write').fault.kind).toBe('unsure');
    expect(faultOf(502, '<html>Bad gateway</html>', {}, 'read').fault.kind).toBe('later');
    expect(faultOf(503, null, {}, 'write').fault.kind).toBe('later');
  });

  test('a version conflict is stale, a conflict of the vendor passes', () => {
    expect(faultOf(409, { error: 'UpdateConflict', description: 'Safe Update' }).fault.kind).toBe('stale');
    expect(faultOf(409, { error: 'DatabaseConflict' }).fault.kind).toBe('later');
  });

  test('a taken name is stale and names the field, in any language', () => {
    for (const description of ['Name: ACME has already been taken', 'Nombre: ACME ya ha sido tomado']) {
      const body = {
        error: 'RecordInvalid',
        description: 'Record validation errors',
        details: { name: [{ description, error: 'DuplicateValue' }] },
      };
      expect(faultOf(422, body).fault).toEqual({
        kind: 'stale',
        code: 'DuplicateValue',
        fields: ['name'],
        say: description,
      });
    }
  });

  test('any other refusal names the code and the field', () => {
    const body = {
      error: 'RecordInvalid',
      description: 'Record validation errors',
      details: { name: [{ description: 'Name: cannot be blank', error: 'BlankValue' }] },
    };
    expect(faultOf(422, body).fault).toEqual({
      kind: 'refused',
      code: 'BlankValue',
      fields: ['name'],
      say: 'Name: cannot be blank',
    });
  });

  test('a request that is wrong by itself is our mistake', () => {
    const body = {
      error: 'TooManyValues',
      description: 'Parameter  cannot specify more than 100 values',
      max_count: 100,
    };
    expect(faultOf(400, body).fault).toMatchObject({ kind: 'bug', code: 'TooManyValues' });
  });
});

test('a custom field is named as we name it', () => {
  const fault = { kind: 'refused', say: 'no', fields: ['plan', 'name'] } as const;
  expect(inOurNames(fault, organizations, { 'organization_fields.plan': 'x', name: 'y' }).fields).toEqual([
    'organization_fields.plan',
    'name',
  ]);
});

describe('a failed line of a job', () => {
  const sent = { name: 'Acme', external_id: '0015g00000XyZAAQ', 'organization_fields.plan': 'platinum' };

  test('that quotes the name we sent says that it is taken, in any language', () => {
    for (const details of ['Name:  Acme has already been taken', 'Nombre:  ACME ya existe']) {
      expect(lineFault({ error: 'OrganizationUpdateFailed', details }, organizations, sent)).toEqual({
        kind: 'stale',
        code: 'DuplicateValue',
        fields: ['name'],
        say: details,
      });
    }
  });

  test('about the key says only that it is taken', () => {
    const line = { error: 'OrganizationCreateFailed', details: 'External has already been taken' };
    expect(lineFault(line, organizations, sent)).toMatchObject({ kind: 'stale', fields: ['external_id'] });
  });

  test('that quotes another value is refused for that field', () => {
    const line = { error: 'OrganizationUpdateFailed', details: 'Plan: platinum is not an option' };
    expect(lineFault(line, organizations, sent)).toEqual({
      kind: 'refused',
      code: 'OrganizationUpdateFailed',
      say: 'Plan: platinum is not an option',
      fields: ['organization_fields.plan'],
    });
  });

  test('about a blank name is refused', () => {
    const line = { error: 'OrganizationUpdateFailed', details: 'Name: cannot be blank' };
    expect(lineFault(line, organizations, { name: '' })).toMatchObject({ kind: 'refused' });
  });

  test('of a record that is not there is gone', () => {
    expect(lineFault({ error: 'RecordNotFound', details: null }, organizations, sent).kind).toBe('gone');
  });

  test('with details by field is read like any validation', () => {
    const details = { name: [{ description: 'x', error: 'DuplicateValue' }] };
    expect(lineFault({ error: 'RecordInvalid', details }, organizations, sent)).toMatchObject({
      kind: 'stale',
      fields: ['name'],
    });
  });
});
