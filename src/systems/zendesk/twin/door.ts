import { createHash } from 'node:crypto';
import type { Chance } from '../../../twins/chance.ts';
import { type Arrival, bodyOf } from '../../../twins/front.ts';
import type { Account } from './account.ts';
import { proxied } from './app-proxy.ts';
import { signedPage } from './app-routes.ts';
import { sdkPath, sdkScript } from './app-sdk.ts';
import { type Answer, Call, type Route } from './call.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { type AccessToken, knownLogin } from './logins.ts';
import { authorize, grantToken, readFormOrJson } from './oauth-page.ts';
import type { User } from './records.ts';
import {
  badToken,
  forbidden,
  missingScope,
  noSuchEndpoint,
  notAuthenticated,
  Refusal,
  unreadableJson,
} from './refusal.ts';
import type { Router } from './router.ts';

/**
 * The vendor's side of a request: whoever knocks is recognised, counted, let through to an endpoint and answered with the headers that
 * every answer carries. The body is read before anything is looked at, so what an endpoint does is one step that nothing interrupts.
 */
export interface DoorParts {
  readonly account: () => Account;
  readonly nowMs: () => number;
  readonly router: Router;
  readonly chance: Chance;
}

const api = '/api/v2/';

export function createDoor({ account: current, nowMs, router, chance }: DoorParts) {
  const door = async (request: Request, { url, refuse }: Arrival): Promise<Response> => {
    const raw = await bodyOf(request);
    const account = current();
    account.catchUp(nowMs());
    const requestId = chance.text(32, '0123456789abcdef');
    const context: Context = {
      account,
      router,
      request,
      url,
      refuse,
      raw: raw ?? new Uint8Array(),
      isUnreadable: raw === null,
      requestId,
    };
    if (url.pathname.startsWith('/oauth/')) return outside(context);
    if (url.pathname === sdkPath) return new Response(sdkScript, { headers: { 'content-type': 'text/javascript' } });
    if (url.pathname === '/apps/sidebar') return sidebar(context);
    if (url.pathname === '/apps/proxy' && request.method === 'POST') {
      const again = (inner: Request): Promise<Response> => door(inner, { url: new URL(inner.url), refuse });
      return proxied(account, url.origin, new TextDecoder().decode(context.raw), again);
    }
    if (url.pathname.startsWith('/attachments/')) return attachment(context);
    return render(context, await answerOf(context));
  };
  return door;
}

function sidebar({ account, url }: Context): Response {
  const page = signedPage(account, url.origin, url.searchParams);
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return new Response(page ?? 'No such installation or address', { status: page === undefined ? 404 : 200, headers });
}

interface Context {
  readonly account: Account;
  readonly router: Router;
  readonly request: Request;
  readonly url: URL;
  readonly refuse: Arrival['refuse'];
  readonly raw: Uint8Array;
  /** The body said that it was zipped and was not, or broke off. */
  readonly isUnreadable: boolean;
  readonly requestId: string;
}

interface Outcome {
  readonly answer: Answer | Refusal;
  readonly user: User | null;
  readonly headers: Readonly<Record<string, string>>;
}

async function answerOf(context: Context): Promise<Outcome> {
  const { account, url, request } = context;
  let user: User | null = null;
  let headers: Record<string, string> = {};
  try {
    headers = { ...account.limiter.request() };
    const path = url.pathname.startsWith(api) ? url.pathname.slice(api.length).replace(/\.json$/, '') : null;
    const found = path === null ? undefined : context.router.find(request.method, path);
    if (found === undefined) {
      account.world.log.warn('the Zendesk twin has no such endpoint', { method: request.method, path: url.pathname });
      throw noSuchEndpoint();
    }
    const { route } = found;
    const login = authenticate(context, route);
    user = login.user;
    checkScope(route, login.token);
    checkRole(route, user);
    if (route.limit !== undefined) Object.assign(headers, account.limiter.endpoint(route.limit));
    const call = new Call({
      account,
      method: request.method,
      params: found.params,
      url,
      headers: request.headers,
      user,
      token: login.token,
      name: context.requestId,
      body: readBody(context, route),
      raw: context.raw,
      refuse: context.refuse,
    });
    const planted = request.method === 'GET' || isBulk(route) ? null : context.refuse();
    if (planted !== null) throw new Refusal(422, isObject(planted) ? planted : String(planted));
    try {
      const answer = await route.handle(call);
      if (call.unpermitted.length > 0) headers['x-zendesk-api-warn'] = warning(route, call);
      return { answer, user, headers: { ...headers, ...call.answerHeaders } };
    } catch (error) {
      Object.assign(headers, call.answerHeaders);
      throw error;
    }
  } catch (error) {
    if (error instanceof Refusal) return { answer: error, user, headers };
    account.reportBug(`at ${request.method} ${url.pathname}`, error);
    const body = { error: 'InternalServerError', description: 'The server encountered an unexpected error' };
    return { answer: { status: 500, body }, user, headers };
  }
}

/** Bulk endpoints ask per item. */
function isBulk(route: Route): boolean {
  return /_many$/.test(route.path);
}

function authenticate(
  context: Context,
  route: Route,
): { readonly user: User | null; readonly token: AccessToken | null } {
  const { account, request } = context;
  const header = request.headers.get('authorization');
  const isOpen = route.role === 'anyone' && route.path === 'users/me';
  try {
    if (header === null) {
      if (isOpen) return { user: null, token: null };
      throw notAuthenticated();
    }
    if (/^basic /i.test(header)) return basic(account, header.slice(6));
    return onBehalf(account, request.headers.get('x-on-behalf-of'), bearer(account, header));
  } catch (error) {
    if (error instanceof Refusal && isOpen && account.switches.wrongTokenOnMe === 'anonymous') {
      return { user: null, token: null };
    }
    throw error;
  }
}

/** `{email}/token:{api token}`: the token is the account's, so any agent's e-mail does, and that agent becomes the author. */
function basic(account: Account, encoded: string): { readonly user: User; readonly token: null } {
  const [, email, token] = /^(.+)\/token:(.*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  const user = email === undefined ? undefined : account.users.withIdentity('email', email);
  if (token !== knownLogin.apiToken || !user?.active || user.suspended || user.role === 'end-user') {
    throw notAuthenticated();
  }
  return { user, token: null };
}

function bearer(account: Account, header: string): { readonly user: User; readonly token: AccessToken } {
  const text = /^bearer\s+(\S+)$/i.exec(header)?.[1];
  if (text === undefined) throw notAuthenticated();
  const token = account.logins.access(text);
  const user = account.users.getActive(token?.userId);
  if (token === undefined || user === undefined || user.suspended) throw badToken();
  return { user, token };
}

/** A token may act as somebody else, an end user too, with a scope of its own. Source: Zendesk, "API requests on behalf of end users". */
function onBehalf(
  account: Account,
  email: string | null,
  login: { readonly user: User; readonly token: AccessToken },
): { readonly user: User; readonly token: AccessToken } {
  if (email === null) return login;
  if (!login.token.scopes.includes('impersonate')) throw missingScope('impersonate');
  const user = account.users.withIdentity('email', email);
  if (user === undefined || user.suspended) throw notAuthenticated();
  return { ...login, user };
}

/** `write` does not imply `read`. An unknown scope opens nothing. */
function checkScope(route: Route, token: AccessToken | null): void {
  if (token === null) return;
  const verb = route.method === 'GET' ? 'read' : 'write';
  const opens = [verb, ...(route.resource === undefined ? [] : [`${route.resource}:${verb}`])];
  if (!opens.some((scope) => token.scopes.includes(scope))) throw missingScope(verb);
}

function checkRole(route: Route, user: User | null): void {
  if (route.role === 'anyone' || user === null) return;
  if (user.role === 'admin' || (user.role === 'agent' && route.role !== 'admin')) return;
  throw forbidden();
}

function readBody({ account, request, raw, isUnreadable }: Context, route: Route): JsonObject {
  if (isUnreadable) throw unreadableJson(account.switches.malformedJsonStatus);
  if (request.method === 'GET' || raw.length === 0 || route.path === 'uploads') return {};
  try {
    const value = parseJson(new TextDecoder().decode(raw));
    return isObject(value) ? value : {};
  } catch {
    throw unreadableJson(account.switches.malformedJsonStatus);
  }
}

const verbs = { POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'destroy', GET: 'show' } as const;

/** Ruby's way to print it. The action is the last word of the path where that is one (`create_or_update`). */
function warning(route: Route, call: Call): string {
  const words = route.path.split('/').filter((word) => !word.startsWith(':'));
  const [controller = ''] = words;
  const action = words.length > 1 ? (words.at(-1) ?? '') : verbs[route.method];
  const keys = [...new Set(call.unpermitted)].map((key) => JSON.stringify(key)).join(', ');
  const text = `{:allowed_parameters=>{:controller=>"${controller}", :action=>"${action}", :unpermitted_keys=>[${keys}], :invalid_values=>[]}}`;
  // What is not printable ASCII has no place in a header.
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function render({ account, request, requestId }: Context, { answer, user, headers: counted }: Outcome): Response {
  const headers = new Headers({
    ...counted,
    'x-zendesk-api-version': 'v2',
    'x-request-id': requestId,
    ...answer.headers,
  });
  const body = answer instanceof Refusal ? answer.bodyIn(account.localeOf(user)) : (answer.text ?? answer.body);
  if (body === undefined) return new Response(null, { status: answer.status, headers });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  if (!headers.has('content-type')) {
    const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
    headers.set('content-type', type);
  }
  if (!headers.has('cache-control')) headers.set('cache-control', 'max-age=0, private, must-revalidate');
  if (request.method === 'GET' && answer.status === 200) {
    const etag = `W/"${createHash('md5').update(text).digest('hex')}"`;
    headers.set('etag', etag);
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  }
  return new Response(text, { status: answer.status, headers });
}

/**
 * A file's address leads to another host, to which no credentials belong; the token in it is the permission.
 * Source: Zendesk, "Attachments", on content_url.
 */
function attachment(context: Context): Response {
  const { account, url } = context;
  try {
    account.limiter.endpoint('attachmentsPerMinute');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return render(context, { answer: error, user: null, headers: {} });
  }
  const [, , kind, token] = url.pathname.split('/');
  const file = [...account.desk.attachments.values()].find((one) => one.token === token);
  if (file === undefined) return new Response('Not found', { status: 404 });
  if (kind === 'token') {
    const elsewhere = new URL(url);
    elsewhere.hostname =
      { '127.0.0.1': 'localhost', localhost: '127.0.0.1' }[url.hostname] ?? `content.${url.hostname}`;
    elsewhere.pathname = `/attachments/content/${token}/`;
    return new Response(null, { status: 302, headers: { location: elsewhere.href } });
  }
  const headers = { 'content-type': file.contentType, 'content-length': String(file.bytes.length) };
  return new Response(new Uint8Array(file.bytes), { status: 200, headers });
}

/** Token endpoint and authorisation page: outside /api/v2, and outside the account's rate limit. */
function outside(context: Context): Response {
  const { account, request, url, raw } = context;
  const body = readFormOrJson(new TextDecoder().decode(raw), request.headers.get('content-type') ?? '');
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': context.requestId };
  try {
    if (url.pathname === '/oauth/tokens' && request.method === 'POST') {
      const granted = grantToken(account, body);
      return new Response(JSON.stringify(granted.body), { status: granted.status, headers });
    }
    if (url.pathname === '/oauth/authorizations/new' && request.method === 'GET') {
      return authorize(account, url.searchParams);
    }
    if (url.pathname === '/oauth/authorizations' && request.method === 'POST') {
      const form = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
      return authorize(account, new URLSearchParams(form));
    }
    account.world.log.warn('the Zendesk twin has no such endpoint', { method: request.method, path: url.pathname });
    throw noSuchEndpoint();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return new Response(JSON.stringify(error.bodyIn('en-US')), { status: error.status, headers });
  }
}
