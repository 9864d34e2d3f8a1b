import type { Chance } from '../../twins/chance.ts';
import type { Towns } from './record.ts';

/** The objects that people in the demo edit, and where those are. */
export const systemOf = {
  Account: 'salesforce',
  Contact: 'salesforce',
  Lead: 'salesforce',
  Case: 'salesforce',
  organization: 'zendesk',
  ticket: 'zendesk',
} as const;

/** What somebody does by hand, and how one sees that the other side has it. */
export interface Edit {
  readonly who: string;
  readonly object: keyof typeof systemOf;
  /** null: a new record. */
  readonly id: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Instead of setting fields: the record is removed, or these others are merged into it. */
  readonly deed?: 'remove' | { readonly merge: readonly string[] };
  /** What somebody at the other system does in the same moment. */
  readonly meanwhile?: Pick<Edit, 'object' | 'id' | 'fields'>;
  /** `renamed Acme → Acme Group` */
  readonly did: string;
  /** The name of the company or person that it is about. */
  readonly about: string;
  /** The Salesforce ids of the records that it is about: they are left alone while it is under way. */
  readonly busy: readonly string[];
  /** `held`: ids of the records that wait for a person. */
  readonly arrived: (towns: Towns, held: ReadonlySet<string>) => boolean;
  /** What is told once it has arrived, where that is something else than that the other side has it; `2.1 s` is how long it took. */
  readonly tell?: (took: string) => string;
  /** Once it has arrived, somebody takes back by an undo what it wrote into this field. */
  readonly takenBack?: { readonly sync: string; readonly field: string };
}

const people = { salesforce: ['Ada', 'Ben', 'Carla'], zendesk: ['Dev', 'Elif', 'Finn'] } as const;

export function someone(chance: Chance, object: Edit['object']): string {
  return pick(chance, people[systemOf[object]]) ?? '';
}

export function pick<T>(chance: Chance, from: readonly T[]): T | undefined {
  return from[chance.between(0, from.length - 1)];
}
