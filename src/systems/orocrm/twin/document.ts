import type { Json, JsonObject } from '../../../twins/json.ts';
import type { Office } from './office.ts';
import type { Query } from './query.ts';
import { fromStored, type Ref, storedList } from './refs.ts';
import { isAtLeast, type Relation, type ResourceType } from './resource.ts';
import type { OroRecord } from './shelf.ts';
import { iso } from './times.ts';

/** How one request wants its records shown. */
export interface Showing {
  readonly office: Office;
  /** `https://host/api`, as the client called it. */
  readonly base: string;
  readonly hateoas: boolean;
  /** Ids are those of other systems. */
  readonly externalIds: boolean;
  readonly query: Query;
}

interface Plan {
  readonly type: ResourceType;
  readonly attributes: readonly string[];
  readonly relations: readonly (readonly [string, Relation])[];
}

/** Draws resource objects; what to draw is worked out once per type and request. */
export class Drawer {
  readonly #showing: Showing;
  readonly #plans = new Map<string, Plan>();

  constructor(showing: Showing) {
    this.#showing = showing;
  }

  resource(type: ResourceType, record: OroRecord, meta: JsonObject = {}): JsonObject {
    const { hateoas, query } = this.#showing;
    const plan = this.#plan(type);
    const id = this.idOf({ type: type.name, id: record.id });
    const attributes: Record<string, Json> = {};
    for (const name of plan.attributes) attributes[name] = shownValue(type, record, name);
    if (this.#showing.externalIds && type.attributes.has('externalId')) attributes.dbId = Number(record.id);
    const relationships: Record<string, Json> = {};
    const self = `${this.#showing.base}/${type.name}/${encodeURIComponent(id)}`;
    for (const [name, relation] of plan.relations) {
      const data = this.#links(type, record, name, relation);
      relationships[name] = hateoas
        ? { links: this.#linksOf(self, name, data.more), data: data.data }
        : { data: data.data };
    }
    const allMeta = query.meta.includes('title') ? { title: titleOf(type, record), ...meta } : meta;
    return {
      type: type.name,
      id,
      ...(Object.keys(allMeta).length === 0 ? {} : { meta: allMeta }),
      ...(hateoas ? { links: { self } } : {}),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      ...(Object.keys(relationships).length === 0 ? {} : { relationships }),
    };
  }

  idOf(ref: Ref): string {
    if (!this.#showing.externalIds) return ref.id;
    const external = this.#showing.office.get(ref)?.values.externalId;
    return typeof external === 'string' ? external : ref.id;
  }

  link(ref: Ref): JsonObject {
    return { type: ref.type, id: this.idOf(ref) };
  }

  /** What `include` asks for, each once, in the order in which it is met. */
  included(type: ResourceType, records: readonly OroRecord[]): readonly JsonObject[] {
    const { office, query } = this.#showing;
    const seen = new Set(records.map((record) => `${type.name}/${record.id}`));
    const drawn: JsonObject[] = [];
    const follow = (from: ResourceType, record: OroRecord, path: readonly string[]): void => {
      const [name, ...rest] = path;
      const relation = name === undefined ? undefined : from.relations.get(name);
      if (name === undefined || relation === undefined) return;
      for (const ref of office.related(from, record, name, relation)) {
        const target = office.get(ref);
        const targetType = office.type(ref.type);
        if (target === undefined || targetType === undefined || this.#isHidden(targetType, target)) continue;
        const key = `${ref.type}/${ref.id}`;
        if (!seen.has(key)) drawn.push(this.resource(targetType, target));
        seen.add(key);
        follow(targetType, target, rest);
      }
    };
    for (const path of query.include) for (const record of records) follow(type, record, path.split('.'));
    return drawn;
  }

  /** Visible targets of a relation. */
  targets(type: ResourceType, record: OroRecord, name: string, relation: Relation): readonly Ref[] {
    const { office } = this.#showing;
    const refs =
      relation.inverse === undefined
        ? storedList(record, name).map((stored) => fromStored(relation, stored))
        : office.related(type, record, name, relation);
    // Ids alone hide nothing at a to-one relation, unless the switch says so; lists go through the access rules.
    if (!relation.many && office.switches.hiddenReference === 'id') return refs;
    return refs.filter((ref) => {
      const target = office.get(ref);
      return target === undefined || !target.hidden;
    });
  }

  #isHidden(type: ResourceType, record: OroRecord): boolean {
    return record.hidden || !this.#showing.office.may(type, 'view');
  }

  #links(
    type: ResourceType,
    record: OroRecord,
    name: string,
    relation: Relation,
  ): { readonly data: Json; readonly more: boolean } {
    const refs = this.targets(type, record, name, relation);
    if (!relation.many) return { data: refs[0] === undefined ? null : this.link(refs[0]), more: false };
    const most = this.#showing.office.switches.maxRelated;
    return { data: refs.slice(0, most).map((ref) => this.link(ref)), more: refs.length > most };
  }

  #linksOf(self: string, name: string, more: boolean): JsonObject {
    const path = `${self}/relationships/${name}`;
    const next = more ? { next: `${path}?page%5Bnumber%5D=2` } : {};
    return { self: path, related: `${self}/${name}`, ...next };
  }

  #plan(type: ResourceType): Plan {
    const known = this.#plans.get(type.name);
    if (known !== undefined) return known;
    const { office, query } = this.#showing;
    const wanted = query.fields.get(type.name);
    const isWanted = (name: string): boolean => wanted === undefined || wanted.has(name);
    const attributes = [...type.attributes]
      .filter(([, { access }]) => access !== 'secret')
      .filter(([, { since }]) => since === undefined || isAtLeast(office.switches.version, since))
      .map(([name]) => name)
      .filter((name) => isWanted(name) && !(this.#showing.externalIds && name === 'externalId'));
    const relations = [...type.relations].filter(([name]) => isWanted(name));
    const plan = { type, attributes, relations };
    this.#plans.set(type.name, plan);
    return plan;
  }
}

export function shownValue(type: ResourceType, record: OroRecord, name: string): Json {
  if (name === 'createdAt') return iso(record.created);
  if (name === 'updatedAt') return record.updated === null ? null : iso(record.updated);
  return record.values[name] ?? (type.attributes.get(name)?.kind === 'list' ? [] : null);
}

function titleOf(type: ResourceType, record: OroRecord): string {
  const parts = type.title.map((name) => record.values[name]).filter((part) => typeof part === 'string');
  return parts.length === 0 ? record.id : parts.join(' ');
}

/** `self`, and where they lead somewhere `first`, `prev` and `next`; parameters sorted and percent-encoded. There is no `last`. */
export function pageLinks(path: string, { page, repeated }: Query, more: boolean): JsonObject {
  const at = (number: number): string => {
    const all = number === 1 ? repeated : [...repeated, ['page[number]', String(number)] as const];
    const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const query = sorted.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    return query === '' ? path : `${path}?${query}`;
  };
  const back = page.number > 1 ? { first: at(1), prev: at(page.number - 1) } : {};
  return { self: path, ...back, ...(more ? { next: at(page.number + 1) } : {}) };
}
