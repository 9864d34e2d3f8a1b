import type { Store } from '../../src/engine/ports.ts';
import { openMemory } from '../../src/store/memory.ts';
import { openPglite } from '../../src/store/open.ts';
import { openPostgres } from '../../src/store/postgres.ts';

export const stores = ['memory', 'pglite', 'pg'] as const;

/** How a story gets an empty store. Throws where PostgreSQL is asked for and DATABASE_URL says no database. */
export function openStoreOf(
  name: (typeof stores)[number],
  databaseUrl: string | undefined,
): (seed: number) => Promise<Store> {
  if (name === 'memory') return async () => openMemory();
  if (name === 'pglite') return () => openPglite(null);
  if (!databaseUrl)
    throw new Error('--store pg needs a database: set DATABASE_URL=postgres://user:password@host:5432/database');
  // A workspace that nobody else has, so that one database takes all seeds of all processes.
  return (seed) => openPostgres(databaseUrl, `simulation ${process.pid} ${seed}`);
}
