import { z } from 'zod';
import { valuesOf } from '../mapping/filter.ts';
import type { FilterSetting } from '../mapping/settings.ts';
import { plainField } from '../model/plain-field.ts';
import type { HookAsk, HookFilter, Hooks, KeptHook } from '../systems/kit/hook.ts';
import type { System } from '../systems/kit/system.ts';
import { effectiveOf } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { type Opening, pinned } from './connections.ts';
import { newToken } from './folder.ts';

/**
 * A door for the calls of one connection's vendor: one for each account at the other end, so that two Salesforce orgs have two. What opens it
 * is a token that nobody can guess, kept sealed with what the vendor signs with.
 */
export interface HookDoor {
  /** The connection whose vendor calls. */
  readonly connection: string;
  /** The account at the other end. */
  readonly peer: string;
  readonly token: string;
  readonly kept: KeptHook | null;
  readonly hooks: Hooks;
  /** The syncs that it is for. */
  readonly syncs: readonly string[];
}

const keptShape = z.object({
  token: z.string().min(1),
  kept: z.object({ webhook: z.string(), trigger: z.string().nullable(), signing: z.string() }).nullable(),
});

type Place = Pick<HookDoor, 'connection' | 'peer'>;

/** Where a door is kept. */
function drawerOf({ connection, peer }: Place): string {
  return `${connection}/hook of ${peer}`;
}

/** The syncs that a vendor can tell of changes, and that want to hear of them at once: by the two connections. */
export function hookedSyncs(
  config: Config,
  systems: readonly System[],
): readonly { readonly sync: string; readonly desk: string; readonly crm: string; readonly hooks: Hooks }[] {
  return Object.keys(config.syncs).flatMap((sync) => {
    const { crm, desk, direction, mode, schedule } = effectiveOf(config, sync);
    const systemOf = (name: string) => systems.find((each) => each.name === config.connections[name]?.system);
    const hooks = systemOf(desk.connection)?.hooks;
    const isTold =
      hooks?.peer === systemOf(crm.connection)?.name && hooks?.objects.includes(desk.object ?? '') === true;
    const wants = schedule.realtime && mode !== 'watch' && direction !== 'crm-to-desk';
    return hooks && isTold && wants ? [{ sync, desk: desk.connection, crm: crm.connection, hooks }] : [];
  });
}

/**
 * The doors that the config asks for, as far as the accounts of both connections are known. `making`: those that there are not yet are made;
 * else they are left out. None without a public address.
 */
export async function doorsOf(opening: Opening, making: boolean): Promise<readonly HookDoor[]> {
  const { config, systems, secrets, store } = opening;
  const doors = new Map<string, HookDoor>();
  if (config.server?.publicUrl === undefined) return [];
  for (const { sync, desk, crm, hooks } of hookedSyncs(config, systems)) {
    const peer = (await pinned(store, crm))?.account;
    if (peer === undefined) continue;
    const place = { connection: desk, peer };
    const known = doors.get(drawerOf(place));
    const text = known ? null : await secrets.get(drawerOf(place));
    if (!known && text === null && !making) continue;
    const kept = text === null ? { token: newToken(), kept: null } : keptShape.parse(JSON.parse(text));
    doors.set(
      drawerOf(place),
      known ? { ...known, syncs: [...known.syncs, sync] } : { ...place, ...kept, hooks, syncs: [sync] },
    );
    if (!known && text === null) await keepDoor(opening, { ...place, ...kept });
  }
  return [...doors.values()];
}

export async function keepDoor({ secrets }: Opening, door: Place & Pick<HookDoor, 'token' | 'kept'>): Promise<void> {
  const { token, kept } = door;
  await secrets.put(drawerOf(door), JSON.stringify({ token, kept }));
}

export function endpointOf(config: Config, { connection, token }: Pick<HookDoor, 'connection' | 'token'>): string {
  return `${(config.server?.publicUrl ?? '').replace(/\/+$/, '')}/hooks/${connection}/${token}`;
}

/** What the vendor is asked for at this door. */
export function askOf(config: Config, door: HookDoor, doors: readonly HookDoor[]): HookAsk {
  const others = doors.filter((each) => each !== door && each.connection === door.connection);
  return {
    endpoint: endpointOf(config, door),
    others: others.map((each) => endpointOf(config, each)),
    peer: door.peer,
    filter: filterOf(config, door.syncs),
    kept: door.kept,
  };
}

/** The filter of the syncs; several that differ cannot be told apart by one trigger, which then tells of everything. */
function filterOf(config: Config, syncs: readonly string[]): HookFilter {
  const filters = syncs.map((sync) => hookFilter(effectiveOf(config, sync).filter.desk));
  const [first = { all: [], any: [] }] = filters;
  return filters.every((each) => JSON.stringify(each) === JSON.stringify(first)) ? first : { all: [], any: [] };
}

function hookFilter(filter: FilterSetting | undefined): HookFilter {
  const said = (conditions: FilterSetting['all'] = []) =>
    conditions.map((condition) => {
      const { field, op } = condition;
      return { field, op, values: valuesOf(condition, plainField(field, 'text')) };
    });
  return { all: said(filter?.all), any: said(filter?.any) };
}
