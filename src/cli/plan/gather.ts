import type { PlanHead } from '../../app/plan/head.ts';
import { type HoldLine, type LinkLine, type PlanLine, planLine, type WriteLine } from '../../app/plan/lines.ts';

/** What of a plan is shown to a person. The plan itself may be of any size; this is not. */
export interface Gathered {
  /** By sync, its first records. */
  readonly records: ReadonlyMap<string, readonly ShownRecord[]>;
  readonly holds: readonly HeldGroup[];
  /** By link: what the plan creates, for references to it. */
  readonly made: Made;
}

export type Made = ReadonlyMap<string, { readonly object: string; readonly name: string }>;

/** One record and all that happens to it. */
export interface ShownRecord {
  readonly link: string;
  readonly name: string;
  readonly lines: readonly (WriteLine | LinkLine)[];
}

/** Holds of one kind in one sync. */
export interface HeldGroup {
  readonly sync: string;
  readonly why: string;
  readonly count: number;
  /** What the first of them says. */
  readonly message: string;
}

/** Names of records that are created, kept for references to them; of a plan with more, some references stay nameless. */
const mostNames = 100_000;

/** The first `limit` lines as they are. */
export async function sampleOf(lines: AsyncIterable<string>, limit: number): Promise<readonly PlanLine[]> {
  const sample: PlanLine[] = [];
  if (limit === 0) return sample;
  for await (const text of lines) {
    sample.push(planLine.parse(JSON.parse(text)));
    if (sample.length >= limit) break;
  }
  return sample;
}

/** Goes through a plan until it has the first `limit` records of every sync and all the holds. */
export async function gather(head: PlanHead, lines: AsyncIterable<string>, limit: number): Promise<Gathered> {
  const records = new Map<string, ShownRecord[]>();
  const holds = new Map<string, HeldGroup>();
  const made = new Map<string, { object: string; name: string }>();
  /** Syncs of which more is to be shown, with the number of their lines that are still to come. */
  const wanted = new Map(Object.keys(head.syncs).flatMap((name) => wantedOf(head, name, limit)));
  let holdsToCome = Object.values(head.syncs).reduce((sum, { hold }) => sum + hold, 0);
  if (wanted.size + holdsToCome === 0) return { records, holds: [], made };
  for await (const text of lines) {
    const line = planLine.parse(JSON.parse(text));
    if (line.do === 'hold') {
      countHold(holds, line);
      holdsToCome -= 1;
    } else {
      if (line.do === 'create' && made.size < mostNames) made.set(line.link, { object: line.object, name: line.name });
      const left = wanted.get(line.sync);
      if (left !== undefined && addTo(records, line, limit) && left > 1) wanted.set(line.sync, left - 1);
      else wanted.delete(line.sync);
    }
    if (wanted.size + holdsToCome === 0) break;
  }
  return { records, holds: [...holds.values()], made };
}

function wantedOf(head: PlanHead, name: string, limit: number): readonly [string, number][] {
  const changes = changesOf(head, name);
  return changes > 0 && limit > 0 ? [[name, changes]] : [];
}

/** How many lines of a sync are no holds. */
export function changesOf(head: PlanHead, name: string): number {
  const counts = head.syncs[name];
  if (!counts) return 0;
  const sides = [counts.create, counts.update, counts.remove];
  return sides.reduce((sum, { crm, desk }) => sum + crm + desk, counts.link);
}

/** Lines of one record stand together. False: it is one record more than are shown. */
function addTo(records: Map<string, ShownRecord[]>, line: WriteLine | LinkLine, limit: number): boolean {
  const shown = records.get(line.sync) ?? [];
  records.set(line.sync, shown);
  const last = shown.at(-1);
  if (last?.link === line.link) shown.splice(-1, 1, { ...last, lines: [...last.lines, line] });
  else if (shown.length >= limit) return false;
  else shown.push({ link: line.link, name: line.name, lines: [line] });
  return true;
}

function countHold(holds: Map<string, HeldGroup>, { sync, why, message }: HoldLine): void {
  const key = `${sync} ${why}`;
  const known = holds.get(key);
  holds.set(key, known ? { ...known, count: known.count + 1 } : { sync, why, count: 1, message });
}
