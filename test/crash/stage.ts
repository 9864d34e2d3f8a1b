import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openService } from '../../src/app/service.ts';
import { openWorld } from '../../src/app/world.ts';
import { openMemory } from '../../src/store/memory.ts';
import { createSalesforceTwin } from '../../src/systems/salesforce/twin/index.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { type Served, serveTwin } from '../../src/twins/serve.ts';
import { type Ended, runProduct } from './product.ts';
import type { Rung } from './rungs.ts';

export type Host = 'sales' | 'support';
export type Row = Readonly<Record<string, unknown>>;

/** Both twins on ports of this machine, and the product as processes beside them. */
export interface Stage {
  /** Twins as new, the records to load, the config of the rung, and an empty data folder. */
  begin(rung: Rung, options?: { readonly jobMs?: number | undefined }): Promise<void>;
  /** `syncline run` on that data folder. */
  run(crash?: string): Promise<Ended>;
  /** So many milliseconds go by, for the twins and for whatever is run from now on. */
  pass(ms: number): Promise<void>;
  control(host: Host, method: string, path: string, body?: unknown): Promise<unknown>;
  /** Records that are there, without what was removed. */
  records(host: Host, object: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const world = openWorld({ environment: { SYNCLINE_LOG: 'silent' }, stderr: process.stderr, level: 'silent' });
  const folder = await mkdtemp(join(tmpdir(), 'syncline-crash-'));
  const empty = join(folder, 'empty');
  const data = join(folder, 'data');
  const configPath = join(folder, 'syncline.yaml');
  let laterMs = 0;
  const twins = { sales: createSalesforceTwin({ seed: 1, world }), support: createZendeskTwin({ seed: 1, world }) };
  const served: Readonly<Record<Host, Served>> = {
    sales: await serveTwin(twins.sales, { port: 0 }),
    support: await serveTwin(twins.support, { port: 0 }),
  };
  const about = { sales: twins.sales.about(served.sales.url), support: twins.support.about(served.support.url) };

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

  const configure = async ({ syncs }: Pick<Rung, 'syncs'>): Promise<void> => {
    const connection = (host: Host) => ({
      system: about[host].system,
      ...about[host].connection,
      auth: about[host].auth,
    });
    const config = {
      version: 1,
      connections: { sales: connection('sales'), support: connection('support') },
      syncs: Object.fromEntries(Object.entries(syncs).map(([name, sync]) => [name, { ...sides, ...sync }])),
    };
    await writeFile(configPath, JSON.stringify(config, null, 2));
  };

  /** `doctor --install`, in this process: it is not what is killed here. */
  const installed = async (what: Rung['install'][number]): Promise<void> => {
    const service = await openService({
      configPath,
      dataDir: join(folder, 'doctor'),
      world,
      environment: {},
      command: 'syncline doctor',
      openStore: async () => openMemory(),
    });
    try {
      // Without keys what was made is found again by its trace.
      const isTold = ({ ok, check }: { readonly ok: boolean; readonly check: string }) =>
        !ok && (what === 'keys' || !check.includes('keys'));
      const failed = (await service.doctor({ install: what })).filter(isTold);
      if (failed.length > 0) throw new Error(`the doctor is not content: ${JSON.stringify(failed)}`);
    } finally {
      await service.close();
    }
  };

  const command = (name: string): readonly string[] => [name, '--json', '--config', configPath, '--data', data];

  const stage: Stage = {
    control,
    async begin(rung, { jobMs = 300 } = {}) {
      for (const host of ['sales', 'support'] as const) await control(host, 'POST', 'reset');
      await control('sales', 'PUT', 'settings', { limits: { off: true }, commitDelayMs: 0 });
      await control('support', 'PUT', 'settings', { limits: { off: true }, jobMs, exportLagMs: 0, searchLagMs: 0 });
      await configure(rung);
      for (const what of rung.install) await installed(what);
      await rung.load(stage);
      await rm(data, { recursive: true, force: true });
      await cp(empty, data, { recursive: true });
      laterMs = 0;
    },
    run: (crash) => runProduct(command('run'), { crash, laterMs }),
    async pass(ms) {
      laterMs += ms;
      for (const host of ['sales', 'support'] as const) await control(host, 'POST', 'clock', { advanceMs: ms });
    },
    async records(host, object) {
      const found = rows.parse(await control(host, 'GET', `records/${object}`));
      return (Array.isArray(found) ? found : found.records).filter(
        (row) => row.IsDeleted !== true && (row.deleted_at ?? null) === null,
      );
    },
    async close() {
      for (const each of Object.values(served)) await each.close();
      await rm(folder, { recursive: true, force: true });
    },
  };

  // Creating a database takes seconds: it is done once, and each load begins with a copy of it.
  await configure({ syncs: { accounts: { preset: 'salesforce-zendesk/accounts' } } });
  const opened = await runProduct(['status', '--json', '--config', configPath, '--data', empty]);
  if (opened.code !== 0) throw new Error(`no empty data folder: ${opened.stderr}`);
  return stage;
}

const sides = { crm: { connection: 'sales' }, desk: { connection: 'support' } };
const row = z.record(z.string(), z.unknown());
const rows = z.union([z.array(row), z.object({ records: z.array(row) })]);
