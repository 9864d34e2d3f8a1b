import type { ControlAdapter } from '../../../twins/control.ts';
import { ControlError } from '../../../twins/control-error.ts';
import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import type { Settings as Kept } from '../../../twins/settings.ts';
import { shownValue } from './document.ts';
import type { Installation } from './door.ts';
import { attributeOf, type Input, type Writer } from './draft.ts';
import { extend } from './fields.ts';
import type { Office } from './office.ts';
import { type Problem, Refusal } from './refusal.ts';
import type { ResourceType } from './resource.ts';
import type { Settings } from './settings.ts';
import { personId } from './setup.ts';
import type { OroRecord } from './shelf.ts';
import { parseSpan, type Seconds } from './times.ts';
import { writeRecord } from './write.ts';

export interface ControlParts {
  readonly installation: () => Installation;
  readonly settings: Kept<Settings>;
  readonly catchUp: () => void;
  /** The switches changed: what follows from them has to follow. */
  readonly changed: () => void;
  readonly reset: () => void;
}

/** The control surface: records by the names of their API resources, edited by a person who is not the API user. */
export function createAdapter({ installation, settings, catchUp, changed, reset }: ControlParts): ControlAdapter {
  const office = (): Office => {
    catchUp();
    return installation().office;
  };
  const typeOf = (object: string): ResourceType => {
    const type = office().type(object);
    if (type === undefined) throw new ControlError(404, `no object ${object}; there are ${objects().join(', ')}`);
    return type;
  };
  const objects = (): readonly string[] =>
    installation()
      .office.types()
      .map(({ name }) => name);
  const must = (object: string, id: string): { readonly type: ResourceType; readonly record: OroRecord } => {
    const type = typeOf(object);
    const record = office().get({ type: object, id });
    if (record === undefined) throw new ControlError(404, `there is no ${object} ${id}`);
    return { type, record };
  };
  return {
    system: 'orocrm',
    objects,
    seed(object, records) {
      const type = typeOf(object);
      return records.map((record, index) => put(office(), type, undefined, record, `${object} ${index}`).id);
    },
    schema: (object, shape) => extend(office(), typeOf(object), shape),
    records(object) {
      const type = office().type(object);
      return type && rowsOf(office(), type);
    },
    edit(object, id, fields) {
      const { type, record } = must(object, id);
      return rowOf(office(), type, put(office(), type, record, fields, `${object} ${id}`));
    },
    remove(object, id) {
      const { type, record } = must(object, id);
      office().transact(() => office().erase(type, record));
    },
    act(object, id, action) {
      if (action !== 'hide' && action !== 'show') {
        throw new ControlError(400, `orocrm has no action ${action}; there are hide and show`);
      }
      const { type, record } = must(object, id);
      office().save(type, { ...record, hidden: action === 'hide' });
      return { [action]: id };
    },
    settings: () => settings.now,
    configure(change) {
      settings.merge(change);
      changed();
    },
    reset,
  };
}

/** Creates or changes a record as a person would; seeds may also set stamps and what the API only shows. */
function put(
  office: Office,
  type: ResourceType,
  before: OroRecord | undefined,
  given: JsonObject,
  what: string,
): OroRecord {
  const { attributes, relationships, stamps } = readGiven(office, type, given);
  const problems: Problem[] = [];
  const writer: Writer = {
    office,
    by: personId,
    find: (target, id) => office.get({ type: target.name, id }),
    coming: new Map(),
    isMaster: true,
  };
  try {
    return office.transact(() => {
      const id = before?.id ?? (type.id === 'code' && typeof given.id === 'string' ? given.id : office.nextId(type));
      const input: Input = { type, id, before, pointer: '/data', attributes, relationships, stamps };
      const finish = writeRecord(writer, input, problems);
      if (problems.length > 0) throw new Refusal(problems);
      finish();
      const after = office.get({ type: type.name, id });
      if (after === undefined) throw new Error(`${what} was not kept`);
      return after;
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new ControlError(400, `${what}: ${JSON.stringify(error.problems)}`);
  }
}

/**
 * Either the vendor's write shape (`attributes`, `relationships`) or a flat one, where a reference is an id, a list of ids, or
 * `{"type","id"}`. What only the control surface shows (`id`, `removed`, `hidden`) is taken out.
 */
function readGiven(
  office: Office,
  type: ResourceType,
  given: JsonObject,
): Pick<Input, 'attributes' | 'relationships'> & { readonly stamps: NonNullable<Input['stamps']> } {
  const inner = isJsonObject(given.attributes) ? given.attributes : {};
  const attributes: Record<string, Json> = { ...inner };
  const relationships: Record<string, Json> = isJsonObject(given.relationships) ? { ...given.relationships } : {};
  for (const [name, value] of Object.entries(given)) {
    if (['id', 'type', 'attributes', 'relationships', 'removed', 'hidden', 'meta', 'links'].includes(name)) continue;
    const relation = type.relations.get(name);
    if (relation === undefined || attributeOf(office, type, name) !== undefined) attributes[name] = value;
    else {
      const link = (one: Json): Json => (isJsonObject(one) ? one : { type: relation.to[0] ?? '', id: String(one) });
      relationships[name] = { data: isJsonList(value) ? value.map(link) : value === null ? null : link(value) };
    }
  }
  const [created, updated] = [secondsOf(attributes.createdAt), secondsOf(attributes.updatedAt)];
  const stamps = {
    ...(created === undefined ? {} : { created }),
    ...(updated === undefined ? {} : { updated }),
    ...(typeof given.hidden === 'boolean' ? { hidden: given.hidden } : {}),
  };
  delete attributes.createdAt;
  delete attributes.updatedAt;
  return { attributes, relationships, stamps };
}

function secondsOf(given: Json | undefined): Seconds | undefined {
  if (given === undefined || given === null) return undefined;
  const span = typeof given === 'string' ? parseSpan(given) : undefined;
  if (span === undefined) throw new ControlError(400, `${JSON.stringify(given)} is not a time`);
  return span.from;
}

function* rowsOf(office: Office, type: ResourceType): Generator<JsonObject> {
  const shelf = office.shelf(type.name);
  for (const record of shelf.rows.values()) yield rowOf(office, type, record);
  for (const record of shelf.graves) yield { ...rowOf(office, type, record), removed: true };
}

/** Flat: attributes as they are, references as ids. */
function rowOf(office: Office, type: ResourceType, record: OroRecord): JsonObject {
  const row: Record<string, Json> = { id: record.id };
  for (const [name, { access }] of type.attributes) if (access !== 'secret') row[name] = shownValue(type, record, name);
  for (const [name, relation] of type.relations) {
    const refs = office.related(type, record, name, relation);
    const links = refs.map(({ type: target, id }) => (relation.to.length > 1 ? { type: target, id } : id));
    row[name] = relation.many ? links : (links[0] ?? null);
  }
  return record.hidden ? { ...row, hidden: true } : row;
}
