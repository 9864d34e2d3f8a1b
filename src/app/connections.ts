import { z } from 'zod';
import type { Store } from '../engine/ports.ts';
import { FaultError } from '../model/fault.ts';
import type { ObjectType } from '../model/object-type.ts';
import { isGone } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { systems } from '../systems/index.ts';
import { isLoginNeeded } from '../systems/kit/authorize.ts';
import type { ConnectOptions, Secrets, System, SystemConnection } from '../systems/kit/system.ts';
import { AppError } from './app.ts';
import type { Config } from './config/schema.ts';

export interface Opening {
  readonly config: Config;
  readonly systems: readonly System[];
  readonly store: Store;
  readonly world: World;
  readonly secrets: Secrets;
}

/** The connection as the config names it, not logged in yet: the first call does that. The config must have been checked. */
export function openConnection(opening: Opening, name: string): SystemConnection {
  const { system, options } = connectionOf(opening, name);
  return system.connect(options);
}

export function connectionOf(
  opening: Opening,
  name: string,
): { readonly system: System; readonly options: ConnectOptions } {
  const { config, systems, world, secrets } = opening;
  const setting = config.connections[name];
  const system = systems.find((each) => each.name === setting?.system);
  if (!setting || !system) throw new Error(`connection ${name} was not checked`);
  const environment = setting.environment ?? 'production';
  const url = setting.url ?? system.hosts[environment];
  if (url === null)
    throw new AppError(`Connection ${name} needs a url: every ${system.label} account has its own address`);
  const drawer = (key: string) => `${name}/${key}`;
  const options: ConnectOptions = {
    name,
    world,
    url: url.replace(/\/+$/, ''),
    environment,
    auth: setting.auth,
    timeZone: setting.timeZone ?? 'UTC',
    secrets: { get: (key) => secrets.get(drawer(key)), put: (key, value) => secrets.put(drawer(key), value) },
  };
  return { system, options };
}

const pinSchema = z.object({
  system: z.string(),
  account: z.string(),
  environment: z.enum(['production', 'sandbox']),
  userName: z.string(),
});
export type Pin = z.infer<typeof pinSchema>;

/** The account that this connection first reached; null before that. */
export async function pinned(store: Store, connection: string): Promise<Pin | null> {
  const text = await store.get('pin', connection);
  return text === null ? null : pinSchema.parse(JSON.parse(text));
}

/**
 * Logs in and makes sure that the credentials lead to the account that they led to the first time: a refreshed sandbox or a copied config
 * would pair every link with somebody else's records. Stops before anything is read. Throws AppError.
 */
export async function identify(opening: Opening, name: string, connection: SystemConnection): Promise<Pin> {
  const who = await asked(name, opening, () => connection.who());
  const before = await pinned(opening.store, name);
  if (before && (before.account !== who.account || before.system !== connection.system)) {
    throw new AppError(
      `Connection ${name} leads to another account than before: ${who.account} (${who.userName}) instead of ${before.account}. Nothing was read. All that is kept here belongs to ${before.account}: put its credentials back, or use another data folder (--data) for the new account`,
    );
  }
  const pin: Pin = {
    system: connection.system,
    account: who.account,
    environment: who.environment,
    userName: who.userName,
  };
  await opening.store.put('pin', name, JSON.stringify(pin));
  return pin;
}

/**
 * What the account has of these objects. One that is not there, or that our user may not see, is left out, so that it spoils the answer for
 * no other one; where nothing at all is shown, the reason is the connection's. Throws FaultError.
 */
export async function describeObjects(
  connection: Pick<SystemConnection, 'describe'>,
  objects: readonly string[],
): Promise<readonly ObjectType[]> {
  try {
    return await connection.describe(objects);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const shown: ObjectType[] = [];
    for (const object of objects) {
      try {
        shown.push(...(await connection.describe([object])));
      } catch (reason) {
        if (!isRefused(reason)) throw reason;
      }
    }
    if (shown.length === 0) throw error;
    return shown;
  }
}

/** Which of some records are not there, or not shown to us, by one read of all of them. */
export function missingAt(open: (connection: string) => SystemConnection) {
  return async (name: string, object: string, ids: readonly string[]): Promise<readonly string[]> => {
    const changes = await open(name).read({ object, fields: [] }, ids);
    const there = new Set(changes.flatMap(({ ref, seen }) => (isGone(seen) ? [] : [ref.id])));
    const { system } = open(name);
    return ids.filter((id) => !there.has(systems.find((each) => each.name === system)?.recordAt(id)?.id ?? id));
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof FaultError && error.fault.kind === 'refused';
}

/** A call that a command cannot go on without: an expected failure becomes its reason. */
export async function asked<Answer>(
  name: string,
  opening: Pick<Opening, 'config' | 'systems'>,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    if (isLoginNeeded(error.fault)) throw new AppError(error.fault.say, [], { cause: error });
    const label = opening.systems.find((each) => each.name === opening.config.connections[name]?.system)?.label ?? name;
    const { kind, say, code } = error.fault;
    const what =
      kind === 'login'
        ? `${label} does not accept the credentials of connection ${name}`
        : kind === 'refused' || kind === 'gone'
          ? `${label} answers connection ${name}, but does not give what it needs`
          : `Connection ${name} cannot reach ${label}`;
    throw new AppError(`${what}: ${say}${code ? ` [${code}]` : ''}`, [], { cause: error });
  }
}

export function noConnection(config: Config, name: string): AppError {
  const names = Object.keys(config.connections).join(', ') || 'none';
  return new AppError(`There is no connection "${name}". The config has: ${names}`);
}
