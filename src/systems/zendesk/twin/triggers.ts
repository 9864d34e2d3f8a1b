import type { Account, Doer } from './account.ts';
import { isList, isObject, type Json, type JsonObject, tagsOf, textOf, unique } from './json.ts';
import { fillPlaceholders } from './placeholders.ts';
import { iso, type Seconds } from './stamps.ts';
import { eventsOf } from './ticket-events.ts';
import { type AuditEvent, type Comment, statuses, type Ticket } from './ticket-records.ts';
import { writeTicketValues } from './ticket-values.ts';

/**
 * Triggers: on every create and update of a ticket all active ones are tried from top to bottom; when one changed the ticket, it starts
 * again from the top, and each fires at most once. Source: Zendesk, "Triggers", "Conditions reference", "Actions reference".
 */
export interface Condition {
  readonly field: string;
  readonly operator: string;
  readonly value: Json;
}

export interface Action {
  readonly field: string;
  readonly value: Json;
}

/** What triggers and automations have in common. */
export interface Rule {
  readonly id: number;
  readonly title: string;
  readonly description: string | null;
  readonly active: boolean;
  readonly all: readonly Condition[];
  readonly any: readonly Condition[];
  readonly actions: readonly Action[];
  readonly position: number;
  /** null for automations, which have none. */
  readonly categoryId: string | null;
  readonly created: Seconds;
  readonly updated: Seconds;
}

/** What happened to a ticket, as triggers look at it. */
export interface Occasion {
  readonly before: Ticket | null;
  readonly after: Ticket;
  readonly comment: Comment | null;
  readonly doer: Doer;
}

export interface Triggered {
  readonly ticket: Ticket;
  readonly events: readonly AuditEvent[];
  /** Sends the notifications; called once the ticket is kept. */
  readonly deliver: () => void;
}

export class TriggerBook {
  readonly triggers = new Map<number, Rule>();

  get ordered(): readonly Rule[] {
    return inOrder(this.triggers);
  }

  usesWebhook(webhookId: string): boolean {
    return [...this.triggers.values()].some(({ actions }) => actions.some((one) => webhookOf(one)?.id === webhookId));
  }

  run(account: Account, occasion: Occasion): Triggered {
    const active = this.ordered.filter((trigger) => trigger.active);
    const fired = new Set<number>();
    const events: AuditEvent[] = [];
    const notices: Notice[] = [];
    let ticket = occasion.after;
    for (let again = active.length > 0; again; ) {
      again = false;
      for (const trigger of active) {
        if (fired.has(trigger.id) || !holds(trigger, { ...occasion, after: ticket })) continue;
        fired.add(trigger.id);
        const changed = act(account, trigger, ticket);
        const changes = eventsOf(() => account.newId(), ticket, changed);
        events.push(...changes);
        notices.push(...noticesOf(trigger));
        for (const { field } of trigger.actions) {
          if (!field.startsWith('notification_')) continue;
          const subject = `Notification by ${trigger.title}`;
          const id = account.newId();
          events.push({ id, type: 'Notification', triggerId: trigger.id, title: trigger.title, subject });
        }
        ticket = changed;
        if (changes.length > 0) {
          again = true;
          break;
        }
      }
    }
    return { ticket, events, deliver: () => deliver(account, notices, ticket, occasion.doer) };
  }
}

/** By position, then by age. */
export function inOrder<T extends { readonly id: number; readonly position: number }>(
  rules: ReadonlyMap<number, T>,
): readonly T[] {
  return [...rules.values()].sort((a, b) => a.position - b.position || a.id - b.id);
}

/** A webhook that a rule calls, and the text that it sends. */
export interface Notice {
  readonly webhookId: string;
  readonly template: string;
}

export function noticesOf({ actions }: Pick<Rule, 'actions'>): readonly Notice[] {
  return actions
    .map(webhookOf)
    .filter((webhook) => webhook !== undefined)
    .map(({ id, template }) => ({ webhookId: id, template }));
}

export function deliver(account: Account, notices: readonly Notice[], ticket: Ticket, doer: Doer): void {
  for (const { webhookId, template } of notices) {
    account.webhooks.fireFromTrigger(webhookId, fillPlaceholders(account, template, ticket, doer));
  }
}

function webhookOf(action: Action): { readonly id: string; readonly template: string } | undefined {
  if (action.field !== 'notification_webhook') return undefined;
  const parts = isList(action.value) ? action.value : [action.value];
  return { id: textOf(parts[0]) ?? '', template: textOf(parts[1]) ?? '' };
}

/** `test` decides of single conditions. */
export function holds(
  { all, any }: Pick<Rule, 'all' | 'any'>,
  occasion: Occasion,
  test: (condition: Condition, occasion: Occasion) => boolean = conditionHolds,
): boolean {
  const isMet = (condition: Condition): boolean => test(condition, occasion);
  return all.every(isMet) && (any.length === 0 || any.some(isMet));
}

const priorities = ['low', 'normal', 'high', 'urgent'];

export function conditionHolds({ field, operator, value }: Condition, occasion: Occasion): boolean {
  const { before, after, comment } = occasion;
  const wanted = textOf(value) ?? '';
  switch (field) {
    case 'update_type':
      return (wanted === 'Create') === (before === null);
    case 'current_tags': {
      const has = (tagsOf(value) ?? []).some((tag) => after.tags.includes(tag));
      return operator === 'includes' || operator === 'is' ? has : !has;
    }
    case 'comment_is_public': {
      if (comment === null) return false;
      return wanted === 'false' || wanted === 'not_relevant' ? !comment.isPublic : comment.isPublic;
    }
    case 'status':
      return compare(operator, wanted, before?.status ?? null, after.status, statuses);
    case 'priority':
      return compare(operator, wanted, before?.priority ?? null, after.priority, priorities);
    default:
      return compare(operator, wanted, before === null ? null : read(before, field), read(after, field), []);
  }
}

function read(ticket: Ticket, field: string): string | null {
  const custom = /^custom_fields_(\d+)$/.exec(field)?.[1];
  if (custom !== undefined) return textOf(ticket.fields[custom]) ?? null;
  const known: Readonly<Record<string, string | number | null>> = {
    organization_id: ticket.organizationId,
    group_id: ticket.groupId,
    assignee_id: ticket.assigneeId,
    requester_id: ticket.requesterId,
    brand_id: ticket.brandId,
    ticket_form_id: ticket.formId,
    type: ticket.type,
    custom_status_id: ticket.customStatusId,
    subject_includes_word: ticket.subject,
    via_id: ticket.channel,
  };
  const value = known[field] ?? null;
  return value === null ? null : String(value);
}

function compare(
  operator: string,
  wanted: string,
  before: string | null,
  after: string | null,
  scale: readonly string[],
): boolean {
  const is = (after ?? '') === wanted;
  const isChanged = before !== after;
  switch (operator) {
    case 'is':
      return is;
    case 'is_not':
      return !is;
    case 'less_than':
      return scale.indexOf(after ?? '') < scale.indexOf(wanted);
    case 'greater_than':
      return scale.indexOf(after ?? '') > scale.indexOf(wanted);
    case 'changed':
      return isChanged;
    case 'not_changed':
      return !isChanged;
    case 'value':
      return isChanged && is;
    case 'value_previous':
      return isChanged && (before ?? '') === wanted;
    case 'present':
      return after !== null && after !== '';
    case 'not_present':
      return after === null || after === '';
    case 'includes':
      return (after ?? '').toLowerCase().includes(wanted.toLowerCase());
    case 'not_includes':
      return !(after ?? '').toLowerCase().includes(wanted.toLowerCase());
    default:
      return false;
  }
}

/** What the actions make of the ticket; notifications change nothing. */
export function act(account: Account, trigger: Pick<Rule, 'actions'>, before: Ticket): Ticket {
  let after = before;
  for (const { field, value } of trigger.actions) {
    const text = textOf(value) ?? '';
    const custom = /^custom_fields_(\d+)$/.exec(field)?.[1];
    const status = statuses.find((known) => known === text);
    if (custom !== undefined) {
      after = { ...after, ...writeTicketValues(account, after, { fields: [[Number(custom), value]] }) };
    } else if (field === 'status' && status !== undefined && status !== after.status) {
      after = { ...after, status, customStatusId: account.desk.defaultStatus(status).id };
    } else if (field === 'priority') after = { ...after, priority: text };
    else if (field === 'type') after = { ...after, type: text };
    else if (field === 'group_id') after = { ...after, groupId: Number(text) };
    else if (field === 'assignee_id' && /^\d+$/.test(text)) after = { ...after, assigneeId: Number(text) };
    else if (field === 'set_tags') after = { ...after, ...writeTicketValues(account, after, { tags: tagsOf(value) }) };
    else if (field === 'current_tags') after = { ...after, tags: unique([...after.tags, ...(tagsOf(value) ?? [])]) };
    else if (field === 'remove_tags')
      after = { ...after, ...writeTicketValues(account, after, { drop: tagsOf(value) }) };
  }
  return after;
}

export function conditionsOf(given: Json | undefined): readonly Condition[] {
  if (!isList(given)) return [];
  return given.filter(isObject).map((one) => ({
    field: textOf(one.field) ?? '',
    operator: textOf(one.operator) ?? 'is',
    value: one.value ?? null,
  }));
}

export function actionsOf(given: Json | undefined): readonly Action[] {
  if (!isList(given)) return [];
  return given.filter(isObject).map((one) => ({ field: textOf(one.field) ?? '', value: one.value ?? null }));
}

export function ruleBody(rule: Rule, path: string, base: string): JsonObject {
  const draw = (one: Condition): JsonObject => ({ field: one.field, operator: one.operator, value: one.value });
  return {
    url: `${base}/api/v2/${path}/${rule.id}.json`,
    id: rule.id,
    title: rule.title,
    active: rule.active,
    updated_at: iso(rule.updated),
    created_at: iso(rule.created),
    default: false,
    actions: rule.actions.map(({ field, value }) => ({ field, value })),
    conditions: { all: rule.all.map(draw), any: rule.any.map(draw) },
    description: rule.description,
    position: rule.position,
    raw_title: rule.title,
    ...(rule.categoryId === null ? {} : { category_id: rule.categoryId }),
  };
}
