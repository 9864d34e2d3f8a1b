import { createZohoDeskTwin } from '../../src/systems/zoho-desk/twin/index.ts';
import type { JsonObject } from '../../src/twins/json.ts';
import { type Bench, type Given, openBench, type Reply, type Sent, textAt } from './bench.ts';

/** A Zoho Desk portal, spoken to with an access token of its known client. */
export interface ZohoBench extends Bench {
  /** `path` below `/api/v1/`. */
  call(method: string, path: string, body?: Sent, headers?: Given): Promise<Reply>;
  /** A form to the token endpoint, with the client's id and secret. */
  token(form: Given): Promise<Reply>;
  readonly login: Given;
}

export async function openPortal(settings: JsonObject = {}, seed = 1): Promise<ZohoBench> {
  const base = 'http://127.0.0.1:7445';
  const startMs = Date.parse('2026-11-20T08:30:00Z');
  const bench = await openBench(createZohoDeskTwin, { seed, base, startMs, settings });
  const { auth } = bench.twin.about(base);
  const { clientId = '', clientSecret = '', refreshToken = '' } = auth;
  const token: ZohoBench['token'] = (form) => {
    const whole = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form });
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return bench.send('POST', '/oauth/v2/token', whole.toString(), type);
  };
  const granted = await token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const login = {
    authorization: `Zoho-oauthtoken ${textAt(granted.body, 'access_token')}`,
    orgId: auth.orgId ?? '',
  };
  return {
    ...bench,
    token,
    login,
    call: (method, path, body, headers = {}) =>
      bench.send(method, `/api/v1/${path}`, body, { ...login, 'content-type': 'application/json', ...headers }),
  };
}
