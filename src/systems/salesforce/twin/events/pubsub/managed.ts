import { z } from 'zod';
import { toId18 } from '../../ids.ts';
import type { Session } from '../../oauth/sessions.ts';
import type { Org } from '../../org.ts';
import type { StoredRow } from '../../row.ts';
import { createFeed, type Feed, type FeedParts } from './feed.ts';
import { decodeReplayId, encodeReplayId } from './replay-id.ts';
import { invalid, RpcError } from './rpc-error.ts';
import type { Exchange } from './service.ts';

/**
 * Subscriptions whose place in the log the vendor keeps: made once over the Tooling API as a ManagedEventSubscription, then opened by id or
 * name. The client commits the replay id up to which it is done; who comes next goes on from there (Pub/Sub API, "Managed Subscriptions").
 */
export const managedFetchRequest = z.object({
  subscription_id: z.string(),
  developer_name: z.string(),
  num_requested: z.int(),
  commit_replay_id_request: z
    .object({ commit_request_id: z.string(), replay_id: z.instanceof(Uint8Array) })
    .nullable()
    .default(null),
});
type ManagedFetchRequest = z.infer<typeof managedFetchRequest>;

const prefix = 'managed.subscription.';

export function createManaged(
  parts: FeedParts,
): (session: Session, send: (response: object) => void) => Exchange<ManagedFetchRequest> {
  const { org, log } = parts;
  /** Subscriptions that somebody reads: each by one client at a time. */
  const active = new Set<string>();

  const open = (session: Session, send: (response: object) => void, request: ManagedFetchRequest) => {
    if (request.commit_replay_id_request !== null)
      throw invalid(`${prefix}fetch.request.commit.request.restricted`, 'The first request can commit nothing.');
    const row = find(org, request);
    if (row.values.State !== 'RUN')
      throw invalid(`${prefix}config.stopped`, 'The managed subscription is stopped; its state must be RUN.');
    if (active.has(row.id))
      throw new RpcError('RESOURCE_EXHAUSTED', `${prefix}already.active`, 'The managed subscription is in use.');
    active.add(row.id);
    const feed = createFeed(parts, { session, topic: String(row.values.TopicName), from: placeOf(parts, row), send });
    const run = (signal: AbortSignal): Promise<void> => feed.run(signal).finally(() => active.delete(row.id));
    return { id: row.id, feed: { request: feed.request, run } };
  };

  /** A commit that fails does not end the stream: its answer says so. */
  const commit = (id: string, request: NonNullable<ManagedFetchRequest['commit_replay_id_request']>): object => {
    const answer = { commit_request_id: request.commit_request_id, replay_id: Buffer.from(request.replay_id) };
    const refuse = (msg: string) => ({ ...answer, error: { code: 'COMMIT', msg }, process_time: org.clock.now() });
    const replayId = decodeReplayId(request.replay_id);
    if (replayId === null || replayId < log.floor || replayId > log.latest)
      return refuse('The Replay ID is invalid or outside of the retention window.');
    const row = org.store.visible('ManagedEventSubscription', id);
    if (row === undefined) return refuse('The managed subscription was deleted.');
    if (Number(row.values.CommittedReplayId ?? 0) > replayId)
      return refuse('The Replay ID is older than the one that is committed.');
    const transaction = org.store.begin(row.createdBy, '');
    transaction.put({ ...row, values: { ...row.values, CommittedReplayId: replayId } });
    transaction.commit(0);
    org.store.settle(org.clock.now());
    return { ...answer, process_time: org.clock.now() };
  };

  return (session, send) => {
    let held: { readonly id: string; readonly feed: Feed } | null = null;
    return (request) => {
      if (request.num_requested < 0)
        throw invalid(`${prefix}fetch.request.events.invalid`, 'The number of requested events must not be negative.');
      if (held === null) held = open(session, send, request);
      else if (request.commit_replay_id_request !== null) {
        const committed = commit(held.id, request.commit_replay_id_request);
        send({ events: [], latest_replay_id: encodeReplayId(log.latest), commit_response: committed });
      }
      held.feed.request(request.num_requested);
      return held.feed;
    };
  };
}

function find({ store }: Org, { subscription_id, developer_name }: ManagedFetchRequest): StoredRow {
  if ((subscription_id === '') === (developer_name === ''))
    throw invalid(
      `${prefix}id.or.developer.name.empty`,
      'Either the subscription ID or the developer name is required.',
    );
  const rows = store.rows('ManagedEventSubscription');
  if (subscription_id === '') {
    const named = [...rows.values()].find(({ values }) => values.DeveloperName === developer_name);
    if (named !== undefined) return named;
    throw new RpcError('NOT_FOUND', `${prefix}developer.name.not.found`, `There is no subscription ${developer_name}.`);
  }
  const id = toId18(subscription_id);
  if (id === null)
    throw invalid(`${prefix}subscription.id.invalid`, 'The subscription ID must have 15 or 18 characters.');
  const row = rows.get(id);
  if (row !== undefined) return row;
  throw new RpcError('NOT_FOUND', `${prefix}subscription.id.not.found`, `There is no subscription ${subscription_id}.`);
}

/** Where the last client left off; an id that is no longer kept gives way to what the subscription says of errors. */
function placeOf({ log }: FeedParts, { values }: StoredRow): number {
  const { CommittedReplayId: committed } = values;
  if (typeof committed === 'number' && committed >= log.floor) return committed;
  const replay = committed === undefined ? values.DefaultReplay : values.ErrorRecoveryReplay;
  return replay === 'EARLIEST' ? log.floor : log.latest;
}
