import { type Authorization, authorization, loginDoor } from '../kit/authorize.ts';
import type { ConnectOptions } from '../kit/system.ts';
import { grantingOf, salesforceAuth, tokenEndpoint } from './auth.ts';
import { classify } from './faults.ts';
import { limits } from './wire.ts';

/**
 * The web-server flow with PKCE (Help, "OAuth 2.0 Web Server Flow"), at the environment's login host or at the account's own; API calls then
 * go to the `instance_url` of the answer.
 */
export function authorize(options: ConnectOptions): Authorization | null {
  const auth = salesforceAuth.parse(options.auth);
  if (auth.type !== 'authorization-code') return null;
  const { world, name, url } = options;
  const ask = tokenEndpoint(loginDoor({ world, name, url, limits, classify }), url);
  return authorization({
    ...grantingOf(auth, ask, options),
    page: `${url}/services/oauth2/authorize`,
    scope: 'api refresh_token',
    pkce: true,
    withoutRefresh: 'the app must have the scope "Perform requests at any time (refresh_token)"',
  });
}
