import type { Json, JsonObject } from './json.ts';
import type { FieldDefinition, Stamped } from './records.ts';
import type { Seconds } from './stamps.ts';

export const statuses = ['new', 'open', 'pending', 'hold', 'solved', 'closed'] as const;
export type Status = (typeof statuses)[number];

export interface Ticket extends Stamped {
  readonly externalId: string | null;
  readonly channel: string;
  readonly type: string | null;
  readonly subject: string | null;
  readonly description: string;
  readonly priority: string | null;
  readonly status: Status;
  readonly customStatusId: number;
  readonly recipient: string | null;
  readonly requesterId: number;
  readonly submitterId: number;
  readonly assigneeId: number | null;
  readonly organizationId: number | null;
  readonly groupId: number | null;
  readonly collaboratorIds: readonly number[];
  readonly followerIds: readonly number[];
  readonly emailCcIds: readonly number[];
  readonly problemId: number | null;
  readonly isPublic: boolean;
  readonly due: Seconds | null;
  readonly tags: readonly string[];
  /** By field id; a field that was never written is absent. */
  readonly fields: Readonly<Record<string, Json>>;
  readonly sharingIds: readonly number[];
  readonly followupIds: readonly number[];
  readonly followupOf: number | null;
  readonly formId: number | null;
  readonly brandId: number | null;
  readonly deleted: Seconds | null;
  readonly purged: boolean;
  readonly metrics: Metrics;
}

/** Stamps and counters; the durations follow from the line of statuses. Source: Zendesk, "Ticket Metrics". */
export interface Metrics {
  readonly groupStations: number;
  readonly assigneeStations: number;
  readonly reopens: number;
  readonly replies: number;
  readonly assigneeUpdated: Seconds | null;
  readonly requesterUpdated: Seconds;
  readonly statusUpdated: Seconds;
  readonly customStatusUpdated: Seconds;
  readonly initiallyAssigned: Seconds | null;
  readonly assigned: Seconds | null;
  readonly solved: Seconds | null;
  readonly firstSolved: Seconds | null;
  readonly firstReply: Seconds | null;
  readonly latestComment: Seconds | null;
  /** Since when the requester waits for a public reply; null: for none. */
  readonly unanswered: Seconds | null;
  /** How often the requester began to wait for one. */
  readonly questions: number;
  /** The status in which the ticket was created. */
  readonly first: Status;
  /** Each further status with the second in which it began. */
  readonly line: readonly { readonly status: Status; readonly since: Seconds }[];
}

export interface Attachment {
  readonly id: number;
  readonly token: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface Comment {
  readonly id: number;
  readonly auditId: number;
  readonly authorId: number;
  readonly body: string;
  /** null: what the text makes by itself. */
  readonly html: string | null;
  readonly isPublic: boolean;
  readonly attachments: readonly Attachment[];
  readonly created: Seconds;
  readonly channel: string;
}

export interface Audit {
  readonly id: number;
  readonly ticketId: number;
  readonly authorId: number;
  readonly created: Seconds;
  readonly channel: string;
  readonly metadata: JsonObject;
  /** The ticket as it was created, from which the events of the creation follow; null for an update. */
  readonly made: Ticket | null;
  /** What was said, the first of its events. */
  readonly comment: Comment | null;
  /** What was changed and what triggers did. */
  readonly events: readonly AuditEvent[];
}

export type AuditEvent =
  | { readonly id: number; readonly type: 'Create'; readonly field: string; readonly value: Json }
  | {
      readonly id: number;
      readonly type: 'Change';
      readonly field: string;
      readonly value: Json;
      readonly previous: Json;
    }
  | {
      readonly id: number;
      readonly type: 'Notification';
      readonly triggerId: number;
      readonly title: string;
      readonly subject: string;
    };

export interface TicketField extends FieldDefinition {
  readonly required: boolean;
  readonly requiredInPortal: boolean;
  readonly visibleInPortal: boolean;
  readonly editableInPortal: boolean;
  readonly titleInPortal: string;
  readonly collapsed: boolean;
  readonly agentDescription: string | null;
}

export interface CustomStatus {
  readonly id: number;
  readonly category: 'new' | 'open' | 'pending' | 'hold' | 'solved';
  readonly agentLabel: string;
  readonly endUserLabel: string;
  readonly description: string;
  readonly endUserDescription: string;
  readonly active: boolean;
  readonly isDefault: boolean;
  readonly created: Seconds;
  readonly updated: Seconds;
}
