import { type Authorization, authorization, loginDoor } from '../kit/authorize.ts';
import type { Classify } from '../kit/call.ts';
import { askToken } from '../kit/login.ts';
import type { ConnectOptions } from '../kit/system.ts';
import { classify } from './faults.ts';
import { limits } from './limits.ts';
import { defaultScope, label, zendeskAuth } from './login.ts';
import { tokenPath } from './wire.ts';

/**
 * A person logs in in the browser (guide "Using OAuth authentication with your application"). Clients made before May 2026 may still give
 * tokens that never end, and then no refresh token comes with them (guide "Migrating to OAuth").
 */
export function authorize(options: ConnectOptions): Authorization | null {
  const auth = zendeskAuth.parse(options.auth);
  if (auth.type !== 'authorization-code') return null;
  const { world, name, url } = options;
  const told: Classify = (status, headers, body, kind) => classify(status, headers, body, kind, world.now());
  const send = loginDoor({ world, name, url, limits, classify: told });
  return authorization({
    ask: (fields) => askToken(send, tokenPath, 'json', fields),
    auth,
    label,
    options,
    page: `${url}/oauth/authorizations/new`,
    scope: defaultScope,
    pkce: true,
    with: { scope: defaultScope },
    withoutRefresh:
      'the OAuth client must give refresh tokens (Admin Center, Apps and integrations > APIs > OAuth clients)',
    lasting: true,
  });
}
