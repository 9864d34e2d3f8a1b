import type { Json } from './json.ts';
import type { Seconds } from './stamps.ts';

/** What the twin keeps of each kind of record. Immutable: an update makes a new one. Stamps are seconds; bodies are drawn by the nouns. */
export interface Stamped {
  readonly id: number;
  readonly created: Seconds;
  readonly updated: Seconds;
  /** When the export noticed a change, system updates included; it may be later than `updated`. */
  readonly generated: Seconds;
}

export interface Organization extends Stamped {
  readonly name: string;
  readonly sharedTickets: boolean;
  readonly sharedComments: boolean;
  readonly externalId: string | null;
  readonly domains: readonly string[];
  readonly details: string | null;
  readonly notes: string | null;
  readonly groupId: number | null;
  readonly tags: readonly string[];
  /** By key; a key that was never written is absent. */
  readonly fields: Readonly<Record<string, Json>>;
  readonly deleted: Seconds | null;
  /** The call that made it: the race over names is between calls. */
  readonly madeBy: string;
}

export type Role = 'end-user' | 'agent' | 'admin';

export interface User extends Stamped {
  readonly name: string;
  /** The primary e-mail identity's value. */
  readonly email: string | null;
  readonly timeZone: string;
  readonly locale: string;
  readonly phone: string | null;
  readonly sharedPhone: boolean | null;
  /** The organization of the default membership. */
  readonly organizationId: number | null;
  readonly role: Role;
  readonly customRoleId: number | null;
  readonly verified: boolean;
  readonly externalId: string | null;
  readonly tags: readonly string[];
  readonly alias: string | null;
  readonly active: boolean;
  readonly lastLogin: Seconds | null;
  readonly signature: string | null;
  readonly details: string | null;
  readonly notes: string | null;
  readonly moderator: boolean;
  readonly ticketRestriction: string | null;
  readonly onlyPrivateComments: boolean;
  readonly suspended: boolean;
  readonly defaultGroupId: number | null;
  readonly fields: Readonly<Record<string, Json>>;
  readonly purged: boolean;
}

export interface Identity {
  readonly id: number;
  readonly userId: number;
  readonly type: string;
  readonly value: string;
  readonly verified: boolean;
  readonly primary: boolean;
  readonly created: Seconds;
  readonly updated: Seconds;
  readonly method: string | null;
}

export interface Membership {
  readonly id: number;
  readonly userId: number;
  readonly organizationId: number;
  readonly isDefault: boolean;
  readonly viewTickets: boolean;
  readonly created: Seconds;
  readonly updated: Seconds;
}

export interface FieldOption {
  readonly id: number;
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}

/** A custom field of users or organizations, or a field of tickets. */
export interface FieldDefinition {
  readonly id: number;
  /** null for fields of tickets, which are addressed by id. */
  readonly key: string | null;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly position: number;
  readonly active: boolean;
  readonly system: boolean;
  readonly regexp: string | null;
  readonly tag: string | null;
  readonly options: readonly FieldOption[];
  readonly target: string | null;
  readonly filter: Json;
  readonly created: Seconds;
  readonly updated: Seconds;
}
