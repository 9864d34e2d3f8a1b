import type { Job } from '../../model/connection.ts';
import type { Operation, Outcome } from '../../model/operation.ts';
import type { Change, Want } from '../../model/record.ts';
import type { Auth, Secrets } from '../kit/system.ts';
import {
  createTestWorld,
  jsonResponse,
  type SeenRequest,
  scriptedFetch,
  type TestWorld,
  testSecrets,
} from '../kit/testing.ts';
import { connectZendesk, type ZendeskConnection } from './system.ts';
import { createZendeskTwin } from './twin/index.ts';

/** A connection whose vendor is a script, for tests. */
interface Scripted {
  readonly connection: ZendeskConnection;
  readonly world: TestWorld;
  /** Everything that was asked, logins included, oldest first. */
  readonly seen: readonly SeenRequest[];
  readonly secrets: Secrets & { readonly kept: ReadonlyMap<string, string> };
}

export type Script = Readonly<Record<string, (request: SeenRequest, n: number) => Response | Promise<Response>>>;

const token: Auth = { type: 'api-token', email: 'sync@acme.test', token: 'secret' };

/** Answers by `METHOD /path`; what the script does not know is a 404 as Zendesk answers it. */
export function scripted(script: Script, options: { readonly auth?: Auth; readonly start?: number } = {}): Scripted {
  const { fetch, seen } = scriptedFetch((request, n) => {
    const answer = script[`${request.method} ${request.path.replace('/api/v2', '')}`];
    return answer?.(request, n) ?? jsonResponse(404, { error: 'InvalidEndpoint', description: 'Not found' });
  });
  const world = createTestWorld({ fetch, ...(options.start === undefined ? {} : { start: options.start }) });
  const secrets = testSecrets();
  const connection = connectZendesk({
    name: 'support',
    world,
    url: 'https://acme.zendesk.com',
    environment: 'production',
    auth: options.auth ?? token,
    timeZone: 'UTC',
    secrets,
  });
  return { connection, world, seen, secrets };
}

/** An organization as recorded, with what differs. */
export function organization(id: number, given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    url: `https://acme.zendesk.com/api/v2/organizations/${id}.json`,
    id,
    name: `Organization ${id}`,
    shared_tickets: false,
    shared_comments: false,
    external_id: null,
    created_at: '2026-01-01T09:00:00Z',
    updated_at: '2026-01-01T09:00:00Z',
    domain_names: [],
    details: null,
    notes: null,
    group_id: null,
    tags: [],
    organization_fields: {},
    ...given,
  };
}

/** A desk to test against: the twin, on simulated time, and what tests do with it. */

const twinUrl = 'http://127.0.0.1:4010';

const until = Number.POSITIVE_INFINITY;

export interface Desk {
  readonly world: TestWorld;
  connect(auth?: Auth): ZendeskConnection;
  /** The twin's own control surface. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
}

export async function desk(seed = 1): Promise<Desk> {
  const world: TestWorld = createTestWorld({
    fetch: (request) => twin.fetch(request),
    start: Date.UTC(2026, 10, 20, 9),
  });
  const twin = createZendeskTwin({ seed, world });
  const about = twin.about(twinUrl);
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json' };
    const response = await twin.fetch(new Request(`${twinUrl}/_twin${path}`, { method, headers, ...sent }));
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_twin${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const { type = '', ...rest } = about.auth;
  const connect = (auth: Auth = { type, ...rest }): ZendeskConnection =>
    connectZendesk({
      name: 'support',
      world,
      url: twinUrl,
      environment: 'production',
      auth,
      timeZone: 'UTC',
      secrets: testSecrets(),
    });
  return { world, connect, control };
}

/** All pages of a feed from a cursor on. */
export async function everything(
  connection: ZendeskConnection,
  want: Want,
  from: string | null,
): Promise<{ changes: readonly Change[]; cursor: string }> {
  const changes: Change[] = [];
  let cursor = from;
  for (;;) {
    const page = await connection.changes(want, cursor);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.more) return { changes, cursor };
  }
}

/** Writes, and waits for the job where it is one. */
export async function outcomesOf(
  { world }: Desk,
  connection: ZendeskConnection,
  operations: readonly Operation[],
): Promise<readonly Outcome[]> {
  let sent = await connection.write(operations, until);
  while ('job' in sent) {
    await world.pass(sent.againMs);
    const job: Job = { job: sent.job, operations, places: [...operations.keys()] };
    const [next] = await connection.collect([job]);
    if (next === undefined) throw new Error('collect answered nothing');
    sent = next;
  }
  return sent.done;
}

export function idOf(outcome: Outcome | undefined): string {
  if (outcome?.ok !== true) throw new Error(`not written: ${JSON.stringify(outcome)}`);
  return outcome.id;
}
