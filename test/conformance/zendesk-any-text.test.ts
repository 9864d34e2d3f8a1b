import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Json } from '../../src/twins/json.ts';
import { at, expectVendorLike, openDesk } from './bench.ts';

/**
 * Hypothesis: no statement, envelope, message, file or rule that can be made of a vendor's own words, in whatever order, makes its twin
 * fail; and what the twin's language has by itself (constructor, __proto__) is nothing to it.
 */
const seeded = { seed: 20_261_120 };
const own = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
const joined = (words: readonly string[], most: number, glue = ' '): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...words), { maxLength: most }).map((all) => all.join(glue));

describe('Zendesk answers any', () => {
  it('trigger, and every ticket that meets it', async () => {
    const value = fc.constantFrom<Json>(
      null,
      '',
      'x',
      1,
      'open',
      'solved',
      'closed',
      'requester_id',
      'current_user',
      ['01H', '{{ticket.title}} {{constructor}} {{ticket.requester.custom_fields.__proto__}} {{'],
      [],
      {},
      true,
      '-1',
      ...own,
    );
    const name = fc.constantFrom<Json>(
      'status',
      'update_type',
      'current_tags',
      'organization_id',
      'assignee_id',
      'priority',
      'custom_fields_1',
      'comment_is_public',
      'set_tags',
      'remove_tags',
      'notification_webhook',
      'notification_user',
      'group_id',
      'type',
      7,
      null,
      ...own,
    );
    const operator = fc.constantFrom<Json>(
      'is',
      'is_not',
      'less_than',
      'greater_than',
      'changed',
      'not_changed',
      'value_previous',
      'includes',
      'not_includes',
      'present',
      null,
      ...own,
    );
    const condition = fc.record({ field: name, operator, value });
    const rule = fc.record({
      title: fc.constantFrom<Json>('T', '', 1),
      all: fc.array(condition, { maxLength: 2 }),
      any: fc.array(condition, { maxLength: 2 }),
      actions: fc.array(fc.record({ field: name, value }), { maxLength: 3 }),
    });
    const ticket = fc.dictionary(
      fc.constantFrom(
        'subject',
        'status',
        'priority',
        'type',
        'tags',
        'assignee_id',
        'group_id',
        'comment',
        'custom_fields',
        'external_id',
        'due_at',
        'requester',
        'email_ccs',
        'followers',
        ...own,
      ),
      value,
    );
    await fc.assert(
      fc.asyncProperty(rule, ticket, async (trigger, change) => {
        const desk = await openDesk({ limits: { off: true } });
        expectVendorLike(desk, await desk.call('POST', 'triggers', { trigger }));
        const made = await desk.call('POST', 'tickets', { ticket: { subject: 'S', comment: { body: 'b' } } });
        expectVendorLike(desk, made);
        expectVendorLike(
          desk,
          await desk.call('PUT', `tickets/${String(at(made.body, 'ticket.id'))}`, { ticket: change }),
        );
        desk.advance(5 * 86_400_000);
        for (const path of ['tickets', 'ticket_events', 'ticket_metric_events'])
          expectVendorLike(desk, await desk.call('GET', `incremental/${path}.json?start_time=0`));
      }),
      { numRuns: 250, ...seeded },
    );
  });

  it('search', async () => {
    const desk = await openDesk({ limits: { off: true }, searchLagMs: 0 });
    await desk.call('POST', 'user_fields', { user_field: { key: 'plan', type: 'text', title: 'Plan' } });
    await desk.seed('user', {
      name: 'Ada (B) [c]',
      email: 'ada@demo.example',
      tags: ['x'],
      user_fields: { plan: 'gold' },
    });
    await desk.seed('ticket', { subject: 'Ada', tags: ['x'] });
    const query = joined(
      [
        'type:user',
        'type:ticket',
        'ada',
        '-',
        '"',
        ':',
        '>',
        '<=',
        'created',
        'created>2026',
        'updated<4hours',
        'status<solved',
        'tags:x',
        'plan:g*',
        '*',
        '(',
        '[',
        '\\',
        'external_id:',
        'custom_field_1:x',
        'fieldvalue:x',
        '-tags:x',
        'constructor:x',
        '__proto__:x',
        'requester:me',
        'assignee:none',
        'priority>low',
        '🎉',
      ],
      6,
    );
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const words = encodeURIComponent(text);
        for (const path of [
          `search?query=${words}`,
          `search/count?query=${words}`,
          `search/export?query=${words}&filter[type]=ticket`,
          `users/search?query=${words}`,
          `users/autocomplete?name=${words}`,
        ])
          expectVendorLike(desk, await desk.call('GET', path));
      }),
      { numRuns: 200, ...seeded },
    );
  });
});
