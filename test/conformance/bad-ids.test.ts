import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/twins/json.ts';
import { expectVendorLike, openDesk, openOrg } from './bench.ts';

/** Ids, keys and dates that are none, wherever an address or a record has room for one. */
describe('an id that is none', () => {
  const ids = [
    'x',
    '1',
    '%27',
    '0014S000003RYA',
    '0014S000003RYACQA5',
    '0014S000003RYACQA4X',
    '-1',
    '%F0%9F%8E%89',
    'a'.repeat(2_000),
    '..',
    '%2e%2e',
    '{id}',
    'null',
    'undefined',
    '__proto__',
    'constructor',
  ];

  it.each(ids)('is answered as by Salesforce: %s', async (id) => {
    const org = await openOrg({ commitDelayMs: 0, limits: { off: true } });
    const before = await org.control('GET', 'records');
    for (const path of [
      `/sobjects/Account/${id}`,
      `/sobjects/${id}`,
      `/sobjects/${id}/describe`,
      `/sobjects/Account/Id/${id}`,
      `/sobjects/Account/${id}/x`,
      `/jobs/ingest/${id}`,
      `/jobs/ingest/${id}/failedResults`,
      `/jobs/query/${id}/results`,
      `/query/${id}`,
      `/composite/sobjects/${id}?ids=${id}&fields=${id}`,
      `/sobjects/Account/updated?start=${id}&end=${id}`,
      `/limits/recordCount?sObjects=${id}`,
      `/sobjects/Account/0014S000003RYACQA4?fields=${id}`,
    ]) {
      for (const method of ['GET', 'PATCH', 'DELETE'])
        expectVendorLike(
          org,
          await org.rest(method, path, method === 'PATCH' ? { Name: 'A', state: 'Aborted' } : undefined),
        );
    }
    expect(await org.control('GET', 'records')).toEqual(before);
    expectVendorLike(org, await org.rest('DELETE', `/composite/sobjects?ids=${id},${id}`));
    expectVendorLike(
      org,
      await org.rest('POST', '/sobjects/Contact', {
        LastName: 'A',
        AccountId: decodeURIComponent(id),
        Account: { Id: decodeURIComponent(id) },
      }),
    );
  });

  it.each([...ids, '9'.repeat(400), '1e3', '0x1', '1.0', ' 1', '1,2', '18446744073709551616'])(
    'is answered as by Zendesk: %s',
    async (id) => {
      const desk = await openDesk({ limits: { off: true } });
      const paths = [
        'users/ID',
        'users/ID/identities',
        'users/ID/identities/ID',
        'users/ID/tags',
        'users/ID/related',
        'organizations/ID',
        'organizations/ID/users',
        'tickets/ID',
        'tickets/ID/comments',
        'tickets/ID/audits',
        'tickets/ID/metrics',
        'job_statuses/ID',
        'user_fields/ID',
        'ticket_fields/ID/options/ID',
        'webhooks/ID',
        'webhooks/ID/invocations/ID/attempts',
        'triggers/ID',
        'organization_memberships/ID',
        'deleted_tickets/ID',
        'deleted_users/ID',
        'custom_objects/ID/records/ID',
        'organization_merges/ID',
        'users/show_many?ids=ID',
        'organizations/show_many?external_ids=ID',
        'tickets/show_many?ids=ID',
        'job_statuses/show_many?ids=ID',
        'users/search?external_id=ID',
        'tickets?external_id=ID',
        'groups/ID/users',
        'uploads/ID',
      ];
      for (const path of paths)
        for (const method of ['GET', 'PUT', 'DELETE'])
          expectVendorLike(
            desk,
            await desk.call(
              method,
              path.replaceAll('ID', id),
              method === 'PUT' ? { user: {}, ticket: {}, organization: {}, identity: {} } : undefined,
            ),
          );
      const value: Json = decodeURIComponent(id);
      for (const [path, body] of [
        [
          'tickets',
          {
            ticket: {
              comment: { body: 'b', author_id: value },
              requester_id: value,
              assignee_id: value,
              organization_id: value,
              custom_fields: [{ id: value, value }],
            },
          },
        ],
        ['users', { user: { name: 'A', organization_id: value, user_fields: { [value]: value } } }],
        ['organization_memberships', { organization_membership: { user_id: value, organization_id: value } }],
        ['tickets/1/merge', { ids: [value] }],
      ] as const)
        expectVendorLike(desk, await desk.call('POST', path, body));
    },
  );
});
