import { plain } from './flows.ts';
import type { Seen } from './ledger.ts';
import { type Couple, isHeld, isInside, type Rest } from './rest.ts';
import { accountKey } from './single.ts';
import { isSpokenOf } from './words.ts';

/** Removals that are carried over: only with evidence, never with somebody's edit, never past the brake, and taken back with what they followed. */
export function removed(rest: Rest): readonly string[] {
  const evidence = [...unproved(rest), ...unsaid(rest)];
  return rest.removal === null ? evidence : [...evidence, ...pastBrake(rest), ...notBack(rest), ...notSetBack(rest)];
}

/** I6: somebody had removed the twin, or taken it out of the filter, and nothing that was edited since went with the record. */
function unproved(rest: Rest): readonly string[] {
  const { pairs, picture, history, ledger, links, removal, allowed } = rest;
  return history.flatMap((row) => {
    const pair = pairs.find(({ sync }) => sync === row.sync);
    if (!pair || row.do !== 'remove' || row.outcome !== 'ok' || row.record === null || row.cause === 'undo') return [];
    const other = row.side === 'crm' ? 'desk' : 'crm';
    const linked = (links.get(pair.sync) ?? []).find(({ id }) => id === row.link)?.[other]?.id;
    const known = [
      linked,
      ...history.flatMap((each) => (each.link === row.link && each.side === row.side ? markedIn(each) : [])),
      // A merge has carried the link over from the one that was meant then.
      ...history.flatMap(({ link, side, record, fields }) =>
        link === row.link && side === other ? [record, ...(fields.id ? [plain(fields.id.before)] : [])] : [],
      ),
    ];
    const key = `${pair[row.side]}/${row.record}`;
    const isProved = known.some((id) => {
      const twin = `${pair[other]}/${id}`;
      const hasLeft =
        pair.without &&
        ledger.all(twin, pair.without.field).some(({ at, value }) => at <= row.at && value === pair.without?.value);
      // A lead became a contact that has a user of its own, and a person has said that the lead's is to go.
      const hasBecome = allowed.has(row.record ?? '') && picture.records.get(twin)?.row.IsConverted === true;
      return ledger.wasGone(twin, row.at) || (removal?.leaves && hasLeft) || hasBecome;
    });
    if (!isProved)
      return [`I6 braked: ${key} was removed, and nobody had removed ${pair[other]}/${known.join(' or ')}`];
    if (allowed.has(row.record)) return [];
    return pair.flows.flatMap((flow) => {
      const edit = ledger.all(key, flow[row.side]).findLast(({ at }) => at <= row.at);
      if (!edit || edit.isRacing || edit.before === undefined) return [];
      // A person has said that it stays where it is.
      if (isSpokenOf(rest, row, flow, edit.at)) return [];
      // In the same moment: who is there had been brought back before it.
      if (edit.at === row.at && picture.records.get(key)?.isThere) return [];
      const says = (value: unknown) =>
        row.side === 'crm' ? flow.equal(edit.value, value) : flow.equal(value, edit.value);
      const isShared = history.some(
        ({ link, side, fields }) => link === row.link && side === other && says(fields[flow[other]]?.after),
      );
      const isOver = history.some(
        (each) =>
          each.side === row.side &&
          each.record === row.record &&
          each.at >= edit.at &&
          flow[row.side] in each.fields &&
          each.do !== 'remove',
      );
      const isTheirs = ledger.ofKind(pair[other], flow[other]).some(({ value }) => says(value));
      if (isShared || isOver || isTheirs) return [];
      return [
        `I3 kept: ${key} was removed with its ${flow[row.side]} "${plain(edit.value)}", which had been carried nowhere`,
      ];
    });
  });
}

/** The id of the record that a create was for, by its mark: its link may have become another one's. */
function markedIn({ do: verb, fields }: Rest['history'][number]): readonly string[] {
  const mark = plain((fields.external_id ?? fields[accountKey])?.after);
  return verb === 'create' && mark !== '' ? mark.split(':').slice(-1) : [];
}

/** What is gone was removed by a person, or history says that we did it. */
function unsaid({ pairs, picture, ledger, history }: Rest): readonly string[] {
  return [...picture.records].flatMap(([key, { id, kind, isThere }]) => {
    if (
      isThere ||
      ledger.wasGone(key, Number.POSITIVE_INFINITY) ||
      !pairs.some(({ crm, desk }) => kind === crm || kind === desk)
    )
      return [];
    return history.some(({ do: verb, record }) => verb === 'remove' && record === id)
      ? []
      : [`I6 braked: ${key} is gone, and nobody says that they removed it`];
  });
}

/**
 * I6: what the vendors were told to remove or to archive within an hour, each link once. What was counted when it was decided may be sent
 * a while later.
 */
function pastBrake({ removal, removals, allowed, history }: Rest): readonly string[] {
  const first = new Map<string, (typeof removals)[number]>();
  const linkOf = new Map(history.map(({ record, link }) => [record, link]));
  const undone = new Set(history.flatMap((row) => (row.cause === 'undo' && row.do === 'remove' ? [row.record] : [])));
  for (const each of removals) {
    const link = linkOf.get(each.id) ?? each.id;
    if (!first.has(link) && !allowed.has(each.id) && !undone.has(each.id)) first.set(link, each);
  }
  const counted = [...first.values()];
  return counted.flatMap(({ at, host }) => {
    const within = counted.filter((each) => each.host === host && each.at <= at && each.at > at - windowMs);
    if (removal === null || within.length <= removal.limit) return [];
    return [
      `I6 braked: ${within.length} records were removed at ${host} within an hour, and ${removal.limit} are the limit: ${within.map(({ id }) => id).join(', ')}`,
    ];
  });
}
const windowMs = 45 * 60_000;

/** Who is there and takes part, and whose twin we had removed, has one again, or a hold. */
function notBack(rest: Rest): readonly string[] {
  const { pairs, links, picture, ledger, holds } = rest;
  return pairs.flatMap((pair) =>
    (links.get(pair.sync) ?? []).flatMap((link) =>
      (['crm', 'desk'] as const).flatMap((side) => {
        const other = side === 'crm' ? 'desk' : 'crm';
        const seen = picture.records.get(`${pair[side]}/${link[side]?.id}`);
        const key = `${pair[other]}/${link[other]?.id}`;
        const twin = picture.records.get(key);
        const isOurs = twin && !twin.isThere && !ledger.wasGone(key, Number.POSITIVE_INFINITY);
        if (!seen || !isOurs || !isInside(pair, seen) || rest.hidden.now.has(seen.id)) return [];
        if (holds.some((hold) => hold.link === link.id)) return [];
        return [`I2 agree: ${seen.kind}/${seen.id} is there, and ${key}, which Syncline had removed, is not`];
      }),
    ),
  );
}

/** Who is archived has lost its twin, or a person did it; who has it again is as it was. */
function notSetBack(rest: Rest): readonly string[] {
  const { removal, couples, ledger, history } = rest;
  const set = removal?.set;
  if (!set) return [];
  // Newest first.
  const last = (id: string) => history.find(({ record, fields }) => record === id && set.field in fields);
  return couples.flatMap((couple: Couple) => {
    const { pair, link, crm, desk } = couple;
    const isArchived = plain(desk.row[set.field]) === set.value;
    if (!isArchived || !isInside(pair, crm) || isHeld(rest, link.id, null) || rest.hidden.now.has(crm.id)) return [];
    if (ledger.last(keyOf(desk), set.field)?.value === set.value) return [];
    // A person has taken back that it was set back.
    if (last(desk.id)?.cause === 'undo') return [];
    return [`I2 agree: ${keyOf(desk)} is archived, and ${keyOf(crm)} is there`];
  });
}

const keyOf = ({ kind, id }: Seen): string => `${kind}/${id}`;
