import type { Link } from '../model/link.ts';
import { isGone, other, type Side, sides } from '../model/record.ts';
import { baseKey, type Converted, type Pointing, type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, isBlank, type Pointer, same, type Value } from '../model/value.ts';
import { askedBy, sourcesOf } from './called/pointers.ts';
import { becameOf, findStanding } from './called/standing.ts';
import type { Engine } from './engine.ts';
import { nameOf } from './name.ts';
import type { DueLink, Known, KnownLink } from './ports.ts';
import type { Verdict } from './verdict.ts';

/**
 * References are compared as links: the ids on both sides are equal when one link of the parents' sync joins the two records. So a
 * rule that carries a reference needs to know, for each id, the link that it belongs to. This is what is known of it.
 *
 *   whole   both ends are there: the reference can be written
 *   coming  its twin is being made or decided about: whoever needs it waits a moment
 *   lone    nothing of it is under way (held, outside the filter, not created by its sync): nobody waits, an optional reference is left
 */
export interface Parent {
  readonly link: string;
  readonly is: 'whole' | 'coming' | 'lone';
  readonly crm: string | null;
  readonly desk: string | null;
  /** `Account "Acme" (001…)` */
  readonly name: string;
  /** Why it is of no use to who points to it, and will get no twin: `was deleted`. */
  readonly useless?: string;
  /** Why it cannot be told for whom it stands. */
  readonly several?: string;
  /** The id of the record that its CRM record has become, where that says so. */
  readonly became?: string | null;
  /** Keys beside its own that tell of a change in this. */
  readonly hears?: readonly string[];
}

export type Parents = ReadonlyMap<string, Parent>;

export const noParents: Parents = new Map();

/** What a pointer rule says beyond what any rule can: its record has to wait for another one. */
export type Carried =
  | Converted
  /** The value stands in until something better is known; `hears` are the keys that tell of it. */
  | { readonly ok: true; readonly value: Value; readonly hears: readonly string[] }
  | { readonly ok: false; readonly say: string; readonly hears: readonly string[] }
  | { readonly ok: true; readonly waits: readonly string[]; readonly coming: boolean; readonly say: string };

/** A parent that fails so often in a row is not waited for any longer. */
export const patientTries = 3;

function parentKey(sync: string, side: Side, id: string): string {
  return `${sync}/${side}/${id}`;
}

/** What is known of the record that a reference of this side names; undefined where no link of the sync has it. */
export function parentAt(parents: Parents, sync: string, side: Side, id: string): Parent | undefined {
  return parents.get(parentKey(sync, side, id));
}

/** The key that links wait for until the record `id` has a twin, or nobody tries to make one any more. */
export function parentWait(sync: string, side: Side, id: string): string {
  return `parent:${parentKey(sync, side, id)}`;
}

/** The key of those who wait only as long as somebody tries to make that twin. */
function givenUp(key: string): string {
  return `alone:${key}`;
}

/** What a decision waits for: the twin, and, where nothing is done before it is there, that nobody tries any more. */
export function waitKeys(verdict: Pick<Verdict, 'is' | 'waits'>): readonly string[] {
  return verdict.is === 'waits' ? verdict.waits.flatMap((key) => [key, givenUp(key)]) : verdict.waits;
}

/** What wakes those who do nothing before this link has a twin, where it gets none for now. */
export function aloneWakes(setups: readonly SyncSetup[], setup: SyncSetup, link: Link): readonly string[] {
  const half = link.crm === null || link.desk === null;
  return half && isParent(setups, setup.name) ? parentWakes(setup, link).map(givenUp) : [];
}

/** What wakes those who wait for this link. */
export function parentWakes(setup: SyncSetup, ends: { readonly [S in Side]: { readonly id: string } | null }) {
  return sides.flatMap((side) => {
    const id = ends[side]?.id;
    return id === undefined ? [] : [parentWait(setup.name, side, id)];
  });
}

/** True where another sync's references point to this one's records. */
export function isParent(setups: readonly SyncSetup[], sync: string): boolean {
  return setups.some((setup) => setup.rules.some((rule) => askedBy(rule).some((each) => each.sync === sync)));
}

/** The links of every record that these due links point to, in one question per parents' sync and side. */
export async function findParents(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
  planned: Planned | null,
): Promise<Parents> {
  const found = new Map<string, Parent>();
  for (const { rule, asked } of setup.rules.flatMap((rule) => askedBy(rule).map((asked) => ({ rule, asked })))) {
    const parents = engine.setups.find(({ name }) => name === asked.sync);
    if (!parents) continue;
    // In a preview, what is due has been planned already, or will not get a twin.
    const worksOn =
      planned === null && (await works(engine, parents)) && !pointsBack(engine.setups, parents, setup.name);
    for (const side of sides) {
      const ids = idsAt(due, rule, side).filter((id) => !found.has(parentKey(parents.name, side, id)));
      if (ids.length === 0) continue;
      const { connection, object } = sideOf(parents, side);
      const known = await engine.store.known(connection, object, ids);
      const { gone, became } = await twinsOf(engine, parents, side, known);
      const all = known.map((each) => {
        const own = each.links.find(({ link }) => link.sync === parents.name);
        const name = nameOf(sideOf(parents, side), each.sighting, each.id);
        const isAwaited = worksOn && (engine.links?.has(own?.link.id ?? '') ?? true);
        const unlinked: Parent = { link: '', is: 'lone', crm: null, desk: null, name };
        return { known: each, own, parent: own ? parentOf(own, name, isAwaited, gone) : unlinked };
      });
      const isSource = asked.create !== undefined && sourcesOf(rule).includes(side);
      // Who is due, and will never get a twin, is not waited for either.
      const lone = all.flatMap(({ known: each, own, parent }) =>
        isSource && parent.is !== 'whole' && !own?.inFlight ? [each] : [],
      );
      const standing = await findStanding(engine, parents, side, lone);
      for (const {
        known: { id },
        own,
        parent,
      } of all) {
        const more = standing.get(id);
        if (own || more)
          found.set(parentKey(parents.name, side, id), { ...parent, ...more, became: became.get(id) ?? null });
      }
    }
  }
  for (const { pointer } of setup.rules) if (pointer) await findDefaults(engine, pointer, found);
  return found;
}

/** Records that stand in for none, where they are known to be gone. */
async function findDefaults({ setups, store }: Engine, pointer: Pointing, found: Map<string, Parent>): Promise<void> {
  const parents = setups.find(({ name }) => name === pointer.sync);
  if (!parents || pointer.none !== 'default') return;
  for (const side of sides) {
    const id = pointer.default[side];
    const place = sideOf(parents, side);
    const known = id === null ? [] : await store.known(place.connection, place.object, [id]);
    for (const { sighting } of known)
      if (id !== null && sighting && isGone(sighting.seen) && sighting.seen.gone !== 'hidden') {
        const name = nameOf(place, sighting, id);
        found.set(parentKey(parents.name, side, id), {
          link: '',
          is: 'lone',
          crm: null,
          desk: null,
          name,
          useless: 'was deleted',
        });
      }
  }
}

/**
 * Of these records' twins the ones that are gone: nobody can be made to point to a deleted record. And what the records on the CRM's side have
 * become, by the id that was asked for.
 */
async function twinsOf(
  engine: Engine,
  parents: SyncSetup,
  side: Side,
  known: readonly Known[],
): Promise<{ readonly gone: ReadonlySet<string>; readonly became: ReadonlyMap<string, string | null> }> {
  const ids = known.flatMap(({ links }) => {
    const own = links.find((each) => each.link.sync === parents.name);
    return own?.link[other(side)]?.id ?? [];
  });
  if (ids.length === 0) return { gone: new Set(), became: new Map() };
  const { connection, object } = sideOf(parents, other(side));
  const twins = await engine.store.known(connection, object, ids);
  const byId = new Map(twins.map(({ id, sighting }) => [id, sighting]));
  const became = known.map(({ id, links, sighting }) => {
    const own = links.find((each) => each.link.sync === parents.name);
    const shown = side === 'crm' ? sighting : (byId.get(own?.link.crm?.id ?? '') ?? null);
    return [id, becameOf(parents, 'crm', shown)] as const;
  });
  const gone = twins.flatMap(({ id, sighting }) => (sighting && isGone(sighting.seen) ? [id] : []));
  return { gone: new Set(gone), became: new Map(became) };
}

async function works({ store, only }: Engine, { name, mode, crm, desk }: SyncSetup): Promise<boolean> {
  if (mode === 'watch' || (only && !only.includes(name))) return false;
  const paused = await store.paused();
  return !paused.some(
    (each) =>
      (each.kind === 'sync' && each.name === name) ||
      (each.kind === 'connection' && [crm.connection, desk.connection].includes(each.name)),
  );
}

/**
 * True where the parents' records point, over however many syncs, to records of the sync `name`: then each could wait for the other for
 * ever. Of such a ring each is made without the reference, and gets it once both are there.
 */
export function pointsBack(setups: readonly SyncSetup[], parents: SyncSetup, name: string): boolean {
  const seen = new Set<string>();
  const open = [parents.name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === name) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...pointsTo(setups.find((setup) => setup.name === next)));
  }
  return false;
}

/** The syncs whose records this one's point to. */
export function pointsTo(setup: SyncSetup | undefined): readonly string[] {
  return (setup?.rules ?? []).flatMap((rule) => askedBy(rule).map(({ sync }) => sync));
}

/** Parents before those that point to them; within a ring as they stand. */
export function parentsFirst(setups: readonly SyncSetup[]): readonly SyncSetup[] {
  const sorted: SyncSetup[] = [];
  const open = new Set<string>();
  const place = (setup: SyncSetup | undefined): void => {
    if (!setup || sorted.includes(setup) || open.has(setup.name)) return;
    open.add(setup.name);
    for (const name of [...pointsTo(setup), ...setup.yields]) place(setups.find((each) => each.name === name));
    sorted.push(setup);
  };
  for (const setup of setups) place(setup);
  return sorted;
}

function idsAt(due: readonly DueLink[], rule: Rule, side: Side): readonly string[] {
  const ids = due.flatMap((each) => {
    const seen = each[side]?.seen;
    const shown = seen && !isGone(seen) ? seen[rule[side]] : each.link[side]?.base[baseKey(rule)];
    return typeof shown === 'string' && shown !== '' ? [shown] : [];
  });
  return [...new Set(ids)];
}

/** `worksOn`: its sync is being worked on, so that what is due there will be decided about soon. */
function parentOf(
  { link, inFlight, due, held, tries }: KnownLink,
  name: string,
  worksOn: boolean,
  gone: ReadonlySet<string>,
): Parent {
  const there = (id: string | undefined) => (id === undefined || gone.has(id) ? null : id);
  const ends = { crm: there(link.crm?.id), desk: there(link.desk?.id) };
  const whole = ends.crm !== null && ends.desk !== null;
  const coming = inFlight || (worksOn && due && !held && tries < patientTries);
  return { link: link.id, is: whole ? 'whole' : coming ? 'coming' : 'lone', ...ends, name };
}

/** By link: the ends that it will have once a plan is applied; null for a record that is created then. */
export type Planned = ReadonlyMap<string, { readonly crm: string | null; readonly desk: string | null }>;

/** What is asked of a rule, whether it carries a reference or not. */
export function carry(
  rule: Rule,
  around: { readonly parents: Parents; readonly planned: Planned },
  to: Side,
  from: Value,
  current: Value | undefined,
  before: Value | undefined,
  record: Fields | null,
): Carried {
  if (!rule.pointer) return rule.convert(to, from, current, before, record ?? undefined);
  const id = rule.normal(other(to), from);
  if (isBlank(id) || typeof id !== 'string') return carryNone(rule, rule.pointer, to, around.parents);
  const parent = parentAt(around.parents, rule.pointer.sync, other(to), id);
  const planned = parent && around.planned.get(parent.link);
  const there = parent?.[to] ?? planned?.[to] ?? null;
  if (there !== null) return { ok: true, value: rule.normal(to, there) };
  if (parent && planned) {
    const pointer: Pointer = { link: parent.link };
    return { ok: true, value: pointer };
  }
  const { or, none } = rule.pointer;
  const second = or && around.parents.get(parentKey(or.sync, other(to), id));
  const keys = [rule.pointer, ...(or ? [or] : [])].map(({ sync }) => parentWait(sync, other(to), id));
  const hears = [...keys, ...(parent?.hears ?? [])];
  if (second && (second[to] !== null || around.planned.has(second.link)))
    return { ok: true, value: rule.normal(to, second.became ?? null), hears };
  const whom = parent?.name ?? id;
  if (parent?.several !== undefined)
    return { ok: false, say: `${rule[other(to)]} points to ${whom}, and ${parent.several}. Change one of them`, hears };
  if (parent?.useless !== undefined && second?.is !== 'coming') {
    if (none === 'default') return { ...standIn(rule, rule.pointer, to, around.parents), hears };
    if (none === 'hold')
      return { ok: false, say: `${rule[other(to)]} points to ${whom}, which ${parent.useless} (none: hold)`, hears };
  }
  const coming = parent?.is === 'coming' || second?.is === 'coming';
  // Whomever it pointed to before is not meant any more.
  if (none === 'empty' && !coming && current !== undefined && !isBlank(current))
    return { ok: true, value: null, hears };
  return {
    ok: true,
    waits: hears,
    coming,
    say: `${rule[other(to)]} points to ${whom}, which has no twin by the sync "${rule.pointer.sync}"${parent ? ' yet' : ''}`,
  };
}

function carryNone(rule: Rule, pointer: Pointing, to: Side, parents: Parents): Converted {
  const { none } = pointer;
  if (none === 'keep') return { ok: true, leave: true };
  if (none === 'hold') {
    return { ok: false, say: `${rule[other(to)]} is empty, and the sync says that it must not be (none: hold)` };
  }
  return none === 'default' ? standIn(rule, pointer, to, parents) : { ok: true, value: null };
}

/** The record that stands in, unless it is known to be gone: then the field waits for another one, and the record goes without. */
function standIn(rule: Rule, { sync, default: ids }: Pointing, to: Side, parents: Parents) {
  const id = ids[to];
  const gone = id === null ? undefined : parents.get(parentKey(sync, to, id));
  if (gone?.useless === undefined) return { ok: true, value: rule.normal(to, id) } as const;
  const say = `${rule[to]} would get ${gone.name}, which stands in where there is none, and ${gone.useless}. Name another default`;
  return { ok: false, say } as const;
}

export function equalUnder(
  rule: Rule,
  parents: Parents,
  crm: Value,
  desk: Value,
  before: { readonly crm: Value | undefined; readonly desk: Value | undefined },
): boolean {
  if (!rule.pointer) return rule.equal(crm, desk, before);
  const { sync, none, default: ids, or } = rule.pointer;
  // Two empty references are one where emptiness asks for nothing: a default has to be written, and a hold to be opened.
  if (isBlank(crm) && isBlank(desk)) return none === 'keep' || none === 'empty';
  if (isBlank(crm)) return none === 'default' && same(desk, rule.normal('desk', ids.desk));
  if (isBlank(desk)) return none === 'default' && same(crm, rule.normal('crm', ids.crm));
  const link = typeof crm === 'string' ? parentAt(parents, sync, 'crm', crm) : undefined;
  const stands = typeof desk === 'string' ? parentAt(parents, sync, 'desk', desk) : undefined;
  const second = or && typeof desk === 'string' ? parentAt(parents, or.sync, 'desk', desk) : undefined;
  const isMeant = (id: string | null | undefined) => typeof id === 'string' && same(rule.normal('crm', id), crm);
  if (isMeant(stands?.crm) || ((stands?.crm ?? null) === null && isMeant(second?.became))) return true;
  return link !== undefined && link.desk !== null && same(rule.normal('desk', link.desk), desk);
}

/** True where a rule counts only for records that point to certain others (Rule.only), and this one does not. */
export function isIdle({ only }: Rule, parents: Parents, seen: { readonly [S in Side]?: Fields | null }): boolean {
  if (!only) return false;
  const id = seen[only.side]?.[only.field];
  if (typeof id !== 'string') return true;
  const first = parentAt(parents, only.not, only.side, id);
  const second = parentAt(parents, only.by, only.side, id);
  const isFirst = first !== undefined && first[other(only.side)] !== null;
  const isSecond = second !== undefined && second[other(only.side)] !== null && (second.became ?? null) === null;
  return isFirst || !isSecond;
}
