import { z } from 'zod';
import type { Session } from '../../oauth/sessions.ts';
import { isPlatformEvent } from '../../object.ts';
import type { Org } from '../../org.ts';
import { isChannel, topicOf } from '../channels.ts';
import { type EventSchema, eventSchema } from '../event-schema.ts';
import { createFeed, type Feed, type FeedParts, unauthenticated, unavailable } from './feed.ts';
import { corruptedReplayId, decodeReplayId } from './replay-id.ts';
import { invalid, RpcError } from './rpc-error.ts';

export const fetchRequest = z.object({
  topic_name: z.string(),
  replay_preset: z.enum(['LATEST', 'EARLIEST', 'CUSTOM']),
  replay_id: z.instanceof(Uint8Array),
  num_requested: z.int(),
});
export type FetchRequest = z.infer<typeof fetchRequest>;

/** A stream of requests: each is handed in as it comes, and all act on the one feed that the first opens. Throws RpcError. */
export type Exchange<Request> = (request: Request) => Feed;

/** Who calls, by the metadata of an RPC. Throws RpcError. */
export function authenticate(
  { org, sessions }: FeedParts,
  header: (name: 'accesstoken' | 'instanceurl' | 'tenantid') => string | undefined,
): Session {
  if (org.settings.now.pubSubDown) throw unavailable();
  const [token = '', instance = '', tenant = ''] = [header('accesstoken'), header('instanceurl'), header('tenantid')];
  if (token === '' || instance === '' || tenant === '')
    throw new RpcError(
      'UNAUTHENTICATED',
      'service.auth.headers.invalid',
      'An authentication header is invalid or blank.',
    );
  const session = sessions.use(token);
  if (session === null || tenant.slice(0, 15) !== org.people.organization.slice(0, 15)) throw unauthenticated();
  return session;
}

export function getTopic({ org }: FeedParts, name: string): object {
  checkTopic(org, name);
  const object = org.schema.objects.find((one) => topicOf(one.name) === name);
  return {
    topic_name: name,
    tenant_guid: org.people.organization,
    can_publish: object !== undefined && isPlatformEvent(object),
    can_subscribe: true,
    // A channel of several kinds of events has no schema of its own.
    schema_id: object === undefined ? '' : eventSchema(object).id,
  };
}

export function getSchema({ org, log }: FeedParts, id: string): object {
  if (id === '') throw invalid('schema.validation.failed', 'The schema ID is blank or missing.');
  const current = (): EventSchema | undefined => org.schema.objects.map(eventSchema).find((schema) => schema.id === id);
  const schema = log.schema(id) ?? current();
  if (schema === undefined)
    throw new RpcError('NOT_FOUND', 'schema.meta.permission', 'An error occurred while accessing the schema.');
  return { schema_json: schema.json, schema_id: id };
}

export function subscribe(
  parts: FeedParts,
  session: Session,
  send: (response: object) => void,
): Exchange<FetchRequest> {
  let feed: Feed | null = null;
  let topic = '';
  return (request) => {
    if (feed !== null && request.topic_name !== '' && request.topic_name !== topic)
      throw invalid('subscription.fetch.topic.mismatch', 'The topic name does not match the one of the first request.');
    if (request.num_requested <= 0) {
      const text = 'The number of requested events must be greater than zero.';
      throw invalid('subscription.fetch.requested.events.invalid', text);
    }
    if (feed === null) {
      topic = request.topic_name;
      checkTopic(parts.org, topic);
      feed = createFeed(parts, { session, topic, from: startOf(parts, request), send });
    }
    feed.request(request.num_requested);
    return feed;
  };
}

export function checkTopic(org: Org, name: string): void {
  if (name === '') throw invalid('topic.validation.empty', 'The topic name is blank.');
  if (!isChannel(org, name)) throw new RpcError('NOT_FOUND', 'topic.not.found', `The topic ${name} does not exist.`);
}

/** The replay id after which a subscriber wants events. */
function startOf({ log }: FeedParts, { replay_preset, replay_id }: FetchRequest): number {
  if (replay_preset === 'LATEST') return log.latest;
  if (replay_preset === 'EARLIEST') return log.floor;
  if (replay_id.length === 0) {
    const text = 'The Replay ID validation failed. A Replay ID is required for the CUSTOM replay preset.';
    throw invalid('subscription.fetch.replayid.validation.failed', text);
  }
  const from = decodeReplayId(replay_id);
  if (from === null || from < log.floor || from > log.latest) throw corruptedReplayId();
  return from;
}
