import type { FieldDescription, ObjectType } from '../../model/object-type.ts';
import type { FieldRow } from './answers.ts';
import type { Collection } from './collection.ts';
import type { Session } from './session.ts';

/**
 * An object with the options that this account has: what it names by id (brands, forms, ticket statuses), and the values of its own
 * drop-downs as their definitions list them. Source: Zendesk API reference, topics "Ticket Fields", "Custom Ticket Statuses", "Brands".
 */
export async function withChoices(
  session: Session,
  collection: Collection,
  type: ObjectType,
  rows: readonly FieldRow[],
): Promise<ObjectType> {
  const lists = await Promise.all(
    collection.choices.map(async (choice) => [choice.field, await session.names.options(choice)] as const),
  );
  const options = new Map(lists);
  return {
    ...type,
    fields: type.fields.map((field): FieldDescription => {
      const listed = options.get(field.name);
      // An account without such a list takes no id either.
      if (listed !== undefined) return { ...field, options: listed, restricted: listed.length > 0 };
      const definition = definitions.get(field.name);
      const used = rows.find((row) => row.type === definition)?.system_field_options;
      return definition === undefined || !used ? field : { ...field, options: narrowed(field, used) };
    }),
  };
}

/** The definition of a ticket's own drop-down. */
const definitions: ReadonlyMap<string, string> = new Map([
  ['status', 'status'],
  ['priority', 'priority'],
  ['type', 'tickettype'],
]);
/** Statuses that tickets have although no agent may choose them, so that no list need tell them. */
const always: ReadonlySet<string> = new Set(['new', 'closed']);

function narrowed(
  { name, options }: FieldDescription,
  used: readonly { readonly name: string; readonly value: string }[],
): FieldDescription['options'] {
  const labels = new Map(used.map((option) => [option.value, option.name]));
  const kept = (options ?? []).filter(({ value }) => labels.has(value) || (name === 'status' && always.has(value)));
  return kept.map((option) => ({ ...option, label: labels.get(option.value) ?? option.label }));
}
