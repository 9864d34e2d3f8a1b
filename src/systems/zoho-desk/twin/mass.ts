import { idsIn, onlyMembers } from './body.ts';
import { type Answer, type Call, nothing, ok } from './call.ts';
import { updateRecord } from './changes.ts';
import { isJsonObject, type Json, type JsonObject, member } from './json.ts';
import type { Kind } from './kinds.ts';
import type { DeskRecord } from './records.ts';
import { flaw, invalidData, notFound, Refusal } from './refusal.ts';

/**
 * Actions on many records: the answer is 200 with one result per id, even if every one failed. Source: Zoho Desk's OpenAPI file
 * MassActionResponse.json.
 */
export function eachOf(call: Call, ids: readonly string[], act: (id: string) => void): Answer {
  return ok({ results: ids.map((id) => resultOf(call, id, act)) });
}

function resultOf(call: Call, id: string, act: (id: string) => void): JsonObject {
  try {
    const planted = call.refuse();
    if (planted !== null) return { success: false, id, errors: rowErrors(planted, 422) };
    act(id);
    return { success: true, id, errors: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { success: false, id, errors: rowErrors(error.body, error.status) };
  }
}

function rowErrors(body: Json, status: number): JsonObject {
  const code = isJsonObject(body) ? (body.errorCode ?? null) : String(body);
  return { errorCode: code, httpCode: String(status) };
}

/** A record of a mass action; one that is not there, or in the bin, fails its row alone. */
export function livingRecord(call: Call, kind: Kind, id: string): DeskRecord {
  const found = call.portal.stores[kind.module].live.get(id);
  if (found === undefined || found.trashedMs !== null) throw notFound();
  return found;
}

/** One value for one field of many records; tickets answer nothing. */
export function updateMany(call: Call, kind: Kind): Answer {
  const { body, portal, doer } = call;
  onlyMembers(body, ['ids', 'fieldName', 'fieldValue', 'isCustomField']);
  const ids = idsIn(body, 'ids');
  const name = member(body, 'fieldName');
  if (typeof name !== 'string') throw invalidData([flaw('/fieldName', 'missing')]);
  const value = member(body, 'fieldValue') ?? null;
  const change: JsonObject = member(body, 'isCustomField') === true ? { cf: { [name]: value } } : { [name]: value };
  const answer = eachOf(call, ids, (id) => {
    updateRecord(portal, doer, kind, livingRecord(call, kind, id), change);
  });
  return kind.module === 'tickets' ? nothing : answer;
}

/** Credits of other mass actions: one per two records. */
export function weightPerTwo({ body }: Call): number {
  return Math.max(1, Math.ceil(countOf(body) / 2));
}

/** Credits of trashing, restoring and deleting: six per record. */
export function weightOfBin({ body }: Call): number {
  return 6 * Math.max(1, countOf(body));
}

function countOf(body: JsonObject): number {
  return Math.max(0, ...Object.values(body).map((value) => (Array.isArray(value) ? value.length : 0)));
}
