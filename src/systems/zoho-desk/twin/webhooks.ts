import { type Json, type JsonObject, sameJson } from './json.ts';
import type { Kind } from './kinds.ts';
import type { Portal } from './portal.ts';
import type { DeskRecord, Doer } from './records.ts';
import { recordBody } from './rows.ts';
import { createSigningKey, type SigningKey } from './signing-key.ts';
import { iso } from './stamps.ts';
import type { Subscription } from './subscriptions.ts';

/**
 * Webhooks and their delivery: a POST whose body is a list of events, with a signed token in a header (the body itself is not signed).
 * 200 within five seconds is an acknowledgement, 410 ends the subscription, anything else is tried again. What one call caused goes out
 * together once the call is over; one webhook's deliveries keep their order as long as nothing fails.
 * Source: Zoho Desk, "Webhook" (WebhookDocument), OpenAPI file Webhook.json.
 */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly subscriptions: Readonly<Record<string, Subscription>>;
  readonly includeEventsFrom: readonly string[];
  /** Calls that carry this UUID cause no event here. */
  readonly ignoreSourceId: string | null;
  readonly isEnabled: boolean;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

interface Happening {
  readonly event: string;
  readonly departmentId: Json | undefined;
  readonly payload: () => JsonObject;
  readonly previous: (() => JsonObject) | null;
  /** Whether any of these fields changed. */
  readonly isChanged: (fields: readonly string[]) => boolean;
  readonly direction: string | null;
}

const atOnce = 50;

export class WebhookBook {
  readonly all = new Map<string, Webhook>();
  readonly #portal: Portal;
  readonly #pending = new Map<string, JsonObject[]>();
  /** What each webhook is still being told. */
  readonly #lines = new Map<string, Promise<void>>();
  #key: SigningKey | null = null;

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  /** Made when it is first needed: it takes a moment. */
  get #signingKey(): SigningKey {
    this.#key ??= createSigningKey(this.#portal.chance.fork('signing key'));
    return this.#key;
  }

  get publicKey(): JsonObject {
    return this.#signingKey.publicJwk;
  }

  /** Something happened to a record. */
  announce(verb: 'Add' | 'Update' | 'Delete', kind: Kind, before: DeskRecord | null, after: DeskRecord, doer: Doer) {
    const isGone = verb === 'Delete' && this.#portal.switches.deletePayload === 'id';
    this.#note(doer, {
      event: `${kind.event}_${verb}`,
      departmentId: after.values.departmentId,
      payload: () => (isGone ? { id: after.id } : recordBody(this.#portal, kind, after)),
      previous: before === null ? null : () => recordBody(this.#portal, kind, before),
      isChanged: (fields) =>
        fields.some(
          (name) => !sameJson(before?.values[name], after.values[name]) || before?.cf[name] !== after.cf[name],
        ),
      direction: null,
    });
  }

  announceComment(verb: 'Add' | 'Update', ticket: DeskRecord, comment: JsonObject, doer: Doer): void {
    this.#noteOn(ticket, `Ticket_Comment_${verb}`, comment, null, doer);
  }

  announceThread(ticket: DeskRecord, thread: JsonObject, direction: string, doer: Doer): void {
    this.#noteOn(ticket, 'Ticket_Thread_Add', thread, direction, doer);
  }

  #noteOn(ticket: DeskRecord, event: string, said: JsonObject, direction: string | null, doer: Doer): void {
    this.#note(doer, {
      event,
      departmentId: ticket.values.departmentId,
      payload: () => ({ ...said, ticketId: ticket.id }),
      previous: null,
      isChanged: () => true,
      direction,
    });
  }

  #note(doer: Doer, happening: Happening): void {
    for (const webhook of this.all.values()) {
      const wish = webhook.subscriptions[happening.event];
      if (!webhook.isEnabled || wish === undefined || !isWanted(wish, happening)) continue;
      if (doer.sourceId !== null && doer.sourceId === webhook.ignoreSourceId) continue;
      const list = this.#pending.get(webhook.id) ?? [];
      list.push(this.#told(wish, happening));
      this.#pending.set(webhook.id, list);
    }
  }

  #told(wish: Subscription, { event, payload, previous }: Happening): JsonObject {
    const { nowMs, orgId, switches } = this.#portal;
    return {
      eventType: event,
      payload: payload(),
      ...(wish.includePrevState && previous !== null ? { prevState: previous() } : {}),
      eventTime: switches.webhook.eventTime === 'ms' ? String(nowMs) : iso(nowMs),
      orgId,
    };
  }

  /** Sends what was announced since the last time. Nobody waits for it: it runs beside the answer to whoever caused it. */
  flush(): void {
    const { chance, switches } = this.#portal;
    for (const [id, events] of this.#pending) {
      for (let at = 0; at < events.length; at += atOnce) {
        const body = JSON.stringify(events.slice(at, at + atOnce));
        if (chance.happens(switches.webhook.loseRate)) continue;
        if (chance.happens(switches.webhook.duplicateRate)) this.#send(id, body);
        this.#send(id, body);
      }
    }
    this.#pending.clear();
  }

  #send(id: string, body: string): void {
    const { chance, switches } = this.#portal;
    const isLate = chance.happens(switches.webhook.reorder);
    const waitMs = isLate ? chance.between(100, 5_000) : 0;
    const before = isLate ? Promise.resolve() : (this.#lines.get(id) ?? Promise.resolve());
    const line = before
      .then(() => this.#first(id, body, waitMs))
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.#portal.world.log.error('the Zoho Desk twin could not deliver a webhook', { message });
      });
    if (!isLate) this.#lines.set(id, line);
  }

  /** The first try keeps the line waiting; further ones do not. */
  async #first(id: string, body: string, waitMs: number): Promise<void> {
    if (waitMs > 0) await this.#portal.world.sleep(waitMs);
    if ((await this.#try(id, body)) !== 'again') return;
    this.#again(id, body).catch(() => undefined);
  }

  async #again(id: string, body: string): Promise<void> {
    const { retries, retryDelayMs } = this.#portal.switches.webhook;
    for (let left = retries; left > 0; left--) {
      await this.#portal.world.sleep(retryDelayMs);
      if ((await this.#try(id, body)) !== 'again') return;
    }
  }

  async #try(id: string, body: string): Promise<'over' | 'again'> {
    const webhook = this.all.get(id);
    if (webhook === undefined || !webhook.isEnabled) return 'over';
    const headers = { 'content-type': 'application/json', 'x-zdesk-jwt': this.#token(webhook) };
    const status = await this.#ask(new Request(webhook.url, { method: 'POST', headers, body }));
    if (status === 410) this.all.delete(id);
    return status === 200 || status === 410 ? 'over' : 'again';
  }

  #token({ id }: Webhook): string {
    const { nowMs, orgId, switches } = this.#portal;
    const now = switches.webhook.tokenTimes === 's' ? Math.floor(nowMs / 1_000) : nowMs;
    const lives = switches.webhook.tokenTimes === 's' ? 300 : 300_000;
    return this.#signingKey.signToken({ iss: `orgId:${orgId}`, aud: `webhookId:${id}`, iat: now, exp: now + lives });
  }

  /** Whether somebody answers 200 at the address: asked by GET, then by POST. */
  async isReachable(url: string): Promise<boolean> {
    if ((await this.#ask(new Request(url))) === 200) return true;
    const headers = { 'content-type': 'application/json' };
    return (await this.#ask(new Request(url, { method: 'POST', headers, body: '[]' }))) === 200;
  }

  /** null: no answer in time. */
  async #ask(request: Request): Promise<number | null> {
    const { world, switches } = this.#portal;
    const over = new AbortController();
    const late = world.sleep(switches.webhook.timeoutMs, over.signal).then(() => null);
    const answered = world
      .fetch(new Request(request, { signal: over.signal }))
      .then(async (response) => {
        await response.arrayBuffer();
        return response.status;
      })
      .catch(() => null);
    const status = await Promise.race([answered, late]);
    over.abort();
    return status;
  }
}

function isWanted(wish: Subscription, { departmentId, isChanged, direction }: Happening): boolean {
  if (wish.departmentIds !== null && !wish.departmentIds.includes(String(departmentId))) return false;
  if (wish.fields !== null && !isChanged(wish.fields)) return false;
  return wish.direction === null || wish.direction === direction;
}
