import type { Brake } from '../../model/hold.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { type Decision, decide } from '../decide.ts';
import type { Engine } from '../engine.ts';
import type { Store } from '../ports.ts';
import { dueOf } from '../preview.ts';
import { withUndone } from '../undo/undone.ts';
import { brakedKind, brakeWindowMs } from './kind.ts';
import type { BrakeOf, BrakeState } from './ports.ts';
import { brakeHold } from './words.ts';

/**
 * The brake, one for each sync, side and kind of write, over a rolling hour: more removals than a number, or more changes than a share of
 * the sync's links, and nothing more of that kind is written on that side before a person has said so. It is meant to stop a wave before
 * its first write: all that is due is decided first, without writing, page by page up to the limit.
 *
 *   off                      → counts; the wave passes the limit → on
 *   on, some link is held    → every further write is held, uncounted
 *   on, nobody is held, or the rules or limits are others by now → looked at anew, as if it were off
 *
 * Whoever is held and needs nothing any more, because its cause went, is held no longer; so a brake ends by itself.
 */

/** Of fewer links than this, a share says nothing. */
const fewestLinks = 200;

interface Wave {
  readonly of: BrakeOf;
  readonly links: readonly string[];
}

/** What these decisions would write, by brake. */
export function wavesOf(setup: SyncSetup, decisions: readonly Decision[], now: number): readonly Wave[] {
  const waves = new Map<string, { of: BrakeOf; links: string[] }>();
  for (const decision of decisions) {
    for (const of of brakesOf(setup, decision, now)) {
      const wave = waves.get(keyOf(of)) ?? { of, links: [] };
      wave.links.push(decision.due.link.id);
      waves.set(keyOf(of), wave);
    }
  }
  return [...waves.values()];
}

function brakesOf(setup: SyncSetup, decision: Decision, now: number): readonly BrakeOf[] {
  return [decision.verdict.write, decision.verdict.next].flatMap((write) => {
    const kind = write ? brakedKind(write, decision, now) : null;
    return write && kind ? [{ sync: setup.name, side: write.side, kind }] : [];
  });
}

function keyOf({ sync, side, kind }: BrakeOf): string {
  return `${sync} ${side} ${kind}`;
}

/** Holds what a brake stops. What a person has previewed and applies is stopped by none. */
export async function brake(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
): Promise<readonly Decision[]> {
  if (engine.gate || setup.mode === 'watch') return decisions;
  const now = engine.world.now();
  const on = new Map<string, BrakeState>();
  const batch = new Set(decisions.map(({ due }) => due.link.id));
  for (const wave of wavesOf(setup, decisions, now)) {
    const state = await check(engine, setup, wave, batch);
    if (state) on.set(keyOf(wave.of), state);
  }
  return on.size === 0 ? decisions : decisions.map((decision) => stopped(setup, decision, on, now));
}

/** The writes that no brake stops stay; for each of the others there is a hold. */
function stopped(setup: SyncSetup, decision: Decision, on: ReadonlyMap<string, BrakeState>, now: number): Decision {
  const { verdict, due } = decision;
  const writes = [verdict.write, verdict.next].filter((write) => write !== null);
  const held = writes.flatMap((write) => {
    const kind = brakedKind(write, decision, now);
    const state = kind && on.get(keyOf({ sync: setup.name, side: write.side, kind }));
    return kind && state ? [{ write, hold: brakeHold(setup, due, write, kind, state) }] : [];
  });
  if (held.length === 0) return decision;
  const [write = null, next = null] = writes.filter((each) => !held.some((one) => one.write === each));
  const holds = [...verdict.holds, ...held.map(({ hold }) => hold)];
  const stopped = { ...verdict, is: write ? ('work' as const) : ('held' as const), write, next, holds };
  // A removal that is stopped leaves a pair of which a person may have undone something.
  const isRemoval = verdict.write?.operation.do === 'remove';
  return { ...decision, verdict: isRemoval ? withUndone(stopped, decision.due) : stopped };
}

/** The rules and the limits: where a person has written other ones, what was stopped is looked at anew. */
function hashOf({ hash, brake: { removals, changes } }: SyncSetup): string {
  return `${hash} ${removals} ${changes}`;
}

interface Rest {
  /** Further links that would count. */
  readonly fresh: number;
  /** False where there may be more of them. */
  readonly isAll: boolean;
}

/** Counts the wave where its brake lets it pass; else answers why not. `batch`: these links are looked at already; more may be due. */
async function check(
  engine: Engine,
  setup: SyncSetup,
  { of, links }: Wave,
  batch: ReadonlySet<string>,
): Promise<BrakeState | null> {
  const { store, world } = engine;
  const now = world.now();
  const since = now - brakeWindowMs;
  const kept = await store.brake(of);
  if (kept?.isHolding && kept.state.hash === hashOf(setup)) return kept.state;
  const { count, fresh } = await store.wrote(of, since, links);
  const known = count + fresh;
  const look = async (most: number | null): Promise<Rest> => {
    const isLooked = most === null || engine.ahead?.has(keyOf(of));
    return isLooked ? { fresh: 0, isAll: false } : lookAhead(engine, setup, of, batch, most - known);
  };
  // What would pass in the smallest sync passes in any: ordinary traffic counts no links.
  let limit: number | null = lowestLimit(setup, of.kind);
  let all = 0;
  let rest = await look(limit);
  if (of.kind === 'changes' && known + rest.fresh > limit) {
    ({ limit, of: all } = await limitOf(store, setup, of.kind, now));
    rest = await look(limit);
  }
  const would = known + rest.fresh;
  if (limit === null || would <= limit) {
    if (kept) {
      // Whoever has put it on has kept its holds by now, and its links are not due any more: they were not in sight.
      const again = await store.brake(of);
      if (again?.isHolding && again.state.hash === hashOf(setup)) return again.state;
      await store.setBrake(of, null);
    }
    engine.ahead?.add(keyOf(of));
    if (await store.spend({ of, links, since, now, limit })) return null;
    // Another process was faster: it has counted others meanwhile, or has put the brake on.
    return check(engine, setup, { of, links }, batch);
  }
  const state: BrakeState = { at: now, hash: hashOf(setup), would, isAll: rest.isAll, limit, links: all };
  await store.setBrake(of, state);
  world.log.warn('a brake stopped a wave', { sync: of.sync, side: of.side, kind: of.kind, would, limit });
  return state;
}

/**
 * How many more links the rest of what is due would count, up to the page that passes `room`; `isAll` where that was the last one. Nothing
 * is taken or written.
 */
async function lookAhead(
  engine: Engine,
  setup: SyncSetup,
  of: BrakeOf,
  batch: ReadonlySet<string>,
  room: number,
): Promise<Rest> {
  const now = engine.world.now();
  let fresh = 0;
  let isPast = false;
  // Who has no twin yet is created or joined, and neither is counted.
  for await (const page of dueOf(engine, setup, { whole: true })) {
    if (isPast) return { fresh, isAll: false };
    const decided = await decide(
      engine,
      setup,
      page.filter(({ link }) => !batch.has(link.id)),
    );
    const wave = wavesOf(setup, decided, now).find((each) => keyOf(each.of) === keyOf(of));
    if (wave) fresh += (await engine.store.wrote(of, now - brakeWindowMs, wave.links)).fresh;
    isPast = fresh > room;
  }
  return { fresh, isAll: true };
}

/** What is allowed whatever the number of links. */
function lowestLimit({ brake: { removals, changes } }: SyncSetup, kind: Brake['kind']): number {
  return kind === 'removals' ? removals : Math.floor(changes * fewestLinks);
}

/** `of`: the links that a share is of. `limit` null: there is none, because the sync has too few links for a share of them to say anything. */
export async function limitOf(
  store: Store,
  setup: SyncSetup,
  kind: Brake['kind'],
  now: number,
): Promise<{ readonly limit: number | null; readonly of: number }> {
  if (kind === 'removals') return { limit: setup.brake.removals, of: 0 };
  const links = await store.settledLinks(setup.name, now - brakeWindowMs);
  return { limit: links < fewestLinks ? null : Math.floor(links * setup.brake.changes), of: links };
}

/** Lets a stopped wave go, by a person's word: its links are due and not counted, and the brake counts from now. Answers how many. */
export async function releaseBrake(store: Store, of: BrakeOf, now: number): Promise<number> {
  await store.setBrake(of, null);
  return store.letGo(of, now);
}
