import { compileSync } from '../../mapping/compile.ts';
import { asWritten } from '../../mapping/input.ts';
import { didYouMean } from '../../mapping/problem.ts';
import { FaultError } from '../../model/fault.ts';
import type { ObjectType } from '../../model/object-type.ts';
import { sides } from '../../model/record.ts';
import { presets as allPresets } from '../../presets/index.ts';
import type { Preset } from '../../presets/preset.ts';
import type { System } from '../../systems/kit/system.ts';
import type { Problem } from '../app.ts';
import { type Footing, standingOf } from '../drift.ts';
import { optionNotes } from '../drift-options.ts';
import { checkConnections } from './check-connections.ts';
import { checkPointed, type Missing } from './check-pointed.ts';
import { explain } from './explain.ts';
import { notYet } from './later.ts';
import { withoutPackage } from './package-fields.ts';
import { askerOf, isDerived } from './pointed.ts';
import { effectiveOf, objectsByConnection, resolveSync } from './resolve.ts';
import type { Config, SyncConfig } from './schema.ts';
import { type Path, problemAt, type Source, withoutSource } from './source.ts';

/** Asks a connection what its objects look like; may throw FaultError. */
export type Describe = (connection: string, objects: readonly string[]) => Promise<readonly ObjectType[]>;

export interface CheckOptions {
  readonly systems: readonly System[];
  readonly presets?: readonly Preset[];
  /** With it the check is live: against what the accounts say of themselves. Without it: against the systems' standard fields. */
  readonly describe?: Describe;
  /** With it the records that the config names are looked for. */
  readonly missing?: Missing;
  readonly source?: Source;
  /** What each sync stood on when it was sound: options that went since then are told as warnings. */
  readonly footings?: ReadonlyMap<string, Footing>;
  /** What a sync that was sound can go on without is left out: its rules are frozen, and tell it themselves. */
  readonly isRun?: boolean;
}

interface Checking {
  readonly config: Config;
  readonly systems: readonly System[];
  readonly presets: readonly Preset[];
  readonly live: boolean;
  readonly footings: ReadonlyMap<string, Footing>;
  readonly isRun: boolean;
  readonly add: (path: Path, problem: string, fix: string, isWarning?: boolean) => void;
}

/** Everything that is wrong with a config that its schema has accepted; empty where it can run. Does not throw for expected failures. */
export async function checkConfig(config: Config, options: CheckOptions): Promise<readonly Problem[]> {
  const { systems, describe } = options;
  const presets = options.presets ?? allPresets;
  const source = options.source ?? withoutSource('config');
  const problems: Problem[] = [];
  const add: Checking['add'] = (path, problem, fix, isWarning = false) => {
    problems.push({ ...problemAt(source, path, problem, fix), ...(isWarning ? { warning: true } : {}) });
  };
  const { footings = new Map(), isRun = false } = options;
  const checking: Checking = { config, systems, presets, live: describe !== undefined, footings, isRun, add };
  checkConnections(config, systems, add);
  checkAlike(config, add);
  const sound = Object.entries(config.syncs).filter(([name, sync]) => checkSync(checking, name, sync));
  const types =
    describe === undefined
      ? standardTypes(checking)
      : await liveTypes(
          checking,
          describe,
          sound.map(([name]) => name),
        );
  for (const [name] of sound) checkMapping(checking, name, types);
  await checkPointed(
    checking,
    sound.map(([name]) => name),
    options.missing,
  );
  return problems;
}

/**
 * An option that two syncs between the same connections have must be said alike: with person accounts once as organizations and once as
 * users, each would be carried by both or by none.
 */
function checkAlike(config: Config, add: Checking['add']): void {
  const said = new Map<string, { readonly name: string; readonly value: unknown }>();
  for (const [name, sync] of Object.entries(config.syncs)) {
    if (!sync.preset?.match(/\/(accounts|contacts)$/)) continue;
    const value = sync.options?.personAccounts ?? 'organizations';
    const pair = `${sync.crm.connection}/${sync.desk.connection}`;
    const first = said.get(pair);
    if (first === undefined) said.set(pair, { name, value });
    else if (first.value !== value)
      add(
        ['syncs', name, 'options', 'personAccounts'],
        `Sync ${name}: person accounts are ${String(value)} here and ${String(first.value)} in the sync ${first.name}: each of them would be carried twice, or by nobody.`,
        'Say the same personAccounts in both.',
      );
  }
}

/** What can be said without knowing the objects. True where the mapping can be checked as well. */
function checkSync(checking: Checking, name: string, sync: SyncConfig): boolean {
  const { config, systems, presets, add } = checking;
  const at: Path = ['syncs', name];
  let sound = true;
  const refuse: Checking['add'] = (path, problem, fix) => {
    sound = false;
    // Between the same connections as the sync that it is there for, which says it already.
    if (!isDerived(name)) add(path, problem, fix);
  };
  for (const { path, problem, fix } of notYet(sync)) add([...at, ...path], `Sync ${name}: ${problem}`, fix);
  const preset = presets.find((one) => one.name === sync.preset) ?? null;
  if (sync.preset !== undefined && preset === null)
    refuse(
      [...at, 'preset'],
      `Sync ${name}: there is no preset "${sync.preset}".`,
      didYouMean(
        sync.preset,
        presets.map((one) => one.name),
        'presets of this version',
      ),
    );
  for (const side of sides) {
    const { connection } = sync[side];
    const system = systems.find((one) => one.name === config.connections[connection]?.system);
    if (config.connections[connection] === undefined)
      refuse(
        [...at, side, 'connection'],
        `Sync ${name}: there is no connection "${connection}".`,
        didYouMean(connection, Object.keys(config.connections), 'connections'),
      );
    else if (system === undefined) sound = false;
    else if (system.side !== side)
      refuse(
        [...at, side, 'connection'],
        `Sync ${name}: ${connection} is ${system.label}, which belongs on the ${system.side} side.`,
        'Swap the connections under "crm" and "desk".',
      );
    else if (preset !== null && preset[side].system !== system.name)
      refuse(
        [...at, side, 'connection'],
        `Sync ${name}: the preset ${preset.name} needs ${preset[side].system} on the ${side} side, and ${connection} is ${system.name}.`,
        `Choose a connection to ${preset[side].system}, or another preset.`,
      );
  }
  if (preset !== null && sync.options !== undefined) checkPresetOptions(preset, sync.options, [...at, 'options'], add);
  if (preset === null && sync.options !== undefined && Object.keys(sync.options).length > 0)
    add(
      [...at, 'options'],
      `Sync ${name}: options belong to a preset, and this sync has none.`,
      'Leave "options" out.',
    );
  const { direction, crm, desk } = effectiveOf(config, name, presets);
  const without = sync.preset === undefined ? ', or name a preset' : '';
  if (direction === null && sync.preset === undefined)
    refuse([...at], `Sync ${name}: it has no direction.`, `Add direction: crm-to-desk, desk-to-crm or both${without}.`);
  for (const [side, end] of [
    ['crm', crm],
    ['desk', desk],
  ] as const)
    if (end.object === null && sync.preset === undefined)
      refuse(
        [...at, side],
        `Sync ${name}: the ${side} side names no object.`,
        `Add object, such as object: ${side === 'crm' ? 'Account' : 'organization'}${without}.`,
      );
  return sound;
}

function checkPresetOptions(preset: Preset, options: object, at: Path, add: Checking['add']): void {
  const parsed = preset.options.safeParse(options);
  if (parsed.success) return;
  for (const { path, problem, fix } of explain(preset.options, parsed.error.issues))
    add(
      [...at, ...path],
      path.length === 0 ? problem : problem.replace('The config', `The preset ${preset.name}`),
      fix,
    );
}

/** `null`: nothing can be said about the objects of this connection, and that was reported where it matters. */
type Types = (connection: string, object: string) => ObjectType | 'unknown' | null;

function standardTypes({ config, systems }: Checking): Types {
  return (connection, object) => {
    const system = systems.find((one) => one.name === config.connections[connection]?.system);
    const found = system?.standard.find((type) => type.object === object);
    return found ?? (mayBeCustom(object) ? null : 'unknown');
  };
}

async function liveTypes(checking: Checking, describe: Describe, names: readonly string[]): Promise<Types> {
  const answers = new Map<string, readonly ObjectType[] | null>();
  for (const [connection, all] of objectsByConnection(checking.config, names, checking.presets)) {
    // What no account has need not be asked for: the name is misspelt, and one unknown name must not spoil the answer for the others.
    const standard = standardTypes(checking);
    const objects = all.filter((object) => standard(connection, object) !== 'unknown');
    if (objects.length === 0) continue;
    try {
      answers.set(connection, await describe(connection, objects));
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      answers.set(connection, null);
      const fix =
        error.fault.kind === 'login'
          ? 'Check the credentials and the address under "auth" and "url".'
          : 'Try again; if it stays, run "syncline doctor".';
      checking.add(
        ['connections', connection],
        `Connection ${connection} could not be asked what it has: ${error.fault.say}`,
        fix,
      );
    }
  }
  return (connection, object) => {
    const types = answers.get(connection);
    if (types === null) return null;
    return types?.find((type) => type.object === object) ?? 'unknown';
  };
}

function checkMapping(
  { config, systems, presets, live, footings, isRun, add }: Checking,
  name: string,
  types: Types,
): void {
  const effective = effectiveOf(config, name, presets);
  const typeOn = (side: 'crm' | 'desk'): ObjectType | null => {
    const { connection, object } = effective[side];
    if (object === null) return null;
    const type = types(connection, object);
    if (type !== 'unknown') return type;
    const system = systems.find((one) => one.name === config.connections[connection]?.system);
    if (live && system?.standard.some((one) => one.object === object)) {
      const what = `Sync ${name}: ${system.label} shows no object "${object}" to the user of connection ${connection}.`;
      add(['syncs', name, side, 'object'], what, 'Give that user the right to read it, or take the sync out.');
      return null;
    }
    add(
      ['syncs', name, side, 'object'],
      `Sync ${name}: ${system?.label ?? connection} has no object "${object}" that this version can sync.`,
      didYouMean(
        object,
        (system?.standard ?? []).map((one) => one.object),
        'objects',
      ),
    );
    return null;
  };
  const crm = typeOn('crm');
  const desk = typeOn('desk');
  if (crm === null || desk === null) return;
  const described = { crm: { type: crm, account: '' }, desk: { type: desk, account: '' } };
  const input = resolveSync(config, name, systems, described, presets);
  const pathOf = (path: Path): Path =>
    isDerived(name) ? derivedPlace(name, path) : ['syncs', name, ...asWritten(input, path)];
  if (!live) {
    const { problems } = compileSync(input, { is: 'standard', custom: mayBeCustom });
    for (const { path, problem, fix } of problems) add(pathOf(path), problem, fix);
    return;
  }
  const { setup, problems, stale } = standingOf(input, footings.get(name) ?? null);
  if (setup !== null && isRun) return;
  const told = setup === null && effective.preset !== null ? withoutPackage(problems, input, systems) : problems;
  for (const { path, problem, fix, lacks } of told) {
    const place = pathOf(path);
    const [, , list, option] = place;
    const isOptional = lacks !== undefined && list === 'options' && option !== undefined;
    const mend = isOptional
      ? `Leave "${option}" out of the options, or see to it that our user is shown this field.`
      : fix;
    add(place, problem, mend, stale.includes(`${path[0]}[${path[1]}]`));
  }
  for (const { path, problem, fix } of optionNotes(input)) add(pathOf(path), problem, fix, true);
}

/** What stands in no file stands at the sync that needs it: an id is written back because an option of it says so. */
function derivedPlace(name: string, [list]: Path): Path {
  return ['syncs', askerOf(name), list === 'writeBack' ? 'options' : 'preset'];
}

/** A name that only the account itself can know: `Region__c`, `organization_fields.region`, `cf_region`. */
function mayBeCustom(name: string): boolean {
  return /__[a-z]+$/i.test(name) || name.includes('.') || name.startsWith('cf_');
}
