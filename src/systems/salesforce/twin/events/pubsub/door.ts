import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { AnyDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { z } from 'zod';
import type { World } from '../../../../../model/world.ts';
import type { Chance } from '../../../../../twins/chance.ts';
import type { OpenDoor } from '../../../../../twins/twin.ts';
import type { Session } from '../../oauth/sessions.ts';
import { streamingClients } from '../../settings.ts';
import { makeCertificate } from './certificate.ts';
import { type FeedParts, unavailable } from './feed.ts';
import { createManaged, managedFetchRequest } from './managed.ts';
import { publish, publishRequest, publishStream } from './publish.ts';
import { errorCodePrefix, invalid, RpcError } from './rpc-error.ts';
import { authenticate, type Exchange, fetchRequest, getSchema, getTopic, subscribe } from './service.ts';
import { definition } from './service-definition.ts';

export interface PubSubParts extends FeedParts {
  readonly chance: Chance;
  readonly world: Pick<World, 'sleep' | 'log'>;
}

export interface PubSubDoor extends OpenDoor {
  /** PEM: what a client must trust. */
  readonly certificate: string;
  /** Ends all open streams, as the vendor's servers do when they are replaced. */
  endStreams(): void;
}

type Stream = ServerDuplexStream<object, object>;

/** The Pub/Sub API on a port of this machine: gRPC over TLS. */
export async function openPubSub(parts: PubSubParts, port: number): Promise<PubSubDoor> {
  const { certificate, key } = await makeCertificate();
  const streams = new Map<Stream, (error: RpcError) => void>();
  const server = new Server();
  server.addService(serviceOf(definition['eventbus.v1.PubSub']), createHandlers(parts, streams));
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(certificate) };
  const bound = await bind(server, `127.0.0.1:${port}`, ServerCredentials.createSsl(null, [pair]));
  const endStreams = (): void => {
    for (const fail of [...streams.values()]) fail(unavailable());
  };
  return {
    address: `127.0.0.1:${bound}`,
    certificate,
    endStreams,
    async close() {
      endStreams();
      // Clients get to hear why, but cannot keep the door open.
      await Promise.race([shutDown(server), parts.world.sleep(1_000)]);
      server.forceShutdown();
    },
  };
}

function createHandlers(
  parts: PubSubParts,
  streams: Map<Stream, (error: RpcError) => void>,
): UntypedServiceImplementation {
  const { org, world } = parts;
  const rpcId = (): string => parts.chance.text(32, '0123456789abcdef');

  /** As gRPC wants an error: a status, and in the trailers what the vendor calls it. */
  const toStatus = (error: unknown, id: string) => {
    const known = error instanceof RpcError ? error : unexpected(error);
    const metadata = new Metadata();
    metadata.set('error-code', `${errorCodePrefix}${known.code}`);
    metadata.set('rpc-id', id);
    return { code: known.status, details: `${known.message} rpcId: ${id}`, metadata };
  };

  /** A mistake of the twin itself. */
  const unexpected = (error: unknown): RpcError => {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.log.error('the twin failed', { system: 'salesforce', method: 'RPC', path: 'eventbus.v1.PubSub', reason });
    return new RpcError('INTERNAL', 'subscription.internal.error', 'the twin failed; its log says why');
  };

  const authenticateCall = (metadata: Metadata): Session =>
    authenticate(parts, (name) => metadata.get(name).map(String)[0]);

  const unary =
    <Request>(schema: z.ZodType<Request>, answer: (request: Request, session: Session) => object) =>
    (call: ServerUnaryCall<object, object>, reply: sendUnaryData<object>): void => {
      const id = rpcId();
      try {
        parts.wake();
        const session = authenticateCall(call.metadata);
        reply(null, { ...answer(readRequest(schema, call.request), session), rpc_id: id });
      } catch (error) {
        reply(toStatus(error, id));
      }
    };

  const streaming =
    <Request>(
      schema: z.ZodType<Request>,
      open: (session: Session, send: (response: object) => void) => Exchange<Request>,
      endsWithClient = false,
    ) =>
    (call: Stream): void => {
      const id = rpcId();
      const gone = new AbortController();
      const end = (error: unknown): void => {
        if (!streams.delete(call)) return;
        gone.abort();
        if (error === null) call.end();
        else call.emit('error', toStatus(error, id));
      };
      streams.set(call, end);
      call.on('cancelled', () => {
        streams.delete(call);
        gone.abort();
      });
      // A subscriber that says no more may still listen: it is hung up on when what it asked for is sent.
      if (endsWithClient) call.on('end', () => end(null));
      call.on('error', () => gone.abort());
      try {
        const { now } = org.settings;
        if (!now.limits.off && streams.size > streamingClients(now)) throw tooManyClients();
        const exchange = open(authenticateCall(call.metadata), (response) => {
          call.write({ ...response, rpc_id: id });
        });
        let running = false;
        call.on('data', (message: object) => {
          try {
            const feed = exchange(readRequest(schema, message));
            if (running) return;
            running = true;
            feed.run(gone.signal).then(() => end(null), end);
          } catch (error) {
            end(error);
          }
        });
      } catch (error) {
        end(error);
      }
    };

  return {
    GetTopic: unary(z.object({ topic_name: z.string() }), (request) => getTopic(parts, request.topic_name)),
    GetSchema: unary(z.object({ schema_id: z.string() }), (request) => getSchema(parts, request.schema_id)),
    Subscribe: streaming(fetchRequest, (session, send) => subscribe(parts, session, send)),
    Publish: unary(publishRequest, (request, session) => publish(parts, session, request)),
    PublishStream: streaming(publishRequest, (session, send) => publishStream(parts, session, send), true),
    ManagedSubscribe: streaming(managedFetchRequest, createManaged(parts)),
  };
}

function readRequest<Request>(schema: z.ZodType<Request>, message: object): Request {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  throw invalid('subscription.fetch.request.invalid', 'The request is invalid.');
}

function tooManyClients(): RpcError {
  const text = 'The maximum number of concurrent clients across all topics has been exceeded.';
  return new RpcError('RESOURCE_EXHAUSTED', 'concurrent.client.limit.exceeded', text);
}

function serviceOf(known: AnyDefinition | undefined): ServiceDefinition {
  if (known === undefined || isMessage(known)) throw new Error('the definition has no service');
  return known;
}

function isMessage(known: AnyDefinition): known is Exclude<AnyDefinition, ServiceDefinition> {
  return 'format' in known && typeof known.format === 'string';
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(address, credentials, (error, port) => {
    if (error === null) resolve(port);
    else reject(error);
  });
  return promise;
}

/** Resolves when nothing is under way any more. */
function shutDown(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.tryShutdown(() => resolve());
  return promise;
}
