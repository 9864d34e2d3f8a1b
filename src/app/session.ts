import type { ObjectType } from '../model/object-type.ts';
import type { Rule, SyncSetup } from '../model/sync.ts';
import type { SystemConnection } from '../systems/kit/system.ts';
import { AppError, type Problem } from './app.ts';
import { checkConfig } from './config/check.ts';
import type { Loaded } from './config/load.ts';
import { askerOf, isDerived } from './config/pointed.ts';
import { effectiveOf, objectsByConnection, resolveSync } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { asked, describeObjects, identify, type Opening, openConnection, type Pin } from './connections.ts';
import { type Footing, standingOf, standstill } from './drift.ts';
import { footingsOf, keepFooting, keepFrozen, thawedRules } from './drift-store.ts';
import { thawing } from './drift-thaw.ts';
import { handOverLinks } from './hand-over.ts';
import { askLimits, askPolicies } from './standing.ts';

/** Everything that a pass needs, checked against the accounts as they are now. */
export interface Session {
  /** Syncs that could not be opened, and why: their connection does not answer or leads to another account, or lacks what they need. */
  readonly failed: ReadonlyMap<string, AppError>;
  readonly connections: ReadonlyMap<string, SystemConnection>;
  readonly pins: ReadonlyMap<string, Pin>;
  readonly setups: readonly SyncSetup[];
}

/**
 * Logs in to every connection that these syncs use, and leaves out the syncs whose connection fails; checks the config against what the
 * accounts say of themselves, and compiles the syncs; one that the accounts do not fit any more is left out too. A sync whose rules are not the ones that its links were agreed under has all of its links made due. Throws AppError where
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
      types.set(name, await asked(name, opening, () => describeObjects(connection, wanted)));
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
  const standing = (name: string) => standingOf(inputOf(name), footings.get(name) ?? null);
  const found = await checkConfig(only, { systems, describe, source: loaded.source, footings, isRun: true });
  const problems = found.filter(({ warning }) => !warning);
  const unfit = unfitOf(config, left, problems, footings, (name) => standing(name).setup !== null);
  for (const [name, reason] of unfit) {
    failed.set(name, reason);
    await keepFrozen(store, world, name, [standstill(name, reason)]);
  }
  const sound = left.filter((name) => !unfit.has(name));
  if (sound.length === 0 || problems.some(({ path }) => ![...unfit.keys()].some((name) => isOf(name, path))))
    throw new AppError('The config does not fit the accounts; nothing was run', problems);

  await handOverLinks(store, world, config);
  const setups: SyncSetup[] = [];
  const summoning = new Set(sound.filter((name) => effectiveOf(config, name).mode === 'referenced'));
  for (const name of sound) {
    const { setup, problems: rest, frozen, footing } = standing(name);
    if (!setup) throw new Error(`sync ${name} passed its checks and does not compile: ${rest[0]?.problem ?? ''}`);
    const yields = effectiveOf(config, name).yields.filter((other) => sound.includes(other));
    const before = await store.get('rules', name);
    // What a watching sync only looked at is due once it may write.
    const rules = setup.mode === 'watch' ? `watch ${setup.hash}` : setup.hash;
    if (before !== null && before !== rules) await store.allDue(name, world.now());
    if (before !== rules) await store.put('rules', name, rules);
    await askPolicies(store, world, setup);
    await askLimits(store, world, setup);
    if (footing) await keepFooting(store, name, footing);
    await keepFrozen(store, world, name, frozen);
    const thawed = await thawedRules(store, world, name);
    const rulesNow = setup.rules.map((rule) => summoned(thawing(rule, thawed.get(rule.id) ?? []), summoning));
    setups.push({ ...setup, yields, rules: rulesNow });
  }
  return { connections, pins, setups, failed };
}

/**
 * An account may change under a sync that has run: then that one stands still, with its reason in `failed`, and the others go on. So does
 * one that lets it go first: it would take what is the other one's. What has never run is a slip of the pen, which is told before anything is done.
 */
function unfitOf(
  config: Config,
  names: readonly string[],
  problems: readonly Problem[],
  footings: ReadonlyMap<string, Footing>,
  fits: (name: string) => boolean,
): ReadonlyMap<string, AppError> {
  const unfit = new Map<string, AppError>();
  for (const name of names) {
    // What is wrong with a sync that stands in no file is told of the one that needs it.
    const isBroken = isDerived(name) && !fits(name);
    const own = problems.filter(({ path }) => isOf(isBroken ? askerOf(name) : name, path));
    if (own.length > 0 && footings.has(name))
      unfit.set(name, new AppError('it does not fit the accounts as they are now', own));
  }
  for (const name of names) {
    const first = effectiveOf(config, name).yields.find((other) => unfit.has(other));
    if (first !== undefined && !unfit.has(name))
      unfit.set(name, new AppError(`the sync "${first}" goes first, and stands still`));
  }
  return unfit;
}

function isOf(sync: string, path: string): boolean {
  return path === `syncs.${sync}` || path.startsWith(`syncs.${sync}.`);
}

/** Pointing to a record makes it due where its sync takes only what is pointed to. */
function summoned(rule: Rule, summoning: ReadonlySet<string>): Rule {
  const { pointer } = rule;
  if (!pointer) return rule;
  const called = (sync: string) => (summoning.has(sync) ? { summons: true } : {});
  const or = pointer.or && { or: { ...pointer.or, ...called(pointer.or.sync) } };
  return { ...rule, pointer: { ...pointer, ...called(pointer.sync), ...or } };
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
