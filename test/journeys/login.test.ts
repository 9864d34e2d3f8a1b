import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openService, type Service } from '../../src/app/service.ts';
import { fakeShell } from '../../src/cli/fake-shell.ts';
import type { Open } from '../../src/cli/open.ts';
import { runCommand } from '../../src/cli/program.ts';
import { createApi } from '../../src/server/api.ts';
import { createClient } from '../../src/server/client.ts';
import { openMemory } from '../../src/store/memory.ts';
import { createTestWorld } from '../../src/systems/kit/testing.ts';
import { createOrocrmTwin } from '../../src/systems/orocrm/twin/index.ts';
import { createSalesforceTwin } from '../../src/systems/salesforce/twin/index.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { createZohoDeskTwin } from '../../src/systems/zoho-desk/twin/index.ts';
import type { Twin } from '../../src/twins/twin.ts';

/** A person logs connections in, in the browser: the whole product against all four twins. */

const hosts = {
  sales: 'http://sales.localhost:5001',
  support: 'http://support.localhost:5002',
  office: 'http://office.localhost:5003',
  help: 'http://help.localhost:5004',
} as const;
type Name = keyof typeof hosts;
const names: readonly Name[] = ['sales', 'support', 'office', 'help'];

const clients = {
  support: { clientId: 'syncline_twin', clientSecret: 'twin-client-secret' },
  office: { clientId: 'syncline_twin_browser', clientSecret: 'twin-client-secret' },
};

const calls = z.object({ last: z.array(z.object({ at: z.string(), path: z.string() })) });
const opened: string[] = [];
afterEach(async () => {
  for (const folder of opened.splice(0)) await rm(folder, { recursive: true, force: true });
});

interface Given {
  /** These connections log in without a browser. */
  readonly unattended?: readonly Name[];
  /** Another address of the same twin, which counts as another account. */
  readonly addresses?: Partial<Record<Name, string>>;
}

async function company() {
  const world = createTestWorld({
    fetch: async (request) => {
      const { port } = new URL(request.url);
      const name = names.find((each) => new URL(hosts[each]).port === port);
      if (name === undefined) throw new TypeError('fetch failed', { cause: new Error(`ECONNREFUSED ${request.url}`) });
      return twins[name].fetch(request);
    },
  });
  const twins: Readonly<Record<Name, Twin>> = {
    sales: createSalesforceTwin({ seed: 1, world }),
    support: createZendeskTwin({ seed: 1, world }),
    office: createOrocrmTwin({ seed: 1, world }),
    help: createZohoDeskTwin({ seed: 1, world }),
  };
  const control = async (name: Name, method: string, path: string, body?: unknown): Promise<unknown> => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await world.fetch(new Request(`${hosts[name]}/_twin/${path}`, { method, ...init }));
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  for (const name of names) await control(name, 'PUT', 'settings', { consent: 'auto' });
  await control('sales', 'PUT', 'seed', { Account: [{ Name: 'Acme' }] });
  await control('office', 'PUT', 'seed', { accounts: [{ name: 'Globex' }] });

  const folder = await mkdtemp(join(tmpdir(), 'syncline-login-'));
  opened.push(folder);
  const configPath = join(folder, 'syncline.yaml');
  const store = openMemory();

  async function configure({ unattended = [], addresses = {} }: Given = {}): Promise<void> {
    const connection = (name: Name) => {
      const { auth, system } = twins[name].about(hosts[name]);
      const { clientId, clientSecret } = { ...auth, ...(name in clients ? Reflect.get(clients, name) : {}) };
      const browser = { type: 'authorization-code', clientId, clientSecret };
      return { system, url: addresses[name] ?? hosts[name], auth: unattended.includes(name) ? auth : browser };
    };
    const config = {
      version: 1,
      connections: Object.fromEntries(names.map((name) => [name, connection(name)])),
      syncs: {
        accounts: {
          preset: 'salesforce-zendesk/accounts',
          crm: { connection: 'sales' },
          desk: { connection: 'support' },
        },
        firms: {
          crm: { connection: 'office', object: 'accounts' },
          desk: { connection: 'help', object: 'account' },
          direction: 'crm-to-desk',
          match: [{ crm: 'name', desk: 'accountName' }],
          fields: [{ crm: 'name', desk: 'accountName' }],
          mark: 'off',
        },
      },
    };
    await writeFile(configPath, JSON.stringify(config, null, 2));
  }
  await configure();

  const service = (): Promise<Service> =>
    openService({
      configPath,
      dataDir: join(folder, 'data'),
      world,
      environment: {},
      command: 'syncline test',
      openStore: async () => ({ ...store, close: async () => {} }),
    });
  const open: Open = { app: service, service };

  /** One command line; a browser that is sent somewhere goes there, and on to where the vendor sends it. */
  async function type(line: string) {
    const shell = fakeShell({
      // Nobody's patience ends: the browser is quick.
      world: { sleep: (_, signal) => new Promise((done) => signal?.addEventListener('abort', () => done())) },
    });
    let page = '';
    let browsing: Promise<void> = Promise.resolve();
    const browse = async (address: string): Promise<void> => {
      const vendor = await world.fetch(new Request(address, { redirect: 'manual' }));
      const back = new Request(vendor.headers.get('location') ?? '');
      page = await (await shell.world('warn').fetch(back)).text();
    };
    const stderr = {
      ...shell.stderr,
      write(text: string) {
        shell.stderr.write(text);
        const address = /^https?:\S+[?&]response_type=code\S*$/m.exec(text)?.[0];
        if (address !== undefined) browsing = browse(address);
      },
    };
    const code = await runCommand(line.split(' '), { ...shell, stderr }, open);
    await browsing;
    return { code, out: shell.out(), err: shell.err(), page };
  }

  const records = async (name: Name, object: string): Promise<string> =>
    JSON.stringify(await control(name, 'GET', `records/${object}`));
  return { world, store, control, configure, service, type, records };
}

test('each of the four is logged in once in the browser, and the syncs run from then on', async () => {
  const { type, records, world } = await company();
  for (const line of ['run', 'preview', 'check --live']) {
    const before = await type(line);
    expect([before.code, before.out]).toEqual([1, '']);
    expect(before.err).toContain('Connection sales has not been logged in yet: run `syncline login sales`');
  }
  for (const name of names) {
    const { code, out, err, page } = await type(`login ${name} --port 0`);
    expect([code, out.startsWith(`Connection ${name} is logged in as `)]).toEqual([0, true]);
    expect(page).toContain('You may close this page.');
    expect(out + err + page).not.toContain('twin-client-secret');
  }
  expect((await type('run')).code).toBe(0);
  expect(await records('support', 'organization')).toContain('Acme');
  expect(await records('help', 'account')).toContain('Globex');
  // Longer than any token of the four lives.
  await world.pass(6 * 3_600_000);
  expect((await type('run')).code).toBe(0);
  expect((await type('check --live')).code).toBe(0);
});

test('what is stored is sealed, and nothing of it is shown', async () => {
  const { type, store, world } = await company();
  await type('login sales --port 0');
  const sealed = await store.get('secret', 'sales/authorization');
  expect(sealed).toMatch(/^1\.[\w-]+$/);
  expect(JSON.stringify(world.lines)).not.toMatch(/access_token|refresh_token|5Aep861/);
});

test('one connection that nobody has logged in keeps only its own sync from running', async () => {
  const { type, configure, records } = await company();
  await configure({ unattended: ['sales', 'support', 'help'] });
  const ran = await type('run');
  expect(ran.code).toBe(1);
  expect(ran.err).toContain('Connection office has not been logged in yet: run `syncline login office`');
  expect(await records('support', 'organization')).toContain('Acme');
  const doctor = await type('doctor');
  expect(doctor.out).toContain('Connection office has not been logged in yet');
  expect(doctor.out).toContain('Fix: Run `syncline login office`.');
});

test('a person who says no, and a connection without a page, are told', async () => {
  const { type, control, configure } = await company();
  await control('sales', 'PUT', 'settings', { consent: 'deny' });
  const denied = await type('login sales --port 0');
  expect(denied.code).toBe(1);
  expect(denied.err).toContain('Connection sales was not logged in: access was denied at Salesforce');
  expect(denied.page).toContain('Not logged in');
  await configure({ unattended: ['sales'] });
  expect((await type('login sales --port 0')).err).toContain(
    'Connection sales logs in by client-credentials, which needs no browser',
  );
  expect((await type('login nobody --port 0')).err).toContain('There is no connection "nobody"');
});

test('a login that leads to another account is refused, and the one before it stays', async () => {
  const { type, configure, control } = await company();
  for (const name of names) await type(`login ${name} --port 0`);
  await configure({ addresses: { support: 'http://elsewhere.localhost:5002' } });
  const moved = await type('login support --port 0');
  expect(moved.code).toBe(1);
  expect(moved.err).toContain('leads to another account than before: elsewhere.localhost:5002');
  expect(moved.page).toContain('Not logged in');
  await configure();
  await control('sales', 'PUT', 'settings', { consent: 'deny' });
  await type('login sales --port 0');
  expect((await type('run')).code).toBe(0);
});

test('a running service goes on with the login at once', async () => {
  const { configure, service, world, records, control } = await company();
  await configure({ unattended: ['sales', 'support', 'help'] });
  const running = await service();
  const stop = new AbortController();
  const working = running.start(stop.signal);
  const about = { token: 'token', instance: 'instance', version: '0', world, stopping: stop.signal };
  const api = createApi({ app: running, ...about });
  const client = createClient({
    url: 'http://localhost:4000',
    token: 'token',
    world: {
      fetch: async (request) => {
        const headers = new Headers(request.headers);
        headers.set('host', 'localhost:4000');
        return api.fetch(new Request(request, { headers }));
      },
    },
  });
  await world.pass(5000);
  const ask = {
    connection: 'office',
    redirectUri: 'http://localhost:4180/login',
    verifier: 'a-verifier-that-has-at-least-forty-three-characters',
  };
  const { address } = await client.beginLogin({ ...ask, state: 'state' });
  const vendor = await world.fetch(new Request(address, { redirect: 'manual' }));
  const back = Object.fromEntries(URL.parse(vendor.headers.get('location') ?? '')?.searchParams ?? []);
  expect(await client.endLogin({ ...ask, back })).toMatchObject({ connection: 'office', system: 'orocrm' });
  const loggedIn = world.now();
  await vi.waitFor(async () => expect(await records('help', 'account')).toContain('Globex'));
  stop.abort();
  await working;
  await running.close();
  const { last } = calls.parse(await control('office', 'GET', 'calls'));
  const first = last.find(({ path }) => path.startsWith('/api/accounts'));
  // Less than the minute after which a sync that stands still is tried anyway.
  expect(Date.parse(first?.at ?? '') - loggedIn).toBeLessThan(30_000);
});
