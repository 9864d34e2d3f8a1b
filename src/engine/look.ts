import { type Fault, FaultError } from '../model/fault.ts';
import { fieldOf } from '../model/object-type.ts';
import { type Change, isGone, other, type Side, type Sighting } from '../model/record.ts';
import { type Criterion, type SyncSetup, sideOf } from '../model/sync.ts';
import { type Fields, isBlank, same } from '../model/value.ts';
import type { Decision } from './decide.ts';
import { connectionOf, type Engine, type FeedReader, feedAt } from './engine.ts';
import { keepLooked } from './intake.ts';
import type { DueLink } from './ports.ts';
import { isReadBefore } from './removal/removal.ts';

/** What looking brought: the due links as they are known now, and those for which it failed. */
export interface Looked {
  readonly due: readonly DueLink[];
  readonly failed: readonly { readonly due: DueLink; readonly connection: string; readonly fault: Fault }[];
}

/**
 * Links whose last try said that what we know is out of date: half links look for their twin at the vendor (one exact look-up per
 * criterion), pairs read both ends. What is found becomes sightings; the decision is then made as always. A look that fails keeps back
 * the links that asked for it, and no other one.
 */
export async function lookAtVendor(engine: Engine, setup: SyncSetup, taken: readonly DueLink[]): Promise<Looked> {
  const asking = taken.filter((due) => due.askVendor);
  const failed = new Map<string, Looked['failed'][number]>();
  for (const side of ['crm', 'desk'] as const) {
    const place = sideOf(setup, side);
    const askedAt = engine.world.now();
    const changes: Change[] = [];
    const look = async (askers: readonly DueLink[], call: () => Promise<readonly Change[]>) => {
      if (askers.length === 0) return;
      try {
        changes.push(...(await call()));
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        for (const due of askers) failed.set(due.link.id, { due, connection: place.connection, fault: error.fault });
      }
    };
    const known = asking.filter((due) => due.link[side]);
    await look(known, () =>
      read(
        engine,
        setup,
        side,
        known.flatMap((due) => due.link[side]?.id ?? []),
      ),
    );
    const halves = asking.filter((due) => !due.link[side]);
    for (const criterion of setup.match) {
      // A value may stand beside the one that is shown: then the field that has all of them is asked.
      const field = fieldOf(place.type, criterion[side])?.besideIn ?? criterion[side];
      const values = new Map(halves.flatMap((due) => wanted(due, side, criterion, field)));
      const want = feedOf(engine, setup, side).want;
      await look([...values.keys()], () =>
        connectionOf(engine, place.connection).find(want, [field], [...values.values()]),
      );
    }
    await keepLookedAt(engine, setup, side, changes, askedAt);
  }
  const which = new Set(asking.map((due) => due.link.id));
  const due = which.size === 0 ? taken : await refreshed(engine, setup, taken, which);
  return { due: due.filter(({ link }) => !failed.has(link.id)), failed: [...failed.values()] };
}

function wanted(
  due: DueLink,
  side: Side,
  criterion: Criterion,
  field: string,
): readonly (readonly [DueLink, Fields])[] {
  const seen = due[other(side)]?.seen;
  if (!seen || isGone(seen)) return [];
  const value = seen[criterion[other(side)]];
  return isBlank(value) || value === undefined ? [] : [[due, { [field]: value }]];
}

/**
 * Two-way fields cost one batched re-read of the records that are about to be written, unless the vendor guards its rows: an edit that
 * landed there meanwhile must be decided about, not overwritten. What had not moved is decided as before. What is removed, or set aside, is
 * read again in any case.
 */
export async function reread(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
  decide: (due: readonly DueLink[]) => Promise<readonly Decision[]>,
): Promise<readonly Decision[]> {
  const isTwoWay = setup.rules.some((rule) => rule.direction === 'both');
  const moved = new Set<string>();
  const fresh = new Map<string, string>();
  for (const side of ['crm', 'desk'] as const) {
    const isGuarded = !isTwoWay || sideOf(setup, side).type.guarded;
    const targets = decisions.filter(
      ({ verdict: { write } }) =>
        write?.side === side && (isReadBefore(write) || (!isGuarded && write.operation.do === 'update')),
    );
    const ids = targets.flatMap(({ due }) => due.link[side]?.id ?? []);
    if (ids.length === 0) continue;
    const askedAt = engine.world.now();
    const changes = await read(engine, setup, side, ids);
    const versions = new Map(changes.map((change) => [change.ref.id, change]));
    for (const { due } of targets) {
      const change = versions.get(due.link[side]?.id ?? '');
      if (change && change.seen !== 'look' && differs(setup, side, change.seen, due[side]?.seen))
        moved.add(due.link.id);
      else if (change && change.version !== null) fresh.set(due.link.id, change.version);
    }
    await keepLookedAt(engine, setup, side, changes, askedAt);
  }
  const checked = decisions.map((decision) => expecting(decision, fresh.get(decision.due.link.id)));
  if (moved.size === 0) return checked;
  const again = await refreshed(
    engine,
    setup,
    decisions.filter(({ due }) => moved.has(due.link.id)).map(({ due }) => due),
    moved,
  );
  const redone = new Map((await decide(again)).map((decision) => [decision.due.link.id, decision]));
  return checked.map((decision) => {
    const next = redone.get(decision.due.link.id);
    return next ? { ...next, absorb: decision.absorb } : decision;
  });
}

/** Nothing that is read of the record has moved; what has (a comment on a ticket) must not make a vendor that guards its rows refuse. */
function expecting(decision: Decision, version: string | undefined): Decision {
  const { verdict } = decision;
  const { write } = verdict;
  if (version === undefined || !write || !('expect' in write.operation)) return decision;
  const operation = { ...write.operation, expect: version };
  return { ...decision, verdict: { ...verdict, write: { ...write, operation } } };
}

/** Everything that anybody reads of this object, so that what is looked at is a whole sighting, as the feed would bring it. */
function feedOf(engine: Engine, setup: SyncSetup, side: Side): FeedReader {
  const { connection, object } = sideOf(setup, side);
  const feed = feedAt(engine.setups, connection, object);
  return feed ?? { connection, object, want: { object, fields: setup.reads[side] }, readers: [{ setup, side }] };
}

async function read(engine: Engine, setup: SyncSetup, side: Side, ids: readonly string[]): Promise<readonly Change[]> {
  const { connection, want } = feedOf(engine, setup, side);
  return connectionOf(engine, connection).read(want, ids);
}

/** Whether a record looks different from what was decided on, in what this sync reads. */
function differs(setup: SyncSetup, side: Side, now: Sighting['seen'], before: Sighting['seen'] | undefined): boolean {
  if (before === undefined || isGone(now) || isGone(before)) return isGone(now) !== isGone(before);
  return setup.reads[side].some((field) => now[field] !== undefined && !same(now[field], before[field]));
}

async function keepLookedAt(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  changes: readonly Change[],
  askedAt: number,
): Promise<void> {
  if (changes.length > 0) await keepLooked(engine, feedOf(engine, setup, side), changes, askedAt);
}

/** The same due links with the sightings as they are kept now. */
async function refreshed(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
  which: ReadonlySet<string>,
): Promise<readonly DueLink[]> {
  const sightings = {
    crm: await shown(engine, setup, 'crm', due, which),
    desk: await shown(engine, setup, 'desk', due, which),
  };
  return due.map((each) => {
    if (!which.has(each.link.id)) return each;
    const crm = sightings.crm.get(each.link.crm?.id ?? '') ?? each.crm;
    const desk = sightings.desk.get(each.link.desk?.id ?? '') ?? each.desk;
    return { ...each, crm, desk };
  });
}

async function shown(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  due: readonly DueLink[],
  which: ReadonlySet<string>,
) {
  const ids = due.filter(({ link }) => which.has(link.id)).flatMap(({ link }) => link[side]?.id ?? []);
  const { connection, object } = sideOf(setup, side);
  const known = ids.length === 0 ? [] : await engine.store.known(connection, object, ids);
  return new Map(known.flatMap(({ id, sighting }) => (sighting ? [[id, sighting] as const] : [])));
}
