import type { Chance } from '../../twins/chance.ts';
import type { Towns } from './record.ts';

/** The objects that people in the demo edit, and where those are. */
export const systemOf = {
  Account: 'salesforce',
  Contact: 'salesforce',
  Lead: 'salesforce',
  organization: 'zendesk',
} as const;

/** What somebody does by hand, and how one sees that the other side has it. */
export interface Edit {
  readonly who: string;
  readonly object: keyof typeof systemOf;
  /** null: a new record. */
  readonly id: string | null;
  readonly fields: Readonly<Record<string, string | null>>;
  /** `renamed Acme → Acme Group` */
  readonly did: string;
  /** The name of the company or person that it is about. */
  readonly about: string;
  /** The Salesforce ids of the records that it is about: they are left alone while it is under way. */
  readonly busy: readonly string[];
  readonly arrived: (towns: Towns) => boolean;
}

const people = { salesforce: ['Ada', 'Ben', 'Carla'], zendesk: ['Dev', 'Elif', 'Finn'] } as const;

export function someone(chance: Chance, object: Edit['object']): string {
  return pick(chance, people[systemOf[object]]) ?? '';
}

export function pick<T>(chance: Chance, from: readonly T[]): T | undefined {
  return from[chance.between(0, from.length - 1)];
}
