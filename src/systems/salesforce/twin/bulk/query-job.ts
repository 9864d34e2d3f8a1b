import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { ApiError, apiError } from '../errors.ts';
import type { Api } from '../rest/call.ts';
import { parseStatement } from '../soql/parse.ts';
import { type Found, runQuery } from '../soql/run.ts';
import { formatDateTime } from '../time.ts';
import { delimiters, formatRow } from './csv.ts';

/** A query job: UploadComplete → InProgress → JobComplete, Failed or Aborted; it runs once, when its time has come. */
export interface QueryJob {
  readonly id: string;
  readonly operation: 'query' | 'queryAll';
  readonly query: string;
  readonly columns: readonly string[];
  readonly object: string;
  readonly version: string;
  readonly user: string;
  readonly createdAt: number;
  readonly startAt: number;
  readonly finishAt: number;
  readonly lineEnding: 'LF' | 'CRLF';
  readonly columnDelimiter: string;
  state: 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  found: Found | null;
  errorMessage: string | null;
}

/** The columns of a result, or the vendor's refusal of what bulk queries cannot do. */
export function columnsOf(api: Api, text: string): { columns: readonly string[]; object: string } {
  const { query } = parseStatement(text);
  const refuse = (what: string): Error => apiError(400, 'API_ERROR', `${what} not supported in Bulk Query`);
  if (query.groupBy !== undefined) throw refuse('Aggregate Relationships');
  if (query.offset !== undefined) throw refuse('OFFSET clause is');
  const object = api.org.schema.find(query.sObject ?? '');
  const columns = (query.fields ?? []).map((field) => {
    if (field.type === 'FieldSubquery') throw refuse('Nested queries are');
    if (field.type === 'FieldTypeof') throw refuse('TYPEOF clauses are');
    if (field.type === 'FieldFunctionExpression') {
      if (field.isAggregateFn === true) throw refuse('Aggregate Relationships');
      return field.alias ?? String(field.parameters[0]);
    }
    const name = field.type === 'FieldRelationship' ? [...field.relationships, field.field].join('.') : field.field;
    const known = object?.byName.get(name.toLowerCase());
    if (known?.type === 'address' || known?.type === 'location') throw refuse('Selecting compound data is');
    return known?.name ?? name;
  });
  return { columns, object: object?.name ?? query.sObject ?? '' };
}

export function advanceQueryJob(api: Api, job: QueryJob, now: number): void {
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return;
  if (now >= job.startAt) job.state = 'InProgress';
  if (now < job.finishAt) return;
  try {
    job.found = runQuery(job.query, {
      org: api.org,
      user: job.user,
      all: job.operation === 'queryAll',
      tooling: false,
      version: job.version,
    });
    job.state = 'JobComplete';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    job.state = 'Failed';
    job.errorMessage = error.message;
  }
}

export function describeQueryJob(job: QueryJob): JsonObject {
  const isDone = job.state === 'JobComplete';
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.user,
    createdDate: formatDateTime(job.createdAt),
    systemModstamp: formatDateTime(isDone ? job.finishAt : job.createdAt),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(job.version),
    jobType: 'V2Query',
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    ...(isDone
      ? {
          numberRecordsProcessed: job.found?.rows.length ?? 0,
          retries: 0,
          totalProcessingTime: job.finishAt - job.startAt,
        }
      : {}),
    ...(job.errorMessage === null ? {} : { errorMessage: job.errorMessage }),
  };
}

/** One page of the result with its header, and the locator of the next (the text `null` after the last). */
export function resultPage(
  job: QueryJob,
  offset: number,
  size: number,
): { csv: string; records: number; next: string } {
  const rows = job.found?.rows.slice(offset, offset + size) ?? [];
  const delimiter = delimiters[job.columnDelimiter] ?? ',';
  const lineEnd = job.lineEnding === 'CRLF' ? '\r\n' : '\n';
  const paths = job.columns.map((column) => column.toLowerCase().split('.'));
  const lines = rows.map((row) => {
    const record = job.found?.project(row) ?? {};
    return formatRow(
      paths.map((path) => showCell(at(record, path))),
      delimiter,
      lineEnd,
    );
  });
  const end = offset + rows.length;
  const next = end < (job.found?.rows.length ?? 0) ? Buffer.from(`${job.id}:${end}`).toString('base64url') : 'null';
  return { csv: formatRow(job.columns, delimiter, lineEnd) + lines.join(''), records: rows.length, next };
}

export function offsetOf(job: QueryJob, locator: string): number | null {
  const [id, offset] = Buffer.from(locator, 'base64url').toString().split(':');
  return id === job.id && offset !== undefined && /^\d+$/.test(offset) ? Number(offset) : null;
}

function at(record: JsonObject, path: readonly string[]): Json {
  let value: Json = record;
  for (const step of path) {
    if (!isJsonObject(value)) return null;
    const name: string | undefined = Object.keys(value).find((one) => one.toLowerCase() === step);
    value = name === undefined ? null : (value[name] ?? null);
  }
  return value;
}

/** Datetimes in bulk results end in Z, unlike those of REST. */
function showCell(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string'
    ? value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+0000$/, '$1Z')
    : String(value);
}
