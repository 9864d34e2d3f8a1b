import type { RecordRow } from './answers.ts';
import type { Collection } from './collection.ts';
import type { Session } from './session.ts';

/**
 * Rows with the names of what they name by id (a brand, a form), where one of these fields is such a name. What is not known by its id
 * stays untold; a ticket without a form has none.
 */
export async function dressed(
  session: Session,
  collection: Collection,
  rows: readonly RecordRow[],
  names: Iterable<string>,
): Promise<readonly RecordRow[]> {
  const wanted = new Set(names);
  let told = rows;
  for (const choice of collection.choices) {
    const { field, shownAs } = choice;
    if (shownAs === null || !wanted.has(shownAs)) continue;
    const ids = new Set(
      told.flatMap((row) => (row[field] === null || row[field] === undefined ? [] : String(row[field]))),
    );
    const known = ids.size === 0 ? new Map<string, string>() : await session.names.namesOf(choice, [...ids]);
    told = told.map((row) => {
      if (row[field] === undefined) return row;
      const name = row[field] === null ? null : known.get(String(row[field]));
      return name === undefined ? row : { ...row, [shownAs]: name };
    });
  }
  return told;
}
