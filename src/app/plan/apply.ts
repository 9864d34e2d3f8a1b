import { isDeepStrictEqual } from 'node:util';
import type { Decision } from '../../engine/decide.ts';
import type { Engine } from '../../engine/engine.ts';
import { type PassState, pass } from '../../engine/pass.ts';
import { other, type Side } from '../../model/record.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { type Delta, isPointer, same, type Value } from '../../model/value.ts';
import type { Left } from '../app.ts';
import type { LinesFile } from './file.ts';
import type { LinkLine, PlanLine, PlannedField, WriteLine } from './lines.ts';

export interface Applying {
  readonly names: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onState?: ((state: PassState) => void) | undefined;
}

/** Links that are worked on at a time: memory is bounded by this, however long the plan is. */
const chunkSize = 1000;
/** Nothing further for so long (ms), and what is left stays due for a later run. */
const standstillMs = 5 * 60_000;
const napMs = 250;

/**
 * Does what the plan says and nothing else. Every record is decided anew, from how it looks now: where that comes to the same writes, they
 * are made; where it does not, the record has moved since, is left as it is, and is due as before. References to records that the plan
 * creates wait until those are there. Goes through the plan again until nothing of it is under way.
 */
export async function applyPlan(engine: Engine, file: LinesFile, options: Applying): Promise<readonly Left[]> {
  const { names, signal } = options;
  const left = new Map<string, Left>();
  const begun: Begun = new Map();
  let progress = { count: -1, at: engine.world.now() };
  for (;;) {
    let next: number | null = null;
    for await (const chunk of chunksOf(file)) {
      if (signal?.aborted) return [...left.values()];
      const links = new Set([...chunk.keys()].filter((link) => !left.has(link)));
      const gate = gateOf(engine, chunk, begun, (each) => {
        left.set(each.link, each);
        links.delete(each.link);
      });
      const { onState } = options;
      // What a person has seen is stopped by no brake. Another process may have taken some of it meanwhile, and stopped it again.
      const roused = await engine.store.rouseBraked(names, engine.world.now(), [...links]);
      const before = engine.progress.count;
      const end = await pass({ ...engine, links, gate }, { feeds: [], only: names, stay: false, signal, onState });
      const again = roused > 0 && engine.progress.count > before ? engine.world.now() : null;
      for (const at of [end.next, again]) if (at !== null) next = Math.min(next ?? at, at);
    }
    if (next === null) return undone(file, begun, left);
    if (progress.count !== engine.progress.count) progress = { count: engine.progress.count, at: engine.world.now() };
    const standing = engine.world.now() - progress.at;
    if (standing >= standstillMs || next > engine.world.now() + standstillMs) return undone(file, begun, left);
    await engine.world.sleep(Math.max(napMs, next - engine.world.now()), signal);
  }
}

/** By link and side (or `link`, for a join) what was let pass, with the references that could not be written with it yet. */
type Begun = Map<string, ReadonlySet<string>>;

/** What the plan says and nobody came to do is named too: it needs nothing any more, waits, or lacks a record that it points to. */
async function undone(file: LinesFile, begun: Begun, left: Map<string, Left>): Promise<readonly Left[]> {
  for await (const line of file.lines()) {
    if (line.do === 'hold' || left.has(line.link)) continue;
    const done = begun.get(`${line.link}/${line.do === 'link' ? 'link' : line.side}`);
    const { sync, link, name } = line;
    if (!done)
      left.set(link, { sync, link, name, why: 'nothing of it was done: it needs nothing any more, or it waits' });
    const [field] = done ?? [];
    if (field !== undefined)
      left.set(link, { sync, link, name, why: `${field} is not written: the record that it points to has no twin` });
  }
  return [...left.values()];
}

/** What the plan says of one link. */
interface Expected {
  readonly name: string;
  readonly sync: string;
  readonly join: LinkLine | null;
  readonly writes: ReadonlyMap<Side, WriteLine>;
}

/** The lines of so many links at a time; those of one link stand together. Links that are only held are nobody's to apply. */
async function* chunksOf(file: LinesFile): AsyncGenerator<ReadonlyMap<string, Expected>> {
  let chunk = new Map<string, Expected>();
  for await (const line of file.lines()) {
    if (line.do === 'hold') continue;
    if (!chunk.has(line.link) && chunk.size >= chunkSize) {
      yield chunk;
      chunk = new Map();
    }
    chunk.set(line.link, withLine(chunk.get(line.link), line));
  }
  if (chunk.size > 0) yield chunk;
}

function withLine(known: Expected | undefined, line: Exclude<PlanLine, { do: 'hold' }>): Expected {
  const before = known ?? { name: line.name, sync: line.sync, join: null, writes: new Map() };
  if (line.do === 'link') return { ...before, join: line };
  return { ...before, writes: new Map([...before.writes, [line.side, line]]) };
}

/** Lets pass what comes to the same as the plan. What was `begun` once may follow in parts. */
function gateOf(
  engine: Engine,
  chunk: ReadonlyMap<string, Expected>,
  begun: Begun,
  leave: (left: Left) => void,
): NonNullable<Engine['gate']> {
  return async (setup, decisions) => {
    const twins = await twinsOf(engine, chunk, decisions);
    return decisions.filter((decision) => {
      const link = decision.due.link.id;
      const expected = chunk.get(link);
      if (!expected) return false;
      const why = differs(setup, decision, expected, begun, twins);
      if (why !== null) leave({ sync: expected.sync, link, name: expected.name, why });
      else note(setup, begun, decision, expected);
      return why === null;
    });
  };
}

function note(
  setup: SyncSetup,
  begun: Begun,
  { due, absorb, verdict: { write } }: Decision,
  { writes }: Expected,
): void {
  if (absorb !== undefined) begun.set(`${due.link.id}/link`, new Set());
  if (!write) return;
  const key = `${due.link.id}/${write.side}`;
  const planned = Object.entries(writes.get(write.side)?.fields ?? {});
  const references = planned.flatMap(([field, each]) => (canFollow(setup, each) ? [field] : []));
  const open = [...(begun.get(key) ?? references)].filter((field) => !(field in write.before));
  begun.set(key, new Set(open));
}

/** A reference that may be written after the rest of its record: what it points to may be just being linked. */
function canFollow(setup: SyncSetup, { to, rule }: PlannedField): boolean {
  return isLink(to) || setup.rules.some(({ id, pointer }) => id === rule && pointer !== undefined);
}

type Twins = ReadonlyMap<string, { readonly crm: string | null; readonly desk: string | null }>;

/** The ends of the links that these decisions' plans point to. */
async function twinsOf(
  engine: Engine,
  chunk: ReadonlyMap<string, Expected>,
  decisions: readonly Decision[],
): Promise<Twins> {
  const pointed = decisions.flatMap(({ due }) =>
    [...(chunk.get(due.link.id)?.writes.values() ?? [])].flatMap(({ fields }) =>
      Object.values(fields).flatMap(({ to }) => (isLink(to) ? [to.link] : [])),
    ),
  );
  if (pointed.length === 0) return new Map();
  const links = await engine.store.links([...new Set(pointed)]);
  return new Map(links.map(({ id, crm, desk }) => [id, { crm: crm?.id ?? null, desk: desk?.id ?? null }]));
}

function isLink(to: Value | Delta): to is { readonly link: string } {
  return typeof to === 'object' && to !== null && 'link' in to && isPointer(to);
}

/** Why this decision is not what the plan says; null where it is. */
function differs(
  setup: SyncSetup,
  { due, absorb, verdict }: Decision,
  expected: Expected,
  begun: Begun,
  twins: Twins,
): string | null {
  const { write } = verdict;
  if (write && setup.mode === 'watch') return `the sync "${setup.name}" only watches, so nothing is written`;
  if (absorb !== undefined) {
    const { crm, desk } = due.link;
    if (expected.join?.crm !== crm?.id || expected.join?.desk !== desk?.id)
      return `it would now be linked as ${crm?.id ?? '?'} and ${desk?.id ?? '?'}, which the plan does not say`;
  }
  if (!write) {
    const [hold] = verdict.holds;
    if (hold) return `it is held now: ${hold.message}`;
    return null;
  }
  const planned = expected.writes.get(write.side);
  const open = begun.get(`${due.link.id}/${write.side}`);
  const again = open !== undefined;
  if (!planned || (planned.do !== write.operation.do && !again))
    return `the sync "${setup.name}" would now ${write.operation.do} a record that the plan does not ${write.operation.do}`;
  const fields = Object.entries(write.before);
  for (const [field, { before, after }] of fields) {
    const plan = planned.fields[field];
    if (!plan) return `${field} has moved since the preview`;
    const moved = !isDeepStrictEqual(wanted(plan, write.side, twins), after);
    // What was sent already may be there by now, where it is sent once more.
    const isSent = open !== undefined && !open.has(field);
    if (moved || (!isSent && !same(plan.from, before))) return `${field} has moved since the preview`;
  }
  const missing = Object.entries(planned.fields).find(
    ([field, each]) => !(field in write.before) && !(verdict.waits.length > 0 && canFollow(setup, each)),
  );
  return missing && !again ? `${missing[0]} has moved since the preview` : null;
}

/** A pointer stands for the twin's id: of the record that is pointed to, or, written back, of the record's own twin. */
function wanted({ to, rule }: PlannedField, side: Side, twins: Twins): Value | Delta | undefined {
  if (!isLink(to)) return to;
  return twins.get(to.link)?.[rule === 'write-back' ? other(side) : side];
}
