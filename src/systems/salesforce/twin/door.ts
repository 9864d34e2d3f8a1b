import type { World } from '../../../model/world.ts';
import type { Chance } from '../../../twins/chance.ts';
import type { Arrival } from '../../../twins/front.ts';
import type { Json } from '../../../twins/json.ts';
import { commitDelay } from './delays.ts';
import { ApiError, apiError, notFound, UnknownRoute } from './errors.ts';
import { createCometd } from './events/cometd.ts';
import { bearer, createOauthDoor } from './oauth/routes.ts';
import type { Session, Sessions } from './oauth/sessions.ts';
import type { Org } from './org.ts';
import { type Answer, type Api, parseBody } from './rest/call.ts';
import { route } from './rest/router.ts';
import { dailyApiRequests, longRequests } from './settings.ts';
import { answerSoap } from './soap/routes.ts';
import type { Transaction } from './store.ts';
import { currentVersion, oldestVersion, versions } from './versions.ts';

export interface DoorParts {
  readonly api: Api;
  readonly sessions: Sessions;
  readonly chance: Chance;
  readonly world: Pick<World, 'sleep' | 'log'>;
  /** Starts what the clock has brought: commits that are due, the end of the bin. */
  readonly wake: () => void;
  /** How many requests have been running for long. */
  readonly longRunning: () => number;
}

/** The vendor's hosts: log-in, REST, and what else answers under the same address. */
export function createDoor({
  api,
  sessions,
  chance,
  world,
  wake,
  longRunning,
}: DoorParts): (request: Request, arrival: Arrival) => Promise<Response> {
  const { org } = api;
  const oauth = createOauthDoor(org, sessions);

  const cometd = createCometd({
    org,
    sessions,
    log: api.changes,
    topics: api.topics,
    chance: chance.fork('cometd'),
    world,
    wake,
  });

  /** Commits a write and waits for it: the vendor answers when it is done. */
  const commit = async (transaction: Transaction): Promise<void> => {
    if (transaction.size === 0) return;
    const visibleAt = transaction.commit(org.clock.now() + commitDelay(org));
    if (org.settings.now.answerBeforeCommit) return;
    for (let tries = 0; tries < 5 && !org.clock.frozen && org.clock.now() < visibleAt; tries++) {
      await world.sleep(visibleAt - org.clock.now());
    }
    wake();
    // A clock that does not move must not keep an answered write from its writer.
    org.store.settle(visibleAt);
  };

  const rest = async (request: Request, arrival: Arrival, version: string, path: string): Promise<Response> => {
    const session = sessions.use(bearer(request) ?? '');
    if (session === null) throw apiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    // Clients must not refresh over this one: a new session of the same app would be no better.
    if (!/\b(api|full|web)\b/.test(session.scope))
      throw apiError(403, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API');
    checkVersion(version);
    countRequest(org, longRunning());
    const answer = await answerRest(request, arrival, session, version, path);
    if (answer.status === 404)
      world.log.warn('no such resource', { system: 'salesforce', method: request.method, path: arrival.url.pathname });
    return toResponse(answer, request, org, chance);
  };

  const answerRest = async (
    request: Request,
    { url, refuse }: Arrival,
    session: Session,
    version: string,
    path: string,
  ): Promise<Answer> => {
    // A byte order mark stays: it is part of a CSV's first column name, as clients find out.
    const bytes = new Uint8Array(request.method === 'GET' ? new ArrayBuffer(0) : await request.arrayBuffer());
    if (bytes.length > largestBody && !isText(request.headers))
      throw apiError(413, 'REQUEST_ENTITY_TOO_LARGE', 'The request entity is larger than 50 MB');
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    // The body takes its time to arrive; what became due meanwhile is seen.
    wake();
    const origin = changeOrigin(request.headers, version);
    const transaction = org.store.begin(session.user, origin);
    try {
      const body = isText(request.headers) ? text : parseBody(text);
      const answer = route({
        api,
        method: request.method,
        address: url.origin,
        path: path
          .split('/')
          .filter((part) => part !== '')
          .map(decode),
        query: url.searchParams,
        headers: request.headers,
        body,
        bytes,
        version,
        user: session.user,
        origin,
        transaction,
        refuse,
      });
      await commit(transaction);
      return answer;
    } catch (error) {
      transaction.rollback(0);
      if (error instanceof UnknownRoute) throw error;
      if (error instanceof ApiError) return { status: error.status, body: error.body, headers: error.headers };
      throw error;
    }
  };

  const answerOverSoap = async (
    request: Request,
    { url, refuse }: Arrival,
    which: string,
    version: string,
  ): Promise<Response> => {
    const xml = await request.text();
    wake();
    const { response, transaction } = answerSoap(
      {
        api,
        sessions,
        isMetadata: /^m$/i.test(which),
        origin: url.origin,
        version,
        refuse,
        count: () => countRequest(org, longRunning()),
      },
      xml,
    );
    if (transaction !== null) await commit(transaction);
    return response;
  };

  return async (request, arrival) => {
    wake();
    const path = arrival.url.pathname.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
    const size = arrival.url.href.length - arrival.url.origin.length;
    if (size > 16_384) return page(414, 'URI Too Long');
    try {
      if (path === '/services/data') return toResponse({ status: 200, body: versions }, request, org, chance);
      const data = /^\/services\/data\/v(\d+\.\d)(?:\/(.*))?$/i.exec(path);
      if (data !== null) return await rest(request, arrival, data[1] ?? '', data[2] ?? '');
      const soap = /^\/services\/Soap\/([ucm])\/(\d+\.\d)(?:\/\w+)?$/i.exec(path);
      if (soap !== null && request.method !== 'POST')
        return page(405, 'The HTTP method is not supported', { allow: 'POST' });
      if (soap !== null) return await answerOverSoap(request, arrival, soap[1] ?? '', soap[2] ?? '');
      const cometdPath = /^\/cometd\/(?:replay\/)?(\d+\.\d)(?:\/\w+)?$/i.exec(path);
      if (cometdPath !== null) return await cometd.handle(request);
      const answer = await oauth.handle(request, arrival.url, path);
      if (answer !== null) return answer;
      throw new UnknownRoute();
    } catch (error) {
      if (error instanceof UnknownRoute)
        world.log.warn('the twin has no such route', { system: 'salesforce', method: request.method, path });
      if (error instanceof ApiError)
        return toResponse({ status: error.status, body: error.body, headers: error.headers }, request, org, chance);
      if (isUnreadable(error)) {
        const { status, body } = apiError(400, 'JSON_PARSER_ERROR', 'The HTTP entity body could not be decompressed');
        return toResponse({ status, body }, request, org, chance);
      }
      throw error;
    }
  };
}

/** A body that says it is zipped and is not, or breaks off: zlib's own codes begin so. */
function isUnreadable(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('Z_');
}

/** Files and uploads have limits of their own. */
const largestBody = 50 * 1_024 * 1_024;

/** CSV and forms are left as they are. */
function isText(headers: Headers): boolean {
  return /^(text\/|multipart\/)/i.test(headers.get('content-type') ?? '');
}

function checkVersion(version: string): void {
  const number = Number(version);
  if (number < oldestVersion)
    throw apiError(410, 'UNSUPPORTED_API_VERSION', `The requested API version v${version} is retired`);
  if (number > currentVersion || !version.endsWith('.0')) throw notFound();
}

/** A composite is one request, whatever is in it. Log-ins and the list of versions are free. */
function countRequest(org: Org, longRunning: number): void {
  const settings = org.settings.now;
  if (!settings.limits.off && longRunning >= longRequests(settings)) {
    const text = 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.';
    throw apiError(403, 'REQUEST_LIMIT_EXCEEDED', text);
  }
  if (!settings.limits.off && org.quota.used() >= dailyApiRequests(settings)) {
    throw apiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  }
  org.quota.count();
}

function changeOrigin(headers: Headers, version: string): string {
  const client = /client\s*=\s*([^,;\s]+)/i.exec(headers.get('sforce-call-options') ?? '')?.[1];
  return `com/salesforce/api/rest/${version}${client === undefined ? '' : `;client=${client}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function toResponse(
  { status, body, text, bytes, headers = {} }: Answer,
  request: Request,
  org: Org,
  chance: Chance,
): Response {
  const all = new Headers({
    'cache-control': 'no-cache,must-revalidate,max-age=0,no-store,private',
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Encoding',
    ...headers,
  });
  if (status < 400 || status === 403) all.set('sforce-limit-info', limitInfo(org, chance));
  all.append('set-cookie', `BrowserId=${chance.text(22)}; domain=.salesforce.com; path=/; secure`);
  if (bytes !== undefined) return new Response(bytes, { status, headers: all });
  if (text !== undefined) return new Response(text, { status, headers: all });
  if (body === undefined || status === 204 || status === 304) return new Response(null, { status, headers: all });
  all.set('content-type', 'application/json;charset=UTF-8');
  return new Response(print(body, request), { status, headers: all });
}

/** What the servers before the API say. */
function page(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  const html = `<html><body>${text}</body></html>`;
  return new Response(html, { status, headers: { 'content-type': 'text/html', ...headers } });
}

function print(body: Json, request: Request): string {
  return request.headers.get('x-prettyprint') === '1'
    ? JSON.stringify(body, null, 2).replace(/^(\s*"(?:[^"\\]|\\.)*"):/gm, '$1 :')
    : JSON.stringify(body);
}

/** Counted on many servers that agree only after a while: a later answer may show less. */
function limitInfo(org: Org, chance: Chance): string {
  const used = Math.max(0, org.quota.used() - chance.between(0, 3));
  return `api-usage=${used}/${dailyApiRequests(org.settings.now)}`;
}
