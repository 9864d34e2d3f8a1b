import type { Store } from '../../src/engine/ports.ts';
import type { Company } from './company.ts';
import { holdsExplained } from './explained.ts';
import { type Edit, type Kind, watched } from './ledger.ts';
import { type Couple, isHeld, isInside, lookAtRest, plain, type Rest } from './rest.ts';

/** What must hold at rest (docs/sync-spec.md), each against the model; one sentence for each violation. I1 is checked by the story itself. */
export async function violations(company: Company, store: Store): Promise<readonly string[]> {
  const rest = await lookAtRest(company, store);
  return [agree, belong, kept, single, carried, theirs, membershipsKept, holdsExplained].flatMap((check) =>
    check(rest),
  );
}

/** I2: what flows is equal on both sides, or held, or a one-way target was edited after its source. */
function agree(rest: Rest): readonly string[] {
  return rest.couples.flatMap((couple) => {
    const { pair, link, crm, desk } = couple;
    return pair.flows.flatMap((flow) => {
      const [left, right] = [plain(crm.row[flow.crm]), plain(desk.row[flow.desk])];
      if (left === right || isHeld(rest, link.id, flow.crm) || isLocked(rest, couple)) return [];
      const target = rest.ledger.last(keyOf(desk), flow.desk);
      if (!flow.isTwoWay && target && plain(target.value) === right && isDrift(rest, crm, flow.crm, target)) return [];
      return [`I2 agree: ${keyOf(crm)} ${flow.crm} is "${left}", ${keyOf(desk)} ${flow.desk} is "${right}"`];
    });
  });
}

/** Zendesk's export withholds the last minute: a new record meets its twin as it was then. */
const exportLagMs = 60_000;

/** Drift: the target was edited after its source had the value that it has now, also where the source was elsewhere in between. */
function isDrift({ ledger }: Rest, seen: Couple['crm'], field: string, target: Edit): boolean {
  const value = plain(seen.row[field]);
  return ledger
    .all(keyOf(seen), field)
    .some(
      (edit, i) =>
        plain(edit.value) === value && (edit.order < target.order || (i === 0 && edit.at - target.at < exportLagMs)),
    );
}

/** I2, for people: the address is one of the user's, and the user is a member of the account's organization. */
function belong(rest: Rest): readonly string[] {
  const { couples, picture } = rest;
  return couples.flatMap((couple) => {
    const { pair, link, crm, desk } = couple;
    if (!pair.hasAddress || isLocked(rest, couple) || !isInside(crm) || isHeld(rest, link.id, null)) return [];
    const said: string[] = [];
    const address = plain(crm.row.Email).toLowerCase();
    const own = picture.identities.filter(({ user }) => user === desk.id).map(({ value }) => value.toLowerCase());
    if (address !== '' && !own.includes(address) && !isHeld(rest, link.id, 'Email'))
      said.push(`I2 agree: ${keyOf(desk)} has not the address ${address} of ${keyOf(crm)}`);
    const account = couples.find((each) => each.crm.kind === 'Account' && each.crm.id === crm.row.AccountId);
    const isMember = !account || picture.memberships.has(`${desk.id}/${account.desk.id}`);
    if (!isMember && !isHeld(rest, link.id, 'AccountId'))
      said.push(`I2 agree: ${keyOf(desk)} is no member of ${account.desk.id}, where ${keyOf(crm)} belongs`);
    return said;
  });
}

/** I3: what a person left in a field that flows from there is there, or history names who overruled it, and keeps it. */
function kept(rest: Rest): readonly string[] {
  return rest.couples.flatMap(({ pair, crm, desk }) =>
    pair.flows.flatMap((flow) => [
      ...lost(rest, 'crm', crm, flow.crm),
      ...(flow.isTwoWay ? lost(rest, 'desk', desk, flow.desk) : []),
    ]),
  );
}

function lost({ ledger, history }: Rest, side: 'crm' | 'desk', seen: Couple['crm'], field: string): readonly string[] {
  const edit = ledger.last(keyOf(seen), field);
  if (!edit || plain(edit.value) === plain(seen.row[field])) return [];
  const rows = history.filter((row) => row.side === side && row.record === seen.id && field in row.fields);
  const isNamed = rows.some(({ fields }) => plain(fields[field]?.before) === plain(edit.value));
  if (isNamed || (edit.isRacing && rows.length > 0)) return [];
  return [
    `I3 kept: ${keyOf(seen)} ${field} was left as "${plain(edit.value)}" and is "${plain(seen.row[field])}"; history does not say why`,
  ];
}

/** I4: no record has two twins, and whatever Syncline made is somebody's twin. */
function single(rest: Rest): readonly string[] {
  const { pairs, picture, links, couples, ledger, holds } = rest;
  // A twin of a record that is gone may become another one's.
  const ends = couples.flatMap(({ crm, desk }) => [keyOf(crm), keyOf(desk)]);
  const twice = ends.filter((end, i) => ends.indexOf(end) < i).map((end) => `I4 single: ${end} has two twins`);
  const linked = new Set(
    pairs.flatMap((pair) =>
      (links.get(pair.sync) ?? []).flatMap(({ crm, desk }) =>
        crm && desk ? [`${pair.crm}/${crm.id}`, `${pair.desk}/${desk.id}`] : [],
      ),
    ),
  );
  // Where nobody can tell which of several is ours, the hold names them.
  const named = new Set(holds.flatMap(({ candidates }) => candidates.map(({ id }) => id)));
  const orphans = [...picture.records].filter(
    ([key, { id, kind, isThere }]) =>
      isThere &&
      pairs.some((pair) => pair.desk === kind || (pair.isTwoWay && pair.crm === kind)) &&
      !ledger.isMade(key) &&
      !linked.has(key) &&
      !named.has(id),
  );
  return [...twice, ...orphans.map(([key]) => `I4 single: ${key} was made by Syncline and is nobody's twin`)];
}

/** I8: every record has its twin, or a hold of its own says why not; one that is refused stops no other. */
function carried(rest: Rest): readonly string[] {
  const { pairs, picture, links, holds } = rest;
  return pairs.flatMap((pair) =>
    (['crm', 'desk'] as const).flatMap((side) => {
      if (side === 'desk' && !pair.isTwoWay) return [];
      const other = side === 'crm' ? 'desk' : 'crm';
      const known = links.get(pair.sync) ?? [];
      const lone = [...picture.records.values()].filter((seen) => {
        if (seen.kind !== pair[side] || !isInside(seen)) return false;
        const mine = known.filter((link) => link[side]?.id === seen.id);
        return !mine.some((link) => link[other] !== null || holds.some((hold) => hold.link === link.id));
      });
      return lone.map((seen) => `I8 apart: ${keyOf(seen)} has no twin, and no hold says why`);
    }),
  );
}

/** I9: what is not mapped, who is an agent, and all of a side that nothing flows to is as people left it. */
function theirs(rest: Rest): readonly string[] {
  const { pairs, picture, ledger } = rest;
  const ours = (kind: Kind, field: string) =>
    pairs.some(({ crm, desk, flows }) =>
      flows.some(
        (flow) => (desk === kind && flow.desk === field) || (flow.isTwoWay && crm === kind && flow.crm === field),
      ),
    );
  return [...picture.records].flatMap(([key, { kind, row, isThere }]) =>
    watched[kind].flatMap((field) => {
      const edit = ledger.last(key, field);
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
