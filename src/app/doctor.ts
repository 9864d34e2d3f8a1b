import { FaultError } from '../model/fault.ts';
import { isLoginNeeded } from '../systems/kit/authorize.ts';
import type { SystemConnection } from '../systems/kit/system.ts';
import { AppError, type DoctorOptions, type DoctorRow } from './app.ts';
import { checkConfig } from './config/check.ts';
import type { Loaded } from './config/load.ts';
import {
  asked,
  describeObjects,
  identify,
  missingAt,
  noConnection,
  type Opening,
  openConnection,
  type Pin,
} from './connections.ts';
import { scopesOf } from './doctor-scope.ts';
import { footingsOf } from './drift-store.ts';
import { hookRows } from './hook-set-up.ts';
import { mixedEnvironments } from './mixed-environments.ts';
import { nowhere, packageTarget } from './package-target.ts';

/**
 * Live checks of every connection that a sync uses, each with its fix, then of the config against what the accounts have; with `connection`
 * of that one alone. With `install`, what is missing at the vendors is created first. One connection that does not answer does not keep the
 * others from being checked.
 */
export async function examine(opening: Opening, loaded: Loaded, options: DoctorOptions): Promise<readonly DoctorRow[]> {
  const { config, systems } = opening;
  const { install, connection: only } = options;
  if (only !== undefined && config.connections[only] === undefined) throw noConnection(config, only);
  const scopes = scopesOf(config, only);
  const { target, rows: said } = install === 'package' ? packageTarget(opening, [...scopes.keys()]) : nowhere;
  const rows = [...said];
  const environments = new Map<string, Pin['environment']>();
  let reached = true;
  const answered = new Set<string>();
  for (const [name, { objects, created, mapped }] of scopes) {
    const connection = openConnection(opening, name);
    const named = (row: DoctorRow): DoctorRow => ({ ...row, check: `${name}: ${row.check}` });
    try {
      await asked(name, opening, async () => {
        environments.set(name, (await identify(opening, name, connection)).environment);
        if (install === 'keys') rows.push(...(await connection.install(install, objects)).map(named));
        if (name === target) rows.push(...(await installPackage(connection, options)).map(named));
        rows.push(...(await connection.inspect(objects, created, mapped)).map(named));
        answered.add(name);
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      reached = false;
      const needed = error.cause instanceof FaultError && isLoginNeeded(error.cause.fault);
      const fix = needed ? `Run \`syncline login ${name}\`.` : 'Mend the url or the credentials of this connection.';
      rows.push(named({ check: 'reachable', ok: false, found: error.message, fix }));
    }
  }
  const hooks = await hookRows(opening, options, answered);
  if (only !== undefined) return [...rows, ...hooks];
  rows.push(...mixedEnvironments(config, environments));
  if (reached) {
    const describe = async (name: string, objects: readonly string[]) =>
      describeObjects(openConnection(opening, name), objects);
    const footings = await footingsOf(opening.store, Object.keys(config.syncs));
    const missing = missingAt((name) => openConnection(opening, name));
    const problems = await checkConfig(config, { systems, describe, missing, source: loaded.source, footings });
    for (const { path, problem, fix, warning } of problems)
      rows.push({ check: `config: ${path}`, ok: warning === true, found: problem, fix });
  }
  return [...rows, ...hooks];
}

async function installPackage(
  connection: SystemConnection,
  { recordType, onProgress }: DoctorOptions,
): Promise<readonly DoctorRow[]> {
  const told = (done: number, steps: number): void =>
    onProgress?.({
      sync: null,
      doing: 'installing',
      read: 0,
      done,
      underway: 0,
      left: { records: steps - done, aboutMs: null },
      wait: null,
    });
  return (await connection.installPackage?.({ recordType: recordType ?? null, told })) ?? [];
}
