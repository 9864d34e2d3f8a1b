import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';

/**
 * The messages of `eventbus.v1.PubSub` with their field numbers (Pub/Sub API, "RPC Method Reference"). As data and not as a `.proto` file,
 * so that a build has nothing to copy.
 */
const text = (id: number) => ({ type: 'string', id });
const bytes = (id: number) => ({ type: 'bytes', id });
const int = (id: number) => ({ type: 'int32', id });
const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const method = (requestType: string, responseType: string, comment: string) => ({ requestType, responseType, comment });
const bothWays = { requestStream: true, responseStream: true };

type Nested = NonNullable<Parameters<typeof fromJSON>[0]['nested']>;

const nested: Nested = {
  TopicRequest: { fields: { topic_name: text(1) } },
  TopicInfo: {
    fields: {
      topic_name: text(1),
      tenant_guid: text(2),
      can_publish: one('bool', 3),
      can_subscribe: one('bool', 4),
      schema_id: text(5),
      rpc_id: text(6),
    },
  },
  SchemaRequest: { fields: { schema_id: text(1) } },
  SchemaInfo: { fields: { schema_json: text(1), schema_id: text(2), rpc_id: text(3) } },
  EventHeader: { fields: { key: text(1), value: bytes(2) } },
  ProducerEvent: {
    fields: { id: text(1), schema_id: text(2), payload: bytes(3), headers: many('EventHeader', 4) },
  },
  ConsumerEvent: { fields: { event: one('ProducerEvent', 1), replay_id: bytes(2) } },
  ReplayPreset: { values: { LATEST: 0, EARLIEST: 1, CUSTOM: 2 } },
  FetchRequest: {
    fields: {
      topic_name: text(1),
      replay_preset: one('ReplayPreset', 2),
      replay_id: bytes(3),
      num_requested: int(4),
      auth_refresh: text(5),
    },
  },
  FetchResponse: {
    fields: {
      events: many('ConsumerEvent', 1),
      latest_replay_id: bytes(2),
      rpc_id: text(3),
      pending_num_requested: int(4),
    },
  },
  PublishRequest: { fields: { topic_name: text(1), events: many('ProducerEvent', 2), auth_refresh: text(3) } },
  PublishResponse: { fields: { results: many('PublishResult', 1), schema_id: text(2), rpc_id: text(3) } },
  PublishResult: { fields: { replay_id: bytes(1), error: one('Error', 2), correlation_key: text(3) } },
  ErrorCode: { values: { UNKNOWN: 0, PUBLISH: 1, COMMIT: 2 } },
  Error: { fields: { code: one('ErrorCode', 1), msg: text(2) } },
  CommitReplayRequest: { fields: { commit_request_id: text(1), replay_id: bytes(2) } },
  CommitReplayResponse: {
    fields: { commit_request_id: text(1), replay_id: bytes(2), error: one('Error', 3), process_time: one('int64', 4) },
  },
  ManagedFetchRequest: {
    fields: {
      subscription_id: text(1),
      developer_name: text(2),
      num_requested: int(3),
      auth_refresh: text(4),
      commit_replay_id_request: one('CommitReplayRequest', 5),
    },
  },
  ManagedFetchResponse: {
    fields: {
      events: many('ConsumerEvent', 1),
      latest_replay_id: bytes(2),
      rpc_id: text(3),
      pending_num_requested: int(4),
      commit_response: one('CommitReplayResponse', 5),
    },
  },
  PubSub: {
    methods: {
      Subscribe: { ...method('FetchRequest', 'FetchResponse', 'events as they come'), ...bothWays },
      GetSchema: method('SchemaRequest', 'SchemaInfo', 'an Avro schema'),
      GetTopic: method('TopicRequest', 'TopicInfo', 'what a topic is'),
      Publish: method('PublishRequest', 'PublishResponse', 'events of the client'),
      PublishStream: { ...method('PublishRequest', 'PublishResponse', 'the same, many times'), ...bothWays },
      ManagedSubscribe: {
        ...method('ManagedFetchRequest', 'ManagedFetchResponse', 'events from where the vendor knows the client to be'),
        ...bothWays,
      },
    },
  },
};

export const definition: PackageDefinition = fromJSON(
  { nested: { eventbus: { nested: { v1: { nested } } } } },
  { keepCase: true, longs: Number, enums: String, defaults: true },
);
