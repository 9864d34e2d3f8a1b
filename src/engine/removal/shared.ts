import type { Link } from '../../model/link.ts';
import { isGone, other, type Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { show } from '../../model/value.ts';
import type { Decision } from '../decide.ts';
import { type Engine, setupOf } from '../engine.ts';
import { bondKey } from '../keys.ts';
import { nameOf } from '../name.ts';
import type { Known } from '../ports.ts';
import { quiet, type Write } from '../verdict.ts';
import { isToldToGo, removalField } from './removal.ts';

/**
 * A record that another sync has linked as well is not removed, or set to archived, for the one alone: whose twin it is there would lose it
 * too. It is held, and a person says.
 */
export async function holdShared(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
): Promise<readonly Decision[]> {
  const held = new Map<string, Decision>();
  for (const side of ['crm', 'desk'] as const) {
    const removals = decisions.filter((each) => each.verdict.write?.side === side && isUnasked(each));
    if (removals.length === 0) continue;
    const place = sideOf(setup, side);
    const ids = removals.flatMap(({ due }) => due.link[side]?.id ?? []);
    const known = await engine.store.known(place.connection, place.object, ids);
    const others = await stillLinked(engine, setup, side, known);
    for (const decision of removals) {
      const { due, verdict } = decision;
      const link = others.get(due.link[side]?.id ?? '');
      if (!link) continue;
      const name = nameOf(place, due[side], due.link[side]?.id);
      const words = wordsOf(verdict.write);
      const message = `${name} would be ${words.done}, but the sync "${link.sync}" has linked it as well. Nothing was ${words.not}. Answer "go" to ${words.go} all the same, or "skip" to leave it for good.`;
      const hold = {
        why: 'closed',
        field: removalField,
        values: { crm: null, desk: null, base: null },
        message,
        vendorCode: null,
        candidates: [],
        wakes: [bondKey(link.id)],
      } as const;
      const holds = [...verdict.holds, hold];
      held.set(due.link.id, { ...decision, verdict: { ...quiet(due.link), is: 'held', holds } });
    }
  }
  return held.size === 0 ? decisions : decisions.map((decision) => held.get(decision.due.link.id) ?? decision);
}

/** By record: the link by which another sync has it with a record that is there, as far as we know. One question per sync. */
async function stillLinked(
  engine: Engine,
  setup: SyncSetup,
  side: Side,
  known: readonly Known[],
): Promise<ReadonlyMap<string, Link>> {
  const found = new Map<string, Link>();
  const others = known.flatMap(({ id, links }) =>
    links.flatMap(({ link }) => {
      const twin = link[other(side)]?.id;
      return link.sync === setup.name || !link[side] || twin === undefined ? [] : [{ id, link, twin }];
    }),
  );
  for (const [name, all] of Map.groupBy(others, ({ link }) => link.sync)) {
    const sync = setupOf(engine, name);
    const place = sync && sideOf(sync, other(side));
    const twins = place
      ? await engine.store.known(
          place.connection,
          place.object,
          all.map(({ twin }) => twin),
        )
      : [];
    const gone = new Set(twins.flatMap(({ id, sighting }) => (isGone(sighting?.seen) ? [id] : [])));
    for (const { id, link, twin } of all) if (!gone.has(twin)) found.set(id, link);
  }
  return found;
}

/** A person who has said `go` has been asked. */
function isUnasked({ due, verdict: { write } }: Decision): boolean {
  return write?.cause === 'removal' && !isToldToGo(due);
}

function wordsOf(write: Write | null): { readonly done: string; readonly not: string; readonly go: string } {
  if (write?.operation.do !== 'update') return { done: 'removed with its twin', not: 'removed', go: 'remove it' };
  const fields = Object.entries(write.before).map(
    ([field, { before, after }]) => `its ${field} from ${show(before ?? null)} to ${show(after ?? null)}`,
  );
  return { done: `archived with its removed twin (${fields.join(', ')})`, not: 'set', go: 'set that' };
}
