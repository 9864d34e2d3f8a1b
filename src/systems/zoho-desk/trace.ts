import { FaultError } from '../../model/fault.ts';
import type { Operation, Traced } from '../../model/operation.ts';
import { isBlank } from '../../model/value.ts';
import { attempt } from '../kit/attempt.ts';
import type { RecordRow } from './answers.ts';
import { completed, listed } from './details.ts';
import { type Module, moduleFor } from './modules.ts';
import { type CustomTypes, pageSize } from './objects.ts';
import type { Session } from './session.ts';
import { alike, fieldsOf, timeOf } from './values.ts';
import { type Create, markFieldOf, outcomeOf } from './write.ts';

/**
 * What became of creates whose answer was lost: they are looked for in the list of all records, latest creation first, a hundred to a call
 * for all of them together. Not in the search, whose index is late. With a mark, what carries it is ours; without one, what has all that was
 * sent and was created since.
 */

/** A request may still be worked off for a while after its answer was lost, and lists may be a little late. */
const settledAfterMs = 45_000;
/** The vendor stamps whole seconds, and its clock is not ours. */
const clocksDifferMs = 5000;
const againMs = 5000;
/** More pages than this and somebody imports; then nothing is said of what was not found. */
const mostPages = 20;

export async function trace(
  session: Session,
  operations: readonly Operation[],
  since: number,
): Promise<readonly Traced[]> {
  const creates = operations.filter((one) => one.do === 'create');
  const [first] = creates;
  if (first === undefined || creates.length !== operations.length) {
    const say = 'Only creates can be traced.';
    return operations.map(() => ({ ok: false, fault: { kind: 'bug', say } }));
  }
  const module = moduleFor(first.object);
  const looked = await attempt(() => lookFor(session, module, creates, since));
  if (!looked.ok) {
    // Not being able to look says nothing of the records.
    const { fault } = looked;
    const waits = fault.kind === 'later' || fault.kind === 'limit' || fault.kind === 'login';
    return creates.map(() =>
      waits ? { waitMs: fault.afterMs ?? againMs } : { ok: false, fault: { ...fault, kind: 'unsure' } },
    );
  }
  const { rows, types } = looked.value;
  const left = since + settledAfterMs - session.world.now();
  return creates.map((create) => {
    const ours = rows.filter((row) => isOf(module, row, create, types));
    const [only] = ours;
    if (only === undefined) return left > 0 ? { waitMs: left } : 'absent';
    // The same content may have been sent for two links: then nobody can tell whose record it is.
    const rivals =
      create.mark === null && creates.some((other) => other !== create && isOf(module, only, other, types));
    if (ours.length > 1 || rivals) return { several: ours.map(({ id }) => id) };
    return outcomeOf(module, only, types);
  });
}

async function lookFor(
  session: Session,
  module: Module,
  creates: readonly Create[],
  since: number,
): Promise<{ readonly rows: readonly RecordRow[]; readonly types: CustomTypes }> {
  const sent = creates.flatMap((one) => [...Object.keys(one.fields), ...(one.mark === null ? [] : [markFieldOf(one)])]);
  const names = [...new Set(sent)];
  const types = await session.catalog.typesFor(module, names);
  const rows: RecordRow[] = [];
  for (let page = 0; ; page++) {
    if (page === mostPages)
      throw new FaultError({ kind: 'later', say: 'So much was created since that the search for it takes too long.' });
    const place = { sortBy: '-createdTime', from: 1 + page * pageSize, lane: 'live' } as const;
    const listing = await listed(session, module, place, names, types);
    const young = listing.filter((row) => (timeOf(row.createdTime) ?? 0) >= since - clocksDifferMs);
    rows.push(...young);
    if (listing.length < pageSize || young.length < listing.length) break;
  }
  const once = [...new Map(rows.map((row) => [row.id, row])).values()];
  // What differs in what its row shows is somebody else's, and is not read any further.
  const alikeRows = once.filter((row) => creates.some((create) => isOf(module, row, create, types, true)));
  const full = await completed(session, module, alikeRows, ['modifiedTime', ...names]);
  return { rows: full.filter((row) => row !== null), types };
}

/** `sofar`: what the row does not show counts as equal. A field that we may not see was dropped when it was sent. */
function isOf(module: Module, row: RecordRow, create: Create, types: CustomTypes, soFar = false): boolean {
  const field = markFieldOf(create);
  const expected = create.mark === null ? create.fields : { [field]: create.mark };
  const shown = fieldsOf(module, row, Object.keys(expected), types);
  return Object.entries(expected).every(([name, value]) => {
    const there = shown[name];
    if (there === undefined) return soFar || create.mark === null;
    return isBlank(value) ? isBlank(there) : alike(there, value);
  });
}
