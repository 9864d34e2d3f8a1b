import { RowError } from './errors.ts';
import type { ObjectDefinition } from './object.ts';
import { attributes } from './read.ts';
import type { StoredRow } from './row.ts';
import type { Writer } from './writer.ts';

/** Duplicate rules: rows that agree in all of a rule's fields. The client may insist where the rule allows it. */
export function checkDuplicates(writer: Writer, object: ObjectDefinition, row: StoredRow): void {
  for (const rule of writer.org.rules.duplicates(object.name)) {
    if (writer.allowDuplicates && rule.allowSave) continue;
    const [first] = rule.fields;
    const value = first === undefined ? undefined : row.values[first];
    if (first === undefined || value === undefined) continue;
    const same = (other: StoredRow): boolean =>
      other.id !== row.id && !other.deleted && rule.fields.every((name) => sameText(other, row, name));
    const found = [...writer.org.store.all(object.name)].filter(same);
    if (found.length === 0) continue;
    const matchRecords = found.slice(0, 100).map((other) => ({
      additionalInformation: [],
      fieldDiffs: [],
      matchConfidence: 100,
      record: { attributes: attributes(object.name, other.id, '60.0'), Id: other.id },
    }));
    const match = {
      entityType: object.name,
      errors: [],
      matchEngine: 'FuzzyMatchEngine',
      matchRecords,
      rule: rule.name,
      size: found.length,
      success: true,
    };
    throw new RowError('DUPLICATES_DETECTED', rule.message, [], {
      // The vendor's own misspelling.
      duplicateResut: {
        allowSave: rule.allowSave,
        duplicateRule: rule.name,
        duplicateRuleEntityType: object.name,
        errorMessage: rule.message,
        matchResults: [match],
      },
    });
  }
}

function sameText(one: StoredRow, two: StoredRow, name: string): boolean {
  const [a, b] = [one.values[name], two.values[name]];
  return a !== undefined && b !== undefined && String(a).toLowerCase() === String(b).toLowerCase();
}
