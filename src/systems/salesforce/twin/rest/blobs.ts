import { isJsonObject, type JsonObject } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import { bytesOf } from '../files.ts';
import type { ObjectDefinition } from '../object.ts';
import { type Answer, bodyObject, type Call, parseBody } from './call.ts';
import { readMultipart } from './multipart.ts';
import { findById } from './rows.ts';

/** A row as it was sent: JSON, or several parts of which one is JSON and the other the bytes of a file (REST API, "Insert or Update Blob Data"). */
export function inputOf(call: Call): JsonObject {
  const parts = readMultipart(call.bytes, call.headers.get('content-type') ?? '');
  if (parts === null) return bodyObject(call);
  const head = parts.find(({ type }) => type.toLowerCase() === 'application/json');
  const input = head === undefined ? undefined : parseBody(head.content.toString());
  if (head === undefined || !isJsonObject(input))
    throw apiError(
      400,
      'INVALID_MULTIPART_REQUEST',
      'The first part of a multipart request must be the record as JSON',
    );
  const files = parts.filter((part) => part !== head).map(({ name, content }) => [name, content.toString('base64')]);
  return { ...input, ...Object.fromEntries(files) };
}

/** `GET /sobjects/ContentVersion/ID/VersionData`: what a file holds; null where the path names no such field. */
export function blobOf(call: Call, object: ObjectDefinition, id: string, name: string): Answer | null {
  const field = call.api.org.access.field(object, name, call.user);
  if (field?.type !== 'base64' || call.method !== 'GET') return null;
  const row = findById(call, object, id);
  const type = typeof row.values.ContentType === 'string' ? row.values.ContentType : 'application/octetstream';
  return { status: 200, bytes: bytesOf(row.values[field.name]), headers: { 'content-type': type } };
}
