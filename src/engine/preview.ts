import { matchKey } from '../model/hold.ts';
import type { SyncSetup } from '../model/sync.ts';
import { pausedAlone, stilled } from './called/call.ts';
import { isAsked } from './called/pointers.ts';
import { type Decision, decide } from './decide.ts';
import type { Engine } from './engine.ts';
import { outrun } from './meet.ts';
import { outdone } from './outdone.ts';
import { isParent, parentsFirst, pointsBack, pointsTo } from './parents.ts';
import type { DueLink } from './ports.ts';
import { quiet } from './verdict.ts';

/** Memory is bounded by this. */
const pageSize = 1000;

export interface Previewed {
  readonly setup: SyncSetup;
  readonly decision: Decision;
}

/**
 * What a run would decide about everything that is due, as if it all happened at once: nothing is taken, kept or written. Parents come
 * before the records that point to them, so that a reference to a record that this plan creates is a pointer to its link. Of two records
 * that would claim the same twin the second one is held, as it would be in the run.
 *
 * Where syncs point to each other in a ring, or a sync to its own records, no order is the right one. A run makes such records first and
 * writes the references then; here they are gone through once more beforehand, to know who will be there.
 */
export async function* preview(engine: Engine): AsyncGenerator<Previewed> {
  const planned: Plans = new Map();
  const told = new Set<string>();
  const joined: Decision[] = [];
  const open = parentsFirst(engine.setups.filter(({ name }) => !engine.only || engine.only.includes(name)));
  for (const ring of ringsOf(engine.setups, open)) {
    const isRing = ring.length > 1 || ring.some((setup) => pointsTo(setup).includes(setup.name));
    // Who needs a record that comes later in the ring is created once that one is known, and so may others be that need him.
    for (let more = isRing; more; ) {
      const known = planned.size;
      let needs = false;
      for (const setup of ring)
        for await (const { verdict } of decideAll(engine, setup, planned))
          needs ||= verdict.is === 'held' && verdict.waits.length > 0;
      more = needs && planned.size > known;
    }
    for (const setup of ring) {
      for await (const decision of decideAll(engine, setup, planned)) {
        if (told.has(decision.due.link.id)) continue;
        yield { setup, decision };
        joined.push(decision);
        if (joined.length === pageSize) yield* loseTwins(engine, setup, joined, told);
      }
      yield* loseTwins(engine, setup, joined, told);
    }
  }
}

/** Those who lose their twins to these decisions, which are taken off the list. */
async function* loseTwins(
  engine: Engine,
  setup: SyncSetup,
  decisions: Decision[],
  told: Set<string>,
): AsyncGenerator<Previewed> {
  for (const each of await outdone(engine, setup, decisions.splice(0))) {
    told.add(each.decision.due.link.id);
    yield each;
  }
}

/** Syncs that point to each other stand together; the others alone. */
function ringsOf(all: readonly SyncSetup[], open: readonly SyncSetup[]): readonly (readonly SyncSetup[])[] {
  const placed = new Set<string>();
  return open.flatMap((setup) => {
    if (placed.has(setup.name)) return [];
    const ring = open.filter(
      (each) => each === setup || (pointsBack(all, each, setup.name) && pointsBack(all, setup, each.name)),
    );
    for (const { name } of ring) placed.add(name);
    return [ring];
  });
}

type Plans = Map<string, { readonly crm: string | null; readonly desk: string | null }>;

/** One sync; whoever gets a twin is added to `planned` where others may point to it. */
async function* decideAll(engine: Engine, setup: SyncSetup, planned: Plans): AsyncGenerator<Decision> {
  const isPointedTo = isParent(engine.setups, setup.name);
  const absorbed = new Set<string>();
  const claims = new Map<string, string>();
  // A paused sync still makes what others point to, and moves nothing else.
  const isStill = isAsked(engine.setups, setup) && (await pausedAlone(engine, setup));
  for await (const due of dueOf(engine, setup, { braked: true, ...(isStill ? { paused: true } : {}) })) {
    for (const decision of await decide(engine, isStill ? stilled(setup) : setup, due, planned)) {
      if (isStill && !decision.isCalled) continue;
      const { link } = decision.due;
      if (absorbed.has(link.id) || (decision.absorb && absorbed.has(decision.absorb))) continue;
      const rival = claimed(claims, decision);
      const final = rival ? outranBy(setup, decision, rival) : decision;
      if (final.absorb) absorbed.add(final.absorb);
      if (isPointedTo) {
        const ends = { crm: link.crm?.id ?? null, desk: link.desk?.id ?? null };
        const twin = final.absorb !== undefined || final.verdict.write?.operation.do === 'create';
        if (twin) for (const id of [link.id, ...(final.absorb ? [final.absorb] : [])]) planned.set(id, ends);
      }
      yield final;
    }
  }
}

/** What is due of a sync, now or later, page by page; nothing is taken. `whole`, `braked`: as the store's `peek` has them. */
export async function* dueOf(
  engine: Engine,
  setup: SyncSetup,
  which: { readonly whole?: boolean; readonly braked?: boolean; readonly paused?: boolean },
): AsyncGenerator<readonly DueLink[]> {
  let after: string | null = null;
  for (;;) {
    const due: readonly DueLink[] = await engine.store.peek({
      syncs: [setup.name],
      ...(engine.links ? { links: [...engine.links] } : {}),
      ...which,
      after,
      limit: pageSize,
    });
    const last = due.at(-1);
    if (!last) return;
    after = last.link.id;
    yield due;
  }
}

interface Rival {
  readonly field: string;
  readonly value: string;
}

/** The claim that an earlier record of this plan has made; where there is none, this one's claims are noted. */
function claimed(claims: Map<string, string>, { due, verdict }: Decision): Rival | null {
  const keyed = verdict.claims.map((claim) => {
    return { ...claim, key: matchKey(claim.connection, claim.object, claim.field, claim.value) };
  });
  const taken = keyed.find(({ key }) => (claims.get(key) ?? due.link.id) !== due.link.id);
  if (taken) return taken;
  for (const { key } of keyed) claims.set(key, due.link.id);
  return null;
}

function outranBy(setup: SyncSetup, decision: Decision, { field, value }: Rival): Decision {
  const hold = outrun(setup, decision.due, decision.found, field, value);
  return { ...decision, absorb: undefined, verdict: { ...quiet(decision.due.link), is: 'held', holds: [hold] } };
}
