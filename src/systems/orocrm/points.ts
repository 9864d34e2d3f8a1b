import type { Operation } from '../../model/operation.ts';
import type { Delta, Fields, Value } from '../../model/value.ts';
import { isBlank } from '../../model/value.ts';
import { folded } from './values.ts';

/**
 * A contact's e-mails and phones: a set, of which one is the primary one. OroCRM wants the primary one to be a member always, and refuses a
 * set without it; a primary one that is no member yet takes the place of the one before. So what is written is completed here:
 *
 * - a set and a primary one: the primary one is a member;
 * - a set alone: the primary one of before stays if it is a member, else the first member takes its place;
 * - no primary one: the set is emptied where nothing else is in it. Where there are others, the vendor refuses, and a person must say.
 *
 * Source: the vendor's functional tests of primary e-mails and phones.
 */
const points = [
  { set: 'emails', primary: 'primaryEmail' },
  { set: 'phones', primary: 'primaryPhone' },
] as const;

export function isDelta(value: Value | Delta | undefined): value is Delta {
  return typeof value === 'object' && value !== null && 'add' in value;
}

/** What has to be known of the record before these fields can be written; nothing for most writes. */
export function neededFirst(operation: Operation): readonly string[] {
  if (operation.do !== 'update') return [];
  const { fields } = operation;
  const deltas = Object.keys(fields).filter((name) => isDelta(fields[name]));
  const touched = points.filter(({ set, primary }) => {
    const emptied = primary in fields && isBlank(plain(fields[primary]));
    return set in fields ? !(primary in fields) : emptied;
  });
  return [...new Set([...deltas, ...touched.flatMap(({ set, primary }) => [set, primary])])];
}

function plain(value: Value | Delta | undefined): Value | undefined {
  return isDelta(value) ? undefined : value;
}

/** Additions to and removals from sets as whole sets, which is all that the vendor takes. Members have no case. */
export function whole(fields: Readonly<Record<string, Value | Delta>>, current: Fields | undefined): Fields {
  const entries = Object.entries(fields).flatMap(([name, value]): [string, Value][] => {
    if (!isDelta(value)) return [[name, value]];
    // A record that cannot be read is not there; the vendor will say so, and no set is replaced by guess.
    return current === undefined ? [] : [[name, merged(current[name], value)]];
  });
  return Object.fromEntries(entries);
}

function merged(current: Value | undefined, { add, drop }: Delta): Value {
  const dropped = new Set(drop.map(folded));
  const kept = membersOf(current).filter((member) => !dropped.has(folded(member)));
  const there = new Set(kept.map(folded));
  return [...kept, ...add.filter((member) => !there.has(folded(member)))];
}

/** The fields with their sets and primary ones in agreement, as above. `current` is the record as it is; undefined for a new one. */
export function inAgreement(fields: Fields, current: Fields | undefined): Fields {
  const also = points.flatMap((point) => Object.entries(completed(fields, point, current)));
  return { ...fields, ...Object.fromEntries(also) };
}

function completed(fields: Fields, { set, primary }: (typeof points)[number], current: Fields | undefined): Fields {
  const has = (members: readonly Value[], value: Value | undefined) =>
    members.some((one) => folded(one) === folded(value));
  const given = fields[primary];
  if (set in fields) {
    const members = membersOf(fields[set]);
    const [first] = members;
    if (!isBlank(given) && given !== undefined) return has(members, given) ? {} : { [set]: [...members, given] };
    if (first === undefined || primary in fields) return {};
    const before = current?.[primary];
    return { [primary]: !isBlank(before) && has(members, before) ? (before ?? first) : first };
  }
  const emptied = primary in fields && isBlank(given);
  return emptied && membersOf(current?.[set]).length <= 1 ? { [set]: [] } : {};
}

function membersOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}
