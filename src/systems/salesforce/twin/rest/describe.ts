import type { Json, JsonObject } from '../../../../twins/json.ts';
import { masterRecordType } from '../ids.ts';
import { describeObject, type ObjectDefinition } from '../object.ts';
import { narrowed } from '../object-rights.ts';
import type { Org } from '../org.ts';
import { describeFully } from '../schema.ts';
import { type Answer, basePath, type Call, objectOf } from './call.ts';
import { isUnchanged } from './conditional.ts';

/** `GET /sobjects`. */
export function globalDescribe(call: Call): Answer {
  const path = `${basePath(call)}/sobjects`;
  const { schema, access } = call.api.org;
  const sobjects = schema.objects
    .filter(({ tooling, name }) => !tooling && access.object(name, call.user) !== undefined)
    .map((object) => narrowed(describeObject(object, path), access.rights(object, call.user)));
  return { status: 200, body: { encoding: 'UTF-8', maxBatchSize: 200, sobjects } };
}

/** `GET /sobjects/T`. */
export function basicDescribe(call: Call): Answer {
  const object = objectOf(call, call.path[1] ?? '');
  return {
    status: 200,
    body: { objectDescribe: describeObject(object, `${basePath(call)}/sobjects`), recentItems: [] },
  };
}

/** `GET /sobjects/T/describe`. */
export function fullDescribe(call: Call): Answer {
  const { org } = call.api;
  const object = objectOf(call, call.path[1] ?? '');
  const changedAt = Math.max(org.schema.changedAt(object.name), org.describedAt());
  const headers = { 'last-modified': new Date(changedAt).toUTCString(), etag: `"${org.schema.revision.toString(16)}"` };
  if (isUnchanged(call.headers, changedAt, null)) return { status: 304, headers };
  return { status: 200, body: describeFor(org, object, call.user, basePath(call)), headers };
}

export function describeFor(org: Org, object: ObjectDefinition, user: string | null, base: string): JsonObject {
  const whole = describeFully(object, {
    path: `${base}/sobjects`,
    fields: org.access.fields(object, user),
    children: org.schema.childrenOf(object.name),
    recordTypeInfos: recordTypeInfos(org, object, base),
  });
  return user === null ? whole : narrowed(whole, org.access.rights(object, user));
}

function recordTypeInfos(org: Org, object: ObjectDefinition, base: string): readonly JsonObject[] {
  const layout = (id: string): Json => ({ layout: `${base}/sobjects/${object.name}/describe/layouts/${id}` });
  const own = [...org.store.rows('RecordType').values()].filter((row) => row.values.SobjectType === object.name);
  const infos = own.map((row, i) => ({
    active: row.values.IsActive ?? false,
    available: row.values.IsActive ?? false,
    defaultRecordTypeMapping: i === 0,
    developerName: row.values.DeveloperName ?? null,
    master: false,
    name: row.values.Name ?? null,
    recordTypeId: row.id,
    urls: layout(row.id),
  }));
  const master = {
    active: true,
    available: true,
    defaultRecordTypeMapping: own.length === 0,
    developerName: 'Master',
    master: true,
    name: 'Master',
    recordTypeId: masterRecordType,
    urls: layout(masterRecordType),
  };
  return [...infos, master];
}
