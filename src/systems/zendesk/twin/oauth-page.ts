import type { Account } from './account.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import type { Client } from './logins.ts';
import { Refusal } from './refusal.ts';

/**
 * The doors outside /api/v2: the authorisation page, and the endpoint that gives out tokens.
 * Source: Zendesk, "Using OAuth authentication with your application".
 */
export function grantToken(account: Account, body: JsonObject): { readonly status: number; readonly body: JsonObject } {
  return { status: account.switches.tokenStatus, body: account.logins.grant(body) };
}

/** JSON or a form. */
export function readFormOrJson(text: string, contentType: string): JsonObject {
  if (contentType.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value = text === '' ? {} : parseJson(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** GET shows the page (or answers at once, by the switch `consent`); its form comes back as POST with `decision`. */
export function authorize(account: Account, parameters: URLSearchParams): Response {
  const client = account.logins.client(parameters.get('client_id') ?? '');
  const redirect = redirectTarget(client, parameters.get('redirect_uri') ?? '');
  if (client === undefined || redirect === undefined || parameters.get('response_type') !== 'code') {
    const title = 'Invalid Authorization Request';
    return html(`<h1>${title}</h1><p>No such client exists, or the redirect address is not allowed.</p>`, 400);
  }
  const decision = parameters.get('decision') ?? { auto: 'allow', deny: 'deny', ask: null }[account.switches.consent];
  if (decision === null) return html(consentForm(client, parameters));
  const state = parameters.get('state');
  if (state !== null) redirect.searchParams.set('state', state);
  if (decision !== 'allow') {
    redirect.searchParams.set('error', 'access_denied');
    redirect.searchParams.set('error_description', 'The end-user or authorization server denied the request.');
    return found(redirect);
  }
  const scopes = (parameters.get('scope') ?? 'read').split(/[\s+]+/).filter((scope) => scope !== '');
  try {
    account.logins.checkCeiling(client, scopes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    redirect.searchParams.set('error', 'invalid_scope');
    return found(redirect);
  }
  const challenge = parameters.get('code_challenge');
  const code = account.logins.issueCode({
    client,
    userId: client.userId,
    redirectUri: parameters.get('redirect_uri') ?? '',
    scopes,
    challenge:
      challenge === null ? null : { text: challenge, method: parameters.get('code_challenge_method') ?? 'plain' },
  });
  redirect.searchParams.set('code', code);
  return found(redirect);
}

/** Absolute and https, except on this machine; one of the client's own where it has listed some. */
function redirectTarget(client: Client | undefined, text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isLocal = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)) return undefined;
  const listed = client?.redirectUris ?? null;
  return listed === null || listed.includes(text) ? url : undefined;
}

function found(url: URL): Response {
  return new Response(null, { status: 302, headers: { location: url.href } });
}

function html(body: string, status = 200): Response {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Zendesk twin</title><main>${body}</main></html>`;
  return new Response(page, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

function consentForm(client: Client, parameters: URLSearchParams): string {
  const hidden = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${inHtml(name)}" value="${inHtml(value)}">`,
  );
  return `<h1>Allow ${inHtml(client.name)} to use your account?</h1>
<form method="post" action="/oauth/authorizations">${hidden.join('')}
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>`;
}

function inHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
