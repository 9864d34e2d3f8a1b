import { type Centre, centreNames, centreOf, centres } from './centres.ts';
import { knownLogin, LoginRefusal, type Logins } from './logins.ts';
import { isKnownScope } from './scopes.ts';
import type { Settings } from './settings.ts';

/**
 * The accounts server: authorisation page, tokens, revocation, registry of servers; undefined where it has no such address.
 * Source: Zoho, "OAuth 2.0" (accounts protocol).
 */
export function oauthAnswer(
  logins: Logins,
  settings: Settings,
  method: string,
  url: URL,
  text: string,
): Response | undefined {
  const centre = centreOf(url.hostname, settings.dataCentre);
  // Parameters come in the query or in a form; both work.
  const form = new URLSearchParams([...url.searchParams, ...new URLSearchParams(text)]);
  switch (`${method} ${url.pathname}`) {
    case 'POST /oauth/v2/token':
      try {
        return Response.json(logins.grant(form, centre));
      } catch (error) {
        if (!(error instanceof LoginRefusal)) throw error;
        return Response.json(error.body, { status: error.status });
      }
    case 'POST /oauth/v2/token/revoke':
      logins.revoke(form.get('token') ?? '');
      return Response.json({ status: 'success' });
    case 'GET /oauth/serverinfo': {
      const locations = Object.fromEntries(centreNames.map((name) => [name, `https://${centres[name].accounts}`]));
      return Response.json({ result: 'success', locations });
    }
    case 'GET /oauth/v2/auth':
    case 'POST /oauth/v2/auth':
      return authorize(logins, settings, centre, url, form);
    default:
      return undefined;
  }
}

/** GET shows the page, or answers at once by the switch `consent`; its form comes back as POST with `decision`. */
function authorize(logins: Logins, settings: Settings, centre: Centre, url: URL, form: URLSearchParams): Response {
  if (form.get('client_id') !== knownLogin.clientId || centre !== settings.dataCentre)
    return problem('Invalid Client', 'The client ID passed does not exist.');
  const redirect = URL.parse(form.get('redirect_uri') ?? '');
  if (redirect === null || !/^https?:$/.test(redirect.protocol))
    return problem('Invalid Redirect Uri', 'The redirect URI passed does not match the one configured.');
  if (form.get('response_type') !== 'code') return problem('Invalid response type', 'Only code is supported.');
  const scopes = (form.get('scope') ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  // One unknown scope fails all of them.
  if (scopes.length === 0 || !scopes.every(isKnownScope))
    return problem('Invalid OAuth Scope', 'Scope does not exist.');
  const decision = form.get('decision') ?? { auto: 'allow', deny: 'deny', ask: null }[settings.consent];
  if (decision === null) return page(consentForm(form));
  const state = form.get('state');
  if (state !== null) redirect.searchParams.set('state', state);
  if (decision !== 'allow') {
    redirect.searchParams.set('error', 'access_denied');
    return found(redirect);
  }
  const isOffline = form.get('access_type') === 'offline';
  const code = logins.issueCode({ redirectUri: form.get('redirect_uri') ?? '', scopes, isOffline });
  redirect.searchParams.set('code', code);
  redirect.searchParams.set('location', centre);
  // The code is to be exchanged where it was given out: at this very server.
  redirect.searchParams.set('accounts-server', url.origin);
  return found(redirect);
}

function found(url: URL): Response {
  return new Response(null, { status: 302, headers: { location: url.href } });
}

/** The vendor shows such mistakes to the person in the browser. */
function problem(title: string, words: string): Response {
  return page(`<h1>${title}</h1><p>${words}</p>`, 400);
}

function page(body: string, status = 200): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Zoho accounts twin</title><main>${body}</main></html>`;
  return new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}

function consentForm(form: URLSearchParams): string {
  const hidden = [...form].map(
    ([name, value]) => `<input type="hidden" name="${inHtml(name)}" value="${inHtml(value)}">`,
  );
  return `<h1>Syncline would like to access your help desk</h1><p>${inHtml(form.get('scope') ?? '')}</p>
<form method="post" action="/oauth/v2/auth">${hidden.join('')}
<button name="decision" value="allow">Accept</button> <button name="decision" value="deny">Reject</button></form>`;
}

function inHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
