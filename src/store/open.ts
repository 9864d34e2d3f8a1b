import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import type { Store } from '../engine/ports.ts';
import { openPostgres } from './postgres.ts';
import { migrate } from './sql/migrate.ts';
import { sqlStore } from './sql/store.ts';
import type { Database, Tables } from './sql/tables.ts';
import { createVacuum } from './sql/tidy.ts';

/** Row versions after which the embedded database is vacuumed even while it is busy (0.2 s in 100,000). */
const vacuumEveryRows = 200_000;

/** The one tenant of a process, for now. */
const defaultWorkspace = 'main';

/**
 * Opens the store of a process: the PostgreSQL that `databaseUrl` names, which other processes may have open as well, else the embedded
 * database in `folder`, which is this process's alone.
 */
export async function openStore(folder: string, databaseUrl: string | undefined): Promise<Store> {
  return databaseUrl === undefined || databaseUrl === ''
    ? openPglite(folder)
    : openPostgres(databaseUrl, defaultWorkspace);
}

/**
 * Opens the embedded database in a folder (null: in memory, gone when it is closed), made and brought up to date where needed. One
 * process owns a folder; the caller holds its lock. Throws `NewerDatabase` where a newer build has written the folder.
 */
export async function openPglite(folder: string | null): Promise<Store> {
  const { db, pglite } = await openDatabase(folder);
  return pgliteStore(db, defaultWorkspace, () => pglite.close());
}

/** A store on an embedded database that is open already; several workspaces may share one. */
export function pgliteStore(db: Database, workspace: string, close: () => Promise<void>): Store {
  return sqlStore({ db, workspace }, createVacuum(db, vacuumEveryRows), close);
}

/** The embedded database with the schema of this build. */
export async function openDatabase(
  folder: string | null,
  image?: Blob,
): Promise<{ readonly db: Database; readonly pglite: PGlite }> {
  if (folder !== null && !existsSync(join(folder, 'PG_VERSION'))) await createFolder(folder);
  const pglite = await PGlite.create({
    ...(folder === null ? {} : { dataDir: folder }),
    ...(image === undefined ? {} : { loadDataDir: image }),
  });
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  try {
    await migrate(db, folder === null ? 'the database' : `the data folder ${folder}`);
  } catch (error) {
    await pglite.close();
    throw error;
  }
  return { db, pglite };
}

/**
 * Makes the data folder in a process of its own that ends at once: creating a cluster needs memory that WebAssembly never gives back,
 * and the service would carry it as long as it lives.
 */
async function createFolder(folder: string): Promise<void> {
  // Made beside its place and moved there when it is complete: a crash half-way leaves nothing that looks like a database.
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await runCreation(fresh);
  if (existsSync(folder)) await rmdir(folder);
  await rename(fresh, folder);
}

async function runCreation(folder: string): Promise<void> {
  const script = fileURLToPath(new URL(`./create-folder${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  const reason = Buffer.concat(said).toString('utf8').trim() || `exit code ${code}`;
  throw new Error(`the database folder ${folder} could not be made: ${reason}`);
}
