import type { Installation } from './app-routes.ts';
import type { CustomObject } from './custom-objects.ts';
import { type Json, type JsonObject, textOf } from './json.ts';
import { MetricLog } from './metric-events.ts';
import { invalid } from './refusal.ts';
import type { Rating } from './satisfaction.ts';
import type { SideConversation, SideEvent } from './side-conversations.ts';
import { SlaBook } from './sla.ts';
import { iso, type Seconds } from './stamps.ts';
import { TicketFieldBook } from './ticket-fields.ts';
import type { Attachment, CustomStatus, Status } from './ticket-records.ts';
import { TicketStore } from './ticket-store.ts';

export interface Group {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly deleted: boolean;
  readonly created: Seconds;
  readonly updated: Seconds;
}

export interface GroupMembership {
  readonly id: number;
  readonly userId: number;
  readonly groupId: number;
  readonly isDefault: boolean;
  readonly created: Seconds;
}

export interface Named {
  readonly id: number;
  readonly name: string;
  readonly body: JsonObject;
  readonly isDefault: boolean;
  readonly created: Seconds;
  readonly updated: Seconds;
}

export interface Upload {
  readonly token: string;
  readonly attachments: readonly Attachment[];
  readonly expires: Seconds;
}

/** What tickets hang on: fields, statuses, groups, forms, brands, uploads. An account begins with one of each. */
export class TicketDesk {
  readonly tickets = new TicketStore();
  readonly fields: TicketFieldBook;
  readonly customStatuses = new Map<number, CustomStatus>();
  readonly groups = new Map<number, Group>();
  readonly groupMemberships = new Map<number, GroupMembership>();
  readonly forms = new Map<number, Named>();
  readonly brands = new Map<number, Named>();
  readonly agreements = new Map<number, Named>();
  readonly uploads = new Map<string, Upload>();
  readonly attachments = new Map<number, Attachment>();
  /** Idempotency keys of the last two hours. */
  readonly idempotency = new Map<
    string,
    { readonly request: string; readonly body: JsonObject; readonly atMs: number }
  >();
  readonly sideConversations = new Map<string, SideConversation>();
  readonly sideEvents: SideEvent[] = [];
  readonly customObjects = new Map<string, CustomObject>();
  readonly installations = new Map<number, Installation>();
  readonly metricLog: MetricLog;
  readonly sla = new SlaBook();
  /** The last rating of each ticket. */
  readonly ratings = new Map<number, Rating>();
  readonly #makeId: () => number;

  constructor(makeId: () => number, now: Seconds) {
    this.#makeId = makeId;
    this.fields = new TicketFieldBook(makeId, now);
    this.metricLog = new MetricLog(makeId());
    for (const category of ['new', 'open', 'pending', 'hold', 'solved'] as const) {
      const label = category === 'hold' ? 'On-hold' : category.charAt(0).toUpperCase() + category.slice(1);
      const endUserLabel = {
        new: 'Open',
        open: 'Open',
        pending: 'Awaiting your reply',
        hold: 'Open',
        solved: 'Solved',
      };
      this.putStatus({
        id: makeId(),
        category,
        agentLabel: label,
        endUserLabel: endUserLabel[category],
        description: '',
        endUserDescription: '',
        active: true,
        isDefault: true,
        created: now,
        updated: now,
      });
    }
    this.putGroup({ name: 'Support', isDefault: true }, now);
    this.putNamed(this.forms, 'Default Ticket Form', {}, true, now);
    this.putNamed(this.brands, 'Acme', {}, true, now);
  }

  get fieldIds(): readonly number[] {
    return this.fields.all.map((field) => field.id);
  }

  putStatus(status: CustomStatus): CustomStatus {
    this.customStatuses.set(status.id, status);
    return status;
  }

  createStatus(body: JsonObject, now: Seconds): CustomStatus {
    const category = (['new', 'open', 'pending', 'hold', 'solved'] as const).find(
      (one) => one === body.status_category,
    );
    const agentLabel = textOf(body.agent_label) ?? '';
    if (category === undefined) {
      const value = textOf(body.status_category) ?? '';
      throw invalid({ field: 'status_category', error: 'InvalidValue', label: 'status', sentence: 'notListed', value });
    }
    if (agentLabel === '') {
      throw invalid({ field: 'agent_label', error: 'BlankValue', label: 'name', sentence: 'blank' });
    }
    return this.putStatus({
      id: this.#makeId(),
      category,
      agentLabel,
      endUserLabel: textOf(body.end_user_label) ?? agentLabel,
      description: textOf(body.description) ?? '',
      endUserDescription: textOf(body.end_user_description) ?? '',
      active: body.active !== false,
      isDefault: false,
      created: now,
      updated: now,
    });
  }

  /** Closed belongs to solved. */
  defaultStatus(status: Status): CustomStatus {
    const category = status === 'closed' ? 'solved' : status;
    for (const one of this.customStatuses.values()) if (one.category === category && one.isDefault) return one;
    throw new Error(`the category ${category} has no default status`);
  }

  putGroup(
    body: { readonly name: string; readonly isDefault?: boolean; readonly description?: string },
    now: Seconds,
  ): Group {
    const { name, isDefault = false, description = '' } = body;
    const group = { id: this.#makeId(), name, description, isDefault, deleted: false, created: now, updated: now };
    this.groups.set(group.id, group);
    return group;
  }

  putNamed(shelf: Map<number, Named>, name: string, body: JsonObject, isDefault: boolean, now: Seconds): Named {
    const named = { id: this.#makeId(), name, body, isDefault, created: now, updated: now };
    shelf.set(named.id, named);
    return named;
  }

  defaultOf(shelf: ReadonlyMap<number, Named>): number | null {
    for (const named of shelf.values()) if (named.isDefault) return named.id;
    return null;
  }

  /** The first group of an agent, the default one before others. */
  groupOf(userId: number): number | null {
    const mine = [...this.groupMemberships.values()].filter((membership) => membership.userId === userId);
    return (mine.find((membership) => membership.isDefault) ?? mine[0])?.groupId ?? null;
  }

  join(userId: number, groupId: number, isDefault: boolean, now: Seconds): GroupMembership {
    const membership = { id: this.#makeId(), userId, groupId, isDefault, created: now };
    this.groupMemberships.set(membership.id, membership);
    return membership;
  }
}

export function statusBody(status: CustomStatus, base: string): JsonObject {
  return {
    url: `${base}/api/v2/custom_statuses/${status.id}.json`,
    id: status.id,
    status_category: status.category,
    agent_label: status.agentLabel,
    raw_agent_label: status.agentLabel,
    end_user_label: status.endUserLabel,
    raw_end_user_label: status.endUserLabel,
    description: status.description === '' ? null : status.description,
    raw_description: status.description === '' ? null : status.description,
    end_user_description: status.endUserDescription === '' ? null : status.endUserDescription,
    raw_end_user_description: status.endUserDescription === '' ? null : status.endUserDescription,
    active: status.active,
    default: status.isDefault,
    created_at: iso(status.created),
    updated_at: iso(status.updated),
  };
}

export function groupBody(group: Group, base: string): JsonObject {
  return {
    url: `${base}/api/v2/groups/${group.id}.json`,
    id: group.id,
    is_public: true,
    name: group.name,
    description: group.description,
    default: group.isDefault,
    deleted: group.deleted,
    created_at: iso(group.created),
    updated_at: iso(group.updated),
  };
}

export function namedBody(named: Named, kind: 'ticket_forms' | 'brands', base: string, fieldIds: Json): JsonObject {
  const shared = {
    url: `${base}/api/v2/${kind}/${named.id}.json`,
    id: named.id,
    name: named.name,
    active: true,
    default: named.isDefault,
    created_at: iso(named.created),
    updated_at: iso(named.updated),
  };
  if (kind === 'brands') {
    return {
      ...shared,
      brand_url: base,
      subdomain: 'acme',
      has_help_center: false,
      ticket_form_ids: [],
      ...named.body,
    };
  }
  return {
    ...shared,
    raw_name: named.name,
    display_name: named.name,
    raw_display_name: named.name,
    position: 1,
    end_user_visible: true,
    in_all_brands: true,
    restricted_brand_ids: [],
    ticket_field_ids: fieldIds,
    agent_conditions: [],
    end_user_conditions: [],
    ...named.body,
  };
}
