import { createHmac } from 'node:crypto';
import type { Account } from './account.ts';
import { isObject, type JsonObject, textOf } from './json.ts';
import { isoNanos } from './stamps.ts';
import { type Announcement, accountId, announcementsOf } from './webhook-events.ts';

/**
 * Webhooks, and how they are delivered: at least once, in no promised order, signed, tried again for some failures, and lost while the
 * circuit is broken. Source: Zendesk, "Webhooks" (API reference), "Verifying webhook authenticity", "Anatomy of a webhook request".
 */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: 'active' | 'inactive';
  readonly subscriptions: readonly string[];
  readonly endpoint: string;
  readonly httpMethod: string;
  readonly requestFormat: string;
  readonly authentication: JsonObject | null;
  readonly customHeaders: JsonObject | null;
  readonly secret: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
}

export interface Attempt {
  readonly id: string;
  readonly at: string;
  readonly status: string;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly payload: string };
  readonly response: { readonly statusCode: number; readonly payload: string } | null;
}

export interface Invocation {
  readonly id: string;
  readonly webhookId: string;
  readonly atMs: number;
  status: string;
  statusCode: number | null;
  completedAt: string | null;
  readonly attempts: Attempt[];
}

/** Signs test requests before a webhook has a secret of its own. Public, documented by the vendor. */
export const testSecret = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';

/** base64(HMAC-SHA256(secret as it is written, timestamp + body)). */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(timestamp).update(body).digest('base64');
}

const keptMs = 7 * 86_400_000;

export class WebhookBook {
  readonly webhooks = new Map<string, Webhook>();
  readonly invocations = new Map<string, Invocation>();
  readonly #account: Account;
  readonly #history = new Map<string, { readonly atMs: number; readonly isError: boolean }[]>();
  readonly #brokenUntilMs = new Map<string, number>();

  constructor(account: Account) {
    this.#account = account;
    account.onChange((change, doer) => {
      if (this.hasSubscribers) this.announce(announcementsOf(account, change, doer));
    });
  }

  /** False: nobody listens to events, so none need be made. */
  get hasSubscribers(): boolean {
    for (const webhook of this.webhooks.values()) {
      if (webhook.status === 'active' && !isConditional(webhook)) return true;
    }
    return false;
  }

  fireFromTrigger(webhookId: string, body: string): void {
    const webhook = this.webhooks.get(webhookId);
    if (webhook?.status === 'active') this.#fire(webhook, body);
  }

  announce(announcements: readonly Announcement[]): void {
    for (const { type, body } of announcements) {
      for (const webhook of this.webhooks.values()) {
        if (webhook.status === 'active' && webhook.subscriptions.includes(`zen:event-type:${type}`)) {
          this.#fire(webhook, JSON.stringify(body(), null, 2));
        }
      }
    }
  }

  /** One request without an invocation, for the test button. */
  async test(webhook: Webhook, body: string): Promise<Response> {
    return this.#account.world.fetch(this.#request(webhook, body, this.#account.newUlid(), null));
  }

  #fire(webhook: Webhook, body: string): void {
    const account = this.#account;
    const invocation: Invocation = {
      id: account.newUlid(),
      webhookId: webhook.id,
      atMs: account.clockMs(),
      status: 'accepted',
      statusCode: null,
      completedAt: null,
      attempts: [],
    };
    this.invocations.set(invocation.id, invocation);
    this.#forget();
    const { duplicateRate, reorder } = account.switches.webhook;
    const copies = account.chance.happens(duplicateRate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const waitMs = account.chance.happens(reorder) ? account.chance.between(100, 5000) : 0;
      this.#track(this.#deliver(webhook, body, invocation, waitMs));
    }
  }

  /** Nobody waits for a delivery: it runs beside the answer to whoever caused it. */
  #track(work: Promise<void>): void {
    work.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.#account.world.log.error('the Zendesk twin could not deliver a webhook', { message });
    });
  }

  async #deliver(webhook: Webhook, body: string, invocation: Invocation, waitMs: number): Promise<void> {
    const account = this.#account;
    const settings = account.switches.webhook;
    if (waitMs > 0) await account.world.sleep(waitMs);
    const left = { 409: settings.retry[409], limit: settings.retry['429/503'], timeout: settings.retry.timeout };
    for (;;) {
      if ((this.#brokenUntilMs.get(webhook.id) ?? 0) > account.clockMs()) {
        this.#complete(invocation, 'circuit broken', null);
        return;
      }
      const tried = await this.#attempt(webhook, body, invocation);
      this.#count(webhook.id, tried.status !== 'success');
      this.#complete(invocation, tried.status, tried.code);
      if (tried.status === 'timeout' && left.timeout-- > 0) await account.world.sleep(settings.retryDelayMs);
      else if (tried.code === 409 && left[409]-- > 0) await account.world.sleep(settings.retryDelayMs);
      else if (tried.retryAfterS !== null && tried.retryAfterS < 60 && left.limit-- > 0) {
        await account.world.sleep(tried.retryAfterS * 1000);
      } else return;
    }
  }

  async #attempt(
    webhook: Webhook,
    body: string,
    invocation: Invocation,
  ): Promise<{ readonly status: string; readonly code: number | null; readonly retryAfterS: number | null }> {
    const { world, switches } = this.#account;
    const gone = new AbortController();
    const request = this.#request(webhook, body, invocation.id, gone.signal);
    const headers = Object.fromEntries(request.headers);
    const timeOut = world.sleep(switches.webhook.timeoutMs, gone.signal).then(() => 'timeout' as const);
    // The body is read before the signal ends the request: an answer counts once it is there as a whole.
    const answering = world.fetch(request).then(
      async (response) => ({ response, payload: await response.text() }),
      () => 'failed' as const,
    );
    const outcome = await Promise.race([answering.catch(() => 'failed' as const), timeOut]);
    gone.abort();
    const record = (status: string, response: Attempt['response']): void => {
      const at = isoNanos(this.#account.clockMs(), 0);
      const sent = { headers, payload: body };
      invocation.attempts.push({ id: this.#account.newUlid(), at, status, request: sent, response });
    };
    if (typeof outcome === 'string') {
      record(outcome, null);
      return { status: outcome, code: null, retryAfterS: null };
    }
    const { response, payload } = outcome;
    const status = statusName(response.status);
    record(status, { statusCode: response.status, payload: payload.slice(0, 2000) });
    const isLimit = response.status === 429 || response.status === 503;
    const after = isLimit ? response.headers.get('retry-after') : null;
    return { status, code: response.status, retryAfterS: after === null ? null : Number(after) };
  }

  #request(webhook: Webhook, body: string, invocationId: string, signal: AbortSignal | null): Request {
    const timestamp = `${new Date(this.#account.clockMs()).toISOString().slice(0, 19)}Z`;
    const hasBody = webhook.httpMethod !== 'GET' && webhook.httpMethod !== 'DELETE';
    const headers = new Headers(
      Object.entries(webhook.customHeaders ?? {}).map(([name, value]): [string, string] => [name, textOf(value) ?? '']),
    );
    headers.set('x-zendesk-webhook-signature', signatureOf(webhook.secret, timestamp, hasBody ? body : ''));
    headers.set('x-zendesk-webhook-signature-timestamp', timestamp);
    headers.set('x-zendesk-account-id', String(accountId));
    headers.set('x-zendesk-webhook-id', webhook.id);
    headers.set('x-zendesk-webhook-invocation-id', invocationId);
    headers.set('user-agent', 'Zendesk Webhook');
    const type = webhook.requestFormat === 'form_encoded' ? 'application/x-www-form-urlencoded' : 'application/json';
    if (hasBody) headers.set('content-type', `${type}; charset=utf-8`);
    for (const [name, value] of loginHeaders(webhook.authentication)) headers.set(name, value);
    return new Request(webhook.endpoint, {
      method: webhook.httpMethod,
      headers,
      ...(hasBody ? { body } : {}),
      ...(signal === null ? {} : { signal }),
    });
  }

  /** Too many errors of late, or too many in all: what comes meanwhile is lost. */
  #count(webhookId: string, isError: boolean): void {
    const { ratio, errors, windowS, pauseMs, atLeast } = this.#account.switches.webhook.breaker;
    const nowMs = this.#account.clockMs();
    const recent = (this.#history.get(webhookId) ?? []).filter((one) => one.atMs > nowMs - windowS * 1000);
    recent.push({ atMs: nowMs, isError });
    this.#history.set(webhookId, recent);
    const failed = recent.filter((one) => one.isError).length;
    const isTooMuch = failed > errors || (recent.length >= atLeast && failed / recent.length > ratio);
    if (isTooMuch) this.#brokenUntilMs.set(webhookId, nowMs + pauseMs);
  }

  #complete(invocation: Invocation, status: string, code: number | null): void {
    invocation.status = status;
    invocation.statusCode = code;
    invocation.completedAt = isoNanos(this.#account.clockMs(), 0);
  }

  #forget(): void {
    for (const [id, { atMs }] of this.invocations) {
      if (atMs + keptMs > this.#account.clockMs()) return;
      this.invocations.delete(id);
    }
  }
}

export function isConditional(webhook: Webhook): boolean {
  return webhook.subscriptions.includes('conditional_ticket_events');
}

/** 403 means that the receiver does not want it: no further try, and a name of its own. */
function statusName(code: number): string {
  if (code >= 200 && code < 300) return 'success';
  if (code === 403) return 'terminated';
  if (code === 429) return 'throttled';
  return code >= 500 ? 'server error' : code >= 400 ? 'client error' : 'failed';
}

function loginHeaders(authentication: JsonObject | null): readonly (readonly [string, string])[] {
  const data = isObject(authentication?.data) ? authentication.data : {};
  const text = (name: string): string => textOf(data[name]) ?? '';
  switch (authentication?.type) {
    case 'bearer_token':
      return [['authorization', `Bearer ${text('token')}`]];
    case 'basic_auth':
      return [['authorization', `Basic ${Buffer.from(`${text('username')}:${text('password')}`).toString('base64')}`]];
    case 'api_key':
      return text('name') === '' ? [] : [[text('name'), text('value')]];
    default:
      return [];
  }
}
