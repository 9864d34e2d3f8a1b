import type { Hold } from '../../model/hold.ts';
import type { End } from '../../model/link.ts';
import { fieldOf } from '../../model/object-type.ts';
import { isGone, type Side } from '../../model/record.ts';
import { baseKey, type SyncSetup, sideOf } from '../../model/sync.ts';
import { type Fields, isBlank, same, show } from '../../model/value.ts';
import { lockOf } from '../lock.ts';
import { nameOf } from '../name.ts';
import type { DueLink } from '../ports.ts';
import { removalField } from '../removal/removal.ts';
import type { Write } from '../verdict.ts';
import type { AroundUndo, LeftBack } from './judge-undo.ts';
import { type Fate, type UndoAsk, undoRule } from './undo.ts';

/* Records that are there, or are not, because of what is undone (engine/judge-undo.ts). */

type Left = LeftBack & { readonly is: 'left' };

/** A vendor's clock may be so far from ours, and its job so late (ms), before a change of a record is surely not our own. */
export const skewMs = 60_000;

/** The removal of a record that we made; `gone` where somebody else has removed it. */
export function unmake(
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  { id, fields }: Fate,
  ask: UndoAsk,
  around: AroundUndo,
): { readonly is: 'write'; readonly write: Write } | { readonly is: 'gone' } | Left {
  const end = due.link[side];
  const seen = due[side]?.seen;
  if (!end) return { is: 'gone' };
  const place = sideOf(setup, side);
  const leave = (why: string): Left => ({
    is: 'left',
    side,
    field: null,
    why: `${nameOf(place, due[side], end.id)} ${why}, so it is not removed`,
  });
  if (end.id !== id) return leave(`is linked by now instead of ${id}, which the undo is about`);
  if (seen === undefined || (isGone(seen) && seen.gone === 'hidden')) return leave('is not shown to us');
  if (isGone(seen)) return { is: 'gone' };
  if (ask.tried.has(`${side} remove`)) {
    const refused = refusal(due);
    if (refused) return { is: 'left', side, field: null, why: withoutStop(refused.message) };
  }
  const lock = lockOf(place.type, seen);
  if (lock !== null) return leave(`${lock}, and Syncline never writes such a record`);
  const [another] = around.others[side];
  if (another !== undefined) return leave(`is linked by the sync "${another}" as well`);
  const under = around.under[side];
  if (under !== null) return leave(`has ${under}`);
  const changed = changedSince(setup, due, side, end, seen, ask, around);
  if (changed !== null) return leave(changed);
  const before = Object.fromEntries(
    Object.keys(fields).flatMap((name) => {
      const value = seen[name];
      return value === undefined || isBlank(value) ? [] : [[name, { before: value, after: null, rule: undoRule }]];
    }),
  );
  const ref = { connection: place.connection, object: place.object, id };
  const operation = { do: 'remove', link: due.link.id, ref, expect: due[side]?.version ?? null, how: 'trash' } as const;
  return { is: 'write', write: { side, operation, cause: 'undo', before, agreed: nothingAgreed } };
}

/** What the vendor said when it refused to remove the record, or to bring it back. */
function refusal({ holds }: DueLink): Hold | undefined {
  return holds.find(({ why, field }) => why === 'refused' && (field === null || field === removalField));
}

const nothingAgreed: Write['agreed'] = { crm: {}, desk: {}, rules: {} };

export function withoutStop(text: string): string {
  return text.replace(/[.\s]+$/, '');
}

/** How we know that somebody else has changed a record that we made; null where it is as we left it. */
function changedSince(
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  end: End,
  seen: Fields,
  ask: UndoAsk,
  around: AroundUndo,
): string | null {
  for (const rule of setup.rules) {
    const base = end.base[baseKey(rule)];
    const now = seen[rule[side]];
    if (base === undefined || now === undefined || same(rule.normal(side, now), base)) continue;
    // What the vendor works out by itself was not there yet when the record was made.
    if (isBlank(base) && fieldOf(setup[side].type, rule[side])?.settable === 'never') continue;
    return `has ${rule[side]} ${show(now)} and was left with ${show(base)}: it was changed since`;
  }
  const { at = null, by = null } = due[side] ?? {};
  const us = around.us[side];
  if (by !== null && us !== null && by !== us)
    return `was changed last by ${by}${at === null ? '' : ` at ${timeOf(at)}`}`;
  const wrote = ask.wroteAt[side];
  if (by === null && at !== null && wrote !== null && at > wrote + skewMs)
    return `was changed at ${timeOf(at)}, after Syncline had written to it last at ${timeOf(wrote)}`;
  return null;
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** What brings a record back that we removed, where its vendor can do that. */
export function restore(
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  { id, fields }: Fate,
  ask: UndoAsk,
): { readonly is: 'write'; readonly write: Write } | Left {
  const place = sideOf(setup, side);
  const { connection, object, label, type } = place;
  const seen = due[side]?.seen;
  const leave = (why: string): Left => ({ is: 'left', side, field: null, why });
  const refused = refusal(due);
  if (ask.tried.has(`${side} restore`) && refused) return leave(withoutStop(refused.message));
  if (!type.restores || (isGone(seen) && seen.gone !== 'trash')) {
    const then = due.link[side] === null ? '. Answer "go" to the hold of its twin to have it made anew' : '';
    return leave(`${nameOf(place, due[side], id)} was removed and cannot be brought back from ${label}${then}`);
  }
  const before = Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      isBlank(field.before) ? [] : [[name, { before: null, after: field.before, rule: undoRule }]],
    ),
  );
  const operation = { do: 'restore', link: due.link.id, ref: { connection, object, id } } as const;
  return { is: 'write', write: { side, operation, cause: 'undo', before, agreed: nothingAgreed } };
}
