import type { Arrival } from '../../../twins/front.ts';
import type { JsonObject } from '../../../twins/json.ts';
import { createFixedWindow } from '../../../twins/rate.ts';
import { authorize } from './authorize.ts';
import type { OperationBook } from './batch.ts';
import { type Answer, Call } from './call.ts';
import type { Logins } from './login.ts';
import type { Office } from './office.ts';
import { plainBody } from './plain.ts';
import { problemBody, Refusal } from './refusal.ts';
import { route } from './router.ts';

export interface Installation {
  readonly office: Office;
  readonly operations: OperationBook;
}

export interface DoorParts {
  readonly installation: () => Installation;
  readonly logins: Logins;
  readonly nowMs: () => number;
}

const mediaType = 'application/vnd.api+json';

/**
 * Who is let in, and in which language the answer is. The order is the vendor's: the firewall, the media types, the route.
 * Source: OroPlatform, "Client requirements" and "HTTP header specifics" (API guide); ApiBundle, request types.
 */
export function createDoor({
  installation,
  logins,
  nowMs,
}: DoorParts): (request: Request, arrival: Arrival) => Promise<Response> {
  const window = createFixedWindow(nowMs, 60_000);
  return async (request, { url, refuse }) => {
    const { office, operations } = installation();
    office.catchUp(nowMs());
    const { limits, prefix } = office.switches;
    window.add('all');
    if (!limits.off && limits.requestsPerMinute !== null && window.used('all') > limits.requestsPerMinute) {
      const after = Math.ceil((window.resetsAt('all') - nowMs()) / 1000);
      return proxyPage(limits.status, limits.status === 429 ? 'Too Many Requests' : 'Service Unavailable', after);
    }
    if (url.pathname === '/oauth2-token') return logins.grant(request);
    if (url.pathname === `${prefix}/oauth2-token/authorize`) return authorize(logins, office.switches, request, url);
    const root = `${prefix}/api`;
    const segments = segmentsOf(url.pathname, root);
    if (segments === undefined) {
      office.world.log.warn('the OroCRM twin has no such address', { method: request.method, path: url.pathname });
      return new Response(notFoundPage, { status: 404, headers: { 'content-type': 'text/html; charset=UTF-8' } });
    }
    const by = logins.userOf(request.headers.get('authorization'));
    if (by === undefined) {
      return new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="Secured API"' } });
    }
    const text = request.method === 'GET' ? '' : await readText(request);
    let isPlain = false;
    try {
      isPlain = !isJsonApi(request.headers);
      const method = methodOf(request);
      const base = `${url.origin}${root}`;
      const { headers } = request;
      const call = new Call({ office, operations, by, method, url, headers, text, segments, base, refuse });
      return answer(route(call), isPlain);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 404 && error.problems.every(({ title }) => title !== 'not found http exception')) {
        office.world.log.warn('the OroCRM twin knows no such type', { method: request.method, path: url.pathname });
      } else if (error.problems.some(({ detail }) => detail.startsWith('No route found'))) {
        office.world.log.warn('the OroCRM twin has no such address', { method: request.method, path: url.pathname });
      }
      return refused(error, isPlain);
    }
  };
}

/** Undefined: not an address of the API. */
function segmentsOf(path: string, root: string): readonly string[] | undefined {
  if (path !== root && !path.startsWith(`${root}/`)) return undefined;
  try {
    return path
      .slice(root.length + 1)
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return [''];
  }
}

/** The body as text, or nothing where it breaks off or is not what its encoding says. */
async function readText(request: Request): Promise<string> {
  try {
    return await request.text();
  } catch {
    return '';
  }
}

/** `X-HTTP-Method-Override` on a POST, for queries that are too long for an address. */
function methodOf(request: Request): string {
  const other = request.method === 'POST' ? request.headers.get('x-http-method-override') : null;
  return (other ?? request.method).toUpperCase();
}

/** JSON:API, or the plain flavour of the API: by `Accept`, or by `Content-Type` where `Accept` leaves it open. Throws Refusal. */
function isJsonApi(headers: Headers): boolean {
  const accepted = (headers.get('accept') ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const ours = accepted.filter((entry) => typeOf(entry) === mediaType);
  if (ours.length > 0 && !ours.includes(mediaType)) {
    throw notAcceptable(
      'The "Accept" request header should contains at least one instance of JSON:API media type without any parameters.',
    );
  }
  const given = headers.get('content-type') ?? '';
  if (typeOf(given) !== mediaType) return ours.length > 0;
  if (given.includes(';')) {
    const detail = 'The "Content-Type" request header should contain JSON:API media type without any parameters.';
    throw new Refusal([{ status: 415, title: 'unsupported media type http exception', detail }]);
  }
  const open = ['*/*', 'application/*', 'application/json'];
  const isOpen = accepted.length === 0 || accepted.some((entry) => open.includes(typeOf(entry)));
  if (ours.length === 0 && !isOpen) {
    throw notAcceptable('The "Accept" request header does not accept JSON:API content type.');
  }
  return true;
}

function typeOf(entry: string): string {
  return (entry.split(';')[0] ?? '').trim().toLowerCase();
}

function notAcceptable(detail: string): Refusal {
  return new Refusal([{ status: 406, title: 'not acceptable http exception', detail }]);
}

function answer({ status, body, headers = {} }: Answer, isPlain: boolean): Response {
  if (body === undefined) return new Response(null, { status, headers });
  const type = isPlain ? 'application/json' : mediaType;
  const text = JSON.stringify(isPlain ? plainBody(body) : body);
  return new Response(text, { status, headers: { 'content-type': type, ...headers } });
}

function refused({ problems, status, allow }: Refusal, isPlain: boolean): Response {
  const errors: readonly JsonObject[] = problems.map((problem) => problemBody(problem));
  const headers = {
    'content-type': isPlain ? 'application/json' : mediaType,
    ...(allow === null ? {} : { allow }),
  };
  return new Response(JSON.stringify(isPlain ? errors : { errors }), { status, headers });
}

const notFoundPage =
  '<!DOCTYPE html>\n<html><head><title>404 - Not Found</title></head><body><h1>404</h1></body></html>\n';

/** The software itself limits nothing; the proxy in front of it does, in HTML. */
function proxyPage(status: number, reason: string, retryAfterSeconds: number): Response {
  const html = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return new Response(html, {
    status,
    headers: { 'content-type': 'text/html', 'retry-after': String(retryAfterSeconds) },
  });
}
