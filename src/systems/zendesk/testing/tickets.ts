import type { Operation } from '../../../model/operation.ts';
import { type Change, isGone } from '../../../model/record.ts';
import type { Fields } from '../../../model/value.ts';
import type { Desk } from '../testing.ts';

/** Tickets of the twin: made, seen and changed, for tests. */

export function createTicket(subject: string, mark: string | null, fields: Fields = {}): Operation {
  const description = `${subject}, please.`;
  return { do: 'create', link: `link-${subject}`, object: 'ticket', mark, fields: { subject, description, ...fields } };
}

const refTo = (id: string | undefined) => ({ connection: 'support', object: 'ticket', id: id ?? '' });

export function updateTicket(
  id: string | undefined,
  fields: Extract<Operation, { do: 'update' }>['fields'],
  expect: string | null = null,
): Operation {
  return { do: 'update', link: id ?? '', ref: refTo(id), expect, fields };
}

export function removeTicket(id: string | undefined): Operation {
  return { do: 'remove', link: id ?? '', ref: refTo(id), expect: null, how: 'trash' };
}

/** What a change tells of its record; nothing where it is gone. */
export function toldOf(change: Change | undefined): Fields {
  return change === undefined || change.seen === 'look' || isGone(change.seen) ? {} : change.seen;
}

/** An agent does something in Zendesk itself. */
export async function byAgent(
  { world }: Desk,
  method: 'DELETE' | 'POST' | 'PUT',
  path: string,
  body: unknown = {},
): Promise<void> {
  const authorization = `Basic ${btoa('person@twin.example/token:twin-api-token')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const sent = method === 'DELETE' ? {} : { body: JSON.stringify(body) };
  const answer = await world.fetch(new Request(`http://127.0.0.1:4010/api/v2${path}`, { method, headers, ...sent }));
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}
