import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../twins/json.ts';
import { byText, type Input, type Writer } from './draft.ts';
import type { Office } from './office.ts';
import { denied, invalid, notFound, type Problem, Refusal } from './refusal.ts';
import { isAtLeast, type ResourceType } from './resource.ts';
import type { OroRecord } from './shelf.ts';
import { type Finish, writeRecord } from './write.ts';

/** A resource object of a request, well formed, and what is to be done with it. */
export interface Item {
  readonly type: ResourceType;
  readonly body: JsonObject;
  readonly pointer: string;
  /** Of the record to change; null: a new one, whose `id` in the body is a local name only. */
  readonly id: string | null;
}

export interface Saved {
  readonly type: ResourceType;
  readonly id: string;
  readonly isNew: boolean;
  /** The id that the request used; null: none. */
  readonly givenId: string | null;
}

/** Whose request it is. */
export interface Doer {
  readonly office: Office;
  /** The user's id. */
  readonly by: string;
  /** Ids of the request are those of other systems. */
  readonly externalIds: boolean;
  /** The vendor error that a planted fault refuses the next written item with, or null. */
  readonly refuse: () => Json | null;
}

/** The record that an id of a request means. */
export function findRecord({ office, externalIds }: Doer, type: ResourceType, id: string): OroRecord | undefined {
  if (externalIds && type.attributes.has('externalId')) return byText(office, type, 'externalId', id)[0];
  return office.get({ type: type.name, id });
}

/** Like it, but refuses what is not there, and what may not be seen. */
export function mustFind(doer: Doer, type: ResourceType, id: string, what: 'view' | 'edit' | 'delete'): OroRecord {
  if (!doer.office.may(type, what)) throw denied('No access to this type of entities.');
  const record = findRecord(doer, type, id);
  if (record === undefined) throw notFound();
  if (record.hidden) throw denied('No access to the entity.');
  return record;
}

/**
 * Saves all of it or nothing. `coming` carries local ids from one call of the same request to the next.
 * Throws Refusal with every problem found.
 */
export function saveAll(
  doer: Doer,
  primary: readonly Item[],
  included: readonly Item[],
  coming = new Map<string, string>(),
): { readonly primary: readonly Saved[]; readonly included: readonly Saved[] } {
  const { office } = doer;
  return office.transact(() => {
    const problems: Problem[] = [];
    const ids = new Map(coming);
    const writer: Writer = {
      office,
      by: doer.by,
      find: (type, id) => findRecord(doer, type, id),
      coming: ids,
      isMaster: false,
    };
    const open = (item: Item): { readonly input: Input; readonly saved: Saved } | undefined => {
      try {
        return openItem(doer, item, ids);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        problems.push(...error.problems.map((problem) => placed(problem, item.pointer)));
        return undefined;
      }
    };
    const inner = included.map(open);
    const outer = primary.map((item) => {
      const fault = problemOf(doer.refuse(), item.pointer);
      if (fault !== undefined) problems.push(fault);
      return open(item);
    });
    const finishes: Finish[] = [];
    for (const opened of [...inner, ...outer]) {
      if (opened !== undefined) finishes.push(writeRecord(writer, opened.input, problems));
    }
    if (problems.length > 0) throw new Refusal(problems);
    for (const finish of finishes) finish();
    for (const [key, id] of ids) coming.set(key, id);
    const savedOf = (opened: (typeof inner)[number]): Saved[] => (opened === undefined ? [] : [opened.saved]);
    return { primary: outer.flatMap(savedOf), included: inner.flatMap(savedOf) };
  });
}

function openItem(
  doer: Doer,
  item: Item,
  coming: Map<string, string>,
): { readonly input: Input; readonly saved: Saved } {
  const { office } = doer;
  const { type, body, pointer } = item;
  const givenId = typeof body.id === 'string' ? body.id : null;
  const before = item.id === null ? upserted(doer, item) : mustFind(doer, type, item.id, 'edit');
  const action = before === undefined ? 'create' : 'update';
  if (!office.allows(type, action)) {
    throw new Refusal([{ status: 405, title: 'action not allowed exception', detail: 'The action is not allowed.' }]);
  }
  if (!office.may(type, action === 'create' ? 'create' : 'edit')) throw denied('No access to this type of entities.');
  const external = isExternal(doer, type) && before === undefined ? givenId : null;
  if (external !== null && findRecord(doer, type, external) !== undefined) {
    throw new Refusal([invalid('conflict', 'The entity already exists.', undefined, 409)]);
  }
  const id = before?.id ?? office.nextId(type);
  if (givenId !== null && before === undefined) coming.set(`${type.name}/${givenId}`, id);
  const attributes = isJsonObject(body.attributes) ? body.attributes : {};
  const relationships = isJsonObject(body.relationships) ? body.relationships : {};
  const named = external === null ? attributes : { ...attributes, externalId: external };
  return {
    input: { type, id, before, pointer, attributes: named, relationships },
    saved: { type, id, isNew: before === undefined, givenId },
  };
}

function isExternal({ externalIds }: Doer, type: ResourceType): boolean {
  return externalIds && type.attributes.has('externalId');
}

/** The record that an upsert finds; undefined where one is to be created. Source: OroPlatform, "Upsert operation" (API guide), 5.1+. */
function upserted({ office }: Doer, { type, body, pointer }: Item): OroRecord | undefined {
  const asked = isJsonObject(body.meta) ? body.meta.upsert : undefined;
  if (asked === undefined || asked === false || !isAtLeast(office.switches.version, '5.1')) return undefined;
  const at = pointer === '/data' ? '/meta/upsert' : `${pointer}/meta/upsert`;
  const no = (detail: string, status = 400): Refusal =>
    new Refusal([status === 409 ? invalid('conflict', detail, undefined, 409) : invalid('value', detail, at)]);
  if (!isJsonList(asked) || asked.length === 0) {
    throw no('The upsert operation cannot use the entity identifier to find an entity.');
  }
  const attributes = isJsonObject(body.attributes) ? body.attributes : {};
  const found = asked.map((name) => {
    const isUnique = typeof name === 'string' && type.attributes.get(name)?.unique !== undefined;
    const value = isUnique ? attributes[name] : undefined;
    if (!isUnique || typeof value !== 'string') {
      throw no('The upsert operation cannot use this field to find an entity.');
    }
    return byText(office, type, name, value);
  });
  const [first = [], ...others] = found;
  const all = first.filter((record) => others.every((records) => records.includes(record)));
  if (all.length > 1) throw no('The upsert operation founds more than one entity.', 409);
  return all[0];
}

/** Problems of a whole item are told at its place, except at that of a single primary record. */
export function placed(problem: Problem, pointer: string): Problem {
  return problem.pointer !== undefined || pointer === '/data' ? problem : { ...problem, pointer };
}

/** A planted fault in the vendor's words: `{"status", "title", "detail", "pointer"}`, each of them optional. */
function problemOf(fault: Json | null, pointer: string): Problem | undefined {
  if (fault === null) return undefined;
  const body = isJsonObject(fault) ? fault : { detail: fault };
  const text = (value: Json | undefined, other: string): string => (typeof value === 'string' ? value : other);
  return {
    status: typeof body.status === 'number' && body.status >= 400 && body.status < 600 ? Math.floor(body.status) : 400,
    title: text(body.title, 'form constraint'),
    detail: text(body.detail, 'This value is not valid.'),
    pointer: `${pointer}${text(body.pointer, '')}`,
  };
}

/**
 * For each item of `included`, whether the primary items lead to it, directly or through others, in either direction; and the problem of
 * one that says the same as an earlier one. Source: OroPlatform, "Create and update related resources" (API guide).
 */
export function unlinked(primary: readonly Item[], included: readonly Item[], isBatch: boolean): readonly Problem[] {
  const problems: Problem[] = [];
  const reached = reach(primary, included);
  const seen = new Map<string, number>();
  included.forEach((item, index) => {
    const key = keyOf(item);
    const first = seen.get(key);
    if (first !== undefined) {
      const detail = `The item duplicates the item with the index ${first}`;
      problems.push(invalid('request data', detail, item.pointer));
      return;
    }
    seen.set(key, index);
    if (reached.has(item)) return;
    const whom = isBatch ? 'at least one primary entity' : 'the primary entity';
    const detail = `The entity should have a relationship with ${whom} and this should be explicitly specified in the request`;
    problems.push(invalid('request data', detail, item.pointer));
  });
  return problems;
}

/** The included items that belong to these primary ones. */
export function reach(primary: readonly Item[], included: readonly Item[]): ReadonlySet<Item> {
  const reached = new Set<Item>(primary);
  const known = new Set(primary.flatMap((item) => [keyOf(item), ...linksOf(item)]));
  const own = new Set(primary.map(keyOf));
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const item of included) {
      if (reached.has(item)) continue;
      const links = linksOf(item);
      if (!known.has(keyOf(item)) && !links.some((link) => own.has(link))) continue;
      reached.add(item);
      own.add(keyOf(item));
      for (const link of links) known.add(link);
    }
  }
  return reached;
}

function keyOf({ type, body }: Item): string {
  return `${type.name}/${typeof body.id === 'string' ? body.id : ''}`;
}

function linksOf({ body }: Item): readonly string[] {
  if (!isJsonObject(body.relationships)) return [];
  return Object.values(body.relationships).flatMap((relationship) => {
    const data = isJsonObject(relationship) ? (relationship.data ?? null) : null;
    const links = isJsonList(data) ? data : [data];
    return links.flatMap((link) => (isJsonObject(link) ? [`${String(link.type)}/${String(link.id)}`] : []));
  });
}
