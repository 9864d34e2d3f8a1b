import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openWorld } from '../../src/app/world.ts';
import { createSalesforceTwin } from '../../src/systems/salesforce/twin/index.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { serveTwin } from '../../src/twins/serve.ts';
import type { Rung } from '../crash/rungs.ts';
import { root } from '../source-text.ts';

export type Host = 'sales' | 'support';
export type Row = Readonly<Record<string, unknown>>;

/** Both twins on ports of this machine, a database, and workers as processes of their own. */
export interface Company {
  /** Starts one more `syncline worker`; its clock is ahead by so much (ms), as if it had been started later. */
  hire(laterMs?: number): Worker;
  /** Milliseconds since 1970, as for a worker whose clock is not ahead. */
  now(): number;
  /** So many milliseconds go by for the twins. */
  pass(ms: number): Promise<void>;
  /** Records that are there, without what was removed. */
  records(host: Host, object: string): Promise<readonly Row[]>;
  /** Asks again and again until it is so; throws with what the workers said where it takes too long or one of them ended. */
  until(what: string, isSo: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

export interface Worker {
  /** Ends it, and answers its exit code; null where it was killed. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

const patienceMs = 40_000;
const lookAgainMs = 100;

/** A company with this many records on the rung's side and none on the other. */
export async function openCompany(rung: Rung, count: number, databaseUrl: string): Promise<Company> {
  const world = openWorld({ environment: { SYNCLINE_LOG: 'silent' }, stderr: process.stderr, level: 'silent' });
  const folder = await mkdtemp(join(tmpdir(), 'syncline-workers-'));
  const config = join(folder, 'syncline.yaml');
  const twins = { sales: createSalesforceTwin({ seed: 1, world }), support: createZendeskTwin({ seed: 1, world }) };
  const served = {
    sales: await serveTwin(twins.sales, { port: 0 }),
    support: await serveTwin(twins.support, { port: 0 }),
  };
  const control = async (host: Host, method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const request = new Request(`${served[host].url}/_twin/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers }),
    });
    const response = await twins[host].fetch(request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const connection = (host: Host) => {
    const about = twins[host].about(served[host].url);
    return { system: about.system, ...about.connection, auth: about.auth };
  };
  await writeFile(
    config,
    JSON.stringify({
      version: 1,
      connections: { sales: connection('sales'), support: connection('support') },
      syncs: {
        accounts: {
          crm: { connection: 'sales' },
          desk: { connection: 'support' },
          schedule: { every: '1s' },
          ...rung.syncs.accounts,
        },
      },
    }),
  );
  await control('sales', 'PUT', 'settings', { limits: { off: true }, commitDelayMs: 0 });
  await control('support', 'PUT', 'settings', { limits: { off: true }, jobMs: 300, exportLagMs: 0, searchLagMs: 0 });
  await rung.load({ control }, count);

  const hired: ChildProcess[] = [];
  const said: string[] = [];
  /** Workers that ended without being told to. */
  const dead: ChildProcess[] = [];
  return {
    now: world.now,
    hire(laterMs = 0) {
      const clock = `const now = Date.now; Date.now = () => now() + ${laterMs};`;
      const child = spawn(
        process.execPath,
        [
          '--import',
          `data:text/javascript,${encodeURIComponent(clock)}`,
          join(root, 'src/cli/main.ts'),
          'worker',
          '--config',
          config,
        ],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
          env: {
            PATH: process.env.PATH,
            HOME: process.env.HOME,
            DATABASE_URL: databaseUrl,
            SYNCLINE_KEY: '11'.repeat(32),
            SYNCLINE_LOG: 'warn',
          },
        },
      );
      hired.push(child);
      child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(`${child.pid}: ${text.trim()}`));
      const ended = new Promise<number | null>((done) => child.once('close', done));
      const died = () => dead.push(child);
      child.once('close', died);
      return {
        end(signal) {
          child.off('close', died);
          child.kill(signal);
          return ended;
        },
      };
    },
    async pass(ms) {
      for (const host of ['sales', 'support'] as const) await control(host, 'POST', 'clock', { advanceMs: ms });
    },
    async records(host, object) {
      const found = rows.parse(await control(host, 'GET', `records/${object}`));
      return (Array.isArray(found) ? found : found.records).filter(
        (each) => each.IsDeleted !== true && (each.deleted_at ?? null) === null,
      );
    },
    async until(what, isSo) {
      const from = world.now();
      while (!(await isSo())) {
        if (dead.length > 0 || world.now() - from > patienceMs)
          throw new Error(`it did not come to it that ${what}. The workers said:\n${said.join('\n')}`);
        await world.sleep(lookAgainMs);
      }
    },
    async close() {
      for (const child of hired) child.kill('SIGKILL');
      for (const each of Object.values(served)) await each.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const row = z.record(z.string(), z.unknown());
const rows = z.union([z.array(row), z.object({ records: z.array(row) })]);
