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
