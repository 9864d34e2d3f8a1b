import type { World } from '../../../model/world.ts';
import type { Chance } from '../../../twins/chance.ts';
import type { Settings as Kept } from '../../../twins/settings.ts';
import { Agenda } from './agenda.ts';
import { allTypes } from './catalogue.ts';
import { fromStored, type Ref, storedList, toStored } from './refs.ts';
import { type Action, isAtLeast, type Relation, type ResourceType } from './resource.ts';
import type { Settings } from './settings.ts';
import { type OroRecord, Shelf } from './shelf.ts';
import { type Seconds, toSeconds } from './times.ts';

export interface Change {
  readonly type: ResourceType;
  readonly before: OroRecord | undefined;
  /** Undefined: deleted. */
  readonly after: OroRecord | undefined;
}

export interface OfficeParts {
  readonly settings: Kept<Settings>;
  readonly chance: Chance;
  readonly world: Pick<World, 'sleep' | 'fetch' | 'log'>;
  /** The clock itself, which runs on while `now` stands at what is being lived through. */
  readonly clockMs: () => number;
}

/** All that one installation holds. A reset makes a new one. */
export class Office {
  readonly settings: Kept<Settings>;
  readonly chance: Chance;
  readonly world: OfficeParts['world'];
  readonly clockMs: () => number;
  readonly agenda = new Agenda();
  readonly #shelves = new Map<string, Shelf>(allTypes.map((type) => [type.name, new Shelf(type)]));
  readonly #listeners: ((change: Change) => void)[] = [];
  #journal: Change[] | null = null;
  #momentMs: number;

  constructor({ settings, chance, world, clockMs }: OfficeParts) {
    this.settings = settings;
    this.chance = chance;
    this.world = world;
    this.clockMs = clockMs;
    this.#momentMs = clockMs();
  }

  get switches(): Settings {
    return this.settings.now;
  }

  /** The moment being lived through: that of the request, or that of something which fell due before it. */
  get nowMs(): number {
    return this.#momentMs;
  }

  get now(): Seconds {
    return toSeconds(this.#momentMs);
  }

  /** Lives through everything that fell due, then stands at `nowMs`. */
  catchUp(nowMs: number): void {
    for (let due = this.agenda.take(nowMs); due !== undefined; due = this.agenda.take(nowMs)) {
      this.#momentMs = due.atMs;
      due.run();
    }
    this.#momentMs = nowMs;
  }

  /** Undefined: this version knows no such type. */
  type(name: string): ResourceType | undefined {
    const type = this.#shelves.get(name)?.type;
    return type?.since === undefined || isAtLeast(this.switches.version, type.since) ? type : undefined;
  }

  types(): readonly ResourceType[] {
    return [...this.#shelves.values()].map(({ type }) => type);
  }

  /** A new type, or a known one with further fields. */
  define(type: ResourceType): void {
    const known = this.#shelves.get(type.name);
    if (known === undefined) this.#shelves.set(type.name, new Shelf(type));
    else known.type = type;
  }

  shelf(name: string): Shelf {
    const shelf = this.#shelves.get(name);
    if (shelf === undefined) throw new Error(`the catalogue has no type ${name}`);
    return shelf;
  }

  get({ type, id }: Ref): OroRecord | undefined {
    return this.#shelves.get(type)?.rows.get(id);
  }

  may(type: ResourceType, what: 'view' | 'create' | 'edit' | 'delete'): boolean {
    return !this.switches.denied.includes(`${type.name}.${what}`);
  }

  allows(type: ResourceType, action: Action): boolean {
    return type.actions.has(action);
  }

  nextId(type: ResourceType): string {
    const shelf = this.shelf(type.name);
    shelf.lastId++;
    if (type.id === 'integer') return String(shelf.lastId);
    const hex = this.chance.text(32, '0123456789abcdef');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  save(type: ResourceType, after: OroRecord): void {
    const before = this.get({ type: type.name, id: after.id });
    this.shelf(type.name).put(after);
    this.#note({ type, before, after });
  }

  /** Deletes it with all that cannot be without it; what else points at it is left without. */
  erase(type: ResourceType, before: OroRecord): void {
    const shelf = this.shelf(type.name);
    shelf.remove(before.id);
    shelf.graves.push(before);
    this.#note({ type, before, after: undefined });
    const gone: Ref = { type: type.name, id: before.id };
    for (const other of this.types()) {
      for (const [name, relation] of other.relations) {
        if (relation.inverse !== undefined || !relation.to.includes(type.name)) continue;
        for (const record of this.pointing(other, name, gone)) {
          if (relation.cascade === true) this.erase(other, record);
          else this.save(other, without(record, name, relation, gone));
        }
      }
    }
  }

  /** The records of `type` whose relation `name`, kept there, leads to `ref`. */
  pointing(type: ResourceType, name: string, ref: Ref): readonly OroRecord[] {
    const relation = type.relations.get(name);
    if (relation === undefined) return [];
    return this.shelf(type.name).find(`ref ${name}`, (row) => storedList(row, name), toStored(relation, ref));
  }

  /** Where a relation leads, whichever side keeps it. */
  related(type: ResourceType, record: OroRecord, name: string, relation: Relation): readonly Ref[] {
    if (relation.inverse === undefined) {
      return storedList(record, name).map((stored) => fromStored(relation, stored));
    }
    const to = relation.to[0] ?? '';
    const there = this.pointing(this.shelf(to).type, relation.inverse, { type: type.name, id: record.id });
    return there.map(({ id }) => ({ type: to, id }));
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** All or nothing: what was saved is taken back where `work` throws, ids that were given out included. */
  transact<T>(work: () => T): T {
    if (this.#journal !== null) return work();
    const journal: Change[] = [];
    const ids = [...this.#shelves.values()].map((shelf) => ({
      shelf,
      lastId: shelf.lastId,
      dead: shelf.graves.length,
    }));
    this.#journal = journal;
    try {
      const result = work();
      for (const change of journal) for (const listener of this.#listeners) listener(change);
      return result;
    } catch (error) {
      for (const { type, before, after } of journal.reverse()) {
        const shelf = this.shelf(type.name);
        if (before === undefined) shelf.remove(after?.id ?? '');
        else if (after === undefined) shelf.bringBack(before);
        else shelf.put(before);
      }
      for (const { shelf, lastId, dead } of ids) {
        shelf.lastId = lastId;
        shelf.graves.length = dead;
      }
      throw error;
    } finally {
      this.#journal = null;
    }
  }

  /** Does it, takes it back, and answers what came of it. */
  rehearse<T>(work: () => T): T {
    const played: T[] = [];
    const end = new Error('the rehearsal is over');
    try {
      this.transact(() => {
        played.push(work());
        throw end;
      });
    } catch (error) {
      if (error !== end) throw error;
    }
    const [result] = played;
    if (result === undefined) throw end;
    return result;
  }

  #note(change: Change): void {
    if (this.#journal !== null) this.#journal.push(change);
    else for (const listener of this.#listeners) listener(change);
  }
}

function without(record: OroRecord, name: string, relation: Relation, gone: Ref): OroRecord {
  const left = storedList(record, name).filter((stored) => stored !== toStored(relation, gone));
  const { [name]: _, ...refs } = record.refs;
  return { ...record, refs: relation.many && left.length > 0 ? { ...refs, [name]: left } : refs };
}
