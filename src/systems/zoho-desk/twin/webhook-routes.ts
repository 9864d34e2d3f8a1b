import { onlyMembers } from './body.ts';
import { type Answer, type Call, done, listed, ok, type Route } from './call.ts';
import { isJsonList, type Json, type JsonObject, member, textOf } from './json.ts';
import type { Portal } from './portal.ts';
import { flaw, invalidData, notFound, notLicensed, Refusal, unprocessable } from './refusal.ts';
import { plans } from './settings.ts';
import { iso } from './stamps.ts';
import { readSubscriptions, subscriptionsBody } from './subscriptions.ts';
import type { Webhook } from './webhooks.ts';

/** Source: Zoho Desk's OpenAPI file Webhook.json. */
const scopes = (verb: string): readonly (readonly string[])[] => [
  [`Desk.events.${verb}`, `Desk.settings.${verb}`, `Desk.webhooks.${verb}`],
];
const one = 'webhooks/:id';

export const webhookRoutes: readonly Route[] = [
  { method: 'GET', path: 'webhooks', scopes: scopes('READ'), weight: () => 3, handle: list },
  { method: 'POST', path: 'webhooks', scopes: scopes('CREATE'), body: 'json', handle: create },
  { method: 'GET', path: one, scopes: scopes('READ'), handle: (call) => ok(webhookBody(call.portal, webhookOf(call))) },
  { method: 'PATCH', path: one, scopes: scopes('UPDATE'), body: 'json', handle: update },
  { method: 'DELETE', path: one, scopes: scopes('DELETE'), handle: remove },
];

const mostConfigured = 20;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function webhookBody(portal: Portal, webhook: Webhook): JsonObject {
  const { id, url, name, description, subscriptions, includeEventsFrom, ignoreSourceId, isEnabled } = webhook;
  return {
    ...{ id, url, name, description, includeEventsFrom, ignoreSourceId, isEnabled },
    subscriptions: subscriptionsBody(subscriptions),
    type: 'CUSTOMER_WEBHOOK',
    createdBy: portal.agents[0].id,
    createdTime: iso(webhook.createdMs),
    modifiedTime: iso(webhook.modifiedMs),
  };
}

function list({ portal }: Call): Answer {
  return listed([...portal.webhooks.all.values()].map((webhook) => webhookBody(portal, webhook)));
}

function webhookOf(call: Call): Webhook {
  const found = call.portal.webhooks.all.get(call.param());
  if (found === undefined) throw notFound();
  return found;
}

async function create(call: Call): Promise<Answer> {
  const { portal } = call;
  const blank = { subscriptions: {}, name: null, description: null, includeEventsFrom: [], ignoreSourceId: null };
  const stamps = { createdMs: portal.stampMs, modifiedMs: portal.stampMs };
  const wanted = changed(call, { ...blank, ...stamps, id: portal.ids.next(), url: '', isEnabled: true });
  if (member(call.body, 'url') === undefined) throw invalidData([flaw('/url', 'missing')]);
  if (member(call.body, 'subscriptions') === undefined) throw invalidData([flaw('/subscriptions', 'missing')]);
  checkRoom(portal, wanted);
  await checkReachable(portal, wanted.url);
  portal.webhooks.all.set(wanted.id, wanted);
  return ok(webhookBody(portal, wanted));
}

async function update(call: Call): Promise<Answer> {
  const { portal } = call;
  const before = webhookOf(call);
  const after = { ...changed(call, before), modifiedMs: portal.stampMs };
  if (after.isEnabled && !before.isEnabled) checkRoom(portal, after);
  if (after.url !== before.url) await checkReachable(portal, after.url);
  portal.webhooks.all.set(after.id, after);
  return ok(webhookBody(portal, after));
}

function remove(call: Call): Answer {
  call.portal.webhooks.all.delete(webhookOf(call).id);
  return done;
}

/** The webhook with what the body changes, each member checked. */
function changed({ body }: Call, before: Webhook): Webhook {
  onlyMembers(body, [
    ...['url', 'subscriptions', 'name', 'description', 'includeEventsFrom', 'ignoreSourceId', 'isEnabled'],
  ]);
  const text = (name: 'url' | 'name' | 'description' | 'ignoreSourceId', fits: (value: string) => boolean) => {
    const given: Json | undefined = member(body, name);
    if (given === undefined) return before[name];
    if (given === null && name !== 'url') return null;
    const value = textOf(given);
    if (value === null || !fits(value)) throw invalidData([flaw(`/${name}`, 'invalid')]);
    return value;
  };
  const isEnabled = member(body, 'isEnabled') ?? before.isEnabled;
  if (typeof isEnabled !== 'boolean') throw invalidData([flaw('/isEnabled', 'invalid')]);
  const from = member(body, 'includeEventsFrom') ?? before.includeEventsFrom;
  if (!isJsonList(from) || !from.every((source) => source === 'AUTOMATION'))
    throw invalidData([flaw('/includeEventsFrom', 'invalid')]);
  const wishes = member(body, 'subscriptions');
  return {
    ...before,
    url: text('url', (value) => value.length <= 500 && /^https?:\/\//.test(value) && URL.canParse(value)) ?? before.url,
    name: text('name', (value) => value.length <= 100 && /^[\p{L}\p{N} ]+$/u.test(value)),
    description: text('description', (value) => value.length <= 3_000),
    ignoreSourceId: text('ignoreSourceId', (value) => uuid.test(value)),
    includeEventsFrom: from.map(String),
    isEnabled,
    subscriptions: wishes === undefined ? before.subscriptions : readSubscriptions(wishes),
  };
}

/** How many may be enabled follows from the edition; how many may exist does not. */
function checkRoom(portal: Portal, wanted: Webhook): void {
  const { limits, plan } = portal.switches;
  if (limits.off) return;
  const others = [...portal.webhooks.all.values()].filter(({ id }) => id !== wanted.id);
  const most = limits.webhooks ?? plans[plan].webhooks;
  if (most === 0) throw notLicensed('webhooks', plans[plan].edition, most);
  const enabled = others.filter(({ isEnabled }) => isEnabled).length;
  if (others.length < mostConfigured && (!wanted.isEnabled || enabled < most)) return;
  const message = 'The maximum number of webhooks has been reached.';
  throw new Refusal(422, { errorCode: 'MAX_COUNT_EXCEEDED', message });
}

/** The vendor asks the address first. */
async function checkReachable(portal: Portal, url: string): Promise<void> {
  if (!(await portal.webhooks.isReachable(url)))
    throw unprocessable('The URL of the webhook did not answer the validation request with 200 OK.');
}
