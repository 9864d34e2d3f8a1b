import type { Policy, SyncSetup } from '../model/sync.ts';
import { checkTargets } from './arrival.ts';
import { checkBackwards } from './backwards.ts';
import { setupOf } from './build.ts';
import { checkField } from './check-field.ts';
import { checkFilters, checkMatch } from './check-filter.ts';
import { checkRequired, checkSides, markOf, writeBackOf } from './ends.ts';
import { type Ground, type Known, report, type SyncInput } from './input.ts';
import { checkOthers } from './others.ts';
import { isCountry } from './phone.ts';
import { checkPolicies, policyList } from './policy.ts';
import type { Problem } from './problem.ts';
import { checkReference } from './references.ts';
import { removalsOf } from './removal.ts';

export type { Known, SyncInput } from './input.ts';

export interface Compiled {
  /** Ready to run; null where there are problems. */
  readonly setup: SyncSetup | null;
  readonly problems: readonly Problem[];
}

/**
 * The config's words about one sync, resolved against what both systems say of themselves. Pure. Everything that is wrong is answered as a
 * problem, all of them at once; only an unknown time zone throws (RangeError), since the config's schema refuses it.
 */
export function compileSync(input: SyncInput, known: Known = { is: 'described' }): Compiled {
  const ground: Ground = { input, known, problems: [], languages: new Map() };
  checkSides(ground);
  checkCountry(ground);
  if (input.fields.length === 0)
    report(ground, ['fields'], 'no field is mapped.', 'Add one, such as fields: [{ crm: Name, desk: name }].');
  const policies = new Map<string, Policy>();
  checkPolicies(ground, input.conflict, ['conflict'], policies);
  const fields = input.fields.flatMap((setting, index) => checkField(ground, setting, index) ?? []);
  input.fields.forEach((field, index) => {
    if (field.conflict !== undefined)
      checkPolicies(ground, policyList(field.conflict), ['fields', index, 'conflict'], policies);
  });
  const references = (input.references ?? []).flatMap((setting, index) => checkReference(ground, setting, index) ?? []);
  const arrivals = [...fields, ...references];
  checkTargets(ground, arrivals);
  checkRequired(ground);
  checkFilters(ground);
  checkMatch(ground);
  const mark = { crm: markOf(ground, 'crm', arrivals), desk: markOf(ground, 'desk', arrivals) };
  const writeBack = { crm: writeBackOf(ground, 'crm', arrivals), desk: writeBackOf(ground, 'desk', arrivals) };
  const removal = removalsOf(ground);
  const others = (input.references ?? []).flatMap((setting, index) => checkOthers(ground, setting, index));
  const backwards = checkBackwards(ground, fields, references);
  if (ground.problems.length > 0) return { setup: null, problems: ground.problems };
  const sound = { fields, references, others, backwards, policies, mark, writeBack, removal };
  return { setup: setupOf(ground, sound), problems: [] };
}

function checkCountry(ground: Ground): void {
  const { phoneCountry } = ground.input;
  if (phoneCountry !== undefined && !isCountry(phoneCountry))
    report(
      ground,
      ['options', 'phoneCountry'],
      `"${phoneCountry}" is no country.`,
      'Give its two letters, such as FR, DE or US.',
    );
}
