/**
 * A first load of accounts and contacts onto an empty Zendesk, a second run that finds nothing new, and a third one after every contact
 * was touched in a field that nothing maps: calls, time, peak memory and
 * CPU of the product's own process. The twins run in theirs; a bare loop makes the same calls for comparison. A table on stderr, JSON on
 * stdout.
 *
 *   npm run bench -- [accounts=20000] [contacts=50000] [limits=on|off]
 *
 * `on` leaves the twins as the real thing: jobs of 2–10 s, an export lag of 60 s, the plan's limits. `off` shortens all of that, to see
 * what the engine itself takes.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measured, measure } from './kit/measure.ts';
import { type BenchTwin, control, main, routes, seed, startTwin, unlimited } from './kit/twins.ts';

const [accounts = '20000', contacts = '50000', limits = 'on'] = process.argv.slice(2);
const counts = { accounts: Number(accounts), contacts: Number(contacts) };

const ids: { accounts: readonly string[]; contacts: readonly string[] } = { accounts: [], contacts: [] };

interface World {
  readonly sales: BenchTwin;
  readonly support: BenchTwin;
}

/** Both twins with the same records, made anew. */
async function world(): Promise<World> {
  const sales = await startTwin('salesforce');
  const support = await startTwin('zendesk');
  if (limits === 'off') await unlimited(sales.about, support.about);
  ids.accounts = await seed(
    sales.about,
    'Account',
    Array.from({ length: counts.accounts }, (_, i) => ({
      Name: `Account ${String(i).padStart(7, '0')}`,
      Description: 'A customer since the beginning.',
    })),
  );
  ids.contacts = await seed(
    sales.about,
    'Contact',
    Array.from({ length: counts.contacts }, (_, i) => ({
      FirstName: 'Ada',
      LastName: `Number ${String(i).padStart(7, '0')}`,
      Email: `ada.${i}@acme.example`,
      Phone: `+4930${String(1_000_000 + i)}`,
      Title: 'Engineer',
      ...(ids.accounts.length > 0 ? { AccountId: ids.accounts[i % ids.accounts.length] } : {}),
    })),
  );
  for (const { about } of [sales, support]) await control(about, 'DELETE', 'calls');
  return { sales, support };
}

const end = ({ sales, support }: World): void => {
  sales.process.kill();
  support.process.kill();
};

/** Edits a field of every contact that no rule reads: each of them is shown again, and nothing is to be written. */
async function touchContacts(about: BenchTwin['about']): Promise<void> {
  const { clientId = '', clientSecret = '' } = about.auth;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const token: unknown = await (await fetch(`${about.url}/services/oauth2/token`, { method: 'POST', body })).json();
  const headers = {
    authorization: `Bearer ${String(Reflect.get(Object(token), 'access_token'))}`,
    'content-type': 'application/json',
  };
  for (let from = 0; from < ids.contacts.length; from += 200) {
    const records = ids.contacts
      .slice(from, from + 200)
      .map((id) => ({ attributes: { type: 'Contact' }, id, Department: 'Research' }));
    const answer = await fetch(`${about.url}/services/data/v62.0/composite/sobjects`, {
      method: 'PATCH',
      headers,
      body: JSON.stringify({ allOrNone: false, records }),
    });
    const told = await answer.text();
    if (!answer.ok || told.includes('"success":false')) throw new Error(told.slice(0, 500));
  }
}

async function bare(mode: 'load' | 'read'): Promise<Measured> {
  const { sales, support } = await world();
  try {
    const credentials = JSON.stringify({ sales: sales.about.auth, support: support.about.auth });
    const loop = new URL('./bare-loop.ts', import.meta.url).pathname;
    return await measure([loop, sales.about.url, support.about.url, credentials, accounts, contacts, mode]);
  } finally {
    end({ sales, support });
  }
}

const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
const { sales, support } = await world();
try {
  const sides = { crm: { connection: 'sales' }, desk: { connection: 'support' } };
  const config = {
    version: 1,
    connections: {
      sales: { system: 'salesforce', ...sales.about.connection, auth: sales.about.auth },
      support: { system: 'zendesk', ...support.about.connection, auth: support.about.auth },
    },
    syncs: {
      accounts: { preset: 'salesforce-zendesk/accounts', ...sides },
      ...(counts.contacts > 0 ? { contacts: { preset: 'salesforce-zendesk/contacts', ...sides } } : {}),
    },
  };
  await writeFile(join(folder, 'syncline.yaml'), JSON.stringify(config));
  const words = [main, 'run', '--json', '--config', join(folder, 'syncline.yaml'), '--data', join(folder, 'data')];
  const profiling = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];
  const calls = async () => ({ sales: await routes(sales.about), support: await routes(support.about) });
  const first = { ...(await measure([...profiling, ...words])), calls: await calls() };
  for (const { about } of [sales, support]) await control(about, 'DELETE', 'calls');
  const second = { ...(await measure(words)), calls: await calls() };
  await touchContacts(sales.about);
  for (const { about } of [sales, support]) await control(about, 'DELETE', 'calls');
  const third = { ...(await measure(words)), calls: await calls() };
  end({ sales, support });
  const loop = limits === 'off' ? await bare('load') : null;
  const reading = limits === 'off' ? await bare('read') : null;
  const records = counts.accounts + counts.contacts;
  const perRecordMs = (run: Measured, less: number, of: number) => ((run.cpuSeconds - less) * 1000) / of;
  const figures = {
    ...counts,
    limits,
    database: process.env.DATABASE_URL ? 'PostgreSQL' : 'embedded',
    cpuMsPerCreated: loop ? perRecordMs(first, loop.cpuSeconds + second.cpuSeconds, records) : null,
    cpuMsPerUnchanged: reading
      ? perRecordMs(third, reading.cpuSeconds + second.cpuSeconds, Math.max(1, counts.contacts))
      : null,
    first,
    second,
    third,
    bareLoop: loop,
    bareReading: reading,
  };
  const line = (name: string, run: Measured) =>
    console.error(
      `${name.padEnd(12)} ${run.seconds.toFixed(1).padStart(8)} s  CPU ${run.cpuSeconds.toFixed(1).padStart(7)} s  peak ${run.peakMb.toFixed(0).padStart(5)} MB  exit ${run.exit}`,
    );
  line('first load', first);
  line('second run', second);
  line('all touched', third);
  if (loop) line('bare loop', loop);
  if (figures.cpuMsPerCreated !== null && figures.cpuMsPerUnchanged !== null)
    console.error(
      `CPU beyond the bare loop and an idle run: ${figures.cpuMsPerCreated.toFixed(3)} ms a created record, ${figures.cpuMsPerUnchanged.toFixed(3)} ms an unchanged one (${figures.database})`,
    );
  console.log(JSON.stringify(figures, null, 2));
} finally {
  end({ sales, support });
  await rm(folder, { recursive: true, force: true });
}
