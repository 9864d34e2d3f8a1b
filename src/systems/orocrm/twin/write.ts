import type { Json, JsonObject } from '../../../twins/json.ts';
import { points } from './contact-points.ts';
import {
  checkAll,
  type Draft,
  giveInitials,
  type Input,
  readAttributes,
  readRelationships,
  type Writer,
} from './draft.ts';
import type { Office } from './office.ts';
import { asList, type Ref, storedList, toStored } from './refs.ts';
import { type Problem, refuse } from './refusal.ts';
import type { Relation, ResourceType } from './resource.ts';
import { applyRules } from './rules.ts';
import type { OroRecord, Stored } from './shelf.ts';

/** What is left to do once all records of the request are saved: relations that another type keeps. */
export type Finish = () => void;

/** Saves the record, or adds to `problems`. Runs within a transaction of the office. */
export function writeRecord(writer: Writer, input: Input, problems: Problem[]): Finish {
  const { office } = writer;
  const { type, before, pointer } = input;
  const found: Problem[] = [];
  const draft: Draft = { values: { ...before?.values }, refs: { ...before?.refs } };
  const given = new Set<string>();
  readAttributes(writer, input, draft, given, found);
  const inverses = readRelationships(writer, input, draft, given, found);
  if (before === undefined) giveInitials(writer, type, draft, given);
  applyRules({ office, type, before, draft, given, pointer, now: office.now }, found);
  checkAll(office, type, input, draft, given, found);
  if (found.length > 0) {
    problems.push(...found);
    return () => {};
  }
  office.save(type, stamp(writer, input, draft));
  return () => {
    for (const [name, relation, refs] of inverses) pointAt(writer, input, name, relation, refs);
  };
}

/** The record with its stamps: `updatedAt` moves with its own fields, not with what other tables keep. */
function stamp(writer: Writer, { type, id, before, stamps = {} }: Input, draft: Draft): OroRecord {
  const { office } = writer;
  const values = compact(draft.values);
  const refs = compactRefs(draft.refs);
  if (before === undefined) {
    const created = stamps.created ?? office.now;
    const updated = stamps.updated ?? (type.updatedOnCreate ? created : null);
    touchParents(office, type, refs);
    return { id, created, updated, values, refs, hidden: stamps.hidden ?? false };
  }
  const isChanged =
    ownFields(office, type, before.values, before.refs) !== ownFields(office, type, values, refs) ||
    stamps.updated !== undefined;
  if (isChanged && type.relations.has('updatedBy')) refs.updatedBy = writer.by;
  const updated = stamps.updated ?? (isChanged ? office.now : before.updated);
  return { ...before, updated, values, refs, hidden: stamps.hidden ?? before.hidden };
}

/** What the vendor's change set of the record itself holds. */
function ownFields(office: Office, type: ResourceType, values: JsonObject, refs: Draft['refs']): string {
  const all = office.switches.collectionsTouch;
  const kept: Json[] = [];
  for (const [name, { kind }] of type.attributes) {
    const isElsewhere = kind === 'list' || points.some(({ primary }) => primary === name);
    if (all || !isElsewhere) kept.push(values[name] ?? null);
  }
  for (const [name, { many }] of type.relations) if (all || !many) kept.push(refs[name] ?? null);
  return JSON.stringify(kept);
}

function touchParents(office: Office, type: ResourceType, refs: Draft['refs']): void {
  if (!office.switches.collectionsTouch) return;
  for (const [name, relation] of type.relations) {
    if (relation.cascade !== true) continue;
    for (const id of asList(refs[name] ?? null)) touch(office, { type: relation.to[0] ?? '', id });
  }
}

function touch(office: Office, ref: Ref): void {
  const record = office.get(ref);
  if (record !== undefined) office.save(office.shelf(ref.type).type, { ...record, updated: office.now });
}

/** Makes exactly these records point at the one that was written. */
function pointAt(writer: Writer, { type, id }: Input, name: string, relation: Relation, refs: readonly Ref[]): void {
  const { office } = writer;
  const other = office.shelf(relation.to[0] ?? '').type;
  const inverse = relation.inverse ?? '';
  const back = other.relations.get(inverse);
  if (back === undefined) throw new Error(`${type.name}.${name} has no inverse`);
  const here = toStored(back, { type: type.name, id });
  const wanted = new Set(refs.map((ref) => ref.id));
  const there = office.pointing(other, inverse, { type: type.name, id });
  const isTouched = !back.many || office.switches.collectionsTouch;
  const put = (record: OroRecord, stored: Stored): void => {
    const refs = compactRefs({ ...record.refs, [inverse]: stored });
    office.save(other, { ...record, refs, updated: isTouched ? office.now : record.updated });
  };
  for (const record of there) {
    if (wanted.delete(record.id)) continue;
    if (back.required === true) office.erase(other, record);
    else put(record, back.many ? storedList(record, inverse).filter((stored) => stored !== here) : null);
  }
  for (const wantedId of wanted) {
    const record = office.get({ type: other.name, id: wantedId });
    if (record === undefined) throw refuse('form', 'The entity does not exist.');
    put(record, back.many ? [...storedList(record, inverse), here] : here);
  }
  if ((wanted.size > 0 || there.length > refs.length) && office.switches.collectionsTouch) {
    touch(office, { type: type.name, id });
  }
}

function compact(values: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function compactRefs(refs: Readonly<Record<string, Stored>>): Record<string, Stored> {
  return Object.fromEntries(Object.entries(refs).filter(([, stored]) => stored !== null && stored.length > 0));
}
