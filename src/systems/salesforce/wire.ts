import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { World } from '../../model/world.ts';
import { chunks } from '../kit/attempt.ts';
import { type Call, classifyByStatus } from '../kit/call.ts';
import { askToken, clientCredentials, refreshToken, renewingLogin, type TokenAnswer, ticketOf } from '../kit/login.ts';
import type { Limits } from '../kit/pace.ts';
import type { Secrets } from '../kit/system.ts';
import { createWire, type Wire } from '../kit/wire.ts';
import type { SalesforceAuth } from './auth.ts';
import { classify, vendorError } from './faults.ts';
import type { Row } from './values.ts';

/** The only file that knows Salesforce's addresses (REST API Developer Guide, "Reference"). */

const dayMs = 24 * 60 * 60_000;

/**
 * The daily limit rolls over 24 h and is counted by `Sforce-Limit-Info: api-usage=126/15000`, which comes from many servers and jumps back
 * and forth a little: it is believed as it is and never subtracted. Requests below 20 s have no limit of their own.
 */
export const limits: Limits = {
  windows: [
    {
      name: 'dailyApiRequests',
      perMs: dayMs,
      calls: null,
      learn(headers) {
        const found = /api-usage=(\d+)\/(\d+)/.exec(headers.get('sforce-limit-info') ?? '');
        if (found === null) return null;
        const [used, size] = [Number(found[1]), Number(found[2])];
        return { calls: size, left: Math.max(0, size - used), refillsAt: null };
      },
    },
  ],
  concurrency: 8,
};

const row: z.ZodType<Row> = z.record(z.string(), z.unknown());
const queryAnswer = z.object({
  done: z.boolean(),
  nextRecordsUrl: z.string().startsWith('/').optional(),
  records: z.array(row),
});
const compositeAnswer = z.object({
  compositeResponse: z.array(z.object({ body: z.unknown(), httpStatusCode: z.number(), referenceId: z.string() })),
});
const savedAnswer = z.array(
  z.looseObject({ id: z.string().nullish(), success: z.boolean(), errors: z.array(vendorError).default([]) }),
);
const madeAnswer = z.looseObject({ id: z.string(), success: z.boolean() });
const limitsAnswer = z.record(z.string(), z.looseObject({ Max: z.number(), Remaining: z.number() }));
const userAnswer = z.looseObject({
  user_id: z.string(),
  organization_id: z.string(),
  preferred_username: z.string().optional(),
  name: z.string().optional(),
  /** The login host's own address of the user, and the org's addresses. */
  sub: z.string().optional(),
  urls: z.looseObject({ rest: z.string().optional() }).optional(),
});

/** One page of rows. `asOf` is a moment (ms, Salesforce's clock) that was not later than the reading of them. */
export interface Rows {
  readonly records: readonly Row[];
  readonly next: string | null;
  readonly asOf: number;
}

export interface Query {
  readonly soql: string;
  /** With deleted and archived rows. */
  readonly all: boolean;
}

export type Saved = z.infer<typeof savedAnswer>;

/** Query sub-requests that one composite request may hold, and the bytes that a URL may have (16,384), with room for headers. */
const queriesPerComposite = 5;
export const urlRoom = 12_000;
const pageTimeOutMs = 60_000;

export interface Api extends Pick<Wire, 'calls' | 'budget'> {
  /** The least that Salesforce's clock is ahead of ours (ms), as the last answer showed it. */
  skewMs(): number;
  query(query: Query, what: string): Promise<Rows>;
  more(next: string, what: string): Promise<Rows>;
  /** Several queries as one call, five at a time; the first page of each. */
  queries(queries: readonly Query[], what: string): Promise<readonly Rows[]>;
  /** Several queries with all of their pages. */
  gather(queries: readonly Query[], what: string): Promise<readonly Row[]>;
  retrieve(
    object: string,
    ids: readonly string[],
    fields: readonly string[],
  ): Promise<{ readonly records: readonly (Row | null)[]; readonly asOf: number }>;
  describe(object: string): Promise<unknown>;
  save(how: Save, until: number): Promise<Saved>;
  insert(object: string, fields: Row, what: string): Promise<string>;
  patch(object: string, id: string, fields: Row, what: string): Promise<void>;
  addField(object: string, field: string, metadata: Row): Promise<void>;
  user(): Promise<z.infer<typeof userAnswer>>;
  limits(): Promise<z.infer<typeof limitsAnswer>>;
}

export type Save =
  | { readonly do: 'insert' | 'update'; readonly records: readonly Row[] }
  | { readonly do: 'upsert'; readonly object: string; readonly key: string; readonly records: readonly Row[] }
  | { readonly do: 'delete'; readonly ids: readonly string[] };

export interface ApiOptions {
  readonly world: World;
  readonly name: string;
  readonly url: string;
  readonly auth: SalesforceAuth;
  readonly secrets: Secrets;
  readonly version: string;
}

export function createApi(options: ApiOptions): Api {
  const { world } = options;
  const base = `/services/data/v${options.version}`;
  const root = options.url.replace(/\/+$/, '');
  let skewMs = 0;

  const wire = createWire({
    world,
    name: options.name,
    url: root,
    limits,
    classify,
    login: (send) => {
      const ask = (fields: Readonly<Record<string, string | undefined>>): Promise<TokenAnswer> =>
        askToken(send, `${root}/services/oauth2/token`, 'form', fields);
      const { auth } = options;
      const grant =
        auth.type === 'client-credentials' ? clientCredentials(ask, auth) : refreshToken(ask, auth, options.secrets);
      return renewingLogin(world, async () => ticketOf(await grant(), world.now()));
    },
  });

  /** Every call says who we are, so that change events of our own writes can be told apart. */
  async function call<T>(one: Call<T>): Promise<{ body: T; asOf: number }> {
    const began = world.now();
    const reply = await wire.request({ ...one, headers: { 'sforce-call-options': 'client=syncline', ...one.headers } });
    const now = world.now();
    const date = Date.parse(reply.headers.get('date') ?? '');
    // The header is cut down to seconds and older than `now`, so this is the least that their clock can be ahead of ours.
    if (!Number.isNaN(date)) skewMs = date - now;
    return { body: reply.body, asOf: began + skewMs };
  }

  function rowsOf(body: z.infer<typeof queryAnswer>, asOf: number): Rows {
    return { records: body.records, next: body.done ? null : (body.nextRecordsUrl ?? null), asOf };
  }

  async function read<T>(
    path: string,
    answer: z.ZodType<T>,
    what: string,
    query: Readonly<Record<string, string>> = {},
  ) {
    return call({ kind: 'read', method: 'GET', path, query, answer, what, timeOutMs: pageTimeOutMs });
  }

  async function composite(queries: readonly Query[], what: string): Promise<readonly Rows[]> {
    const compositeRequest = queries.map((query, i) => ({
      method: 'GET',
      url: `${base}/${query.all ? 'queryAll' : 'query'}?q=${encodeURIComponent(query.soql)}`,
      referenceId: `q${i}`,
    }));
    const { body, asOf } = await call({
      kind: 'read',
      method: 'POST',
      path: `${base}/composite`,
      body: { allOrNone: false, compositeRequest },
      answer: compositeAnswer,
      what,
      timeOutMs: pageTimeOutMs,
    });
    return compositeRequest.map(({ referenceId }) => {
      const part = body.compositeResponse.find((one) => one.referenceId === referenceId);
      if (part === undefined)
        throw new FaultError({ kind: 'bug', say: `Salesforce left out a part of the answer to ${what}.` });
      if (part.httpStatusCode !== 200) {
        const failed = classify(part.httpStatusCode, new Headers(), part.body, 'read');
        throw new FaultError((failed ?? classifyByStatus(part.httpStatusCode, 'read', what, '')).fault);
      }
      const parsed = queryAnswer.safeParse(part.body);
      if (!parsed.success)
        throw new FaultError({ kind: 'bug', say: `A part of the answer to ${what} is no query result.` });
      return rowsOf(parsed.data, asOf);
    });
  }

  async function queries(list: readonly Query[], what: string): Promise<readonly Rows[]> {
    const found: Rows[] = [];
    for (const group of chunks(list, queriesPerComposite)) found.push(...(await composite(group, what)));
    return found;
  }

  async function more(next: string, what: string): Promise<Rows> {
    const { body, asOf } = await read(next, queryAnswer, what);
    return rowsOf(body, asOf);
  }

  async function write<T>(
    one: Pick<Call<T>, 'method' | 'path' | 'body' | 'query' | 'answer' | 'what' | 'until'>,
  ): Promise<T> {
    // Assignment rules would hand our cases to somebody else.
    return (await call({ kind: 'write', ...one, headers: { 'sforce-auto-assign': 'FALSE' } })).body;
  }

  return {
    calls: wire.calls,
    budget: wire.budget,
    skewMs: () => skewMs,
    queries,
    more,
    async query(query, what) {
      if (encodeURIComponent(query.soql).length > urlRoom) {
        const [only] = await composite([query], what);
        if (only !== undefined) return only;
      }
      const path = `${base}/${query.all ? 'queryAll' : 'query'}`;
      const { body, asOf } = await read(path, queryAnswer, what, { q: query.soql });
      return rowsOf(body, asOf);
    },
    async gather(list, what) {
      const found: Row[] = [];
      for (const first of await queries(list, what)) {
        found.push(...first.records);
        for (let next = first.next; next !== null; ) {
          const page = await more(next, what);
          found.push(...page.records);
          next = page.next;
        }
      }
      return found;
    },
    async retrieve(object, ids, fields) {
      const { body, asOf } = await call({
        kind: 'read',
        method: 'POST',
        path: `${base}/composite/sobjects/${object}`,
        body: { ids, fields },
        answer: z.array(row.nullable()),
        what: `reading ${ids.length} of ${object}`,
        timeOutMs: pageTimeOutMs,
      });
      return { records: body, asOf };
    },
    async describe(object) {
      const path = `${base}/sobjects/${object}/describe`;
      const answer = z.unknown();
      const what = `describing ${object}`;
      const { body } = await call({ kind: 'read', method: 'GET', path, answer, what, fine: [404] });
      if (!Array.isArray(body)) return body;
      const say = `Salesforce has no object ${object}, or our user may not see it.`;
      throw new FaultError({ kind: 'refused', say, code: 'NOT_FOUND' });
    },
    async save(how, until) {
      if (how.do === 'delete') {
        const query = { ids: how.ids.join(','), allOrNone: 'false' };
        const what = `deleting ${how.ids.length} records`;
        return write({ method: 'DELETE', path: `${base}/composite/sobjects`, query, answer: savedAnswer, what, until });
      }
      const path =
        how.do === 'upsert' ? `${base}/composite/sobjects/${how.object}/${how.key}` : `${base}/composite/sobjects`;
      return write({
        method: how.do === 'insert' ? 'POST' : 'PATCH',
        path,
        body: { allOrNone: false, records: how.records },
        answer: savedAnswer,
        what: `writing ${how.records.length} records`,
        until,
      });
    },
    insert: async (object, fields, what) =>
      (await write({ method: 'POST', path: `${base}/sobjects/${object}`, body: fields, answer: madeAnswer, what })).id,
    async patch(object, id, fields, what) {
      await write({
        method: 'PATCH',
        path: `${base}/sobjects/${object}/${id}`,
        body: fields,
        answer: z.unknown(),
        what,
      });
    },
    async addField(object, field, metadata) {
      const body = { FullName: `${object}.${field}`, Metadata: metadata };
      const path = `${base}/tooling/sobjects/CustomField`;
      await write({ method: 'POST', path, body, answer: madeAnswer, what: `creating the field ${object}.${field}` });
    },
    user: async () => (await read('/services/oauth2/userinfo', userAnswer, 'asking who we are')).body,
    limits: async () => (await read(`${base}/limits`, limitsAnswer, 'reading the limits')).body,
  };
}
