import { sides } from '../model/record.ts';
import type { Mapped } from '../systems/kit/system.ts';
import { askedOf } from './config/pointed.ts';
import { effectiveOf, objectsByConnection } from './config/resolve.ts';
import type { Config } from './config/schema.ts';

/** What the syncs do with one connection: what the doctor looks at there. */
export interface Scope {
  readonly objects: readonly string[];
  /** Those on which some sync creates records: that is where keys matter. */
  readonly created: readonly string[];
  /** The fields that some sync reads or writes, by object. */
  readonly mapped: Mapped;
}

/** By connection: those that a sync uses, or `only` the one that is named, whether a sync uses it or not. */
export function scopesOf(config: Config, only: string | undefined): ReadonlyMap<string, Scope> {
  const used = objectsByConnection(config);
  const names = only === undefined ? [...used.keys()] : [only];
  return new Map(names.map((name) => [name, scopeOf(config, name, used.get(name) ?? [])]));
}

function scopeOf(config: Config, connection: string, objects: readonly string[]): Scope {
  const created = new Set<string>();
  const mapped = new Map<string, Set<string>>();
  const all = new Map(Object.keys(config.syncs).map((name) => [name, effectiveOf(config, name)]));
  for (const name of Object.keys(config.syncs)) {
    const sync = effectiveOf(config, name);
    for (const side of sides) {
      const { connection: there, object } = sync[side];
      if (there !== connection || object === null) continue;
      const isCalled = askedOf(name, all).calls.some((call) => call.side === side);
      if (sync.create.includes(side) || isCalled) created.add(object);
      const fields = mapped.get(object) ?? new Set();
      mapped.set(object, fields);
      for (const rule of [...sync.fields, ...sync.references, ...sync.match]) {
        const field = rule[side];
        if (field !== undefined) fields.add(field);
      }
      const back = sync.writeBack[side]?.field;
      if (back !== undefined) fields.add(back);
    }
  }
  return {
    objects,
    created: [...created],
    mapped: Object.fromEntries([...mapped].map(([object, fields]) => [object, [...fields]])),
  };
}
