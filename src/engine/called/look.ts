import { type Fault, FaultError } from '../../model/fault.ts';
import { fieldOf } from '../../model/object-type.ts';
import { isGone, other, type Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { type Fields, isBlank } from '../../model/value.ts';
import type { Decision } from '../decide.ts';
import { connectionOf, type Engine, feedAt } from '../engine.ts';
import { keepLooked } from '../intake.ts';
import type { DueLink } from '../ports.ts';

/** Decisions after a look, and those for which the look failed. */
export interface LookedFor {
  readonly decisions: readonly Decision[];
  readonly failed: readonly { readonly due: DueLink; readonly connection: string; readonly fault: Fault }[];
}

/**
 * Before a record is made because another one points to it, the vendor is asked whether it is there by now: the one that points came a moment
 * ago, and so may this one have, made by a person in the same minute. One exact look-up for all of them and each criterion.
 */
export async function lookBeforeMaking(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
  decide: (due: readonly DueLink[]) => Promise<readonly Decision[]>,
): Promise<LookedFor> {
  const making = decisions.filter(
    ({ due, verdict: { write }, isCalled }) =>
      isCalled && !due.askVendor && write?.operation.do === 'create' && !setup.create.includes(write.side),
  );
  if (making.length === 0 || engine.undo) return { decisions, failed: [] };
  const failed: LookedFor['failed'][number][] = [];
  for (const side of ['crm', 'desk'] as const) {
    const wanting = making.filter(({ verdict }) => verdict.write?.side === side).map(({ due }) => due);
    const fault = await look(engine, setup, side, wanting);
    if (fault) failed.push(...wanting.map((due) => ({ due, connection: sideOf(setup, side).connection, fault })));
  }
  const isFailed = new Set(failed.map(({ due }) => due.link.id));
  const left = making.filter(({ due }) => !isFailed.has(due.link.id));
  const again = new Map((await decide(left.map(({ due }) => due))).map((each) => [each.due.link.id, each]));
  return {
    decisions: decisions
      .filter(({ due }) => !isFailed.has(due.link.id))
      .map((decision) => again.get(decision.due.link.id) ?? decision),
    failed,
  };
}

async function look(engine: Engine, setup: SyncSetup, side: Side, due: readonly DueLink[]): Promise<Fault | null> {
  const { connection, object, type } = sideOf(setup, side);
  const feed = feedAt(engine.setups, connection, object);
  if (due.length === 0 || !feed) return null;
  const askedAt = engine.world.now();
  try {
    for (const criterion of setup.match) {
      const field = fieldOf(type, criterion[side])?.besideIn ?? criterion[side];
      const values = due.flatMap((each): readonly Fields[] => {
        const seen = each[other(side)]?.seen;
        const value = seen && !isGone(seen) ? seen[criterion[other(side)]] : undefined;
        return value === undefined || isBlank(value) ? [] : [{ [field]: value }];
      });
      if (values.length === 0) continue;
      const found = await connectionOf(engine, connection).find(feed.want, [field], values);
      if (found.length > 0) await keepLooked(engine, feed, found, askedAt);
    }
    return null;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return error.fault;
  }
}
