import { z } from 'zod';
import type { Decision } from '../../engine/decide.ts';
import { nameOf } from '../../engine/name.ts';
import type { HoldDraft, Write } from '../../engine/verdict.ts';
import { isGone, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Delta, Value } from '../../model/value.ts';

/*
 * The lines of a plan: what a run would do to each record, field by field. A file of them is the outside contract: people read it, filter
 * it with their tools, keep it in tickets; `apply` takes it back.
 */

/** `from` null: the field is empty, or the record does not exist yet. */
export interface PlannedField {
  readonly from: Value;
  /** `{"link"}`: the id of that link's record, known once this plan has created it. */
  readonly to: Value | Delta;
  /** The rule that writes it, or `mark`, or `write-back`. */
  readonly rule: string;
}

/** One record that is created or changed. */
export interface WriteLine {
  readonly do: 'create' | 'update' | 'remove' | 'restore';
  readonly sync: string;
  /** The side that is written. */
  readonly side: Side;
  readonly object: string;
  /** The vendor's id of the record; null where it is created. */
  readonly id: string | null;
  readonly link: string;
  /** The record that it comes from, by name, for people. */
  readonly name: string;
  readonly fields: Readonly<Record<string, PlannedField>>;
}

/** Two records that exist and become one pair. */
export interface LinkLine {
  readonly do: 'link';
  readonly sync: string;
  readonly link: string;
  readonly name: string;
  readonly crm: string;
  readonly desk: string;
}

/** Something that would wait for a person, with the same words as the hold that a run would open. */
export interface HoldLine {
  readonly do: 'hold';
  readonly sync: string;
  readonly link: string;
  readonly name: string;
  readonly crm: string | null;
  readonly desk: string | null;
  readonly why: string;
  readonly field: string | null;
  readonly message: string;
}

export type PlanLine = WriteLine | LinkLine | HoldLine;

/** A line as text. What other readers take for the end of a line is escaped: a name may hold a line separator of Unicode. */
export function textOf(line: PlanLine): string {
  return JSON.stringify(line).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** What this decision would do, one line each; nothing where nothing is to be done. */
export function linesOf(setup: SyncSetup, { due, absorb, verdict }: Decision): readonly PlanLine[] {
  // By the CRM's record, unless only the other one is there to be called by its name.
  const isDesk = due.link.crm === null || (isGone(due.crm?.seen) && due.link.desk !== null);
  const side: Side = isDesk ? 'desk' : 'crm';
  const name = nameOf(sideOf(setup, side), due[side], due.link[side]?.id);
  const common = { sync: setup.name, link: due.link.id, name };
  const { crm, desk } = due.link;
  const lines: PlanLine[] = [];
  if (absorb !== undefined && crm && desk) lines.push({ do: 'link', ...common, crm: crm.id, desk: desk.id });
  for (const write of [verdict.write, verdict.next]) if (write) lines.push(writeLine(setup, common, write));
  for (const hold of verdict.holds) {
    lines.push({ do: 'hold', ...common, crm: crm?.id ?? null, desk: desk?.id ?? null, ...said(hold) });
  }
  return lines;
}

function said({ why, field, message }: HoldDraft) {
  return { why, field, message };
}

function writeLine(
  setup: SyncSetup,
  common: { readonly sync: string; readonly link: string; readonly name: string },
  { side, operation, before }: Write,
): WriteLine {
  return {
    do: operation.do,
    ...common,
    side,
    object: sideOf(setup, side).object,
    id: operation.do === 'create' ? null : operation.ref.id,
    fields: Object.fromEntries(
      Object.entries(before).map(([field, each]) => [field, { from: each.before, to: each.after, rule: each.rule }]),
    ),
  };
}

/** How many records of each side a plan creates, updates and removes, by sync. */
export interface PlanCounts {
  readonly create: Record<Side, number>;
  readonly update: Record<Side, number>;
  readonly remove: Record<Side, number>;
  link: number;
  hold: number;
}

export function newCounts(): PlanCounts {
  const none = () => ({ crm: 0, desk: 0 });
  return { create: none(), update: none(), remove: none(), link: 0, hold: 0 };
}

export function countLine(counts: PlanCounts, line: PlanLine): void {
  if (line.do === 'link' || line.do === 'hold') counts[line.do] += 1;
  else if (line.do === 'restore') counts.create[line.side] += 1;
  else counts[line.do][line.side] += 1;
}

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(value), z.strictObject({ link: z.string() })]),
);
const delta: z.ZodType<Delta> = z.strictObject({ add: z.array(value), drop: z.array(value) });
const common = { sync: z.string(), link: z.string(), name: z.string() };
const id = z.string().nullable();

/** A plan comes back from outside, so every line is checked. */
export const planLine: z.ZodType<PlanLine> = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.enum(['create', 'update', 'remove', 'restore']),
    ...common,
    side: z.enum(sides as readonly [Side, Side]),
    object: z.string(),
    id,
    fields: z.record(z.string(), z.strictObject({ from: value, to: z.union([value, delta]), rule: z.string() })),
  }),
  z.strictObject({ do: z.literal('link'), ...common, crm: z.string(), desk: z.string() }),
  z.strictObject({
    do: z.literal('hold'),
    ...common,
    crm: id,
    desk: id,
    why: z.string(),
    field: id,
    message: z.string(),
  }),
]);
