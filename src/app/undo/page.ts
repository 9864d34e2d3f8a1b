import { joined, type Parting, part } from '../../engine/bond.ts';
import type { Engine } from '../../engine/engine.ts';
import { rouse } from '../../engine/intake.ts';
import { pairOf } from '../../engine/meet.ts';
import { nameOf } from '../../engine/name.ts';
import { type PassState, pass } from '../../engine/pass.ts';
import type { DueLink } from '../../engine/ports.ts';
import type { Undoing } from '../../engine/undo/decide-undo.ts';
import type { Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import type { Left } from '../app.ts';
import { type Asks, bondsOf, rejoinable } from './asks.ts';

export interface UndoHow {
  readonly signal?: AbortSignal | undefined;
  readonly onState?: ((state: PassState) => void) | undefined;
}

/** Nothing further for so long (ms), and what is left is left to the next undo. */
const standstillMs = 5 * 60_000;
const napMs = 250;

/**
 * Undoes one page of links through the ordinary cycle, and names what it left. The links are made due and decided about by the undo until
 * it has nothing more to write; then they are due as before, so that an edit which waited for its turn is not swallowed. A crash
 * leaves links that ordinary judging has nothing to say of, or that are undone; the same undo once more does the rest.
 */
export async function undoPage(engine: Engine, setup: SyncSetup, asks: Asks, how: UndoHow): Promise<readonly Left[]> {
  const told = new Map<string, readonly Left[]>();
  const unread = new Map<string, string>();
  const anew = new Map<string, string>();
  const links = new Set(asks.keys());
  for (const [link, known] of await rejoinable(engine, setup, asks)) await rejoin(engine, setup, link, known.links);
  const undo: Undoing = {
    asks,
    looked: new Set(),
    tell: (due, { left, verdict, anew: again }) => {
      told.set(due.link.id, leftOf(setup, due, left));
      if (again) anew.set(due.link.id, again.hold);
      const operation = verdict.write?.operation;
      const ask = asks.get(due.link.id);
      if (!operation || !ask) return;
      const names = operation.do === 'update' ? Object.keys(operation.fields) : [operation.do];
      for (const name of names) ask.tried.add(`${verdict.write?.side} ${name}`);
      // How it looks once it is back is not known before; and a job may take its time, in which somebody edits what is written next.
      if (operation.do === 'restore' || verdict.next) undo.looked.delete(due.link.id);
    },
    unread: ({ link }, reason) => {
      unread.set(link.id, reason);
    },
  };
  const gate: Engine['gate'] = async (_setup, decisions) =>
    decisions.filter(({ due, verdict }) => {
      if (!verdict.write) links.delete(due.link.id);
      return verdict.write !== null || verdict.link !== due.link;
    });
  const working: Engine = { ...engine, links, undo, gate };
  let progress = { count: -1, at: engine.world.now() };
  while (links.size > 0 && !how.signal?.aborted) {
    const roused = await rouseQuiet(engine, setup, links);
    const { next } = await pass(working, { feeds: [], only: [setup.name], stay: false, ...how });
    if (links.size === 0 || (next === null && roused === 0)) break;
    if (progress.count !== engine.progress.count) progress = { count: engine.progress.count, at: engine.world.now() };
    if (engine.world.now() - progress.at >= standstillMs) break;
    const at = next ?? engine.world.now();
    if (at > engine.world.now() + standstillMs) break;
    await engine.world.sleep(Math.max(napMs, at - engine.world.now()), how.signal);
  }
  if (!how.signal?.aborted) await partAll(engine, setup, asks, links);
  for (const [link, hold] of anew)
    if (!links.has(link)) await engine.store.answer(hold, { say: 'go' }, engine.world.now());
  return [...[...told.values()].flat(), ...(await unfinished(engine, setup, links, unread))];
}

/** Makes those due that are not, and are not at a vendor; answers how many. */
async function rouseQuiet(engine: Engine, setup: SyncSetup, links: ReadonlySet<string>): Promise<number> {
  const standing = await standingOf(engine, setup, [...links]);
  const quiet = standing.filter(({ working, paused }) => !working && !paused).map(({ link }) => link.link.id);
  const due = quiet.map((link) => ({ link, lane: 'load', cause: 'undo' }) as const);
  if (due.length > 0) await rouse(engine, setup.desk, { open: [], due });
  return due.length;
}

export function standingOf({ store }: Engine, setup: SyncSetup, links: readonly string[]) {
  return store.standing({ sync: setup.name, pair: pairOf(setup), links, after: null, limit: links.length });
}

async function rejoin(
  engine: Engine,
  setup: SyncSetup,
  id: string,
  halves: readonly { readonly link: DueLink['link'] }[],
): Promise<void> {
  const half = halves.find(({ link }) => link.sync === setup.name)?.link;
  const [link] = await engine.store.links([id]);
  if (!link || !half) return;
  const whole = { ...link, desk: half.desk };
  await engine.store.commit([joined(engine, setup, whole, half.id, 'undo')], null, engine.world.now());
}

const partedByUndo: Parting = {
  cause: 'undo',
  words: (own, far, twin) =>
    `${own} was parted by an undo from ${far}. Both stay as they are. Answer "--candidate ${twin}" to link them again, or "go" to have it matched anew.`,
};

/** What was joined is parted once its fields are back; not where something of it still has to be written. */
async function partAll(engine: Engine, setup: SyncSetup, asks: Asks, open: ReadonlySet<string>): Promise<void> {
  const bonds = bondsOf(asks, 'joined');
  const links = await engine.store.links([...bonds.keys()].filter((id) => !open.has(id)));
  const joinedStill = links.filter((link) => link.desk !== null && link.desk.id === bonds.get(link.id));
  await part(engine, setup, joinedStill, partedByUndo);
}

export function nameOfLink(setup: SyncSetup, due: DueLink): string {
  const side: Side = due.link.crm ? 'crm' : 'desk';
  return nameOf(sideOf(setup, side), due[side], due.link[side]?.id);
}

export function leftOf(
  setup: SyncSetup,
  due: DueLink,
  left: readonly { readonly field: string | null; readonly why: string }[],
): readonly Left[] {
  const name = nameOfLink(setup, due);
  return left.map(({ field, why }) => {
    return { sync: setup.name, link: due.link.id, name, ...(field === null ? {} : { field }), why: `${why}.` };
  });
}

async function unfinished(
  engine: Engine,
  setup: SyncSetup,
  links: ReadonlySet<string>,
  unread: ReadonlyMap<string, string>,
): Promise<readonly Left[]> {
  if (links.size === 0) return [];
  const standing = await standingOf(engine, setup, [...links]);
  const left = standing.flatMap(({ link, paused }) => {
    const reason = unread.get(link.link.id);
    const why = paused
      ? 'It is paused, so nothing of it was undone. Resume it, and undo again'
      : reason === undefined
        ? 'It is not undone, or not all of it: it is being written to, or another process has it, or its sync or its connection is paused or waits. The same undo once more does the rest'
        : `It could not be read, so it is not undone: ${reason.replace(/[.\s]+$/, '')}. The same undo once more does the rest`;
    return leftOf(setup, link, [{ field: null, why }]);
  });
  const gone = [...links].filter((id) => !standing.some(({ link }) => link.link.id === id));
  return [
    ...left,
    ...gone.map((link) => {
      const why = 'This link is no more: its records were joined with others. What it wrote stays.';
      return { sync: setup.name, link, name: `Link ${link}`, why };
    }),
  ];
}
