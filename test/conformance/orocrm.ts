import { createOrocrmTwin } from '../../src/systems/orocrm/twin/index.ts';
import type { JsonObject } from '../../src/twins/json.ts';
import { type Bench, type Given, openBench, type Reply, type Sent, textAt } from './bench.ts';

/** An OroCRM installation, spoken to with a token of its API user. */
export interface OrocrmBench extends Bench {
  /** `path` below `/api/`; the vendor's media types and no links unless other headers are given. */
  api(method: string, path: string, body?: Sent, headers?: Given): Promise<Reply>;
  readonly login: Given;
}

export const mediaType = 'application/vnd.api+json';

export async function openOrocrm(settings: JsonObject = {}, seed = 1): Promise<OrocrmBench> {
  const base = 'https://acme.orocrm.example';
  const startMs = Date.parse('2026-03-02T10:00:00Z');
  const bench = await openBench(createOrocrmTwin, { seed, base, startMs, settings });
  const { clientId = '', clientSecret = '' } = bench.twin.about(base).auth;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const token = await bench.send('POST', '/oauth2-token', form, { 'content-type': 'application/json' });
  const login = { authorization: `Bearer ${textAt(token.body, 'access_token')}` };
  return {
    ...bench,
    login,
    api(method, path, body, headers = {}) {
      const type: Given = body === undefined ? {} : { 'content-type': mediaType };
      const common = { ...login, accept: mediaType, 'x-include': 'noHateoas' };
      return bench.send(method, `/api/${path}`, body, { ...common, ...type, ...headers });
    },
  };
}
