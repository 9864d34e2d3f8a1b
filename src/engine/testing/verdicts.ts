import type { Hold } from '../../model/hold.ts';
import { type End, newEnd } from '../../model/link.ts';
import type { Gone, Side, Sighting } from '../../model/record.ts';
import type { Direction, SyncSetup } from '../../model/sync.ts';
import type { Fields, Value } from '../../model/value.ts';
import type { DueLink } from '../ports.ts';
import { FakeVendor, fakeSetup, stillWorld, textRule } from '../testing.ts';
import type { Verdict } from '../verdict.ts';

/** What the tests of `judge` are made of: due links as the store would give them, and verdicts in the words of the table. */

export const directions: readonly Direction[] = ['crm-to-desk', 'desk-to-crm', 'both'];
export const subsets: readonly (readonly Side[])[] = [[], ['crm'], ['desk'], ['crm', 'desk']];
export const shows = ['there', 'trash', 'hidden', 'unseen'] as const;
export type Shown = (typeof shows)[number];
export const world = stillWorld();
export const vendors = { crm: new FakeVendor('sales', world), desk: new FakeVendor('support', world) };
export const ids = { crm: 'A1', desk: 'O1' };

/** A sync whose filter is the field `plan`: a record with the plan "no" is outside. */
export function setupOf(more: Partial<SyncSetup>): SyncSetup {
  return fakeSetup(vendors.crm, vendors.desk, { within: (_side, fields) => fields.plan !== 'no', ...more });
}

export function ruleSet(direction: Direction) {
  return {
    name: textRule('name', direction, { conflict: ['desk'] }),
    note: textRule('note', direction, { conflict: ['ask'] }),
  };
}

export function sighting(side: Side, seen: Fields | Gone, at: number | null = null): Sighting {
  const object = side === 'crm' ? 'Account' : 'organization';
  return { ref: { connection: vendors[side].name, object, id: ids[side] }, version: 'v1', at, by: null, seen };
}

export function shown(side: Side, how: Shown, fields: Fields): Sighting | null {
  if (how === 'unseen') return null;
  return sighting(side, how === 'there' ? fields : { gone: how });
}

export function due(more: Partial<DueLink>): DueLink {
  const link = { id: 'L1', sync: 'accounts', crm: null, desk: null };
  return {
    link,
    turn: 1,
    lane: 'live',
    cause: 'edit',
    tries: 0,
    askVendor: false,
    joinedAt: 0,
    dueSince: 0,
    crm: null,
    desk: null,
    holds: [],
    answers: {},
    ...more,
  };
}

export function agreedEnd(id: string, base: Fields, hashes: Readonly<Record<string, string>>): End {
  return { ...newEnd(id, 'v1'), base, rules: hashes };
}

export function refusedHold(field: string | null, crm: Value, desk: Value): Hold {
  const values = { crm, desk, base: 'a' };
  return {
    id: 'H1',
    sync: 'accounts',
    link: 'L1',
    why: 'refused',
    field,
    values,
    message: 'no',
    vendorCode: 'REFUSED',
    candidates: [],
    wakes: [],
    tries: 1,
    since: 1,
  };
}

/** A verdict in the words of the table: what is written where, what is held why. */
export function words(verdict: Verdict) {
  const operation = verdict.write?.operation;
  const write =
    verdict.write && operation
      ? {
          to: verdict.write.side,
          do: operation.do,
          fields: 'fields' in operation ? operation.fields : null,
          again: verdict.next !== null,
        }
      : null;
  return {
    is: verdict.is,
    write,
    holds: verdict.holds.map(({ why, field }) => (field === null ? why : `${why}: ${field}`)),
  };
}

export const nothing = { is: 'agreed', write: null, holds: [] };
