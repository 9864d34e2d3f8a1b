import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApplyReport, RunOptions, RunReport } from '../../src/app/app.ts';
import type { PlanHead } from '../../src/app/plan/head.ts';
import { type PlanLine, planLine } from '../../src/app/plan/lines.ts';
import { openService, type Service } from '../../src/app/service.ts';
import type { Store } from '../../src/engine/ports.ts';
import { openMemory } from '../../src/store/memory.ts';
import { createTestWorld, type TestWorld } from '../../src/systems/kit/testing.ts';
import { createSalesforceTwin } from '../../src/systems/salesforce/twin/index.ts';
import { createZendeskTwin } from '../../src/systems/zendesk/twin/index.ts';
import { type Served, serveTwin } from '../../src/twins/serve.ts';
import type { Twin } from '../../src/twins/twin.ts';

const hosts = { sales: 'http://sales.localhost:5001', support: 'http://support.localhost:5002' } as const;
type Host = keyof typeof hosts;
export type Row = Readonly<Record<string, unknown>>;

/** A request that reached a vendor, with its JSON, or the text of any other message. */
export interface Sent {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly body: unknown;
}

/** A plan as `preview` hands it out. */
export interface Plan {
  readonly head: PlanHead;
  /** As they came, for `apply`. */
  readonly texts: readonly string[];
  readonly lines: readonly PlanLine[];
}

/** The whole product against both twins, in one process, without sockets, on simulated time. */
export interface Journey {
  readonly world: TestWorld;
  readonly folder: string;
  /** Adds lines to the sync `accounts` of the config (JSON is YAML). */
  configure(
    sync?: Row,
    more?: {
      readonly connections?: Readonly<Record<Host, Row>>;
      readonly environment?: Readonly<Record<string, string>>;
      /** Further syncs by name; the connections of both sides are filled in. */
      readonly syncs?: Readonly<Record<string, Row>>;
      readonly server?: Row;
    },
  ): Promise<void>;
  /** Answers what the vendors send to that port of this machine. */
  listen(port: number, fetch: (request: Request) => Response | Promise<Response>): void;
  /** One command: opens the data folder, works, closes it. */
  open<Answer>(work: (service: Service) => Promise<Answer>): Promise<Answer>;
  run(): Promise<RunReport>;
  preview(options?: Partial<RunOptions>): Promise<Plan>;
  apply(plan: Plan): Promise<ApplyReport>;
  /** Everything that Syncline keeps is lost, the config is not; what comes next is kept in a data folder, or in memory. */
  loseDatabase(next?: 'folder'): Promise<void>;
  seed(host: Host, object: string, rows: readonly Row[]): Promise<readonly string[]>;
  schema(host: Host, object: string, fields: readonly Row[]): Promise<void>;
  /** A person's edit at the vendor. */
  edit(host: Host, object: string, id: string, fields: Row): Promise<void>;
  /** A person removes a record at the vendor. */
  remove(host: Host, object: string, id: string): Promise<void>;
  /** Some other program of the customer's calls Zendesk by its API token. */
  callZendesk(method: string, path: string, body: Row): Promise<unknown>;
  /** Puts the twin on a free port as well, for the vendor's own client; the caller closes it. */
  serve(host: Host): Promise<Served & { readonly auth: Readonly<Record<string, string>> }>;
  records(host: Host, object: string): Promise<readonly Row[]>;
  control(host: Host, method: string, path: string, body?: unknown): Promise<unknown>;
  calls(host: Host): Promise<{ readonly total: number; readonly byRoute: Readonly<Record<string, number>> }>;
  /** What was sent to a vendor, other than by GET, since its calls were forgotten. */
  writes(host: Host): readonly Sent[];
  forgetCalls(): Promise<void>;
  close(): Promise<void>;
}

export async function newJourney(
  options: { readonly store?: Store | 'folder'; readonly seed?: number } = {},
): Promise<Journey> {
  const twins: Partial<Record<Host, Twin>> = {};
  const sent: Record<Host, Sent[]> = { sales: [], support: [] };
  const listeners = new Map<string, (request: Request) => Response | Promise<Response>>();
  const world = createTestWorld({
    fetch: async (request) => {
      // By the port, so that a twin can be reached under another name too.
      const host = (Object.keys(hosts) as Host[]).find(
        (each) => new URL(request.url).port === new URL(hosts[each]).port,
      );
      const twin = host && twins[host];
      const listener = listeners.get(new URL(request.url).port);
      if (listener) return listener(request);
      if (!host || !twin) throw new TypeError('fetch failed', { cause: new Error(`ECONNREFUSED ${request.url}`) });
      const write = await writeOf(request);
      if (write) sent[host].push(write);
      return twin.fetch(request);
    },
  });
  const seed = options.seed ?? 1;
  const sales = createSalesforceTwin({ seed, world });
  const support = createZendeskTwin({ seed, world });
  Object.assign(twins, { sales, support });
  const about = { sales: sales.about(hosts.sales), support: support.about(hosts.support) };
  const folder = await mkdtemp(join(tmpdir(), 'syncline-journey-'));
  let store = options.store ?? openMemory();
  let environment: Readonly<Record<string, string>> = {};

  const control = async (host: Host, method: string, path: string, body?: unknown): Promise<unknown> => {
    const request = new Request(`${hosts[host]}/_twin/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const response = await world.fetch(request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };

  const journey: Journey = {
    world,
    folder,
    async configure(sync = {}, more = {}) {
      environment = more.environment ?? {};
      const sides = { crm: { connection: 'sales' }, desk: { connection: 'support' } };
      const config = {
        version: 1,
        ...(more.server ? { server: more.server } : {}),
        connections: {
          sales: {
            system: 'salesforce',
            ...about.sales.connection,
            auth: about.sales.auth,
            ...more.connections?.sales,
          },
          support: {
            system: 'zendesk',
            ...about.support.connection,
            auth: about.support.auth,
            ...more.connections?.support,
          },
        },
        syncs: {
          accounts: { preset: 'salesforce-zendesk/accounts', ...sides, ...sync },
          ...Object.fromEntries(Object.entries(more.syncs ?? {}).map(([name, each]) => [name, { ...sides, ...each }])),
        },
      };
      await writeFile(join(folder, 'syncline.yaml'), JSON.stringify(config, null, 2));
    },
    listen: (port, fetch) => void listeners.set(String(port), fetch),
    async open(work) {
      const kept = store;
      const service = await openService({
        configPath: join(folder, 'syncline.yaml'),
        dataDir: join(folder, 'data'),
        world,
        environment,
        command: 'syncline test',
        ...(kept === 'folder' ? {} : { openStore: async () => ({ ...kept, close: async () => {} }) }),
      });
      try {
        return await work(service);
      } finally {
        await service.close();
      }
    },
    run: () => journey.open((service) => service.run({ syncs: [] })),
    preview: (options = {}) =>
      journey.open((service) =>
        service.preview({ syncs: [], ...options }, async (head, lines) => {
          const texts = await Array.fromAsync(lines);
          return { head, texts, lines: texts.map((text) => planLine.parse(JSON.parse(text))) };
        }),
      ),
    apply: ({ head, texts }) =>
      journey.open((service) =>
        service.apply(
          {},
          (async function* () {
            yield JSON.stringify(head);
            yield* texts;
          })(),
        ),
      ),
    async loseDatabase(next) {
      store = next ?? openMemory();
      await rm(join(folder, 'data'), { recursive: true, force: true });
    },
    async seed(host, object, rows) {
      const answer = await control(host, 'PUT', 'seed', { [object]: rows });
      return idsIn(answer, object);
    },
    async schema(host, object, fields) {
      await control(host, 'PUT', 'schema', { [object]: { fields } });
    },
    async edit(host, object, id, fields) {
      await control(host, 'PATCH', `records/${object}/${id}`, fields);
    },
    async remove(host, object, id) {
      await control(host, 'DELETE', `records/${object}/${id}`);
    },
    async callZendesk(method, path, body) {
      const response = await world.fetch(
        new Request(`${hosts.support}/api/v2/${path}`, {
          method,
          body: JSON.stringify(body),
          headers: {
            'content-type': 'application/json',
            authorization: `Basic ${btoa('owner@twin.example/token:twin-api-token')}`,
          },
        }),
      );
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      const text = await response.text();
      return text === '' ? null : JSON.parse(text);
    },
    async serve(host) {
      const twin = host === 'sales' ? sales : support;
      const served = await serveTwin(twin, { port: 0 });
      return { ...served, auth: twin.about(served.url).auth };
    },
    async records(host, object) {
      const answer = await control(host, 'GET', `records/${object}`);
      return rowsIn(answer);
    },
    control,
    async calls(host) {
      const answer = await control(host, 'GET', 'calls');
      if (typeof answer !== 'object' || answer === null || !('total' in answer) || !('byRoute' in answer))
        throw new Error('no calls');
      return { total: Number(answer.total), byRoute: answer.byRoute as Record<string, number> };
    },
    writes: (host) => sent[host],
    async forgetCalls() {
      for (const host of Object.keys(hosts) as Host[]) {
        sent[host].length = 0;
        await control(host, 'DELETE', 'calls');
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
  await journey.configure();
  return journey;
}

async function writeOf(request: Request): Promise<Sent | null> {
  const { pathname } = new URL(request.url);
  const { method } = request;
  if (method === 'GET' || /^\/_twin|\/oauth/.test(pathname)) return null;
  const text = await request.clone().text();
  const isJson = request.headers.get('content-type')?.includes('json') ?? false;
  return { method, path: pathname, body: text === '' ? null : isJson ? JSON.parse(text) : text };
}

function idsIn(answer: unknown, object: string): readonly string[] {
  const found = typeof answer === 'object' && answer !== null ? Reflect.get(answer, object) : undefined;
  if (!Array.isArray(found)) throw new Error(`seed answered no ids for ${object}: ${JSON.stringify(answer)}`);
  return found.map((each: unknown) =>
    typeof each === 'object' && each !== null && 'id' in each ? String(each.id) : String(each),
  );
}

function rowsIn(answer: unknown): readonly Row[] {
  const rows = Array.isArray(answer)
    ? answer
    : typeof answer === 'object' && answer !== null
      ? Reflect.get(answer, 'records')
      : null;
  if (!Array.isArray(rows)) throw new Error('records answered no list');
  return rows;
}
