import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { Page, Want } from '../../model/record.ts';
import { parseJson } from '../kit/login.ts';
import { type Collection, includesFor } from './collection.ts';
import { dressed } from './dressed.ts';
import type { Session } from './session.ts';
import { changeOf } from './values.ts';

/**
 * The change feed of users and tickets: the cursor-based incremental export, up to 1,000 records a page. The vendor's cursor is set at the end of the
 * stream too and stays good: a quiet feed costs one call a poll and brings nothing. A record that changes while the pages are read comes
 * again. Source: Zendesk API reference, topic "Incremental Exports".
 */
const cursorShape = z.object({
  after: z.string(),
  /** True until the end of the stream was reached for the first time. */
  load: z.boolean(),
});

export async function changesAfter(
  session: Session,
  collection: Collection,
  want: Want,
  text: string | null,
): Promise<Page> {
  const cursor = text === null ? { after: null, load: true } : readCursor(text);
  const types = (await session.catalog.typesFor(collection, want.fields)) ?? new Map();
  const include = includesFor(collection, want.fields);
  const page = await session.wire.exportedAfter(collection, cursor.after, cursor.load ? 'load' : 'live', include);
  const rows = await dressed(session, collection, page.rows, want.fields);
  const after = page.after_cursor ?? cursor.after;
  // An account without a single record tells no cursor: the next poll begins at the beginning again.
  const more = !page.end_of_stream && after !== cursor.after;
  return {
    changes: rows.map((row) => changeOf(session.name, collection, row, want.fields, types)),
    cursor: after === null ? '' : JSON.stringify({ after, load: cursor.load && more }),
    more,
  };
}

function readCursor(text: string): { readonly after: string | null; readonly load: boolean } {
  if (text === '') return { after: null, load: true };
  const parsed = cursorShape.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw noCursor(text);
}

export function noCursor(text: string): FaultError {
  return new FaultError({ kind: 'bug', say: `This is no cursor of the Zendesk feed: ${text.slice(0, 80)}` });
}
