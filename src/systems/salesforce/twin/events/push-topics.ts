import type { Chance } from '../../../../twins/chance.ts';
import type { Json, JsonObject } from '../../../../twins/json.ts';
import type { Org } from '../org.ts';
import type { StoredRow } from '../row.ts';
import { compileWatch, type Watch } from '../soql/run.ts';
import type { RowChange } from '../store.ts';
import { netChanges } from './net-changes.ts';

/**
 * PushTopics, the older way to hear of changes: a query, and a channel `/topic/Name` that tells of rows which fulfil it, for 24 hours
 * (Streaming API Developer Guide, "PushTopic Events").
 */
export interface PushTopics {
  has(channel: string): boolean;
  readonly latest: number;
  readonly floor: number;
  /** What subscribers of a channel get after a replay id. */
  after(channel: string, replayId: number): readonly JsonObject[];
  onPublish(listener: () => void): () => void;
  reset(): void;
}

interface TopicEvent {
  readonly channel: string;
  readonly replayId: number;
  readonly at: number;
  readonly data: JsonObject;
}

const keptMs = 24 * 3_600_000;

export function createPushTopics(org: Org, chance: Chance): PushTopics {
  let events: TopicEvent[] = [];
  let latest = chance.between(1, 50);
  let floor = latest;
  const listeners = new Set<() => void>();
  const topics = (): readonly StoredRow[] =>
    [...org.store.rows('PushTopic').values()].filter(({ deleted, values }) => !deleted && values.IsActive !== false);

  org.store.onCommit(({ at, origin, changes }) => {
    const active = origin === '' ? [] : topics();
    if (active.length === 0) return;
    const before = latest;
    for (const { change } of netChanges(changes)) {
      for (const topic of active) {
        const watch = watchOf(org, topic);
        const type =
          watch?.object.name === (change.after ?? change.before)?.object ? kindOf(topic, watch, change) : null;
        const row = change.after ?? change.before;
        if (watch === null || type === null || row === null) continue;
        latest += 1;
        const event = { createdDate: new Date(at).toISOString(), replayId: latest, type };
        const data = { event, sobject: { Id: row.id, ...(type === 'deleted' ? {} : shown(watch.project(row))) } };
        events.push({ channel: `/topic/${String(topic.values.Name)}`, replayId: latest, at, data });
      }
    }
    if (latest > before) for (const listener of listeners) listener();
  });

  const expire = (): void => {
    const oldest = org.clock.now() - keptMs;
    const living = events.filter(({ at }) => at >= oldest);
    if (living.length === events.length) return;
    floor = events[events.length - living.length - 1]?.replayId ?? floor;
    events = living;
  };

  return {
    has: (channel) => topics().some(({ values }) => channel === `/topic/${String(values.Name)}`),
    get latest() {
      return latest;
    },
    get floor() {
      expire();
      return floor;
    },
    after(channel, replayId) {
      expire();
      return events.filter((event) => event.channel === channel && event.replayId > replayId).map(({ data }) => data);
    },
    onPublish(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reset() {
      events = [];
      floor = latest;
    },
  };
}

const watches = new WeakMap<StoredRow, { readonly revision: number; readonly watch: Watch | null }>();

/** A topic's query, compiled once for as long as the schema stays; null where it no longer can be. */
function watchOf(org: Org, topic: StoredRow): Watch | null {
  const known = watches.get(topic);
  if (known?.revision === org.schema.revision) return known.watch;
  const watch = compileWatch(org, String(topic.values.Query ?? ''));
  watches.set(topic, { revision: org.schema.revision, watch });
  return watch;
}

/** How a topic tells of a change; null: it does not. */
function kindOf({ values }: StoredRow, watch: Watch | null, { before, after }: RowChange): string | null {
  if (watch === null) return null;
  const was = before !== null && !before.deleted ? before : null;
  const is = after !== null && !after.deleted ? after : null;
  if (is === null)
    return was !== null && values.NotifyForOperationDelete !== false && watch.holds(was) ? 'deleted' : null;
  if (!watch.holds(is)) return null;
  if (was === null && before === null) return values.NotifyForOperationCreate === false ? null : 'created';
  if (was === null) return values.NotifyForOperationUndelete === false ? null : 'undeleted';
  if (values.NotifyForOperationUpdate === false) return null;
  const which = String(values.NotifyForFields ?? 'Referenced');
  const fields = { All: null, Select: watch.selected, Where: watch.compared }[which] ?? [
    ...watch.selected,
    ...watch.compared,
  ];
  const isTold = which === 'All' || fields.some((get) => JSON.stringify(get(was)) !== JSON.stringify(get(is)));
  return isTold ? 'updated' : null;
}

function shown({ attributes: _, ...record }: JsonObject): JsonObject {
  const entries = Object.entries(record).map(([name, value]): [string, Json] => [
    name,
    typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT[\d:.]+)\+0000$/, '$1Z') : value,
  ]);
  return Object.fromEntries(entries);
}
