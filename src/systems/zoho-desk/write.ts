import type { Fault } from '../../model/fault.ts';
import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import { type Delta, isBlank, type Value } from '../../model/value.ts';
import { type Attempt, attempt, failAll } from '../kit/attempt.ts';
import type { MassLine, RecordRow } from './answers.ts';
import { whole } from './details.ts';
import { type Module, moduleFor } from './modules.ts';
import { type CustomTypes, markField } from './objects.ts';
import { searched } from './reading.ts';
import { type Session, sightKey } from './session.ts';
import { alike, bodyOf, fieldsOf, shows } from './values.ts';

/**
 * Writing: a call per record, some side by side, because there is nothing else (`updateMany` sets one field of many records to one value).
 * Records go to the bin, and come back from it, many to a call. Only the given fields are sent. The answer is the record, so it shows what
 * became of them: a field that our agent may not write is dropped without a word.
 * Source: Zoho Desk OpenAPI, files "Contact", "Account", "CommonMassActionResponse".
 */
export type Create = Extract<Operation, { do: 'create' }>;
type Update = Extract<Operation, { do: 'update' }>;

export async function write(session: Session, operations: readonly Operation[], until: number): Promise<Sent> {
  const [first] = operations;
  if (first === undefined) return { done: [] };
  const known = await attempt(async () => moduleFor(first.do === 'create' ? first.object : first.ref.object));
  if (!known.ok) return { done: failAll(operations, known.fault) };
  const module = known.value;
  if (first.do === 'remove') return { done: await removeAll(session, module, idsOf(operations), until) };
  if (first.do === 'restore') return { done: await restoreAll(session, module, operations, until) };
  const names = operations.flatMap((one) => ('fields' in one ? Object.keys(one.fields) : []));
  const prepared = await attempt(async () => ({
    types: await session.catalog.typesFor(module, names),
    there: await marked(session, module, operations),
  }));
  if (!prepared.ok) return { done: failAll(operations, prepared.fault) };
  const { types, there } = prepared.value;
  const done = await Promise.all(
    operations.map((one): Promise<Outcome> | Outcome => {
      if (one.do === 'update') return update(session, module, one, types, until);
      if (one.do === 'create') return create(session, module, one, there.get(one.mark ?? ''), types, until);
      return { ok: false, fault: { kind: 'bug', say: 'Operations of one kind go together.' } };
    }),
  );
  return { done };
}

export function markFieldOf(create: Create): string {
  return create.markField ?? markField;
}

/**
 * Records that carry the marks of these creates already: a field has no two values alike only because we look before we write. One
 * question is asked for about ten of them.
 */
async function marked(
  session: Session,
  module: Module,
  operations: readonly Operation[],
): Promise<ReadonlyMap<string, RecordRow>> {
  const creates = operations.filter((one) => one.do === 'create' && one.mark !== null);
  const byField = Map.groupBy(creates, (one) => (one.do === 'create' ? markFieldOf(one) : ''));
  const found = new Map<string, RecordRow>();
  for (const [field, some] of byField) {
    const marks = some.flatMap((one) => (one.do === 'create' && one.mark !== null ? [one.mark] : []));
    const rows = await searched(session, module, field, marks);
    const full = await Promise.all(rows.map((row) => (shows(row, field) ? row : whole(session, module, row.id))));
    for (const row of full) {
      const mark = row === null ? undefined : fieldsOf(module, row, [field], new Map())[field];
      if (row !== null && typeof mark === 'string' && marks.includes(mark)) found.set(mark, row);
    }
  }
  return found;
}

async function create(
  session: Session,
  module: Module,
  operation: Create,
  there: RecordRow | undefined,
  types: CustomTypes,
  until: number,
): Promise<Outcome> {
  const dropped = Object.entries(operation.fields)
    .filter(([name, value]) => !isBlank(value) && session.sight.dropped.has(sightKey(module, name)))
    .map(([name]) => name);
  if (dropped.length > 0) return { ok: false, fault: droppedFault(dropped) };
  const mark = operation.mark === null ? {} : { [markFieldOf(operation)]: operation.mark };
  const given = Object.entries(operation.fields).filter(([, value]) => value !== null);
  const sent = { ...Object.fromEntries(given), ...mark };
  const made = await sendOne(module, sent, types, (body) =>
    there === undefined ? session.wire.create(module, body, until) : session.wire.update(module, there.id, body, until),
  );
  if (!made.ok) return { ok: false, fault: made.fault };
  const lost = notKept(module, made.value, sent, types).filter((name) => !shows(made.value, name));
  if (lost.length > 0) {
    // The record is there: told as refused, it would be created once more. From now on such a create is refused before it is sent.
    for (const name of lost) session.sight.dropped.add(sightKey(module, name));
    session.world.log.warn('Zoho Desk dropped fields of a new record: our agent may not see or write them', {
      connection: session.name,
      object: module.object,
      record: made.value.id,
      fields: lost.join(', '),
    });
  }
  return outcomeOf(module, made.value, types);
}

async function update(
  session: Session,
  module: Module,
  { ref, fields }: Update,
  types: CustomTypes,
  until: number,
): Promise<Outcome> {
  const kept = await sendOne(module, fields, types, (body) => session.wire.update(module, ref.id, body, until));
  if (!kept.ok) {
    // The record is known: a value that another one has is a person's matter, not a reason to look again.
    const stale = kept.fault.kind === 'stale';
    return { ok: false, fault: stale ? { ...kept.fault, kind: 'refused' } : kept.fault };
  }
  const lost = notKept(module, kept.value, fields, types);
  for (const name of lost) if (!shows(kept.value, name)) session.sight.dropped.add(sightKey(module, name));
  return lost.length > 0 ? { ok: false, fault: droppedFault(lost) } : outcomeOf(module, kept.value, types);
}

async function sendOne(
  module: Module,
  fields: Readonly<Record<string, Value | Delta>>,
  types: CustomTypes,
  send: (body: Readonly<Record<string, unknown>>) => Promise<RecordRow>,
): Promise<Attempt<RecordRow>> {
  const written = bodyOf(module, fields, types);
  if ('body' in written) return attempt(() => send(written.body));
  const say = `The value of ${written.cannot} cannot be written to Zoho Desk as it is.`;
  return { ok: false, fault: { kind: 'bug', say, fields: [written.cannot] } };
}

/** Fields that were sent and that the answer does not show, or shows with another value. */
function notKept(
  module: Module,
  row: RecordRow,
  sent: Readonly<Record<string, unknown>>,
  types: CustomTypes,
): readonly string[] {
  const names = Object.keys(sent);
  const shown = fieldsOf(module, row, names, types);
  return names.filter((name) => {
    const wanted = fieldsOf(module, asRow(name, sent[name]), [name], types)[name];
    return !shows(row, name) || !alike(shown[name], wanted);
  });
}

/** A value that was sent, as it would stand in a row. */
function asRow(name: string, value: unknown): RecordRow {
  return { id: '', [name]: Array.isArray(value) ? value.map(String) : value };
}

function droppedFault(fields: readonly string[]): Fault {
  const say = `Zoho Desk did not take ${fields.join(', ')}: the agent that Syncline acts as may not write ${fields.length === 1 ? 'this field' : 'these fields'} (Setup, Profiles, field permissions).`;
  return { kind: 'refused', say, code: 'FIELD_NOT_WRITTEN', fields };
}

/** The record as it was shown after the write: all that it has, since somebody may read other fields than were written. */
export function outcomeOf(module: Module, row: RecordRow, types: CustomTypes): Outcome {
  const names = [
    ...module.fields.map(({ name }) => name),
    ...Object.keys(row.cf ?? {}).filter((name) => types.has(name)),
  ];
  return { ok: true, id: row.id, version: row.modifiedTime ?? null, now: fieldsOf(module, row, names, types) };
}

function idsOf(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap((one) => (one.do === 'create' ? [] : [one.ref.id]));
}

/** Where one of several is not there (any more), none is taken for removed: each then has a call of its own. */
async function removeAll(
  session: Session,
  module: Module,
  ids: readonly string[],
  until: number,
): Promise<readonly Outcome[]> {
  const trashed = await attempt(() => session.wire.trash(module, ids, until));
  if (trashed.ok) return ids.map((id) => ({ ok: true, id, version: null, now: null }));
  if (trashed.fault.kind !== 'gone' || ids.length === 1) return ids.map(() => ({ ok: false, fault: trashed.fault }));
  const each = await Promise.all(ids.map((id) => removeAll(session, module, [id], until)));
  return each.flat();
}

async function restoreAll(
  session: Session,
  module: Module,
  operations: readonly Operation[],
  until: number,
): Promise<readonly Outcome[]> {
  const restored = await attempt(() => session.wire.restore(module, idsOf(operations), until));
  if (!restored.ok) return failAll(operations, restored.fault);
  const lines = new Map(restored.value.map((line) => [line.id, line]));
  return idsOf(operations).map((id) => restoredOutcome(id, lines.get(id)));
}

/** The answer is HTTP 200 also where every line of it failed. */
function restoredOutcome(id: string, line: MassLine | undefined): Outcome {
  if (line === undefined)
    return { ok: false, fault: { kind: 'unsure', say: 'Zoho Desk did not say what became of this record.' } };
  if (line.success) return { ok: true, id, version: null, now: null };
  const code = line.errors?.errorCode ?? 'UNKNOWN';
  if (line.errors?.httpCode === 404)
    return { ok: false, fault: { kind: 'gone', code, say: 'This record is not in the recycle bin of Zoho Desk.' } };
  return { ok: false, fault: { kind: 'refused', code, say: `Zoho Desk did not bring the record back (${code}).` } };
}
