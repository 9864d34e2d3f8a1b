import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { type Named, namedBody, statusBody } from './desk.ts';
import { optionBody } from './field-book.ts';
import { idOf, type JsonObject, textOf } from './json.ts';
import { idRows, listRows, page } from './paging.ts';
import { invalid } from './refusal.ts';
import { ticketFieldBody } from './ticket-fields.ts';
import { businessHours } from './ticket-metrics.ts';
import type { TicketField } from './ticket-records.ts';

/** What tickets hang on. Source: Zendesk, "Ticket Fields", "Custom Ticket Statuses", "Ticket Forms", "Brands", "Schedules". */
const reader = { resource: 'tickets', role: 'agent' } as const;
const writer = { resource: 'tickets', role: 'admin' } as const;

export const deskRoutes: readonly Route[] = [
  { method: 'GET', path: 'ticket_fields', handle: listFields, ...reader, limit: 'ticketFieldListPerMinute' },
  { method: 'POST', path: 'ticket_fields', handle: createField, ...writer },
  { method: 'GET', path: 'ticket_fields/:id', handle: (call) => ok(oneField(call, fieldOf(call))), ...reader },
  { method: 'PUT', path: 'ticket_fields/:id', handle: updateField, ...writer, limit: 'ticketFieldUpdatesPerMinute' },
  { method: 'DELETE', path: 'ticket_fields/:id', handle: destroyField, ...writer },
  { method: 'GET', path: 'ticket_fields/:id/options', handle: options, ...reader },
  { method: 'POST', path: 'ticket_fields/:id/options', handle: upsertOption, ...writer },
  { method: 'GET', path: 'ticket_fields/:id/options/:option', handle: option, ...reader },
  { method: 'DELETE', path: 'ticket_fields/:id/options/:option', handle: destroyOption, ...writer },
  { method: 'GET', path: 'custom_statuses', handle: listStatuses, ...reader },
  { method: 'POST', path: 'custom_statuses', handle: createStatus, ...writer },
  { method: 'GET', path: 'custom_statuses/:id', handle: showStatus, ...reader },
  { method: 'PUT', path: 'custom_statuses/:id', handle: updateStatus, ...writer },
  { method: 'GET', path: 'ticket_forms', handle: (call) => listNamed(call, 'ticket_forms'), ...reader },
  { method: 'POST', path: 'ticket_forms', handle: (call) => createNamed(call, 'ticket_forms'), ...writer },
  { method: 'GET', path: 'ticket_forms/show_many', handle: showForms, ...reader },
  { method: 'GET', path: 'ticket_forms/:id', handle: (call) => showNamed(call, 'ticket_forms'), ...reader },
  { method: 'PUT', path: 'ticket_forms/:id', handle: (call) => updateNamed(call, 'ticket_forms'), ...writer },
  { method: 'DELETE', path: 'ticket_forms/:id', handle: (call) => destroyNamed(call, 'ticket_forms'), ...writer },
  { method: 'GET', path: 'brands', handle: (call) => listNamed(call, 'brands'), role: 'agent' },
  { method: 'POST', path: 'brands', handle: (call) => createNamed(call, 'brands'), role: 'admin' },
  { method: 'GET', path: 'brands/:id', handle: (call) => showNamed(call, 'brands'), role: 'agent' },
  { method: 'PUT', path: 'brands/:id', handle: (call) => updateNamed(call, 'brands'), role: 'admin' },
  { method: 'DELETE', path: 'brands/:id', handle: (call) => destroyNamed(call, 'brands'), role: 'admin' },
  { method: 'GET', path: 'business_hours/schedules', handle: schedules, role: 'agent' },
  { method: 'GET', path: 'account/settings', handle: settings, role: 'agent' },
  { method: 'GET', path: 'tags', handle: tags, role: 'agent', limit: 'tagsPerMinute' },
];

function fieldOf(call: Call): TicketField {
  return must(call.account.desk.fields.get(call.id()));
}

function oneField(call: Call, field: TicketField): JsonObject {
  return { ticket_field: ticketFieldBody(field, call.base) };
}

/** All of them, unless pages by cursor are asked for. */
function listFields(call: Call): Answer {
  const all = call.account.desk.fields.all;
  const draw = (field: TicketField): JsonObject => ticketFieldBody(field, call.base);
  if (call.query.has('page[size]')) {
    const rows = listRows(all, 'position,id', (field) => [field.position, field.id]);
    return ok(page(call, { name: 'ticket_fields', rows, draw }));
  }
  return ok({ ticket_fields: all.map(draw), next_page: null, previous_page: null, count: all.length });
}

function createField(call: Call): Answer {
  const field = call.account.desk.fields.create(call.wrapped('ticket_field'), call.account.now);
  return created(oneField(call, field), `${call.base}/api/v2/ticket_fields/${field.id}.json`);
}

function updateField(call: Call): Answer {
  const body = call.wrapped('ticket_field');
  return ok(oneField(call, call.account.desk.fields.update(fieldOf(call), body, call.account.now)));
}

function destroyField(call: Call): Answer {
  const field = fieldOf(call);
  if (!call.account.desk.fields.remove(field)) {
    throw invalid({ field: 'base', error: 'InvalidValue', label: null, sentence: 'invalid', value: field.title });
  }
  return nothing;
}

function options(call: Call): Answer {
  const rows = listRows(fieldOf(call).options, 'id', (one) => [one.id]);
  return ok(
    page(call, { name: 'custom_field_options', rows, draw: (one) => ({ ...optionBody(one), default: one.isDefault }) }),
  );
}

function option(call: Call): Answer {
  const id = call.id('option');
  return ok({ custom_field_option: optionBody(must(fieldOf(call).options.find((one) => one.id === id))) });
}

function upsertOption(call: Call): Answer {
  const field = fieldOf(call);
  const upserted = call.account.desk.fields.upsertOption(field, call.wrapped('custom_field_option'), call.account.now);
  const body = { custom_field_option: { ...optionBody(upserted.option), default: upserted.option.isDefault } };
  const url = `${call.base}/api/v2/ticket_fields/${field.id}/options/${upserted.option.id}.json`;
  return upserted.isNew ? created(body, url) : ok(body);
}

function destroyOption(call: Call): Answer {
  must(call.account.desk.fields.removeOption(fieldOf(call), call.id('option'), call.account.now) || undefined);
  return nothing;
}

/** Unpaginated. */
function listStatuses(call: Call): Answer {
  const categories = call.words('status_categories');
  const all = [...call.account.desk.customStatuses.values()];
  const shown = all.filter((status) => categories === null || categories.includes(status.category));
  return ok({ custom_statuses: shown.map((status) => statusBody(status, call.base)) });
}

function createStatus(call: Call): Answer {
  const status = call.account.desk.createStatus(call.wrapped('custom_status'), call.account.now);
  return created(
    { custom_status: statusBody(status, call.base) },
    `${call.base}/api/v2/custom_statuses/${status.id}.json`,
  );
}

function showStatus(call: Call): Answer {
  return ok({ custom_status: statusBody(must(call.account.desk.customStatuses.get(call.id())), call.base) });
}

function updateStatus(call: Call): Answer {
  const before = must(call.account.desk.customStatuses.get(call.id()));
  const body = call.wrapped('custom_status');
  const after = call.account.desk.putStatus({
    ...before,
    agentLabel: textOf(body.agent_label) ?? before.agentLabel,
    endUserLabel: textOf(body.end_user_label) ?? before.endUserLabel,
    description: textOf(body.description) ?? before.description,
    active: typeof body.active === 'boolean' ? body.active : before.active,
    updated: call.account.now,
  });
  return ok({ custom_status: statusBody(after, call.base) });
}

type NamedKind = 'ticket_forms' | 'brands';
const singular = { ticket_forms: 'ticket_form', brands: 'brand' } as const;

function shelfOf(call: Call, kind: NamedKind): Map<number, Named> {
  return kind === 'brands' ? call.account.desk.brands : call.account.desk.forms;
}

function drawNamed(call: Call, kind: NamedKind): (named: Named) => JsonObject {
  const { fieldIds } = call.account.desk;
  return (named) => namedBody(named, kind, call.base, fieldIds);
}

function listNamed(call: Call, kind: NamedKind): Answer {
  const rows = idRows([...shelfOf(call, kind).values()]);
  return ok(page(call, { name: kind, rows, draw: drawNamed(call, kind) }));
}

function createNamed(call: Call, kind: NamedKind): Answer {
  const body = call.wrapped(singular[kind]);
  const name = textOf(body.name) ?? '';
  if (name === '') throw invalid({ field: 'name', error: 'BlankValue', label: 'name', sentence: 'blank' });
  const named = call.account.desk.putNamed(shelfOf(call, kind), name, body, false, call.account.now);
  const url = `${call.base}/api/v2/${kind}/${named.id}.json`;
  return created({ [singular[kind]]: drawNamed(call, kind)(named) }, url);
}

function namedOf(call: Call, kind: NamedKind): Named {
  return must(shelfOf(call, kind).get(call.id()));
}

function showNamed(call: Call, kind: NamedKind): Answer {
  return ok({ [singular[kind]]: drawNamed(call, kind)(namedOf(call, kind)) });
}

function updateNamed(call: Call, kind: NamedKind): Answer {
  const before = namedOf(call, kind);
  const body = call.wrapped(singular[kind]);
  const name = textOf(body.name) || before.name;
  const after = { ...before, name, body: { ...before.body, ...body, name }, updated: call.account.now };
  shelfOf(call, kind).set(after.id, after);
  return ok({ [singular[kind]]: drawNamed(call, kind)(after) });
}

/** The default one has to stay. */
function destroyNamed(call: Call, kind: NamedKind): Answer {
  const named = namedOf(call, kind);
  if (named.isDefault) {
    throw invalid({ field: 'base', error: 'InvalidValue', label: 'name', sentence: 'invalid', value: named.name });
  }
  shelfOf(call, kind).delete(named.id);
  return nothing;
}

function showForms(call: Call): Answer {
  const forms = (call.words('ids') ?? []).map((id) => call.account.desk.forms.get(idOf(id) ?? 0));
  return ok({ ticket_forms: forms.filter((form) => form !== undefined).map(drawNamed(call, 'ticket_forms')) });
}

function schedules(): Answer {
  const intervals = businessHours.map(({ start, end }) => ({ start_time: start, end_time: end }));
  return ok({ schedules: [{ id: 1, name: 'Weekdays', time_zone: 'UTC', intervals }], url: null });
}

function settings(call: Call): Answer {
  return ok({
    settings: {
      branding: { header_color: '1F73B7' },
      localization: { locale_ids: [1] },
      localized_url: { enabled: false },
      tickets: { comments_public_by_default: true, has_color_text: true, assign_tickets_upon_solve: false },
      users: { tagging: true, time_zone_selection: true, language_selection: true },
      active_features: { organization_access_enabled: true, user_org_fields: true, custom_tkt_statuses: true },
      api: { accepted_api_agreement: true, api_password_access: 'false', api_token_access: 'true' },
      limits: { attachment_size: 52_428_800 },
      account: { name: 'Acme', subdomain: new URL(call.base).hostname.split('.')[0] ?? 'acme' },
    },
  });
}

/** The most used tags of tickets. */
function tags(call: Call): Answer {
  const counts = new Map<string, number>();
  for (const ticket of call.account.desk.tickets.table.values()) {
    for (const tag of ticket.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  const all = [...counts].map(([name, count], index) => ({ id: index + 1, name, count }));
  all.sort((a, b) => b.count - a.count || a.id - b.id);
  const rows = listRows(all, '-score,id', (one) => [one.count, one.id], true);
  return ok(page(call, { name: 'tags', rows, draw: ({ name, count }) => ({ name, count }) }));
}
