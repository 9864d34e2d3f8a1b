import type { Cause, HistoryRow } from '../model/history.ts';
import type { Hold } from '../model/hold.ts';
import type { Link } from '../model/link.ts';
import { other, type Side } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { newId } from '../model/world.ts';
import type { Engine } from './engine.ts';
import { rouse } from './intake.ts';
import { pairOf } from './meet.ts';
import { nameOf } from './name.ts';
import { isParent, parentWakes } from './parents.ts';
import type { LinkChange } from './ports.ts';

/* Links that are made or ended by a person's word, and not because two records match. */

/** A half link that takes over the record of another one, `absorb`; both are then brought in step by the rules. */
export function joined(
  engine: Engine,
  setup: SyncSetup,
  link: Link,
  absorb: string,
  cause: Cause = 'answer',
): LinkChange {
  const now = engine.world.now();
  return {
    link: link.id,
    turn: 0,
    ends: { crm: link.crm, desk: link.desk },
    absorb,
    holds: [],
    clearAnswers: true,
    history: [bondRow(engine, link, 'link', cause)],
    ...(isParent(engine.setups, setup.name) ? { wakes: parentWakes(setup, link) } : {}),
    due: { at: now, tries: 0, fault: null, askVendor: false },
  };
}

export interface Parting {
  readonly cause: Cause;
  /** What the hold of each record says; `twin`: the other one's id. */
  readonly words: (own: string, far: string, twin: string) => string;
}

/**
 * Ends links: both records stay as they are, and each of them waits for a person from then on, so that they are not matched again at once.
 * Answers the ids of those that were ended; the others are just being worked on, or have one record.
 */
export async function part(
  engine: Engine,
  setup: SyncSetup,
  links: readonly Link[],
  how: Parting,
): Promise<ReadonlySet<string>> {
  const { store, world } = engine;
  const parts = links.flatMap((link) =>
    link.crm && link.desk ? [{ link, desk: link.desk.id, half: newId(world) }] : [],
  );
  const changes = parts.map(({ link }): LinkChange => {
    const holds = [parted(engine, setup, link, link.id, 'crm', how)];
    const history = [bondRow(engine, link, 'unlink', how.cause)];
    return { link: link.id, turn: 0, due: 'keep', ends: { desk: null }, holds, clearAnswers: true, history };
  });
  const results = await store.commit(changes, null, world.now());
  const done = parts.filter((_, i) => results[i]?.is === 'done');
  if (done.length === 0) return new Set();
  const place = { sync: setup.name, pair: pairOf(setup), side: 'desk', lane: 'load' } as const;
  await rouse(engine, setup.desk, {
    open: done.map(({ desk, half }) => ({ ...place, id: desk, link: half })),
    due: [],
  });
  await store.commit(
    done.map(({ link, half }) => {
      return { link: half, turn: 1, due: 'clear', holds: [parted(engine, setup, link, half, 'desk', how)] };
    }),
    null,
    world.now(),
  );
  return new Set(done.map(({ link }) => link.id));
}

function bondRow(engine: Engine, link: Link, verb: 'link' | 'unlink', cause: Cause): HistoryRow {
  return {
    id: newId(engine.world),
    at: engine.world.now(),
    run: engine.run,
    sync: link.sync,
    link: link.id,
    side: 'desk',
    do: verb,
    cause,
    record: link.desk?.id ?? null,
    fields: {},
    outcome: 'ok',
  };
}

function parted(engine: Engine, setup: SyncSetup, link: Link, on: string, side: Side, { words }: Parting): Hold {
  const twin = link[other(side)]?.id ?? '';
  const own = nameOf(sideOf(setup, side), null, link[side]?.id);
  const far = sideOf(setup, other(side));
  return {
    id: newId(engine.world),
    sync: setup.name,
    link: on,
    why: 'undone',
    field: null,
    values: { crm: null, desk: null, base: null },
    message: words(own, `${far.type.label} ${twin} in ${far.label}`, twin),
    vendorCode: null,
    candidates: [{ side: other(side), id: twin, reason: 'was linked with it before' }],
    wakes: [],
    tries: 0,
    since: engine.world.now(),
  };
}
