import { isGone, other, type Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Decision } from '../decide.ts';
import { type Engine, setupOf } from '../engine.ts';
import { nameOf } from '../name.ts';
import type { Known } from '../ports.ts';
import { quiet } from '../verdict.ts';
import { removalField } from './removal.ts';

/**
 * A record that another sync has linked as well is not removed for the one alone: whose twin it is there would lose it too. It is held,
 * and a person says. One question for all removals of a batch.
 */
export async function holdShared(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
): Promise<readonly Decision[]> {
  const held = new Map<string, Decision>();
  for (const side of ['crm', 'desk'] as const) {
    const removals = decisions.filter(({ verdict: { write } }) => write?.side === side && isUnasked(write));
    if (removals.length === 0) continue;
    const place = sideOf(setup, side);
    const ids = removals.flatMap(({ due }) => due.link[side]?.id ?? []);
    const known = await engine.store.known(place.connection, place.object, ids);
    const others = await stillLinked(engine, setup, side, known);
    for (const decision of removals) {
      const { due } = decision;
      const sync = others.get(due.link[side]?.id ?? '');
      if (sync === undefined) continue;
      const name = nameOf(place, due[side], due.link[side]?.id);
      const message = `${name} would be removed with its twin, but the sync "${sync}" has linked it as well. Nothing was removed. Answer "go" to remove it all the same, or "skip" to leave it for good.`;
      const hold = {
        why: 'closed',
        field: removalField,
        values: { crm: null, desk: null, base: null },
        message,
        vendorCode: null,
        candidates: [],
        wakes: [],
      } as const;
      held.set(due.link.id, { ...decision, verdict: { ...quiet(due.link), is: 'held', holds: [hold] } });
    }
  }
  return held.size === 0 ? decisions : decisions.map((decision) => held.get(decision.due.link.id) ?? decision);
}

/** By record: another sync that has it linked with a record that is there, as far as we know. */
async function stillLinked(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  known: readonly Known[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { id, links } of known) {
    for (const { link } of links) {
      const twin = link[other(side)];
      if (link.sync === setup.name || !link[side] || !twin) continue;
      const sync = setupOf(engine, link.sync);
      const place = sync && sideOf(sync, other(side));
      const [record] = place ? await engine.store.known(place.connection, place.object, [twin.id]) : [];
      if (!isGone(record?.sighting?.seen)) found.set(id, link.sync);
    }
  }
  return found;
}

/** A person who has said `go` has been asked. */
function isUnasked({ operation, cause }: NonNullable<Decision['verdict']['write']>): boolean {
  return operation.do === 'remove' && cause === 'removal';
}
