import type { Account } from './account.ts';
import { must } from './bulk.ts';
import { type Answer, type Call, created, ok, type Route } from './call.ts';
import { flagOf, idOf, isObject, type JsonObject } from './json.ts';
import { badAttribute } from './refusal.ts';

/**
 * Side-bar apps with signed pages: the vendor posts a token (RS256) to the app's server, which proves from which account and
 * installation it comes. Source: Zendesk, "Building a server-side app", part 5 ("Secure the app"), "Apps" API.
 */
export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly settings: JsonObject;
  readonly enabled: boolean;
}

export const appRoutes: readonly Route[] = [
  { method: 'GET', path: 'apps/installations', handle: list, role: 'agent' },
  { method: 'POST', path: 'apps/installations', handle: install, role: 'admin' },
  { method: 'GET', path: 'apps/installations/:id', handle: show, role: 'agent' },
  { method: 'GET', path: 'apps/:id/public_key.pem', handle: publicKey, role: 'agent' },
];

function body(one: Installation): JsonObject {
  return {
    id: one.id,
    app_id: one.appId,
    product: 'support',
    enabled: one.enabled,
    settings: one.settings,
    paid: false,
  };
}

function list(call: Call): Answer {
  const installations = [...call.account.desk.installations.values()].map(body);
  return ok({ installations, count: installations.length, next_page: null, previous_page: null });
}

function install(call: Call): Answer {
  const appId = idOf(call.body.app_id) ?? null;
  if (appId === null) throw badAttribute('app_id', 'must be an integer');
  const settings = isObject(call.body.settings) ? call.body.settings : {};
  const enabled = flagOf(call.body.enabled) ?? true;
  const one = { id: call.account.newId(), appId, settings, enabled };
  call.account.desk.installations.set(one.id, one);
  return created(body(one), `${call.base}/api/v2/apps/installations/${one.id}.json`);
}

function show(call: Call): Answer {
  return ok(body(must(call.account.desk.installations.get(call.id()))));
}

/** Per account; every app of it is signed with the same key here. */
function publicKey(call: Call): Answer {
  const { publicPem } = call.account.appKey;
  return { status: 200, text: publicPem, headers: { 'content-type': 'application/x-pem-file' } };
}

const tokenLivesSeconds = 300;

/**
 * `GET /apps/sidebar?url=…&installation_id=…&email=…&location=…`, outside /api/v2: what the agent's browser does when it opens a ticket.
 * The page posts the token to the app's server. undefined where there is no such installation or address.
 */
export function signedPage(account: Account, base: string, query: URLSearchParams): string | undefined {
  const installation = account.desk.installations.get(Number(query.get('installation_id') ?? 0));
  const target = query.get('url') ?? '';
  if (installation === undefined || !URL.canParse(target)) return undefined;
  const { host } = new URL(base);
  const audience = `${base}/api/v2/apps/installations/${installation.id}.json`;
  const location = query.get('location') ?? 'ticket_sidebar';
  const token = account.appKey.signToken({
    iss: host,
    aud: audience,
    iat: account.now,
    nbf: account.now,
    exp: account.now + tokenLivesSeconds,
    jti: account.chance.text(20),
    sub: `${base}/api/v2/users/${account.users.withIdentity('email', query.get('email') ?? '')?.id ?? 0}.json`,
    context: { product: 'support', location },
  });
  const action = new URL(target);
  action.searchParams.set('origin', base);
  action.searchParams.set('app_guid', account.chance.text(32, '0123456789abcdef'));
  const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Zendesk twin: ${quoted(location)}</title>
<form id="app" method="post" action="${quoted(action.href)}"><input type="hidden" name="token" value="${token}">
<noscript><button>Open the app</button></noscript></form><script>document.getElementById('app').submit()</script></html>`;
}
