/**
 * A first load of accounts onto an empty Zendesk, and a second run that finds nothing changed: calls, time, peak memory of the product's
 * own process (the twins run in theirs). Prints JSON.
 *
 *   npx node bench/first-load.ts [accounts=2000] [limits=on|off]
 *
 * `limits=on` leaves the twins as the real thing: jobs of 2–10 s, an export lag of 60 s, the plan's limits. `off` shortens all of that,
 * to see what the engine itself takes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [accounts = '2000', limits = 'on'] = process.argv.slice(2);
const count = Number(accounts);
const main = new URL('../src/cli/main.ts', import.meta.url).pathname;

interface About {
  readonly url: string;
  readonly auth: Readonly<Record<string, string>>;
  readonly connection: Readonly<Record<string, string>>;
}

async function twin(system: string): Promise<{ readonly about: About; readonly process: ChildProcess }> {
  const child = spawn(process.execPath, ['--max-old-space-size=6000', main, 'twin', system, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  return { about: JSON.parse(line), process: child };
}

async function control(about: About, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${about.url}/_twin/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

interface Measured {
  readonly exit: number | null;
  readonly report: unknown;
  readonly seconds: number;
  readonly peakMb: number;
  readonly cpuSeconds: number;
}

async function run(folder: string): Promise<Measured> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [main, 'run', '--json', '--config', join(folder, 'syncline.yaml'), '--data', join(folder, 'data')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  let peakKb = 0;
  let ticks = 0;
  let exit: number | null | undefined;
  child.on('exit', (code) => {
    exit = code;
  });
  while (exit === undefined) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    const stat = (await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '')).split(' ');
    ticks = Math.max(ticks, Number(stat[13] ?? 0) + Number(stat[14] ?? 0));
    await sleep(50);
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    exit,
    report: text === '' ? null : JSON.parse(text),
    seconds,
    peakMb: peakKb / 1024,
    cpuSeconds: ticks / 100,
  };
}

const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
const sales = await twin('salesforce');
const support = await twin('zendesk');
try {
  if (limits === 'off') {
    await control(sales.about, 'PUT', 'settings', { limits: { off: true }, commitDelayMs: 0 });
    await control(support.about, 'PUT', 'settings', {
      limits: { off: true },
      jobMs: 200,
      exportLagMs: 0,
      searchLagMs: 0,
    });
  }
  for (let from = 0; from < count; from += 5000) {
    const rows = Array.from({ length: Math.min(5000, count - from) }, (_, i) => ({
      Name: `Account ${String(from + i).padStart(7, '0')}`,
      Description: 'A customer since the beginning.',
    }));
    await control(sales.about, 'PUT', 'seed', { Account: rows });
  }
  const config = {
    version: 1,
    connections: {
      sales: { system: 'salesforce', ...sales.about.connection, auth: sales.about.auth },
      support: { system: 'zendesk', ...support.about.connection, auth: support.about.auth },
    },
    syncs: {
      accounts: {
        preset: 'salesforce-zendesk/accounts',
        crm: { connection: 'sales' },
        desk: { connection: 'support' },
      },
    },
  };
  await writeFile(join(folder, 'syncline.yaml'), JSON.stringify(config));
  for (const each of [sales, support]) await control(each.about, 'DELETE', 'calls');
  const first = await run(folder);
  console.error(
    `first load: ${first.seconds.toFixed(1)} s, peak ${first.peakMb.toFixed(0)} MB, CPU ${first.cpuSeconds.toFixed(1)} s`,
  );
  const firstCalls = {
    sales: await control(sales.about, 'GET', 'calls'),
    support: await control(support.about, 'GET', 'calls'),
  };
  for (const each of [sales, support]) await control(each.about, 'DELETE', 'calls');
  const second = await run(folder);
  const secondCalls = {
    sales: await control(sales.about, 'GET', 'calls'),
    support: await control(support.about, 'GET', 'calls'),
  };
  const routes = (calls: unknown) =>
    typeof calls === 'object' && calls !== null && 'byRoute' in calls ? calls.byRoute : null;
  const shown = (measured: Measured, calls: typeof firstCalls) => ({
    ...measured,
    calls: { sales: routes(calls.sales), support: routes(calls.support) },
  });
  const floor = Math.ceil(count / 2000) + Math.ceil(count / 100) + Math.ceil(count / 1000);
  console.log(
    JSON.stringify(
      { accounts: count, limits, floor, first: shown(first, firstCalls), second: shown(second, secondCalls) },
      null,
      2,
    ),
  );
} finally {
  sales.process.kill();
  support.process.kill();
  await rm(folder, { recursive: true, force: true });
}
