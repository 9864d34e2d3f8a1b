import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from './settings.ts';
import { list, number, object, openDesk } from './testing.ts';

describe('the control surface of this twin', () => {
  it.each([
    ['PUT', 'seed', { organisation: [{ name: 'A' }] }, 'no object organisation; there are organization, user, ticket'],
    ['PUT', 'seed', { organization: [{ name: 'A' }, {}] }, 'organization 1: '],
    ['PUT', 'seed', { identity: [{}] }, 'identity cannot be seeded'],
    ['PUT', 'seed', { user: [{ name: 'A', created_at: 'noon' }] }, 'created_at: a time such as'],
    [
      'PUT',
      'schema',
      { group: { fields: [] } },
      'group has no fields to be changed; organization, user and ticket have',
    ],
    ['PUT', 'schema', { user: { field: [] } }, 'give {"fields": [a field in the vendor’s shape, …]} and nothing else'],
    ['PUT', 'schema', { user: { fields: [{ title: 'T', key: 'k', type: 'color' }] } }, 'Type: color is not included'],
    ['PUT', 'settings', { plan: 'gold' }, 'plan: '],
    ['PUT', 'settings', { limits: { requestPerMinute: 1 } }, 'requestPerMinute'],
    ['PUT', 'settings', { jobMs: -1 }, 'jobMs: '],
    ['PATCH', 'records/organization/1', { name: 'B' }, 'there is no organization 1'],
    ['PATCH', 'records/organization/1', { nane: 'B' }, 'organization has no nane; it has id, name'],
    ['DELETE', 'records/identity/1', undefined, 'identity cannot be removed here'],
    ['POST', 'records/user/1/fly', {}, 'user has no action fly; there is merge'],
    ['POST', 'events', { gap: 'UPDATE' }, 'zendesk has no event stream'],
  ])('says what would be right: %s %s %j', async (method, path, body, said) => {
    const desk = await openDesk();
    const written = JSON.stringify(said).slice(1, -1);
    await expect(desk.control(method, path, body)).rejects.toThrow(written);
  });

  it('does what a person can: merge two users, bring a ticket back', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'seed', {
      user: [
        { name: 'W', email: 'w@demo.com' },
        { name: 'L', email: 'l@demo.com' },
      ],
      ticket: [{ subject: 'S' }],
    });
    const users = list((await desk.call('GET', 'users?role=end-user')).body, 'users').map((user) => number(user.id));
    const [winner = 0, loser = 0] = users;
    await desk.control('POST', `records/user/${loser}/merge`, { into: winner });
    expect(object((await desk.call('GET', `users/${loser}`)).body, 'user').active).toBe(false);
    const identities = list((await desk.call('GET', `users/${winner}/identities`)).body, 'identities');
    expect(identities.map((identity) => identity.value)).toEqual(['w@demo.com', 'l@demo.com']);
    await desk.control('DELETE', 'records/ticket/1');
    expect((await desk.call('GET', 'tickets/1')).status).toBe(404);
    await desk.control('POST', 'records/ticket/1/restore', {});
    expect((await desk.call('GET', 'tickets/1')).status).toBe(200);
  });

  it('has no switch that the README does not explain', async () => {
    const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
    const switches = Object.keys(defaultSettings);
    expect(switches.length).toBeGreaterThan(35);
    expect(switches.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('counts records without drawing them', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'seed', { organization: [{ name: 'A' }, { name: 'B' }] });
    expect(await desk.control('GET', 'records')).toMatchObject({
      organization: 2,
      user: 2,
      ticket: 0,
      group: 1,
      identity: 2,
    });
  });
});
