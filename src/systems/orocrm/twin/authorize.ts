import { type Logins, missing, unknownClient, unsupported } from './login.ts';
import type { Settings } from './settings.ts';

/**
 * The page where a person lets an application of the type "authorization code" in; GET shows it (or answers at once, by the switch
 * `consent`), and its form comes back as POST. Source: Oro documentation, "Authorization Code Grant Type"; OAuth2ServerBundle, functional
 * tests.
 */
export async function authorize(logins: Logins, settings: Settings, request: Request, url: URL): Promise<Response> {
  const ask = url.searchParams;
  if (ask.get('response_type') !== 'code') return unsupported();
  const client = ask.get('client_id') ?? '';
  if (client === '') return missing('client_id');
  const known = logins.browserClient(client);
  const redirectUri = ask.get('redirect_uri') ?? '';
  if (known === undefined || !URL.canParse(redirectUri)) return unknownClient();
  const text = ask.get('code_challenge');
  const method = ask.get('code_challenge_method') ?? 'plain';
  if (text === null && known.secret === null)
    return missing('code_challenge', 'Code challenge must be provided for public clients');
  if (text !== null && method !== 'S256')
    return missing('code_challenge_method', 'Plain code challenge method is not allowed for this client');
  const form = new URLSearchParams(request.method === 'POST' ? await request.text() : '');
  const granted = form.get('grantAccess') ?? { auto: 'true', deny: 'false', ask: null }[settings.consent];
  if (granted === null) return consentPage();
  const back = new URL(redirectUri);
  const state = ask.get('state');
  if (state !== null) back.searchParams.set('state', state);
  if (granted === 'true') {
    const challenge = text === null ? null : { text, method };
    back.searchParams.set('code', logins.issueCode({ client, redirectUri, challenge }));
  } else {
    const message = 'The resource owner or authorization server denied the request.';
    const denial = { error: 'access_denied', error_description: message, hint: 'The user denied the request', message };
    for (const [name, value] of Object.entries(denial)) back.searchParams.set(name, value);
  }
  return new Response(null, { status: 302, headers: { location: back.href } });
}

/** The form goes to the address that it stands at, query and all. */
function consentPage(): Response {
  const buttons = `<button name="grantAccess" value="true">Grant</button> <button name="grantAccess" value="false">Deny</button>`;
  const html = `<!DOCTYPE html>\n<html lang="en"><head><title>OroCRM twin</title></head><body><h1>Grant access?</h1><form method="post">${buttons}</form></body></html>\n`;
  return new Response(html, { headers: { 'content-type': 'text/html; charset=UTF-8' } });
}
