import type { ObjectType } from '../../model/object-type.ts';
import type { World } from '../../model/world.ts';
import { attempt } from '../kit/attempt.ts';
import { type Module, modules } from './modules.ts';
import { type CustomTypes, customTypes, objectType } from './objects.ts';
import { isCustom } from './values.ts';
import type { ZohoDeskWire } from './wire.ts';

/** What the verbs of one connection share. */
export interface Session {
  /** The connection's name in the config. */
  readonly name: string;
  readonly world: World;
  readonly wire: ZohoDeskWire;
  readonly catalog: Catalog;
  readonly sight: Sight;
}

interface Catalog {
  describe(module: Module): Promise<ObjectType>;
  /** The types of custom fields: asked for if one of these fields is custom and they are not known; else what is known. */
  typesFor(module: Module, names: Iterable<string>): Promise<CustomTypes>;
}

/**
 * What was learned of how much this portal shows our agent. It lasts until the portal is described again, since a person may change it.
 */
export interface Sight {
  /** Fields (`contact phone`) that a whole record did not show: no further record is read only to look for them. */
  readonly unseen: Set<string>;
  /** Fields that were sent with a value and were neither refused nor kept. */
  readonly dropped: Set<string>;
  /** Objects whose lists do not take the names of fields: their rows are bare. */
  readonly bare: Set<string>;
}

export function createSight(): Sight {
  return { unseen: new Set(), dropped: new Set(), bare: new Set() };
}

export function sightKey(module: Module, name: string): string {
  return `${module.object} ${name}`;
}

export function createCatalog(wire: ZohoDeskWire, sight: Sight): Catalog {
  const known = new Map<string, CustomTypes>();
  const asked = new Map<string, Promise<CustomTypes>>();

  async function ask(module: Module): Promise<CustomTypes> {
    const types = customTypes(await wire.fields(module));
    known.set(module.object, types);
    return types;
  }

  return {
    async describe(module) {
      const rows = await wire.fields(module);
      known.set(module.object, customTypes(rows));
      for (const set of [sight.unseen, sight.dropped])
        for (const key of set) if (key.startsWith(`${module.object} `)) set.delete(key);
      // What a layout demands can be unknown: a record that lacks it is then refused with the field's name.
      const layouts = await attempt(() => wire.layouts(module));
      return objectType(module, rows, layouts.ok ? layouts.value : []);
    },
    async typesFor(module, names) {
      const types = known.get(module.object);
      if (types !== undefined || ![...names].some(isCustom)) return types ?? new Map();
      const asking = asked.get(module.object) ?? ask(module).finally(() => asked.delete(module.object));
      asked.set(module.object, asking);
      return asking;
    },
  };
}

/** The objects as every portal has them. */
export const standardObjects: readonly ObjectType[] = modules.map((module) => objectType(module, [], []));
