import { z } from 'zod';
import type { World } from '../../../../model/world.ts';
import type { Chance } from '../../../../twins/chance.ts';
import { type Json, type JsonObject, jsonSchema, parseJson } from '../../../../twins/json.ts';
import { bearer } from '../oauth/routes.ts';
import type { Sessions } from '../oauth/sessions.ts';
import type { Org } from '../org.ts';
import { streamingClients } from '../settings.ts';
import type { ChangeEvent, ChangeLog } from './change-log.ts';
import { eventsOf, isChannel, isOverQuota, waitForNews } from './channels.ts';
import { mayHear, payloadFor } from './hearing.ts';
import type { PushTopics } from './push-topics.ts';

/**
 * Bayeux over long polling, as the Streaming API speaks it. A client shakes hands, subscribes to channels with the replay id after which
 * it wants events, and keeps one `/meta/connect` open, which is answered when there are events or when its time is over.
 */
export interface Cometd {
  handle(request: Request): Promise<Response>;
}

interface Client {
  readonly id: string;
  readonly token: string;
  readonly user: string;
  /** Channel → the replay id up to which it has been served. */
  readonly subscriptions: Map<string, number>;
  seenAt: number;
}

const messageSchema = z.looseObject({
  channel: z.string(),
  id: z.string().optional(),
  clientId: z.string().optional(),
  subscription: z.union([z.string(), z.array(z.string())]).optional(),
  ext: z.looseObject({ replay: z.union([z.boolean(), z.record(z.string(), z.number())]).optional() }).optional(),
  advice: z.looseObject({ timeout: z.number().optional() }).optional(),
});
type Message = z.infer<typeof messageSchema>;

/** A client must come back within this time after its last answer. */
const patienceMs = 40_000;
const largestPost = 32_768;

export interface CometdParts {
  readonly org: Org;
  readonly sessions: Sessions;
  readonly log: ChangeLog;
  readonly topics: PushTopics;
  readonly chance: Chance;
  readonly world: Pick<World, 'sleep'>;
  /** Does what the clock has brought. */
  readonly wake: () => void;
}

export function createCometd({ org, sessions, log, topics, chance, world, wake }: CometdParts): Cometd {
  const clients = new Map<string, Client>();

  const isGone = (seenAt: number): boolean => org.clock.now() - seenAt > patienceMs + org.settings.now.longPollMs;

  const handshake = (message: Message, token: string): JsonObject => {
    const base = { channel: '/meta/handshake', ...(message.id === undefined ? {} : { id: message.id }) };
    const session = sessions.use(token);
    if (session === null) {
      const ext = { sfdc: { failureReason: '401::Authentication invalid' }, replay: true };
      return { ...base, ext, advice: { reconnect: 'none' }, error: '403::Handshake denied', successful: false };
    }
    for (const [id, { seenAt }] of clients) if (isGone(seenAt)) clients.delete(id);
    const { settings } = org;
    if (!settings.now.limits.off && clients.size >= streamingClients(settings.now)) {
      const error = '403::Organization concurrent user limit exceeded';
      return { ...base, advice: { reconnect: 'none' }, error, successful: false };
    }
    const client = {
      id: chance.text(28, '0123456789abcdefghijklmnopqrstuvwxyz'),
      token,
      user: session.user,
      subscriptions: new Map<string, number>(),
      seenAt: org.clock.now(),
    };
    clients.set(client.id, client);
    return {
      ...base,
      ext: { replay: true, 'payload.format': true },
      minimumVersion: '1.0',
      clientId: client.id,
      supportedConnectionTypes: ['long-polling'],
      version: '1.0',
      successful: true,
    };
  };

  /** The living client of a message, or the answer that tells it why it is not. */
  const identify = (message: Message): Client | JsonObject => {
    const base = {
      channel: message.channel,
      clientId: message.clientId ?? null,
      ...(message.id === undefined ? {} : { id: message.id }),
      successful: false,
    };
    const client = clients.get(message.clientId ?? '');
    if (client === undefined || isGone(client.seenAt)) {
      clients.delete(message.clientId ?? '');
      return { ...base, error: '403::Unknown client', advice: { interval: 0, reconnect: 'handshake' } };
    }
    if (sessions.use(client.token) === null)
      return { ...base, error: '401::Authentication invalid', advice: { reconnect: 'none' } };
    client.seenAt = org.clock.now();
    return client;
  };

  const subscribe = (client: Client, message: Message): JsonObject[] =>
    [message.subscription ?? []].flat().map((subscription) => {
      const base = {
        channel: '/meta/subscribe',
        clientId: client.id,
        subscription,
        ...(message.id === undefined ? {} : { id: message.id }),
      };
      const refuse = (error: string): JsonObject => ({ ...base, error, successful: false });
      const isTopic = topics.has(subscription);
      const isOpen = isTopic || (isChannel(org, subscription) && mayHear(org, client.user, subscription));
      if (!isOpen) return refuse('403:denied_by_security_policy:create_denied');
      if (isOverQuota(org)) return refuse('403::Organization total events daily limit exceeded');
      const replay = typeof message.ext?.replay === 'object' ? message.ext.replay[subscription] : undefined;
      const { latest, floor } = isTopic ? topics : log;
      const from = replay === undefined || replay === -1 ? latest : replay === -2 ? floor : replay;
      if (from < floor || from > latest) {
        const advice = 'Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.';
        return refuse(`400::The replayId {${from}} you provided was invalid. ${advice}`);
      }
      client.subscriptions.set(subscription, from);
      return { ...base, successful: true };
    });

  /** Events that a client's channels have for it now; they count as delivered. */
  const collect = (client: Client): JsonObject[] => {
    const messages: JsonObject[] = [];
    for (const [channel, from] of client.subscriptions) {
      if (channel.startsWith('/topic/')) {
        const found = topics.after(channel, from);
        client.subscriptions.set(channel, Math.max(from, topics.latest));
        messages.push(...found.map((data) => ({ channel, data })));
        continue;
      }
      const events = eventsOf(org, log, channel, from, Number.POSITIVE_INFINITY);
      client.subscriptions.set(channel, Math.max(from, log.latest));
      messages.push(...events.map((event) => toMessage(channel, event, payloadFor(org, client.user, event))));
    }
    org.quota.countEvents(messages.length);
    return messages;
  };

  const connect = async (client: Client, message: Message, signal: AbortSignal): Promise<JsonObject[]> => {
    const { longPollMs } = org.settings.now;
    // Counted down, not read off the clock: a frozen clock would hold the poll for ever.
    let leftMs = message.advice?.timeout === 0 ? 0 : longPollMs;
    const base = {
      channel: '/meta/connect',
      clientId: client.id,
      ...(message.id === undefined ? {} : { id: message.id }),
    };
    for (;;) {
      wake();
      if (isOverQuota(org)) {
        return [
          {
            ...base,
            error: '403::Organization total events daily limit exceeded',
            advice: { reconnect: 'none' },
            successful: false,
          },
        ];
      }
      const events = collect(client);
      client.seenAt = org.clock.now();
      if (events.length > 0 || signal.aborted || leftMs <= 0 || !clients.has(client.id)) {
        return [
          ...events,
          { ...base, advice: { interval: 0, timeout: longPollMs, reconnect: 'retry' }, successful: true },
        ];
      }
      const sliceMs = Math.min(leftMs, 1_000);
      await waitForNews([log, topics], world, sliceMs, signal);
      leftMs -= sliceMs;
    }
  };

  const answer = async (message: Message, token: string, signal: AbortSignal): Promise<JsonObject[]> => {
    if (message.channel === '/meta/handshake') return [handshake(message, token)];
    const client = identify(message);
    if (!isClient(client)) return [client];
    const base = {
      channel: message.channel,
      clientId: client.id,
      ...(message.id === undefined ? {} : { id: message.id }),
      successful: true,
    };
    if (message.channel === '/meta/connect') return connect(client, message, signal);
    if (message.channel === '/meta/subscribe') return subscribe(client, message);
    if (message.channel === '/meta/unsubscribe') {
      for (const channel of [message.subscription ?? []].flat()) client.subscriptions.delete(channel);
      return [{ ...base, subscription: message.subscription ?? null }];
    }
    if (message.channel !== '/meta/disconnect')
      return [{ ...base, error: '403:denied_by_security_policy:publish_denied', successful: false }];
    clients.delete(client.id);
    return [base];
  };

  return {
    async handle(request) {
      // Clients try a web socket first; it is not spoken here.
      if (request.method !== 'POST') return new Response('{"message":"Bad Request"}', { status: 400 });
      const text = await request.text();
      if (Buffer.byteLength(text) > largestPost) return new Response('Request Entity Too Large', { status: 413 });
      const messages = parseMessages(text);
      if (messages === null) return new Response('Bad Request', { status: 400 });
      const token = bearer(request) ?? '';
      const replies: Json[] = [];
      // What is quick goes first, so that a subscription that comes with a connect is there when the connect looks.
      for (const message of [...messages].sort((one, two) => Number(isConnect(one)) - Number(isConnect(two)))) {
        replies.push(...(await answer(message, token, request.signal)));
      }
      const headers = new Headers({ 'content-type': 'application/json;charset=UTF-8' });
      if (messages.some(({ channel }) => channel === '/meta/handshake'))
        headers.append('set-cookie', `BAYEUX_BROWSER=${chance.text(20)}; Path=/`);
      return new Response(JSON.stringify(replies), { headers });
    },
  };
}

function isConnect({ channel }: Message): boolean {
  return channel === '/meta/connect';
}

function isClient(value: Client | JsonObject): value is Client {
  return value.subscriptions instanceof Map;
}

function toMessage(channel: string, { schema, replayId }: ChangeEvent, payload: JsonObject): JsonObject {
  return { channel, data: { schema: schema.id, payload, event: { replayId } } };
}

function parseMessages(text: string): readonly Message[] | null {
  let parsed: Json;
  try {
    parsed = parseJson(text);
  } catch {
    return null;
  }
  const body = z.array(jsonSchema).safeParse(Array.isArray(parsed) ? parsed : [parsed]);
  const messages = z.array(messageSchema).safeParse(body.data);
  return messages.success ? messages.data : null;
}
