import { type ChildProcess, spawn } from 'node:child_process';

/** The twins of a bench: each in a process of its own, so that what they take does not count as the product's. */
export interface About {
  readonly url: string;
  readonly auth: Readonly<Record<string, string>>;
  readonly connection: Readonly<Record<string, string>>;
}

export interface BenchTwin {
  readonly about: About;
  readonly process: ChildProcess;
}

export const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

export async function startTwin(system: string): Promise<BenchTwin> {
  const child = spawn(process.execPath, ['--max-old-space-size=6000', main, 'twin', system, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.on('exit', (code) => reject(new Error(`the twin of ${system} ended with ${code}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  return { about: JSON.parse(line), process: child };
}

export async function control(about: About, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${about.url}/_twin/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Seeds in slices, so that no request is larger than a vendor's. Answers the ids in order. */
export async function seed(about: About, object: string, rows: readonly object[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let from = 0; from < rows.length; from += 5000) {
    const answer = await control(about, 'PUT', 'seed', { [object]: rows.slice(from, from + 5000) });
    const told: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, object) : undefined;
    if (!Array.isArray(told)) throw new Error(`seed answered no ids of ${object}`);
    ids.push(...told.map(String));
  }
  return ids;
}

/** Limits and lags out of the way: what is left is the engine. */
export async function unlimited(sales: About, support: About): Promise<void> {
  await control(sales, 'PUT', 'settings', { limits: { off: true }, commitDelayMs: 0 });
  await control(support, 'PUT', 'settings', { limits: { off: true }, jobMs: 200, exportLagMs: 0, searchLagMs: 0 });
}

export async function routes(about: About): Promise<Readonly<Record<string, number>>> {
  const calls = await control(about, 'GET', 'calls');
  const byRoute: unknown = typeof calls === 'object' && calls !== null ? Reflect.get(calls, 'byRoute') : null;
  if (typeof byRoute !== 'object' || byRoute === null) throw new Error('the twin tells no calls');
  return Object.fromEntries(Object.entries(byRoute).map(([route, count]) => [route, Number(count)]));
}
