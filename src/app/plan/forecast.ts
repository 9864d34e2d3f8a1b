import { type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { SystemConnection, Work } from '../../systems/kit/system.ts';
import type { LimitForecast, PlanHead } from './head.ts';
import type { PlanCounts } from './lines.ts';

/** The connections by name: each knows what so much work costs there. */
export type Forecasters = ReadonlyMap<string, Pick<SystemConnection, 'forecast'>>;

/**
 * What applying a plan costs: each connector knows in which calls it does so much work, and the pace of its connection knows how long
 * so many calls take. Connections work side by side, so the slowest decides.
 */
export function forecast(
  setups: readonly SyncSetup[],
  counts: ReadonlyMap<string, PlanCounts>,
  connections: Forecasters,
): Pick<PlanHead, 'calls' | 'seconds' | 'limits'> {
  const calls: Record<string, { read: number; write: number }> = {};
  const limits: LimitForecast[] = [];
  for (const [name, connection] of connections) {
    const work = workAt(name, setups, counts);
    const { read, write, seconds, limit } = connection.forecast(work);
    calls[name] = { read, write };
    if (seconds > 0) limits.push({ connection: name, limit, seconds });
  }
  limits.sort((a, b) => b.seconds - a.seconds);
  return { calls, seconds: limits[0]?.seconds ?? 0, limits };
}

function workAt(
  connection: string,
  setups: readonly SyncSetup[],
  counts: ReadonlyMap<string, PlanCounts>,
): readonly Work[] {
  const at = (setup: SyncSetup, side: Side): readonly Work[] => {
    const count = counts.get(setup.name);
    const place = sideOf(setup, side);
    if (!count || place.connection !== connection) return [];
    return [
      {
        object: place.object,
        create: count.create[side],
        update: count.update[side],
        remove: count.remove[side],
        reread: setup.direction === 'both' || setup.rules.some((rule) => rule.direction === 'both'),
      },
    ];
  };
  return setups.flatMap((setup) => sides.flatMap((side) => at(setup, side)));
}
