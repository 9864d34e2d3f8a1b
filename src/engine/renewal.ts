import { type Link, newEnd, withEnd } from '../model/link.ts';
import { other, type Side, sides } from '../model/record.ts';
import { baseKey, flows, isUpdated, type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import { same, type Value } from '../model/value.ts';
import { newId } from '../model/world.ts';
import type { Engine } from './engine.ts';
import { rouse } from './intake.ts';
import { lockedBy } from './lock.ts';
import { markFor } from './mark.ts';
import { pairOf } from './meet.ts';
import { staleMarkKey } from './merges/moved.ts';
import type { DueLink, LinkChange } from './ports.ts';
import { forget, memoryOf, remember } from './removal/memory.ts';
import { fieldsOf } from './removal/removal.ts';

/*
 * A record that is locked for good (a closed ticket) while its twin moves on (a case that is reopened). Where the sync says so (`renew`),
 * the twin gets a new record, and the locked one is left as it is:
 *
 *   1  the link gives the locked record up and asks for a new one, in the transaction that keeps the create
 *   2  the record that was given up gets a half link that remembers it: nothing is made of it any more
 *   3  the new one is there, and takes its place in the link; the mark on the twin is written anew (merges/moved.ts)
 *
 * Between 1 and 2 the twin's end keeps the id of what was given up, so that 2 is done by the next look where a crash came between.
 */

/** Under which the twin's end keeps the id of the record that was given up. */
const followsKey = '@follows';

/** The record that the twin of this end had before and that is not put aside yet; null: none. */
function followedOf(link: Link, side: Side): string | null {
  const id = link[other(side)]?.base[followsKey];
  return typeof id === 'string' ? id : null;
}

/** True where a new record is to take the place of one that was given up: it is nobody who is there already. */
export function isRenewal({ link }: Pick<DueLink, 'link'>): boolean {
  return sides.some((side) => link[side] === null && followedOf(link, side) !== null);
}

/** The link as it goes on without its locked record; any other one as it is. */
export function renewed(setup: SyncSetup, due: DueLink): DueLink {
  if (setup.mode === 'watch') return due;
  const side = setup.renew.find((each) => movesOn(setup, due, each));
  const far = side && due.link[side];
  const near = side && due.link[other(side)];
  if (!side || !far || !near) return due;
  const base = { [followsKey]: far.id, ...staleMark(setup, due, side, far.id) };
  const end = remember({ ...newEnd(near.id, near.version), base }, 'owed');
  const link = withEnd(withEnd(due.link, side, null), other(side), end);
  return { ...due, link, was: due.was ?? due.link, [side]: null };
}

/** The twin of a locked record has an edit of the locking field, which leads out of the lock, and nobody has said anything of it. */
function movesOn(setup: SyncSetup, due: DueLink, side: Side): boolean {
  const [far, near] = [fieldsOf(due[side]), fieldsOf(due[other(side)])];
  const lock = far && lockedBy(sideOf(setup, side).type, far);
  if (!far || !near || !lock || !setup.within(side, far) || !setup.within(other(side), near)) return false;
  return setup.rules.some((rule) => rule[side] === lock.field && leadsOut(setup, due, rule, side, lock.values));
}

function leadsOut(setup: SyncSetup, due: DueLink, rule: Rule, side: Side, locking: readonly Value[]): boolean {
  const from = other(side);
  const key = baseKey(rule);
  const [base, agreed] = [due.link[from]?.base[key], due.link[side]?.base[key]];
  const [source, target] = [fieldsOf(due[from])?.[rule[from]], fieldsOf(due[side])?.[rule[side]]];
  if (base === undefined || agreed === undefined || source === undefined || target === undefined) return false;
  if (!flows(rule.direction, side) || !isUpdated(rule, side) || !setup.update.includes(side)) return false;
  const now = { [from]: rule.normal(from, source), [side]: rule.normal(side, target) } as const;
  const [own, locked] = [now[from] ?? null, now[side] ?? null];
  if (due.answers[rule.id] !== undefined || same(own, base)) return false;
  const isInStep = from === 'crm' ? rule.equal(own, locked) : rule.equal(locked, own);
  const wanted = rule.convert(side, own, locked);
  return !isInStep && wanted.ok && 'value' in wanted && !locking.some((value) => same(value, wanted.value));
}

/** Our mark on the twin, where it names the record that is given up: it is to name the new one. */
function staleMark(setup: SyncSetup, due: DueLink, side: Side, id: string): Readonly<Record<string, string>> {
  const field = setup.mark[other(side)]?.field;
  const mark = markFor(setup, other(side), id);
  const seen = fieldsOf(due[other(side)]);
  return field === undefined || mark === null || seen?.[field] !== mark ? {} : { [staleMarkKey]: mark };
}

/**
 * Puts aside what these links have given up: each such record has a half link of its own from then on, of which nothing is made. Safe to
 * repeat. Answers the links, those whose new record is there without the memory of the old one.
 */
export async function putAside(engine: Engine, setup: SyncSetup, due: readonly DueLink[]): Promise<readonly DueLink[]> {
  for (const side of setup.renew) {
    const ids = due.flatMap(({ link }) => followedOf(link, side) ?? []);
    if (ids.length > 0) await putAsideOn(engine, setup, side, ids);
  }
  return due.map((each) => (setup.renew.some((side) => isRenewed(each, side)) ? forgotten(each) : each));
}

function isRenewed({ link }: DueLink, side: Side): boolean {
  return link[side] !== null && followedOf(link, side) !== null;
}

function forgotten(due: DueLink): DueLink {
  const without = (link: Link): Link =>
    sides.reduce((left, side) => {
      const end = left[side];
      if (end === null || !(followsKey in end.base)) return left;
      const { [followsKey]: _, ...base } = end.base;
      return withEnd(left, side, forget({ ...end, base }));
    }, link);
  return { ...due, link: without(due.link), was: due.was ?? due.link };
}

async function putAsideOn(engine: Engine, setup: SyncSetup, side: Side, ids: readonly string[]): Promise<void> {
  const place = sideOf(setup, side);
  const halves = async (): Promise<ReadonlyMap<string, Link>> => {
    const known = await engine.store.known(place.connection, place.object, ids);
    const own = known.flatMap(({ links }) => links.filter(({ link }) => link.sync === setup.name));
    return new Map(own.map(({ link }) => [link[side]?.id ?? '', link]));
  };
  const before = await halves();
  const missing = ids.filter((id) => !before.has(id));
  const open = missing.map((id) => {
    return { sync: setup.name, pair: pairOf(setup), side, lane: 'load' as const, id, link: newId(engine.world) };
  });
  if (open.length > 0) await rouse(engine, place, { open, due: [] });
  const after = open.length > 0 ? await halves() : before;
  const changes = [...after.values()].flatMap((link): LinkChange[] => {
    const end = link[side];
    if (!end || link[other(side)] !== null || memoryOf(end) === 'parted') return [];
    const ends = { [side]: remember(end, 'parted') };
    return [{ link: link.id, turn: 1, due: 'clear', ends, holds: [] }];
  });
  if (changes.length > 0) await engine.store.commit(changes, null, engine.world.now());
}
