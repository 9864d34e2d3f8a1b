import type { StoredRow } from './row.ts';

/** A validation rule: a row for which `fails` holds is refused with the rule's words. */
export interface ValidationRule {
  readonly object: string;
  readonly name: string;
  readonly message: string;
  /** Where the message is shown; null: at the top of the page. */
  readonly field: string | null;
  /** The condition in SOQL's words, such as `Type = 'Other' AND Phone = null`. */
  readonly condition: string;
  readonly fails: (row: StoredRow) => boolean;
  /** An Apex trigger that throws, not a rule. */
  readonly trigger: boolean;
}

/** A duplicate rule: rows that agree in all of `fields`, compared without case, are duplicates. */
export interface DuplicateRule {
  readonly object: string;
  readonly name: string;
  readonly fields: readonly string[];
  readonly message: string;
  /** False: even `allowSave` does not help. */
  readonly allowSave: boolean;
}

export interface Rules {
  validation(object: string): readonly ValidationRule[];
  duplicates(object: string): readonly DuplicateRule[];
  putValidation(rule: ValidationRule): void;
  putDuplicate(rule: DuplicateRule): void;
  reset(): void;
}

export function createRules(): Rules {
  let validation: ValidationRule[] = [];
  let duplicates: DuplicateRule[] = [];
  return {
    validation: (object) =>
      validation.length === 0 ? validation : validation.filter((rule) => rule.object === object),
    duplicates: (object) =>
      duplicates.length === 0 ? duplicates : duplicates.filter((rule) => rule.object === object),
    putValidation(rule) {
      validation = [...validation.filter((other) => other.object !== rule.object || other.name !== rule.name), rule];
    },
    putDuplicate(rule) {
      duplicates = [...duplicates.filter((other) => other.object !== rule.object || other.name !== rule.name), rule];
    },
    reset() {
      validation = [];
      duplicates = [];
    },
  };
}
