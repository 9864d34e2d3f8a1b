import type { Arrival } from '../../../twins/front.ts';
import { type Answer, Call, type Route } from './call.ts';
import { centreOf } from './centres.ts';
import { isJsonObject, type Json, type JsonObject, readJson } from './json.ts';
import { knownLogin, type Logins } from './logins.ts';
import { oauthAnswer } from './oauth.ts';
import type { Portal } from './portal.ts';
import type { Doer } from './records.ts';
import {
  badRequest,
  emptyPayload,
  internalError,
  invalidToken,
  notFound,
  orgMismatch,
  Refusal,
  scopeMismatch,
  tooLarge,
  unauthorized,
  unprocessable,
  wrongMedia,
} from './refusal.ts';
import type { Found, Router } from './router.ts';
import { grants } from './scopes.ts';

/**
 * The vendor's side of a request: whoever knocks is recognised, weighed, let through to an endpoint and answered with the headers that
 * every answer carries. The body is read before anything is looked at, so what most endpoints do is one step that nothing interrupts.
 */
export interface DoorParts {
  readonly portal: () => Portal;
  readonly logins: Logins;
  readonly router: Router;
}

const api = '/api/v1/';
/** Zoho Desk takes attachments up to 20 MB. */
const maxBytes = 20 * 1_048_576;

export function createDoor(parts: DoorParts) {
  return async (request: Request, arrival: Arrival): Promise<Response> => {
    const portal = parts.portal();
    const { url } = arrival;
    let leave: (() => void) | null = null;
    try {
      // Counted before the body arrives: calls are at once as long as any of them is not answered.
      if (url.pathname.startsWith(api)) leave = portal.limiter.enter();
      const raw = await readBytes(request);
      if (portal.switches.answerMs > 0) await portal.world.sleep(portal.switches.answerMs, request.signal);
      portal.emptyBin();
      const elsewhere = outside(portal, parts.logins, request.method, url, raw);
      return elsewhere ?? (await inside(parts, portal, request, arrival, raw));
    } catch (error) {
      return render(portal, refusalOf(portal, request, url, error), 1);
    } finally {
      leave?.();
    }
  };
}

/** An endpoint of the API: refused for free until the caller is known, at its weight from then on. */
async function inside(
  { logins, router }: DoorParts,
  portal: Portal,
  request: Request,
  { url, refuse }: Arrival,
  raw: Uint8Array<ArrayBuffer> | null,
): Promise<Response> {
  const { route, params } = findRoute(portal, router, request.method, url);
  const doer = authenticate(portal, logins, route, request, url);
  const contentType = request.headers.get('content-type') ?? '';
  const body = readBody(route, raw, contentType);
  const call = new Call({ portal, params, url, doer, body, raw: raw ?? new Uint8Array(), contentType, refuse });
  const weight = route.weight?.(call) ?? 1;
  portal.limiter.spend(weight);
  try {
    checkQuery(route, call);
    const planted = route.method === 'GET' || route.isMass === true ? null : refuse();
    if (planted !== null) throw plantedRefusal(planted);
    return render(portal, await route.handle(call), weight);
  } catch (error) {
    return render(portal, refusalOf(portal, request, url, error), weight);
  } finally {
    portal.webhooks.flush();
  }
}

/** null where the body broke off, or says that it is zipped and is not. */
async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch {
    return null;
  }
}

/** What is not under /api/v1: the accounts server, and the keys by which deliveries are proven. */
function outside(
  portal: Portal,
  logins: Logins,
  method: string,
  url: URL,
  raw: Uint8Array | null,
): Response | undefined {
  if (url.pathname === '/.well-known/jwks.json' && method === 'GET')
    return Response.json({ keys: [portal.webhooks.publicKey] });
  if (!url.pathname.startsWith('/oauth/')) return undefined;
  const text = new TextDecoder().decode(raw ?? new Uint8Array());
  return oauthAnswer(logins, portal.switches, method, url, text);
}

function findRoute(portal: Portal, router: Router, method: string, url: URL): Found {
  try {
    if (!url.pathname.startsWith(api)) throw notFound();
    return router.find(method, url.pathname.slice(api.length));
  } catch (error) {
    portal.world.log.warn('the Zoho Desk twin has no such endpoint', { method, path: url.pathname });
    throw error;
  }
}

function authenticate(portal: Portal, logins: Logins, route: Route, request: Request, url: URL): Doer {
  const header = request.headers.get('authorization');
  if (header === null) throw unauthorized();
  const text = /^(?:Zoho-oauthtoken|Bearer)\s+(\S+)$/i.exec(header)?.[1];
  const token = text === undefined ? undefined : logins.access(text);
  // Tokens are unknown outside their own data centre.
  if (token === undefined || centreOf(url.hostname, portal.switches.dataCentre) !== portal.switches.dataCentre)
    throw invalidToken();
  if (route.needsNoOrg !== true) checkOrg(portal, request.headers.get('orgid') ?? url.searchParams.get('orgId'));
  if (!route.scopes.every((group) => group.some((scope) => grants(token.scopes, scope)))) throw scopeMismatch();
  const { sourceIdHeader } = portal.switches;
  const sourceId = sourceIdHeader === null ? null : request.headers.get(sourceIdHeader);
  return { agentId: portal.agents[0].id, sourceId };
}

function checkOrg(portal: Portal, orgId: string | null): void {
  if (orgId === null) {
    if (portal.switches.missingOrgId === '403') throw orgMismatch();
    return;
  }
  // The vendor's own parser stumbles over letters.
  if (!/^\d+$/.test(orgId)) throw internalError();
  if (orgId !== knownLogin.orgId) throw orgMismatch();
}

function readBody(route: Route, raw: Uint8Array | null, contentType: string): JsonObject {
  if (raw === null) throw badRequest('The body of the request could not be read.');
  if (raw.length > maxBytes) throw tooLarge();
  if (route.body === undefined || route.body === 'form') return {};
  if (raw.length === 0) throw emptyPayload();
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) throw wrongMedia();
  let body: Json;
  try {
    body = readJson(new TextDecoder().decode(raw));
  } catch {
    throw badRequest('The body of the request is not valid JSON.');
  }
  if (!isJsonObject(body)) throw badRequest('The body of the request is not a JSON object.');
  return body;
}

function checkQuery(route: Route, call: Call): void {
  const extra = call.queryNames.find((name) => name !== 'orgId' && !(route.query ?? []).includes(name));
  if (extra !== undefined) throw unprocessable(`Extra query parameter '${extra}' is present in the input.`);
}

/** A fault somebody planted for a single write. */
function plantedRefusal(body: Json): Refusal {
  return isJsonObject(body) ? new Refusal(422, body) : unprocessable(String(body));
}

/** Anything but a refusal is a mistake of the twin's own: the client sees the vendor's 500, the log says what it was. */
function refusalOf(portal: Portal, request: Request, url: URL, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  portal.world.log.error(`the Zoho Desk twin has a bug at ${request.method} ${url.pathname}`, { message });
  return internalError();
}

function render(portal: Portal, answer: Refusal | Answer, weight: number): Response {
  const headers = new Headers({
    'x-rate-limit-request-weight-v3': String(weight),
    'x-rate-limit-remaining-v3': String(portal.limiter.left),
    ...(answer instanceof Refusal ? answer.headers : {}),
  });
  if (!(answer instanceof Refusal) && answer.bytes !== undefined) {
    headers.set('content-type', answer.bytes.type);
    return new Response(new Uint8Array(answer.bytes.content), { status: answer.status, headers });
  }
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  headers.set('content-type', 'application/json;charset=utf-8');
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}
