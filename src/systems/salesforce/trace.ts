import type { Fault } from '../../model/fault.ts';
import type { Operation, Traced } from '../../model/operation.ts';
import { attempt } from '../kit/attempt.ts';
import type { Api, Query } from './api.ts';
import { markField, usualCommitMs } from './objects.ts';
import { idOf } from './records.ts';
import { groups, quoted } from './soql.ts';
import { fromSalesforce, isoSeconds, normalForm, pick, type Row, type TypeOf } from './values.ts';
import { insertPatienceMs, saveTimeOutMs, urlRoom } from './wire.ts';

/**
 * What became of creates whose answer was lost. A transaction that is still running shows nothing, so nothing is `absent` before its
 * window has passed: the time within which its request began, the request's time-out and the usual time to commit.
 *
 * - With a mark: the record that carries it, also from the recycle bin.
 * - Without: what our own user created since, with the same content in every field that was written.
 */
const windowMs = insertPatienceMs + saveTimeOutMs + usualCommitMs;
/** Clocks differ a little even where we know by how much. */
const marginMs = 5000;

type Create = Extract<Operation, { do: 'create' }>;

export interface TraceOptions {
  readonly api: Api;
  readonly now: () => number;
  readonly user: () => Promise<string>;
  readonly typeOf: (object: string, fields: readonly string[]) => Promise<TypeOf>;
}

export async function traceCreates(
  options: TraceOptions,
  operations: readonly Operation[],
  since: number,
): Promise<readonly Traced[]> {
  const creates = operations.filter((operation) => operation.do === 'create');
  const found = await attempt(() => lookFor(options, creates, since));
  const none: Traced = options.now() < since + windowMs ? { waitMs: since + windowMs - options.now() } : 'absent';
  return operations.map((operation): Traced => {
    if (operation.do !== 'create') return { ok: false, fault: { kind: 'bug', say: 'Only creates are traced.' } };
    // A trace that failed says nothing of the create: an outcome would be taken for the create's own.
    if (!found.ok) return notTraced(found.fault);
    return found.value.get(operation) ?? none;
  });
}

function notTraced(fault: Fault): Traced {
  const passes = fault.kind === 'later' || fault.kind === 'limit' || fault.kind === 'login';
  return passes ? { waitMs: fault.afterMs ?? againMs } : { ok: false, fault: { ...fault, kind: 'unsure' } };
}
const againMs = 30_000;

async function lookFor(
  options: TraceOptions,
  creates: readonly Create[],
  since: number,
): Promise<ReadonlyMap<Create, Traced>> {
  const found = new Map<Create, Traced>();
  for (const [object, some] of byObject(creates)) {
    await lookForMarks(options, object, some, found);
    await lookForContent(options, object, some, since, found);
  }
  return found;
}

async function lookForMarks(
  options: TraceOptions,
  object: string,
  creates: readonly Create[],
  found: Map<Create, Traced>,
): Promise<void> {
  for (const key of new Set(creates.map((create) => create.markField ?? markField))) {
    const some = creates.filter((create) => create.mark !== null && (create.markField ?? markField) === key);
    await lookForKey(options, object, key, some, found);
  }
}

async function lookForKey(
  options: TraceOptions,
  object: string,
  key: string,
  creates: readonly Create[],
  found: Map<Create, Traced>,
): Promise<void> {
  const marked = new Map(creates.map((create) => [(create.mark ?? '').toLowerCase(), create]));
  if (marked.size === 0) return;
  const head = `SELECT Id, ${key} FROM ${object} WHERE ${key} IN `;
  const queries = groups(
    [...marked.values()].map((create) => quoted(create.mark ?? '')),
    urlRoom,
  ).map((group): Query => ({ soql: `${head}(${group.join(',')})`, all: true }));
  for (const row of await options.api.gather(queries, `tracing ${object} by mark`)) {
    const mark = pick(row, key);
    const create = typeof mark === 'string' ? marked.get(mark.toLowerCase()) : undefined;
    if (create !== undefined) found.set(create, { ok: true, id: idOf(row), version: null, now: null });
  }
}

async function lookForContent(
  options: TraceOptions,
  object: string,
  creates: readonly Create[],
  since: number,
  found: Map<Create, Traced>,
): Promise<void> {
  const unmarked = creates.filter((create) => create.mark === null);
  if (unmarked.length === 0) return;
  const fields = [...new Set(unmarked.flatMap((create) => Object.keys(create.fields)))];
  const typeOf = await options.typeOf(object, fields);
  const user = await options.user();
  const from = isoSeconds(Math.floor((since + Math.min(0, options.api.skewMs()) - marginMs) / 1000) * 1000);
  const where = `CreatedById = ${quoted(user)} AND CreatedDate >= ${from}`;
  const soql = `SELECT ${['Id', ...fields.filter((field) => field !== 'Id')].join(', ')} FROM ${object} WHERE ${where}`;
  const rows = await options.api.gather([{ soql, all: true }], `tracing ${object} by content`);
  for (const create of unmarked) {
    const same = rows.filter((row) => hasContent(row, create, typeOf));
    const [only] = same;
    if (only === undefined) continue;
    // The same content may have been sent for two links at once; then nobody can tell whose record it is.
    const rivals = unmarked.filter((other) => other !== create && same.some((row) => hasContent(row, other, typeOf)));
    const certain = same.length === 1 && rivals.length === 0;
    found.set(create, certain ? { ok: true, id: idOf(only), version: null, now: null } : { several: same.map(idOf) });
  }
}

function hasContent(row: Row, create: Create, typeOf: TypeOf): boolean {
  return Object.entries(create.fields).every(([name, sent]) => {
    const type = typeOf(name);
    return normalForm(fromSalesforce(pick(row, name), type), type) === normalForm(sent, type);
  });
}

function byObject(creates: readonly Create[]): ReadonlyMap<string, readonly Create[]> {
  return Map.groupBy(creates, (create) => create.object);
}
