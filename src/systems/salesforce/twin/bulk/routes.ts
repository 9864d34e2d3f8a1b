import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../../../twins/json.ts';
import { jobDuration } from '../delays.ts';
import { apiError, notFound } from '../errors.ts';
import { type Answer, type Api, bodyObject, type Call, parseBody } from '../rest/call.ts';
import { readMultipart } from '../rest/multipart.ts';
import { notAllowed } from '../rest/rows.ts';
import { advanceJob, describeJob, type IngestJob, resultCsv, startJob } from './ingest-job.ts';
import { advanceQueryJob, columnsOf, describeQueryJob, offsetOf, type QueryJob, resultPage } from './query-job.ts';

/** The Bulk API 2.0: `/jobs/ingest` and `/jobs/query`. */
export interface Bulk {
  handle(call: Call): Answer;
  /** Does what jobs have done by now. */
  advance(now: number): void;
  reset(): void;
}

/** Jobs and their results are kept for seven days. */
const keptMs = 7 * 86_400_000;
const uploadLimit = 150 * 1_024 * 1_024;

const format = {
  contentType: z.literal('CSV').default('CSV'),
  lineEnding: z.enum(['LF', 'CRLF']).default('LF'),
  columnDelimiter: z.enum(['COMMA', 'TAB', 'PIPE', 'SEMICOLON', 'CARET', 'BACKQUOTE']).default('COMMA'),
};
const ingestSchema = z.object({
  object: z.string(),
  operation: z.enum(['insert', 'update', 'upsert', 'delete', 'hardDelete']),
  externalIdFieldName: z.string().optional(),
  ...format,
});
const querySchema = z.object({ operation: z.enum(['query', 'queryAll']), query: z.string(), ...format });

export function createBulk(): Bulk {
  const ingests = new Map<string, IngestJob>();
  const queries = new Map<string, QueryJob>();
  let api: Api | null = null;

  return {
    handle(call) {
      api = call.api;
      const kind = call.path[1]?.toLowerCase();
      if (kind === 'ingest') return handleIngest(call, ingests);
      if (kind === 'query') return handleQuery(call, queries);
      throw notFound();
    },
    advance(now) {
      if (api === null) return;
      for (const job of ingests.values()) advanceJob(api, job, now);
      for (const job of queries.values()) advanceQueryJob(api, job, now);
      for (const jobs of [ingests, queries])
        for (const [id, { createdAt }] of jobs) if (createdAt < now - keptMs) jobs.delete(id);
    },
    reset() {
      ingests.clear();
      queries.clear();
    },
  };
}

function handleIngest(call: Call, jobs: Map<string, IngestJob>): Answer {
  const id = call.path[2];
  if (id === undefined) {
    if (call.method === 'GET') return listed([...jobs.values()].map((job) => describeJob(job, true)));
    if (call.method !== 'POST') throw notAllowed(call.method, 'GET,HEAD,POST');
    return openIngest(call, jobs);
  }
  const job = find(jobs, id);
  const what = call.path[3]?.toLowerCase();
  if (what === undefined) return manageIngest(call, jobs, job);
  if (what === 'batches') return upload(call, job);
  const which = {
    successfulresults: 'successful',
    failedresults: 'failed',
    unprocessedrecords: 'unprocessed',
  } as const;
  if (what !== 'successfulresults' && what !== 'failedresults' && what !== 'unprocessedrecords') throw notFound();
  if (job.state !== 'JobComplete' && job.state !== 'Failed' && job.state !== 'Aborted') {
    throw apiError(400, 'INVALIDJOBSTATE', `Job is not complete. State: ${job.state}`);
  }
  return { status: 200, text: resultCsv(job, which[what]), headers: { 'content-type': 'text/csv' } };
}

function openIngest(call: Call, jobs: Map<string, IngestJob>): Answer {
  const { org } = call.api;
  const { head, content } = readParts(call);
  const parsed = ingestSchema.safeParse(head);
  if (!parsed.success)
    throw invalidJob(parsed.error.issues[0]?.path.join('.') ?? 'job', parsed.error.issues[0]?.message ?? '');
  const { object: name, operation, externalIdFieldName, lineEnding, columnDelimiter } = parsed.data;
  const object = org.access.object(name, call.user);
  if (object === undefined || object.tooling) throw invalidJob('object', `Unable to find object: ${name}`);
  const keyField =
    externalIdFieldName === undefined ? null : (org.access.field(object, externalIdFieldName, call.user) ?? null);
  if (operation === 'upsert' && keyField?.describe.idLookup !== true) {
    throw invalidJob(
      'externalIdFieldName',
      `Field name provided, ${externalIdFieldName ?? ''} does not match an External ID, Salesforce Id, or indexed field for ${object.name}`,
    );
  }
  const now = org.clock.now();
  const job: IngestJob = {
    ...{
      id: org.ids.next('750'),
      object,
      operation,
      keyField: operation === 'upsert' ? keyField : null,
      lineEnding,
      columnDelimiter,
    },
    ...{
      version: call.version,
      user: call.user,
      origin: call.origin.replace('/api/rest/', '/api/bulk/'),
      createdAt: now,
      state: 'Open',
      changedAt: now,
    },
    ...{
      content: null,
      header: [],
      chunks: [],
      startAt: 0,
      finishAt: 0,
      successful: [],
      failed: [],
      errorMessage: null,
    },
  };
  jobs.set(job.id, job);
  if (content !== null) {
    if (content.length > 100_000)
      throw invalidJob('content', 'the content of a multipart job may have 100,000 characters at most');
    job.content = content;
    startJob(call.api, job, jobDuration(org));
  }
  return { status: 200, body: describeJob(job, false) };
}

/** A job alone as JSON, or with its content as two parts. */
function readParts(call: Call): { head: JsonObject; content: string | null } {
  const parts = readMultipart(call.bytes, call.headers.get('content-type') ?? '');
  if (parts === null) return { head: bodyObject(call), content: null };
  let head: JsonObject = {};
  let content: string | null = null;
  for (const part of parts) {
    const text = part.content.toString();
    if (part.name === 'content') content = text;
    else {
      const parsed = parseBody(text);
      if (isJsonObject(parsed)) head = parsed;
    }
  }
  return { head, content };
}

function upload(call: Call, job: IngestJob): Answer {
  if (call.method !== 'PUT') throw notAllowed(call.method, 'PUT');
  if (typeof call.body !== 'string') throw apiError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Type must be text/csv');
  if (job.state !== 'Open') throw apiError(400, 'INVALIDJOBSTATE', `Job ${job.id} is not open`);
  if (job.content !== null)
    throw apiError(400, 'INVALIDJOBSTATE', `Found multiple contents for job: <${job.id}>, only one upload is allowed`);
  if (Buffer.byteLength(call.body) > uploadLimit)
    throw apiError(413, 'REQUEST_ENTITY_TOO_LARGE', 'The upload is larger than 150 MB');
  job.content = call.body;
  return { status: 201 };
}

function manageIngest(call: Call, jobs: Map<string, IngestJob>, job: IngestJob): Answer {
  if (call.method === 'GET') return { status: 200, body: describeJob(job, true) };
  const isOver = job.state === 'JobComplete' || job.state === 'Failed' || job.state === 'Aborted';
  if (call.method === 'DELETE') {
    if (!isOver) throw apiError(400, 'INVALIDJOBSTATE', `Job cannot be deleted in state ${job.state}`);
    jobs.delete(job.id);
    return { status: 204 };
  }
  if (call.method !== 'PATCH') throw notAllowed(call.method, 'DELETE,GET,HEAD,PATCH');
  const { state } = bodyObject(call);
  if (state === 'UploadComplete' && job.state === 'Open') startJob(call.api, job, jobDuration(call.api.org));
  else if (state === 'Aborted' && !isOver) {
    job.state = 'Aborted';
    job.changedAt = call.api.org.clock.now();
  } else throw apiError(400, 'INVALIDJOBSTATE', `Job cannot go from ${job.state} to ${String(state)}`);
  return { status: 200, body: describeJob(job, false) };
}

function handleQuery(call: Call, jobs: Map<string, QueryJob>): Answer {
  const id = call.path[2];
  if (id === undefined) {
    if (call.method === 'GET') return listed([...jobs.values()].map(describeQueryJob));
    if (call.method !== 'POST') throw notAllowed(call.method, 'GET,HEAD,POST');
    return openQuery(call, jobs);
  }
  const job = find(jobs, id);
  if (call.path[3]?.toLowerCase() === 'results') return queryResults(call, job);
  if (call.path[3] !== undefined) throw notFound();
  if (call.method === 'GET') return { status: 200, body: describeQueryJob(job) };
  const isOver = job.state === 'JobComplete' || job.state === 'Failed' || job.state === 'Aborted';
  if (call.method === 'DELETE' && isOver) {
    jobs.delete(job.id);
    return { status: 204 };
  }
  if (call.method !== 'PATCH' || isOver) throw apiError(400, 'INVALIDJOBSTATE', `Job is in state ${job.state}`);
  job.state = 'Aborted';
  return { status: 200, body: describeQueryJob(job) };
}

function openQuery(call: Call, jobs: Map<string, QueryJob>): Answer {
  const { org } = call.api;
  const parsed = querySchema.safeParse(bodyObject(call));
  if (!parsed.success)
    throw invalidJob(parsed.error.issues[0]?.path.join('.') ?? 'job', parsed.error.issues[0]?.message ?? '');
  const { operation, query, lineEnding, columnDelimiter } = parsed.data;
  if (!org.settings.now.limits.off && org.quota.queryJobs() >= 10_000)
    throw apiError(403, 'REQUEST_LIMIT_EXCEEDED', 'Daily bulk query jobs exceeded.');
  org.quota.countQueryJob();
  const { columns, object } = columnsOf(call.api, query);
  const now = org.clock.now();
  const tookMs = jobDuration(org);
  const job: QueryJob = {
    ...{
      id: org.ids.next('750'),
      operation,
      query,
      columns,
      object,
      version: call.version,
      user: call.user,
      createdAt: now,
    },
    ...{
      startAt: now + tookMs * 0.2,
      finishAt: now + tookMs,
      lineEnding,
      columnDelimiter,
      state: 'UploadComplete',
      found: null,
      errorMessage: null,
    },
  };
  jobs.set(job.id, job);
  return { status: 200, body: describeQueryJob(job) };
}

function queryResults(call: Call, job: QueryJob): Answer {
  if (call.method !== 'GET') throw notAllowed(call.method, 'GET,HEAD');
  if (job.state !== 'JobComplete') throw apiError(400, 'INVALIDJOBSTATE', `Job is not complete. State: ${job.state}`);
  const locator = call.query.get('locator');
  const offset = locator === null ? 0 : offsetOf(job, locator);
  if (offset === null) throw apiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
  const size = Number(call.query.get('maxRecords') ?? 50_000);
  if (!Number.isInteger(size) || size < 1) throw apiError(400, 'API_ERROR', 'maxRecords must be a positive number');
  const { csv, records, next } = resultPage(job, offset, size);
  const headers = { 'content-type': 'text/csv', 'sforce-numberofrecords': String(records), 'sforce-locator': next };
  return { status: 200, text: csv, headers };
}

function find<T>(jobs: ReadonlyMap<string, T>, id: string): T {
  const job = jobs.get(id) ?? [...jobs].find(([known]) => known.startsWith(id) && id.length === 15)?.[1];
  if (job === undefined) throw notFound();
  return job;
}

function listed(records: JsonObject[]): Answer {
  return { status: 200, body: { done: true, records, nextRecordsUrl: null } };
}

function invalidJob(name: string, message: string): Error {
  return apiError(400, 'INVALIDJOB', `InvalidJob : ${name}: ${message}`);
}
