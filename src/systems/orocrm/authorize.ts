import { type Authorization, authorization, loginDoor } from '../kit/authorize.ts';
import type { ConnectOptions } from '../kit/system.ts';
import { classify } from './faults.ts';
import { limits } from './limits.ts';
import { label, orocrmAuth, tokenEndpoint, tokenPath } from './login.ts';

/**
 * A person logs in in the browser, below the path of the back office. PKCE is taken of confidential applications too, and wanted of public
 * ones. Source: Oro documentation, topic "Authorization Code Grant Type".
 */
export function authorize(options: ConnectOptions): Authorization | null {
  const auth = orocrmAuth.parse(options.auth);
  if (auth.type !== 'authorization-code') return null;
  const { world, name, url } = options;
  return authorization({
    ask: tokenEndpoint(url, loginDoor({ world, name, url, limits, classify })),
    auth,
    label,
    options,
    page: `${url}${tokenPath}/authorize`,
    pkce: true,
    withoutRefresh: 'they are switched off in this installation (enable_refresh_token of its OAuth server)',
  });
}
