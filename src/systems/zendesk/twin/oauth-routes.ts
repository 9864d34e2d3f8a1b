import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { idOf, listOf, textOf } from './json.ts';
import { type AccessToken, type Client, clientBody, tokenBody } from './logins.ts';
import { forbidden, invalid } from './refusal.ts';

/** Source: Zendesk, "OAuth Tokens", "OAuth Clients". */
export const oauthRoutes: readonly Route[] = [
  { method: 'GET', path: 'oauth/tokens', handle: listTokens, role: 'agent' },
  { method: 'POST', path: 'oauth/tokens', handle: createToken, role: 'admin' },
  { method: 'GET', path: 'oauth/tokens/:id', handle: showToken, role: 'anyone' },
  { method: 'DELETE', path: 'oauth/tokens/:id', handle: revoke, role: 'anyone' },
  { method: 'GET', path: 'oauth/clients', handle: listClients, role: 'admin' },
  { method: 'POST', path: 'oauth/clients', handle: createClient, role: 'admin' },
  { method: 'GET', path: 'oauth/clients/:id', handle: showClient, role: 'admin' },
  { method: 'PUT', path: 'oauth/clients/:id', handle: updateClient, role: 'admin' },
  { method: 'PUT', path: 'oauth/clients/:id/generate_secret', handle: renewSecret, role: 'admin' },
  { method: 'DELETE', path: 'oauth/clients/:id', handle: destroyClient, role: 'admin' },
];

function tokenOf(call: Call): AccessToken {
  if (call.params.id === 'current') {
    if (call.token === null) throw forbidden();
    return call.token;
  }
  const id = call.id();
  return must(call.account.logins.tokensOf(call.doer.user.id).find((token) => token.id === id));
}

function listTokens(call: Call): Answer {
  const tokens = call.account.logins.tokensOf(call.doer.user.id).map((token) => tokenBody(token, call.base));
  return ok({ tokens, count: tokens.length, next_page: null, previous_page: null });
}

/** For oneself and a client; the whole token is shown once. */
function createToken(call: Call): Answer {
  const body = call.wrapped('token');
  const { logins } = call.account;
  const client = must(logins.clients.find((known) => known.id === idOf(body.client_id)));
  const scopes = listOf(body.scopes)?.map((scope) => textOf(scope) ?? '') ?? ['read', 'write'];
  logins.checkCeiling(client, scopes);
  const token = logins.makeToken(client, call.doer.user.id, scopes);
  const drawn = { ...tokenBody(token, call.base), full_token: token.token };
  return created({ token: drawn }, `${call.base}/api/v2/oauth/tokens/${token.id}.json`);
}

function showToken(call: Call): Answer {
  return ok({ token: tokenBody(tokenOf(call), call.base) });
}

function revoke(call: Call): Answer {
  call.account.logins.revoke(tokenOf(call));
  return nothing;
}

function listClients(call: Call): Answer {
  const clients = call.account.logins.clients.map((client) => clientBody(client, call.base, null));
  return ok({ clients, count: clients.length, next_page: null, previous_page: null });
}

/** The secret is shown once. */
function createClient(call: Call): Answer {
  const body = call.wrapped('client');
  const identifier = textOf(body.identifier) ?? '';
  if (identifier === '' || call.account.logins.client(identifier) !== undefined) {
    const value = identifier;
    throw invalid({ field: 'identifier', error: 'DuplicateValue', label: null, sentence: 'taken', value });
  }
  const isPublic = textOf(body.kind) === 'public';
  const redirects = listOf(body.redirect_uri)?.map((uri) => textOf(uri) ?? '') ?? null;
  const client = call.account.logins.addClient({
    identifier,
    name: textOf(body.name) ?? identifier,
    secret: isPublic ? null : call.account.logins.newSecret(),
    redirectUris: redirects,
    userId: call.doer.user.id,
    // A client may be given a ceiling, beyond which nobody gets a token of it.
    scopes: listOf(body.scopes)?.map((scope) => textOf(scope) ?? '') ?? null,
  });
  const url = `${call.base}/api/v2/oauth/clients/${client.id}.json`;
  return created({ client: clientBody(client, call.base, client.secret) }, url);
}

function clientOf(call: Call): Client {
  const id = call.id();
  return must(call.account.logins.clients.find((known) => known.id === id));
}

function showClient(call: Call): Answer {
  return ok({ client: clientBody(clientOf(call), call.base, null) });
}

function updateClient(call: Call): Answer {
  const before = clientOf(call);
  const body = call.wrapped('client');
  const redirectUris = listOf(body.redirect_uri)?.map((uri) => textOf(uri) ?? '') ?? before.redirectUris;
  const client = call.account.logins.changeClient({ ...before, name: textOf(body.name) ?? before.name, redirectUris });
  return ok({ client: clientBody(client, call.base, null) });
}

function renewSecret(call: Call): Answer {
  const { logins } = call.account;
  const client = logins.changeClient({ ...clientOf(call), secret: logins.newSecret() });
  return ok({ client: clientBody(client, call.base, client.secret) });
}

function destroyClient(call: Call): Answer {
  call.account.logins.removeClient(clientOf(call));
  return nothing;
}
