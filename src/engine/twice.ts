import { FaultError } from '../model/fault.ts';
import type { Outcome } from '../model/operation.ts';
import { isGone } from '../model/record.ts';
import { sideOf } from '../model/sync.ts';
import { connectionOf, type Engine, feedAt, setupOf } from './engine.ts';
import type { Intent } from './ports.ts';

/** A create that the vendor refused, with the key that it was to bear. */
interface Refused {
  readonly place: number;
  readonly mark: string;
}

/**
 * A create that was sent twice on the way may be refused because of what its other copy has made (as taken), or although that one was not.
 * The mark tells: a record that bears it and has no link yet is what we made, and the create is done. Left to the ordinary look-up, its
 * source may be gone by then, or what was just sent would count as the other side's own values. Where that cannot be looked up just now,
 * the answer counts as lost, and is traced.
 */
export async function madeByOtherCopy(
  engine: Engine,
  intents: readonly Intent[],
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const refused = intents.flatMap(({ operation }, place): Refused[] => {
    const outcome = outcomes[place];
    const isRefused = outcome?.ok === false && (outcome.fault.kind === 'stale' || outcome.fault.kind === 'refused');
    return isRefused && operation.do === 'create' && operation.mark !== null ? [{ place, mark: operation.mark }] : [];
  });
  const [first] = refused.flatMap(({ place }) => intents[place] ?? []);
  const setup = first && setupOf(engine, first.sync);
  const field = setup?.mark[first?.side ?? 'desk']?.field;
  if (!first || !setup || field === undefined) return outcomes;
  const { connection, object } = sideOf(setup, first.side);
  const want = feedAt(engine.setups, connection, object)?.want ?? { object, fields: setup.reads[first.side] };
  const made = new Map<string, Outcome>();
  try {
    const marks = refused.map(({ mark }) => ({ [field]: mark }));
    const found = await connectionOf(engine, connection).find(want, [field], marks);
    const ids = found.map(({ ref }) => ref.id);
    const known = ids.length === 0 ? [] : await engine.store.known(connection, object, ids);
    const linked = new Set(known.flatMap(({ id, links }) => (links.length > 0 ? [id] : [])));
    const bearers = found.flatMap(({ ref: { id }, version, seen, at }) =>
      seen === 'look' || isGone(seen) ? [] : [{ mark: seen[field], id, version, now: seen, at }],
    );
    // A clone bears the mark too: then it says nothing.
    for (const [mark, [one, ...clones]] of Map.groupBy(bearers, (each) => each.mark))
      if (typeof mark === 'string' && one && clones.length === 0 && !linked.has(one.id))
        made.set(mark, { ok: true, id: one.id, version: one.version, now: one.now, at: one.at });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { kind, say, afterMs } = error.fault;
    // A field by which the vendor finds nothing says nothing: the answer stands.
    if (kind !== 'later' && kind !== 'limit' && kind !== 'login') return outcomes;
    const fault = { kind: 'unsure', say, ...(afterMs === undefined ? {} : { afterMs }) } as const;
    for (const { mark } of refused) made.set(mark, { ok: false, fault });
  }
  const byPlace = new Map(refused.map(({ place, mark }) => [place, made.get(mark)]));
  return outcomes.map((outcome, place) => byPlace.get(place) ?? outcome);
}
