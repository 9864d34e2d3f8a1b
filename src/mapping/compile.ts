import type { SyncSetup } from '../model/sync.ts';
import { checkTargets } from './arrival.ts';
import { isPolicy, policyList, setupOf } from './build.ts';
import { checkField } from './check-field.ts';
import { checkFilters, checkMatch } from './check-filter.ts';
import { checkRequired, checkSides, markOf, writeBackOf } from './ends.ts';
import { type Ground, type Known, report, type SyncInput } from './input.ts';
import { isCountry } from './phone.ts';
import { listed, type Problem } from './problem.ts';
import { checkReference } from './references.ts';

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
  checkConflict(ground, input.conflict, ['conflict']);
  const fields = input.fields.flatMap((setting, index) => checkField(ground, setting, index) ?? []);
  input.fields.forEach((field, index) => {
    if (field.conflict !== undefined) checkConflict(ground, policyList(field.conflict), ['fields', index, 'conflict']);
  });
  const references = (input.references ?? []).flatMap((setting, index) => checkReference(ground, setting, index) ?? []);
  const arrivals = [...fields, ...references];
  checkTargets(ground, arrivals);
  checkRequired(ground);
  checkFilters(ground);
  checkMatch(ground);
  const mark = { crm: markOf(ground, 'crm', arrivals), desk: markOf(ground, 'desk', arrivals) };
  const writeBack = { crm: writeBackOf(ground, 'crm', arrivals), desk: writeBackOf(ground, 'desk', arrivals) };
  if (ground.problems.length > 0) return { setup: null, problems: ground.problems };
  return { setup: setupOf(ground, { fields, references, mark, writeBack }), problems: [] };
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

function checkConflict(ground: Ground, words: readonly string[], path: Problem['path']): void {
  const unknown = words.filter((word) => !isPolicy(word));
  if (unknown.length > 0)
    report(
      ground,
      path,
      `${listed(
        unknown.map((word) => JSON.stringify(word)),
        'and',
      )} does not say who wins a conflict; expressions are not in this version yet.`,
      'Use crm, desk, newest or ask, or a list of them such as [newest, crm].',
    );
}
