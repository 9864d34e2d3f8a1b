import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { ApiError, apiError } from '../errors.ts';
import { type Answer, bodyObject, type Call, type Handler } from './call.ts';

/** `POST /composite`: up to 25 requests in one call, later ones may refer to earlier answers. */
export function composite(call: Call, route: Handler): Answer {
  const { compositeRequest, allOrNone } = bodyObject(call);
  if (!isJsonList(compositeRequest) || !compositeRequest.every(isJsonObject)) throw missing('compositeRequest');
  if (compositeRequest.length > 25)
    throw apiError(400, 'LIMIT_EXCEEDED', 'The maximum number of subrequests (25) was exceeded');
  checkHeavy(call, compositeRequest);
  const { responses } = runAll(call, compositeRequest, allOrNone === true, route);
  return { status: 200, body: { compositeResponse: responses } };
}

/** Queries and collections are heavy: a composite may hold five of them (REST API Developer Guide, "Composite"). */
function checkHeavy({ api }: Call, requests: readonly JsonObject[]): void {
  const { off, compositeQueries } = api.org.settings.now.limits;
  const heavy = requests.filter(({ url }) => /\/(query|queryAll|composite\/sobjects)\b/i.test(String(url)));
  if (off || heavy.length <= compositeQueries) return;
  throw apiError(
    400,
    'LIMIT_EXCEEDED',
    `The maximum number of query and collection subrequests (${compositeQueries}) was exceeded`,
  );
}

/** `POST /composite/graph`: independent graphs, each of which happens as a whole or not at all. */
export function graphs(call: Call, route: Handler): Answer {
  const body = bodyObject(call);
  const { graphs } = body;
  if (!isJsonList(graphs) || !graphs.every(isJsonObject)) throw missing('graphs');
  const sizes = graphs.map(({ compositeRequest }) => (isJsonList(compositeRequest) ? compositeRequest.length : 0));
  if (graphs.length > 75) throw apiError(400, 'LIMIT_EXCEEDED', 'The maximum number of graphs (75) was exceeded');
  if (sizes.reduce((sum, size) => sum + size, 0) > 500)
    throw apiError(400, 'LIMIT_EXCEEDED', 'The maximum number of nodes (500) was exceeded');
  let failed = 0;
  const answers = graphs.map((graph) => {
    const requests = isJsonList(graph.compositeRequest) ? graph.compositeRequest.filter(isJsonObject) : [];
    const halted = failed > 14;
    const { responses, success } = halted
      ? { responses: requests.map(haltedResponse), success: false }
      : runAll(call, requests, true, route);
    if (!success) failed++;
    return { graphId: graph.graphId ?? null, graphResponse: { compositeResponse: responses }, isSuccessful: success };
  });
  return { status: 200, body: { graphs: answers } };
}

/** `POST /composite/batch`: up to 25 independent requests, each of which counts against the org's limit. */
export function batch(call: Call, route: Handler): Answer {
  const { batchRequests, haltOnError } = bodyObject(call);
  if (!isJsonList(batchRequests) || !batchRequests.every(isJsonObject)) throw missing('batchRequests');
  if (batchRequests.length > 25)
    throw apiError(400, 'LIMIT_EXCEEDED', 'The maximum number of subrequests (25) was exceeded');
  for (let i = 1; i < batchRequests.length; i++) call.api.org.quota.count();
  let hasErrors = false;
  const results = batchRequests.map((request): Json => {
    if (hasErrors && haltOnError === true) {
      return {
        statusCode: 412,
        result: [{ errorCode: 'BATCH_PROCESSING_HALTED', message: 'Batch processing halted per request' }],
      };
    }
    const url = String(request.url).replace(/^\/?(?:services\/data\/)?/, '/services/data/');
    const answer = runOne(call, { method: request.method ?? 'GET', url, body: request.richInput ?? null }, route);
    if (answer.status >= 400) hasErrors = true;
    return { statusCode: answer.status, result: answer.body ?? null };
  });
  return { status: 200, body: { hasErrors, results } };
}

interface Ran {
  readonly responses: JsonObject[];
  readonly success: boolean;
}

function runAll(call: Call, requests: readonly JsonObject[], allOrNone: boolean, route: Handler): Ran {
  const start = call.transaction.mark();
  const results = new Map<string, Json>();
  const responses: JsonObject[] = [];
  let success = true;
  for (const request of requests) {
    const referenceId = String(request.referenceId ?? '');
    if (allOrNone && !success) {
      responses.push(haltedResponse(request));
      continue;
    }
    const answer = runReferring(call, request, results, route);
    if (answer.status >= 400) success = false;
    else results.set(referenceId, answer.body ?? null);
    responses.push({
      body: answer.body ?? null,
      httpHeaders: headersOf(answer),
      httpStatusCode: answer.status,
      referenceId,
    });
  }
  if (success || !allOrNone) return { responses, success };
  call.transaction.rollback(start);
  // The culprit keeps its own error; all others are halted, whether they ran or not.
  const culprit = responses.findIndex(({ httpStatusCode }) => Number(httpStatusCode) >= 400);
  return { responses: responses.map((response, i) => (i === culprit ? response : haltedResponse(response))), success };
}

function haltedResponse({ referenceId }: JsonObject): JsonObject {
  const message = 'The transaction was rolled back since another operation in the same transaction failed.';
  return {
    body: [{ errorCode: 'PROCESSING_HALTED', message }],
    httpHeaders: {},
    httpStatusCode: 400,
    referenceId: referenceId ?? null,
  };
}

function headersOf({ headers }: Answer): JsonObject {
  return headers?.location === undefined ? {} : { Location: headers.location };
}

function runReferring(call: Call, request: JsonObject, results: ReadonlyMap<string, Json>, route: Handler): Answer {
  try {
    return runOne(call, fill(request, results), route);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    throw error;
  }
}

function runOne(call: Call, { method, url, body, httpHeaders }: JsonObject, route: Handler): Answer {
  const parsed = /^\/services\/data\/v(\d+\.\d)\/([^?]*)(?:\?(.*))?$/s.exec(String(url));
  if (parsed === null)
    return { status: 404, body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }] };
  const headers = new Headers(call.headers);
  for (const [name, value] of Object.entries(isJsonObject(httpHeaders) ? httpHeaders : {})) {
    if (/^(accept|authorization|content-type)$/i.test(name)) {
      return {
        status: 400,
        body: [{ errorCode: 'INVALID_HTTP_HEADER', message: `${name} cannot be set in a subrequest` }],
      };
    }
    headers.set(name, String(value));
  }
  const [, version = '', path = '', search = ''] = parsed;
  try {
    return route({
      ...call,
      method: String(method ?? 'GET').toUpperCase(),
      path: path
        .split('/')
        .filter((part) => part !== '')
        .map(decode),
      query: new URLSearchParams(search),
      headers,
      body: body === null ? undefined : body,
      version,
    });
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    throw error;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Replaces `@{ref.path}` by what an earlier answer has there. */
function fill(value: JsonObject, results: ReadonlyMap<string, Json>): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fillValue(part, results)]));
}

function fillValue(value: Json, results: ReadonlyMap<string, Json>): Json {
  if (typeof value === 'string') {
    const whole = /^@\{([^}]+)\}$/.exec(value)?.[1];
    if (whole !== undefined) return resolveReference(whole, results);
    return value.replace(/@\{([^}]+)\}/g, (_, path: string) => String(resolveReference(path, results)));
  }
  if (isJsonList(value)) return value.map((part) => fillValue(part, results));
  return isJsonObject(value) ? fill(value, results) : value;
}

function resolveReference(path: string, results: ReadonlyMap<string, Json>): Json {
  const [name = '', ...steps] = path.split(/[.[\]]+/).filter((part) => part !== '');
  let value: Json | undefined = results.get(name);
  for (const step of steps)
    value = isJsonList(value)
      ? value[Number(step)]
      : isJsonObject(value) && Object.hasOwn(value, step)
        ? value[step]
        : undefined;
  if (value === undefined)
    throw apiError(400, 'PROCESSING_HALTED', `Invalid reference specified. No value for ${path} found in ${name}`);
  return value;
}

function missing(name: string): ApiError {
  return apiError(400, 'JSON_PARSER_ERROR', `Missing or invalid value for ${name} at [line:1, column:1]`);
}
