import type { Store } from '../engine/ports.ts';
import { brakeVerbs } from './memory/brake.ts';
import { commit } from './memory/commit.ts';
import { dueVerbs } from './memory/due.ts';
import { handOverVerbs } from './memory/hand-over.ts';
import { intakeVerbs } from './memory/intake.ts';
import { intentVerbs } from './memory/intents.ts';
import { peopleVerbs } from './memory/people.ts';
import { State } from './memory/state.ts';
import { sweepVerbs } from './memory/sweep.ts';
import { tipVerbs } from './memory/tips.ts';

/**
 * The store in plain maps: for tests and simulation, where a run is one process and nothing outlives it. It has no clock and no chance
 * of its own, every verb happens in one step, and what it answers with never changes afterwards. To simulate a crash, keep the store
 * and start a new engine on it, `releaseAll` first.
 *
 * How it reads the contract where that leaves room:
 * - A lease that ran out still counts as its holder's until somebody else takes the thing; so nobody's work is thrown away for being
 *   slow, and nobody commits what another one decides on.
 * - A page whose lease on the feed is lost is not kept at all and answers `{ opened: 0, due: 0 }`: the cursor stays, it is read again.
 * - A feed that was leased and never read is still `null`.
 * - `release` gives back everything that the lease holds: links, feeds and intents.
 * - `commit` ends the lease on its link, except with `due: 'keep'`. With `lease` null it always does: a worker that decides on the
 *   link meanwhile has seen something else, and its own commit is lost.
 * - A half link that was made due again after it was opened hands its due mark to the link that absorbs it: the edit behind it may be
 *   newer than the decision.
 * - `clearAnswers` leaves an answer that was given after the decision was begun.
 * - A hold is woken by the match keys of other links' changes, never by those of the change that makes it.
 * - A hold that waits for a match key which came or went since its link was taken makes the link due once more: nobody was there to be
 *   woken then.
 * - A half link that is to be opened for a record which has one by now makes that one due, if the page shows anything new.
 * - Match keys of a record that was never seen are nobody's.
 * - `SyncCounts.links` counts links with both ends; `due` counts no link in flight.
 */
export function openMemory(): Store {
  const state = new State();
  const { tidyTips, ...tips } = tipVerbs();
  return {
    ...intakeVerbs(state),
    ...dueVerbs(state),
    ...intentVerbs(state),
    ...peopleVerbs(state),
    ...sweepVerbs(state),
    ...brakeVerbs(state),
    ...handOverVerbs(state),
    ...tips,

    async commit(changes, lease, now) {
      return commit(state, changes, lease, now);
    },

    async get(drawer, name) {
      return state.drawers.get(`${drawer}\n${name}`) ?? null;
    },

    async put(drawer, name, value) {
      if (value === null) state.drawers.delete(`${drawer}\n${name}`);
      else state.drawers.set(`${drawer}\n${name}`, value);
    },

    async tidy(before) {
      state.history = state.history.filter((row) => row.at >= before);
      tidyTips(before);
    },

    async close() {},
  };
}
