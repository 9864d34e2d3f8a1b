import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journey, newJourney, type Row } from './harness.ts';
import {
  cases,
  configure,
  doctor,
  endpoint,
  hookRows,
  live,
  pairName,
  pairs,
  prepared,
  subjects,
  write,
} from './testing/hooking.ts';

/** The pair at Zendesk, as people change it there: what the doctor says of it, and what it mends. */
let journey: Journey;

beforeEach(async () => {
  journey = await newJourney();
  await prepared(journey);
});
afterEach(() => journey.close());

const said = async (options: Parameters<typeof doctor>[1] = {}) => hookRows(await doctor(journey, options));
const repair = 'Run `syncline doctor --repair`.';

async function trigger(): Promise<Row> {
  const [one] = (await pairs(journey)).triggers;
  if (one === undefined) throw new Error('no trigger');
  return one;
}

const changeTrigger = async (fields: Row) =>
  journey.callZendesk('PUT', `triggers/${String((await trigger()).id)}`, { trigger: fields });
const changeWebhook = async (fields: Row) =>
  journey.callZendesk('PATCH', `webhooks/${String((await pairs(journey)).webhooks[0]?.id)}`, { webhook: fields });

const fine = {
  check: 'support: trigger',
  ok: true,
  found: 'Zendesk calls for every change of a ticket.',
  fix: '',
};

describe('the doctor', () => {
  it('says that nothing was set up yet, sets it up, and is content from then on', async () => {
    const never = 'Run `syncline doctor --install trigger`, or start the service.';
    expect(await said()).toEqual([
      {
        check: 'support: webhook',
        ok: false,
        found: 'Zendesk does not call this Syncline for the sync "cases": no webhook was ever set up.',
        fix: never,
      },
    ]);
    expect(await said({ install: 'trigger' })).toEqual([fine]);
    const before = await pairs(journey);
    expect(await said({ install: 'trigger' })).toEqual([fine]);
    expect(await said({ repair: true })).toEqual([fine]);
    expect(await said()).toEqual([fine]);
    expect(await pairs(journey)).toEqual(before);
  });

  it('says that changes are found by polling where there is no public address, and what would be needed', async () => {
    await configure(journey, {}, null);
    const set = expect.stringMatching(/^Set server\.publicUrl/);
    expect(await said()).toEqual([
      { check: 'webhooks', ok: true, found: 'No public address is set: changes are found by polling.', fix: set },
    ]);
    expect(await said({ install: 'trigger' })).toMatchObject([{ check: 'webhooks', ok: false, fix: set }]);
  });

  it('says that a public address leads nowhere, where Zendesk cannot reach it', async () => {
    await journey.configure(
      {},
      {
        connections: { sales: {}, support: { url: 'https://acme.zendesk.com:5002' } },
        server: { publicUrl: 'http://localhost:4000' },
        syncs: { cases: cases() },
      },
    );
    expect(await said()).toContainEqual({
      check: 'webhooks',
      ok: false,
      found: 'server.publicUrl is http://localhost:4000, which only this machine can reach.',
      fix: 'Set it to an https address that leads here from the internet, by a proxy that passes on /hooks.',
    });
  });

  const edits: readonly (readonly [string, () => Promise<unknown>, string, RegExp])[] = [
    [
      'a renamed trigger',
      () => changeTrigger({ title: 'Cases' }),
      'trigger',
      /^The trigger was renamed: it is called "Cases"\.$/,
    ],
    [
      'an inactive trigger',
      () => changeTrigger({ active: false }),
      'trigger',
      /^The trigger is inactive: it tells of no ticket\.$/,
    ],
    [
      'an edited body',
      async () =>
        changeTrigger({
          actions: [
            {
              field: 'notification_webhook',
              value: [(await pairs(journey)).webhooks[0]?.id, '{"ticket": {{ticket.id}}}'],
            },
          ],
        }),
      'trigger',
      /^The body that the trigger sends was edited: it is \{"ticket": \{\{ticket\.id\}\}\} instead of \{"ticket_id": \{\{ticket\.id\}\}, "salesforce_org_id": "00D\w{15}"\}\.$/,
    ],
    [
      'a trigger without its action',
      () => changeTrigger({ actions: [{ field: 'priority', value: 'high' }] }),
      'trigger',
      /^The body that the trigger sends was edited: it is empty instead/,
    ],
    [
      'a deleted trigger',
      async () => journey.callZendesk('DELETE', `triggers/${String((await trigger()).id)}`, {}),
      'trigger',
      /^There is no trigger any more that uses the webhook of this Syncline\.$/,
    ],
    [
      'a renamed webhook',
      () => changeWebhook({ name: 'Hook' }),
      'webhook',
      /^The webhook was renamed: it is called "Hook"\.$/,
    ],
    [
      'an inactive webhook',
      () => changeWebhook({ status: 'inactive' }),
      'webhook',
      /^The webhook is inactive: it calls nobody\.$/,
    ],
    [
      'a webhook that sends a form',
      () => changeWebhook({ request_format: 'form_encoded' }),
      'webhook',
      /^The webhook sends POST form_encoded, and not POST json\.$/,
    ],
    [
      'a signing secret that was reset',
      async () =>
        journey.callZendesk('POST', `webhooks/${String((await pairs(journey)).webhooks[0]?.id)}/signing_secret`, {}),
      'webhook',
      /^The signing secret of the webhook is another one than the one that is kept here/,
    ],
  ];
  it.each(edits)('finds %s, mends it when told to, and cases are written again', async (_, edit, part, found) => {
    await said({ install: 'trigger' });
    await edit();
    expect(await said()).toContainEqual({
      check: `support: ${part}`,
      ok: false,
      found: expect.stringMatching(found),
      fix: repair,
    });
    expect(await said({ repair: true })).toEqual([fine]);
    const after = await pairs(journey);
    expect([after.webhooks, after.triggers].map((each) => each.length)).toEqual([1, 1]);
    expect(after.triggers[0]).toMatchObject({ title: pairName, active: true });
    await live(journey, async ({ until }) => {
      await write(journey, 'after the repair');
      await until(async () => (await subjects(journey)).includes('after the repair'));
    });
  });

  it('finds a deleted webhook, and makes another one that the same trigger calls', async () => {
    await said({ install: 'trigger' });
    const before = await endpoint(journey);
    await journey.control('support', 'PUT', 'settings', { deleteUsedWebhook: 'ok' });
    await journey.callZendesk('DELETE', `webhooks/${String((await pairs(journey)).webhooks[0]?.id)}`, {});
    expect((await said()).map(({ found }) => found)).toEqual([
      'There is no webhook any more that calls this Syncline.',
    ]);
    expect(await said({ repair: true })).toEqual([fine]);
    const { webhooks, triggers } = await pairs(journey);
    expect(webhooks).toMatchObject([{ endpoint: before }]);
    expect(triggers).toMatchObject([{ actions: [{ value: [webhooks[0]?.id, expect.any(String)] }] }]);
  });

  it('leaves what else a person has the trigger do', async () => {
    await said({ install: 'trigger' });
    const { actions } = await trigger();
    await changeTrigger({
      title: 'Cases',
      actions: [{ field: 'current_tags', value: 'told' }, ...(Array.isArray(actions) ? actions : [])],
    });
    await said({ repair: true });
    expect(await trigger()).toMatchObject({
      title: pairName,
      actions: [{ field: 'current_tags' }, { field: 'notification_webhook' }],
    });
  });

  it('does not change back by itself what a person has edited, and the log says so', async () => {
    await live(journey, async () => {});
    await changeTrigger({ title: 'Cases' });
    await live(journey, async () => {});
    expect(await trigger()).toMatchObject({ title: 'Cases' });
    expect(journey.world.lines).toContainEqual({
      level: 'warn',
      message: 'webhooks do not work as they should',
      details: expect.objectContaining({ check: 'trigger', found: 'The trigger was renamed: it is called "Cases".' }),
    });
  });

  it('shows edited conditions beside the filter, and how to take them over or put back the filter', async () => {
    await configure(journey, {
      filter: { desk: { all: [{ field: 'priority', op: 'is', value: ['high', 'urgent'] }] } },
    });
    const [content] = await said({ install: 'trigger' });
    expect(content).toMatchObject({
      ok: true,
      found: 'Zendesk calls for every change of a ticket that meets any of: priority is high, priority is urgent.',
    });
    await changeTrigger({ conditions: { all: [{ field: 'status', operator: 'is_not', value: 'closed' }], any: [] } });
    expect(await said()).toEqual([
      {
        check: 'support: trigger',
        ok: false,
        found:
          "The conditions of the trigger are not those of the sync. In Zendesk: all of: status is_not closed. The sync's filter: any of: priority is high, priority is urgent.",
        fix: 'To take them over, write `filter: { desk: { all: [{ field: status, op: is-not, value: closed }] } }` into the sync; to put back what the sync says, run `syncline doctor --repair`.',
      },
    ]);
    await configure(journey, { filter: { desk: { all: [{ field: 'status', op: 'is-not', value: 'closed' }] } } });
    expect(await said()).toMatchObject([{ ok: true }]);
    await configure(journey, { filter: { desk: { any: [{ field: 'tags', op: 'is', value: 'vip' }] } } });
    expect(await said({ repair: true })).toMatchObject([{ ok: true }]);
    expect(await trigger()).toMatchObject({
      conditions: { all: [], any: [{ field: 'current_tags', operator: 'includes', value: 'vip' }] },
    });
  });

  it('says what of a filter a trigger cannot say; then it tells more, which is filtered here', async () => {
    await configure(journey, { filter: { desk: { all: [{ field: 'subject', op: 'contains', value: 'fire' }] } } });
    const [row] = await said({ install: 'trigger' });
    expect(row?.found).toContain(
      'A trigger cannot say what the filter says of subject: it tells more, which is filtered here.',
    );
    await live(journey, async ({ settle, until }) => {
      await write(journey, 'all is well');
      await write(journey, 'fire on the roof');
      await until(async () => (await subjects(journey)).length > 0);
      await settle();
      expect(await subjects(journey)).toEqual(['fire on the roof']);
    });
  });

  it('leaves the vendor’s own pair alone, and says that two integrations write the same cases', async () => {
    await said({ install: 'trigger' });
    const { actions } = await trigger();
    const body = String(Reflect.get(Object(Array.isArray(actions) ? actions[0] : null), 'value')?.[1]);
    const theirs = async (org: string, title = pairName) => {
      const webhook = {
        name: title,
        endpoint: `https://vendor.example/hooks/${org}`,
        http_method: 'POST',
        request_format: 'json',
        status: 'active',
        subscriptions: ['conditional_ticket_events'],
      };
      const made = await journey.callZendesk('POST', 'webhooks', { webhook });
      const id = Reflect.get(Object(Reflect.get(Object(made), 'webhook')), 'id');
      const value = [id, body.replace(/00D\w{15}/, org)];
      const all = [{ field: 'status', operator: 'is', value: 'open' }];
      await journey.callZendesk('POST', 'triggers', {
        trigger: { title, conditions: { all }, actions: [{ field: 'notification_webhook', value }] },
      });
    };
    const org = /00D\w{15}/.exec(body)?.[0] ?? '';
    await theirs('00D000000000000AAA');
    await theirs(org, 'Something else');
    expect(await said()).toEqual([fine]);
    await theirs(org.slice(0, 15));
    const before = await pairs(journey);
    expect(await said({ repair: true })).toEqual([
      fine,
      {
        check: 'support: two integrations',
        ok: false,
        found: `Two integrations write the same cases: another "${pairName}" calls vendor.example for the Salesforce org ${org}.`,
        fix: 'Switch one of the two off: the other trigger in Zendesk, or this sync.',
      },
    ]);
    expect(await pairs(journey)).toEqual(before);
  });

  it('takes over its own pair where all that was kept is lost, or the public address has changed', async () => {
    await said({ install: 'trigger' });
    const before = await pairs(journey);
    await journey.loseDatabase();
    expect(await said({ install: 'trigger' })).toEqual([fine]);
    const after = await pairs(journey);
    expect(after.webhooks.map(({ id }) => id)).toEqual(before.webhooks.map(({ id }) => id));
    expect(after.triggers).toHaveLength(1);
    expect(after.webhooks[0]?.endpoint).not.toBe(before.webhooks[0]?.endpoint);
    await configure(journey, {}, { publicUrl: 'http://127.0.0.1:4001/syncline' });
    expect((await said()).map(({ found }) => found)).toEqual([
      'The webhook calls an earlier address of this Syncline.',
    ]);
    expect(await said({ repair: true })).toEqual([fine]);
    expect(await endpoint(journey)).toMatch(/^http:\/\/127\.0\.0\.1:4001\/syncline\/hooks\/support\//);
  });

  it('says why where Zendesk does not let it', async () => {
    const match = { method: 'POST', path: '/webhooks$' };
    const body = { error: { title: 'Forbidden', message: 'You do not have access to this page.' } };
    await journey.control('support', 'POST', 'faults', { match, do: 'status', status: 403, body });
    expect(await said({ install: 'trigger' })).toMatchObject([
      {
        check: 'support: webhook',
        ok: false,
        found: expect.stringContaining('You do not have access'),
        fix: expect.stringContaining('manage triggers'),
      },
    ]);
    await live(journey, async () => {});
    expect(journey.world.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'webhooks could not be set up: changes are found by polling' }),
    );
  });
});
