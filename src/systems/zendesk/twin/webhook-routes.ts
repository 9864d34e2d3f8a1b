import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { isObject, type JsonObject, listOf, textOf } from './json.ts';
import { wholeNumber } from './paging.ts';
import { badAttribute, badPage, Refusal } from './refusal.ts';
import { isoNanos } from './stamps.ts';
import { type Attempt, type Invocation, isConditional, testSecret, type Webhook } from './webhooks.ts';

/** Source: Zendesk, "Webhooks" (API reference). */
const hooks = { resource: 'webhooks', role: 'admin' } as const;

export const webhookRoutes: readonly Route[] = [
  { method: 'GET', path: 'webhooks', handle: list, ...hooks },
  { method: 'POST', path: 'webhooks', handle: create, ...hooks },
  { method: 'POST', path: 'webhooks/test', handle: test, ...hooks },
  { method: 'GET', path: 'webhooks/:id', handle: (call) => ok({ webhook: webhookBody(webhookOf(call)) }), ...hooks },
  { method: 'PUT', path: 'webhooks/:id', handle: update, ...hooks },
  { method: 'PATCH', path: 'webhooks/:id', handle: update, ...hooks },
  { method: 'DELETE', path: 'webhooks/:id', handle: destroy, ...hooks },
  { method: 'GET', path: 'webhooks/:id/signing_secret', handle: showSecret, ...hooks },
  { method: 'POST', path: 'webhooks/:id/signing_secret', handle: resetSecret, ...hooks },
  { method: 'GET', path: 'webhooks/:id/invocations', handle: invocations, ...hooks },
  { method: 'GET', path: 'webhooks/:id/invocations/:invocation/attempts', handle: attempts, ...hooks },
];

function webhookOf(call: Call): Webhook {
  return must(call.account.webhooks.webhooks.get(call.params.id ?? ''));
}

/** Secrets are never shown. */
function webhookBody(webhook: Webhook): JsonObject {
  const { authentication } = webhook;
  const login: JsonObject =
    authentication === null ? {} : { authentication: { ...authentication, data: withoutSecrets(authentication.data) } };
  return {
    id: webhook.id,
    name: webhook.name,
    ...(webhook.description === null ? {} : { description: webhook.description }),
    status: webhook.status,
    subscriptions: webhook.subscriptions,
    created_at: webhook.createdAt,
    created_by: webhook.createdBy,
    ...(webhook.updatedAt === null ? {} : { updated_at: webhook.updatedAt, updated_by: webhook.updatedBy }),
    endpoint: webhook.endpoint,
    http_method: webhook.httpMethod,
    request_format: webhook.requestFormat,
    ...login,
    ...(webhook.customHeaders === null ? {} : { custom_headers: webhook.customHeaders }),
  };
}

function withoutSecrets(data: JsonObject[string] | undefined): JsonObject {
  if (!isObject(data)) return {};
  const secret = new Set(['token', 'password', 'value']);
  return Object.fromEntries(Object.entries(data).filter(([name]) => !secret.has(name)));
}

const largestPage = 100;

/** A page of one list: the cursor is the last id with the order, base64; links are there only while something is left. */
function list(call: Call): Answer {
  const part = call.query.get('filter[name_contains]') ?? '';
  const status = call.query.get('filter[status]');
  const all = [...call.account.webhooks.webhooks.values()]
    .filter((one) => one.name.includes(part) && (status === null || one.status === status))
    .reverse();
  const size = Math.min(largestPage, wholeNumber(call.query.get('page[size]'), 'page[size]') ?? largestPage);
  const cursor = call.query.get('page[after]');
  const after =
    cursor === null
      ? null
      : Buffer.from(cursor, 'base64')
          .toString('utf8')
          .replace(/,desc$/, '');
  const start = after === null ? 0 : all.findIndex((one) => one.id === after) + 1;
  if (after !== null && start === 0) throw badPage('InvalidPaginationParameter', 'page[after] is not valid');
  const shown = all.slice(start, start + size);
  const last = shown.at(-1);
  if (last === undefined || start + size >= all.length) {
    return ok({ webhooks: shown.map(webhookBody), meta: { has_more: false } });
  }
  const next = Buffer.from(`${last.id},desc`).toString('base64');
  const { protocol, hostname, port } = new URL(call.base);
  const host = `${protocol}//${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
  return ok({
    webhooks: shown.map(webhookBody),
    links: { prev: null, next: `${host}/api/v2/webhooks?page[after]=${next}&page[size]=${size}` },
    meta: { has_more: true, after_cursor: next, before_cursor: null },
  });
}

function readWebhook(body: JsonObject, before: Webhook): Webhook {
  const endpoint = textOf(body.endpoint) ?? before.endpoint;
  if (!URL.canParse(endpoint)) throw webhookRefusal('Endpoint is not a valid URL');
  const given = listOf(body.subscriptions)?.map((one) => textOf(one) ?? '');
  const subscriptions = given ?? before.subscriptions;
  const isMixed = subscriptions.includes('conditional_ticket_events') && subscriptions.length > 1;
  if (isMixed) throw webhookRefusal('Subscriptions cannot mix conditional ticket events with other events');
  const method = textOf(body.http_method) ?? before.httpMethod;
  const format = textOf(body.request_format) ?? before.requestFormat;
  const isEvents = subscriptions.length > 0 && !subscriptions.includes('conditional_ticket_events');
  if (isEvents && (method !== 'POST' || format !== 'json')) {
    throw webhookRefusal('Event subscriptions need the method POST and the format json');
  }
  if (!['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) throw webhookRefusal('Http method is not valid');
  const name = textOf(body.name) ?? before.name;
  if (name === '') throw webhookRefusal('Name cannot be blank');
  return {
    ...before,
    name,
    description: textOf(body.description) ?? before.description,
    status: body.status === 'inactive' ? 'inactive' : body.status === 'active' ? 'active' : before.status,
    subscriptions,
    endpoint,
    httpMethod: method,
    requestFormat: format,
    authentication: isObject(body.authentication) ? body.authentication : before.authentication,
    customHeaders: isObject(body.custom_headers) ? body.custom_headers : before.customHeaders,
  };
}

function webhookRefusal(title: string): Refusal {
  return new Refusal(400, { errors: [{ code: 'InvalidWebhook', title }] });
}

function blank(call: Call): Webhook {
  return {
    id: call.account.newUlid(),
    name: '',
    description: null,
    status: 'active',
    subscriptions: [],
    endpoint: '',
    httpMethod: 'POST',
    requestFormat: 'json',
    authentication: null,
    customHeaders: null,
    secret: newSecret(call),
    createdAt: isoNanos(call.account.nowMs, call.account.chance.between(0, 999_999)),
    createdBy: String(call.doer.user.id),
    updatedAt: null,
    updatedBy: null,
  };
}

function newSecret(call: Call): string {
  return Buffer.from(call.account.chance.text(48)).toString('base64');
}

function create(call: Call): Answer {
  const clone = call.query.get('clone_webhook_id');
  const source = clone === null ? undefined : must(call.account.webhooks.webhooks.get(clone));
  const fresh = blank(call);
  const { id, secret, createdAt, createdBy } = fresh;
  const body = source === undefined ? call.wrapped('webhook') : {};
  const start =
    source === undefined ? fresh : { ...source, id, secret, createdAt, createdBy, updatedAt: null, updatedBy: null };
  const webhook = readWebhook(body, start);
  call.account.webhooks.webhooks.set(webhook.id, webhook);
  return created({ webhook: webhookBody(webhook) }, `${call.base}/api/v2/webhooks/${webhook.id}`);
}

/** What it is subscribed to stays what it was. */
function update(call: Call): Answer {
  const before = webhookOf(call);
  const { subscriptions: _, ...body } = call.wrapped('webhook');
  const after = readWebhook(body, before);
  const updatedAt = isoNanos(call.account.nowMs, call.account.chance.between(0, 999_999));
  call.account.webhooks.webhooks.set(after.id, { ...after, updatedAt, updatedBy: String(call.doer.user.id) });
  return nothing;
}

function destroy(call: Call): Answer {
  const webhook = webhookOf(call);
  const isUsed = isConditional(webhook) && call.account.triggers.usesWebhook(webhook.id);
  if (isUsed && call.account.switches.deleteUsedWebhook === 'refuse') {
    throw webhookRefusal('Webhook is used by a trigger');
  }
  call.account.webhooks.webhooks.delete(webhook.id);
  return nothing;
}

function showSecret(call: Call): Answer {
  return ok({ signing_secret: { secret: webhookOf(call).secret, algorithm: 'SHA256' } });
}

function resetSecret(call: Call): Answer {
  const after = { ...webhookOf(call), secret: newSecret(call) };
  call.account.webhooks.webhooks.set(after.id, after);
  return ok({ signing_secret: { secret: after.secret, algorithm: 'SHA256' } }, 201);
}

/** Sends what the body describes, signed by the webhook's secret or, before there is one, by the documented one. */
async function test(call: Call): Promise<Answer> {
  const request = isObject(call.body.request) ? call.body.request : {};
  const known = call.account.webhooks.webhooks.get(call.query.get('webhook_id') ?? '');
  const start = known ?? { ...blank(call), name: 'test', secret: testSecret };
  const webhook = readWebhook(request, start);
  try {
    const response = await call.account.webhooks.test(webhook, textOf(request.payload) ?? '{}');
    const headers = [...response.headers].map(([key, value]) => ({ key, value }));
    return ok({ response: { headers, status_code: response.status, payload: await response.text() } });
  } catch {
    throw badAttribute('endpoint', 'could not be reached');
  }
}

function invocationBody(one: Invocation): JsonObject {
  return { id: one.id, status_code: one.statusCode, status: one.status, latest_completed_at: one.completedAt };
}

function invocations(call: Call): Answer {
  const { id } = webhookOf(call);
  const all = [...call.account.webhooks.invocations.values()].filter((one) => one.webhookId === id).reverse();
  return ok({ invocations: all.map(invocationBody), meta: { has_more: false } });
}

function attemptBody({ id, at, status, request, response }: Attempt): JsonObject {
  const headers = Object.entries(request.headers).map(([key, value]) => ({ key, value }));
  return {
    id,
    completed_at: at,
    status,
    request: { headers, payload: request.payload },
    response: response === null ? null : { status_code: response.statusCode, payload: response.payload },
  };
}

function attempts(call: Call): Answer {
  const invocation = must(call.account.webhooks.invocations.get(call.params.invocation ?? ''));
  return ok({ attempts: invocation.attempts.map(attemptBody), meta: { has_more: false } });
}
