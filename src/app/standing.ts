import { refusalOf } from '../engine/answers/offers.ts';
import { answerTo } from '../engine/answers/word.ts';
import { releaseBrake } from '../engine/brake/brake.ts';
import type { Store } from '../engine/ports.ts';
import type { Answer, Hold } from '../model/hold.ts';
import { type StandingAnswer, standingDrawer, standingOf } from '../model/standing.ts';
import type { SyncSetup } from '../model/sync.ts';
import { newId, type World } from '../model/world.ts';
import { AnswerRefused, AppError, type StandingEntry } from './app.ts';

/* What persons say about holds, once or for always (requirement W-02). */

/** More holds than this are not looked for at once; what is left becomes due with its next change. */
const mostHolds = 100_000;

/** Keeps a person's word about one hold; false where there is none any more. Throws AnswerRefused where the hold does not take it. */
export async function answerHold(store: Store, world: World, id: string, answer: Answer): Promise<boolean> {
  const [hold] = await store.holds({ hold: id });
  if (!hold) return false;
  const refusal = refusalOf(hold, answer);
  if (refusal !== null) throw new AnswerRefused(refusal);
  const now = world.now();
  if (!answer.always) return store.answer(id, answerTo(hold, answer), now);
  // A wave that a person lets go is gone with that: the next one is to be looked at again. Who has been given an answer of their own keeps it,
  // but for the record that this is said at.
  if (hold.brake) {
    const isAnswered = await store.answer(id, answerTo(hold, { say: 'go' }), now);
    return (await releaseBrake(store, { sync: hold.sync, ...hold.brake }, now)) > 0 || isAnswered;
  }
  await keep(store, standingFor(hold, answer, newId(world), now));
  const alike = (await store.holds({ sync: hold.sync, status: hold.why, limit: mostHolds })).filter(
    (each) => each.field === hold.field && each.id !== hold.id,
  );
  await store.retry(
    alike.map((each) => each.id),
    now,
  );
  return store.answer(id, answer, now);
}

function standingFor(hold: Hold, answer: Answer, id: string, since: number): StandingAnswer {
  const from = hold.why === 'refused' ? (hold.from ?? null) : null;
  const value = from === null ? null : hold.values[from];
  const rule = from === null || hold.rule === undefined ? {} : { rule: hold.rule };
  return { id, sync: hold.sync, why: hold.why, field: hold.field, from, value, ...rule, answer, since };
}

/** Of two words about the same thing the later one counts. */
async function keep(store: Store, standing: StandingAnswer): Promise<void> {
  const others = (await all(store)).filter((each) => aboutOf(each) !== aboutOf(standing));
  await put(store, [...others, standing]);
}

function aboutOf({ sync, why, field, from, value }: StandingAnswer): string {
  return JSON.stringify([sync, why, field, from, value]);
}

async function all(store: Store): Promise<readonly StandingAnswer[]> {
  return standingOf(await store.get(standingDrawer.drawer, standingDrawer.name));
}

async function put(store: Store, list: readonly StandingAnswer[]): Promise<void> {
  await store.put(standingDrawer.drawer, standingDrawer.name, list.length === 0 ? null : JSON.stringify(list));
}

export async function standingAnswers(store: Store): Promise<readonly StandingEntry[]> {
  return (await all(store)).map(({ rule: _, ...each }) => ({ ...each, since: new Date(each.since).toISOString() }));
}

/** From now on such holds wait for a person again; what was done because of it stays. Throws AppError where there is no such answer. */
export async function forgetAnswer(store: Store, id: string): Promise<void> {
  const kept = await all(store);
  const left = kept.filter((each) => each.id !== id);
  if (left.length === kept.length)
    throw new AppError(`There is no standing answer ${id}. "syncline answers" lists those that there are`);
  await put(store, left);
}

/** Where a sync gets other limits, what its brakes hold is decided anew under them. */
export async function askLimits(store: Store, world: World, { name, brake }: SyncSetup): Promise<void> {
  const written = JSON.stringify(brake);
  const before = await store.get('rules', `${name} brake`);
  if (before === written) return;
  if (before !== null) await store.rouseBraked([name], world.now());
  await store.put('rules', `${name} brake`, written);
}

/** Where a sync says otherwise who wins, what is held as a conflict is decided anew; nothing else is. */
export async function askPolicies(store: Store, world: World, setup: SyncSetup): Promise<void> {
  const name = `${setup.name} conflict`;
  const written = JSON.stringify(
    setup.rules.map(({ id, conflict }) => [id, conflict.map((one) => (typeof one === 'string' ? one : one.text))]),
  );
  const before = await store.get('rules', name);
  if (before === written) return;
  if (before !== null) {
    const held = await store.holds({ sync: setup.name, status: 'conflict', limit: mostHolds });
    await store.retry(
      held.map(({ id }) => id),
      world.now(),
    );
  }
  await store.put('rules', name, written);
}
