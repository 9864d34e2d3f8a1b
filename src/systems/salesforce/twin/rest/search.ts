import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { apiError } from '../errors.ts';
import type { FieldDefinition, FieldType } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
import type { StoredRow } from '../row.ts';
import { runQuery } from '../soql/run.ts';
import { type Answer, bodyObject, type Call } from './call.ts';
import { notAllowed } from './rows.ts';

/**
 * SOSL, as far as looking up by name, e-mail or phone needs it: `FIND {words} [IN ALL|NAME|EMAIL|PHONE FIELDS] RETURNING Object(fields
 * [WHERE …] [LIMIT n]), … [LIMIT n]`. The index lags: what changed within `searchLagMs` is not found yet.
 */
export function search(call: Call): Answer {
  if (call.method !== 'GET') throw notAllowed(call.method, 'GET,HEAD');
  const text = call.query.get('q') ?? '';
  const [, term, group = 'ALL', rest] =
    /^\s*FIND\s*\{((?:\\.|[^\\}])*)\}\s*(?:IN\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\s*)?(?:RETURNING\s+([\s\S]+))?$/i.exec(
      text,
    ) ?? [];
  if (term === undefined)
    throw apiError(400, 'MALFORMED_SEARCH', `unexpected token: ${text.trim().split(/\s+/)[0] ?? '<EOF>'}`);
  const overall =
    /\)\s*LIMIT\s+(\d+)\s*$/i.exec(rest ?? '')?.[1] ??
    (rest?.includes('(') === true ? undefined : /\sLIMIT\s+(\d+)\s*$/i.exec(rest ?? '')?.[1]);
  const targets = splitTargets((rest ?? '').replace(/\)\s*LIMIT\s+\d+\s*$/i, ')'));
  return found(call, term.replace(/\\(.)/g, '$1'), group, targets, Number(overall ?? 2_000));
}

/** `/parameterizedSearch`: the same in parameters or JSON. */
export function parameterizedSearch(call: Call): Answer {
  const ask = call.method === 'POST' ? bodyObject(call) : fromQuery(call.query);
  const fields = (value: Json | undefined): string =>
    isJsonList(value) && value.length > 0 ? value.map(String).join(', ') : 'Id';
  const sobjects = isJsonList(ask.sobjects) ? ask.sobjects.filter(isJsonObject) : [];
  const targets = sobjects.map((one): Target => {
    const limit = typeof one.limit === 'number' ? one.limit : null;
    const where = typeof one.where === 'string' ? ` WHERE ${one.where}` : '';
    return { object: String(one.name), clause: fields(one.fields ?? ask.fields) + where, limit };
  });
  return found(call, String(ask.q ?? ''), String(ask.in ?? 'ALL'), targets, Number(ask.overallLimit ?? 2_000));
}

interface Target {
  readonly object: string;
  /** Fields, and what may follow them but a limit. */
  readonly clause: string;
  readonly limit: number | null;
}

function fromQuery(query: URLSearchParams): JsonObject {
  const names = query.getAll('sobject');
  const sobjects = names.map((name): Json => {
    const fields = query.get(`${name}.fields`) ?? query.get('fields');
    return { name, ...(fields === null ? {} : { fields: fields.split(',') }) };
  });
  return { q: query.get('q'), in: query.get('in') ?? 'ALL', sobjects };
}

/** `Contact(Id, Email WHERE …), Lead` at the commas that stand in no parentheses. */
function splitTargets(text: string): readonly Target[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].flatMap((one) => {
    const [, object, clause = 'Id'] = /^\s*(\w+)\s*(?:\(([\s\S]*)\))?/.exec(one) ?? [];
    if (object === undefined) return [];
    const limit = /\sLIMIT\s+(\d+)\s*$/i.exec(clause)?.[1];
    return [
      { object, clause: clause.replace(/\sLIMIT\s+\d+\s*$/i, ''), limit: limit === undefined ? null : Number(limit) },
    ];
  });
}

function found(call: Call, term: string, group: string, targets: readonly Target[], overall: number): Answer {
  const words = term.toLowerCase().match(/"[^"]*"|[^\s"]+/g) ?? [];
  if (term.replace(/[*?"\s]/g, '').length < 2)
    throw apiError(400, 'MALFORMED_SEARCH', `search term must be longer than one character: ${term}`);
  const { org } = call.api;
  const indexedUntil = org.clock.now() - org.settings.now.searchLagMs;
  const patterns = words.map(toPattern);
  const wanted =
    targets.length > 0
      ? targets
      : ['Account', 'Contact', 'Lead', 'Case', 'Opportunity'].map(
          (object): Target => ({ object, clause: 'Id', limit: null }),
        );
  const searchRecords = wanted.flatMap(({ object, clause, limit }) => {
    const text = clause.replace(
      /^([\s\S]*?)(\s+(?:WHERE|ORDER)\s[\s\S]*)?$/i,
      (_, fields: string, tail = '') => `SELECT ${fields} FROM ${object}${tail}`,
    );
    const result = runQuery(text, { org, user: call.user, all: false, tooling: false, version: call.version });
    const fields = searched(org.access.fields(result.object, call.user), result.object, group.toUpperCase());
    const rows = result.rows.filter((row) => row.stampAt <= indexedUntil && matches(row, fields, patterns));
    return rows.slice(0, limit ?? 2_000).map(result.project);
  });
  return { status: 200, body: { searchRecords: searchRecords.slice(0, overall) } };
}

const textTypes: readonly FieldType[] = ['string', 'textarea', 'email', 'phone', 'url', 'combobox', 'picklist'];

function searched(
  fields: readonly FieldDefinition[],
  object: ObjectDefinition,
  group: string,
): readonly FieldDefinition[] {
  if (group === 'EMAIL') return fields.filter(({ type }) => type === 'email');
  if (group === 'PHONE') return fields.filter(({ type }) => type === 'phone');
  if (group === 'NAME')
    return fields.filter(({ name }) => name === object.nameField || name === 'FirstName' || name === 'LastName');
  return fields.filter(({ type }) => textTypes.includes(type));
}

/** Every word must be somewhere in the row. */
function matches(row: StoredRow, fields: readonly FieldDefinition[], patterns: readonly RegExp[]): boolean {
  const texts = fields.flatMap(({ name }) => {
    const value = row.values[name];
    return typeof value === 'string' ? [value] : [];
  });
  return patterns.every((pattern) => texts.some((text) => pattern.test(text)));
}

/** Whole words; `*` stands for any letters, `?` for one. */
function toPattern(word: string): RegExp {
  const plain = word.replace(/^"|"$/g, '');
  const escaped = plain
    .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
    .replaceAll('*', '\\S*')
    .replaceAll('?', '\\S');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu');
}
