import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import type { Office } from './office.ts';
import { asList, type Ref, storedList, toStored } from './refs.ts';
import { invalid, type Problem } from './refusal.ts';
import { type Attribute, isAtLeast, type Relation, type ResourceType } from './resource.ts';
import type { OroRecord, Stored } from './shelf.ts';
import type { Seconds } from './times.ts';
import { checkValue, extraFields, notBlank, readValue } from './values.ts';

/** Who writes, and how ids of the request are to be read. */
export interface Writer {
  readonly office: Office;
  /** The user's id. */
  readonly by: string;
  /** The record that an id of the request means; undefined: there is none. */
  readonly find: (type: ResourceType, id: string) => OroRecord | undefined;
  /** `type/local id` → the id it will have, for what the same request creates. */
  readonly coming: ReadonlyMap<string, string>;
  /** Of the control surface: sees everything, and may set what is read-only in the API. */
  readonly isMaster: boolean;
}

/** One resource object of a request, already known to be well formed. */
export interface Input {
  readonly type: ResourceType;
  readonly id: string;
  readonly before: OroRecord | undefined;
  /** `/data`, `/data/3`, `/included/0`. */
  readonly pointer: string;
  readonly attributes: JsonObject;
  readonly relationships: JsonObject;
  readonly stamps?: { readonly created?: Seconds; readonly updated?: Seconds; readonly hidden?: boolean };
}

/** A record as it would be, before it is saved. */
export interface Draft {
  values: Record<string, Json>;
  refs: Record<string, Stored>;
}

/** The attributes of this version. */
export function attributeOf(office: Office, type: ResourceType, name: string): Attribute | undefined {
  const attribute = type.attributes.get(name);
  return attribute?.since === undefined || isAtLeast(office.switches.version, attribute.since) ? attribute : undefined;
}

/** The request's attributes, into the draft. */
export function readAttributes(
  writer: Writer,
  input: Input,
  draft: Draft,
  given: Set<string>,
  problems: Problem[],
): void {
  const { type, attributes, relationships, pointer } = input;
  const extra = Object.keys(relationships).filter((name) => !type.relations.has(name));
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = attributeOf(writer.office, type, name);
    if (attribute === undefined) {
      // The id may be repeated among the attributes; the internal one of the flavour of external ids too.
      if (name !== 'id' && name !== 'dbId') extra.push(name);
      continue;
    }
    if (attribute.access === 'read' && !writer.isMaster) continue;
    const at = `${pointer}/attributes/${name}`;
    given.add(name);
    draft.values[name] =
      attribute.access === 'read' ? value : readValue(attribute, value, at, writer.office.switches, problems);
  }
  if (extra.length > 0) problems.push(extraFields(extra, pointer === '/data' ? undefined : pointer));
}

/** A relation that another type keeps. */
export type Inverse = readonly [name: string, relation: Relation, refs: readonly Ref[]];

/** The request's relations, into the draft; those that another type keeps are answered. */
export function readRelationships(
  writer: Writer,
  input: Input,
  draft: Draft,
  given: Set<string>,
  problems: Problem[],
): readonly Inverse[] {
  const inverses: Inverse[] = [];
  for (const [name, relationship] of Object.entries(input.relationships)) {
    const relation = input.type.relations.get(name);
    if (relation === undefined || (relation.access === 'read' && !writer.isMaster)) continue;
    const at = `${input.pointer}/relationships/${name}/data`;
    const data = isJsonObject(relationship) ? (relationship.data ?? null) : null;
    const refs = readRefs(writer, relation, data, at, problems);
    if (relation.fixed === true && input.before !== undefined) {
      const [stored = ''] = storedList(input.before, name);
      if (refs[0] === undefined || toStored(relation, refs[0]) !== stored) {
        problems.push(invalid('unchangeable field', 'Address owner cannot be changed once set.', at));
      }
      continue;
    }
    given.add(name);
    if (relation.inverse !== undefined) inverses.push([name, relation, refs]);
    else {
      const stored = refs.map((ref) => toStored(relation, ref));
      draft.refs[name] = relation.many ? [...new Set(stored)] : (stored[0] ?? null);
    }
  }
  return inverses;
}

/** Links of a request as records that exist and may be seen. */
export function readRefs(
  writer: Writer,
  relation: Relation,
  data: Json,
  pointer: string,
  problems: Problem[],
): readonly Ref[] {
  if (relation.many !== isJsonList(data) && data !== null) {
    problems.push(invalid('form', 'This value is not valid.', pointer));
    return [];
  }
  const links = isJsonList(data) ? data : data === null ? [] : [data];
  return links.flatMap((link, index) => {
    const ref = isJsonObject(link) ? readRef(writer, relation, link) : 'unfit';
    if (typeof ref === 'object') return [ref];
    if (ref === 'unfit') problems.push(invalid('form', 'This value is not valid.', pointer));
    else if (ref === 'absent') problems.push(invalid('form', 'The entity does not exist.', pointer));
    else {
      const at = relation.many ? `${pointer}/${index}` : pointer;
      const detail = 'The "VIEW" permission is denied for the related resource.';
      problems.push(invalid('access granted', detail, at, 403));
    }
    return [];
  });
}

function readRef(writer: Writer, relation: Relation, link: JsonObject): Ref | 'unfit' | 'absent' | 'hidden' {
  const { type: name, id } = link;
  const type = typeof name === 'string' && relation.to.includes(name) ? writer.office.type(name) : undefined;
  if (type === undefined || typeof id !== 'string') return 'unfit';
  const coming = writer.coming.get(`${type.name}/${id}`);
  if (coming !== undefined) return { type: type.name, id: coming };
  const record = writer.find(type, id);
  if (record === undefined) return isTopicOfOne(type, id) ? { type: type.name, id } : 'absent';
  if ((record.hidden || !writer.office.may(type, 'view')) && !writer.isMaster) return 'hidden';
  return { type: type.name, id: record.id };
}

/** Topics of single records, `user.updated.12`, are not listed but can be subscribed to. */
function isTopicOfOne(type: ResourceType, id: string): boolean {
  return type.name === 'webhooktopics' && /^[a-z0-9]+\.(updated|deleted)\.\d+$/.test(id);
}

/** What a new record is given without asking. */
export function giveInitials(
  { office, by }: Writer,
  type: ResourceType,
  draft: Draft,
  given: ReadonlySet<string>,
): void {
  for (const [name, { initial }] of type.attributes) {
    if (initial !== undefined && !given.has(name)) draft.values[name] = initial;
  }
  const user = office.get({ type: 'users', id: by });
  for (const [name, { initial }] of type.relations) {
    if (initial === undefined || given.has(name)) continue;
    draft.refs[name] =
      initial === 'user' ? by : initial === 'organization' ? (user?.refs.organization ?? null) : initial;
  }
}

/** What the validators say of the draft as a whole. */
export function checkAll(
  office: Office,
  type: ResourceType,
  { id, pointer }: Input,
  draft: Draft,
  given: ReadonlySet<string>,
  problems: Problem[],
): void {
  const refused = new Set(problems.map((problem) => problem.pointer));
  for (const [name, attribute] of type.attributes) {
    const at = `${pointer}/attributes/${name}`;
    const value = draft.values[name] ?? null;
    if (refused.has(at) || (!given.has(name) && attribute.required !== true)) continue;
    checkValue(attribute, value, at, problems);
    if (attribute.unique !== undefined && typeof value === 'string') {
      const [holder] = byText(office, type, name, value).filter((row) => row.id !== id);
      if (holder !== undefined) problems.push(invalid('unique entity', attribute.unique, at));
    }
  }
  for (const [name, { required }] of type.relations) {
    const at = `${pointer}/relationships/${name}/data`;
    if (required === true && !refused.has(at) && asList(draft.refs[name] ?? null).length === 0)
      problems.push(notBlank(at));
  }
}

/** Records whose attribute is exactly this text. */
export function byText(office: Office, type: ResourceType, name: string, text: string): readonly OroRecord[] {
  const keys = (row: OroRecord): readonly string[] => {
    const value = row.values[name];
    return typeof value === 'string' ? [value] : [];
  };
  return office.shelf(type.name).find(`exact ${name}`, keys, text);
}
