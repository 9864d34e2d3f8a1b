import type { Fault } from '../../model/fault.ts';
import type { Operation, Traced } from '../../model/operation.ts';
import { attempt } from '../kit/attempt.ts';
import type { Row } from './answers.ts';
import { type Create, createPatienceMs, keyOf, sentBy } from './operations.ts';
import { having } from './read.ts';
import { keyField, type Resource } from './resource.ts';
import { resourceFor, type Session, sparse } from './session.ts';
import { alike, fieldsOf, isoSeconds, trimmed } from './values.ts';

/**
 * What became of creates whose answer was lost.
 *
 * - With a mark in `externalId`, which is unique: the record that carries it, a call for many.
 * - Without: what was created since with the same content in every field that was sent, one call for all of them. Who created a record
 *   is told of contacts alone; of the others a person's record with the very same content, made in that time, would be taken for ours.
 *
 * The server goes on with a request after we have stopped waiting for it, so nothing is `absent` before its window has passed.
 */
const windowMs = createPatienceMs + 60_000;
/** Stamps have whole seconds, and the vendor's clock is not ours. */
const clocksDifferMs = 60_000;
const pageSize = 1000;

type Found = ReadonlyMap<Create, Traced>;

export async function trace(
  session: Session,
  operations: readonly Operation[],
  since: number,
): Promise<readonly Traced[]> {
  const creates = operations.filter((operation) => operation.do === 'create');
  const traced = new Map<Create, Traced>();
  const waitMs = since + windowMs - session.world.now();
  const none: Traced = waitMs > 0 ? { waitMs } : 'absent';
  const groups = Map.groupBy(creates, (create) => `${create.object} ${keyOf(create) === null}`);
  for (const group of groups.values()) {
    const found = await attempt(() => lookFor(session, group, since));
    for (const create of group) traced.set(create, found.ok ? (found.value.get(create) ?? none) : blind(found.fault));
  }
  const bug: Traced = { ok: false, fault: { kind: 'bug', say: 'Only creates are traced.' } };
  return operations.map((operation) => (operation.do === 'create' ? (traced.get(operation) ?? none) : bug));
}

/** A trace that failed says nothing of the create: an outcome would be taken for the create's own. */
function blind(fault: Fault): Traced {
  const passes = fault.kind === 'later' || fault.kind === 'limit' || fault.kind === 'login';
  return passes ? { waitMs: fault.afterMs ?? 30_000 } : { ok: false, fault: { ...fault, kind: 'unsure' } };
}

async function lookFor(session: Session, creates: readonly Create[], since: number): Promise<Found> {
  const [first] = creates;
  if (first === undefined) return new Map();
  const resource = resourceFor(first.object);
  return keyOf(first) === null ? byContent(session, resource, creates, since) : byKey(session, resource, creates);
}

async function byKey(session: Session, resource: Resource, creates: readonly Create[]): Promise<Found> {
  const marks = creates.flatMap((create) => keyOf(create) ?? []);
  const rows = await having(session, resource, keyField, marks, [keyField]);
  const ids = new Map(rows.map(({ row }) => [row.attributes[keyField], row.id]));
  return new Map(
    creates.flatMap((create) => {
      const id = ids.get(keyOf(create));
      return id === undefined ? [] : [[create, found(id)] as const];
    }),
  );
}

function found(id: string): Traced {
  return { ok: true, id, version: null, now: null };
}

async function byContent(
  session: Session,
  resource: Resource,
  creates: readonly Create[],
  since: number,
): Promise<Found> {
  const rows = await createdSince(session, resource, creates, since - clocksDifferMs);
  const traced = new Map<Create, Traced>();
  for (const create of creates) {
    const same = rows.filter((row) => isOf(resource, row, create));
    const [only] = same;
    if (only === undefined) continue;
    // The same content may have been sent for two links at once; then nobody can tell whose record it is.
    const rivals = creates.filter((other) => other !== create && same.some((row) => isOf(resource, row, other)));
    const certain = same.length === 1 && rivals.length === 0;
    traced.set(create, certain ? found(only.id) : { several: same.map((row) => row.id) });
  }
  return traced;
}

/** What was created since, by ourselves where the vendor tells that. */
async function createdSince(
  session: Session,
  resource: Resource,
  creates: readonly Create[],
  from: number,
): Promise<readonly Row[]> {
  const { madeBy } = resource;
  const names = creates.flatMap((create) => Object.keys(sentBy(create)));
  const rows: Row[] = [];
  for (let after: string | null = '0'; after !== null; ) {
    const query: Readonly<Record<string, string>> = {
      'filter[createdAt][gte]': isoSeconds(from),
      'filter[id][gt]': after,
      sort: 'id',
      'page[size]': String(pageSize),
      ...sparse(resource, madeBy === null ? names : [...names, madeBy]),
    };
    const page = await session.wire.list(resource.object, query, `tracing new ${resource.object}`);
    rows.push(...page.rows);
    after = page.more ? (page.rows.at(-1)?.id ?? null) : null;
  }
  if (madeBy === null) return rows;
  const { user } = await session.who();
  return rows.filter((row) => fieldsOf(resource, row)[madeBy] === user);
}

function isOf(resource: Resource, row: Row, create: Create): boolean {
  const there = fieldsOf(resource, row);
  const sent = Object.entries(sentBy(create));
  return sent.every(([name, value]) => there[name] === undefined || alike(there[name], value, asStored));
}

/** A text as the vendor keeps it. Decimals come back with all the digits that their column has: `50` as `50.0000`. */
function asStored(value: unknown): string {
  return trimmed(value).replace(/^(-?\d+(?:\.\d*?[1-9])?)\.?0*$/, (_, number: string) => number);
}
