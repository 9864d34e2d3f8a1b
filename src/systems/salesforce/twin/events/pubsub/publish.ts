import { z } from 'zod';
import { RowError } from '../../errors.ts';
import type { Session } from '../../oauth/sessions.ts';
import { isPlatformEvent, type ObjectDefinition } from '../../object.ts';
import { toSecond } from '../../time.ts';
import { insertRow } from '../../write.ts';
import type { Writer } from '../../writer.ts';
import { topicOf } from '../channels.ts';
import { eventSchema } from '../event-schema.ts';
import { decodeEvent } from './avro.ts';
import type { FeedParts } from './feed.ts';
import { encodeReplayId } from './replay-id.ts';
import { invalid, RpcError } from './rpc-error.ts';
import { checkTopic, type Exchange } from './service.ts';

export const publishRequest = z.object({
  topic_name: z.string(),
  events: z.array(z.object({ id: z.string(), schema_id: z.string(), payload: z.instanceof(Uint8Array) })),
});
type PublishRequest = z.infer<typeof publishRequest>;

const mostEvents = 200;
const largestEvent = 1_048_576;

/** Platform events of a client's own; changes of records are published by the vendor alone. Throws RpcError. */
export function publish(parts: FeedParts, session: Session, { topic_name, events }: PublishRequest): object {
  const { org, log } = parts;
  checkTopic(org, topic_name);
  const object = org.schema.objects.find((one) => isPlatformEvent(one) && topicOf(one.name) === topic_name);
  if (object === undefined)
    throw new RpcError('PERMISSION_DENIED', 'topic.meta.permission', `Nobody may publish to ${topic_name}.`);
  if (events.length === 0 || events.length > mostEvents)
    throw invalid('publish.event.count.invalid', `A request must have 1 to ${mostEvents} events.`);
  const transaction = org.store.begin(session.user, 'com/salesforce/api/pubsub');
  const common = { trusted: false, allowDuplicates: false, refuse: () => null };
  const writer: Writer = { org, transaction, user: session.user, at: toSecond(org.clock.now()), ...common };
  const failures = events.map((event) => write(writer, object, event));
  const before = log.latest;
  transaction.commit(org.clock.now());
  org.store.settle(org.clock.now());
  const published = log.after(before).filter(({ name }) => name === object.name);
  let next = 0;
  const results = events.map(({ id: correlation_key }, i) => {
    const msg = failures[i];
    if (typeof msg === 'string') return { correlation_key, error: { code: 'PUBLISH', msg } };
    return { correlation_key, replay_id: encodeReplayId(published[next++]?.replayId ?? 0) };
  });
  return { results, schema_id: eventSchema(object).id };
}

/** The same many times over one stream, which ends with the client. */
export function publishStream(
  parts: FeedParts,
  session: Session,
  send: (response: object) => void,
): Exchange<PublishRequest> {
  const open = {
    request() {},
    run: (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  return (request) => {
    send(publish(parts, session, request));
    return open;
  };
}

/** Null, or why the event is not published: each for itself. */
function write(writer: Writer, object: ObjectDefinition, event: PublishRequest['events'][number]): string | null {
  const schema = eventSchema(object);
  if (event.payload.length > largestEvent) return 'The event is larger than 1 MB.';
  const fields = event.schema_id === schema.id ? decodeEvent(schema, event.payload) : null;
  if (fields === null) return `The payload does not fit the schema ${event.schema_id}.`;
  const { CreatedDate: _, CreatedById: _by, ...given } = fields;
  const mark = writer.transaction.mark();
  try {
    insertRow(writer, object, given);
    return null;
  } catch (error) {
    writer.transaction.rollback(mark);
    if (error instanceof RowError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
