/**
 * How fast history answers when there is much of it: `npx node bench/history.ts [--store pglite|pg] [--rows N]`, JSON on stdout. `pglite` is
 * a fresh folder on disk, `pg` a fresh database on the server that test/postgres.ts finds or starts. The rows are made by the database
 * itself: ten writes each of N / 10 links, in runs of a thousand writes. Each question is asked of 20 different records, runs or times
 * through the store, as the product asks it; milliseconds, the median and the longest.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import type { Store } from '../src/engine/ports.ts';
import { openDatabase, pgliteStore } from '../src/store/open.ts';
import { connectPool, openPostgres } from '../src/store/postgres.ts';
import type { Database } from '../src/store/sql/tables.ts';
import { openServer } from '../test/postgres.ts';

const { values } = parseArgs({
  options: { store: { type: 'string', default: 'pglite' }, rows: { type: 'string', default: '1000000' } },
});
const rows = Number(values.rows);
const links = Math.round(rows / 10);
const asked = 20;
/** Where the rows' time begins (ms), one every 100 ms. */
const begin = Date.UTC(2026, 8, 1);
const workspace = 'main';

const stage = values.store === 'pg' ? await onServer() : await inFolder();
try {
  const filled = performance.now();
  await fill(stage.db);
  const report = {
    store: values.store,
    rows,
    fillMs: Math.round(performance.now() - filled),
    ms: await answers(stage.store),
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stage.close();
}

interface Stage {
  readonly db: Database;
  readonly store: Store;
  close(): Promise<void>;
}

async function inFolder(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
  const { db, pglite } = await openDatabase(join(folder, 'database'));
  const store = pgliteStore(db, workspace, () => pglite.close());
  return {
    db,
    store,
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onServer(): Promise<Stage> {
  const server = await openServer(process.env);
  const name = `syncline_history_${process.pid}`;
  const say = async (words: string) => {
    const { db, close } = connectPool(server.url, { max: 1 });
    await sql`${sql.raw(words)} database ${sql.id(name)}`.execute(db).finally(close);
  };
  await say('create');
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const store = await openPostgres(url.href, workspace);
  const pool = connectPool(url.href, { max: 1 });
  return {
    db: pool.db,
    store,
    async close() {
      await store.close();
      await pool.close();
      await say('drop');
      await server.stop();
    },
  };
}

async function fill(db: Database): Promise<void> {
  await sql`
    insert into link (workspace, id, sync, pair, crm_id, desk_id, due_at, due_since, cause, whole)
    select ${workspace}, 'link' || lpad(n::text, 8, '0'), 'accounts', 'sales/Account|support/organization',
      '001' || lpad(n::text, 15, '0'), (26000000000000 + n)::text, 0, 0, 'edit', true
    from generate_series(0, ${links - 1}::integer) n`.execute(db);
  await sql`insert into track (workspace, sync, pair, crm_connection, crm_object, desk_connection, desk_object)
    values (${workspace}, 'accounts', 'sales/Account|support/organization', 'sales', 'Account', 'support', 'organization')`.execute(
    db,
  );
  // Each link is written once in every tenth of the time, as edits come: its rows lie far apart.
  await sql`
    insert into history (workspace, at, id, run, sync, link, side, record, outcome, body)
    select ${workspace}, ${begin}::bigint + n * 100::bigint, 'row' || lpad(n::text, 9, '0'), 'run' || lpad((n / 1000)::text, 6, '0'), 'accounts',
      'link' || lpad((n % ${links}::integer)::text, 8, '0'), 'desk', (26000000000000 + n % ${links}::integer)::text,
      case when n % 50 = 0 then 'refused: Name is too long' else 'ok' end,
      jsonb_build_object('do', 'update', 'cause', 'edit', 'fields', jsonb_build_object(
        'name', jsonb_build_object('before', 'Company ' || n, 'after', 'Company ' || n + 1, 'rule', 'Name → name'),
        'notes', jsonb_build_object('before', null, 'after', 'About ' || n, 'rule', 'Description → notes')))
    from generate_series(0, ${rows - 1}::integer) n`.execute(db);
  await sql`analyze link, history`.execute(db);
}

async function answers(store: Store) {
  const at = (i: number) => Math.floor((i * links) / asked) + 7;
  const crm = (i: number) => ({ side: 'crm', id: `001${String(at(i)).padStart(15, '0')}` }) as const;
  const desk = (i: number) => ({ side: 'desk', id: String(26_000_000_000_000 + at(i)) }) as const;
  const run = (i: number) => `run${String(Math.floor((i * rows) / 1000 / asked)).padStart(6, '0')}`;
  const time = (i: number) => begin + Math.floor((i * rows) / asked) * 100;
  const page = Array.from({ length: 500 }, (_, i) => `link${String(i * 7).padStart(8, '0')}`);
  const questions: Readonly<Record<string, (i: number) => Promise<readonly unknown[]>>> = {
    'record of the source': (i) => store.history({ record: crm(i) }),
    'record that was written': (i) => store.history({ record: desk(i) }),
    'one field of a record': (i) => store.history({ record: desk(i), field: 'notes' }),
    'failures of a record': (i) => store.history({ record: desk(i), status: 'failed' }),
    'a link': (i) => store.history({ link: `link${String(at(i)).padStart(8, '0')}` }),
    'a run': (i) => store.history({ run: run(i) }),
    'an hour': (i) => store.history({ since: time(i), until: time(i) + 3_600_000 }),
    'newest first': () => store.history({}),
    'a later page': (i) => store.history({ before: { at: time(i), id: 'row' } }),
    'the links of a run': (i) =>
      store.touched({ sync: 'accounts', run: run(i), until: time(asked), after: null, limit: 500 }),
    'all of 500 links': () => store.history({ links: page, status: 'ok', limit: 1_000_000 }),
  };
  const report: Record<string, { readonly rows: number; readonly median: number; readonly longest: number }> = {};
  for (const [name, ask] of Object.entries(questions)) {
    const spent: number[] = [];
    let found = 0;
    for (let i = 0; i < asked; i++) {
      const from = performance.now();
      found = (await ask(i)).length;
      spent.push(performance.now() - from);
    }
    spent.sort((a, b) => a - b);
    report[name] = { rows: found, median: tenths(spent[asked / 2] ?? 0), longest: tenths(spent.at(-1) ?? 0) };
  }
  return report;
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
