import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { Lane } from '../../model/link.ts';
import type { World } from '../../model/world.ts';
import type { Call, Reply } from '../kit/call.ts';
import type { Wire } from '../kit/wire.ts';
import {
  failuresAnswer,
  listAnswer,
  oneAnswer,
  operationAnswer,
  type Problem,
  problemsAnswer,
  type Row,
} from './answers.ts';
import { faultOf } from './faults.ts';
import { createPageSizes, type Query } from './page-size.ts';
import { timeOf } from './values.ts';

/**
 * The calls, and the only place that knows addresses. Source: Oro documentation, topics "JSON:API", "Filters", "Batch API" and
 * "Synchronous Batch API".
 */
export interface OrocrmWire {
  /** Whom the token leads to. */
  profile(): Promise<Row>;
  list(type: string, query: Query, what: string, lane?: Lane): Promise<Listed>;
  /** One record by id: the evidence for what a list leaves out. */
  one(type: string, id: string, query: Query): Promise<One>;
  create(type: string, body: Document, until: number): Promise<Written>;
  update(type: string, id: string, body: Document, until: number): Promise<Written>;
  remove(type: string, id: string, until: number): Promise<void>;
  /** At most 100; answers how many were removed, null where it is not told. */
  removeMany(type: string, ids: readonly string[], until: number): Promise<number | null>;
  /** Creates or updates at most 100 records together: all are written, or none and the problems are told, or an operation will do it. */
  batch(type: string, items: readonly Document[], until: number): Promise<Batched>;
  /** The status of an asynchronous operation. */
  operation(id: string): Promise<string>;
  operationProblems(id: string): Promise<readonly Problem[]>;
  /** All entries of a resource that lists values. */
  entries(type: string): Promise<readonly Row[]>;
}

type Document = Readonly<Record<string, unknown>>;

interface Listed {
  readonly rows: readonly Row[];
  /** True where the vendor has more than it gave: an installation may give fewer rows to a page than were asked for. */
  readonly more: boolean;
  /** The vendor's time (ms); ours where it does not tell. */
  readonly asOf: number;
}

type One =
  | { readonly is: 'there'; readonly row: Row; readonly asOf: number }
  /** `purged`: OroCRM says that there is no such record. `hidden`: there is one that we may not see. */
  | { readonly is: 'purged' | 'hidden' };

export interface Written {
  readonly row: Row;
  readonly asOf: number;
}

type Batched = { readonly asOf: number } & (
  | { readonly rows: readonly Row[] }
  | { readonly operation: string }
  | { readonly problems: readonly Problem[] }
);

const mediaType = 'application/vnd.api+json';

/** JSON:API has a media type of its own, which is how OroCRM tells its bodies from those of its older interface. */
export function speakingJsonApi(world: World): World {
  return {
    ...world,
    fetch(request) {
      if (request.headers.get('content-type') === 'application/json') request.headers.set('content-type', mediaType);
      return world.fetch(request);
    },
  };
}

const api = '/api';
/** A synchronous batch takes up to 25 s before it becomes an asynchronous one. */
const batchTimeOutMs = 40_000;

export function createOrocrmWire(wire: Wire, now: () => number): OrocrmWire {
  const headers = (include: string) => ({ accept: mediaType, 'x-include': include });
  const plain = headers('noHateoas');
  const asOf = (reply: Reply<unknown>): number => timeOf(reply.headers.get('date')) ?? now();
  const read = { kind: 'read', method: 'GET', headers: plain } as const;
  const sizes = createPageSizes();

  async function write(
    call: Pick<Call<unknown>, 'method' | 'path' | 'body' | 'what'>,
    until: number,
  ): Promise<Written> {
    const reply = await wire.request({ ...call, kind: 'write', headers: plain, until, answer: oneAnswer });
    return { ...reply.body, asOf: asOf(reply) };
  }

  return {
    async profile() {
      const path = `${api}/userprofile`;
      return (await wire.request({ ...read, path, answer: oneAnswer, what: 'asking who we are' })).body.row;
    },
    async list(type, query, what, lane = 'live') {
      const path = `${api}/${type}`;
      const counted = headers('noHateoas;totalCount');
      const call = { ...read, headers: counted, path, lane, answer: listAnswer, what };
      const reply = await sizes.within(query, (within) => wire.request({ ...call, query: within }));
      const { rows } = reply.body;
      const total = countOf(reply.headers, 'x-include-total-count');
      const more = total === null ? rows.length >= sizes.of(query) : rows.length < total;
      return { rows, more: more && rows.length > 0, asOf: asOf(reply) };
    },
    async one(type, id, query) {
      const path = `${api}/${type}/${id}`;
      const answer = z.union([oneAnswer, problemsAnswer]);
      const reply = await wire.request({
        ...read,
        path,
        query,
        fine: [403, 404],
        answer,
        what: `reading ${type} ${id}`,
      });
      if ('row' in reply.body) return { is: 'there', ...reply.body, asOf: asOf(reply) };
      const fault = faultOf(reply.body.problems);
      if (fault.kind !== 'gone' && fault.kind !== 'refused') throw new FaultError(fault);
      return { is: fault.kind === 'gone' ? 'purged' : 'hidden' };
    },
    create(type, data, until) {
      const what = `creating one of ${type}`;
      return write({ method: 'POST', path: `${api}/${type}`, body: { data }, what }, until);
    },
    update(type, id, data, until) {
      const what = `updating ${type} ${id}`;
      return write({ method: 'PATCH', path: `${api}/${type}/${id}`, body: { data }, what }, until);
    },
    async remove(type, id, until) {
      const path = `${api}/${type}/${id}`;
      const what = `deleting ${type} ${id}`;
      await wire.request({ kind: 'write', method: 'DELETE', path, headers: plain, until, answer: z.unknown(), what });
    },
    async removeMany(type, ids, until) {
      const reply = await wire.request({
        kind: 'write',
        method: 'DELETE',
        path: `${api}/${type}`,
        query: { 'filter[id]': ids.join(',') },
        headers: headers('deletedCount'),
        until,
        answer: z.unknown(),
        what: `deleting ${ids.length} of ${type}`,
      });
      return countOf(reply.headers, 'x-include-deleted-count');
    },
    async batch(type, items, until) {
      const reply = await wire.request({
        kind: 'write',
        method: 'PATCH',
        path: `${api}/${type}`,
        headers: { ...plain, 'x-mode': 'sync' },
        body: { data: items },
        until,
        timeOutMs: batchTimeOutMs,
        fine: [400, 403, 404, 409],
        answer: z.union([listAnswer, operationAnswer, problemsAnswer]),
        what: `writing ${items.length} of ${type}`,
      });
      return { ...reply.body, asOf: asOf(reply) };
    },
    async operation(id) {
      const path = `${api}/asyncoperations/${id}`;
      const what = `asking after operation ${id}`;
      return (await wire.request({ ...read, path, answer: operationAnswer, what })).body.status;
    },
    async operationProblems(id) {
      const path = `${api}/asyncoperations/${id}/errors`;
      const what = `reading the errors of operation ${id}`;
      const call = { ...read, path, answer: failuresAnswer, what };
      return (await sizes.within(allOfThem, (query) => wire.request({ ...call, query }))).body.problems;
    },
    async entries(type) {
      const what = `reading the entries of ${type}`;
      const call = { ...read, path: `${api}/${type}`, answer: listAnswer, what };
      return (await sizes.within(allOfThem, (query) => wire.request({ ...call, query }))).body.rows;
    },
  };
}

/** Pages have ten rows unless another number is asked for; a batch has at most this many errors, and no list of values is longer. */
const allOfThem = { 'page[size]': '1000' };

function countOf(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
