import type { Connection, Job } from '../model/connection.ts';
import type { Fault } from '../model/fault.ts';
import type { FieldDescription, ObjectType } from '../model/object-type.ts';
import type { Operation, Outcome, Sent, Traced } from '../model/operation.ts';
import type { Change, Page, Want } from '../model/record.ts';
import { keepAll } from '../model/removal.ts';
import type { Criterion, Direction, Rule, SyncSetup } from '../model/sync.ts';
import { newTally } from '../model/tally.ts';
import { type Fields, same, type Value } from '../model/value.ts';
import { silentLog, type World } from '../model/world.ts';
import type { Engine } from './engine.ts';
import { type PassOptions, pass } from './pass.ts';
import type { Store } from './ports.ts';
import { type FakeRecord, goneAs, lower, notThere, refused, unsure } from './testing/fake-record.ts';

/** A clock that moves when somebody sleeps, and chance from a seed: enough for an engine that does one thing at a time. */
export function stillWorld(seed = 1): World {
  let now = Date.UTC(2026, 10, 20, 9);
  let state = seed;
  return {
    fetch: async () => {
      throw new Error('the engine makes no requests of its own');
    },
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    random: () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    },
    log: silentLog,
  };
}

/**
 * A vendor in a few lines, for the engine's own tests: unique names (letter case does not count), a key field, jobs that tell no ids,
 * answers that get lost. What real systems do is the twins' business.
 */
export class FakeVendor {
  readonly records = new Map<string, FakeRecord>();
  readonly name: string;
  readonly world: World;
  /** `name` is unique here, as organization names are at Zendesk. */
  uniqueName = true;
  /** The field that takes marks; null: creates stand on the natural or the traced rung. */
  markField: string | null = 'external_id';
  /** An update of a record that is not as it was last seen is refused, whatever has changed. */
  checksVersions = false;
  /** Batches of more than one create become jobs that take this long and tell no ids; 0: answered at once. */
  jobMs = 0;
  /** What the next write answers instead of the truth; the write itself is applied when `applied`. */
  readonly faults: { applied: boolean; fault: Fault }[] = [];
  /** Removed records lie in a bin, and come back from there. */
  restores = true;
  /** Values that are refused, by field; ids whose removal is, under `remove`. */
  readonly refused = new Map<string, string>();
  /** Calls of each verb so far. */
  readonly made = { changes: 0, read: 0, find: 0, write: 0, collect: 0, trace: 0 };
  #stamp = 0;
  #next = 1;
  readonly #jobs = new Map<string, { readyAt: number; outcomes: readonly Outcome[] }>();

  constructor(name: string, world: World) {
    this.name = name;
    this.world = world;
  }

  add(fields: Record<string, Value>, by = 'person'): string {
    const id = `${this.name}-${String(this.#next++).padStart(6, '0')}`;
    this.records.set(id, {
      id,
      fields: { ...fields },
      stamp: ++this.#stamp,
      createdBy: by,
      changedBy: by,
      gone: false,
    });
    return id;
  }

  edit(id: string, fields: Record<string, Value>, by = 'person'): void {
    const record = this.records.get(id);
    if (!record) throw new Error(`no ${id}`);
    record.fields = { ...record.fields, ...fields };
    record.stamp = ++this.#stamp;
    record.changedBy = by;
  }

  /** A person removes a record, or something hides it from us; null: it is there again. */
  remove(id: string, fate: 'trash' | 'purged' | 'hidden' | null = 'trash'): void {
    const record = this.records.get(id);
    if (!record) throw new Error(`no ${id}`);
    record.gone = fate !== null;
    if (fate !== null) record.fate = fate;
    record.stamp = ++this.#stamp;
  }

  /** Merged into another one, as a vendor that names the winner tells it. */
  merge(id: string, into: string): void {
    this.remove(id);
    const record = this.records.get(id);
    if (record) record.into = into;
  }

  get(id: string): Record<string, Value> | undefined {
    const record = this.records.get(id);
    return record && !record.gone ? record.fields : undefined;
  }

  all(): readonly Record<string, Value>[] {
    return [...this.records.values()].filter((record) => !record.gone).map(({ fields }) => fields);
  }

  connection(): Connection {
    return {
      name: this.name,
      system: this.name,
      who: async () => ({ account: this.name, user: 'us', userName: 'us', environment: 'production' }),
      describe: async () => [],
      changes: async (want, cursor) => this.#changes(want, cursor),
      read: async (want, ids) => {
        this.made.read++;
        return ids.map((id) => this.#show(want, this.records.get(id), id));
      },
      find: async (want, key, values) => {
        this.made.find++;
        const field = key[0] ?? '';
        const wanted = values.map((each) => lower(each[field]));
        return this.#live()
          .filter((record) => wanted.includes(lower(record.fields[field])))
          .map((record) => this.#show(want, record, record.id));
      },
      write: async (operations) => this.#write(operations),
      collect: async (jobs) => {
        this.made.collect++;
        return jobs.map((job) => this.#collect(job));
      },
      trace: async (operations) => {
        this.made.trace++;
        return operations.map((operation) => this.#trace(operation));
      },
      calls: () => ({ read: this.made.changes + this.made.read + this.made.find, write: this.made.write, login: 0 }),
    };
  }

  #live(): FakeRecord[] {
    return [...this.records.values()].filter((record) => !record.gone);
  }

  #changes(want: Want, cursor: string | null): Page {
    this.made.changes++;
    const after = cursor === null ? 0 : Number(cursor);
    const rows = [...this.records.values()].filter((record) => record.stamp > after).sort((a, b) => a.stamp - b.stamp);
    const page = rows.slice(0, 50);
    const last = page.at(-1);
    return {
      changes: page.map((row) => this.#show(want, row, row.id)),
      cursor: String(last?.stamp ?? after),
      more: rows.length > page.length,
    };
  }

  #show(want: Want, record: FakeRecord | undefined, id: string): Change {
    const ref = { connection: this.name, object: want.object, id };
    const gone = goneAs(record, ref);
    if (gone || !record) return { ref, version: null, at: null, by: null, seen: gone ?? { gone: 'trash' } };
    const fields: Fields = Object.fromEntries(want.fields.map((field) => [field, record.fields[field] ?? null]));
    return { ref, version: String(record.stamp), at: record.stamp * 1000, by: record.changedBy, seen: fields };
  }

  #write(operations: readonly Operation[]): Sent {
    this.made.write++;
    const fault = this.faults.shift();
    if (fault && !fault.applied) return { done: operations.map(() => ({ ok: false, fault: fault.fault })) };
    const outcomes = operations.map((operation) => this.#apply(operation));
    if (fault) return { done: operations.map(() => ({ ok: false, fault: fault.fault })) };
    if (this.jobMs === 0 || operations.length < 2) return { done: outcomes };
    const job = `job-${this.#jobs.size + 1}`;
    this.#jobs.set(job, { readyAt: this.world.now() + this.jobMs, outcomes });
    return { job, againMs: 1500 };
  }

  #collect({ job, operations }: Job): Sent {
    const kept = this.#jobs.get(job);
    if (!kept) return { done: operations.map(() => unsure) };
    if (kept.readyAt > this.world.now()) return { job, againMs: 1500 };
    return {
      done: kept.outcomes.map((outcome, i) => (outcome.ok && operations[i]?.do === 'create' ? unsure : outcome)),
    };
  }

  #apply(operation: Operation): Outcome {
    if (operation.do === 'remove' || operation.do === 'restore') return this.#removeOrRestore(operation);
    const known = operation.do === 'update' ? this.records.get(operation.ref.id) : undefined;
    if (this.checksVersions && known && operation.do === 'update' && operation.expect !== String(known.stamp))
      return { ok: false, fault: { kind: 'stale', say: 'has changed meanwhile' } };
    const fields = Object.fromEntries(
      Object.entries(operation.fields).map(([field, value]) => [field, value as Value]),
    );
    for (const [field, value] of Object.entries(fields)) {
      if (this.refused.get(field) === value) return refused(`${field} may not be ${String(value)}`, [field]);
    }
    const self = operation.do === 'update' ? operation.ref.id : '';
    const mark =
      operation.do === 'create' && this.markField && operation.mark ? { [this.markField]: operation.mark } : {};
    const taken = this.#live().find(
      (record) =>
        record.id !== self &&
        ((this.uniqueName && fields.name !== undefined && lower(record.fields.name) === lower(fields.name)) ||
          (this.markField !== null &&
            mark[this.markField] !== undefined &&
            record.fields[this.markField] === mark[this.markField])),
    );
    if (taken)
      return {
        ok: false,
        fault: { kind: 'stale', say: 'has already been taken', code: 'DuplicateValue', fields: ['name'] },
      };
    if (operation.do === 'create') {
      const id = this.add({ ...fields, ...mark }, 'us');
      return { ok: true, id, version: String(this.#stamp), now: null };
    }
    const record = this.records.get(operation.ref.id);
    if (!record || record.gone) return notThere('it was deleted');
    this.edit(record.id, fields, 'us');
    return { ok: true, id: record.id, version: String(this.#stamp), now: null };
  }

  #removeOrRestore({ do: verb, ref: { id } }: Extract<Operation, { do: 'remove' | 'restore' }>): Outcome {
    const record = this.records.get(id);
    if (verb === 'remove' && record?.gone !== false) return notThere('it was deleted');
    if (verb === 'restore' && !(record?.gone && record.fate === 'trash')) return notThere('it is not in the bin');
    if (this.refused.get(verb) === id) return refused(`${id} has children`, []);
    this.remove(id, verb === 'restore' ? null : this.restores ? 'trash' : 'purged');
    return { ok: true, id, version: String(this.#stamp), now: null };
  }

  #trace(operation: Operation): Traced {
    if (operation.do !== 'create') return 'absent';
    const { mark } = operation;
    const found = this.#live().filter((record) =>
      mark !== null && this.markField !== null
        ? record.fields[this.markField] === mark
        : record.createdBy === 'us' &&
          Object.entries(operation.fields).every(([field, value]) => same(value, record.fields[field])),
    );
    const [one] = found;
    if (!one) return 'absent';
    return found.length > 1
      ? { several: found.map(({ id }) => id) }
      : { ok: true, id: one.id, version: String(one.stamp), now: null };
  }
}

function field(name: string): FieldDescription {
  return {
    name,
    label: name,
    type: 'text',
    vendorType: 'text',
    required: name === 'name',
    settable: 'always',
    stamped: true,
    options: null,
    restricted: false,
    maxLength: 255,
    scale: null,
    unique: false,
    normal: {},
  };
}

export function fakeType(vendor: FakeVendor, object: string): ObjectType {
  return {
    object,
    label: object,
    fields: ['name', 'note', 'plan', 'external_id'].map(field),
    mark: vendor.markField === null ? null : { field: vendor.markField, style: 'id' },
    withoutMark: 'traced',
    batch: { create: 20, update: 20, remove: 20 },
    traceBatch: 20,
    feed: { lagMs: 0, pageSize: 50 },
    guarded: false,
    title: 'name',
    restores: vendor.restores,
  };
}

/** A rule that carries a text as it is; `convert` refuses what `no` says. */
export function textRule(name: string, direction: Direction, more: Partial<Rule> = {}): Rule {
  return {
    id: `${name} ${direction}`,
    hash: `${name}:${direction}`,
    crm: name,
    desk: name,
    direction,
    conflict: ['crm'],
    write: 'always',
    required: { crm: name === 'name', desk: name === 'name' },
    convert: (_to, from) => ({ ok: true, value: from }),
    equal: (crm, desk) => same(crm ?? null, desk ?? null),
    normal: (_side, value) => value ?? null,
    ...more,
  };
}

export const byName: Criterion = {
  crm: 'name',
  desk: 'name',
  keys: (_side, value) => (typeof value === 'string' && value !== '' ? [value.trim().toLowerCase()] : []),
};

export function fakeSetup(crm: FakeVendor, desk: FakeVendor, more: Partial<SyncSetup> = {}): SyncSetup {
  const direction = more.direction ?? 'crm-to-desk';
  return {
    name: 'accounts',
    mode: 'all',
    direction,
    crm: {
      connection: crm.name,
      system: crm.name,
      account: 'a1',
      object: 'Account',
      type: fakeType(crm, 'Account'),
      label: 'Sales',
    },
    desk: {
      connection: desk.name,
      system: desk.name,
      account: 'd1',
      object: 'organization',
      type: fakeType(desk, 'organization'),
      label: 'Support',
    },
    rules: ['name', 'note', 'plan'].map((name) => textRule(name, direction)),
    hash: 'h1',
    match: [byName],
    onMatch: 'crm',
    onMany: 'hold',
    create: direction === 'both' ? ['crm', 'desk'] : direction === 'crm-to-desk' ? ['desk'] : ['crm'],
    update: direction === 'both' ? ['crm', 'desk'] : direction === 'crm-to-desk' ? ['desk'] : ['crm'],
    mark: {
      crm: crm.markField === null ? null : { field: crm.markField, style: 'id' },
      desk: desk.markField === null ? null : { field: desk.markField, style: 'id' },
    },
    removal: keepAll,
    drift: 'report',
    brake: { removals: 50, changes: 0.5 },
    computed: { crm: [], desk: [] },
    yields: [],
    writeBack: { crm: null, desk: null },
    reads: { crm: ['name', 'note', 'plan', 'external_id'], desk: ['name', 'note', 'plan', 'external_id'] },
    within: () => true,
    makes: () => true,
    renew: [],
    ...more,
  };
}

export interface Bench {
  readonly world: World;
  readonly store: Store;
  readonly crm: FakeVendor;
  readonly desk: FakeVendor;
  /** One pass to quiet with these rules (the last ones, if none are given). */
  run(setup?: Partial<SyncSetup>, options?: PassOptions): Promise<Engine>;
}

/** A store, two fake vendors and a sync between them. */
export function newBench(store: Store, world: World = stillWorld()): Bench {
  const crm = new FakeVendor('sales', world);
  const desk = new FakeVendor('support', world);
  let last: Partial<SyncSetup> = {};
  return {
    world,
    store,
    crm,
    desk,
    async run(setup, options) {
      last = setup ?? last;
      const ready = fakeSetup(crm, desk, last);
      const engine: Engine = {
        world,
        store,
        connections: new Map([crm, desk].map((vendor) => [vendor.name, vendor.connection()])),
        setups: [ready],
        run: 'run',
        tallies: new Map([[ready.name, newTally()]]),
        waits: new Map(),
        progress: { count: 0 },
        glimpse: { at: Number.NEGATIVE_INFINITY, list: [] },
        moments: new Map(),
      };
      await pass(engine, options);
      return engine;
    },
  };
}
