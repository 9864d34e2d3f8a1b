import { holdsExplained } from './explained.ts';
import { type Flow, plain } from './flows.ts';
import { isThawed, isToFollow } from './gaps.ts';
import { kept, longestJobMs } from './kept.ts';
import { type Edit, type Kind, watched } from './ledger.ts';
import { removed } from './removed.ts';
import { type Couple, isHeld, isInside, type Rest } from './rest.ts';
import { single } from './single.ts';
import { ticketsHold } from './tickets/checks.ts';
import { isLeftAlone, isSpokenOf, undoneStays } from './words.ts';

/** What must hold at rest (docs/sync-spec.md), each against the model; one sentence for each violation. I1 is checked by the story itself. */
export function violations(rest: Rest): readonly string[] {
  const checks = [agree, belong, kept, single, carried, removed, undoneStays, theirs, membershipsKept, holdsExplained];
  return [...checks, ticketsHold].flatMap((check) => check(rest));
}

/** I2: what flows is equal on both sides, or held, or a one-way target was edited after its source. */
function agree(rest: Rest): readonly string[] {
  return rest.couples.flatMap((couple) => {
    const { pair, link, crm, desk } = couple;
    // Who has left the filter stays as it is, and nobody can keep in step with what is not shown.
    if (!isInside(pair, crm) || rest.hidden.now.has(crm.id)) return [];
    return pair.flows.flatMap((flow) => {
      const [left, right] = [plain(crm.row[flow.crm]), plain(desk.row[flow.desk])];
      if (flow.equal(left, right) || isHeld(rest, link.id, flow.ruled ?? flow.crm) || isLocked(rest, couple)) return [];
      // A word stands until a side is edited from which the field flows.
      const since = Math.max(
        rest.ledger.last(keyOf(crm), flow.crm)?.at ?? 0,
        flow.isTwoWay ? (rest.ledger.last(keyOf(desk), flow.desk)?.at ?? 0) : 0,
      );
      if (isSpokenOf(rest, { sync: pair.sync, link: link.id }, flow, since)) return [];
      if (isThawed(rest, flow, left)) return [];
      if (!flow.isTwoWay && hasMovedOver(rest, link.id, keyOf(crm), flow.crm)) return [];
      const target = rest.ledger.last(keyOf(desk), flow.desk);
      if (!flow.isTwoWay && target && plain(target.value) === right && isDrift(rest, couple, flow, target)) return [];
      return [`I2 agree: ${keyOf(crm)} ${flow.crm} is "${left}", ${keyOf(desk)} ${flow.desk} is "${right}"`];
    });
  });
}

/** The twin is the winner of a merge, whose own values are drift until the source moves once more. */
function hasMovedOver({ history, ledger }: Rest, link: string, crm: string, field: string): boolean {
  const over = history.find((row) => row.link === link && row.do === 'link' && row.cause === 'merge');
  return over !== undefined && (ledger.last(crm, field)?.at ?? 0) <= over.at;
}

/** Zendesk's export withholds the last minute: a new record meets its twin as it was then. */
const exportLagMs = 60_000;

/** Drift: the target was edited after its source had the value that it has now, also where the source was elsewhere in between. */
function isDrift({ ledger, rulesChangedAt }: Rest, { crm: seen, desk }: Couple, flow: Flow, target: Edit): boolean {
  const field = flow.crm;
  const value = plain(seen.row[field]);
  // What Syncline made, and nobody has edited since, has had its value all the time.
  const last = ledger.last(keyOf(seen), field);
  if (last === null) return true;
  // Where the field has flowed both ways, it may have come from there.
  const given = ledger.all(keyOf(desk), flow.desk).some((edit) => flow.equal(value, edit.value));
  if (rulesChangedAt > 0 && (given || last.order < target.order)) return true;
  return ledger
    .all(keyOf(seen), field)
    .some(
      (edit, i) =>
        plain(edit.value) === value && (edit.order < target.order || (i === 0 && edit.at - target.at < exportLagMs)),
    );
}

/** I2, for people: the address is one of the user's, and the user is a member of the account's organization. */
function belong(rest: Rest): readonly string[] {
  const { couples, picture, ledger } = rest;
  return couples.flatMap((couple) => {
    const { pair, link, crm, desk } = couple;
    const place = { sync: pair.sync, link: link.id };
    // A person may have said since to leave it as it is.
    const isSettled = (field: 'Email' | 'AccountId') =>
      isHeld(rest, link.id, field) || isSpokenOf(rest, place, { crm: field }, ledger.last(keyOf(crm), field)?.at ?? 0);
    if (!pair.hasAddress || isLocked(rest, couple) || !isInside(pair, crm) || isHeld(rest, link.id, null)) return [];
    const said: string[] = [];
    const address = plain(crm.row.Email).toLowerCase();
    const own = picture.identities.filter(({ user }) => user === desk.id).map(({ value }) => value.toLowerCase());
    if (address !== '' && !own.includes(address) && !isSettled('Email'))
      said.push(`I2 agree: ${keyOf(desk)} has not the address ${address} of ${keyOf(crm)}`);
    const account = couples.find((each) => each.crm.kind === 'Account' && each.crm.id === crm.row.AccountId);
    const isMember = !account || picture.memberships.has(`${desk.id}/${account.desk.id}`);
    if (!isMember && !isSettled('AccountId') && !isToFollow(rest, couple, account))
      said.push(`I2 agree: ${keyOf(desk)} is no member of ${account.desk.id}, where ${keyOf(crm)} belongs`);
    return said;
  });
}

/** I8: every record has its twin, or a hold of its own says why not; one that is refused stops no other. */
function carried(rest: Rest): readonly string[] {
  const { pairs, picture, links, holds } = rest;
  return pairs.flatMap((pair) =>
    (['crm', 'desk'] as const).flatMap((side) => {
      if (pair.isCalled || (side === 'desk' && !pair.isTwoWay)) return [];
      const other = side === 'crm' ? 'desk' : 'crm';
      const known = links.get(pair.sync) ?? [];
      const lone = [...picture.records.values()].filter((seen) => {
        if (seen.kind !== pair[side] || !isInside(pair, seen) || rest.hidden.ever.has(seen.id)) return false;
        const mine = known.filter((link) => link[side]?.id === seen.id);
        if (
          isLeftAlone(
            rest,
            pair.sync,
            mine.map(({ id }) => id),
          )
        )
          return false;
        return !mine.some((link) => link[other] !== null || holds.some((hold) => hold.link === link.id));
      });
      return lone.map((seen) => `I8 apart: ${keyOf(seen)} has no twin, and no hold says why`);
    }),
  );
}

/** The race that the spec names: what is set because the account is gone was on its way, and has not seen this edit. */
function isRacedBySet({ history }: Rest, id: string, field: string, edit: Edit | null): boolean {
  return (
    edit?.isRacing === true &&
    history.some(
      ({ cause, record, at, fields }) =>
        cause === 'removal' && record === id && field in fields && Math.abs(at - edit.at) <= longestJobMs,
    )
  );
}

/** I9: what is not mapped, who is an agent, and all of a side that nothing flows to is as people left it. */
function theirs(rest: Rest): readonly string[] {
  const { picture, ledger, removal, everOurs } = rest;
  const set = removal?.set;
  const ours = (kind: Kind, field: string) => everOurs.has(`${kind} ${field}`);
  return [...picture.records].flatMap(([key, { id, kind, row, isThere }]) =>
    watched[kind].flatMap((field) => {
      const edit = ledger.last(key, field);
      // What is set there because the account is gone is looked at with the removals.
      if (field === set?.field && (row[field] === set.value || isRacedBySet(rest, id, field, edit))) return [];
      // Zendesk takes an organization that is gone from its tickets.
      if (field === 'organization_id' && !picture.records.get(`organization/${edit?.value}`)?.isThere) return [];
      if (!isThere || !edit || (ours(kind, field) && !ledger.isLocked(key)) || edit.value === row[field]) return [];
      return [`I9 theirs: ${key} ${field} was left as "${plain(edit.value)}" and is "${plain(row[field])}"`];
    }),
  );
}

function membershipsKept({ ledger, picture }: Rest): readonly string[] {
  return (
    [...ledger.memberships]
      .filter((each) => !picture.memberships.has(each))
      // Zendesk takes them away itself where one of the two is gone, a while later.
      .filter((each) => {
        const [user, organization] = each.split('/');
        return (
          picture.records.get(`user/${user}`)?.isThere && picture.records.get(`organization/${organization}`)?.isThere
        );
      })
      .map((each) => `I9 theirs: the membership ${each} that people made is gone`)
  );
}

function isLocked({ ledger }: Rest, { desk }: Couple): boolean {
  return ledger.isLocked(keyOf(desk));
}

const keyOf = ({ kind, id }: Couple['crm']): string => `${kind}/${id}`;
