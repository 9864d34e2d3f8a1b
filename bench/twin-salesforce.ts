import { parseArgs } from 'node:util';
import { z } from 'zod';
import { silentLog } from '../src/model/world.ts';
import { createSalesforceTwin } from '../src/systems/salesforce/twin/index.ts';
import type { Json, JsonObject } from '../src/twins/json.ts';

/**
 * How much the Salesforce twin stands, asked in this process without sockets: rows and records per second on one core, and memory.
 * Prints one line of JSON. `node bench/twin-salesforce.ts [--records 500000] [--reads 100000] [--writes 10000]`
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '500000' },
    reads: { type: 'string', default: '100000' },
    writes: { type: 'string', default: '10000' },
  },
});
const count = { records: Number(values.records), reads: Number(values.reads), writes: Number(values.writes) };

const twin = createSalesforceTwin({
  seed: 1,
  world: { now: Date.now, sleep: async () => {}, log: silentLog, fetch: () => Promise.reject(new Error('no network')) },
});
const base = 'http://acme.my.salesforce.example';

async function send(method: string, path: string, body?: Json | string, headers = {}): Promise<unknown> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const init = text === undefined ? { method, headers } : { method, headers, body: text };
  const response = await twin.fetch(new Request(`${base}${path}`, init));
  const answer = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${answer.slice(0, 500)}`);
  return answer === '' ? null : JSON.parse(answer);
}

const { clientId = '', clientSecret = '' } = twin.about(base).auth;
await send('PUT', '/_twin/settings', { commitDelayMs: 0, limits: { off: true } });
const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const login = await send('POST', '/services/oauth2/token', new URLSearchParams(grant).toString(), form);
const { access_token: token } = z.object({ access_token: z.string() }).parse(login);
const rest = (method: string, path: string, body?: Json): Promise<unknown> =>
  send(method, `/services/data/v62.0${path}`, body, {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  });

const account = (i: number): JsonObject => ({
  Name: `Account ${i}`,
  Industry: i % 3 === 0 ? 'Banking' : 'Energy',
  Phone: `+33 1 ${i}`,
  Website: `https://a${i}.example`,
  BillingCity: 'Paris',
  BillingStreet: `Rue ${i}`,
  BillingPostalCode: String(75_000 + (i % 20)),
  Description: `What there is to say of account ${i}.`,
});
const numbers = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

async function timed(work: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const done = await work();
  return Math.round((done / (performance.now() - start)) * 1_000);
}

const megabytes = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().rss / 1_048_576);
};

// Ten rows share a second, as after a load.
const begin = Date.parse('2026-01-01T00:00:00Z');
const stamp = (i: number): string => new Date(begin + Math.floor(i / 10) * 1_000).toISOString();
const seeded = await timed(async () => {
  for (let from = 0; from < count.records; from += 5_000) {
    const batch = numbers(from, Math.min(5_000, count.records - from));
    await send('PUT', '/_twin/seed', {
      Account: batch.map((i) => ({ ...account(i), CreatedDate: stamp(i), SystemModstamp: stamp(i) })),
    });
  }
  return count.records;
});
const memory = megabytes();

const fields =
  'Id, Name, Industry, Phone, Website, BillingCity, BillingStreet, BillingPostalCode, Description, SystemModstamp';
const pageSchema = z.object({
  records: z.array(z.looseObject({ Id: z.string(), SystemModstamp: z.string() })),
  nextRecordsUrl: z.string().optional(),
});
const query = async (soql: string, resource = 'query'): Promise<z.infer<typeof pageSchema>> =>
  pageSchema.parse(await rest('GET', `/${resource}?q=${encodeURIComponent(soql)}`));

/** A keyset, asked anew for every page. */
async function keyset(condition: (at: string, id: string) => string, tail: string): Promise<number> {
  let [at, id, read] = ['2025-12-31T00:00:00Z', '000000000000000AAA', 0];
  while (read < count.reads) {
    const { records } = await query(`SELECT ${fields} FROM Account WHERE ${condition(at, id)} ORDER BY ${tail}`);
    const last = records.at(-1);
    if (last === undefined) break;
    read += records.length;
    [at, id] = [last.SystemModstamp.replace('+0000', 'Z'), last.Id];
  }
  return read;
}

const after = (at: string, id: string): string => `(SystemModstamp = ${at} AND Id > '${id}') OR SystemModstamp > ${at}`;
const figures = {
  keyset: await timed(() => keyset(after, 'SystemModstamp, Id')),
  keysetWithLimit: await timed(() => keyset(after, 'SystemModstamp, Id LIMIT 2000')),
  stampOnly: await timed(() => keyset((at) => `SystemModstamp > ${at}`, 'SystemModstamp, Id')),
  stampOnlyWithLimit: await timed(() => keyset((at) => `SystemModstamp > ${at}`, 'SystemModstamp, Id LIMIT 2000')),
  byId: await timed(() => keyset((_at, id) => `Id > '${id}'`, 'Id LIMIT 2000')),
  locator: await timed(async () => {
    let page = await query(
      `SELECT ${fields} FROM Account WHERE SystemModstamp >= 2025-12-31T00:00:00Z ORDER BY SystemModstamp, Id`,
    );
    let read = page.records.length;
    while (page.nextRecordsUrl !== undefined && read < count.reads) {
      page = pageSchema.parse(await rest('GET', page.nextRecordsUrl.replace('/services/data/v62.0', '')));
      read += page.records.length;
    }
    return read;
  }),
  inList: await timed(async () => {
    const { records } = await query('SELECT Id, SystemModstamp FROM Account ORDER BY Id LIMIT 400');
    const ids = records.map(({ Id }) => `'${Id}'`).join(',');
    for (let i = 0; i < 50; i++) await query(`SELECT ${fields} FROM Account WHERE Id IN (${ids})`);
    return 50 * records.length;
  }),
  retrieve: await timed(async () => {
    const { records } = await query('SELECT Id, SystemModstamp FROM Account ORDER BY Id LIMIT 2000');
    const ask = { ids: records.map(({ Id }) => Id), fields: fields.split(', ') };
    for (let i = 0; i < 10; i++) await rest('POST', '/composite/sobjects/Account', ask);
    return 10 * records.length;
  }),
};
/** A poll that finds nothing new, as nearly all do: per second. */
const emptyPolls = await timed(async () => {
  const soql = `SELECT ${fields} FROM Account WHERE SystemModstamp >= 2030-01-01T00:00:00Z ORDER BY SystemModstamp, Id`;
  for (let i = 0; i < 500; i++) await query(soql);
  return 500;
});
const deletedPolls = await timed(async () => {
  const soql =
    'SELECT Id, SystemModstamp FROM Account WHERE IsDeleted = true AND SystemModstamp >= 2030-01-01T00:00:00Z';
  for (let i = 0; i < 200; i++) await query(soql, 'queryAll');
  return 200;
});

const savedSchema = z.array(z.object({ id: z.string(), success: z.literal(true) }));
const made: string[] = [];
const attributes = { type: 'Account' };
const created = await timed(async () => {
  for (let from = 0; from < count.writes; from += 200) {
    const records = numbers(from, 200).map((i) => ({ attributes, ...account(i) }));
    made.push(...savedSchema.parse(await rest('POST', '/composite/sobjects', { records })).map(({ id }) => id));
  }
  return made.length;
});
const updated = await timed(async () => {
  for (let from = 0; from < made.length; from += 200) {
    const records = made
      .slice(from, from + 200)
      .map((id, i) => ({ attributes, id, Phone: `2 ${i}`, Industry: 'Media' }));
    await rest('PATCH', '/composite/sobjects', { records });
  }
  return made.length;
});

const perSecond = { ...figures, emptyPolls, deletedPolls, created, updated, seeded };
process.stdout.write(`${JSON.stringify({ records: count.records, megabytes: memory, perSecond })}\n`);
