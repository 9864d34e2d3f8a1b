/**
 * The calls of a run and nothing else: pages are fetched and parsed, bodies are made and sent, jobs are asked after. No engine, no
 * store. What the product takes beyond this is ours. Prints one line of JSON.
 *
 *   npx node bench/bare-loop.ts SALES_URL SUPPORT_URL CREDENTIALS_JSON ACCOUNTS CONTACTS load|read
 *
 * `load`: a first load. `read`: the records are read, and that is all.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const [sales = '', support = '', credentials = '{}', accounts = '0', contacts = '0', mode = 'load'] =
  process.argv.slice(2);
const given: unknown = JSON.parse(credentials);
const auth = (side: string): Record<string, string> => {
  const found: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, side) : null;
  return Object.fromEntries(Object.entries(found ?? {}).map(([key, value]) => [key, String(value)]));
};

async function ask(url: string, token: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { ...init, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

async function salesToken(): Promise<string> {
  const { clientId = '', clientSecret = '' } = auth('sales');
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await fetch(`${sales}/services/oauth2/token`, { method: 'POST', body });
  const told = await response.json();
  return String(Reflect.get(Object(told), 'access_token'));
}

async function supportToken(): Promise<string> {
  const { clientId, clientSecret, refreshToken } = auth('support');
  const told = await (
    await fetch(`${support}/oauth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...(refreshToken
          ? { grant_type: 'refresh_token', refresh_token: refreshToken }
          : { grant_type: 'client_credentials' }),
        client_id: clientId,
        client_secret: clientSecret,
      }),
    })
  ).json();
  return String(Reflect.get(Object(told), 'access_token'));
}

async function rows(token: string, soql: string): Promise<readonly Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  let path: string | null = `/services/data/v62.0/query?q=${encodeURIComponent(soql)}`;
  while (path) {
    const page = await ask(`${sales}${path}`, token);
    if (Array.isArray(page.records)) all.push(...page.records);
    path = page.done === true ? null : String(page.nextRecordsUrl);
  }
  return all;
}

async function createAll(token: string, plural: string, bodies: readonly object[]): Promise<void> {
  const open: string[] = [];
  for (let from = 0; from < bodies.length; from += 100) {
    const body = JSON.stringify({ [plural]: bodies.slice(from, from + 100) });
    const told = await ask(`${support}/api/v2/${plural}/create_many`, token, { method: 'POST', body });
    open.push(String(Reflect.get(Object(told.job_status), 'id')));
    while (open.length >= 20) await settle(token, open);
  }
  while (open.length > 0) await settle(token, open);
}

async function settle(token: string, open: string[]): Promise<void> {
  await sleep(250);
  const told = await ask(`${support}/api/v2/job_statuses/show_many.json?ids=${open.join(',')}`, token);
  const done = Array.isArray(told.job_statuses) ? told.job_statuses : [];
  for (const job of done) {
    const { id, status } = Object(job);
    if (status === 'completed') open.splice(open.indexOf(String(id)), 1);
  }
}

async function exported(token: string, plural: string): Promise<number> {
  let count = 0;
  let path: string | null =
    `/api/v2/incremental/${plural}${plural === 'users' ? '/cursor' : ''}.json?start_time=0&per_page=1000`;
  while (path) {
    const page = await ask(path.startsWith('http') ? path : `${support}${path}`, token);
    count += Array.isArray(page[plural]) ? page[plural].length : 0;
    path = page.end_of_stream === true ? null : String(page.after_url ?? page.next_page);
  }
  return count;
}

const started = performance.now();
const tokens = { sales: await salesToken(), support: await supportToken() };
const before = process.cpuUsage();
const found = { accounts: 0, contacts: 0, read: 0 };
if (Number(accounts) > 0) {
  const list = await rows(
    tokens.sales,
    'SELECT Id, Name, Description, SystemModstamp FROM Account ORDER BY SystemModstamp, Id',
  );
  found.accounts = list.length;
  const bodies = list.map((row) => ({ name: row.Name, details: row.Description, external_id: row.Id }));
  if (mode === 'load') {
    await createAll(tokens.support, 'organizations', bodies);
    found.read += await exported(tokens.support, 'organizations');
  }
}
if (Number(contacts) > 0) {
  const list = await rows(
    tokens.sales,
    'SELECT Id, Name, Email, Phone, Title, AccountId, SystemModstamp FROM Contact ORDER BY SystemModstamp, Id',
  );
  found.contacts = list.length;
  const bodies = list.map((row) => ({
    name: row.Name,
    email: row.Email,
    phone: row.Phone,
    details: row.Title,
    external_id: row.Id,
    skip_verify_email: true,
  }));
  if (mode === 'load') {
    await createAll(tokens.support, 'users', bodies);
    found.read += await exported(tokens.support, 'users');
  }
}
const used = process.cpuUsage(before);
console.log(
  JSON.stringify({
    ...found,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
  }),
);
