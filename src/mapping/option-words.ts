import type { FieldDescription } from '../model/object-type.ts';
import { didYouMean, nearest } from './problem.ts';

/** What is said of a value that is none of a field's options: what it may be, for the end of a sentence, and what would be right. */
export function notAnOption(
  field: FieldDescription,
  value: string,
): { readonly because: string; readonly fix: string } {
  const options = field.options ?? [];
  const values = options.map((option) => option.value);
  // Values that are ids say nothing to a person: then the names go with them.
  const named = options.map((option) => (field.mistaken ? `${option.value} (${option.label})` : option.value));
  const begins = Object.keys(field.mistaken ?? {}).find((prefix) => value.startsWith(prefix));
  const kind = begins === undefined ? undefined : field.mistaken?.[begins];
  return {
    because: kind === undefined ? '' : `: it is ${kind}`,
    fix: didYouMean(value, nearest(value, values).length > 0 ? values : named, 'options'),
  };
}
