import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Store } from '../../src/engine/ports.ts';
import { openMemory } from '../../src/store/memory.ts';
import { openStore } from '../../src/store/open.ts';
import { connectPool } from '../../src/store/postgres.ts';
import { openServer } from '../../test/postgres.ts';

/** A place for a store that is measured: `pglite` is a fresh folder on disk, `pg` a fresh database on the server that test/postgres.ts finds. */
export interface Stage {
  open(): Promise<Store>;
  close(): Promise<void>;
}

export async function openStage(kind: string): Promise<Stage> {
  if (kind === 'memory') return { open: async () => openMemory(), close: async () => {} };
  if (kind === 'pglite') {
    const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
    return {
      open: () => openStore(join(folder, 'database'), undefined),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  }
  if (kind !== 'pg') throw new Error('--store is memory, pglite or pg');
  const server = await openServer(process.env);
  const name = `syncline_bench_${process.pid}`;
  const onServer = async (words: string) => {
    const { db, close } = connectPool(server.url, { max: 1 });
    await sql`${sql.raw(words)} database ${sql.id(name)}`.execute(db).finally(close);
  };
  await onServer('create');
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    open: () => openStore('', url.href),
    async close() {
      await onServer('drop');
      await server.stop();
    },
  };
}
