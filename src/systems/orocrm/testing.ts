import type { Operation } from '../../model/operation.ts';
import type { Delta, Fields, Value } from '../../model/value.ts';
import type { Auth, SystemConnection } from '../kit/system.ts';
import {
  createTestWorld,
  jsonResponse,
  type SeenRequest,
  scriptedFetch,
  type TestWorld,
  testSecrets,
} from '../kit/testing.ts';
import { orocrm } from './system.ts';

/** A connection whose vendor is a script, for tests. */
interface Scripted {
  readonly connection: SystemConnection;
  readonly world: TestWorld;
  /** Everything that was asked, logins included, oldest first. */
  readonly seen: readonly SeenRequest[];
}

export type Script = Readonly<Record<string, (request: SeenRequest) => Response>>;

const application: Auth = { type: 'client-credentials', clientId: 'id', clientSecret: 'secret' };

/** Answers by `METHOD /path`; a token is given for the asking, and what the script does not know is the vendor's 404. */
export function scripted(script: Script, given: { readonly url?: string; readonly auth?: Auth } = {}): Scripted {
  const { fetch, seen } = scriptedFetch((request) => {
    const route = `${request.method} ${request.path}`;
    const answer = script[route];
    if (answer !== undefined) return answer(request);
    if (route === 'POST /oauth2-token') return jsonResponse(200, { access_token: 'token', expires_in: 3600 });
    return problem(404, 'not found http exception', 'No resource found.');
  });
  const world = createTestWorld({ fetch });
  const connection = orocrm.connect({
    name: 'crm',
    world,
    url: given.url ?? 'https://acme.orocrm.example',
    environment: 'production',
    auth: given.auth ?? application,
    timeZone: 'UTC',
    secrets: testSecrets(),
  });
  return { connection, world, seen };
}

export function problem(status: number, title: string, detail: string, pointer?: string): Response {
  const source = pointer === undefined ? {} : { source: { pointer } };
  return jsonResponse(status, { errors: [{ status: String(status), title, detail, ...source }] });
}

export function html(status: number): Response {
  return new Response(`<html><body><h1>${status}</h1></body></html>`, {
    status,
    headers: { 'content-type': 'text/html' },
  });
}

export function create(object: string, fields: Fields, mark: string | null = null): Operation {
  return { do: 'create', link: 'link', object, mark, fields };
}

export function update(object: string, id: string, fields: Readonly<Record<string, Value | Delta>>): Operation {
  return { do: 'update', link: id, ref: { connection: 'crm', object, id }, expect: null, fields };
}

export function remove(object: string, id: string): Operation {
  return { do: 'remove', link: id, ref: { connection: 'crm', object, id }, expect: null, how: 'delete' };
}
