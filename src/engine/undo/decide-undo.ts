import { isGone, other, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { withComputed } from '../computed.ts';
import type { Decision } from '../decide.ts';
import { connectionOf, type Engine } from '../engine.ts';
import { pauseOf } from '../fail.ts';
import { lookAtVendor } from '../look.ts';
import { findParents } from '../parents.ts';
import type { DueLink } from '../ports.ts';
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
}

/**
 * Decides about a batch by an undo instead of by the rules. Both records are read at the vendor first, once: nobody's newer edit is
 * overwritten because we had not heard of it. What cannot be read is left out, and stays due.
 */
export async function decideUndo(
  engine: Engine,
  setup: SyncSetup,
  taken: readonly DueLink[],
  { asks, looked, tell, unread }: Undoing,
): Promise<readonly Decision[]> {
  const asking = taken.map((due) => ({ ...due, askVendor: !looked.has(due.link.id) }));
  const { due: shown, failed } = await lookAtVendor(engine, setup, asking);
  for (const { due, connection, fault } of failed) {
    unread(due, fault.say);
    const pauseMs = fault.kind === 'login' ? pauseOf(fault) : (fault.afterMs ?? readAgainMs);
    engine.waits.set(connection, { until: engine.world.now() + pauseMs, reason: fault.say });
  }
  for (const { link } of shown) looked.add(link.id);
  const known = shown.map((due) => withComputed(setup, due).due);
  const parents = await findParents(engine, setup, known, null);
  const made = await madeOf(engine, setup, known, asks);
  return known.flatMap((due): readonly Decision[] => {
    const ask = asks.get(due.link.id);
    if (!ask) return [];
    const others = {
      crm: made.others.get(`crm ${due.link.id}`) ?? [],
      desk: made.others.get(`desk ${due.link.id}`) ?? [],
    };
    const undone = judgeUndo(setup, due, ask, { parents, us: made.us, others });
    tell(due, undone);
    return [{ due, found: [], absorb: undefined, verdict: undone.verdict }];
  });
}

/** Of the records that are to be removed because we made them: who else has linked them, and whom their vendor calls us. */
async function madeOf(engine: Engine, setup: SyncSetup, known: readonly DueLink[], asks: Undoing['asks']) {
  const us: Record<Side, string | null> = { crm: null, desk: null };
  const others = new Map<string, readonly string[]>();
  for (const side of sides) {
    const { connection, object } = sideOf(setup, side);
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
  }
  return { us, others };
}
