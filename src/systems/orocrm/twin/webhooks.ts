import { createHmac } from 'node:crypto';
import type { JsonObject } from '../../../twins/json.ts';
import { Drawer } from './document.ts';
import type { Change, Office } from './office.ts';
import { parseQuery } from './query.ts';
import { isAtLeast, type ResourceType } from './resource.ts';
import type { OroRecord } from './shelf.ts';
import { iso, toSeconds } from './times.ts';

/**
 * Webhooks (7.0): one request per change and subscriber, sent by the message queue: late, in no promised order, tried again for some
 * answers, and dropped for good where the receiver says 410. Source: OroPlatform, IntegrationBundle, API resources of webhooks.
 */
const retried: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Hex of HMAC-SHA256 over the body. */
export function signatureOf(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** The word for one record of a type: `cases` → `case`. */
export function aliasOf(type: string): string {
  return type.replace(/ies$/, 'y').replace(/s$/, '');
}

export class WebhookBook {
  readonly #office: Office;
  /** Where no request says by which address the twin is reached. */
  readonly #base = 'https://twin.orocrm.example/api';

  constructor(office: Office) {
    this.#office = office;
    office.onChange((change) => this.#announce(change));
  }

  /** The topics are those of the types that the switches flag. */
  listTopics(): void {
    const office = this.#office;
    const shelf = office.shelf('webhooktopics');
    for (const { id } of [...shelf.rows.values()]) shelf.remove(id);
    for (const name of office.switches.webhook.types) {
      for (const event of ['created', 'updated', 'deleted']) {
        const id = `${aliasOf(name)}.${event}`;
        const label = `${aliasOf(name)} ${event}`;
        shelf.put({ id, created: office.now, updated: office.now, values: { label }, refs: {}, hidden: false });
      }
    }
  }

  #announce({ type, before, after }: Change): void {
    const office = this.#office;
    const { webhook, version, queue } = office.switches;
    const record = after ?? before;
    if (record === undefined || queue === 'stalled' || !webhook.types.includes(type.name)) return;
    if (!isAtLeast(version, '7.0')) return;
    const event = before === undefined ? 'created' : after === undefined ? 'deleted' : 'updated';
    const topic = `${aliasOf(type.name)}.${event}`;
    for (const hook of [...office.shelf('webhooks').rows.values()]) {
      const wanted = hook.refs.topic;
      if (hook.values.enabled !== true || (wanted !== topic && wanted !== `${topic}.${record.id}`)) continue;
      const eventData = this.#dataOf(type, record, event === 'deleted' || hook.refs.format === 'thin');
      const messageId = office.chance.text(32, '0123456789abcdef');
      const timestamp = iso(toSeconds(office.clockMs()));
      const body = JSON.stringify({ topic, eventData, timestamp, messageId });
      // Nobody waits for a delivery: it runs beside the answer to whoever caused it.
      this.#deliver(hook, topic, body).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        office.world.log.error('the OroCRM twin could not deliver a webhook', { message });
      });
    }
  }

  #dataOf(type: ResourceType, record: OroRecord, isThin: boolean): JsonObject {
    if (isThin) return { data: { type: type.name, id: record.id } };
    const query = parseQuery('', 'one', -1);
    const drawer = new Drawer({ office: this.#office, base: this.#base, hateoas: false, externalIds: false, query });
    return { data: drawer.resource(type, record) };
  }

  async #deliver(hook: OroRecord, topic: string, body: string): Promise<void> {
    const office = this.#office;
    const { delayMs, retries, retryDelayMs } = office.switches.webhook;
    await office.world.sleep(delayMs);
    for (let left = retries; ; left--) {
      const answer = await this.#send(hook, topic, body);
      if (answer?.status === 410) {
        const known = office.get({ type: 'webhooks', id: hook.id });
        if (known !== undefined) office.erase(office.shelf('webhooks').type, known);
        return;
      }
      if (left === 0 || (answer !== null && !retried.has(answer.status))) return;
      const after = Number(answer?.headers.get('retry-after') ?? Number.NaN);
      await office.world.sleep(Number.isFinite(after) ? after * 1000 : retryDelayMs);
    }
  }

  /** null: no answer came, or not in time. */
  async #send(hook: OroRecord, topic: string, body: string): Promise<Response | null> {
    const { world, switches } = this.#office;
    const gone = new AbortController();
    const secret = typeof hook.values.secret === 'string' ? hook.values.secret : '';
    const signature: Readonly<Record<string, string>> =
      secret === ''
        ? {}
        : { 'webhook-signature': signatureOf(secret, body), 'webhook-signature-algorithm': 'HMAC-SHA256' };
    const request = new Request(String(hook.values.notificationUrl), {
      method: 'POST',
      redirect: 'manual',
      signal: gone.signal,
      headers: { 'content-type': 'application/json', 'webhook-topic': topic, 'webhook-id': hook.id, ...signature },
      body,
    });
    const late = world.sleep(switches.webhook.timeoutMs, gone.signal).then(() => null);
    const answer = world.fetch(request).catch(() => null);
    const first = await Promise.race([answer, late]);
    gone.abort();
    return first;
  }
}
