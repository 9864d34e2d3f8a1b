import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
} from 'kysely';
import pg from 'pg';
import type { Store } from '../engine/ports.ts';
import { OutageError } from '../model/fault.ts';
import { migrate } from './sql/migrate.ts';
import { sqlStore } from './sql/store.ts';
import type { Database, Tables } from './sql/tables.ts';
import { createFirstAnalyze } from './sql/tidy.ts';

/**
 * The database does not answer, not in time, or the connection to it broke: nothing of an open transaction is kept, and it is safe to
 * try again.
 */
export class DatabaseUnreachable extends OutageError {
  constructor(where: string, cause: unknown) {
    const [what, todo] = isSlow(cause)
      ? ['took too long', 'Look what else keeps it busy']
      : ['cannot be reached', 'Start it, or mend DATABASE_URL'];
    super(`the database ${where} ${what}: ${reasonOf(cause)}. ${todo}. What was not committed is done again later`, {
      cause,
    });
  }
}

/** The oldest that the tests are run on. */
const oldestVersion = 15;

/** Connections of one process: its loop needs one, people's questions the others. */
const poolSize = 5;

/**
 * A verb takes milliseconds. What takes this long (ms) waits for something that does not come, and holds others up. The first three are
 * kept by the server, the last one by us, for a server that went away without a word.
 */
const limits = {
  lock_timeout: 30_000,
  statement_timeout: 60_000,
  idle_in_transaction_session_timeout: 60_000,
  query_timeout: 90_000,
};

/** A database on a PostgreSQL server, and how to let it go. */
export interface Connected {
  readonly db: Database;
  readonly close: () => Promise<void>;
}

/**
 * Opens the database that a `postgres://` URL names, made and brought up to date where needed. Any number of processes may have it open:
 * so nobody's leases are ended by opening it; what a dead process had taken is free when its lease runs out, and what it was sending is
 * looked at when the call must have ended. Throws `DatabaseUnreachable`, and `NewerDatabase` where a newer build has written it.
 */
export async function openPostgres(url: string, workspace: string): Promise<Store> {
  const { db, close } = await connect(url);
  const store = sqlStore({ db, workspace }, createFirstAnalyze(db), close);
  return { ...store, releaseAll: async () => {} };
}

/** The database with the schema of this build. Several processes may do this at once: Kysely takes an advisory lock. */
export async function connect(url: string): Promise<Connected> {
  // A change of the schema may take longer than a verb ever should.
  const patient = connectPool(url, { max: 1 });
  try {
    const where = `the database ${placeOf(url)}`;
    const found = await sql<{
      version: number;
    }>`select current_setting('server_version_num')::integer as version`.execute(patient.db);
    const version = Math.floor((found.rows[0]?.version ?? 0) / 10_000);
    if (version < oldestVersion)
      throw new Error(`${where} is PostgreSQL ${version}; Syncline needs ${oldestVersion} or newer`);
    await migrate(patient.db, where);
  } finally {
    await patient.close();
  }
  return connectPool(url, { max: poolSize, ...limits });
}

export function connectPool(url: string, options: pg.PoolConfig): Connected {
  const where = placeOf(url);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'syncline',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: { getTypeParser: parserOf },
    ...options,
  });
  // A connection that breaks while nobody uses it is replaced by the pool; while a verb uses it, the verb hears of it. Without a listener
  // either would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const dialect = new PostgresDialect({
    pool: {
      options: pool.options,
      end: () => pool.end(),
      connect: () => told(where, async () => tellingClient(where, await pool.connect())),
    },
  });
  const db = new Kysely<Tables>({ dialect });
  return { db, close: () => db.destroy() };
}

/** A client of the pool whose broken connection is told as what it means. */
function tellingClient(where: string, client: pg.PoolClient): PostgresPoolClient {
  function query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new Error('the store reads no rows by cursor');
    return told(where, () => client.query(text, [...values]));
  }
  return { query, release: (destroy) => client.release(destroy) };
}

async function told<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isLost(error) || isSlow(error) ? new DatabaseUnreachable(where, error) : error;
  }
}

/**
 * Classes of PostgreSQL's error codes (its appendix A): 08 connection exception, 57P01 to 57P03 shut down or starting up, 53300 too many
 * connections. What has no such code and comes from below the protocol has one of the operating system, or is told in words.
 */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) return /^(08|57P0[1-3]|53300)/.test(error.code ?? '');
  const code = 'code' in error ? String(error.code) : '';
  return /^E[A-Z]+$/.test(code) || /connection|timeout/i.test(error.message);
}

/** 57014 a statement ran into its time limit, 55P03 a lock did, 25P03 a transaction waited too long for its next statement. */
function isSlow(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(57014|55P03|25P03)$/.test(error.code ?? '');
}

/** An error of several addresses says nothing of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** `host:port/database`, without the credentials. */
function placeOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw new Error('DATABASE_URL is not an address such as postgres://user:password@host:5432/database');
  return `${url.host || 'on this machine'}${url.pathname}`;
}

/** Whole numbers of eight bytes come as numbers, as from the embedded database: milliseconds and counts stay far below 2^53. */
function parserOf(type: number, format?: 'text' | 'binary') {
  return type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format);
}
