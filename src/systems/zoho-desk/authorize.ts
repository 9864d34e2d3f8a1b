import { FaultError } from '../../model/fault.ts';
import { type Authorization, authorization, type Back, loginDoor } from '../kit/authorize.ts';
import type { Classify } from '../kit/call.ts';
import type { ConnectOptions } from '../kit/system.ts';
import { defaultHost, type Hosts, hostsOf, hostsOfServer } from './address.ts';
import { classify } from './faults.ts';
import { limits } from './limits.ts';
import { grantingOf, zohoDeskAuth } from './login.ts';

/**
 * All that the connector may need, since the set is frozen into the refresh token: `ALL` of the settings is what creates the field of the
 * mark. One unknown scope fails all of them. Source: Zoho Desk API document, topic "OAuth", its list of scopes.
 */
const scope = 'Desk.contacts.ALL,Desk.search.READ,Desk.settings.ALL,Desk.basic.READ';

/**
 * A person logs in in the browser (Zoho accounts, "OAuth 2.0", server-based applications). Without `access_type` and `prompt` only the first
 * consent of a user gives a refresh token. PKCE is described for mobile and desktop clients alone, which have no secret.
 */
export function authorize(options: ConnectOptions): Authorization | null {
  const auth = zohoDeskAuth.parse(options.auth);
  if (auth.type !== 'authorization-code') return null;
  const { world, name, url } = options;
  const hosts = hostsOf(url, auth.dataCentre);
  const told: Classify = (status, headers, body, kind) =>
    classify(status, headers, body, kind, { now: world.now(), random: world.random });
  const send = loginDoor({ world, name, url: hosts.desk, limits, classify: told });
  return authorization({
    ...grantingOf(auth, hosts, options, send),
    page: `${hosts.accounts}/oauth/v2/auth`,
    scope,
    query: { access_type: 'offline', prompt: 'consent' },
    pkce: false,
    server: (back) => serverOf(back, hosts, auth.dataCentre === undefined && hosts.desk === defaultHost),
    withoutRefresh: 'the client must be of the type "server-based" (API console of Zoho)',
  });
}

/**
 * A client that is known in several data centres is sent back with the one where the user lives, and the code is good only there ("Multi DC
 * support"). The secret goes to Zoho's own servers alone, whatever the browser brought; null: to the connection's own. `open`: the config
 * leaves the data centre to the user.
 */
function serverOf(back: Back, hosts: Hosts, open: boolean): string | null {
  const server = back['accounts-server']?.replace(/\/+$/, '');
  if (server === undefined || server === hosts.accounts) return null;
  const centre = back.location ?? server;
  const refused = (say: string) => new FaultError({ kind: 'login', code: 'other_dc', say });
  if (hostsOfServer(server) === null)
    throw refused(`Zoho sent the browser back with a data centre that Syncline does not know (${centre})`);
  if (!open)
    throw refused(
      `The user who logged in lives in the data centre "${centre}", and the config names another one: set dataCentre, or log in as another user`,
    );
  return server;
}
