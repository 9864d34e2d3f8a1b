import { z } from 'zod';
import { type Fault, FaultError } from '../../model/fault.ts';
import type { World } from '../../model/world.ts';
import { type Attempt, attempt, chunks } from '../kit/attempt.ts';
import { type Call, classifyByStatus } from '../kit/call.ts';
import { renewingLogin, ticketOf } from '../kit/login.ts';
import type { Limits } from '../kit/pace.ts';
import type { Secrets } from '../kit/system.ts';
import { createWire } from '../kit/wire.ts';
import {
  type Api,
  compositeAnswer,
  duplicatesAnswer,
  limitsAnswer,
  madeAnswer,
  type Query,
  queryAnswer,
  type Rows,
  retrieveAnswer,
  type Save,
  type Saved,
  savedAnswer,
  userAnswer,
} from './api.ts';
import { grantOf, type SalesforceAuth, tokenEndpoint } from './auth.ts';
import { classify } from './faults.ts';
import { metadataMessage } from './metadata.ts';
import { collectionsPerCall } from './objects.ts';
import { resultsOf, undeleteMessage } from './soap.ts';
import { together } from './together.ts';
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

/** The bytes that a URL may have (16,384), with room for headers. */
export const urlRoom = 12_000;
const pageTimeOutMs = 60_000;
/** A call that writes 200 records, with their triggers, and each further 200 that travel with them. */
export const saveTimeOutMs = 30_000;
const furtherTimeOutMs = 15_000;
/** Inserts that have not begun so soon after they were decided are not sent: whoever traces them knows how long to wait. */
export const insertPatienceMs = 10_000;
/** Fields are built while the call waits, a few seconds each (Metadata API Developer Guide, "createMetadata()": synchronous). */
const metadataTimeOutMs = 180_000;
/** Polls that are asked for within this time of the first one share its call. */
const momentMs = 25;

/** Every call says who we are, so that change events of our own writes can be told apart. */
const ourName = { 'Sforce-Call-Options': 'client=syncline' };
/** Assignment rules would hand our cases and leads to somebody else. */
const ourHand = { 'Sforce-Auto-Assign': 'FALSE' };

export interface ApiOptions {
  readonly world: World;
  readonly name: string;
  readonly url: string;
  readonly environment: 'production' | 'sandbox';
  readonly auth: SalesforceAuth;
  readonly secrets: Secrets;
  readonly version: string;
}

interface Part {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: Row;
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
      const grant = grantOf(options.auth, tokenEndpoint(send, root), options);
      return renewingLogin(world, async () => ticketOf(await grant(), world.now()));
    },
  });

  async function call<T>(one: Call<T>): Promise<{ body: T; asOf: number }> {
    const began = world.now();
    const reply = await wire.request({ ...one, headers: { ...ourName, ...one.headers } });
    const now = world.now();
    const date = Date.parse(reply.headers.get('date') ?? '');
    // The header is cut down to seconds and older than `now`, so this is the least that their clock can be ahead of ours.
    if (!Number.isNaN(date)) skewMs = date - now;
    return { body: reply.body, asOf: began + skewMs };
  }

  async function read<T>(
    path: string,
    answer: z.ZodType<T>,
    what: string,
    query: Readonly<Record<string, string>> = {},
  ) {
    return call({ kind: 'read', method: 'GET', path, query, answer, what, timeOutMs: pageTimeOutMs });
  }

  async function write<T>(
    one: Pick<Call<T>, 'method' | 'path' | 'body' | 'query' | 'answer' | 'what' | 'until' | 'timeOutMs'>,
  ): Promise<T> {
    return (await call({ kind: 'write', ...one, headers: ourHand })).body;
  }

  /** Several requests as one call. Each part has its own answer; `unclear` is what an answer that cannot be read means. */
  async function composite<T>(
    parts: readonly Part[],
    how: Pick<Call<T>, 'kind' | 'answer' | 'what' | 'until' | 'timeOutMs'>,
    unclear: Fault['kind'],
  ): Promise<{ readonly parts: readonly Attempt<T>[]; readonly asOf: number }> {
    const httpHeaders = how.kind === 'write' ? { ...ourName, ...ourHand } : undefined;
    const compositeRequest = parts.map((part, i) => ({ ...part, referenceId: `q${i}`, httpHeaders }));
    const { body, asOf } = await call({
      ...how,
      method: 'POST',
      path: `${base}/composite`,
      // Parts that are collated lose their order.
      body: { allOrNone: false, collateSubrequests: false, compositeRequest },
      answer: compositeAnswer,
      ...(how.kind === 'write' ? { headers: ourHand } : {}),
    });
    const answers = new Map(body.compositeResponse.map((part) => [part.referenceId, part]));
    return {
      asOf,
      parts: compositeRequest.map(({ referenceId }): Attempt<T> => {
        const part = answers.get(referenceId);
        const unread = (say: string): Attempt<T> => ({ ok: false, fault: { kind: unclear, say } });
        if (part === undefined) return unread(`Salesforce left out a part of the answer to ${how.what}.`);
        if (part.httpStatusCode !== 200) {
          const failed = classify(part.httpStatusCode, new Headers(), part.body, how.kind);
          return { ok: false, fault: (failed ?? classifyByStatus(part.httpStatusCode, how.kind, how.what, '')).fault };
        }
        const parsed = how.answer.safeParse(part.body);
        if (parsed.success) return { ok: true, value: parsed.data };
        return unread(`A part of the answer to ${how.what} is not what was expected.`);
      }),
    };
  }

  function rowsOf(body: z.infer<typeof queryAnswer>, asOf: number): Rows {
    return { records: body.records, next: body.done ? null : (body.nextRecordsUrl ?? null), asOf };
  }

  async function queryParts(queries: readonly Query[], what: string): Promise<readonly Attempt<Rows>[]> {
    const parts = queries.map(({ all, soql }): Part => {
      return { method: 'GET', url: `${base}/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}` };
    });
    const how = { kind: 'read', answer: queryAnswer, what, timeOutMs: pageTimeOutMs } as const;
    const answered = await composite(parts, how, 'bug');
    return answered.parts.map((part) => (part.ok ? { ok: true, value: rowsOf(part.value, answered.asOf) } : part));
  }

  async function queries(list: readonly Query[], what: string): Promise<readonly Rows[]> {
    const found: Rows[] = [];
    for (const group of chunks(list, collectionsPerCall)) {
      for (const part of await queryParts(group, what)) {
        if (!part.ok) throw new FaultError(part.fault);
        found.push(part.value);
      }
    }
    return found;
  }

  const poll = together(
    () => world.sleep(momentMs),
    async (list: readonly Query[]) => {
      const found: Attempt<Rows>[] = [];
      for (const group of chunks(list, collectionsPerCall)) {
        const parts = await attempt(() => queryParts(group, 'reading changes'));
        found.push(...(parts.ok ? parts.value : group.map(() => parts)));
      }
      return found;
    },
  );

  async function more(next: string, what: string): Promise<Rows> {
    const { body, asOf } = await read(next, queryAnswer, what);
    return rowsOf(body, asOf);
  }

  /** One collection, as a request of its own or as a part of a composite one. */
  function partOf(piece: Save): Part {
    const path = `${base}/composite/sobjects`;
    if (piece.do === 'delete') {
      const query = new URLSearchParams({ ids: piece.ids.join(','), allOrNone: 'false' });
      return { method: 'DELETE', url: `${path}?${query.toString()}` };
    }
    const url = piece.do === 'upsert' ? `${path}/${piece.object}/${piece.key}` : path;
    return {
      method: piece.do === 'insert' ? 'POST' : 'PATCH',
      url,
      body: { allOrNone: false, records: piece.records },
    };
  }

  async function saveTogether(pieces: readonly Save[], until: number): Promise<readonly Attempt<Saved>[]> {
    const parts = pieces.map(partOf);
    const [only, ...others] = parts;
    const what = `writing ${pieces.reduce((sum, piece) => sum + sizeOf(piece), 0)} records`;
    const timeOutMs = saveTimeOutMs + furtherTimeOutMs * others.length;
    const how = { answer: savedAnswer, what, until, timeOutMs };
    const sent = await attempt(async () => {
      if (only === undefined) return [];
      if (others.length > 0) return (await composite(parts, { kind: 'write', ...how }, 'unsure')).parts;
      const { method, url: path, body } = only;
      return [{ ok: true, value: await write({ method, path, body, ...how }) } as const];
    });
    return sent.ok ? sent.value : pieces.map(() => sent);
  }

  return {
    calls: wire.calls,
    budget: wire.budget,
    lasts: wire.lasts,
    skewMs: () => skewMs,
    queries,
    poll,
    more,
    async query(query, what) {
      if (encodeURIComponent(query.soql).length > urlRoom) {
        const [only] = await queries([query], what);
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
        answer: retrieveAnswer,
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
    async save(pieces, until) {
      const saved: Attempt<Saved>[] = [];
      const insertsUntil = Math.min(until, world.now() + insertPatienceMs + saveTimeOutMs);
      for (let from = 0; from < pieces.length; ) {
        const roomMs = until - world.now() - saveTimeOutMs;
        const most = Math.min(collectionsPerCall, 1 + Math.max(0, Math.floor(roomMs / furtherTimeOutMs)));
        const group = travelling(pieces.slice(from, from + most));
        const inserts = group.some((piece) => piece.do === 'insert');
        saved.push(...(await saveTogether(group, inserts ? insertsUntil : until)));
        from += group.length;
      }
      return saved;
    },
    async undelete(ids, until) {
      const { body } = await call({
        kind: 'write',
        method: 'POST',
        path: `/services/Soap/u/${options.version}`,
        headers: { SOAPAction: '""' },
        raw: undeleteMessage(ids),
        answer: resultsOf('undelete'),
        what: `bringing back ${ids.length} records`,
        until,
        timeOutMs: saveTimeOutMs,
      });
      return body;
    },
    insert: async (object, fields, what) =>
      (await write({ method: 'POST', path: `${base}/sobjects/${object}`, body: fields, answer: madeAnswer, what })).id,
    async patch(object, id, fields, what) {
      const path = `${base}/sobjects/${object}/${id}`;
      await write({ method: 'PATCH', path, body: fields, answer: z.unknown(), what });
    },
    async putMetadata(verb, type, components) {
      const { body } = await call({
        kind: 'write',
        method: 'POST',
        path: `/services/Soap/m/${options.version}`,
        headers: { SOAPAction: '""' },
        raw: metadataMessage(verb, type, components),
        answer: resultsOf(verb),
        what: `creating ${components.length === 1 ? components[0]?.fullName : `${components.length} of ${type}`}`,
        timeOutMs: metadataTimeOutMs,
      });
      return body;
    },
    user: async () => (await read('/services/oauth2/userinfo', userAnswer, 'asking who we are')).body,
    limits: async () => (await read(`${base}/limits`, limitsAnswer, 'reading the limits')).body,
    duplicateRules: async (object) =>
      (await read(`${base}/ui-api/duplicates/${object}`, duplicatesAnswer, `reading the duplicate rules of ${object}`))
        .body.duplicateRules,
  };
}

function sizeOf(piece: Save): number {
  return piece.do === 'delete' ? piece.ids.length : piece.records.length;
}

/** The first of them, with those after it that may travel in the same call. */
function travelling(pieces: readonly Save[]): readonly Save[] {
  const stop = pieces.findIndex((piece, i) => piece.alone && i > 0);
  if (pieces[0]?.alone === true) return pieces.slice(0, 1);
  return stop < 0 ? pieces : pieces.slice(0, stop);
}
