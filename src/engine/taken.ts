import { matchKey } from '../model/hold.ts';
import { fieldOf } from '../model/object-type.ts';
import { isGone, other, type Side, type Sighting } from '../model/record.ts';
import { type Rule, type SyncSetup, sideOf } from '../model/sync.ts';
import { show, type Value } from '../model/value.ts';
import type { Decision } from './decide.ts';
import type { Engine } from './engine.ts';
import { askOf } from './meet.ts';
import type { FieldState } from './merge.ts';
import { nameOf } from './name.ts';
import type { DueLink, KinAsk } from './ports.ts';
import type { HoldDraft } from './verdict.ts';

/** By field: the record that has the value already which this link's write would give to another one. */
export type Taken = ReadonlyMap<string, Sighting>;

export const nothingTaken: Taken = new Map();

/** More than the record itself and one that stands in its way need not be known. */
const fewKin = 2;

/**
 * Fields that a vendor keeps unique, and whose new value another record is known to have: by link. The vendor would refuse them, so they
 * are held before they are sent, and a preview says so. Only what records are matched by is known by its value; everything else is left
 * to the vendor, and so are fields that keep a further value beside the one that they show.
 */
export async function findTaken(
  engine: Engine,
  setup: SyncSetup,
  decisions: readonly Decision[],
): Promise<ReadonlyMap<string, Taken>> {
  const asks = decisions.flatMap((decision) => asksOf(setup, decision));
  const found = new Map<string, Map<string, Sighting>>();
  if (asks.length === 0) return found;
  const answers = await engine.store.kin(
    asks.map(({ ask }) => ask),
    fewKin,
  );
  asks.forEach(({ link, own, ask }, i) => {
    const holder = answers[i]?.find(({ sighting }) => sighting.ref.id !== own && !isGone(sighting.seen));
    if (!holder) return;
    const fields = found.get(link) ?? new Map<string, Sighting>();
    found.set(link, fields.set(ask.field, holder.sighting));
  });
  return found;
}

interface Asking {
  readonly link: string;
  readonly own: string;
  readonly ask: KinAsk;
}

function asksOf(setup: SyncSetup, { due, verdict: { write } }: Decision): readonly Asking[] {
  if (write?.operation.do !== 'update') return [];
  const { side, operation } = write;
  const { type } = sideOf(setup, side);
  return Object.entries(operation.fields).flatMap(([field, value]) => {
    const described = fieldOf(type, field);
    if (!described?.unique || described.beside || typeof value !== 'string') return [];
    const criterion = setup.match.find((each) => each[side] === field);
    return (criterion?.keys(side, value) ?? []).map((key) => ({
      link: due.link.id,
      own: operation.ref.id,
      ask: askOf(setup, side, field, key),
    }));
  });
}

/** The field is held, and wakes as soon as the other record gives the value up. */
export function takenHold(
  setup: SyncSetup,
  rule: Rule,
  state: FieldState,
  due: DueLink,
  to: Side,
  value: Value,
  taken: Taken,
): HoldDraft {
  const field = rule[to];
  const place = sideOf(setup, to);
  const from = sideOf(setup, other(to));
  const by = taken.get(field) ?? null;
  const message = `${nameOf(from, due[other(to)])}: the ${field} ${show(value)} is taken: ${nameOf(place, by)} has it, and ${place.label} keeps it unique. ${field} of ${nameOf(place, due[to], due.link[to]?.id)} stays ${show(state[to].now)}. Change one of the two; it is written as soon as the value is free.`;
  const keys = setup.match.find((each) => each[to] === field)?.keys(to, value) ?? [];
  return {
    why: 'refused',
    field: rule.id,
    values: { crm: state.crm.now, desk: state.desk.now, base: state.crm.base ?? null },
    message,
    vendorCode: null,
    candidates: by ? [{ side: to, id: by.ref.id, reason: `has the ${field} already` }] : [],
    wakes: keys.map((key) => matchKey(place.connection, place.object, field, key)),
  };
}
