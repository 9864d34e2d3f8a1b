/**
 * A first load of accounts and contacts onto an empty Zendesk, and a second run that finds nothing changed: calls, time, peak memory and
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

interface World {
  readonly sales: BenchTwin;
  readonly support: BenchTwin;
}

/** Both twins with the same records, made anew. */
async function world(): Promise<World> {
  const sales = await startTwin('salesforce');
  const support = await startTwin('zendesk');
  if (limits === 'off') await unlimited(sales.about, support.about);
  const ids = await seed(
    sales.about,
    'Account',
    Array.from({ length: counts.accounts }, (_, i) => ({
      Name: `Account ${String(i).padStart(7, '0')}`,
      Description: 'A customer since the beginning.',
    })),
  );
  await seed(
    sales.about,
    'Contact',
    Array.from({ length: counts.contacts }, (_, i) => ({
      FirstName: 'Ada',
      LastName: `Number ${String(i).padStart(7, '0')}`,
      Email: `ada.${i}@acme.example`,
      Phone: `+4930${String(1_000_000 + i)}`,
      Title: 'Engineer',
      ...(ids.length > 0 ? { AccountId: ids[i % ids.length] } : {}),
    })),
  );
  for (const { about } of [sales, support]) await control(about, 'DELETE', 'calls');
  return { sales, support };
}

const end = ({ sales, support }: World): void => {
  sales.process.kill();
  support.process.kill();
};

async function bare(): Promise<Measured> {
  const { sales, support } = await world();
  try {
    const credentials = JSON.stringify({ sales: sales.about.auth, support: support.about.auth });
    const loop = new URL('./bare-loop.ts', import.meta.url).pathname;
    return await measure([loop, sales.about.url, support.about.url, credentials, accounts, contacts]);
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
  end({ sales, support });
  const loop = limits === 'off' ? await bare() : null;
  const records = counts.accounts + counts.contacts;
  const perRecordMs = (run: Measured, less: number) => ((run.cpuSeconds - less) * 1000) / records;
  const figures = {
    ...counts,
    limits,
    cpuMsPerCreated: loop ? perRecordMs(first, loop.cpuSeconds + second.cpuSeconds) : null,
    first,
    second,
    bareLoop: loop,
  };
  const line = (name: string, run: Measured) =>
    console.error(
      `${name.padEnd(12)} ${run.seconds.toFixed(1).padStart(8)} s  CPU ${run.cpuSeconds.toFixed(1).padStart(7)} s  peak ${run.peakMb.toFixed(0).padStart(5)} MB  exit ${run.exit}`,
    );
  line('first load', first);
  line('second run', second);
  if (loop) line('bare loop', loop);
  if (figures.cpuMsPerCreated !== null)
    console.error(
      `CPU per created record beyond the bare loop and an idle run: ${figures.cpuMsPerCreated.toFixed(3)} ms`,
    );
  console.log(JSON.stringify(figures, null, 2));
} finally {
  end({ sales, support });
  await rm(folder, { recursive: true, force: true });
}
