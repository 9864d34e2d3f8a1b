import { FaultError } from '../model/fault.ts';
import { newId } from '../model/world.ts';
import type { HookSetUp } from '../systems/kit/hook.ts';
import type { SystemConnection } from '../systems/kit/system.ts';
import { AppError, type DoctorOptions, type DoctorRow } from './app.ts';
import { isLoopback } from './config/schema.ts';
import { asked, type Opening, openConnection } from './connections.ts';
import { askOf, doorsOf, type HookDoor, hookedSyncs, keepDoor } from './hook-doors.ts';

/** One process at a time makes a pair, and takes no longer than this (ms). */
const leaseMs = 120_000;

/**
 * Sets up what was never set up; looks at the rest, and says in the log what is wrong with it: what a person has changed at the vendor is not
 * changed back without being asked. `done` remembers which doors this process has seen to.
 */
export async function activate(
  opening: Opening,
  connections: ReadonlyMap<string, SystemConnection>,
  done: Set<string>,
): Promise<void> {
  const { world } = opening;
  await alone(opening, async () => {
    const doors = await doorsOf(opening, true);
    for (const door of doors) {
      const setUp = connections.get(door.connection)?.hooks;
      const name = `${door.connection} ${door.peer}`;
      if (!setUp || done.has(name)) continue;
      const about = { connection: door.connection, syncs: door.syncs.join(', ') };
      try {
        if (door.kept?.trigger) {
          for (const { ok, check, found, fix } of await setUp.inspect(askOf(opening.config, door, doors)))
            if (!ok) world.log.warn('webhooks do not work as they should', { ...about, check, found, fix });
        } else {
          await install(opening, door, doors, setUp, false);
          world.log.info('the vendor tells of changes by a webhook from now on', about);
        }
        done.add(name);
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        const reason = error.fault.say;
        world.log.warn('webhooks could not be set up: changes are found by polling', { ...about, reason });
      }
    }
  });
}

/** Of several processes that begin at the same time one makes the pairs; the others go on without. Answers whether we were the one. */
async function alone({ store, world }: Opening, work: () => Promise<void>): Promise<boolean> {
  const lease = newId(world);
  if (!(await store.leaseFeed(':hooks', '', lease, world.now(), world.now() + leaseMs))) return false;
  try {
    await work();
    return true;
  } finally {
    await store.release(lease);
  }
}

async function install(
  opening: Opening,
  door: HookDoor,
  doors: readonly HookDoor[],
  setUp: HookSetUp,
  repair: boolean,
): Promise<void> {
  const keep = (kept: HookDoor['kept']) => keepDoor(opening, { ...door, kept });
  await setUp.install(askOf(opening.config, door, doors), { repair, keep });
}

/**
 * What the doctor says of webhooks, after it has set up or mended what it was asked to. `reached`: connections that answered, with the
 * accounts that they lead to known.
 */
export async function hookRows(
  opening: Opening,
  { install: what, repair = false, connection: only }: DoctorOptions,
  reached: ReadonlySet<string>,
): Promise<readonly DoctorRow[]> {
  const { config, systems } = opening;
  const hooked = hookedSyncs(config, systems).filter(({ desk }) => only === undefined || desk === only);
  const isAsked = what === 'trigger' || repair;
  const publicUrl = config.server?.publicUrl;
  if (publicUrl === undefined || hooked.length === 0) return withoutDoors(hooked.length > 0, publicUrl, isAsked, only);
  const rows: DoctorRow[] = [];
  const visited = async (): Promise<void> => {
    const doors = await doorsOf(opening, isAsked);
    for (const door of doors.filter(
      ({ connection }) => reached.has(connection) && (only ?? connection) === connection,
    )) {
      const named = (row: DoctorRow): DoctorRow => ({ ...row, check: `${door.connection}: ${row.check}` });
      try {
        rows.push(...(await visit(opening, door, doors, isAsked ? { repair } : null)).map(named));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const fix =
          'Give the user of the connection the right to manage triggers and webhooks (an admin has it), and its token the scopes "read write".';
        rows.push(named({ check: 'webhook', ok: false, found: error.message, fix }));
      }
    }
  };
  if (!isAsked) await visited();
  else if (!(await alone(opening, visited))) {
    const found = 'Another process sets up webhooks at this moment.';
    rows.push({ check: 'webhooks', ok: false, found, fix: 'Ask again in a minute.' });
  }
  const known = new Set((await doorsOf(opening, false)).flatMap(({ syncs }) => syncs));
  const missing = hooked.filter(({ sync, desk, crm }) => !known.has(sync) && reached.has(desk) && reached.has(crm));
  for (const { sync, desk } of missing) {
    const found = `${labelOf(opening, desk)} does not call this Syncline for the sync "${sync}": no webhook was ever set up.`;
    const fix = 'Run `syncline doctor --install trigger`, or start the service.';
    rows.push({ check: `${desk}: webhook`, ok: false, found, fix });
  }
  return [...rows, ...unreachable(opening, publicUrl, hooked)];
}

function labelOf({ config, systems }: Opening, connection: string): string {
  return systems.find(({ name }) => name === config.connections[connection]?.system)?.label ?? connection;
}

/** Throws AppError where the vendor refuses. */
async function visit(
  opening: Opening,
  door: HookDoor,
  doors: readonly HookDoor[],
  installing: { readonly repair: boolean } | null,
): Promise<readonly DoctorRow[]> {
  const setUp = openConnection(opening, door.connection).hooks;
  if (!setUp) return [];
  return asked(door.connection, opening, async () => {
    if (installing) await install(opening, door, doors, setUp, installing.repair);
    const now = installing ? await doorsOf(opening, false) : doors;
    const fresh = now.find(({ connection, peer }) => connection === door.connection && peer === door.peer) ?? door;
    return setUp.inspect(askOf(opening.config, fresh, now));
  });
}

function withoutDoors(
  wanted: boolean,
  publicUrl: string | undefined,
  isAsked: boolean,
  only: string | undefined,
): readonly DoctorRow[] {
  if (only !== undefined && !isAsked) return [];
  const set = 'Set server.publicUrl in the config to the https address under which the vendors reach this Syncline.';
  if (publicUrl === undefined) {
    const found = isAsked
      ? 'Nothing was set up: no public address is set, so no vendor can call. Changes are found by polling.'
      : 'No public address is set: changes are found by polling.';
    return [{ check: 'webhooks', ok: !isAsked, found, fix: isAsked || wanted ? set : '' }];
  }
  const found = 'No sync takes calls of a vendor: changes are found by polling.';
  return [{ check: 'webhooks', ok: true, found, fix: '' }];
}

/** A vendor in the internet cannot call this machine by a name that only this machine knows. */
function unreachable(
  { config }: Opening,
  publicUrl: string,
  hooked: ReturnType<typeof hookedSyncs>,
): readonly DoctorRow[] {
  const isHere = (url: string | undefined): boolean => isLoopback(URL.parse(url ?? '')?.hostname ?? '');
  if (!isHere(publicUrl) || hooked.every(({ desk }) => isHere(config.connections[desk]?.url))) return [];
  const found = `server.publicUrl is ${publicUrl}, which only this machine can reach.`;
  const fix = 'Set it to an https address that leads here from the internet, by a proxy that passes on /hooks.';
  return [{ check: 'webhooks', ok: false, found, fix }];
}
