import { other, type Side } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { isTwinNamed } from '../answers/word.ts';
import type { Engine } from '../engine.ts';
import { type Meeting, pairOf } from '../meet.ts';
import { nameOf } from '../name.ts';
import type { DueLink, Kin } from '../ports.ts';
import { undoneRecord } from './undone.ts';

/** What a person or an undo has parted stays so until a person says otherwise. */
export function isParted(setup: SyncSetup, due: DueLink): boolean {
  return !(due.link.crm && due.link.desk) && undoneRecord(setup, due) !== undefined;
}

/** Half links, among those of these candidates, whose records were parted. */
export async function findParted(
  { store }: Engine,
  setup: SyncSetup,
  candidates: readonly Kin[],
): Promise<ReadonlySet<string>> {
  const halves = candidates.flatMap(({ links }) => links.filter(({ sync, whole }) => sync === setup.name && !whole));
  const links = [...new Set(halves.map(({ id }) => id))];
  if (links.length === 0) return new Set();
  const standing = await store.standing({
    sync: setup.name,
    pair: pairOf(setup),
    links,
    after: null,
    limit: links.length,
  });
  return new Set(standing.flatMap(({ link }) => (isParted(setup, link) ? [link.link.id] : [])));
}

/** The same meeting, unless the other record was parted: it waits for a person, and nobody else takes it meanwhile. */
export function unlessParted(setup: SyncSetup, due: DueLink, meeting: Meeting, parted: ReadonlySet<string>): Meeting {
  if (meeting.is !== 'join' || !parted.has(meeting.absorb ?? '') || isTwinNamed(due)) return meeting;
  const side: Side = due.link.crm ? 'crm' : 'desk';
  const far = other(side);
  const id = meeting.due.link[far]?.id ?? '';
  const name = nameOf(sideOf(setup, side), due[side], due.link[side]?.id);
  const twin = nameOf(sideOf(setup, far), meeting.due[far], id);
  const message = `${name}: ${twin} would be its twin, but was parted from its own and waits for a person. Nothing is linked or created. Answer the hold of that one, or "--candidate ${id}" to link the two.`;
  const values = { crm: null, desk: null, base: null };
  const candidates = [{ side: far, id, reason: 'was parted by hand or by an undo' }];
  return {
    is: 'held',
    hold: { why: 'ambiguous', field: null, values, message, vendorCode: null, candidates, wakes: [] },
  };
}
