import { describe, expect, it } from 'vitest';
import { list, number, object, openDesk, text } from './testing.ts';

describe('organizations', () => {
  it('shows a new organization as the recordings do', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'organizations.json', { organization: { name: 'X' } });
    expect(made.status).toBe(201);
    const organization = object(made.body, 'organization');
    expect(made.headers.get('location')).toBe(organization.url);
    expect(organization).toEqual({
      url: `https://acme.zendesk.com/api/v2/organizations/${number(organization.id)}.json`,
      id: organization.id,
      name: 'X',
      shared_tickets: false,
      shared_comments: false,
      external_id: null,
      created_at: '2026-11-20T08:30:00Z',
      updated_at: '2026-11-20T08:30:00Z',
      domain_names: [],
      details: null,
      notes: null,
      group_id: null,
      tags: [],
      organization_fields: {},
    });
    expect(number(organization.id)).toBeGreaterThan(2 ** 32);
  });

  it('refuses a second organization of the same name, whatever its case', async () => {
    const desk = await openDesk();
    await desk.call('POST', 'organizations', { organization: { name: 'Acme' } });
    const second = await desk.call('POST', 'organizations', { organization: { name: 'ACME' } });
    expect(second.status).toBe(422);
    expect(second.body).toEqual({
      error: 'RecordInvalid',
      description: 'Record validation errors',
      details: { name: [{ description: 'Name: ACME has already been taken', error: 'DuplicateValue' }] },
    });
  });

  it('lets two calls close together both create one name when the race is switched on', async () => {
    const desk = await openDesk({ organizationNameRaceMs: 1000 });
    const first = await desk.call('POST', 'organizations', { organization: { name: 'Acme' } });
    const second = await desk.call('POST', 'organizations', { organization: { name: 'Acme' } });
    desk.advance(5000);
    const third = await desk.call('POST', 'organizations', { organization: { name: 'Acme' } });
    expect([first.status, second.status, third.status]).toEqual([201, 201, 422]);
    const found = await desk.call('GET', 'organizations/search.json?name=acme');
    expect(found.body.count).toBe(2);
  });

  it('keeps external ids unique without case and finds by them at once', async () => {
    const desk = await openDesk();
    await desk.call('POST', 'organizations', { organization: { name: 'A', external_id: 'ian1' } });
    const second = await desk.call('POST', 'organizations', { organization: { name: 'B', external_id: 'IAN1' } });
    expect(second.status).toBe(422);
    const found = await desk.call('GET', 'organizations/search.json?external_id=IAN1');
    expect(list(found.body, 'organizations').map((one) => one.name)).toEqual(['A']);
  });

  it('creates or updates by external id and never by name', async () => {
    const desk = await openDesk();
    const body = { organization: { name: 'Acme', external_id: 'sf:1' } };
    const made = await desk.call('POST', 'organizations/create_or_update', body);
    desk.advance(1000);
    const renamed = await desk.call('POST', 'organizations/create_or_update', {
      organization: { name: 'Acme Inc', external_id: 'SF:1' },
    });
    const other = await desk.call('POST', 'organizations/create_or_update', { organization: { name: 'acme inc' } });
    expect([made.status, renamed.status, other.status]).toEqual([201, 200, 422]);
    expect(object(renamed.body, 'organization')).toMatchObject({
      id: object(made.body, 'organization').id ?? null,
      name: 'Acme Inc',
      external_id: 'SF:1',
      updated_at: '2026-11-20T08:30:01Z',
    });
  });

  it('names what it ignores', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'organizations', {
      organization: { name: 'A', foo: 1, organization_fields: { nowhere: 'x' } },
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('x-zendesk-api-warn')).toBe(
      '{:allowed_parameters=>{:controller=>"organizations", :action=>"create", :unpermitted_keys=>["organization.foo", "organization.organization_fields.nowhere"], :invalid_values=>[]}}',
    );
  });

  it('leaves the stamp alone when nothing changes', async () => {
    const desk = await openDesk();
    const made = await desk.call('POST', 'organizations', { organization: { name: 'A', tags: ['x'] } });
    desk.advance(5000);
    const id = number(object(made.body, 'organization').id);
    const same = await desk.call('PUT', `organizations/${id}`, { organization: { name: 'A', tags: ['x'] } });
    expect(object(same.body, 'organization').updated_at).toBe('2026-11-20T08:30:00Z');
  });

  it('keeps the members of a deleted organization, who lose it a little later', async () => {
    const desk = await openDesk();
    const organization = object(
      (await desk.call('POST', 'organizations', { organization: { name: 'A' } })).body,
      'organization',
    );
    const user = object(
      (await desk.call('POST', 'users', { user: { name: 'U', organization_id: organization.id ?? null } })).body,
      'user',
    );
    const gone = await desk.call('DELETE', `organizations/${number(organization.id)}.json`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    const seen = async () => object((await desk.call('GET', `users/${number(user.id)}`)).body, 'user').organization_id;
    expect(await seen()).toBe(organization.id);
    desk.advance(10_000);
    expect(await seen()).toBeNull();
    expect((await desk.call('GET', `organizations/${number(organization.id)}`)).body).toEqual({
      error: 'RecordNotFound',
      description: 'Not found',
    });
  });

  it('moves members and domains to the winner of a merge', async () => {
    const desk = await openDesk();
    const make = async (name: string, domain: string) =>
      object(
        (await desk.call('POST', 'organizations', { organization: { name, domain_names: [domain] } })).body,
        'organization',
      );
    const loser = await make('Loser', 'loser.com');
    const winner = await make('Winner', 'winner.com');
    const user = object(
      (await desk.call('POST', 'users', { user: { name: 'U', organization_id: loser.id ?? null } })).body,
      'user',
    );
    const merge = await desk.call('POST', `organizations/${number(loser.id)}/merge`, {
      organization_merge: { winner_id: winner.id ?? null },
    });
    expect(object(merge.body, 'organization_merge').status).toBe('new');
    desk.advance(15_000);
    const ulid = text(object(merge.body, 'organization_merge').id);
    const later = await desk.call('GET', `organization_merges/${ulid}`);
    expect(object(later.body, 'organization_merge').status).toBe('complete');
    const after = object((await desk.call('GET', `organizations/${number(winner.id)}`)).body, 'organization');
    expect(after.domain_names).toEqual(['winner.com', 'loser.com']);
    expect(object((await desk.call('GET', `users/${number(user.id)}`)).body, 'user').organization_id).toBe(winner.id);
  });

  it('writes the option of a drop-down as a tag, and takes the old tag away', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'schema', {
      organization: {
        fields: [
          {
            key: 'industry',
            type: 'dropdown',
            title: 'Industry',
            custom_field_options: [
              { name: 'Banking', value: 'banking' },
              { name: 'Energy', value: 'energy' },
            ],
          },
          { key: 'vip', type: 'checkbox', title: 'VIP', tag: 'is_vip' },
        ],
      },
    });
    const made = object(
      (
        await desk.call('POST', 'organizations', {
          organization: { name: 'A', tags: ['x'], organization_fields: { industry: 'banking', vip: true } },
        })
      ).body,
      'organization',
    );
    expect(made.tags).toEqual(['x', 'banking', 'is_vip']);
    expect(made.organization_fields).toEqual({ industry: 'banking', vip: true });
    const path = `organizations/${number(made.id)}`;
    const changed = await desk.call('PUT', path, { organization: { organization_fields: { industry: 'energy' } } });
    expect(object(changed.body, 'organization').tags).toEqual(['x', 'is_vip', 'energy']);
    const emptied = await desk.call('PUT', path, { organization: { organization_fields: { industry: null } } });
    expect(object(emptied.body, 'organization').tags).toEqual(['x', 'is_vip']);
  });

  it('adds, sets and removes tags', async () => {
    const desk = await openDesk();
    const made = object(
      (await desk.call('POST', 'organizations', { organization: { name: 'A', tags: ['a'] } })).body,
      'organization',
    );
    const path = `organizations/${number(made.id)}/tags.json`;
    expect((await desk.call('PUT', path, { tags: ['B', 'c'] })).body).toEqual({ tags: ['a', 'b', 'c'] });
    expect((await desk.call('DELETE', path, { tags: ['a'] })).body).toEqual({ tags: ['b', 'c'] });
    expect((await desk.call('POST', path, { tags: ['z'] })).body).toEqual({ tags: ['z'] });
  });

  it('answers an update beyond five a minute with 429', async () => {
    const desk = await openDesk();
    const made = object(
      (await desk.call('POST', 'organizations', { organization: { name: 'A' } })).body,
      'organization',
    );
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const reply = await desk.call('PUT', `organizations/${number(made.id)}`, { organization: { notes: `${i}` } });
      statuses.push(reply.status);
      if (reply.status === 429) {
        expect(reply.body).toEqual({ errors: [{ code: 'TooManyRequests', title: 'Too many requests to update' }] });
        expect(reply.headers.get('retry-after')).toBe('60');
      }
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('jobs', () => {
  it('creates many: queued, then completed with results that name no index', async () => {
    const desk = await openDesk();
    const names = Array.from({ length: 100 }, (_, i) => ({ name: `Org ${i}` }));
    const queued = await desk.call('POST', 'organizations/create_many.json', { organizations: names });
    expect(queued.status).toBe(200);
    const job = object(queued.body, 'job_status');
    expect(job).toMatchObject({ total: 100, progress: null, status: 'queued', message: null, results: null });
    expect(job.id).toMatch(/^V3-[0-9a-f]{32}$/);
    const none = await desk.call('GET', 'organizations/count');
    expect(object(none.body, 'count').value).toBe(0);
    const done = await desk.finish(queued);
    expect(done).toMatchObject({ progress: 100, status: 'completed' });
    expect(done.message).toMatch(/^Completed at 2026-11-20 08:30:\d\d \+0000$/);
    const results = list(done, 'results');
    expect(results.every((result) => Object.keys(result).join() === 'status,id')).toBe(true);
    const ids = results.map((result) => number(result.id));
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
  });

  it('refuses 101 members', async () => {
    const desk = await openDesk();
    const names = Array.from({ length: 101 }, (_, i) => ({ name: `Org ${i}` }));
    const refused = await desk.call('POST', 'organizations/create_many.json', { organizations: names });
    expect([refused.status, refused.body]).toEqual([
      400,
      { error: 'TooManyValues', description: 'Parameter  cannot specify more than 100 values', max_count: 100 },
    ]);
  });

  it('completes although items failed: one name for many organizations', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'seed', { organization: [{ name: 'A' }, { name: 'B' }, { name: 'X' }] });
    const all = list((await desk.call('GET', 'organizations')).body, 'organizations');
    const ids = all.slice(0, 2).map((one) => number(one.id));
    const job = await desk.call('PUT', `organizations/update_many.json?ids=${ids.join()}`, {
      organization: { name: 'X' },
    });
    const done = await desk.finish(job);
    expect(done.results).toEqual(
      ids.map((id, index) => ({
        index,
        error: 'OrganizationUpdateFailed',
        id,
        details: 'Name:  X has already been taken',
      })),
    );
  });

  it('makes records appear while it works, with stamps of that moment', async () => {
    const desk = await openDesk({ jobMs: 10_000 });
    const names = Array.from({ length: 50 }, (_, i) => ({ name: `Org ${i}` }));
    await desk.call('POST', 'organizations/create_many.json', { organizations: names });
    desk.advance(7000);
    const seen = list((await desk.call('GET', 'organizations')).body, 'organizations');
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.length).toBeLessThan(50);
    expect(text(seen[0]?.created_at) < text(seen.at(-1)?.created_at)).toBe(true);
  });

  it('runs at most thirty at a time, and forgets a job after a day', async () => {
    const desk = await openDesk();
    const start = (i: number) =>
      desk.call('POST', 'organizations/create_many.json', { organizations: [{ name: `N${i}` }] });
    const first = await start(0);
    for (let i = 1; i < 30; i++) expect((await start(i)).status).toBe(200);
    const refused = await start(30);
    expect([refused.status, refused.body.error]).toEqual([429, 'TooManyJobs']);
    desk.advance(10_000);
    expect((await start(31)).status).toBe(200);
    const path = `job_statuses/${text(object(first.body, 'job_status').id)}`;
    expect((await desk.call('GET', path)).status).toBe(200);
    desk.advance(25 * 3_600_000);
    expect((await desk.call('GET', path)).status).toBe(404);
  });

  it('fails the items for which somebody planted a refusal', async () => {
    const desk = await openDesk();
    await desk.control('POST', 'faults', {
      match: { method: 'POST', path: '/organizations/create_many' },
      do: 'refuse',
      body: { error: 'Planted', details: 'no' },
      times: 1,
    });
    const organizations = [{ name: 'A' }, { name: 'B' }];
    const done = await desk.finish(await desk.call('POST', 'organizations/create_many.json', { organizations }));
    expect(list(done, 'results').filter((result) => result.error === 'Planted')).toEqual([
      { index: 0, error: 'Planted', details: 'no' },
    ]);
  });
});
