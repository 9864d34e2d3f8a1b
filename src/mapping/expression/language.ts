import { Environment } from '@marcbachmann/cel-js';
import { Day } from './day.ts';
import { firstOf, functionsOf, operatorsOf, type Place } from './functions.ts';

/**
 * CEL (the Common Expression Language) as expressions speak it here, twice: once with types, to check what an administrator wrote, and
 * once without, to run it. A field has one type and may be empty all the same; CEL would take an emptiness that its checker did not
 * foresee for a value (`null` + 'x' is "nullx"), where the runner looks at each value and fails in words.
 */
export interface Language {
  readonly checker: Environment;
  readonly runner: Environment;
}

/** Both count parts of the expression: an expression that a person can read stays far below. */
const limits = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200 };

const nullable = ['string', 'int', 'double', 'bool', 'date', 'google.protobuf.Timestamp', 'list<string>'];

/** What an expression that decides a conflict may read beside both records: the field's own values, and what both last agreed on. */
export const contestValues = ['crmValue', 'deskValue', 'base'] as const;

export function languageOf(place: Place): Language {
  const common = new Environment({ limits }).registerType('date', { ctor: Day, fields: {} });
  for (const [signature, handler] of Object.entries(functionsOf(place)))
    common.registerFunction(signature, handler, { async: false });
  for (const [signature, handler] of Object.entries(operatorsOf())) common.registerOperator(signature, handler);
  const checker = common.clone().registerFunction('default(A, A): A', firstOf, { async: false });
  for (const type of nullable) checker.registerOperator(`${type} == null`, () => false);
  const runner = common
    .clone({ homogeneousAggregateLiterals: false })
    .registerFunction('default(dyn, dyn): dyn', firstOf, { async: false })
    .registerVariable('crm', 'dyn')
    .registerVariable('desk', 'dyn');
  for (const name of contestValues) runner.registerVariable(name, 'dyn');
  return { checker, runner };
}
