import type { Account } from './account.ts';
import { idOf, isList, type JsonObject, textOf } from './json.ts';
import { invalid } from './refusal.ts';
import type { Complaint } from './texts.ts';
import { type Status, statuses, type Ticket } from './ticket-records.ts';
import { fieldClass } from './ticket-values.ts';

const types: readonly string[] = ['problem', 'incident', 'question', 'task'];
const priorities: readonly string[] = ['urgent', 'high', 'normal', 'low'];

/** The category, and the account's own status within it: each follows from the other, and a contradicting pair is refused. */
export function statusOf(
  account: Account,
  before: Ticket,
  body: JsonObject,
  isAssigned: boolean,
): Pick<Ticket, 'status' | 'customStatusId'> {
  const asked = textOf(body.status) ?? undefined;
  const custom = account.desk.customStatuses.get(idOf(body.custom_status_id) ?? 0);
  const status = asked === undefined ? undefined : statuses.find((known) => known === asked);
  if (asked !== undefined && status === undefined) {
    throw invalid({ field: 'status', error: 'InvalidValue', label: 'status', sentence: 'notListed', value: asked });
  }
  if (idOf(body.custom_status_id) && custom === undefined) {
    const value = String(body.custom_status_id);
    throw invalid({
      field: 'custom_status_id',
      error: 'InvalidValue',
      label: 'customStatus',
      sentence: 'invalid',
      value,
    });
  }
  if (custom !== undefined) {
    const category = status === 'closed' ? 'solved' : status;
    if (category !== undefined && category !== custom.category) {
      throw invalid({
        field: 'custom_status_id',
        error: 'InvalidValue',
        label: 'customStatus',
        sentence: 'notInCategory',
      });
    }
    return { status: status === 'closed' ? 'closed' : custom.category, customStatusId: custom.id };
  }
  const next: Status = status ?? before.status;
  // Assigning somebody opens a new ticket.
  const opened = next === 'new' && isAssigned ? 'open' : next;
  if (opened === before.status) return { status: opened, customStatusId: before.customStatusId };
  return { status: opened, customStatusId: account.desk.defaultStatus(opened).id };
}

export function complaintsOf(
  account: Account,
  before: Ticket,
  after: Ticket,
  body: JsonObject,
  isNew: boolean,
): readonly Complaint[] {
  const found: Complaint[] = [];
  if (after.type !== null && !types.includes(after.type)) {
    found.push({ field: 'type', error: 'InvalidValue', label: 'type', sentence: 'notListed', value: after.type });
  }
  if (after.priority !== null && !priorities.includes(after.priority)) {
    found.push({
      field: 'priority',
      error: 'InvalidValue',
      label: 'priority',
      sentence: 'notListed',
      value: after.priority,
    });
  }
  if (!isNew && before.priority !== null && after.priority === null) {
    found.push({ field: 'priority', error: 'InvalidValue', label: 'priority', sentence: 'cannotReset' });
  }
  if (!isNew && before.status !== 'new' && after.status === 'new' && account.switches.backToNew === '422') {
    found.push({ field: 'status', error: 'InvalidValue', label: 'status', sentence: 'invalid', value: 'new' });
  }
  if (after.status === 'hold' && before.status !== 'hold' && !account.switches.holdStatus) {
    found.push({ field: 'status', error: 'InvalidValue', label: 'status', sentence: 'notListed', value: 'hold' });
  }
  if (after.organizationId !== null && body.organization_id !== undefined) {
    const isTheirs = account.users
      .membershipsOf(after.requesterId)
      .some((one) => one.organizationId === after.organizationId);
    if (!isTheirs) {
      found.push({ field: 'organization', error: 'InvalidValue', label: 'organization', sentence: 'notRequesters' });
    }
  }
  if (after.groupId !== null && !account.desk.groups.has(after.groupId)) {
    found.push({ field: 'group', error: 'InvalidValue', label: 'group', sentence: 'invalid', value: after.groupId });
  }
  if (after.formId !== null && !account.desk.forms.has(after.formId)) {
    found.push({
      field: 'ticket_form_id',
      error: 'InvalidValue',
      label: 'form',
      sentence: 'invalid',
      value: after.formId,
    });
  }
  if (after.brandId !== null && !account.desk.brands.has(after.brandId)) {
    found.push({ field: 'brand_id', error: 'InvalidValue', label: 'brand', sentence: 'invalid', value: after.brandId });
  }
  if (
    body.problem_id !== undefined &&
    after.problemId !== null &&
    account.desk.tickets.get(after.problemId)?.type !== 'problem'
  ) {
    found.push({
      field: 'problem',
      error: 'InvalidValue',
      label: 'problem',
      sentence: 'invalid',
      value: after.problemId,
    });
  }
  if (after.status === 'solved' && before.status !== 'solved') found.push(...missingToSolve(account, after));
  return found;
}

function missingToSolve(account: Account, after: Ticket): readonly Complaint[] {
  const { fields } = account.desk;
  const missing: Complaint[] = [];
  const assignee = fields.ofType('assignee');
  if (after.assigneeId === null && assignee !== undefined) {
    const extra = { ticket_field_id: assignee.id, ticket_field_type: 'FieldAssignee' };
    missing.push({ field: 'base', error: null, label: 'assignee', sentence: 'neededToSolve', extra });
  }
  for (const field of fields.custom) {
    const value = after.fields[field.id] ?? null;
    const isBlank = value === null || value === '' || value === false || (isList(value) && value.length === 0);
    if (!field.required || !field.active || !isBlank) continue;
    const extra = { ticket_field_id: field.id, ticket_field_type: fieldClass(field.type) };
    missing.push({ field: 'base', error: null, label: { title: field.title }, sentence: 'neededToSolve', extra });
  }
  return missing;
}
