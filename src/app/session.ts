import type { ObjectType } from '../model/object-type.ts';
import type { Rule, SyncSetup } from '../model/sync.ts';
import type { SystemConnection } from '../systems/kit/system.ts';
import { AppError, type Problem } from './app.ts';
import { checkConfig } from './config/check.ts';
import type { Loaded } from './config/load.ts';
import { effectiveOf, objectsByConnection, resolveSync } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { asked, identify, type Opening, openConnection, type Pin } from './connections.ts';
import { standingOf } from './drift.ts';
import { footingsOf, keepFooting, keepFrozen } from './drift-store.ts';
import { askPolicies } from './standing.ts';

/** Everything that a pass needs, checked against the accounts as they are now. */
export interface Session {
  /** Syncs that could not be opened, and why: their connection does not answer, or leads to another account. */
  readonly failed: ReadonlyMap<string, AppError>;
  readonly connections: ReadonlyMap<string, SystemConnection>;
  readonly pins: ReadonlyMap<string, Pin>;
  readonly setups: readonly SyncSetup[];
}

/**
 * Logs in to every connection that these syncs use, and leaves out the syncs whose connection fails; checks the config against what the accounts say of themselves, and compiles the
 * syncs. A sync whose rules are not the ones that its links were agreed under has all of its links made due. Throws AppError where
 * the config has problems, or where no sync at all is left.
 */
export async function openSession(opening: Opening, loaded: Loaded, names: readonly string[]): Promise<Session> {
  const { config, store, systems, world } = opening;
  const objects = objectsByConnection(config, names);
  const connections = new Map<string, SystemConnection>();
  const pins = new Map<string, Pin>();
  const types = new Map<string, readonly ObjectType[]>();
  const broken = new Map<string, AppError>();
  for (const [name, wanted] of objects) {
    try {
      const connection = openConnection(opening, name);
      pins.set(name, await identify(opening, name, connection));
      types.set(name, await asked(name, opening, () => connection.describe(wanted)));
      connections.set(name, connection);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      broken.set(name, error);
    }
  }
  const failed = new Map(names.flatMap((name) => reasonOf(config, name, broken)));
  const left = names.filter((name) => !failed.has(name));
  const [first] = failed.values();
  if (left.length === 0 && first) throw first;
  const only = {
    ...config,
    syncs: Object.fromEntries(Object.entries(config.syncs).filter(([name]) => left.includes(name))),
  };
  const describe = async (name: string) => types.get(name) ?? [];
  const footings = await footingsOf(store, left);
  const inputOf = (name: string) => resolveSync(config, name, systems, describedSides(opening, name, types, pins));
  const found = await checkConfig(only, { systems, describe, source: loaded.source, footings });
  const isFrozen = ({ path }: Problem) => {
    const [, name = ''] = /^syncs\.(.+)\.(?:fields|references)\[/.exec(path) ?? [];
    return left.includes(name) && standingOf(inputOf(name), footings.get(name) ?? null).setup !== null;
  };
  const problems = found.filter((problem) => !problem.warning && !isFrozen(problem));
  if (problems.length > 0) throw new AppError('The config does not fit the accounts; nothing was run', problems);

  const setups: SyncSetup[] = [];
  const summoning = new Set(left.filter((name) => effectiveOf(config, name).mode === 'referenced'));
  for (const name of left) {
    const { setup, problems: rest, frozen, footing } = standingOf(inputOf(name), footings.get(name) ?? null);
    if (!setup) throw new Error(`sync ${name} passed its checks and does not compile: ${rest[0]?.problem ?? ''}`);
    const yields = effectiveOf(config, name).yields.filter((other) => left.includes(other));
    setups.push({ ...setup, yields, rules: setup.rules.map((rule) => summoned(rule, summoning)) });
    const before = await store.get('rules', name);
    // What a watching sync only looked at is due once it may write.
    const rules = setup.mode === 'watch' ? `watch ${setup.hash}` : setup.hash;
    if (before !== null && before !== rules) await store.allDue(name, world.now());
    if (before !== rules) await store.put('rules', name, rules);
    await askPolicies(store, world, setup);
    if (footing) await keepFooting(store, name, footing);
    await keepFrozen(store, world, name, frozen);
  }
  return { connections, pins, setups, failed };
}

/** Pointing to a record makes it due where its sync takes only what is pointed to. */
function summoned(rule: Rule, summoning: ReadonlySet<string>): Rule {
  if (!rule.pointer || !summoning.has(rule.pointer.sync)) return rule;
  return { ...rule, pointer: { ...rule.pointer, summons: true } };
}

function reasonOf(
  config: Config,
  name: string,
  broken: ReadonlyMap<string, AppError>,
): readonly (readonly [string, AppError])[] {
  const { crm, desk } = effectiveSides(config, name);
  const reason = broken.get(crm.connection) ?? broken.get(desk.connection);
  return reason ? [[name, reason]] : [];
}

function describedSides(
  opening: Opening,
  name: string,
  types: ReadonlyMap<string, readonly ObjectType[]>,
  pins: ReadonlyMap<string, Pin>,
) {
  const sides = effectiveSides(opening.config, name);
  const side = ({ connection, object }: { connection: string; object: string }) => {
    const type = types.get(connection)?.find((each) => each.object === object);
    if (!type) throw new Error(`${connection} did not describe ${object}`);
    return { type, account: pins.get(connection)?.account ?? '' };
  };
  return { crm: side(sides.crm), desk: side(sides.desk) };
}

/** Connection and object of both sides, preset applied. */
export function effectiveSides(config: Config, name: string) {
  const { crm, desk } = effectiveOf(config, name);
  return {
    crm: { connection: crm.connection, object: crm.object ?? '' },
    desk: { connection: desk.connection, object: desk.object ?? '' },
  };
}
