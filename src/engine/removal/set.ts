import { withEnd } from '../../model/link.ts';
import { other, type Side, sides } from '../../model/record.ts';
import { type SyncSetup, sideOf } from '../../model/sync.ts';
import { type Fields, same, type Value } from '../../model/value.ts';
import { lockOf } from '../lock.ts';
import type { DueLink } from '../ports.ts';
import { type HoldDraft, quiet, type Verdict, type Write } from '../verdict.ts';
import { type ArchivedField, archivedKey, archiveOf, archiveValue, remember, withArchive } from './memory.ts';
import { fieldsOf, isToldToGo, removalField, wordOf } from './removal.ts';

/*
 * Removed records whose twins are archived by setting fields (`remove: { desk: { set: … } }`), and set back when the record returns. What is
 * set is remembered with the values before it: before the call, so that a lost answer does not make what we set look like what was there.
 */

/** `set` on the survivor, once. `kept`: what follows where it has been set already; `shut`: why nothing may be written to it. */
export function judgeSet(
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  set: Fields,
  kept: Verdict,
  shut: HoldDraft | null,
): Verdict {
  const end = due.link[side];
  const seen = fieldsOf(due[side]);
  const archive = archiveOf(end);
  if (!end || !seen || archive?.isDone) return kept;
  if (wordOf(due) === 'skip') return quiet(withEnd(due.link, side, remember(end, 'kept')));
  if (shut) return { ...kept, is: 'held', holds: [...kept.holds, shut] };
  const begun = new Map(archive?.fields.map((field) => [field.name, field]));
  const wanted = Object.entries(set).filter(([name, value]) => !same(seen[name], value));
  const fields = Object.entries(set).flatMap(([name, value]): ArchivedField[] => {
    // It may stand there because we have begun; what stood there otherwise was not set by us.
    if (same(seen[name], value)) return begun.get(name) ? [{ name, set: value, before: begun.get(name)?.before }] : [];
    return [{ name, set: value, before: seen[name] }];
  });
  if (wanted.length === 0)
    return { ...kept, link: withEnd(due.link, side, withArchive(end, { isDone: true, fields })) };
  const write = updateOf(setup, due, side, Object.fromEntries(wanted), seen, 'removal');
  const agreed = { crm: {}, desk: {}, rules: {}, [side]: { [archivedKey]: archiveValue({ isDone: true, fields }) } };
  return {
    ...kept,
    is: 'work',
    link: withEnd(due.link, side, withArchive(end, { isDone: false, fields })),
    write: { ...write, agreed },
  };
}

/** Both records are there: what we set is set back, where nobody has changed it since. null: there is nothing to set back. */
export function judgeSetBack(setup: SyncSetup, due: DueLink): Verdict | null {
  for (const side of sides) {
    const seen = fieldsOf(due[side]);
    if (!seen || !due.link[other(side)] || lockOf(sideOf(setup, side).type, seen) !== null) continue;
    const fields = (archiveOf(due.link[side])?.fields ?? []).filter(
      ({ name, set, before }) => before !== undefined && same(seen[name], set),
    );
    if (fields.length === 0) continue;
    const refused = due.holds.find(({ field, vendorCode }) => field === removalField && vendorCode !== null);
    if (refused && !isToldToGo(due)) return { ...quiet(due.link), is: 'held', holds: [refused] };
    const back = Object.fromEntries(fields.map(({ name, before }) => [name, before ?? null]));
    const write = updateOf(setup, due, side, back, seen, 'return');
    const agreed = { crm: {}, desk: {}, rules: {}, [side]: { [archivedKey]: null } };
    return { ...quiet(due.link), is: 'work', write: { ...write, agreed } };
  }
  return null;
}

function updateOf(
  setup: SyncSetup,
  due: DueLink,
  side: Side,
  fields: Fields,
  seen: Fields,
  cause: Write['cause'],
): Omit<Write, 'agreed'> {
  const { connection, object } = sideOf(setup, side);
  const before = Object.entries(fields).map(([name, after]): [string, Write['before'][string]] => {
    const now: Value = seen[name] ?? null;
    return [name, { before: now, after, rule: removalField }];
  });
  return {
    side,
    operation: {
      do: 'update',
      link: due.link.id,
      ref: { connection, object, id: due.link[side]?.id ?? '' },
      expect: due[side]?.version ?? null,
      fields,
    },
    cause,
    before: Object.fromEntries(before),
  };
}
