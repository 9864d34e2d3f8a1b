import { createHmac } from 'node:crypto';
import type { Account } from './account.ts';
import { isObject, type Json, type JsonObject, parseJson, textOf } from './json.ts';
import { knownLogin } from './logins.ts';

/**
 * What the vendor's proxy does for an app that asks for something elsewhere: it puts the installation's settings and a signed token into
 * the request, which the browser never sees. Addresses without a host lead to the API, as the agent who looks at the app.
 * Source: Zendesk, "Client API", `client.request` with `secure` and `jwt`.
 */
export async function proxied(
  account: Account,
  base: string,
  text: string,
  ask: (request: Request) => Promise<Response>,
): Promise<Response> {
  const request = requestOf(account, base, read(text));
  if (request === null) return Response.json({ status: 0, type: '', text: 'No such installation or address' });
  const isOurs = request.url.startsWith(`${base}/`);
  try {
    const answer = await (isOurs ? ask(request) : account.world.fetch(request));
    const type = answer.headers.get('content-type') ?? '';
    return Response.json({ status: answer.status, type, text: await answer.text() });
  } catch (error) {
    return Response.json({ status: 0, type: '', text: error instanceof Error ? error.message : String(error) });
  }
}

function read(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function requestOf(account: Account, base: string, { installation_id, email, options }: JsonObject): Request | null {
  const installation = account.desk.installations.get(Number(installation_id ?? 0));
  if (installation === undefined || !isObject(options)) return null;
  const { settings } = installation;
  const jwt = isObject(options.jwt) ? signed(account, options.jwt, settings) : '';
  const fill = (value: Json | undefined): string => {
    const text = isObject(value) ? JSON.stringify(value) : (textOf(value) ?? '');
    const withToken = text.replaceAll('{{jwt.token}}', jwt);
    return options.secure === true ? withSettings(withToken, settings) : withToken;
  };
  const address = fill(options.url);
  if (!URL.canParse(address, base)) return null;
  const url = new URL(address, base);
  const method = (textOf(options.type) ?? textOf(options.method) ?? 'GET').toUpperCase();
  const headers = new Headers({ 'content-type': fill(options.contentType) || 'application/json' });
  try {
    for (const [name, value] of Object.entries(isObject(options.headers) ? options.headers : {})) {
      headers.set(name, fill(value));
    }
    if (url.origin === base) {
      const login = `${textOf(email) ?? ''}/token:${knownLogin.apiToken}`;
      headers.set('authorization', `Basic ${Buffer.from(login).toString('base64')}`);
    }
    const body = method === 'GET' || method === 'HEAD' ? null : fill(options.data);
    return new Request(url, { method, headers, body });
  } catch {
    // A header or a method that no request can have.
    return null;
  }
}

function withSettings(text: string, settings: JsonObject): string {
  return text.replaceAll(/\{\{setting\.(\w+)\}\}/g, (_, name: string) =>
    Object.hasOwn(settings, name) ? (textOf(settings[name]) ?? '') : '',
  );
}

/** HS256 over the claims that the app names, with a secret from its settings. */
function signed(account: Account, jwt: JsonObject, settings: JsonObject): string {
  const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = isObject(jwt.claims) ? jwt.claims : {};
  const expires = account.now + Number(textOf(jwt.expiry) ?? 3600);
  const unsigned = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode({ iat: account.now, exp: expires, ...claims })}`;
  const secret = withSettings(textOf(jwt.secret_key) ?? '', settings);
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}
