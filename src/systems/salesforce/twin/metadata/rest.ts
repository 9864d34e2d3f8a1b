import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { apiError, asApiError, notFound, RowError } from '../errors.ts';
import { type Answer, bodyObject, type Call, parseBody } from '../rest/call.ts';
import { readMultipart } from '../rest/multipart.ts';
import { notAllowed } from '../rest/rows.ts';
import { type Deployment, describeDeployment, isDone } from './metadata.ts';
import { largestPackage } from './package.ts';

/** `/metadata/deployRequest` (Metadata API Developer Guide, "REST Resources for Metadata API"). */
export function deployRequest(call: Call): Answer {
  const id = call.path[2];
  if (id === undefined) {
    if (call.method !== 'POST') throw notAllowed(call.method, 'POST');
    return { status: 201, body: show(call, start(call), false) };
  }
  const deployment = call.api.metadata.find(id);
  if (deployment === undefined) throw notFound();
  if (call.method === 'GET')
    return { status: 200, body: show(call, deployment, call.query.get('includeDetails') === 'true') };
  if (call.method !== 'PATCH') throw notAllowed(call.method, 'GET,HEAD,PATCH');
  const { deployResult } = bodyObject(call);
  if (!isJsonObject(deployResult) || deployResult.status !== 'Canceling')
    throw apiError(400, 'INVALID_OPERATION', 'A deployment can only be canceled');
  if (isDone(deployment)) throw apiError(400, 'INVALID_OPERATION', 'Deployment already completed');
  call.api.metadata.cancel(deployment);
  const body = show(call, deployment, false);
  return { status: 202, body: { ...body, deployResult: { id: deployment.id, status: 'Canceling' } } };
}

function start(call: Call): Deployment {
  const { metadata } = call.api;
  try {
    const parts = readMultipart(call.bytes, call.headers.get('content-type') ?? '');
    if (parts === null)
      return metadata.deployValidated(String(bodyObject(call).validatedDeployRequestId ?? ''), call.user);
    const file = parts.find(({ name, type }) => name === 'file' || type === 'application/zip');
    const options = parts.find((part) => part !== file);
    if (file === undefined) throw apiError(400, 'INVALID_MULTIPART_REQUEST', 'The request has no part with a zip file');
    if (file.content.length > largestPackage.bytes)
      throw apiError(
        413,
        'REQUEST_ENTITY_TOO_LARGE',
        'Maximum size of request reached. Maximum size of request is 39 MB.',
      );
    const head: Json = options === undefined ? {} : (parseBody(options.content.toString()) ?? {});
    return metadata.deploy(file.content, isJsonObject(head) ? head.deployOptions : undefined, call.user);
  } catch (error) {
    if (error instanceof RowError) throw asApiError(error);
    throw error;
  }
}

function show(call: Call, deployment: Deployment, withDetails: boolean): JsonObject {
  return {
    id: deployment.id,
    validatedDeployRequestId: null,
    deployOptions: JSON.parse(JSON.stringify(deployment.options)),
    deployResult: describeDeployment(call.api.org, deployment, withDetails),
  };
}
