import type { Chance } from '../../../../twins/chance.ts';
import { ControlError } from '../../../../twins/control-error.ts';
import type { Json, JsonObject } from '../../../../twins/json.ts';
import { isPlatformEvent, type ObjectDefinition } from '../object.ts';
import type { Org } from '../org.ts';
import type { Commit } from '../store.ts';
import { type ChangeType, changeBody, eventName, platformEventBody } from './change-event.ts';
import { type EventSchema, eventSchema } from './event-schema.ts';
import { netChanges } from './net-changes.ts';
import { isSelected } from './selection.ts';

/** A published event. What it says is put together when somebody reads it: a load publishes more than anybody will ever read. */
export interface ChangeEvent {
  readonly replayId: number;
  readonly at: number;
  /** Such as `AccountChangeEvent`. */
  readonly name: string;
  /** The object whose row it is of. */
  readonly object: string;
  readonly schema: EventSchema;
  readonly payload: () => JsonObject;
}

/**
 * The ordered log from which every subscriber reads. Events live for 72 hours. Replay ids grow, with gaps. What is seeded is history and
 * publishes nothing.
 */
export interface ChangeLog {
  readonly latest: number;
  /** The replay id before the oldest event that is still there. */
  readonly floor: number;
  /** Retained events after a replay id. */
  after(replayId: number): readonly ChangeEvent[];
  /** The schema of any event that was ever published, by its id. */
  schema(id: string): EventSchema | undefined;
  /** A header without fields: the vendor lost what changed. */
  gap(kind: string, object: string, ids: readonly string[]): ChangeEvent;
  /** Forgets all events at once, as if 72 hours had passed. */
  expireAll(): void;
  /** Called whenever something is published. */
  onPublish(listener: () => void): () => void;
  reset(): void;
}

const keptMs = 72 * 3_600_000;

export function createChangeLog(org: Org, chance: Chance): ChangeLog {
  let events: ChangeEvent[] = [];
  let latest = chance.between(1_000, 5_000);
  let floor = latest;
  let commitNumber = 10_698_437_000_000 + chance.between(0, 1_000_000);
  const listeners = new Set<() => void>();
  const schemas = new Map<string, EventSchema>();

  const expire = (): void => {
    const oldest = org.clock.now() - keptMs;
    let expired = 0;
    while (events[expired] !== undefined && (events[expired]?.at ?? 0) < oldest) expired++;
    if (expired === 0) return;
    floor = events[expired - 1]?.replayId ?? floor;
    events = events.slice(expired);
  };

  const publish = (object: ObjectDefinition, at: number, payload: () => JsonObject): ChangeEvent => {
    latest += 1 + chance.between(0, 2);
    const schema = eventSchema(object);
    schemas.set(schema.id, schema);
    const event = { replayId: latest, at, name: eventName(object.name), object: object.name, schema, payload };
    events.push(event);
    return event;
  };

  org.store.onCommit(({ at, user, origin, changes }: Commit) => {
    if (origin === '') return;
    const transactionKey = uuid(chance);
    commitNumber += chance.between(1, 50);
    const shared = { changeOrigin: origin, transactionKey, commitTimestamp: at, commitNumber, commitUser: user };
    let sequenceNumber = 0;
    let heard = false;
    for (const { id, change } of netChanges(changes)) {
      const object = org.schema.find((change.after ?? change.before)?.object ?? '');
      if (object !== undefined && isPlatformEvent(object)) {
        const { after } = change;
        if (after === null) continue;
        publish(object, at, () => platformEventBody(org, object, after));
        org.store.rows(object.name).remove(id);
        heard = true;
        continue;
      }
      if (object === undefined || !isSelected(org, object.name) || changeBody(org, object, change) === null) continue;
      const position = ++sequenceNumber;
      publish(object, at, () => {
        const { fields = {}, ...body } = changeBody(org, object, change) ?? {};
        const header = {
          entityName: object.name,
          recordIds: [id],
          ...shared,
          sequenceNumber: position,
          diffFields: [],
          ...body,
        };
        return { ...fields, ChangeEventHeader: header };
      });
    }
    if (heard || sequenceNumber > 0) for (const listener of listeners) listener();
  });

  return {
    get latest() {
      return latest;
    },
    get floor() {
      expire();
      return floor;
    },
    after(replayId) {
      expire();
      // Ids grow, so the place is found by halving.
      let [low, high] = [0, events.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((events[middle]?.replayId ?? 0) > replayId) high = middle;
        else low = middle + 1;
      }
      return events.slice(low);
    },
    schema: (id) => schemas.get(id),
    gap(kind, name, ids) {
      const object = org.schema.find(name);
      if (object === undefined) throw new ControlError(400, `no object ${name}`);
      const changeType = gapKinds.find((one) => one === `GAP_${kind.toUpperCase()}`);
      if (changeType === undefined)
        throw new ControlError(400, `no gap ${kind}; there are CREATE, UPDATE, DELETE, UNDELETE and OVERFLOW`);
      const at = org.clock.now();
      commitNumber += chance.between(1, 50);
      // An overflow names no row: its id is a marker.
      const recordIds = changeType === 'GAP_OVERFLOW' ? [`${object.keyPrefix}000000000000AAA`] : ids;
      const header = {
        ...{
          entityName: object.name,
          recordIds,
          changeType,
          changeOrigin: '',
          transactionKey: uuid(chance),
          sequenceNumber: 1,
        },
        ...{
          commitTimestamp: at,
          commitNumber,
          commitUser: org.people.person,
          nulledFields: [],
          diffFields: [],
          changedFields: [],
        },
      };
      const event = publish(object, at, () => ({ ChangeEventHeader: header }));
      for (const listener of listeners) listener();
      return event;
    },
    expireAll() {
      floor = latest;
      events = [];
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

const gapKinds: readonly ChangeType[] = ['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE', 'GAP_OVERFLOW'];

function uuid(chance: Chance): string {
  const hex = chance.text(32, '0123456789abcdef');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function showEvent({ replayId, name, payload }: ChangeEvent): Json {
  return { replayId, name, payload: payload() };
}
