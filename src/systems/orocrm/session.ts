import type { Identity } from '../../model/connection.ts';
import { FaultError } from '../../model/fault.ts';
import type { World } from '../../model/world.ts';
import { type Resource, resourceOf } from './resource.ts';
import type { OrocrmWire } from './wire.ts';

/** What the verbs of one connection share. */
export interface Session {
  /** The connection's name in the config. */
  readonly name: string;
  readonly world: World;
  readonly wire: OrocrmWire;
  readonly who: () => Promise<Identity>;
  readonly modes: Modes;
}

/** What is known of the installation, from the config and from what it answered. */
interface Modes {
  /** True where a batch is written while we wait (6.0), so that its answer tells the new ids. */
  waits(): boolean;
  /** It was, or the release has something that came later. */
  nowWaits(): void;
}

export function createModes(version: string | undefined): Modes {
  let waits = version !== undefined && Number.parseInt(version, 10) >= 6;
  return {
    waits: () => waits,
    nowWaits() {
      waits = true;
    },
  };
}

/** The resource of an object; one that we do not know is a mistake in a config that no check has seen. */
export function resourceFor(object: string): Resource {
  const resource = resourceOf(object);
  if (resource === undefined) {
    throw new FaultError({ kind: 'bug', say: `Syncline does not know the object "${object}" of OroCRM.` });
  }
  return resource;
}

/** The query that asks for these fields and no others, the stamps always. */
export function sparse(resource: Resource, names: Iterable<string>): Readonly<Record<string, string>> {
  const also = [...(resource.by === null ? [] : [resource.by]), 'createdAt', 'updatedAt'];
  const wanted = [...new Set([...names, ...also])].filter((name) => name !== 'id');
  return { [`fields[${resource.object}]`]: wanted.join(',') };
}
