import { isJsonObject, type JsonObject } from '../../../twins/json.ts';

import type { Answer, Call } from './call.ts';
import { pageLinks } from './document.ts';
import { compileFilters, listRecords } from './list.ts';
import { badParameter, denied, type Problem, problemBody, Refusal } from './refusal.ts';
import { checkDocument } from './request-data.ts';
import { isAtLeast, type ResourceType } from './resource.ts';
import { type Item, mustFind, type Saved, saveAll, unlinked } from './save.ts';
import { itemOf, saveSynchronously, unknownType } from './sheet.ts';
import type { OroRecord } from './shelf.ts';

/** The most that `DELETE /api/<type>?filter[…]` deletes. */
const deletedAtOnce = 100;

/** `GET /api/<type>`. */
export function list(call: Call, type: ResourceType): Answer {
  if (!call.office.may(type, 'view')) throw denied('No access to this type of entities.');
  const query = call.query(type.isPaged ? 'paged list' : 'list');
  const countAll = call.include.has('totalCount');
  const { rows, more, total } = listRecords(call.office, type, query, countAll);
  const drawer = call.drawer(query);
  const unknown = query.include.filter((path) => !type.relations.has(path.split('.')[0] ?? ''));
  if (unknown.length > 0 && call.office.switches.unknownInclude === 'refuse') {
    throw new Refusal([badParameter('include', `The "${unknown[0]}" association is not supported.`)]);
  }
  const included = drawer.included(type, rows);
  return {
    status: 200,
    body: {
      data: rows.map((row) => drawer.resource(type, row)),
      ...(included.length === 0 ? {} : { included }),
      ...(call.include.has('noHateoas') ? {} : { links: pageLinks(`${call.base}/${type.name}`, query, more) }),
    },
    ...(total === null ? {} : { headers: { 'x-include-total-count': String(total) } }),
  };
}

/** `GET /api/<type>/<id>`. */
export function show(call: Call, type: ResourceType): Answer {
  const record = mustFind(call.doer, type, call.id(type), 'view');
  const query = call.query('one');
  const drawer = call.drawer(query);
  const included = drawer.included(type, [record]);
  return {
    status: 200,
    body: { data: drawer.resource(type, record), ...(included.length === 0 ? {} : { included }) },
  };
}

/** `POST /api/<type>` and `PATCH /api/<type>/<id>`, with whatever `included` creates or changes beside it. */
export function save(call: Call, type: ResourceType, id: string | null): Answer {
  const query = call.query('one');
  const body = call.body();
  const wrong = checkDocument(body, type.name, id, call.office.switches.idMismatch);
  if (wrong.length > 0) throw new Refusal(wrong);
  const data = isJsonObject(body.data) ? body.data : {};
  const item: Item = { type, body: data, pointer: '/data', id };
  const included = includedItems(call, body);
  const drawer = call.drawer(query);
  const work = (): Answer => {
    const saved = saveAll(call.doer, [item], included);
    const [primary] = saved.primary;
    if (primary === undefined) throw new Error('nothing was saved');
    const drawn = saved.included.map((one) => drawSaved(call, drawer, one, 'includeId'));
    const resource = drawSaved(call, drawer, primary, null);
    const location = `${call.base}/${type.name}/${encodeURIComponent(String(resource.id))}`;
    return {
      status: primary.isNew ? 201 : 200,
      body: { data: resource, ...(drawn.length === 0 ? {} : { included: drawn }) },
      ...(primary.isNew ? { headers: { location } } : {}),
    };
  };
  return isRehearsal(call, data) ? call.office.rehearse(work) : work();
}

function includedItems(call: Call, body: JsonObject): readonly Item[] {
  const problems: Problem[] = [];
  const items: Item[] = [];
  const list = Array.isArray(body.included) ? body.included.filter(isJsonObject) : [];
  list.forEach((entry, index) => {
    const pointer = `/included/${index}`;
    const type = call.office.type(typeof entry.type === 'string' ? entry.type : '');
    if (type === undefined) problems.push(unknownType(entry, pointer));
    else items.push(itemOf(type, entry, pointer));
  });
  const primary = isJsonObject(body.data) ? body.data : {};
  const type = call.type();
  problems.push(...unlinked([{ type, body: primary, pointer: '/data', id: null }], items, false));
  if (problems.length > 0) throw new Refusal(problems);
  return items;
}

/** `meta.validate` (6.1+) runs everything and keeps nothing. Source: OroPlatform, "Validating a Resource" (API guide). */
function isRehearsal(call: Call, data: JsonObject): boolean {
  const { version, validateOperation } = call.office.switches;
  const isAsked = isJsonObject(data.meta) && data.meta.validate === true;
  return isAsked && validateOperation && isAtLeast(version, '6.1');
}

function drawSaved(
  call: Call,
  drawer: ReturnType<Call['drawer']>,
  { type, id, givenId }: Saved,
  echo: 'dataId' | 'includeId' | null,
): JsonObject {
  const record = call.office.get({ type: type.name, id });
  if (record === undefined) throw new Error(`${type.name} ${id} was saved and is not there`);
  return drawer.resource(type, record, echo === null || givenId === null ? {} : { [echo]: givenId });
}

/** `DELETE /api/<type>/<id>`. */
export function remove(call: Call, type: ResourceType): Answer {
  const record = mustFind(call.doer, type, call.id(type), 'delete');
  erase(call, type, record);
  return { status: 204 };
}

function erase(call: Call, type: ResourceType, record: OroRecord): void {
  if (type.name === 'users' && record.id === call.doer.by) {
    const detail = 'The delete operation is forbidden. Reason: self delete.';
    throw new Refusal([{ status: 403, title: 'access denied exception', detail }]);
  }
  call.office.transact(() => call.office.erase(type, record));
}

/** `DELETE /api/<type>?filter[…]`. */
export function removeList(call: Call, type: ResourceType): Answer {
  const query = call.query('list');
  if (query.filters.length === 0) {
    const detail = 'At least one filter must be provided.';
    throw new Refusal([{ status: 400, title: 'filter constraint', detail }]);
  }
  if (!call.office.may(type, 'delete')) throw denied('No access to this type of entities.');
  const tests = compileFilters(call.office, type, query.filters);
  const isMeant = (record: OroRecord): boolean => !record.hidden && tests.every(({ passes }) => passes(record));
  const all = [...call.office.shelf(type.name).rows.values()].filter(isMeant);
  const doomed = all.slice(0, deletedAtOnce);
  call.office.transact(() => {
    for (const record of doomed) erase(call, type, record);
  });
  return {
    status: 204,
    headers: {
      ...(call.include.has('totalCount') ? { 'x-include-total-count': String(all.length) } : {}),
      ...(call.include.has('deletedCount') ? { 'x-include-deleted-count': String(doomed.length) } : {}),
    },
  };
}

/** `PATCH /api/<type>`: later, or with `X-Mode: sync` (6.0+) at once. */
export function saveList(call: Call, type: ResourceType): Answer {
  const { version, syncFallback } = call.office.switches;
  const query = call.query('one');
  const drawer = call.drawer(query);
  const isSync = call.headers.get('x-mode') === 'sync' && isAtLeast(version, '6.0') && !syncFallback;
  if (isSync) {
    const saved = saveSynchronously(call.doer, type, call.json());
    const included = saved.included.map((one) => drawSaved(call, drawer, one, 'includeId'));
    const data = saved.primary.map((one) => drawSaved(call, drawer, one, 'dataId'));
    return { status: 200, body: { data, ...(included.length === 0 ? {} : { included }) } };
  }
  const body = call.jsonOrNull();
  const record = call.operations.start(call.doer, type, body ?? null);
  const operations = call.office.shelf('asyncoperations').type;
  return {
    status: 202,
    body: { data: drawer.resource(operations, record) },
    headers: { 'content-location': `${call.base}/asyncoperations/${record.id}` },
  };
}

/** `GET /api/asyncoperations/<id>/errors`. In these rows the status is a number. */
export function listErrors(call: Call, type: ResourceType): Answer {
  const record = mustFind(call.doer, type, call.id(type), 'view');
  const query = call.query('paged list');
  const size = query.page.size ?? 10;
  const all = call.operations.errorsOf(record.id);
  const from = size > 0 ? (query.page.number - 1) * size : 0;
  const rows = size < 0 ? all : all.slice(from, from + size);
  const path = `${call.base}/asyncoperations/${record.id}/errors`;
  const more = size > 0 && all.length > from + rows.length;
  return {
    status: 200,
    body: {
      data: rows.map(({ id, problem }) => ({
        type: 'asyncoperationerrors',
        id,
        attributes: problemBody(problem, problem.status),
      })),
      ...(call.include.has('noHateoas') ? {} : { links: pageLinks(path, query, more) }),
    },
    ...(call.include.has('totalCount') ? { headers: { 'x-include-total-count': String(all.length) } } : {}),
  };
}

/** `GET /api/userprofile`: whoever is logged in. */
export function showProfile(call: Call): Answer {
  const type = call.office.shelf('users').type;
  const record = mustFind({ ...call.doer, externalIds: false }, type, call.doer.by, 'view');
  const drawn = call.drawer(call.query('one')).resource(type, record);
  return { status: 200, body: { data: { ...drawn, type: 'userprofile' } } };
}
