import type { Committed, LinkChange } from '../../engine/ports.ts';
import type { Lane } from '../../model/link.ts';
import { type Ref, type Side, sides } from '../../model/record.ts';
import { claimKey, mergeSighting, placedKeys, renewHolds, urgent } from '../words.ts';
import { makeDue } from './due.ts';
import { touch } from './intake.ts';
import { type Row, refKey, type State, wakingKeys, wakingLane } from './state.ts';

/**
 * Applies the changes one after the other. Nothing here waits, so the whole batch is one step for everybody else; a change is looked
 * at completely before anything of it is applied, so a refused one leaves no trace.
 */
export function commit(
  state: State,
  changes: readonly LinkChange[],
  lease: string | null,
  now: number,
): readonly Committed[] {
  const { committed, touched } = applyAll(state, changes, lease, now);
  // Only now, so that a hold of this batch is woken by a key of this batch whatever their order.
  const woken = new Map<string, Lane>();
  for (const { key, by } of touched) {
    for (const link of state.wakes.of(key)) {
      const row = state.rows.get(link);
      if (row !== undefined && link !== by) woken.set(link, urgent(woken.get(link) ?? null, wakingLane(row, key)));
    }
  }
  for (const [link, lane] of woken) {
    const row = state.rows.get(link);
    if (row !== undefined) makeDue(state, row, lane, 'edit', now);
  }
  return committed;
}

/** All but the waking: the SQL store runs this on the rows that it has locked, and so cannot have rules of its own. */
export function applyAll(
  state: State,
  changes: readonly LinkChange[],
  lease: string | null,
  now: number,
): { readonly committed: readonly Committed[]; readonly touched: readonly Touched[] } {
  const touched: Touched[] = [];
  const committed = changes.map((change) => {
    const row = state.rows.get(change.link);
    const refused = row === undefined ? lost : refusal(state, row, change, lease, now);
    if (row === undefined || refused !== null) return refused ?? lost;
    apply(state, row, change, lease, now, touched);
    return done;
  });
  return { committed, touched };
}

/** A match key that came or went, and the link whose change brought it: its own decision knows. */
export interface Touched {
  readonly key: string;
  readonly by: string;
}

const done: Committed = { is: 'done' };
const lost: Committed = { is: 'lost' };

function refusal(state: State, row: Row, change: LinkChange, lease: string | null, now: number): Committed | null {
  if (lease !== null && row.lease !== lease) return lost;
  if (change.close?.some((id) => state.open.get(id)?.link !== row.link.id)) return lost;
  const absorbed = typeof change.absorb === 'string' ? state.rows.get(change.absorb) : null;
  if (absorbed === undefined || (absorbed !== null && !canAbsorb(row, absorbed, lease, now))) return lost;
  if (!canJoin(state, row, change, absorbed)) return lost;
  for (const claim of change.claims ?? []) {
    const by = state.claims.get(claimKey(claim));
    if (by !== undefined && by !== row.link.id && by !== absorbed?.link.id) return { is: 'claimed', claim, by };
  }
  return null;
}

function canAbsorb(row: Row, half: Row, lease: string | null, now: number): boolean {
  const theirs = half.lease !== null && half.lease !== lease && half.leaseUntil > now;
  const isHalf = (half.link.crm === null) !== (half.link.desk === null);
  return half !== row && half.track === row.track && isHalf && half.inFlight === 0 && !theirs;
}

/** True where the ends that the link would have are free: no second link of its sync, no second whole link of its pair. */
function canJoin(state: State, row: Row, change: LinkChange, absorbed: Row | null): boolean {
  const closed = (change.close ?? []).map((id) => state.open.get(id));
  const creates =
    row.creates -
    closed.filter((intent) => intent?.creates).length +
    (change.open ?? []).filter((intent) => intent.operation.do === 'create').length;
  const ends = { crm: endAfter(row, change, absorbed, 'crm'), desk: endAfter(row, change, absorbed, 'desk') };
  if (
    absorbed !== null &&
    !sides.some((side) => absorbed.link[side] !== null && absorbed.link[side]?.id === ends[side]?.id)
  ) {
    return false;
  }
  const whole = (ends.crm !== null && ends.desk !== null) || creates > 0;
  const isFree = (link: string | undefined) => link === undefined || link === row.link.id || link === absorbed?.link.id;
  return sides.every((side) => {
    const end = ends[side];
    if (end === null) return true;
    if (!isFree(state.linkAt(row.link.sync, side, end.id)?.link.id)) return false;
    return !whole || isFree(state.whole(row.track.pair, side, end.id));
  });
}

function endAfter(row: Row, change: LinkChange, absorbed: Row | null, side: Side) {
  const given = change.ends?.[side];
  return given === undefined ? (row.link[side] ?? absorbed?.link[side] ?? null) : given;
}

function apply(
  state: State,
  row: Row,
  change: LinkChange,
  lease: string | null,
  now: number,
  touched: Touched[],
): void {
  const absorbed = typeof change.absorb === 'string' ? (state.rows.get(change.absorb) ?? null) : null;
  const ends = { crm: endAfter(row, change, absorbed, 'crm'), desk: endAfter(row, change, absorbed, 'desk') };
  if (absorbed !== null) {
    state.drop(absorbed);
    // An edit of the other record that arrived after its half link was opened may have come too late for this decision.
    if (absorbed.lane !== null && absorbed.turn > 1) makeDue(state, row, absorbed.lane, absorbed.cause, now);
  }
  const wasWhole = row.link.crm !== null && row.link.desk !== null;
  // Both are let go before either is set: two ends may change places.
  for (const side of sides) if (ends[side]?.id !== row.link[side]?.id) state.setEnd(row, side, null);
  for (const side of sides) if (ends[side] !== row.link[side]) state.setEnd(row, side, ends[side]);
  if (!wasWhole && ends.crm !== null && ends.desk !== null) row.joinedAt = now;
  if (change.releaseClaims === true) state.dropClaims(row.link.id);
  for (const claim of change.claims ?? []) state.claim(row.link.id, claim);
  for (const id of change.close ?? []) state.closeIntent(row, id);
  for (const intent of change.open ?? []) state.openIntent(row, intent);
  if (change.holds !== undefined || change.waits !== undefined) hold(state, row, change, now);
  if (change.clearAnswers === true) {
    row.answers = Object.fromEntries(Object.entries(row.answers).filter(([, given]) => given.turn > change.turn));
  }
  state.history.push(...(change.history ?? []));
  touched.push(...learn(state, row, change, now));
  touched.push(...(change.wakes ?? []).map((key) => ({ key, by: row.link.id })));
  settleDue(row, change, now);
  if (lease === null || change.due !== 'keep') state.endLease(row);
  state.enqueue(row);
}

/** A key that a new hold waits for may have come or gone while the link was decided: then it is looked at once more. */
function hold(state: State, row: Row, change: Pick<LinkChange, 'holds' | 'waits'>, now: number): void {
  const waited = wakingKeys(row);
  state.setWaking(
    row,
    change.holds === undefined ? row.holds : renewHolds(row.holds, change.holds),
    change.waits ?? row.waits,
  );
  const news = [...wakingKeys(row)].filter((key) => !waited.has(key));
  const missed = news.filter((key) => (state.touchedAt.get(key) ?? Number.NEGATIVE_INFINITY) >= row.takenAt);
  if (missed.length === 0 || row.lease === null) return;
  const lane = missed.map((key) => wakingLane(row, key)).reduce(urgent);
  makeDue(state, row, lane, 'edit', now);
}

/** Keeps what the write told of the records; answers with the match keys that came, went or became free. */
function learn(state: State, row: Row, change: LinkChange, now: number): readonly Touched[] {
  for (const told of change.sightings ?? []) {
    const key = refKey(told.ref);
    state.sightings.set(key, mergeSighting(state.sightings.get(key) ?? null, told));
    state.learnedAt.set(key, now);
  }
  const ends = sides.flatMap((side): readonly Ref[] => {
    const end = row.link[side];
    return end === null ? [] : [{ ...row.track.places[side], id: end.id }];
  });
  const moved = placedKeys(change.keys, change.sightings, ends).flatMap(({ ref, keys }) =>
    touch(state, ref, keys, now),
  );
  for (const key of change.wakes ?? []) state.touchedAt.set(key, now);
  return [...moved, ...(change.wakes ?? [])].map((key) => ({ key, by: row.link.id }));
}

function settleDue(row: Row, change: LinkChange, now: number): void {
  if (change.due === 'keep') return;
  if (change.due === 'clear') {
    row.tries = 0;
    row.fault = null;
    row.askVendor = false;
    if (row.turn === change.turn) row.lane = null;
    else {
      row.dueAt = row.lane === null ? now : Math.min(row.dueAt, now);
      row.lane ??= 'live';
      row.dueSince = now;
    }
    return;
  }
  if (change.due.fault !== null && row.fault === null) row.faultSince = now;
  if (row.lane === null) row.dueSince = now;
  row.lane ??= 'live';
  row.dueAt = change.due.at;
  row.tries = change.due.tries;
  row.fault = change.due.fault;
  row.askVendor = change.due.askVendor;
}
