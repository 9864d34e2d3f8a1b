import { fieldOf, type ObjectType } from '../../model/object-type.ts';
import type { Side } from '../../model/record.ts';
import { didYouMean } from '../problem.ts';
import { aType } from '../types.ts';
import { patternOf } from './pattern.ts';
import type { Call, Reading } from './reading.ts';
import { celTypeOf } from './values.ts';

/** Whose records an expression reads. */
export interface Source {
  readonly side: Side;
  /** `Salesforce Account` */
  readonly words: string;
  readonly type: ObjectType;
  /** True for names that may be custom fields which nobody has described yet. */
  readonly custom: (name: string) => boolean;
}

/** Something wrong with an expression: the end of a sentence that names it, and what would be right. */
export interface Mistake {
  readonly problem: string;
  readonly fix: string;
}

const lists: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** What is wrong with what an expression mentions, before its types are looked at. */
export function mistakesOf(reading: Reading, { side, words, type }: Source): readonly Mistake[] {
  const found: Mistake[] = [];
  const names = type.fields.map((field) => field.name);
  for (const { name, at } of reading.unknown)
    found.push({
      problem: `reads ${side}.${name} at character ${at + 1}, and ${words} has no field "${name}"`,
      fix: didYouMean(name, names, 'fields'),
    });
  for (const { what, at } of reading.refused)
    found.push(
      what === 'whole record'
        ? {
            problem: `takes the record as a whole at character ${at + 1}`,
            fix: `Name a field of it, such as ${side}.${type.title}.`,
          }
        : {
            problem: `reads ${side === 'crm' ? 'desk' : 'crm'} at character ${at + 1}, where the value goes to`,
            fix: `Only the source's record can be read: ${side}.FIELD.`,
          },
    );
  for (const name of reading.fields) {
    const field = fieldOf(type, name);
    if (field !== undefined && celTypeOf(field) === null)
      found.push({
        problem: `reads ${side}.${name}, ${aType(field)}, which cannot be read as a value`,
        fix: 'Read another field.',
      });
    const inside = reading.fields.find((other) => other.startsWith(`${name}.`));
    if (inside !== undefined)
      found.push({
        problem: `reads both ${side}.${name} and ${side}.${inside}`,
        fix: 'Read one of them: an expression cannot tell a field from a field inside it.',
      });
  }
  for (const call of reading.calls) found.push(...mistakesOfCall(call));
  return found;
}

function mistakesOfCall({ name, at, literal, depth }: Call): readonly Mistake[] {
  if (name === 'has')
    return [
      { problem: `asks has() at character ${at + 1}`, fix: 'A field that is empty is null: write !blank(crm.FIELD).' },
    ];
  if (name === 'now')
    return [
      {
        problem: `asks for the time at character ${at + 1}`,
        fix: 'The same record always gives the same value: use a date of the record.',
      },
    ];
  if (name === 'bind')
    return [
      {
        problem: `names a value of its own (cel.bind) at character ${at + 1}`,
        fix: 'Write the value out where it is used: so no expression can grow beyond what is written.',
      },
    ];
  if (name === 'getDayOfYear')
    return [
      { problem: `asks getDayOfYear() at character ${at + 1}, which depends on the machine`, fix: 'Use formatDate.' },
    ];
  if (lists.has(name) && depth > 0)
    return [
      {
        problem: `goes through a list inside a list at character ${at + 1}`,
        fix: 'Go through one list after the other.',
      },
    ];
  if (name !== 'matches') return [];
  const pattern = literal === null ? null : patternOf(literal);
  if (pattern === null)
    return [
      {
        problem: 'gives matches() a pattern that is not written out',
        fix: "Write the pattern between quotes: matches('^A').",
      },
    ];
  return pattern.ok
    ? []
    : [
        {
          problem: `has the pattern ${JSON.stringify(literal)}: ${pattern.why}`,
          fix: 'Write a pattern that is understood.',
        },
      ];
}
