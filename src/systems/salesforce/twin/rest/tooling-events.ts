import { z } from 'zod';
import type { Json } from '../../../../twins/json.ts';
import { RowError } from '../errors.ts';
import { eventName } from '../events/change-event.ts';
import { isChannel } from '../events/channels.ts';
import { mostSelected, selectedIn, standardChannel } from '../events/selection.ts';
import type { ObjectDefinition } from '../object.ts';
import { type Org, systemRow } from '../org.ts';
import type { StoredRow } from '../row.ts';
import { type Answer, bodyObject, type Call, oneRow } from './call.ts';
import { findById, notAllowed } from './rows.ts';

/**
 * What the Tooling API has for event streams: `PlatformEventChannelMember` (the changes of an object are published from now on),
 * `PlatformEventChannel` (a channel of somebody's own) and `ManagedEventSubscription` (a subscriber whose place the vendor keeps).
 */
const replay = z.enum(['LATEST', 'EARLIEST']);
const memberSchema = z.object({ eventChannel: z.string().default(standardChannel), selectedEntity: z.string() });
const channelSchema = z.object({ channelType: z.literal('data'), label: z.string().default('') });
const subscriptionSchema = z.object({
  label: z.string().default(''),
  topicName: z.string(),
  defaultReplay: replay.default('LATEST'),
  errorRecoveryReplay: replay.default('LATEST'),
  state: z.enum(['RUN', 'STOP']).default('RUN'),
});

type Values = Readonly<Record<string, Json>>;

/** From `FullName` and `Metadata` to the row's values. Throws RowError. */
const kinds: Readonly<
  Record<string, (org: Org, fullName: string, metadata: Json, before: StoredRow | null) => Values>
> = {
  PlatformEventChannelMember(org, _fullName, metadata) {
    const { eventChannel, selectedEntity } = read(memberSchema, metadata);
    const published = org.schema.objects.find(({ name, tooling }) => !tooling && eventName(name) === selectedEntity);
    if (published === undefined)
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no change events for ${selectedEntity}`, ['SelectedEntity']);
    if (eventChannel !== standardChannel && !isChannel(org, `/data/${eventChannel}`))
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no channel ${eventChannel}`, ['EventChannel']);
    const others = selectedIn(org, eventChannel);
    if (others.has(selectedEntity)) throw duplicate(`${selectedEntity} is selected already`);
    if (others.size >= mostSelected)
      throw new RowError('LIMIT_EXCEEDED', `You can select up to ${mostSelected} entities`, []);
    const DeveloperName = `${eventChannel}_${selectedEntity}`;
    return { DeveloperName, EventChannel: eventChannel, SelectedEntity: selectedEntity };
  },
  PlatformEventChannel(org, fullName, metadata) {
    const { channelType, label } = read(channelSchema, metadata);
    if (!/^[A-Za-z]\w*__chn$/.test(fullName))
      throw new RowError('FIELD_INTEGRITY_EXCEPTION', 'The name of a channel must end in __chn', ['FullName']);
    if (isChannel(org, `/data/${fullName}`)) throw duplicate(`${fullName} is there already`);
    const DeveloperName = fullName.replace(/__chn$/, '');
    return { DeveloperName, FullName: fullName, MasterLabel: label, ChannelType: channelType };
  },
  ManagedEventSubscription(org, fullName, metadata, before) {
    const given = read(subscriptionSchema, metadata);
    if (!isChannel(org, given.topicName))
      throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no topic ${given.topicName}`, ['TopicName']);
    const rows = [...org.store.rows('ManagedEventSubscription').values()];
    if (rows.some(({ id, values }) => values.DeveloperName === fullName && id !== before?.id))
      throw duplicate(`${fullName} is there already`);
    return {
      DeveloperName: fullName,
      FullName: fullName,
      MasterLabel: given.label,
      TopicName: given.topicName,
      DefaultReplay: given.defaultReplay,
      ErrorRecoveryReplay: given.errorRecoveryReplay,
      State: given.state,
    };
  },
};

export function createEventSetup(call: Call, object: ObjectDefinition): Answer {
  const { org } = call.api;
  const { FullName, Metadata } = bodyObject(call);
  const id = oneRow(call, (writer) => {
    const values = valuesOf(org, object, String(FullName ?? ''), Metadata ?? null, null);
    const made = org.ids.next(object.keyPrefix);
    writer.transaction.put(systemRow(object.name, made, writer.user, writer.at, values));
    return made;
  });
  return { status: 201, body: { id, success: true, errors: [], warnings: [], infos: [] } };
}

export function changeEventSetup(call: Call, object: ObjectDefinition, id: string): Answer {
  if (object.name !== 'ManagedEventSubscription') throw notAllowed(call.method, 'DELETE,GET,HEAD');
  const row = findById(call, object, id);
  const { Metadata } = bodyObject(call);
  oneRow(call, (writer) => {
    const values = valuesOf(call.api.org, object, String(row.values.FullName), Metadata ?? null, row);
    const stamps = { modifiedAt: writer.at, modifiedBy: writer.user, stampAt: writer.at };
    writer.transaction.put({ ...row, ...stamps, values: { ...row.values, ...values } });
  });
  return { status: 204 };
}

function valuesOf(
  org: Org,
  object: ObjectDefinition,
  fullName: string,
  metadata: Json,
  before: StoredRow | null,
): Values {
  const kind = kinds[object.name];
  if (kind === undefined) throw new Error(`the Tooling API cannot make a ${object.name}`);
  return kind(org, fullName, metadata, before);
}

function read<T>(schema: z.ZodType<T>, metadata: Json): T {
  const parsed = schema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RowError('FIELD_INTEGRITY_EXCEPTION', `Metadata.${issue?.path.join('.')}: ${issue?.message}`, ['Metadata']);
}

function duplicate(message: string): RowError {
  return new RowError('DUPLICATE_DEVELOPER_NAME', message, ['DeveloperName']);
}
