import { describe, expect, it } from 'vitest';
import { type Desk, list, number, object, openDesk } from './testing.ts';

async function makeUser(desk: Desk, user: Readonly<Record<string, string | boolean | number>>) {
  return object((await desk.call('POST', 'users.json', { user })).body, 'user');
}

describe('users', () => {
  it('makes a new user by create_or_update, as recorded', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'users/create_or_update.json', {
      user: { verified: true, name: 'John Doe', email: 'a@demo.com', external_id: 'g123', tags: [] },
    });
    const user = object(made.body, 'user');
    expect([made.status, made.headers.get('location')]).toEqual([201, user.url]);
    expect(user).toMatchObject({
      name: 'John Doe',
      email: 'a@demo.com',
      verified: true,
      role: 'end-user',
      ticket_restriction: 'requested',
      restricted_agent: true,
      moderator: false,
      last_login_at: null,
      two_factor_auth_enabled: false,
      active: true,
    });
  });

  it('matches by e-mail a user who has no external id, and sets it', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'schema', { user: { fields: [{ key: 'text_field', title: 'Text' }] } });
    const before = await makeUser(desk, { name: 'Luke', email: 'skywalker@demo.com' });
    desk.advance(2000);
    const matched = await desk.call('POST', 'users/create_or_update.json', {
      user: {
        email: 'skywalker@demo.com',
        external_id: 'skywalker123',
        name: 'Anakin',
        user_fields: { text_field: 'change' },
        tags: ['x'],
      },
    });
    expect([matched.status, matched.headers.get('location')]).toEqual([200, before.url]);
    expect(object(matched.body, 'user')).toMatchObject({
      id: before.id ?? null,
      name: 'Anakin',
      external_id: 'skywalker123',
      tags: ['x'],
      user_fields: { text_field: 'change' },
      updated_at: '2026-11-20T08:30:02Z',
    });
  });

  it('adds a written e-mail as a secondary identity, which can be made the primary', async () => {
    const desk = await openDesk();
    const made = await makeUser(desk, { name: 'John', email: 'a@demo.com', verified: true });
    const path = `users/${number(made.id)}`;
    const put = await desk.call('PUT', `${path}.json`, {
      user: { verified: true, email: 'b@demo.com', external_id: 'g123', tags: ['test_high_value'] },
    });
    expect(object(put.body, 'user')).toMatchObject({ email: 'a@demo.com', tags: ['test_high_value'] });
    const identities = list((await desk.call('GET', `${path}/identities.json`)).body, 'identities');
    expect(identities.map((one) => [one.value, one.primary, one.verified])).toEqual([
      ['a@demo.com', true, true],
      ['b@demo.com', false, true],
    ]);
    desk.advance(1000);
    const second = number(identities[1]?.id);
    const primary = await desk.call('PUT', `${path}/identities/${second}/make_primary.json`, {});
    expect(primary.body).toMatchObject({ next_page: null, previous_page: null, count: 2 });
    expect(list(primary.body, 'identities').map((one) => [one.value, one.primary])).toEqual([
      ['b@demo.com', true],
      ['a@demo.com', false],
    ]);
    const found = await desk.call('GET', 'users/search.json?external_id=G123');
    expect(list(found.body, 'users').map((one) => one.email)).toEqual(['b@demo.com']);
  });

  it('deletes softly: the answer shows the user without e-mail and external id, which are free again', async () => {
    const desk = await openDesk();
    const made = await makeUser(desk, { name: 'John', email: 'a@demo.com', external_id: 'g123' });
    await desk.call('PUT', `users/${number(made.id)}/tags`, { tags: ['kept'] });
    const gone = await desk.call('DELETE', `users/${number(made.id)}.json`);
    expect(gone.status).toBe(200);
    expect(object(gone.body, 'user')).toMatchObject({
      email: null,
      external_id: null,
      verified: false,
      active: false,
      tags: ['kept'],
    });
    expect((await desk.call('GET', 'users/search.json?external_id=g123')).body).toEqual({
      users: [],
      next_page: null,
      previous_page: null,
      count: 0,
    });
    expect((await desk.call('GET', `users/${number(made.id)}`)).status).toBe(200);
    const again = await makeUser(desk, { name: 'John', email: 'a@demo.com', external_id: 'g123' });
    expect(again.id).not.toBe(made.id);
  });

  it('knows one e-mail once in the account, secondary identities included', async () => {
    const desk = await openDesk();
    const made = await makeUser(desk, { name: 'A', email: 'a@demo.com' });
    await desk.call('POST', `users/${number(made.id)}/identities`, {
      identity: { type: 'email', value: 'b@demo.com' },
    });
    const second = await desk.call('POST', 'users', { user: { name: 'B', email: 'B@demo.com' } });
    expect([second.status, object(second.body, 'details').email]).toEqual([
      422,
      [{ description: 'Email: B@demo.com is already being used by another user', error: 'DuplicateValue' }],
    ]);
    const other = await makeUser(desk, { name: 'C' });
    const identity = await desk.call('POST', `users/${number(other.id)}/identities`, {
      identity: { type: 'email', value: 'b@demo.com' },
    });
    expect(object(identity.body, 'details').value).toEqual([
      { description: 'Value: b@demo.com is already being used by another user', error: 'DuplicateValue' },
    ]);
  });

  it('speaks the language of the caller in details', async () => {
    const desk = await openDesk({ locale: 'es' });
    const refused = await desk.call('POST', 'users', { user: { name: '' } });
    expect(refused.body).toMatchObject({ error: 'RecordInvalid', description: 'Errores de validación de registro' });
  });

  it('gives a number that nobody else has an identity, else calls it shared', async () => {
    const desk = await openDesk();
    const first = await makeUser(desk, { name: 'A', phone: '+15551234567' });
    const second = await makeUser(desk, { name: 'B', phone: '+15551234567' });
    expect([first.shared_phone_number, second.shared_phone_number]).toEqual([false, true]);
    const identities = await desk.call('GET', `users/${number(first.id)}/identities?type[]=phone_number`);
    expect(list(identities.body, 'identities').map((one) => one.value)).toEqual(['+15551234567']);
  });

  it('wipes all other memberships when organization_id is written', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'seed', { organization: [{ name: 'A' }, { name: 'B' }, { name: 'C' }] });
    const [a, b, c] = list((await desk.call('GET', 'organizations')).body, 'organizations').map((one) =>
      number(one.id),
    );
    const user = await makeUser(desk, { name: 'U', organization_id: a ?? 0 });
    const path = `users/${number(user.id)}`;
    await desk.call('POST', 'organization_memberships', {
      organization_membership: { user_id: user.id ?? null, organization_id: b ?? 0 },
    });
    const two = list((await desk.call('GET', `${path}/organization_memberships`)).body, 'organization_memberships');
    expect(two.map((one) => [one.organization_id, one.default])).toEqual([
      [a, true],
      [b, null],
    ]);
    const double = await desk.call('POST', `${path}/organization_memberships`, {
      organization_membership: { organization_id: b ?? 0 },
    });
    expect(object(double.body, 'details').user_id).toEqual([
      { description: 'User has already been taken', error: 'DuplicateValue' },
    ]);
    await desk.call('PUT', path, { user: { organization_id: c ?? 0 } });
    const one = list((await desk.call('GET', `${path}/organization_memberships`)).body, 'organization_memberships');
    expect(one.map((each) => each.organization_id)).toEqual([c]);
  });

  it('takes one write of a single user per second, for the whole account', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'seed', { user: [{ name: 'A' }, { name: 'B' }] });
    const users = list((await desk.call('GET', 'users?role=end-user')).body, 'users').map((user) => number(user.id));
    const write = (id: number | undefined) => desk.call('PUT', `users/${id}`, { user: { notes: 'x' } });
    expect((await write(users[0])).status).toBe(200);
    expect((await write(users[1])).status).toBe(429);
    desk.advance(1000);
    expect((await write(users[1])).status).toBe(200);
  });

  it('reports a bulk upsert item by item', async () => {
    const desk = await openDesk();
    await makeUser(desk, { name: 'Old', external_id: 'sf:1' });
    await makeUser(desk, { name: 'Other', email: 'taken@demo.com', external_id: 'sf:9' });
    const done = await desk.finish(
      await desk.call('POST', 'users/create_or_update_many.json', {
        users: [
          { name: 'New name', external_id: 'SF:1' },
          { name: 'New', external_id: 'sf:2' },
          { name: 'Bad', external_id: 'sf:1', email: 'taken@demo.com' },
        ],
      }),
    );
    const results = list(done, 'results');
    expect(results.map((result) => result.status)).toEqual(['Updated', 'Created', 'Failed']);
    expect(results[2]).toMatchObject({
      index: 2,
      details: 'Email: taken@demo.com is already being used by another user',
    });
  });

  it('moves identities and memberships to the winner of a merge', async () => {
    const desk = await openDesk();
    const loser = await makeUser(desk, { name: 'L', email: 'l@demo.com' });
    const winner = await makeUser(desk, { name: 'W', email: 'w@demo.com' });
    const merged = await desk.call('PUT', `users/${number(loser.id)}/merge`, { user: { id: winner.id ?? null } });
    expect(object(merged.body, 'user')).toMatchObject({ id: winner.id ?? null, name: 'W', email: 'w@demo.com' });
    const identities = await desk.call('GET', `users/${number(winner.id)}/identities`);
    expect(list(identities.body, 'identities').map((one) => one.value)).toEqual(['w@demo.com', 'l@demo.com']);
    const after = object((await desk.call('GET', `users/${number(loser.id)}`)).body, 'user');
    expect(after).toMatchObject({ active: false, email: null });
  });

  it('maps a new verified user to the organization of the mail domain', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'seed', { organization: [{ name: 'Acme', domain_names: ['acme.com'] }] });
    const mapped = await makeUser(desk, { name: 'V', email: 'v@acme.com', verified: true });
    const unmapped = await makeUser(desk, { name: 'U', email: 'u@acme.com' });
    expect(mapped.organization_id).toEqual(expect.any(Number));
    expect(unmapped.organization_id).toBeNull();
  });

  it('answers unknown and impossible ids', async () => {
    const desk = await openDesk();
    const unknown = await desk.call('GET', 'users/9223372036854775807.json');
    expect([unknown.status, unknown.body]).toEqual([404, { error: 'RecordNotFound', description: 'Not found' }]);
    const wrong = await desk.call('GET', 'users/abc.json');
    expect([wrong.status, wrong.body]).toEqual([
      400,
      {
        error: {
          title: 'Invalid attribute',
          message: 'You passed an invalid value for the id attribute. must be an integer',
        },
      },
    ]);
  });

  it('creates fields with the defaults of the recordings and lists every key on every user', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'user_fields.json', {
      user_field: { key: 'k', title: 't', description: 'd' },
    });
    expect([made.status, object(made.body, 'user_field')]).toMatchObject([
      201,
      { type: 'text', position: 9999, active: true, system: false, regexp_for_validation: null },
    ]);
    await desk.call('POST', 'user_fields.json', { user_field: { key: 'since', type: 'date', title: 'Since' } });
    await desk.call('POST', 'user_fields.json', { user_field: { key: 'vip', type: 'checkbox', title: 'VIP' } });
    const user = object(
      (await desk.call('POST', 'users', { user: { name: 'U', user_fields: { since: '2020-08-19' } } })).body,
      'user',
    );
    expect(user.user_fields).toEqual({ k: null, since: '2020-08-19T00:00:00+00:00', vip: false });
    const again = await desk.call('POST', 'user_fields', { user_field: { key: 'k', title: 't' } });
    expect(object(again.body, 'details').key).toMatchObject([{ error: 'DuplicateValue' }]);
  });
});
