import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openService } from '../../src/app/service.ts';
import { openWorld } from '../../src/app/world.ts';
import { openMemory } from '../../src/store/memory.ts';
import { createSalesforceTwin } from '../../src/systems/salesforce/twin/index.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { serveTwin } from '../../src/twins/serve.ts';
import { root } from '../source-text.ts';

type Host = 'sales' | 'support';
type Row = Readonly<Record<string, unknown>>;

/** Both twins on ports of this machine, the one of Zendesk calling a service that runs as a process of its own. */
export interface HookStage {
  /** `syncline start`, or `syncline worker`. */
  start(command: 'start' | 'worker', environment?: Readonly<Record<string, string>>): Started;
  /** Somebody writes a ticket; Zendesk calls. */
  write(subject: string): Promise<void>;
  cases(): Promise<readonly Row[]>;
  /** Whether `start` can be called. */
  isListening(): Promise<boolean>;
  /** How many triggers were made. */
  triggers(): Promise<number>;
  /** Asks until it is so; throws with what the processes said where it takes too long. */
  until(what: string, isSo: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

const ticketId = 'Zendesk_Support_Ticket_ID__c';
const patienceMs = 40_000;
const lookAgainMs = 100;

/** The feed of tickets shows nothing that is younger than hours: only what was kept of a call can bring it. */
export async function openHookStage(): Promise<HookStage> {
  const world = openWorld({ environment: { SYNCLINE_LOG: 'silent' }, stderr: process.stderr, level: 'silent' });
  const folder = await mkdtemp(join(tmpdir(), 'syncline-hooks-'));
  const configPath = join(folder, 'syncline.yaml');
  const port = await freePort();
  const twins = { sales: createSalesforceTwin({ seed: 1, world }), support: createZendeskTwin({ seed: 1, world }) };
  const served = {
    sales: await serveTwin(twins.sales, { port: 0 }),
    support: await serveTwin(twins.support, { port: 0 }),
  };
  const connection = (host: Host): Row => {
    const { system, connection, auth } = twins[host].about(served[host].url);
    return { system, ...connection, auth };
  };
  const control = async (host: Host, method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers };
    const response = await world.fetch(new Request(`${served[host].url}/_twin/${path}`, { method, ...sent }));
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const cases = {
    direction: 'desk-to-crm',
    crm: { connection: 'sales', object: 'Case' },
    desk: { connection: 'support', object: 'ticket' },
    match: [{ crm: ticketId, desk: 'id' }],
    fields: [
      { crm: 'Subject', desk: 'subject' },
      { crm: ticketId, desk: 'id' },
    ],
  };
  const config = {
    version: 1,
    server: { publicUrl: `http://127.0.0.1:${port}` },
    connections: { sales: connection('sales'), support: connection('support') },
    syncs: { cases },
  };
  await writeFile(configPath, JSON.stringify(config));
  await control('sales', 'PUT', 'settings', { commitDelayMs: 0 });
  await control('support', 'PUT', 'settings', { exportLagMs: 10 * 3_600_000 });

  // `doctor --install`, in this process: it is not what is killed.
  const doctor = await openService({
    configPath,
    dataDir: join(folder, 'doctor'),
    world,
    environment: {},
    command: 'syncline doctor',
    openStore: async () => openMemory(),
  });
  for (const install of ['package', 'keys'] as const) await doctor.doctor({ install, connection: 'sales' });
  await doctor.close();

  const running: ChildProcess[] = [];
  const said: string[] = [];
  return {
    start(command, environment = {}) {
      const ports = command === 'start' ? ['--port', String(port)] : [];
      const words = [command, ...ports, '--config', configPath, '--data', join(folder, 'data')];
      const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
      });
      running.push(child);
      child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
      return { child, ended: once(child, 'close') };
    },
    async write(subject) {
      await control('support', 'PUT', 'seed', { ticket: [{ subject }] });
    },
    async cases() {
      const answer = Object(await control('sales', 'GET', 'records/Case'));
      const rows: unknown = Array.isArray(answer) ? answer : answer.records;
      return Array.isArray(rows) ? rows : [];
    },
    async isListening() {
      try {
        return (await world.fetch(new Request(`http://127.0.0.1:${port}/health/live`))).ok;
      } catch {
        return false;
      }
    },
    async triggers() {
      const calls = Object(await control('support', 'GET', 'calls'));
      return Number(calls.byRoute['POST /api/v2/triggers'] ?? 0);
    },
    async until(what, isSo) {
      const from = world.now();
      while (!(await isSo())) {
        if (world.now() - from > patienceMs) throw new Error(`it did not come to it that ${what}: ${said.join('')}`);
        await world.sleep(lookAgainMs);
      }
    },
    async close() {
      for (const child of running) child.kill('SIGKILL');
      for (const each of Object.values(served)) await each.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
