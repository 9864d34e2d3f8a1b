import { optionBody } from './field-book.ts';
import { isList, isObject, type Json, type JsonObject, textOf } from './json.ts';
import type { FieldOption } from './records.ts';
import { invalid } from './refusal.ts';
import { iso, type Seconds } from './stamps.ts';
import type { TicketField } from './ticket-records.ts';

/** Source: Zendesk, "Ticket Fields". */
const systemFields: readonly { readonly type: string; readonly title: string; readonly values?: readonly string[] }[] =
  [
    { type: 'subject', title: 'Subject' },
    { type: 'description', title: 'Description' },
    { type: 'status', title: 'Status', values: ['new', 'open', 'pending', 'hold', 'solved', 'closed'] },
    { type: 'custom_status', title: 'Ticket status' },
    { type: 'tickettype', title: 'Type', values: ['question', 'incident', 'problem', 'task'] },
    { type: 'priority', title: 'Priority', values: ['low', 'normal', 'high', 'urgent'] },
    { type: 'group', title: 'Group' },
    { type: 'assignee', title: 'Assignee' },
  ];

const customTypes: readonly string[] = [
  'text',
  'textarea',
  'checkbox',
  'date',
  'integer',
  'decimal',
  'regexp',
  'partialcreditcard',
  'multiselect',
  'tagger',
  'lookup',
];

/** The fields of tickets: the system's and the account's own, addressed by id. */
export class TicketFieldBook {
  readonly #makeId: () => number;
  readonly #fields = new Map<number, TicketField>();
  /** Kept until a field changes: every row of every page asks for them. */
  #sorted: readonly TicketField[] | null = null;
  #custom: readonly TicketField[] | null = null;

  constructor(makeId: () => number, now: Seconds) {
    this.#makeId = makeId;
    for (const { type, title, values = [] } of systemFields) {
      const options = values.map((value) => ({ id: makeId(), name: capital(value), value, isDefault: false }));
      this.#put({ ...this.#blank(now), type, title, titleInPortal: title, system: true, options });
    }
  }

  /** By position, then by age. */
  get all(): readonly TicketField[] {
    this.#sorted ??= [...this.#fields.values()].sort((a, b) => a.position - b.position || a.id - b.id);
    return this.#sorted;
  }

  get custom(): readonly TicketField[] {
    this.#custom ??= this.all.filter((field) => !field.system);
    return this.#custom;
  }

  get(id: number | null | undefined): TicketField | undefined {
    return id === null || id === undefined ? undefined : this.#fields.get(id);
  }

  ofType(type: string): TicketField | undefined {
    return this.all.find((field) => field.type === type);
  }

  create(body: JsonObject, now: Seconds): TicketField {
    const title = textOf(body.title) ?? '';
    const given = textOf(body.type) ?? 'text';
    const type = given === 'dropdown' ? 'tagger' : given;
    if (title === '') throw invalid({ field: 'title', error: 'BlankValue', label: 'title', sentence: 'blank' });
    if (!customTypes.includes(type)) {
      throw invalid({ field: 'type', error: 'InvalidValue', label: 'type', sentence: 'notListed', value: type });
    }
    return this.#put(this.#write({ ...this.#blank(now), type, title, titleInPortal: title }, body, now));
  }

  /** The type stays what it was. */
  update(before: TicketField, body: JsonObject, now: Seconds): TicketField {
    return this.#put(this.#write(before, body, now));
  }

  /** System fields cannot be removed. */
  remove(field: TicketField): boolean {
    if (field.system) return false;
    this.#forget();
    return this.#fields.delete(field.id);
  }

  upsertOption(field: TicketField, body: JsonObject, now: Seconds) {
    const known = field.options.find((option) => option.id === body.id || option.value === textOf(body.value));
    const [option] = this.#options(known ? [known] : [], [body]);
    if (option === undefined) throw invalid({ field: 'value', error: 'BlankValue', label: 'value', sentence: 'blank' });
    const options = known
      ? field.options.map((other) => (other.id === known.id ? option : other))
      : [...field.options, option];
    if (options.length > mostOptions) {
      throw invalid({ field: 'base', error: 'TooManyValues', label: null, sentence: 'tooMany', value: mostOptions });
    }
    this.#put({ ...field, options, updated: now });
    return { option, isNew: known === undefined };
  }

  removeOption(field: TicketField, id: number, now: Seconds): boolean {
    const options = field.options.filter((option) => option.id !== id);
    this.#put({ ...field, options, updated: now });
    return options.length < field.options.length;
  }

  #blank(now: Seconds): TicketField {
    return {
      id: this.#makeId(),
      key: null,
      type: 'text',
      title: '',
      titleInPortal: '',
      description: '',
      position: this.#fields.size + 1,
      active: true,
      system: false,
      regexp: null,
      tag: null,
      options: [],
      target: null,
      filter: null,
      required: false,
      requiredInPortal: false,
      visibleInPortal: false,
      editableInPortal: false,
      collapsed: false,
      agentDescription: null,
      created: now,
      updated: now,
    };
  }

  #write(before: TicketField, body: JsonObject, now: Seconds): TicketField {
    const flag = (name: string, was: boolean): boolean => {
      const given = body[name];
      return typeof given === 'boolean' ? given : was;
    };
    return {
      ...before,
      title: textOf(body.title) ?? before.title,
      titleInPortal: textOf(body.title_in_portal) ?? before.titleInPortal,
      description: textOf(body.description) ?? before.description,
      position: typeof body.position === 'number' ? body.position : before.position,
      active: flag('active', before.active),
      required: flag('required', before.required),
      requiredInPortal: flag('required_in_portal', before.requiredInPortal),
      visibleInPortal: flag('visible_in_portal', before.visibleInPortal),
      editableInPortal: flag('editable_in_portal', before.editableInPortal),
      collapsed: flag('collapsed_for_agents', before.collapsed),
      agentDescription: textOf(body.agent_description) ?? before.agentDescription,
      regexp: before.type === 'regexp' ? (textOf(body.regexp_for_validation) ?? before.regexp) : null,
      tag: before.type === 'checkbox' ? (textOf(body.tag) ?? before.tag) : null,
      options:
        body.custom_field_options === undefined || before.system
          ? before.options
          : this.#options(before.options, body.custom_field_options),
      target: before.type === 'lookup' ? (before.target ?? textOf(body.relationship_target_type) ?? null) : null,
      filter: before.type === 'lookup' ? (body.relationship_filter ?? before.filter) : null,
      updated: now,
    };
  }

  #options(known: readonly FieldOption[], given: Json): readonly FieldOption[] {
    if (!isList(given)) return [];
    return given.filter(isObject).flatMap((body): readonly FieldOption[] => {
      const given = textOf(body.value) ?? undefined;
      const before = known.find((option) => option.id === body.id || option.value === given);
      const value = given ?? before?.value;
      if (value === undefined) return [];
      const isDefault = typeof body.default === 'boolean' ? body.default : (before?.isDefault ?? false);
      const name = textOf(body.name) ?? before?.name ?? value;
      return [{ id: before?.id ?? this.#makeId(), name, value, isDefault }];
    });
  }

  #put(field: TicketField): TicketField {
    this.#fields.set(field.id, field);
    this.#forget();
    return field;
  }

  #forget(): void {
    this.#sorted = null;
    this.#custom = null;
  }
}

const mostOptions = 2000;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function ticketFieldBody(field: TicketField, base: string): JsonObject {
  const options = field.options.map((option) => ({ ...optionBody(option), default: option.isDefault }));
  return {
    url: `${base}/api/v2/ticket_fields/${field.id}.json`,
    id: field.id,
    type: field.type,
    title: field.title,
    raw_title: field.title,
    description: field.description,
    raw_description: field.description,
    position: field.position,
    active: field.active,
    required: field.required,
    collapsed_for_agents: field.collapsed,
    regexp_for_validation: field.regexp,
    title_in_portal: field.titleInPortal,
    raw_title_in_portal: field.titleInPortal,
    visible_in_portal: field.visibleInPortal,
    editable_in_portal: field.editableInPortal,
    required_in_portal: field.requiredInPortal,
    tag: field.tag,
    created_at: iso(field.created),
    updated_at: iso(field.updated),
    removable: !field.system,
    key: null,
    agent_description: field.agentDescription,
    ...(field.type === 'tagger' || field.type === 'multiselect' ? { custom_field_options: options } : {}),
    ...(field.system && field.options.length > 0
      ? { system_field_options: field.options.map(({ name, value }) => ({ name, value })) }
      : {}),
    ...(field.type === 'lookup' ? { relationship_target_type: field.target, relationship_filter: field.filter } : {}),
  };
}
