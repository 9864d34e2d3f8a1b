import { z } from 'zod';
import type { Call, Reply } from '../kit/call.ts';
import { type ChoiceRow, choicesAnswer, oneAnswer, type RecordRow } from './answers.ts';
import type { Body, Collection } from './collection.ts';

/**
 * The addresses of what only tickets have: a create with an idempotency key, an import, the way back from the bin, and the lists of what
 * they name by id. Source: Zendesk API reference, topics "Tickets" (idempotency), "Ticket Import", "Deleted Tickets", "Brands".
 */
export interface TicketWire {
  /** `again`: the key was used before, and the answer is the stored one of that time. */
  createOnce(
    collection: Collection,
    body: Body,
    key: string,
    until: number,
  ): Promise<{ row: RecordRow; again: boolean }>;
  /** A ticket of the past: no trigger runs and nobody is told. */
  importOne(collection: Collection, body: Body, until: number): Promise<RecordRow>;
  restore(collection: Collection, id: string, until: number): Promise<void>;
  /** A page (from 1) of a list such as `brands`. */
  choices(list: string, page: number): Promise<{ readonly rows: readonly ChoiceRow[]; readonly more: boolean }>;
}

export function createTicketWire(send: <T>(call: Call<T>) => Promise<Reply<T>>): TicketWire {
  const create = (collection: Collection, path: string, body: Body, until: number) => ({
    kind: 'write' as const,
    method: 'POST' as const,
    path,
    body: { [collection.singular]: body },
    until,
    answer: oneAnswer(collection),
    what: `creating a ${collection.singular}`,
  });
  return {
    async createOnce(collection, body, key, until) {
      const call = create(collection, `/${collection.plural}`, body, until);
      const reply = await send({ ...call, headers: { 'idempotency-key': key } });
      return { row: reply.body, again: reply.headers.get('x-idempotency-lookup') === 'hit' };
    },
    async importOne(collection, body, until) {
      return (await send(create(collection, `/imports/${collection.plural}`, body, until))).body;
    },
    async restore({ plural, singular }, id, until) {
      await send({
        kind: 'write',
        method: 'PUT',
        path: `/deleted_${plural}/${id}/restore`,
        until,
        answer: z.unknown(),
        what: `bringing ${singular} ${id} back from the bin`,
      });
    },
    async choices(list, page) {
      const query = page === 1 ? {} : { page: String(page) };
      const what = `reading the ${list.replaceAll('_', ' ')}`;
      return (await send({ kind: 'read', method: 'GET', path: `/${list}`, query, answer: choicesAnswer(list), what }))
        .body;
    },
  };
}
