import type { Engine } from '../../engine/engine.ts';
import { nameOf } from '../../engine/name.ts';
import type { DueLink } from '../../engine/ports.ts';
import { removalKey } from '../../engine/undo/along.ts';
import { decideUndo } from '../../engine/undo/decide-undo.ts';
import type { LeftBack } from '../../engine/undo/judge-undo.ts';
import { newEnd } from '../../model/link.ts';
import { type Ref, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { type HoldLine, linesOf, type PlanCounts, type PlanLine } from '../plan/lines.ts';
import type { PlannedLines } from '../plan/make.ts';
import { type Asks, bondsOf, rejoinable } from './asks.ts';
import { leftOf, nameOfLink, standingOf } from './page.ts';

/** What a line of a plan says that an undo leaves: `hold`, with this for its reason. */
export const leftBehind = 'left';

/**
 * What an undo would do with one page of links now; both records are read at the vendor, and nothing is made due. `going` gets what is
 * removed, as far as something that comes later would take it along.
 */
export async function* undoLines(
  engine: Engine,
  setup: SyncSetup,
  asks: Asks,
  going: Set<string>,
): AsyncGenerator<PlannedLines> {
  const standing = await standingOf(engine, setup, [...asks.keys()]);
  const again = await rejoinable(engine, setup, asks);
  const parts = bondsOf(asks, 'joined');
  const left = new Map<string, readonly LeftBack[]>();
  const anew = new Map<string, Side>();
  const unread: DueLink[] = [];
  const due = standing.map(({ link }): DueLink => {
    const twin = again.get(link.link.id);
    return twin ? { ...link, link: { ...link.link, desk: newEnd(twin.id) }, desk: twin.sighting } : link;
  });
  const decisions = await decideUndo(engine, setup, due, {
    asks,
    going,
    looked: new Set(),
    tell: ({ link }, undone) => {
      left.set(link.id, undone.left);
      if (undone.anew) anew.set(link.id, undone.anew.side);
    },
    unread: (each) => {
      unread.push(each);
    },
  });
  for (const decision of decisions) {
    const { link } = decision.due;
    const { crm, desk } = link;
    for (const write of [decision.verdict.write, decision.verdict.next]) {
      const operation = write?.operation;
      if (operation?.do === 'remove' && isTakenAlong(engine, operation.ref)) going.add(removalKey(operation.ref));
    }
    const common = { sync: setup.name, link: link.id, name: nameOfLink(setup, decision.due) };
    const joins = again.has(link.id) && crm && desk;
    const side = anew.get(link.id);
    const isParted = crm && desk !== null && parts.get(link.id) === desk.id;
    yield {
      sync: setup.name,
      lines: [
        ...(joins ? [{ do: 'link', ...common, crm: crm.id, desk: desk.id } as const] : []),
        ...linesOf(setup, decision).filter((line) => line.do !== 'hold'),
        ...(isParted ? [held(setup, decision.due, 'undone', null, partWords(setup, decision.due))] : []),
        ...(side ? [held(setup, decision.due, 'undone', null, anewWords(setup, decision.due, side))] : []),
        ...leftLines(setup, decision.due, left.get(link.id) ?? []),
      ],
    };
  }
  const why = 'could not be read just now';
  for (const each of unread)
    yield {
      sync: setup.name,
      lines: leftLines(setup, each, [{ field: null, why: `${nameOfLink(setup, each)} ${why}` }]),
    };
}

function isTakenAlong({ setups }: Engine, { connection, object }: Ref): boolean {
  return setups.some((setup) =>
    sides.some((side) => {
      const place = sideOf(setup, side);
      return place.connection === connection && place.type.takesAlong?.some((each) => each.object === object) === true;
    }),
  );
}

function leftLines(
  setup: SyncSetup,
  due: DueLink,
  left: readonly Pick<LeftBack, 'field' | 'why'>[],
): readonly PlanLine[] {
  return leftOf(setup, due, left).map(({ field = null, why }) => held(setup, due, leftBehind, field, why));
}

function held(setup: SyncSetup, due: DueLink, why: string, field: string | null, message: string): HoldLine {
  const { crm, desk } = due.link;
  const common = { sync: setup.name, link: due.link.id, name: nameOfLink(setup, due) };
  return { do: 'hold', ...common, crm: crm?.id ?? null, desk: desk?.id ?? null, why, field, message };
}

function partWords(setup: SyncSetup, due: DueLink): string {
  const far = nameOf(sideOf(setup, 'desk'), due.desk, due.link.desk?.id);
  return `${nameOfLink(setup, due)} is parted from ${far}: both stay, and wait for a person before they are matched again.`;
}

function anewWords(setup: SyncSetup, due: DueLink, side: Side): string {
  const { type, label } = sideOf(setup, side);
  return `${nameOfLink(setup, due)}: the ${type.label.toLowerCase()} that an undo took away in ${label} is gone for good. It is held no longer: the next run matches it or makes another one.`;
}

/** What a person should know before records are removed: whether their vendor can bring them back. */
export function undoNotes(
  setups: readonly SyncSetup[],
  counts: ReadonlyMap<string, Pick<PlanCounts, 'remove'>>,
): readonly string[] {
  return setups.flatMap((setup) =>
    sides
      .filter((side) => (counts.get(setup.name)?.remove[side] ?? 0) > 0)
      .map((side) => {
        const { type, label } = sideOf(setup, side);
        const what = `${setup.name}: what is removed at ${label} (${type.label.toLowerCase()})`;
        const kept = [...new Set(type.takesAlong?.map((each) => each.object))].join(', ');
        const along =
          kept === ''
            ? `What ${label} removes together with such a record, whoever made that, goes along.`
            : `A record is left where somebody has put one under it that would go along (${kept}). Whatever else ${label} removes together with a record goes along.`;
        return type.restores
          ? `${what} lies in its recycle bin then, and undoing this undo brings it back. ${along}`
          : `${what} is gone for good: ${label} has no way for us to bring it back. ${along}`;
      }),
  );
}
