import { FaultError } from '../../model/fault.ts';
import { isGone, other, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { withComputed } from '../computed.ts';
import type { Decision } from '../decide.ts';
import { connectionOf, type Engine } from '../engine.ts';
import { pauseOf } from '../fail.ts';
import { type Looked, lookAtVendor } from '../look.ts';
import { findParents } from '../parents.ts';
import type { DueLink } from '../ports.ts';
import { type Going, underOf } from './along.ts';
import { judgeUndo, type Undone } from './judge-undo.ts';
import { fateOf, type UndoAsk } from './undo.ts';

/** A vendor that could not be read is asked again after this long (ms), where it does not say. */
const readAgainMs = 15_000;

/** An undo under way: the engine decides about these links by it, and about no others. */
export interface Undoing {
  /** By link. */
  readonly asks: ReadonlyMap<string, UndoAsk & { readonly tried: Set<string> }>;
  /** Links whose records were read at the vendor in this undo. */
  readonly looked: Set<string>;
  /** Told of each decision. */
  readonly tell: (due: DueLink, undone: Undone) => void;
  /** Told of links whose records could not be read, and why. They are decided about later. */
  readonly unread: (due: DueLink, reason: string) => void;
  /** What a preview says that this undo removes before it comes to these links; absent where it has been removed already. */
  readonly going?: Going;
}

/**
 * Decides about a batch by an undo instead of by the rules. Both records are read at the vendor first, once: nobody's newer edit is
 * overwritten because we had not heard of it. What cannot be read is left out, and stays due.
 */
export async function decideUndo(
  engine: Engine,
  setup: SyncSetup,
  taken: readonly DueLink[],
  { asks, looked, tell, unread, going = new Set() }: Undoing,
): Promise<readonly Decision[]> {
  const asking = taken.map((due) => ({ ...due, askVendor: !looked.has(due.link.id) }));
  const { due: shown, failed } = await lookAtVendor(engine, setup, asking);
  for (const { link } of shown) looked.add(link.id);
  const known = shown.map((due) => withComputed(setup, due).due);
  const parents = await findParents(engine, setup, known, null);
  const made = await madeOf(engine, setup, known, asks, going);
  const waiting = new Set<string>();
  for (const { due, connection, fault } of [...failed, ...made.failed]) {
    if (!waiting.has(due.link.id)) unread(due, fault.say);
    waiting.add(due.link.id);
    const pauseMs = fault.kind === 'login' ? pauseOf(fault) : (fault.afterMs ?? readAgainMs);
    engine.waits.set(connection, { until: engine.world.now() + pauseMs, reason: fault.say });
  }
  return known.flatMap((due): readonly Decision[] => {
    const { id } = due.link;
    const ask = asks.get(id);
    if (!ask || waiting.has(id)) return [];
    const others = { crm: made.others.get(`crm ${id}`) ?? [], desk: made.others.get(`desk ${id}`) ?? [] };
    const under = { crm: made.under.get(`crm ${id}`) ?? null, desk: made.under.get(`desk ${id}`) ?? null };
    const undone = judgeUndo(setup, due, ask, { parents, us: made.us, others, under });
    tell(due, undone);
    return [{ due, found: [], absorb: undefined, verdict: undone.verdict }];
  });
}

/**
 * Of the records that are to be removed because we made them: who else has linked them, what is under them, and whom their vendor calls us.
 * `failed`: of which what is under them could not be asked just now.
 */
async function madeOf(
  engine: Engine,
  setup: SyncSetup,
  known: readonly DueLink[],
  asks: Undoing['asks'],
  going: Going,
) {
  const us: Record<Side, string | null> = { crm: null, desk: null };
  const others = new Map<string, readonly string[]>();
  const under = new Map<string, string>();
  const failed: Looked['failed'][number][] = [];
  for (const side of sides) {
    const place = sideOf(setup, side);
    const { connection, object } = place;
    const made = known.filter(({ link, [side]: sighting }) => {
      const ask = asks.get(link.id);
      return ask && fateOf(ask, side)?.is === 'made' && link[side] && sighting && !isGone(sighting.seen);
    });
    if (made.length === 0) continue;
    us[side] = (await connectionOf(engine, connection).who()).user;
    const ids = made.flatMap(({ link }) => link[side]?.id ?? []);
    const links = new Map((await engine.store.known(connection, object, ids)).map((each) => [each.id, each.links]));
    for (const { link } of made) {
      const own = links.get(link[side]?.id ?? '') ?? [];
      const whole = own.filter((each) => each.link.sync !== setup.name && each.link[other(each.side)] !== null);
      others.set(
        `${side} ${link.id}`,
        whole.map((each) => each.link.sync),
      );
    }
    try {
      const wrote = new Map(
        made.map(({ link }) => [link[side]?.id ?? '', asks.get(link.id)?.wroteAt[side] ?? null] as const),
      );
      const below = await underOf(engine, place, wrote, us[side], going);
      for (const { link } of made) {
        const words = below.get(link[side]?.id ?? '');
        if (words !== undefined) under.set(`${side} ${link.id}`, words);
      }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      failed.push(...made.map((due) => ({ due, connection, fault: error.fault })));
    }
  }
  return { us, others, under, failed };
}
