/**
 * How fast and how large the Zendesk twin is: `npx node bench/twin-zendesk.ts [organization|user|ticket|all] [records=500000]`, one JSON
 * line on stdout. The twin runs in this process, spoken to through its `fetch` (requests and answers are made and read as JSON, which the
 * figures include), on a clock that moves only when told. Users have an e-mail identity and an organization, tickets a comment and the
 * audit of their creation. `memory.rssMb` is this process with the client's side of it; `peakRssMb` is its highest.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { silentLog } from '../src/model/world.ts';
import { createZendeskTwin } from '../src/systems/zendesk/twin/index.ts';
import { isJsonList, isJsonObject, type Json, parseJson } from '../src/twins/json.ts';

const kinds = ['organization', 'user', 'ticket'] as const;
type Kind = (typeof kinds)[number];
const asked = process.argv[2] ?? 'all';
const records = Number(process.argv[3] ?? 500_000);
const wanted = kinds.filter((kind) => asked === 'all' || asked === kind);

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

let nowMs = Date.parse('2026-11-20T08:30:00Z');
const base = 'https://acme.zendesk.example';
const twin = createZendeskTwin({
  seed: 1,
  world: {
    now: () => nowMs,
    sleep: async () => {},
    log: silentLog,
    fetch: () => Promise.reject(new Error('no network')),
  },
});
const login = `Basic ${Buffer.from('owner@twin.example/token:twin-api-token').toString('base64')}`;

async function call(method: string, path: string, body?: Json): Promise<Json> {
  const headers = { authorization: login, 'content-type': 'application/json' };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await twin.fetch(new Request(`${base}/${path}`, { method, headers, ...init }));
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  return parseJson(text);
}

function member(body: Json, name: string): Json {
  return isJsonObject(body) ? (body[name] ?? null) : null;
}

/** Ids of organizations and users that later records point to. */
const ids: Record<Kind, number[]> = { organization: [], user: [], ticket: [] };

const write: Readonly<Record<Kind, (i: number) => Json>> = {
  organization: (i) => ({ name: `Organization ${i}`, external_id: `0015g00000${i}AAA`, details: 'Paris' }),
  user: (i) => ({
    name: `Person ${i}`,
    email: `person${i}@demo${i % 1000}.example`,
    external_id: `0035g00000${i}AAA`,
    organization_id: ids.organization[i % ids.organization.length] ?? null,
  }),
  ticket: (i) => ({
    subject: `Ticket ${i}`,
    comment: { body: `It does not work, for the ${i}th time: what can be done?` },
    requester_id: ids.user[i % ids.user.length] ?? null,
    priority: 'normal',
  }),
};

/** A job's items appear at moments of their own: each job is let come to its end before the next. */
async function load(kind: Kind, count: number): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < count; from += 100) {
    const items = Array.from({ length: Math.min(100, count - from) }, (_, i) => write[kind](from + i));
    const started = await call('POST', `api/v2/${kind}s/create_many`, { [`${kind}s`]: items });
    nowMs += 250;
    const path = `api/v2/job_statuses/${String(member(member(started, 'job_status'), 'id'))}`;
    const results = member(member(await call('GET', path), 'job_status'), 'results');
    for (const one of isJsonList(results) ? results : []) {
      const id = member(one, 'id');
      if (typeof id !== 'number' || member(one, 'error') !== null)
        throw new Error(`an item failed: ${JSON.stringify(one)}`);
      ids[kind].push(id);
    }
  }
  return count / ((performance.now() - began) / 1000);
}

async function readExport(kind: Kind): Promise<{ readonly rows: number; readonly perSecond: number }> {
  nowMs += 120_000;
  const began = performance.now();
  let rows = 0;
  let path: string | null = `api/v2/incremental/${kind}s${kind === 'organization' ? '' : '/cursor'}?start_time=0`;
  while (path !== null) {
    const page = await call('GET', path);
    const list = member(page, `${kind}s`);
    rows += isJsonList(list) ? list.length : 0;
    const next = member(page, 'after_url') ?? member(page, 'next_page');
    path = member(page, 'end_of_stream') === true ? null : String(next).slice(base.length + 1);
  }
  return { rows, perSecond: rows / ((performance.now() - began) / 1000) };
}

async function writeSingly(kind: Kind, count: number): Promise<number> {
  const began = performance.now();
  for (let i = 0; i < count; i++) await call('POST', `api/v2/${kind}s`, { [kind]: write[kind](records + i) });
  return count / ((performance.now() - began) / 1000);
}

function memory(): { readonly heapMb: number; readonly rssMb: number; readonly peakRssMb: number } {
  collect();
  const mega = (bytes: number): number => Math.round(bytes / 1_000_000);
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: mega(heapUsed), rssMb: mega(rss), peakRssMb: mega(process.resourceUsage().maxRSS * 1024) };
}

await call('PUT', '_twin/settings', { limits: { off: true }, jobMs: 200 });
// What is measured alone still has somebody to point to.
if (!wanted.includes('organization')) await load('organization', 1000);
if (!wanted.includes('user')) await load('user', 1000);

const figures: Record<string, Json> = {};
for (const kind of wanted) {
  const itemsPerSecond = Math.round(await load(kind, records));
  const filled = memory();
  const exported = await readExport(kind);
  figures[kind] = {
    records,
    itemsPerSecond,
    memory: { ...filled },
    exportRowsPerSecond: Math.round(exported.perSecond),
    exportRows: exported.rows,
    writesPerSecond: Math.round(await writeSingly(kind, 5000)),
  };
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
