import { sql } from 'kysely';
import { inject } from 'vitest';
import { type Connected, connectPool } from './postgres.ts';

let made = 0;

/**
 * An empty database on the test server (test/postgres.ts), for one file of tests alone. `drop` takes it away, whoever is still connected.
 */
export async function freshDatabase(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const server = inject('postgresUrl');
  const name = `syncline_test_${process.pid}_${made++}`;
  const drop = sql`drop database if exists ${sql.id(name)} with (force)`;
  const make = sql`create database ${sql.id(name)}`;
  await onServer(server, async ({ db }) => {
    await drop.execute(db);
    await make.execute(db);
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, async ({ db }) => void (await drop.execute(db))) };
}

async function onServer(url: string, work: (server: Connected) => Promise<void>): Promise<void> {
  const server = connectPool(url, { max: 1 });
  try {
    await work(server);
  } finally {
    await server.close();
  }
}
