import { z } from 'zod';
import type { Lane } from '../../model/link.ts';
import type { Call, Reply } from '../kit/call.ts';
import type { Wire } from '../kit/wire.ts';
import {
  type CursorPage,
  cursorAnswer,
  type ExportPage,
  exportAnswer,
  type FieldRow,
  fieldsAnswer,
  foundAnswer,
  type JobRow,
  jobsAnswer,
  manyAnswer,
  oneAnswer,
  type RecordRow,
  userAnswer,
} from './answers.ts';
import { type Ask, bulkCall, type Write } from './bulk-call.ts';
import type { Body, Collection, LookUp } from './collection.ts';
import { createHookWire, type HookWire } from './hook-wire.ts';
import { createPeopleWire, type PeopleWire } from './people-wire.ts';
import { exportPageSize } from './standard.ts';
import { createTicketWire, type TicketWire } from './ticket-wire.ts';
import { idNumber } from './values.ts';

/**
 * Every address of Zendesk's that we use (those of memberships and identities in people-wire.ts, of tickets alone in ticket-wire.ts, of webhooks in hook-wire.ts), and
 * nothing but that: the rest of the connector speaks of verbs. `include` names side-loads. Source: Zendesk API reference, topics "Organizations", "Organization Fields", "Incremental Exports",
 * "Job Statuses", "Users".
 */
export interface ZendeskWire extends PeopleWire, TicketWire, HookWire {
  me(): Promise<z.infer<typeof userAnswer>['user']>;
  /** One page of field definitions; `after` is the cursor of the next one. */
  fields(collection: Collection, after: string | null): Promise<{ rows: readonly FieldRow[]; after: string | null }>;
  /** What changed at or after a second (epoch). A page of a first load leaves the last places to others. */
  exported(collection: Collection, startTime: number, lane: Lane): Promise<ExportPage>;
  /** The same, going on from a cursor of the vendor's; null: from the beginning. */
  exportedAfter(
    collection: Collection,
    cursor: string | null,
    lane: Lane,
    include: readonly string[],
  ): Promise<CursorPage>;
  /** At most 100 ids or external ids; those that are not there are left out of the answer. */
  showMany(
    collection: Collection,
    by: 'ids' | 'external_ids',
    values: readonly string[],
    include?: readonly string[],
  ): Promise<readonly RecordRow[]>;
  /** One page (from 1) of the records that a look-up finds, without regard to case. */
  search(
    collection: Collection,
    lookUp: LookUp,
    value: string,
    page: number,
    include?: readonly string[],
  ): Promise<Found>;
  create(collection: Collection, body: Body, until: number): Promise<RecordRow>;
  update(collection: Collection, id: string, body: Body, until: number): Promise<RecordRow>;
  remove(collection: Collection, id: string, until: number): Promise<void>;
  /** The bulk calls start a job, or find that the account has no access to them: then nothing was done. */
  createMany(collection: Collection, bodies: readonly Body[], until: number): Promise<JobRow | 'closed'>;
  updateMany(
    collection: Collection,
    bodies: readonly (Body & { readonly id: string })[],
    until: number,
  ): Promise<JobRow | 'closed'>;
  removeMany(collection: Collection, ids: readonly string[], until: number): Promise<JobRow | 'closed'>;
  /** At most 100 jobs; unknown ones are left out of the answer. */
  jobs(ids: readonly string[]): Promise<readonly JobRow[]>;
}

type Found = z.infer<ReturnType<typeof foundAnswer>>;

export const tokenPath = '/oauth/tokens';

const api = '/api/v2';

/** `ignored` hears what the vendor says it did not take from a body: unknown properties are dropped without an error. */
export function createZendeskWire(wire: Wire, ignored: (what: string, said: string) => void): ZendeskWire {
  const send = async <T>(call: Call<T>): Promise<Reply<T>> => {
    const reply = await wire.request({ ...call, path: api + call.path });
    const said = reply.headers.get('x-zendesk-api-warn');
    if (said !== null && call.kind === 'write') ignored(call.what, said);
    return reply;
  };
  const ask: Ask = async (call) => (await send(call)).body;
  const read = { kind: 'read', method: 'GET' } as const;
  const bulk = (call: Write) => bulkCall(ask, call);

  return {
    ...createPeopleWire(ask),
    ...createHookWire(ask),
    ...createTicketWire(send),
    async me() {
      return (await ask({ ...read, path: '/users/me', answer: userAnswer, what: 'asking who we are' })).user;
    },
    async fields(collection, after) {
      const query = { 'page[size]': '100', ...(after === null ? {} : { 'page[after]': after }) };
      const answer = await ask({
        ...read,
        path: `/${collection.definitions}`,
        query,
        answer: fieldsAnswer(collection),
        what: `reading the custom fields of ${collection.plural}`,
      });
      // The cursor is set on the last page too: `has_more` alone says that there is another.
      return { rows: answer.rows, after: answer.meta?.has_more === true ? (answer.meta.after_cursor ?? null) : null };
    },
    exported(collection, startTime, lane) {
      const query = { start_time: String(startTime), per_page: String(exportPageSize) };
      const path = `/incremental/${collection.plural}`;
      const what = `reading changed ${collection.plural}`;
      return ask({ ...read, path, query, lane, answer: exportAnswer(collection), what });
    },
    exportedAfter(collection, cursor, lane, include) {
      const from = cursor === null ? { start_time: '0' } : { cursor };
      const query = { ...from, per_page: String(exportPageSize), ...withSideLoads(include) };
      const path = `/incremental/${collection.plural}/cursor`;
      const what = `reading changed ${collection.plural}`;
      return ask({ ...read, path, query, lane, answer: cursorAnswer(collection), what });
    },
    showMany(collection, by, values, include) {
      const path = `/${collection.plural}/show_many`;
      const query = { [by]: values.join(','), ...withSideLoads(include) };
      return ask({ ...read, path, query, answer: manyAnswer(collection), what: `reading ${collection.plural}` });
    },
    search(collection, { field, by, query = (value) => ({ [field]: value }) }, value, page, include) {
      const path = `/${collection.plural}${by === 'list' ? '' : '/search'}`;
      const what = `looking for ${collection.plural} by ${field}`;
      const paged = page === 1 ? {} : { page: String(page) };
      const asked = { ...query(value), ...paged, ...withSideLoads(include) };
      return ask({ ...read, path, query: asked, answer: foundAnswer(collection), what });
    },
    create(collection, body, until) {
      return ask({
        kind: 'write',
        method: 'POST',
        path: `/${collection.plural}`,
        body: { [collection.singular]: body },
        until,
        answer: oneAnswer(collection),
        what: `creating a ${collection.singular}`,
      });
    },
    update(collection, id, body, until) {
      return ask({
        kind: 'write',
        method: 'PUT',
        path: `/${collection.plural}/${id}`,
        body: { [collection.singular]: body },
        until,
        answer: oneAnswer(collection),
        what: `updating ${collection.singular} ${id}`,
      });
    },
    async remove(collection, id, until) {
      const path = `/${collection.plural}/${id}`;
      const what = `deleting ${collection.singular} ${id}`;
      await ask({ kind: 'write', method: 'DELETE', path, until, answer: z.unknown(), what });
    },
    createMany({ plural }, bodies, until) {
      const what = `creating ${bodies.length} ${plural}`;
      return bulk({ method: 'POST', path: `/${plural}/create_many`, body: { [plural]: bodies }, until, what });
    },
    updateMany({ plural }, bodies, until) {
      const body = { [plural]: bodies.map((one) => ({ ...one, id: idNumber(one.id) })) };
      return bulk({
        method: 'PUT',
        path: `/${plural}/update_many`,
        body,
        until,
        what: `updating ${bodies.length} ${plural}`,
      });
    },
    removeMany({ plural }, ids, until) {
      const query = { ids: ids.join(',') };
      const what = `deleting ${ids.length} ${plural}`;
      return bulk({ method: 'DELETE', path: `/${plural}/destroy_many`, query, until, what });
    },
    async jobs(ids) {
      const query = { ids: ids.join(',') };
      const path = '/job_statuses/show_many';
      const answer = await ask({ ...read, path, query, answer: jobsAnswer, what: 'asking after jobs' });
      return answer.job_statuses;
    },
  };
}

function withSideLoads(include: readonly string[] = []): Readonly<Record<string, string>> {
  return include.length === 0 ? {} : { include: include.join(',') };
}
