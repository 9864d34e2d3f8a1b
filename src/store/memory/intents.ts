import type { Intent, Store, Underway } from '../../engine/ports.ts';
import { objectOf } from '../words.ts';
import type { IntentRow, State } from './state.ts';

export function intentVerbs(state: State): Pick<Store, 'noteJob' | 'unsettled' | 'postpone' | 'underway'> {
  const change = (ids: readonly string[], how: (intent: Intent) => Intent) => {
    for (const id of ids) {
      const held = state.intents.get(id);
      if (held === undefined) continue;
      held.intent = how(held.intent);
      held.lease = null;
    }
  };
  return {
    async noteJob(intents, job, againAt) {
      change(intents, (intent) => ({ ...intent, state: 'job', job, againAt }));
    },

    async unsettled({ connections, syncs, now, limit, lease, until }) {
      const ready = [...state.intents.values()].filter(
        (held) =>
          connections.includes(held.intent.connection) &&
          (syncs?.includes(held.intent.sync) ?? true) &&
          held.intent.againAt <= now &&
          (held.lease === null || held.leaseUntil <= now),
      );
      const taken = ready.toSorted(byAge).slice(0, limit);
      for (const held of taken) {
        held.lease = lease;
        held.leaseUntil = until;
      }
      return taken.map((held) => held.intent);
    },

    async postpone(intents, to, againAt) {
      change(intents, (intent) => ({ ...intent, state: to, againAt }));
    },

    async underway(connections, syncs) {
      const groups = new Map<string, { underway: Underway; jobs: Set<string> }>();
      for (const { intent, lease, leaseUntil } of state.intents.values()) {
        if (!connections.includes(intent.connection) || !(syncs?.includes(intent.sync) ?? true)) continue;
        const object = objectOf(intent);
        const at = lease === null ? intent.againAt : Math.max(intent.againAt, leaseUntil);
        const name = `${intent.connection}\n${object}\n${intent.state}`;
        const group = groups.get(name);
        const jobs = group?.jobs ?? new Set();
        if (intent.job !== null) jobs.add(intent.job);
        const underway = {
          connection: intent.connection,
          object,
          state: intent.state,
          count: (group?.underway.count ?? 0) + 1,
          jobs: jobs.size,
          nextAt: Math.min(group?.underway.nextAt ?? at, at),
        };
        groups.set(name, { underway, jobs });
      }
      return [...groups.keys()].toSorted().flatMap((name) => groups.get(name)?.underway ?? []);
    },
  };
}

function byAge(a: IntentRow, b: IntentRow): number {
  return a.intent.at - b.intent.at || (a.intent.id < b.intent.id ? -1 : 1);
}
