import { isGone, other, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { writeBackKey } from '../draft.ts';
import type { Engine } from '../engine.ts';
import { lockOf } from '../lock.ts';
import { isAlone } from '../meet.ts';
import type { DueLink } from '../ports.ts';
import { isAsked } from './pointers.ts';
import { pointedTo } from './pointing.ts';
import { findSeconds } from './second.ts';
import { isFindable } from './standing.ts';

/*
 * What other syncs' records make of a record by pointing to it. In mode `referenced` it takes part at all; and a reference may have its twin
 * made against what its own sync says of creating (`create: true`).
 */

/** How a record stands to those that point to it. */
export interface Called {
  /** True where it takes part. */
  readonly takes: boolean;
  /** True where somebody who is carried points to it by a reference with a word on it; then it is held where its twin cannot be told. */
  readonly isNamed: boolean;
  /** By whose word a twin may be made: its own sync's, the reference's, or nobody's. */
  readonly makes: 'own' | 'backwards' | 'never';
  /** Keys that tell of the end of what keeps its twin from being made. */
  readonly hears?: readonly string[];
}

export const own: Called = { takes: true, isNamed: false, makes: 'own' };

/** Answers for each of these links how its record is pointed to: a few questions for all of them. */
export async function findCalled(
  engine: Engine,
  setup: SyncSetup,
  due: readonly DueLink[],
): Promise<(due: DueLink) => Called> {
  const isReferenced = setup.mode === 'referenced';
  const asked = isAsked(engine.setups, setup);
  if (!isReferenced && !asked) return () => own;
  const found = new Map<string, Called>();
  for (const side of sides) {
    const target = other(side);
    const asking = due.filter((each) => isAskedFor(setup, each, side, asked));
    const ids = asking.flatMap(({ link }) => link[side]?.id ?? []);
    if (ids.length === 0) continue;
    const by = await pointedTo(engine, setup, side, ids);
    const seconds = await findSeconds(
      engine,
      setup,
      side,
      asking.filter(({ link }) => by.get(link[side]?.id ?? '')?.has(true)),
    );
    for (const each of asking) {
      const words = by.get(each.link[side]?.id ?? '') ?? new Set();
      const seen = each[side]?.seen;
      // Who is never written is matched by those who point to it, and nothing is made of it (see standing.ts).
      const isLocked = seen !== undefined && !isGone(seen) && lockOf(sideOf(setup, side).type, seen) !== null;
      // Of one that nothing tells apart there would be a new one each time that it is looked for.
      const isOfUse = !isLocked && seen !== undefined && !isGone(seen) && isFindable(setup, side, seen);
      const hears = seconds.get(each.link.id);
      const isWanted = words.has(true) && isOfUse && !hears && setup.backwards?.[target] !== undefined;
      found.set(each.link.id, {
        takes: !isReferenced || words.size > 0,
        isNamed: !isLocked && (words.has(true) || words.has(false)),
        makes: isWanted ? 'backwards' : isReferenced && words.size > 0 && !words.has(undefined) ? 'never' : 'own',
        ...(hears ? { hears } : {}),
      });
    }
  }
  // In mode `referenced`, who is linked takes part for good.
  return ({ link }) =>
    found.get(link.id) ?? { ...own, takes: !isReferenced || (link.crm !== null && link.desk !== null) };
}

function isAskedFor(setup: SyncSetup, due: DueLink, side: Side, asked: boolean): boolean {
  const { link } = due;
  if (isAlone(setup, due)) return (link.crm ? 'crm' : 'desk') === side;
  // Of a pair: whether the id of this record is to be written into the other one.
  return asked && link.crm !== null && link.desk !== null && lacksId(setup, due.link, other(side));
}

/** True where the other side's id was never written into this end, and is to be, for those who are pointed to. */
export function lacksId(setup: SyncSetup, link: DueLink['link'], side: Side): boolean {
  return setup.writeBack[side]?.called === true && link[side]?.base[writeBackKey] === undefined;
}
