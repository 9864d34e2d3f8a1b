import type { Json, JsonObject } from '../../../../twins/json.ts';
import { commitDelay } from '../delays.ts';
import { RowError } from '../errors.ts';
import type { FieldDefinition } from '../field.ts';
import type { ObjectDefinition } from '../object.ts';
import { deleteRow } from '../remove.ts';
import type { Api } from '../rest/call.ts';
import { formatDateTime, toSecond } from '../time.ts';
import { insertRow, updateRow, upsertRow } from '../write.ts';
import type { Writer } from '../writer.ts';
import { delimiters, formatRow, parseCsv } from './csv.ts';

export type IngestState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
export type IngestOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

/**
 * An ingest job: Open → UploadComplete → InProgress → JobComplete, Failed or Aborted. Nothing runs by itself: `advance` is called when a
 * request comes in, and works off the chunks of 200 rows whose time has come by then, each with the stamp of its own time.
 */
export interface IngestJob {
  readonly id: string;
  readonly object: ObjectDefinition;
  readonly operation: IngestOperation;
  readonly keyField: FieldDefinition | null;
  readonly lineEnding: 'LF' | 'CRLF';
  readonly columnDelimiter: string;
  readonly version: string;
  readonly user: string;
  readonly origin: string;
  readonly createdAt: number;
  state: IngestState;
  changedAt: number;
  content: string | null;
  header: readonly string[];
  chunks: { readonly at: number; readonly rows: readonly (readonly string[])[] }[];
  startAt: number;
  finishAt: number;
  successful: (readonly string[])[];
  failed: (readonly string[])[];
  errorMessage: string | null;
}

const chunkSize = 200;

export function describeJob(job: IngestJob, detailed: boolean): JsonObject {
  const processed = job.successful.length + job.failed.length;
  const runMs = job.state === 'JobComplete' ? job.finishAt - job.startAt : 0;
  return {
    id: job.id,
    operation: job.operation,
    object: job.object.name,
    createdById: job.user,
    createdDate: formatDateTime(job.createdAt),
    systemModstamp: formatDateTime(job.changedAt),
    state: job.state,
    ...(job.keyField === null ? {} : { externalIdFieldName: job.keyField.name }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(job.version),
    ...(job.state === 'Open' ? { contentUrl: `services/data/v${job.version}/jobs/ingest/${job.id}/batches` } : {}),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    ...(detailed
      ? { jobType: 'V2Ingest', numberRecordsProcessed: processed, numberRecordsFailed: job.failed.length, retries: 0 }
      : {}),
    ...(detailed
      ? { totalProcessingTime: runMs, apiActiveProcessingTime: Math.floor(runMs / 2), apexProcessingTime: 0 }
      : {}),
    ...(job.errorMessage === null ? {} : { errorMessage: job.errorMessage }),
  };
}

/** Closes the upload: the content is read, its header checked, its rows put in line. */
export function startJob(api: Api, job: IngestJob, tookMs: number): void {
  const { clock, quota } = api.org;
  job.state = 'UploadComplete';
  job.changedAt = clock.now();
  job.startAt = clock.now() + tookMs * 0.2;
  job.finishAt = clock.now() + tookMs;
  const content = job.content ?? '';
  job.content = null;
  const [header = [], ...rows] = parseCsv(content, delimiters[job.columnDelimiter] ?? ',');
  job.header = header;
  job.errorMessage = problemOf(api, job, content, rows.length);
  if (job.errorMessage !== null) return;
  quota.countBulkRecords(rows.length);
  quota.countBatches(Math.ceil(rows.length / 10_000));
  const count = Math.ceil(rows.length / chunkSize);
  for (let i = 0; i < count; i++) {
    const at = job.startAt + ((job.finishAt - job.startAt) * (i + 1)) / count;
    job.chunks.push({ at, rows: rows.slice(i * chunkSize, (i + 1) * chunkSize) });
  }
}

/** What fails the job as a whole. A byte order mark makes the first column's name unknown, as it does with the vendor. */
function problemOf(api: Api, job: IngestJob, content: string, rows: number): string | null {
  const hasCrLf = content.includes('\r\n');
  if (hasCrLf !== (job.lineEnding === 'CRLF') && content.includes('\n')) {
    return `LineEnding is invalid on user data. Current LineEnding setting is ${job.lineEnding}`;
  }
  for (const name of job.header) {
    if (!isColumn(api, job, name)) return `InvalidBatch : Field name not found : ${name}`;
  }
  const { limits } = api.org.settings.now;
  const isOver = !limits.off && api.org.quota.bulkRecords() + rows > limits.dailyBulkRecords;
  return isOver ? 'ExceededQuota : Maximum number of records per 24 hours exceeded' : null;
}

function isColumn({ org }: Api, job: IngestJob, name: string): boolean {
  const [first = '', second] = name.split('.');
  if (second === undefined) return org.access.field(job.object, first, job.user) !== undefined;
  const relation = job.object.byRelationship.get((first.split(':').at(-1) ?? '').toLowerCase());
  return (
    relation?.describe.referenceTo.some((target) => {
      const parent = org.schema.find(target);
      return parent !== undefined && org.access.field(parent, second, job.user)?.describe.idLookup === true;
    }) === true
  );
}

/** Does what is due by `now`. */
export function advanceJob(api: Api, job: IngestJob, now: number): void {
  if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return;
  if (now < job.startAt) return;
  job.state = 'InProgress';
  if (job.errorMessage !== null) {
    job.state = 'Failed';
    job.changedAt = job.startAt;
    return;
  }
  for (let chunk = job.chunks[0]; chunk !== undefined && chunk.at <= now; chunk = job.chunks[0]) {
    job.chunks.shift();
    writeChunk(api, job, chunk.rows, chunk.at);
  }
  if (now < job.finishAt || job.chunks.length > 0) return;
  job.state = 'JobComplete';
  job.changedAt = job.finishAt;
  // Batches run in parallel: results come in another order than the rows.
  job.successful.reverse();
  job.failed.reverse();
}

/** The rows are stamped before they commit; the job is complete only when all of them have. */
function writeChunk(api: Api, job: IngestJob, rows: readonly (readonly string[])[], at: number): void {
  const { org } = api;
  const transaction = org.store.begin(job.user, job.origin);
  const writer: Writer = {
    org,
    transaction,
    user: job.user,
    at: toSecond(Math.max(job.startAt, at - commitDelay(org))),
    trusted: false,
    allowDuplicates: false,
    refuse: () => null,
  };
  for (const row of rows) {
    const mark = transaction.mark();
    try {
      const { id, created } = writeRow(api, writer, job, toInput(job.header, row));
      job.successful.push([id, String(created), ...row]);
    } catch (error) {
      transaction.rollback(mark);
      if (!(error instanceof RowError)) throw error;
      const isUpdate = job.operation !== 'insert' && Number(job.version) >= 57;
      const id = isUpdate ? (row[job.header.findIndex((name) => name.toLowerCase() === 'id')] ?? '') : '';
      job.failed.push([id, `${error.code}:${error.message}:${(error.fields ?? []).join(', ')} --`, ...row]);
    }
  }
  transaction.commit(at);
}

/** An empty cell leaves the field alone, `#N/A` empties it, `Account.Ext__c` points by external id. */
function toInput(header: readonly string[], row: readonly string[]): JsonObject {
  const input: Record<string, Json> = {};
  header.forEach((name, i) => {
    const cell = row[i] ?? '';
    if (cell === '') return;
    const value = cell === '#N/A' ? null : cell;
    const [relation = '', key] = name.split('.');
    if (key === undefined) input[name] = value;
    else input[relation.split(':').at(-1) ?? ''] = value === null ? null : { [key]: value };
  });
  return input;
}

function writeRow(
  api: Api,
  writer: Writer,
  job: IngestJob,
  input: JsonObject,
): { readonly id: string; readonly created: boolean } {
  const idName = Object.keys(input).find((name) => name.toLowerCase() === 'id');
  const { [idName ?? '']: id, ...rest } = input;
  if (job.operation === 'insert') return { id: insertRow(writer, job.object, rest).id, created: true };
  if (job.operation === 'upsert' && job.keyField !== null) {
    const keyName = Object.keys(input).find((name) => name.toLowerCase() === job.keyField?.name.toLowerCase());
    const key = keyName === undefined ? undefined : input[keyName];
    if (key === undefined || key === null)
      throw new RowError('MISSING_ARGUMENT', `${job.keyField.name} not specified`, []);
    const { [keyName ?? '']: _, ...values } = input;
    const done = upsertRow(writer, job.object, job.keyField, key, values);
    if ('many' in done)
      throw new RowError(
        'DUPLICATE_EXTERNAL_ID',
        `${job.keyField.name}: more than one record found for external id field`,
        [],
      );
    return { id: done.row.id, created: done.created };
  }
  if (typeof id !== 'string') throw new RowError('MISSING_ARGUMENT', 'Id not specified in an update call', []);
  if (job.operation === 'update') return { id: updateRow(writer, job.object, id, rest).id, created: false };
  const removed = deleteRow(writer, job.object, id, api.trash);
  const lying = writer.transaction.row(removed.id);
  if (job.operation === 'hardDelete' && lying !== undefined) writer.transaction.purge(lying);
  return { id: removed.id, created: false };
}

/** A result file: all values quoted. */
export function resultCsv(job: IngestJob, which: 'successful' | 'failed' | 'unprocessed'): string {
  const delimiter = delimiters[job.columnDelimiter] ?? ',';
  const lineEnd = job.lineEnding === 'CRLF' ? '\r\n' : '\n';
  const lines = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
    [header, ...rows].map((row) => formatRow(row, delimiter, lineEnd)).join('');
  if (which === 'successful') return lines(['sf__Id', 'sf__Created', ...job.header], job.successful);
  if (which === 'failed') return lines(['sf__Id', 'sf__Error', ...job.header], job.failed);
  return lines(
    job.header,
    job.chunks.flatMap(({ rows }) => rows),
  );
}
