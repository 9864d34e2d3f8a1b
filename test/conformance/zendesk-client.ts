import zendesk from 'node-zendesk';
import type { Json, JsonObject } from '../../src/twins/json.ts';
import { type Served, serveTwin } from '../../src/twins/serve.ts';
import { at, openDesk, plain, textAt, type ZendeskBench } from './bench.ts';

/** The client that most Node programs use for Zendesk, over a socket to a twin of its own. */
export interface ClientBench {
  readonly desk: ZendeskBench;
  readonly served: Served;
  readonly client: ReturnType<typeof zendesk.createClient>;
  /** What its methods for many records send is what they are given, while their types say otherwise; so the wire's own form goes this way. */
  post(path: readonly string[], body: JsonObject): Promise<unknown>;
  put(path: readonly string[], body: JsonObject): Promise<unknown>;
  /** The job that an answer names. */
  job(answer: unknown): Promise<Json>;
  /** Empty again, without limits and lags. */
  reset(): Promise<void>;
}

export async function openClient(): Promise<ClientBench> {
  const desk = await openDesk();
  const served = await serveTwin(desk.twin, { port: 0 });
  const endpointUri = `${served.url}/api/v2`;
  const client = zendesk.createClient({ username: 'owner@twin.example', token: 'twin-api-token', endpointUri });
  return {
    desk,
    served,
    client,
    post: (path, body) => client.organizations.post(path, body),
    put: (path, body) => client.organizations.put(path, body),
    job: async (answer) =>
      inner(await client.jobstatuses.show(textAt(inner(answer, 'job_status'), 'id')), 'job_status'),
    async reset() {
      await desk.control('POST', 'reset');
      await desk.control('PUT', 'settings', { limits: { off: true }, jobMs: 0, exportLagMs: 0, searchLagMs: 0 });
    },
  };
}

/** Some answers come wrapped as `result`, some with the record's name around them, some bare. */
export function inner(answer: unknown, name: string): Json {
  const json = plain(answer);
  const result = at(json, 'result') ?? json;
  return at(result, name) ?? result;
}
