import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, feedsOf } from '../../engine/engine.ts';
import { readFeeds } from '../../engine/pass.ts';
import type { Town } from '../../engine/testing/town.ts';
import { resolved, type Writes } from '../../engine/testing/writes.ts';
import type { SyncSetup } from '../../model/sync.ts';
import { applyPlan } from './apply.ts';
import { type LinesFile, readPlan } from './file.ts';
import type { PlanHead } from './head.ts';
import type { PlanLine } from './lines.ts';
import { makePlan } from './make.ts';

/** A plan as a person keeps it: its head and its lines as texts. */
export interface Kept {
  readonly head: PlanHead;
  readonly texts: readonly string[];
}

let places = 0;

/** Does something with a folder that is there for as long as it takes. */
export async function inFolder<Done>(work: (path: () => string) => Promise<Done>): Promise<Done> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-plan-'));
  try {
    return await work(() => join(folder, `plan-${++places}`));
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function planned(
  town: Town,
  syncs: readonly SyncSetup[],
  path: string,
  more: Partial<Engine> = {},
): Promise<Kept> {
  const engine = town.engine(syncs, more);
  await readFeeds(engine, feedsOf(syncs));
  const one = { forecast: () => ({ read: 1, write: 2, seconds: 3, limit: 'calls' }) };
  const { head, file } = await makePlan(engine, new Map([['users', one]]), path);
  const texts = await all(file.texts());
  await file.remove();
  return { head, texts };
}

export async function read({ head, texts }: Kept, path: string): Promise<LinesFile> {
  const lines = (async function* () {
    yield JSON.stringify(head);
    yield* texts;
  })();
  return (await readPlan(path, lines)).file;
}

/** Reads what has changed, as `apply` does, and does what the plan says. */
export async function applied(
  town: Town,
  syncs: readonly SyncSetup[],
  kept: Kept,
  path: string,
): ReturnType<typeof applyPlan> {
  const file = await read(kept, path);
  const names = syncs.map(({ name }) => name);
  const engine = town.engine(syncs, { only: names });
  await readFeeds(engine, feedsOf(syncs));
  const left = await applyPlan(engine, file, { names });
  await file.remove();
  return left;
}

export function linesOf({ texts }: Kept): readonly PlanLine[] {
  return texts.map((text): PlanLine => JSON.parse(text));
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What a plan says is written, pointers as the ids that they stand for now. */
export async function saidOf(town: Town, kept: Kept): Promise<Writes> {
  const lines = linesOf(kept).flatMap((line) => (line.do === 'hold' || line.do === 'link' ? [] : [line]));
  return resolved(
    town,
    Object.fromEntries(lines.map(({ link, side, do: verb, fields }) => [`${link} ${side}`, { do: verb, fields }])),
  );
}
