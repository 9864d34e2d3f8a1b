import type { Json } from '../../../../twins/json.ts';
import type { Org } from '../org.ts';
import type { Session, Sessions } from './sessions.ts';
import { grantToken, TokenError } from './token.ts';

export interface OauthDoor {
  /** Null where the path is none of these. */
  handle(request: Request, url: URL, path: string): Promise<Response | null>;
}

export function createOauthDoor(org: Org, sessions: Sessions): OauthDoor {
  return {
    async handle(request, url, path) {
      if (path === '/.well-known/openid-configuration') return json(discovery(url.origin));
      const identity = /^\/id\/([^/]+)\/([^/]+)$/.exec(path);
      if (identity !== null) return showIdentity(org, sessions, request, url, identity[2] ?? '');
      const name = /^\/services\/oauth2\/(\w+)$/.exec(path)?.[1];
      if (name === undefined) return null;
      if (name === 'authorize') return authorize(org, sessions, url);
      const form = await readForm(request, url);
      if (name === 'token') return token(org, sessions, request, url, form);
      if (name === 'revoke') return revoke(sessions, form);
      if (name === 'introspect') return introspect(org, sessions, request, url, form);
      return name === 'userinfo' ? userInfo(org, sessions, request, url) : null;
    },
  };
}

function token(org: Org, sessions: Sessions, request: Request, url: URL, form: URLSearchParams): Response {
  if (request.method !== 'POST')
    return json({ error: 'invalid_request', error_description: 'must use HTTP POST' }, 400);
  try {
    return json(grantToken({ org, sessions, form, headers: request.headers, origin: url.origin }));
  } catch (error) {
    if (error instanceof TokenError) return json({ error: error.error, error_description: error.message }, 400);
    throw error;
  }
}

/** The page on which a person approves the app. Here it approves or denies at once, unless it is told to ask. */
function authorize(org: Org, sessions: Sessions, url: URL): Response {
  const ask = url.searchParams;
  const redirectUri = ask.get('redirect_uri') ?? '';
  if (ask.get('client_id') !== org.people.clientId)
    return new Response('error=invalid_client_id&error_description=client%20identifier%20invalid', { status: 400 });
  if (!URL.canParse(redirectUri)) return new Response('error=redirect_uri_missing', { status: 400 });
  const back = new URL(redirectUri);
  const state = ask.get('state');
  if (state !== null) back.searchParams.set('state', state);
  const { consent } = org.settings.now;
  const decided = ask.get('twin_consent') ?? consent;
  if (decided === 'ask') {
    const link = (decision: string): string =>
      `${url.pathname}?${escapeHtml(new URLSearchParams([...ask, ['twin_consent', decision]]).toString())}`;
    const page = `<!doctype html><title>Allow access?</title><h1>Allow access?</h1><p><a href="${link('auto')}">Allow</a> <a href="${link('deny')}">Deny</a></p>`;
    return new Response(page, { headers: { 'content-type': 'text/html;charset=UTF-8' } });
  }
  if (decided === 'deny') {
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', 'end-user denied authorization');
  } else {
    const scope = ask.get('scope') ?? 'api refresh_token';
    const challenge = ask.get('code_challenge');
    const code = {
      user: org.people.api,
      clientId: org.people.clientId,
      redirectUri,
      scope,
      challenge,
      expiresAt: org.clock.now() + 900_000,
    };
    back.searchParams.set('code', sessions.putCode(code));
  }
  return new Response(null, { status: 302, headers: { location: back.href } });
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

function revoke(sessions: Sessions, form: URLSearchParams): Response {
  if (sessions.revoke(form.get('token') ?? '')) return new Response(null, { status: 200 });
  return json({ error: 'invalid_token', error_description: 'invalid token' }, 400);
}

function introspect(org: Org, sessions: Sessions, request: Request, url: URL, form: URLSearchParams): Response {
  const basic = /^Basic (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const clientId = basic === undefined ? form.get('client_id') : Buffer.from(basic, 'base64').toString().split(':')[0];
  const session = sessions.look(form.get('token') ?? '');
  if (session === null || session.clientId !== clientId) return json({ active: false });
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  return json({
    active: true,
    scope: session.scope,
    client_id: session.clientId,
    username: String(org.store.visible('User', session.user)?.values.Username ?? ''),
    sub: identityUrl(org, url.origin, session.user),
    token_type: 'access_token',
    exp: seconds(session.usedAt + org.settings.now.sessionMs),
    iat: seconds(session.issuedAt),
    nbf: seconds(session.issuedAt),
  });
}

export function bearer(request: Request): string | null {
  return /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}

function userInfo(org: Org, sessions: Sessions, request: Request, url: URL): Response {
  const session = sessions.use(bearer(request) ?? '');
  if (session === null) return new Response('Bad_OAuth_Token', { status: 403 });
  const user = org.store.visible('User', session.user);
  const value = (name: string): Json => user?.values[name] ?? null;
  return json({
    sub: identityUrl(org, url.origin, session.user),
    user_id: session.user,
    organization_id: org.people.organization,
    preferred_username: value('Username'),
    nickname: value('CommunityNickname'),
    name: value('Name'),
    email: value('Email'),
    email_verified: true,
    given_name: value('FirstName'),
    family_name: value('LastName'),
    zoneinfo: value('TimeZoneSidKey'),
    locale: value('LocaleSidKey'),
    language: value('LanguageLocaleKey'),
    utcOffset: 0,
    updated_at: new Date(user?.modifiedAt ?? 0).toISOString(),
    urls: urls(url.origin),
    active: value('IsActive'),
    user_type: 'STANDARD',
  });
}

function showIdentity(org: Org, sessions: Sessions, request: Request, url: URL, id: string): Response {
  const session: Session | null = sessions.use(
    bearer(request) ?? url.searchParams.get('oauth_token') ?? url.searchParams.get('access_token') ?? '',
  );
  const user =
    session === null || session.user.slice(0, 15) !== id.slice(0, 15)
      ? undefined
      : org.store.visible('User', session.user);
  if (session === null || user === undefined) return new Response('Bad_OAuth_Token', { status: 403 });
  const value = (name: string): Json => user.values[name] ?? null;
  return json({
    id: identityUrl(org, url.origin, session.user),
    asserted_user: true,
    user_id: session.user,
    organization_id: org.people.organization,
    username: value('Username'),
    nick_name: value('CommunityNickname'),
    display_name: value('Name'),
    email: value('Email'),
    email_verified: true,
    first_name: value('FirstName'),
    last_name: value('LastName'),
    timezone: value('TimeZoneSidKey'),
    urls: urls(url.origin),
    active: value('IsActive'),
    user_type: 'STANDARD',
    language: value('LanguageLocaleKey'),
    locale: value('LocaleSidKey'),
    utcOffset: 0,
  });
}

export function identityUrl(org: Org, origin: string, user: string): string {
  return `${origin}/id/${org.people.organization}/${user}`;
}

function urls(origin: string): Record<string, string> {
  const data = `${origin}/services/data/v{version}`;
  return {
    enterprise: `${origin}/services/Soap/c/{version}/`,
    metadata: `${origin}/services/Soap/m/{version}/`,
    partner: `${origin}/services/Soap/u/{version}/`,
    rest: `${data}/`,
    sobjects: `${data}/sobjects/`,
    search: `${data}/search/`,
    query: `${data}/query/`,
    recent: `${data}/recent/`,
    tooling_rest: `${data}/tooling/`,
    custom_domain: origin,
  };
}

function discovery(origin: string): Json {
  const oauth = `${origin}/services/oauth2`;
  return {
    issuer: origin,
    authorization_endpoint: `${oauth}/authorize`,
    token_endpoint: `${oauth}/token`,
    revocation_endpoint: `${oauth}/revoke`,
    userinfo_endpoint: `${oauth}/userinfo`,
    introspection_endpoint: `${oauth}/introspect`,
    response_types_supported: ['code', 'token'],
    subject_types_supported: ['public'],
    scopes_supported: ['api', 'refresh_token', 'openid'],
  };
}

async function readForm(request: Request, url: URL): Promise<URLSearchParams> {
  if (request.method !== 'POST') return url.searchParams;
  // Parameters may also stand in the address.
  return new URLSearchParams([...new URLSearchParams(await request.text()), ...url.searchParams]);
}

function json(body: Json, status = 200): Response {
  const headers = {
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-cache, no-store',
    pragma: 'no-cache',
  };
  return new Response(JSON.stringify(body), { status, headers });
}
