import type { World } from '../../../../../model/world.ts';
import type { JsonObject } from '../../../../../twins/json.ts';
import type { Session, Sessions } from '../../oauth/sessions.ts';
import type { Org } from '../../org.ts';
import type { ChangeEvent, ChangeLog } from '../change-log.ts';
import { eventsOf, isOverQuota, waitForNews } from '../channels.ts';
import { mayHear, payloadFor } from '../hearing.ts';
import { encodeEvent } from './avro.ts';
import { encodeReplayId } from './replay-id.ts';
import { RpcError } from './rpc-error.ts';

export interface FeedParts {
  readonly org: Org;
  readonly sessions: Sessions;
  readonly log: ChangeLog;
  readonly world: Pick<World, 'sleep'>;
  /** Does what the clock has brought. */
  readonly wake: () => void;
}

/**
 * One subscription. The client says how many events it is ready for; so many are sent as they come, and then no more until it asks again.
 * While it waits for events it hears from the server at least every 270 seconds; a client that asks for nothing is hung up on.
 */
export interface Feed {
  /** The client takes so many events more. */
  request(count: number): void;
  /** Sends until the client goes or asks for nothing more. Throws RpcError. */
  run(signal: AbortSignal): Promise<void>;
}

/** A request for more is taken for a request for this many. Source: Pub/Sub API, "Subscribe RPC Method". */
const mostRequested = 100;
const sliceMs = 1_000;

/** Throws RpcError where the user may not hear the topic. */
export function createFeed(
  { org, sessions, log, world, wake }: FeedParts,
  {
    session,
    topic,
    from,
    send,
  }: {
    readonly session: Session;
    readonly topic: string;
    readonly from: number;
    /** A message of the stream, without what names the RPC. */
    readonly send: (response: object) => void;
  },
): Feed {
  if (!mayHear(org, session.user, topic)) {
    const text = 'The user lacks the permission to subscribe to the topic.';
    throw new RpcError('PERMISSION_DENIED', 'subscription.topic.cannot.subscribe', text);
  }
  let position = from;
  let pending = 0;
  let quietMs = 0;
  let asked = new AbortController();

  /** True where something was sent. */
  const pump = (): boolean => {
    if (pending === 0) return false;
    if (isOverQuota(org)) {
      const text = 'You have exceeded the event delivery limit for your org.';
      throw new RpcError('RESOURCE_EXHAUSTED', 'subscription.limit.exceeded', text);
    }
    const most = Math.min(pending, mostRequested);
    const events = eventsOf(org, log, topic, position, most);
    const { keepAliveMs } = org.settings.now;
    if (events.length === 0 && quietMs < keepAliveMs) return false;
    pending -= events.length;
    // What is of other channels is passed over: the next subscription need not look at it again.
    position = events.length === most ? (events.at(-1)?.replayId ?? position) : log.latest;
    org.quota.countEvents(events.length);
    send({
      events: events.map((event) => toConsumerEvent(event, payloadFor(org, session.user, event))),
      latest_replay_id: encodeReplayId(position),
      pending_num_requested: pending,
    });
    quietMs = 0;
    return events.length > 0;
  };

  return {
    request(count) {
      pending += Math.min(count, mostRequested);
      quietMs = 0;
      asked.abort();
    },
    async run(signal) {
      while (!signal.aborted) {
        wake();
        if (sessions.use(session.token) === null) throw unauthenticated();
        if (org.settings.now.pubSubDown) throw unavailable();
        if (pump()) continue;
        if (pending === 0 && quietMs >= org.settings.now.idleStreamMs) return;
        asked = new AbortController();
        await waitForNews([log], world, sliceMs, AbortSignal.any([signal, asked.signal]));
        quietMs += sliceMs;
      }
    },
  };
}

export function unauthenticated(): RpcError {
  const text = 'An authentication exception occurred. Provide valid authentication via metadata headers.';
  return new RpcError('UNAUTHENTICATED', 'service.auth.error', text);
}

export function unavailable(): RpcError {
  return new RpcError('UNAVAILABLE', 'service.unavailable', 'The Pub/Sub API service is unavailable.');
}

/** One event as a subscriber gets it. Its id follows from its place in the log: an event that is read twice is the same. */
function toConsumerEvent({ replayId, schema }: ChangeEvent, payload: JsonObject): object {
  const id = `e5e00000-0000-4000-8000-${replayId.toString(16).padStart(12, '0')}`;
  return {
    event: { id, schema_id: schema.id, payload: encodeEvent(schema, payload), headers: [] },
    replay_id: encodeReplayId(replayId),
  };
}
