import type { FieldDescription } from '../../model/object-type.ts';
import { plainField } from './fields.ts';
import { standardFields } from './standard-fields.ts';

/** A look-up: its relationship's name (`Account` of `AccountId`), and the objects that it may point to. */
export interface LookUp {
  readonly relationship: string;
  readonly label: string;
  readonly refersTo: readonly string[];
}

/** The name of a relationship where no describe tells it (SOQL and SOSL Reference, "Relationship Names"); null where there is none. */
export function relationshipOf(field: string): string | null {
  if (field.endsWith('__c')) return field.replace(/__c$/, '__r');
  return field.length > 2 && field.endsWith('Id') ? field.slice(0, -2) : null;
}

/** Standard objects whose records are not named by a field `Name` (Object Reference). */
const nameless: ReadonlySet<string> = new Set(['Task', 'Event', 'Solution', 'ContentDocument', 'Idea', 'EmailMessage']);

/** Every reference that a path goes through is one that is compared as a record or as nothing; the loser of a merge is no record. */
const closed: ReadonlySet<string> = new Set(['MasterRecord']);

/**
 * The fields of a related record, as readable fields of ours: `Account.Name`, `Owner.Email`. Where the target is one known standard
 * object these are its standard fields, else its name alone. They are never set, and change without any stamp on our record.
 */
export function pathsOf(lookUps: readonly LookUp[]): readonly FieldDescription[] {
  return lookUps.filter(({ relationship }) => !closed.has(relationship)).flatMap(pathsThrough);
}

function pathsThrough({ relationship, label, refersTo }: LookUp): readonly FieldDescription[] {
  const [only, ...others] = refersTo;
  const known = only === undefined || others.length > 0 ? undefined : standardFields.get(only);
  if (known === undefined) return only === undefined || nameless.has(only) ? [] : [through(relationship, label, name)];
  return known.filter((field) => field.type !== 'reference').map((field) => through(relationship, label, field));
}

/** What every other object calls its records by; a look-up to several objects reads it through the `Name` object. */
const name = plainField('Name', 'Name', 'string', { length: 255, scale: 0 });

/** Options of the related object are not known here, so an option is a text. */
function through(relationship: string, label: string, field: FieldDescription): FieldDescription {
  const path = `${relationship}.${field.name}`;
  const text =
    field.type === 'option' ? plainField(path, '', 'string', { length: field.maxLength ?? 0, scale: 0 }) : field;
  return {
    ...text,
    name: path,
    label: `${label}: ${field.label}`,
    required: false,
    settable: 'never',
    stamped: false,
  };
}
