import type { Connection } from '../model/connection.ts';
import type { Outcome } from '../model/operation.ts';
import { type Change, isGone } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import { type Delta, type Fields, same, type Value } from '../model/value.ts';
import { type Engine, setupOf } from './engine.ts';
import { onlyOf, piecesOf } from './pieces.ts';
import type { Intent } from './ports.ts';
import type { Settled } from './settle.ts';

const lost: Outcome = {
  ok: false,
  fault: { kind: 'unsure', say: 'the answer was lost; what is there now is read before anything is sent again' },
};

/** How often a write that does not show yet is looked for (ms), and rarer the longer it has been away. */
const lookAgainMs = 5000;

export interface LostWrites {
  readonly settled: readonly Settled[];
  /** What does not show yet and may still come: when to look again (ms from now). */
  readonly waiting: readonly { readonly intent: Intent; readonly waitMs: number }[];
}

/**
 * Updates and removals whose answer was lost. A record that shows something of what was sent has taken the update: the two sides agreed on
 * that, and whatever differs is an edit that came after. Were it decided anew, our own value would stand against the next edit of its
 * source as if a person had typed it. Where nothing of it shows, and nothing can come any more (a job of the vendor's whose number was lost
 * may be queued for a while: ObjectType.lateMs), the link is decided anew, by what the vendor shows then.
 */
export async function lostWrites(
  engine: Engine,
  connection: Connection,
  intents: readonly Intent[],
): Promise<LostWrites> {
  const settled: Settled[] = [];
  const waiting: LostWrites['waiting'][number][] = [];
  const now = engine.world.now();
  for (const [sync, all] of Map.groupBy(intents, (intent) => `${intent.sync}/${intent.side}`)) {
    const [first] = all;
    const setup = first && setupOf(engine, first.sync);
    if (!setup) throw new Error(`${sync} is in no pass and has intents in it`);
    const ids = all.flatMap(({ operation }) => ('ref' in operation ? [operation.ref.id] : []));
    const { object, type } = sideOf(setup, first.side);
    const changes = await connection.read({ object, fields: setup.reads[first.side] }, ids);
    const shown = new Map(changes.map((change) => [change.ref.id, change]));
    for (const intent of all) {
      const change = 'ref' in intent.operation ? shown.get(intent.operation.ref.id) : undefined;
      const seen = change && change.seen !== 'look' && !isGone(change.seen) ? change.seen : null;
      const pieces = intent.operation.do === 'update' && seen ? piecesOf(type, intent) : [];
      const shows = seen ? pieces.filter((fields) => hasTaken(setup, intent, fields, seen)) : [];
      const isWhole = shows.length === pieces.length;
      const taken = change && seen && shows.length > 0;
      const leftMs = seen ? intent.at + (type.lateMs ?? 0) - now : 0;
      if (change && isRemoved(intent, change)) {
        settled.push({ intent, outcome: { ok: true, id: change.ref.id, version: null, now: null } });
      } else if (taken && (isWhole || leftMs <= 0)) {
        const { ref, version, at } = change;
        const told = isWhole ? intent : onlyOf(setup, intent, shows.flat());
        settled.push({ intent: told, outcome: { ok: true, id: ref.id, version, now: seen, at } });
      } else if (leftMs <= 0) settled.push({ intent, outcome: lost });
      else waiting.push({ intent, waitMs: Math.min(leftMs, Math.max(lookAgainMs, now - intent.at)) });
    }
  }
  return { settled, waiting };
}

/** Who was to be removed, and is not there, is removed, as where the vendor answers that. A merged one went another way. */
function isRemoved({ operation }: Intent, { seen }: Change): boolean {
  return operation.do === 'remove' && seen !== 'look' && isGone(seen) && seen.gone !== 'merged';
}

const isDelta = (value: Value | Delta): value is Delta => typeof value === 'object' && value !== null && 'add' in value;

/** Whether anything of what was sent by one call, and was not there before, is there now. */
function hasTaken(setup: SyncSetup, { side, agreed, before }: Intent, piece: readonly string[], seen: Fields): boolean {
  return piece.some((field) => {
    const [now, sent] = [seen[field], before[field]];
    if (!sent || now === undefined || isDelta(sent.before) || isDelta(sent.after) || same(sent.before, sent.after))
      return false;
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
