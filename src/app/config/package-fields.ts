import { inputOf, type SyncInput } from '../../mapping/input.ts';
import type { Problem } from '../../mapping/problem.ts';
import { type Side, sides } from '../../model/record.ts';
import type { System } from '../../systems/kit/system.ts';

/** So many of the fields are named. */
const namedFields = 3;

/**
 * What is wrong with a sync, where the fields that a system's package brings are not there yet: that is one finding with one remedy, and not
 * one for each field. Everything else stays as it is.
 */
export function withoutPackage(
  problems: readonly Problem[],
  input: SyncInput,
  systems: readonly System[],
): readonly Problem[] {
  return sides.reduce((left, side) => folded(left, input, side, systems), problems);
}

function folded(
  problems: readonly Problem[],
  input: SyncInput,
  side: Side,
  systems: readonly System[],
): readonly Problem[] {
  const { system, connection, object, label } = inputOf(input, side);
  const own = systems.find(({ name }) => name === system)?.package;
  if (own?.object !== object) return problems;
  const isOfPackage = ({ lacks }: Problem): boolean => lacks?.side === side && own.fields.includes(lacks.name);
  const lacking = problems.filter(isOfPackage);
  if (lacking.length === 0) return problems;
  const names = [...new Set(lacking.flatMap(({ lacks }) => lacks?.name ?? []))];
  const shown = names.slice(0, namedFields).join(', ');
  const more = names.length > namedFields ? ` and ${names.length - namedFields} more` : '';
  const what = names.length === 1 ? 'a field' : `${names.length} fields`;
  const are = names.length === 1 ? 'is not there or not ours to write' : 'are not there or not ours to write';
  const problem: Problem = {
    path: ['preset'],
    problem: `Sync ${input.name}: ${label} ${object} lacks the ticket package: ${what} of it ${are} (${shown}${more}).`,
    fix: `Run "syncline doctor --install package --connection ${connection}", which makes them and gives our user access.`,
  };
  return [problem, ...problems.filter((each) => !isOfPackage(each))];
}
