import { z } from 'zod';
import { refusalOf } from '../engine/answers/offers.ts';
import type { HoldRow, RowFilter, Store } from '../engine/ports.ts';
import type { Answer } from '../model/hold.ts';
import type { FieldDescription } from '../model/object-type.ts';
import type { Side } from '../model/record.ts';
import { newId, type World } from '../model/world.ts';
import { AnswerRefused } from './app.ts';
import type { Footing, FrozenRule } from './drift.ts';

/* What is kept of schema drift: what each sync stood on when it was sound, and the rules that are frozen now. */

const field = z.custom<FieldDescription>(
  (value) => typeof value === 'object' && value !== null && 'name' in value && 'type' in value && 'label' in value,
);
const perSide = <Each extends z.ZodType>(each: Each) => z.object({ crm: z.array(each), desk: z.array(each) });
const footing = z.object({ settings: z.array(z.string()), names: perSide(z.string()), fields: perSide(field) });

const side = z.enum(['crm', 'desk']);
const frozenRule = z.object({
  id: z.string(),
  since: z.number(),
  rule: z.string(),
  path: z.string(),
  message: z.string(),
  gone: z.array(side).readonly().default([]),
});
type Kept = z.infer<typeof frozenRule>;
const thawed = frozenRule.pick({ rule: true, gone: true });
type Thawed = z.infer<typeof thawed>;

const footingName = (sync: string) => `${sync} footing`;
const frozenName = (sync: string) => `${sync} frozen`;
const thawedName = (sync: string) => `${sync} thawed`;

/** What this sync stood on; null where it has never run, or where another build kept it in another shape. */
export async function footingOf(store: Store, sync: string): Promise<Footing | null> {
  const text = await store.get('rules', footingName(sync));
  const kept = footing.safeParse(text === null ? null : JSON.parse(text));
  return kept.success ? kept.data : null;
}

export async function footingsOf(store: Store, syncs: readonly string[]): Promise<ReadonlyMap<string, Footing>> {
  const all = await Promise.all(syncs.map(async (sync) => [sync, await footingOf(store, sync)] as const));
  return new Map(all.flatMap(([sync, kept]) => (kept ? [[sync, kept]] : [])));
}

export async function keepFooting(store: Store, sync: string, now: Footing): Promise<void> {
  const text = JSON.stringify(now);
  if ((await store.get('rules', footingName(sync))) !== text) await store.put('rules', footingName(sync), text);
}

async function frozenRules(store: Store, sync: string): Promise<readonly Kept[]> {
  const text = await store.get('rules', frozenName(sync));
  const kept = z.array(frozenRule).safeParse(text === null ? [] : JSON.parse(text));
  return kept.success ? kept.data : [];
}

/** Keeps which rules are frozen now. Where one works again, all links of the sync are due: what changed meanwhile is carried then. */
export async function keepFrozen(
  store: Store,
  world: World,
  sync: string,
  frozen: readonly FrozenRule[],
): Promise<void> {
  const before = await frozenRules(store, sync);
  const now = frozen.map((each): Kept => {
    const known = before.find(({ rule }) => rule === each.rule);
    return { ...each, id: known?.id ?? newId(world), since: known?.since ?? world.now() };
  });
  const back = before.filter(({ rule }) => !frozen.some((each) => each.rule === rule));
  if (back.length > 0) await store.allDue(sync, world.now());
  const anew = back.flatMap(({ rule, gone }) => (gone.length > 0 ? [{ rule, gone }] : []));
  if (anew.length > 0)
    await store.put('rules', thawedName(sync), JSON.stringify([...(await keptThawed(store, sync)), ...anew]));
  for (const { rule, message } of now.filter(({ id }) => !before.some((each) => each.id === id)))
    if (rule !== '') world.log.warn('a rule is frozen', { sync, rule, reason: message });
  if (JSON.stringify(now) !== JSON.stringify(before))
    await store.put('rules', frozenName(sync), now.length === 0 ? null : JSON.stringify(now));
}

async function keptThawed(store: Store, sync: string): Promise<readonly Thawed[]> {
  const text = await store.get('rules', thawedName(sync));
  const kept = z.array(thawed).safeParse(text === null ? [] : JSON.parse(text));
  return kept.success ? kept.data : [];
}

/** Rules whose field was gone and is back, with the sides where it was, until every link of the sync has been decided about since. */
export async function thawedRules(
  store: Store,
  world: World,
  sync: string,
): Promise<ReadonlyMap<string, readonly Side[]>> {
  const kept = await keptThawed(store, sync);
  if (kept.length === 0) return new Map();
  const { pending } = await store.counts(sync, world.now());
  if (pending > 0) return new Map(kept.map(({ rule, gone }) => [rule, gone]));
  await store.put('rules', thawedName(sync), null);
  return new Map();
}

export async function frozenCount(store: Store, sync: string): Promise<number> {
  return (await frozenRules(store, sync)).length;
}

/** One hold for each frozen rule, of no link: it ends by itself when the field is back or the mapping is another one. */
export async function frozenHolds(
  store: Store,
  syncs: readonly string[],
  filter: RowFilter,
): Promise<readonly HoldRow[]> {
  const { sync, status = 'refused', since = 0, until = Number.POSITIVE_INFINITY, hold, record, link } = filter;
  if (status !== 'refused' || record !== undefined || link !== undefined) return [];
  const rows = await allFrozen(
    store,
    syncs.filter((each) => sync === undefined || each === sync),
  );
  return rows.filter((row) => row.since >= since && row.since <= until && (hold === undefined || row.id === hold));
}

/** Throws AnswerRefused where this is the hold of a frozen rule: nobody's word brings a field back. */
export async function refuseFrozen(
  store: Store,
  syncs: readonly string[],
  hold: string,
  answer: Answer,
): Promise<void> {
  const [row] = await frozenHolds(store, syncs, { hold });
  const refusal = row && refusalOf(row, answer);
  if (refusal) throw new AnswerRefused(refusal);
}

async function allFrozen(store: Store, syncs: readonly string[]): Promise<readonly HoldRow[]> {
  const all = await Promise.all(
    syncs.map(async (sync) =>
      (await frozenRules(store, sync)).map(
        ({ id, since, rule, message }): HoldRow => ({
          id,
          sync,
          link: '',
          crm: null,
          desk: null,
          why: 'refused',
          field: rule === '' ? null : rule,
          values: { crm: null, desk: null, base: null },
          message,
          vendorCode: null,
          candidates: [],
          wakes: [],
          tries: 0,
          since,
        }),
      ),
    ),
  );
  return all.flat();
}
