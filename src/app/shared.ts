import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../store/open.ts';
import { AppError } from './app.ts';
import { openService, type Service, type ServiceOptions } from './service.ts';

/**
 * The App over a PostgreSQL that other processes work on as well: no data folder is locked, because nothing is kept on this machine.
 * Credentials are sealed in the database, so all of its processes need one key. Throws AppError where DATABASE_URL or SYNCLINE_KEY is not
 * set, where the database cannot be reached, and where a newer build has written it.
 */
export async function openShared(options: Omit<ServiceOptions, 'dataDir' | 'openStore'>): Promise<Service> {
  const { DATABASE_URL: url, SYNCLINE_KEY: key } = options.environment;
  if (!url)
    throw new AppError(
      `\`${options.command}\` works on a PostgreSQL that several processes share, and needs its address: set DATABASE_URL=postgres://user:password@host:5432/database. The database in a data folder is for one process; \`syncline start\` works there`,
    );
  if (!key)
    throw new AppError(
      'Processes that share a database need one key for the credentials that are stored there: set SYNCLINE_KEY to the same value for all of them, such as `openssl rand -base64 32` prints once',
    );
  // A folder that is nobody else's and goes away: the service wants a place of its own, and puts nothing there that counts.
  const folder = await mkdtemp(join(tmpdir(), 'syncline-'));
  const removed = () => rm(folder, { recursive: true, force: true });
  try {
    const store = await openStore(folder, url).catch((error: unknown) => {
      throw new AppError(error instanceof Error ? error.message : String(error), [], { cause: error });
    });
    const service = await openService({ ...options, dataDir: folder, openStore: async () => store });
    return {
      ...service,
      async close() {
        await service.close();
        await store.close();
        await removed();
      },
    };
  } catch (error) {
    await removed();
    throw error;
  }
}
