import { bulkItem, mostMembers, must, startJob } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import {
  type CustomObject,
  type CustomRecord,
  createCustomObject,
  createRecord,
  customObjectBody,
  findRecord,
  recordBody,
  removeRecord,
  updateRecord,
} from './custom-objects.ts';
import { profileFieldBody } from './field-book.ts';
import { isObject, type JsonObject, listOf, textOf } from './json.ts';
import { fold } from './organization-store.ts';
import { cursorPage, listRows, type Rows } from './paging.ts';
import { badAttribute, missingParameter, tooManyValues } from './refusal.ts';

/** Lists are paged by cursor only. Source: Zendesk, "Custom Object Records", "Custom Object Record Bulk Jobs". */
const reader = { role: 'agent' } as const;
const writer = { role: 'admin' } as const;
const records = 'custom_objects/:key/records';

export const customObjectRoutes: readonly Route[] = [
  { method: 'GET', path: 'custom_objects', handle: listObjects, ...reader },
  { method: 'POST', path: 'custom_objects', handle: createObject, ...writer },
  { method: 'GET', path: 'custom_objects/:key', handle: showObject, ...reader },
  { method: 'GET', path: 'custom_objects/:key/fields', handle: listFields, ...reader },
  { method: 'POST', path: 'custom_objects/:key/fields', handle: createField, ...writer },
  { method: 'GET', path: records, handle: list, ...reader },
  { method: 'POST', path: records, handle: create, ...reader },
  { method: 'PATCH', path: records, handle: upsert, ...reader },
  { method: 'GET', path: `${records}/search`, handle: search, ...reader },
  { method: 'GET', path: `${records}/autocomplete`, handle: autocomplete, ...reader },
  { method: 'GET', path: `${records}/count`, handle: count, ...reader },
  { method: 'GET', path: `${records}/:id`, handle: show, ...reader },
  { method: 'PATCH', path: `${records}/:id`, handle: update, ...reader },
  { method: 'DELETE', path: `${records}/:id`, handle: destroy, ...reader },
  { method: 'POST', path: 'custom_objects/:key/jobs', handle: job, ...reader },
];

function objectOf(call: Call): CustomObject {
  return must(call.account.desk.customObjects.get(call.params.key ?? ''));
}

function recordOf(call: Call): CustomRecord {
  return must(objectOf(call).records.get(call.params.id ?? ''));
}

function one(call: Call, record: CustomRecord): JsonObject {
  return { custom_object_record: recordBody(objectOf(call), record, call.base) };
}

function urlOf(call: Call, record: CustomRecord): string {
  return `${call.base}/api/v2/custom_objects/${objectOf(call).key}/records/${record.id}.json`;
}

function listObjects(call: Call): Answer {
  const all = [...call.account.desk.customObjects.values()];
  return ok({ custom_objects: all.map((object) => customObjectBody(object, call.base)) });
}

function createObject(call: Call): Answer {
  const object = createCustomObject(call.account, call.wrapped('custom_object'));
  const body = customObjectBody(object, call.base);
  return created({ custom_object: body }, `${call.base}/api/v2/custom_objects/${object.key}.json`);
}

function showObject(call: Call): Answer {
  return ok({ custom_object: customObjectBody(objectOf(call), call.base) });
}

function fieldUrl(call: Call, id: number): string {
  return `${call.base}/api/v2/custom_objects/${call.params.key}/fields/${id}.json`;
}

function listFields(call: Call): Answer {
  const all = objectOf(call).fields.all;
  return ok({ custom_object_fields: all.map((field) => profileFieldBody(field, fieldUrl(call, field.id))) });
}

function createField(call: Call): Answer {
  const field = objectOf(call).fields.create(call.wrapped('custom_object_field'), call.account.now);
  const url = fieldUrl(call, field.id);
  return created({ custom_object_field: profileFieldBody(field, url) }, url);
}

function listed(call: Call, found: readonly CustomRecord[]): Answer {
  const object = objectOf(call);
  const rows: Rows<CustomRecord> = listRows(found, 'id', (record) => [record.id]);
  return ok(
    cursorPage(call, { name: 'custom_object_records', rows, draw: (record) => recordBody(object, record, call.base) }),
  );
}

/** Ids sort by time. */
function list(call: Call): Answer {
  const ids = call.words('filter[ids]');
  const externalIds = call.words('filter[external_ids]')?.map(fold);
  const all = [...objectOf(call).records.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return listed(
    call,
    all.filter(
      (record) =>
        (ids === null || ids.includes(record.id)) &&
        (externalIds === undefined || externalIds.includes(fold(record.externalId ?? ''))),
    ),
  );
}

function create(call: Call): Answer {
  const record = createRecord(call.account, call.doer, objectOf(call), call.wrapped('custom_object_record'));
  return created(one(call, record), urlOf(call, record));
}

/** By `?external_id=` or `?name=`. */
function upsert(call: Call): Answer {
  const body = call.wrapped('custom_object_record');
  const externalId = call.query.get('external_id');
  const name = call.query.get('name');
  if (externalId === null && name === null) throw missingParameter('external_id');
  const key = externalId === null ? { name: name ?? '' } : { externalId };
  const known = findRecord(objectOf(call), key);
  if (known !== undefined) return ok(one(call, updateRecord(call.account, call.doer, objectOf(call), known, body)));
  const keyed = externalId === null ? { name, ...body } : { external_id: externalId, ...body };
  const record = createRecord(call.account, call.doer, objectOf(call), keyed);
  return created(one(call, record), urlOf(call, record));
}

function search(call: Call): Answer {
  const words = fold(call.query.get('query') ?? '');
  const all = [...objectOf(call).records.values()];
  const text = (record: CustomRecord): string =>
    fold([record.name, ...Object.values(record.fields).map(String)].join(' '));
  return listed(
    call,
    all.filter((record) => text(record).includes(words)),
  );
}

function autocomplete(call: Call): Answer {
  const name = fold(call.query.get('name') ?? '');
  return listed(
    call,
    [...objectOf(call).records.values()].filter((record) => fold(record.name).startsWith(name)),
  );
}

function count(call: Call): Answer {
  const refreshed = new Date(call.account.nowMs).toISOString();
  return ok({ count: { value: objectOf(call).records.size, refreshed_at: refreshed } });
}

function show(call: Call): Answer {
  return ok(one(call, recordOf(call)));
}

function update(call: Call): Answer {
  const body = call.wrapped('custom_object_record');
  return ok(one(call, updateRecord(call.account, call.doer, objectOf(call), recordOf(call), body)));
}

function destroy(call: Call): Answer {
  removeRecord(objectOf(call), recordOf(call));
  return nothing;
}

/** `{"job":{"action","items":[…]}}`, at most 100. */
function job(call: Call): Answer {
  const object = objectOf(call);
  const plan = call.wrapped('job');
  const action = textOf(plan.action) ?? '';
  const items = listOf(plan.items) ?? [];
  const perform = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (perform === undefined) throw badAttribute('action', 'is not included in the list');
  if (items.length === 0) throw missingParameter('items');
  if (items.length > mostMembers) throw tooManyValues(mostMembers);
  const { account, doer } = call;
  const steps = items.map((given) =>
    bulkItem(call, { error: 'CustomObjectRecordFailed' }, () => {
      const body = isObject(given) ? given : {};
      const text = isObject(given) ? '' : (textOf(given) ?? '');
      return perform({ account, doer, object, body, text });
    }),
  );
  const working = (item: number): string => `Processing record #${item}`;
  return startJob(call, { type: `Bulk ${action} Custom Object Record`, working, items: steps });
}

interface Step {
  readonly account: Call['account'];
  readonly doer: Call['doer'];
  readonly object: CustomObject;
  readonly body: JsonObject;
  /** The id or external id, where an item is only that. */
  readonly text: string;
}

function upsertStep({ account, doer, object, body }: Step, known: CustomRecord | undefined): JsonObject {
  const record =
    known === undefined ? createRecord(account, doer, object, body) : updateRecord(account, doer, object, known, body);
  return { id: record.id, status: known === undefined ? 'Created' : 'Updated', external_id: record.externalId };
}

function removeStep(object: CustomObject, record: CustomRecord | undefined): JsonObject {
  return { id: removeRecord(object, record).id, status: 'Deleted', success: true };
}

const actions: Readonly<Record<string, (step: Step) => JsonObject>> = {
  create: (step) => upsertStep(step, undefined),
  update: (step) => upsertStep(step, must(findRecord(step.object, { id: textOf(step.body.id) ?? '' }))),
  delete: ({ object, text }) => removeStep(object, findRecord(object, { id: text })),
  delete_by_external_id: ({ object, text }) => removeStep(object, findRecord(object, { externalId: text })),
  create_or_update_by_external_id: (step) =>
    upsertStep(step, findRecord(step.object, { externalId: textOf(step.body.external_id) ?? '' })),
  create_or_update_by_name: (step) => upsertStep(step, findRecord(step.object, { name: textOf(step.body.name) ?? '' })),
};
