import { other, type Side, sides } from '../../model/record.ts';
import { flows, type Pointing, type Rule, type SyncSetup } from '../../model/sync.ts';

/** One sync that a reference asks: the one that it names, or the one that is asked where that has no twin. */
export type Asked = Pick<Pointing, 'sync' | 'summons' | 'create' | 'madeOn'>;

export function askedBy(rule: Rule): readonly Asked[] {
  const { pointer } = rule;
  if (!pointer) return [];
  return pointer.or ? [pointer, pointer.or] : [pointer];
}

/** The sides from which this reference flows: there its records are named. */
export function sourcesOf(rule: Rule): readonly Side[] {
  return sides.filter((side) => flows(rule.direction, other(side)));
}

/** True where some reference has a word on what is made of this sync's records, or writes ids into their twins. */
export function isAsked(setups: readonly SyncSetup[], { name, writeBack }: SyncSetup): boolean {
  if (sides.some((side) => writeBack[side]?.called)) return true;
  return setups.some(({ rules }) =>
    rules.some((rule) => askedBy(rule).some(({ sync, create }) => sync === name && create !== undefined)),
  );
}

/** True where pointing to a record makes it due, in one of the syncs that are asked. */
export function summons(rule: Rule): boolean {
  return askedBy(rule).some((asked) => asked.summons === true);
}
