import { FaultError } from '../model/fault.ts';
import { isLoginNeeded } from '../systems/kit/authorize.ts';
import { AppError, type DoctorRow } from './app.ts';
import { checkConfig } from './config/check.ts';
import type { Loaded } from './config/load.ts';
import { effectiveOf, objectsByConnection } from './config/resolve.ts';
import type { Config } from './config/schema.ts';
import { asked, identify, type Opening, openConnection } from './connections.ts';
import { footingsOf } from './drift-store.ts';
import { effectiveSides } from './session.ts';

/**
 * Live checks of every connection that a sync uses, each with its fix, then of the config against what the accounts have. With `install`,
 * what is missing at the vendors is created first. One connection that does not answer does not keep the others from being checked.
 */
export async function examine(opening: Opening, loaded: Loaded, install: 'keys' | null): Promise<readonly DoctorRow[]> {
  const { config, systems } = opening;
  const rows: DoctorRow[] = [];
  const created = createdObjects(config);
  let reached = true;
  for (const [name, objects] of objectsByConnection(config)) {
    const connection = openConnection(opening, name);
    const named = (row: DoctorRow): DoctorRow => ({ ...row, check: `${name}: ${row.check}` });
    try {
      await asked(name, opening, async () => {
        await identify(opening, name, connection);
        if (install) rows.push(...(await connection.install(install, objects)).map(named));
        rows.push(...(await connection.inspect(objects, created.get(name) ?? [])).map(named));
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      reached = false;
      const needed = error.cause instanceof FaultError && isLoginNeeded(error.cause.fault);
      const fix = needed ? `Run \`syncline login ${name}\`.` : 'Mend the url or the credentials of this connection.';
      rows.push(named({ check: 'reachable', ok: false, found: error.message, fix }));
    }
  }
  if (reached) {
    const describe = async (name: string, objects: readonly string[]) =>
      openConnection(opening, name).describe(objects);
    const footings = await footingsOf(opening.store, Object.keys(config.syncs));
    const problems = await checkConfig(config, { systems, describe, source: loaded.source, footings });
    for (const { path, problem, fix, warning } of problems)
      rows.push({ check: `config: ${path}`, ok: warning === true, found: problem, fix });
  }
  if (!config.server?.publicUrl) {
    const found = 'No public address is set: changes are found by polling.';
    rows.push({ check: 'webhooks', ok: true, found, fix: '' });
  }
  return rows;
}

/** On which objects of which connection some sync creates records: that is where keys matter. */
function createdObjects(config: Config): ReadonlyMap<string, readonly string[]> {
  const created = new Map<string, string[]>();
  for (const name of Object.keys(config.syncs)) {
    const sides = effectiveSides(config, name);
    for (const side of effectiveOf(config, name).create) {
      const { connection, object } = sides[side];
      created.set(connection, [...(created.get(connection) ?? []), object]);
    }
  }
  return created;
}
