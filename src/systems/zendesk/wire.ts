import { z } from 'zod';
import type { Lane } from '../../model/link.ts';
import type { Call, Reply } from '../kit/call.ts';
import type { Wire } from '../kit/wire.ts';
import {
  type ExportPage,
  exportAnswer,
  type FieldRow,
  fieldsAnswer,
  type JobRow,
  jobAnswer,
  jobsAnswer,
  manyAnswer,
  oneAnswer,
  type RecordRow,
  userAnswer,
} from './answers.ts';
import type { Collection } from './collection.ts';
import { exportPageSize } from './standard.ts';
import { idNumber } from './values.ts';

/**
 * Every address of Zendesk's that we use, and nothing but that: the rest of the connector speaks of verbs.
 * Source: Zendesk API reference, topics "Organizations", "Organization Fields", "Incremental Exports", "Job Statuses", "Users".
 */
export interface ZendeskWire {
  me(): Promise<z.infer<typeof userAnswer>['user']>;
  /** One page of field definitions; `after` is the cursor of the next one. */
  fields(collection: Collection, after: string | null): Promise<{ rows: readonly FieldRow[]; after: string | null }>;
  /** What changed at or after a second (epoch). A page of a first load leaves the last places to others. */
  exported(collection: Collection, startTime: number, lane: Lane): Promise<ExportPage>;
  /** At most 100 ids or external ids; those that are not there are left out of the answer. */
  showMany(
    collection: Collection,
    by: 'ids' | 'external_ids',
    values: readonly string[],
  ): Promise<readonly RecordRow[]>;
  /** Exact, without regard to case, and not from the search index. */
  search(collection: Collection, field: string, value: string): Promise<readonly RecordRow[]>;
  create(collection: Collection, body: Body, until: number): Promise<RecordRow>;
  update(collection: Collection, id: string, body: Body, until: number): Promise<RecordRow>;
  remove(collection: Collection, id: string, until: number): Promise<void>;
  createMany(collection: Collection, bodies: readonly Body[], until: number): Promise<JobRow>;
  updateMany(
    collection: Collection,
    bodies: readonly (Body & { readonly id: string })[],
    until: number,
  ): Promise<JobRow>;
  removeMany(collection: Collection, ids: readonly string[], until: number): Promise<JobRow>;
  /** At most 100 jobs; unknown ones are left out of the answer. */
  jobs(ids: readonly string[]): Promise<readonly JobRow[]>;
}

type Body = Readonly<Record<string, unknown>>;

export const tokenPath = '/oauth/tokens';

const api = '/api/v2';

/** `ignored` hears what the vendor says it did not take from a body: unknown properties are dropped without an error. */
export function createZendeskWire(wire: Wire, ignored: (what: string, said: string) => void): ZendeskWire {
  async function ask<T>(call: Omit<Call<T>, 'path'> & { readonly path: string }): Promise<T> {
    const reply: Reply<T> = await wire.request({ ...call, path: api + call.path });
    const said = reply.headers.get('x-zendesk-api-warn');
    if (said !== null && call.kind === 'write') ignored(call.what, said);
    return reply.body;
  }
  const read = { kind: 'read', method: 'GET' } as const;
  const nothing = z.unknown();

  return {
    async me() {
      return (await ask({ ...read, path: '/users/me', answer: userAnswer, what: 'asking who we are' })).user;
    },
    async fields(collection, after) {
      const query = { 'page[size]': '100', ...(after === null ? {} : { 'page[after]': after }) };
      const answer = await ask({
        ...read,
        path: `/${collection.custom}`,
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
      return ask({
        ...read,
        path,
        query,
        lane,
        answer: exportAnswer(collection),
        what: `reading changed ${collection.plural}`,
      });
    },
    showMany(collection, by, values) {
      const path = `/${collection.plural}/show_many`;
      const query = { [by]: values.join(',') };
      return ask({ ...read, path, query, answer: manyAnswer(collection), what: `reading ${collection.plural}` });
    },
    search(collection, field, value) {
      const path = `/${collection.plural}/search`;
      return ask({
        ...read,
        path,
        query: { [field]: value },
        answer: manyAnswer(collection),
        what: `looking for ${collection.plural} by ${field}`,
      });
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
      await ask({ kind: 'write', method: 'DELETE', path, until, answer: nothing, what });
    },
    async createMany(collection, bodies, until) {
      const answer = await ask({
        kind: 'write',
        method: 'POST',
        path: `/${collection.plural}/create_many`,
        body: { [collection.plural]: bodies },
        until,
        answer: jobAnswer,
        what: `creating ${bodies.length} ${collection.plural}`,
      });
      return answer.job_status;
    },
    async updateMany(collection, bodies, until) {
      const answer = await ask({
        kind: 'write',
        method: 'PUT',
        path: `/${collection.plural}/update_many`,
        body: { [collection.plural]: bodies.map((body) => ({ ...body, id: idNumber(body.id) })) },
        until,
        answer: jobAnswer,
        what: `updating ${bodies.length} ${collection.plural}`,
      });
      return answer.job_status;
    },
    async removeMany(collection, ids, until) {
      const answer = await ask({
        kind: 'write',
        method: 'DELETE',
        path: `/${collection.plural}/destroy_many`,
        query: { ids: ids.join(',') },
        until,
        answer: jobAnswer,
        what: `deleting ${ids.length} ${collection.plural}`,
      });
      return answer.job_status;
    },
    async jobs(ids) {
      const query = { ids: ids.join(',') };
      const answer = await ask({
        ...read,
        path: '/job_statuses/show_many',
        query,
        answer: jobsAnswer,
        what: 'asking after jobs',
      });
      return answer.job_statuses;
    },
  };
}
