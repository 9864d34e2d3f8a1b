import { FaultError } from '../../model/fault.ts';
import { attempt } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import type { Collection } from './collection.ts';
import { keyOf, type Prepared } from './operations.ts';
import { byIds, byKeys } from './reading.ts';
import type { Session } from './session.ts';
import { isImport } from './ticket-body.ts';

/**
 * Creating a ticket so that it cannot be there twice. External ids of tickets are not unique; what keeps a second one out is the idempotency
 * key, by which Zendesk answers a repeated create with what it answered the first time, for two hours. The key is the link's, so a create
 * whose answer was lost and that is decided anew meets its first one, with the same content or with another. A ticket that was made by the
 * key and deleted since does not count: then the link asks for a new one, under its next key.
 * Source: Zendesk API reference, topic "Tickets", "Idempotency".
 */

/** A link makes no more tickets than this within two hours. */
const keysOfLink = 3;
const keyLifeMs = 2 * 3_600_000;

export async function createTicket(
  session: Session,
  collection: Collection,
  { operation, body }: Prepared,
  until: number,
): Promise<RecordRow> {
  if (isImport(operation)) return session.wire.importOne(collection, body, until);
  // What follows a closed ticket of the same link is another one.
  const followed = body.via_followup_source_id === undefined ? '' : `:after:${String(body.via_followup_source_id)}`;
  for (let n = 1; n <= keysOfLink; n++) {
    const own = `syncline:${operation.link}${followed}`;
    const key = n === 1 ? own : `${own}:${n}`;
    const asked = await attempt(() => session.wire.createOnce(collection, body, key, until));
    if (asked.ok && !asked.value.again) return asked.value.row;
    if (!asked.ok && asked.fault.code !== keyTaken) throw new FaultError(asked.fault);
    const earlier = asked.ok
      ? await byIds(session, collection, [asked.value.row.id])
      : await madeBefore(session, collection, keyOf(operation));
    const there = earlier.find((row) => collection.goneAs(row) === null);
    if (there !== undefined) return there;
  }
  const say = `Zendesk remembers ${keysOfLink} tickets that were made for this record within two hours and deleted again: the next one is made when it has forgotten them.`;
  throw new FaultError({ kind: 'later', say, afterMs: keyLifeMs });
}

/** The key was used with another content. */
const keyTaken = 'IdempotentRequestError';

/** What an earlier create of the link made, by the mark that it carries; without a mark only a trace can tell. */
async function madeBefore(
  session: Session,
  collection: Collection,
  mark: string | null,
): Promise<readonly RecordRow[]> {
  if (mark !== null) return byKeys(session, collection, [mark]);
  const say =
    'An earlier create of this ticket, with another content, was carried out; which ticket it made is looked for.';
  throw new FaultError({ kind: 'unsure', code: keyTaken, say });
}
