import { other, type Side } from '../../model/record.ts';
import { baseKey, type SyncSetup } from '../../model/sync.ts';
import type { Fields, Value } from '../../model/value.ts';
import { judgeCreate } from '../judge-create.ts';
import type { DueLink } from '../ports.ts';
import type { Around, Verdict } from '../verdict.ts';

/** The sync as it looks for a twin that it may make: creating is allowed on that side. */
export function asMaker(setup: SyncSetup, side: Side): SyncSetup {
  const target = other(side);
  return setup.create.includes(target) ? setup : { ...setup, create: [...setup.create, target] };
}

/**
 * A create against the sync's direction: by its own rules, turned round. Both sides agree by them as the sync's rules are, so that nothing of
 * it goes back as an update. What no rule could carry is settled as well: it flows once somebody changes it.
 */
export function judgeBackwards(setup: SyncSetup, due: DueLink, side: Side, seen: Fields, around: Around): Verdict {
  const target = other(side);
  const rules = setup.backwards?.[target] ?? [];
  const verdict = judgeCreate({ ...asMaker(setup, side), rules }, due, side, seen, around);
  const { write } = verdict;
  if (!write) return verdict;
  const here: Record<string, Value> = {};
  const there: Record<string, Value> = {};
  const hashes: Record<string, string> = {};
  for (const rule of setup.rules) {
    const key = baseKey(rule);
    const value = seen[rule[side]];
    if (key in write.agreed.rules || (value === undefined && rule[side] !== '')) continue;
    here[key] = rule.normal(side, value);
    there[key] = rule.normal(target, null);
    hashes[key] = rule.hash;
  }
  const { agreed } = write;
  const both = { [side]: { ...agreed[side], ...here }, [target]: { ...agreed[target], ...there } };
  const all = { ...agreed, ...both, rules: { ...agreed.rules, ...hashes } };
  return { ...verdict, write: { ...write, agreed: all } };
}
