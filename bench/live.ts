/**
 * How long it takes from a ticket to its case: new tickets at an even pace, each told by a webhook, to a service of its own process. The
 * twins are as the real thing (limits, jobs, lags), but for the commit delay of Salesforce, which is 0 to see our share. A table on stderr,
 * JSON on stdout.
 *
 *   npx node bench/live.ts [perSecond=20] [seconds=60] [people=linked|new|mixed]
 *
 * `linked`: requesters and organizations have their contacts and accounts already; `new`: each ticket brings its own, both of which are
 * made first; `mixed`: every other ticket is such a one, in a service with syncs of accounts and contacts. The time of a case is when a query
 * first shows it, asked ten times a second.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type About, control, main, routes, seed, startTwin } from './kit/twins.ts';

const [perSecond = '20', seconds = '60', people = 'linked'] = process.argv.slice(2);
const count = Number(perSecond) * Number(seconds);
/** Who writes, where they are linked. */
const customers = 50;
/** A case that is not there after so long (ms) does not come. */
const patienceMs = 120_000;

type Row = Readonly<Record<string, unknown>>;

const rowsIn = (answer: unknown): readonly Row[] => {
  const found: unknown = Array.isArray(answer) ? answer : Reflect.get(Object(answer), 'records');
  return Array.isArray(found) ? found : [];
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Asks until it is so. */
async function until(what: string, isSo: () => Promise<boolean>, ms = patienceMs): Promise<void> {
  const from = performance.now();
  while (!(await isSo())) {
    if (performance.now() - from > ms) throw new Error(`it did not come to it that ${what}`);
    await sleep(500);
  }
}

async function token({ url, auth }: About): Promise<string> {
  const { clientId = '', clientSecret = '' } = auth;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const answer: unknown = await (await fetch(`${url}/services/oauth2/token`, { method: 'POST', body })).json();
  return String(Reflect.get(Object(answer), 'access_token'));
}

/** The tickets of the newest cases. */
async function newest({ url }: About, bearer: string): Promise<readonly string[]> {
  const q = 'SELECT Zendesk_Support_Ticket_ID__c FROM Case ORDER BY CaseNumber DESC LIMIT 200';
  const response = await fetch(`${url}/services/data/v62.0/query?q=${encodeURIComponent(q)}`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  return rowsIn(await response.json()).map((row) => String(row.Zendesk_Support_Ticket_ID__c));
}

function run(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SYNCLINE_LOG: 'warn' },
  });
}

const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
const sales = await startTwin('salesforce');
const support = await startTwin('zendesk');
const port = await freePort();
const place = ['--config', join(folder, 'syncline.yaml'), '--data', join(folder, 'data')];
let service: ChildProcess | null = null;
try {
  await control(sales.about, 'PUT', 'settings', { commitDelayMs: 0 });
  const sides = { crm: { connection: 'sales' }, desk: { connection: 'support' } };
  const preset = (name: string): Row => ({ preset: `salesforce-zendesk/${name}`, ...sides });
  const linked = { accounts: preset('accounts'), contacts: preset('contacts') };
  const config = {
    version: 1,
    server: { publicUrl: `http://127.0.0.1:${port}` },
    connections: {
      sales: { system: 'salesforce', ...sales.about.connection, auth: sales.about.auth },
      support: { system: 'zendesk', ...support.about.connection, auth: support.about.auth },
    },
    syncs: { ...(people === 'new' ? {} : linked), tickets: preset('tickets') },
  };
  await writeFile(join(folder, 'syncline.yaml'), JSON.stringify(config));
  for (const what of ['package', 'keys']) {
    const installed = run([main, 'doctor', '--install', what, '--connection', 'sales', ...place]);
    await once(installed, 'exit');
  }
  if (people !== 'new') {
    const numbers = Array.from({ length: customers }, (_, i) => i);
    const accounts = await seed(
      sales.about,
      'Account',
      numbers.map((i) => ({ Name: `Account ${i}` })),
    );
    await seed(
      sales.about,
      'Contact',
      numbers.map((i) => ({ LastName: `Number ${i}`, Email: `ada.${i}@acme.example`, AccountId: accounts[i] })),
    );
  }
  service = run([main, 'start', '--port', String(port), ...place]);
  await until('the trigger is there', async () => (await routes(support.about))['POST /api/v2/triggers'] === 1);
  const server: Row = JSON.parse(await readFile(join(folder, 'data', 'server.json'), 'utf8'));
  const status = async (): Promise<Row> => {
    const headers = { authorization: `Bearer ${String(server.token)}` };
    return Object(await (await fetch(`http://127.0.0.1:${port}/api/status`, { headers })).json());
  };
  const isQuiet = async (): Promise<boolean> => {
    const syncs: readonly unknown[] = Object.values(Object((await status()).syncs));
    return syncs.every((each) => Reflect.get(Object(each), 'due') === 0);
  };
  let writers: readonly Row[] = [];
  if (people !== 'new') {
    await until('all users are linked', async () => {
      const users = rowsIn(await control(support.about, 'GET', 'records/user'));
      writers = users.filter(({ organization_id, email }) => organization_id && String(email).startsWith('ada.'));
      return writers.length === customers && (await isQuiet());
    });
  } else await sleep(5000);
  for (const { about } of [sales, support]) await control(about, 'DELETE', 'calls');

  const bearer = await token(sales.about);
  const written = new Map<string, number>();
  const tookMs = new Map<string, number>();
  const look = async (): Promise<void> => {
    const shown = await newest(sales.about, bearer);
    const now = performance.now();
    for (const ticket of shown) {
      const at = written.get(ticket);
      if (at !== undefined && !tookMs.has(ticket)) tookMs.set(ticket, now - at);
    }
  };
  let isWriting = true;
  const watching = (async () => {
    const from = performance.now();
    while (
      (isWriting || tookMs.size < written.size) &&
      performance.now() - from < Number(seconds) * 1000 + patienceMs
    ) {
      await look();
      await sleep(100);
    }
  })();
  const begin = performance.now();
  const waiting: Promise<void>[] = [];
  const isNew = (i: number): boolean => people === 'new' || (people === 'mixed' && i % 2 === 1);
  const brings = async (i: number): Promise<Row> => {
    const writer = writers[i % Math.max(1, writers.length)];
    if (!isNew(i) && writer) return { requester_id: writer.id, organization_id: writer.organization_id };
    const [organization_id] = await seed(support.about, 'organization', [{ name: `Company ${i}` }]);
    const user = { name: `Person ${i}`, email: `person.${i}@new.example`, organization_id };
    const [requester_id] = await seed(support.about, 'user', [user]);
    return { requester_id, organization_id };
  };
  const brought = new Set<string>();
  const write = async (i: number): Promise<void> => {
    const row = await brings(i);
    const at = performance.now();
    const [id] = await seed(support.about, 'ticket', [{ subject: `Ticket ${i}`, ...row }]);
    if (id === undefined) return;
    written.set(id, at);
    if (isNew(i)) brought.add(id);
  };
  for (let i = 0; i < count; i++) {
    await sleep(Math.max(0, begin + (i * 1000) / Number(perSecond) - performance.now()));
    waiting.push(write(i));
  }
  await Promise.all(waiting);
  isWriting = false;
  await watching;
  const timesOf = (ids: readonly string[]) => {
    const sorted = ids.flatMap((id) => tookMs.get(id) ?? []).sort((a, b) => a - b);
    const share = (part: number): number => Math.round(sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN);
    return {
      tickets: ids.length,
      cases: sorted.length,
      ms: { p50: share(0.5), p95: share(0.95), p99: share(0.99), longest: share(1) },
    };
  };
  const all = [...written.keys()];
  const byPeople = {
    linked: timesOf(all.filter((id) => !brought.has(id))),
    new: timesOf(all.filter((id) => brought.has(id))),
  };
  const figures = {
    perSecond: Number(perSecond),
    seconds: Number(seconds),
    people,
    database: process.env.DATABASE_URL ? 'PostgreSQL' : 'embedded',
    load: { average: loadavg()[0], cores: availableParallelism() },
    ...byPeople,
    calls: { sales: await routes(sales.about), support: await routes(support.about) },
  };
  for (const [who, { tickets, cases, ms }] of Object.entries(byPeople))
    if (tickets > 0)
      console.error(
        `${cases} of ${tickets} cases (${who}): p50 ${ms.p50} ms, p95 ${ms.p95} ms, p99 ${ms.p99} ms, longest ${ms.longest} ms`,
      );
  console.log(JSON.stringify(figures, null, 2));
} finally {
  service?.kill();
  sales.process.kill();
  support.process.kill();
  if (service !== null && service.exitCode === null) await once(service, 'exit');
  await rm(folder, { recursive: true, force: true });
}
