import type { Connection } from '../model/connection.ts';
import type { Outcome } from '../model/operation.ts';
import { isGone } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { type Delta, type Fields, same, type Value } from '../model/value.ts';
import { type Engine, setupOf } from './engine.ts';
import type { Intent } from './ports.ts';
import type { Settled } from './settle.ts';

const lost: Outcome = {
  ok: false,
  fault: { kind: 'unsure', say: 'the answer was lost; what is there now is read before anything is sent again' },
};

/**
 * Updates and removals whose answer was lost. A record that shows something of what was sent has taken the update: the two sides agreed on
 * that, and whatever differs is an edit that came after. Were it decided anew, our own value would stand against the next edit of its
 * source as if a person had typed it. Where nothing of it shows, the link is decided anew, by what the vendor shows then.
 */
export async function lostWrites(
  engine: Engine,
  connection: Connection,
  intents: readonly Intent[],
): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  for (const [sync, all] of Map.groupBy(intents, (intent) => `${intent.sync}/${intent.side}`)) {
    const [first] = all;
    const setup = first && setupOf(engine, first.sync);
    if (!setup) throw new Error(`${sync} is in no pass and has intents in it`);
    const updates = all.flatMap(({ operation }) => (operation.do === 'update' ? [operation.ref.id] : []));
    const { object } = sideOf(setup, first.side);
    const want = { object, fields: setup.reads[first.side] };
    const changes = updates.length === 0 ? [] : await connection.read(want, updates);
    const shown = new Map(changes.map((change) => [change.ref.id, change]));
    for (const intent of all) {
      const change = intent.operation.do === 'update' ? shown.get(intent.operation.ref.id) : undefined;
      const seen = change && change.seen !== 'look' && !isGone(change.seen) ? change.seen : null;
      const taken = change && seen && hasTaken(setup, intent, seen);
      const outcome = taken ? { ok: true as const, id: change.ref.id, version: change.version, now: seen } : lost;
      settled.push({ intent, outcome });
    }
  }
  return settled;
}

const isDelta = (value: Value | Delta): value is Delta => typeof value === 'object' && value !== null && 'add' in value;

/** Whether anything that was sent, and was not there before, is there now. */
function hasTaken(setup: SyncSetup, intent: Intent, seen: Fields): boolean {
  const { side, agreed, before } = intent;
  return Object.entries(before).some(([field, sent]) => {
    const now = seen[field];
    if (now === undefined || isDelta(sent.before) || isDelta(sent.after) || same(sent.before, sent.after)) return false;
    const { after } = sent;
    const rules = setup.rules.filter((rule) => rule[side] === field);
    if (rules.length === 0) return same(now, after);
    return rules.some((rule) => {
      const stored = rule.normal(side, now);
      const source: Value = agreed[side === 'crm' ? 'desk' : 'crm'][`${rule.crm}=${rule.desk}`] ?? null;
      const isForm = side === 'crm' ? rule.equal(stored, source) : rule.equal(source, stored);
      return isForm || same(stored, rule.normal(side, after));
    });
  });
}
