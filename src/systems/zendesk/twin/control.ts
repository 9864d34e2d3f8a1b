import type { ControlAdapter } from '../../../twins/control.ts';
import { ControlError } from '../../../twins/control-error.ts';
import type { Settings as Kept } from '../../../twins/settings.ts';
import type { Account, Doer } from './account.ts';
import { groupBody } from './desk.ts';
import { identityBody, makePrimary } from './identities.ts';
import { idOf, isList, isObject, type JsonObject, textOf } from './json.ts';
import { membershipBody } from './memberships.ts';
import {
  createOrganization,
  deleteOrganization,
  organizationKeys,
  organizationRow,
  updateOrganization,
} from './organizations.ts';
import { Refusal } from './refusal.ts';
import { rate } from './satisfaction.ts';
import type { Settings } from './settings.ts';
import { parseTime, type Seconds } from './stamps.ts';
import { ticketRow } from './ticket-body.ts';
import { commentBody } from './ticket-comments.ts';
import { createTicket, deleteTicket, restoreTicket, ticketKeys, updateTicket } from './tickets.ts';
import { userKeys, userRow } from './user-body.ts';
import { createUser, deleteUser, mergeUsers, updateUser } from './users.ts';

/** What the control surface needs of one kind of record. */
export interface Shelf {
  readonly seed?: (account: Account, doer: Doer, body: JsonObject) => number | string;
  readonly all: (account: Account) => Iterable<JsonObject>;
  readonly size?: (account: Account) => number;
  /** What a person can edit; a name that is not among them is a mistake. */
  readonly keys?: ReadonlySet<string>;
  readonly edit?: (account: Account, doer: Doer, id: number, fields: JsonObject) => JsonObject;
  readonly remove?: (account: Account, doer: Doer, id: number) => void;
  /** What else a person can do, by name. */
  readonly acts?: Readonly<
    Record<string, (account: Account, doer: Doer, id: number, details: JsonObject) => JsonObject>
  >;
}

/** Where no request says by which address the twin is reached. */
const base = 'https://twin.zendesk.com';

const organizations: Shelf = {
  size: (account) => account.organizations.table.size,
  keys: organizationKeys,
  seed: (account, doer, body) => createOrganization(account, doer, body, undefined, stampsOf(body)).id,
  *all(account) {
    for (const record of account.organizations.table.values()) {
      const body = organizationRow(account, record, base);
      yield record.deleted === null ? body : { ...body, removed: true };
    }
  },
  edit(account, doer, id, fields) {
    const before = account.organizations.get(id);
    if (before === undefined) throw gone('organization', id);
    return organizationRow(account, updateOrganization(account, doer, before, fields), base);
  },
  remove(account, doer, id) {
    const before = account.organizations.get(id);
    if (before === undefined) throw gone('organization', id);
    deleteOrganization(account, doer, before);
  },
};

const users: Shelf = {
  size: (account) => account.users.table.size,
  keys: userKeys,
  seed: (account, doer, body) => createUser(account, doer, body, undefined, stampsOf(body)).id,
  *all(account) {
    for (const user of account.users.table.values()) {
      const body = userRow(account, user, base);
      yield user.active ? body : { ...body, removed: true };
    }
  },
  edit(account, doer, id, fields) {
    const before = account.users.getActive(id);
    if (before === undefined) throw gone('user', id);
    const after = updateUser(account, doer, before, fields);
    // To a person the e-mail is the primary one; the API only adds another.
    const wanted = textOf(fields.email)?.toLowerCase();
    const identity = account.users.identitiesOf(id).find((one) => one.type === 'email' && one.value === wanted);
    if (identity !== undefined && !identity.primary) makePrimary(account, doer, after, identity);
    return userRow(account, account.users.get(id) ?? after, base);
  },
  remove(account, doer, id) {
    const before = account.users.getActive(id);
    if (before === undefined) throw gone('user', id);
    deleteUser(account, doer, before);
  },
  acts: {
    merge(account, doer, id, { into }) {
      const loser = account.users.getActive(id);
      const winner = account.users.getActive(idOf(into));
      if (loser === undefined) throw gone('user', id);
      if (winner === undefined) throw new ControlError(400, 'into: the id of the user who stays');
      return userRow(account, mergeUsers(account, doer, loser, winner), base);
    },
  },
};

const memberships: Shelf = {
  size: (account) => account.users.memberships.size,
  *all(account) {
    for (const membership of account.users.memberships.values()) yield membershipBody(account, membership, base);
  },
};

const identities: Shelf = {
  *all(account) {
    for (const user of account.users.table.values()) {
      for (const identity of account.users.identitiesOf(user.id)) yield identityBody(identity, base);
    }
  },
};

const tickets: Shelf = {
  size: (account) => account.desk.tickets.table.size,
  keys: ticketKeys,
  seed(account, doer, body) {
    const { created, updated } = stampsOf(body);
    const imported = created === undefined ? {} : { imported: { created, updated: updated ?? created } };
    const said =
      body.comment === undefined && body.description === undefined ? { description: textOf(body.subject) ?? '-' } : {};
    return createTicket(account, doer, { ...body, ...said }, imported).ticket.id;
  },
  *all(account) {
    for (const ticket of account.desk.tickets.table.values()) {
      const comments = account.desk.tickets.commentsOf(ticket.id).map((comment) => commentBody(comment, base));
      const body = { ...ticketRow(account, ticket, base), comments };
      yield ticket.deleted === null ? body : { ...body, removed: true };
    }
  },
  edit(account, doer, id, fields) {
    const before = account.desk.tickets.get(id);
    if (before === undefined) throw gone('ticket', id);
    return ticketRow(account, updateTicket(account, doer, before, fields).ticket, base);
  },
  remove(account, doer, id) {
    const before = account.desk.tickets.get(id);
    if (before === undefined) throw gone('ticket', id);
    deleteTicket(account, doer, before);
  },
  acts: {
    restore(account, doer, id) {
      const before = account.desk.tickets.table.get(id);
      if (before === undefined || before.deleted === null || before.purged) throw gone('deleted ticket', id);
      return ticketRow(account, restoreTicket(account, doer, before), base);
    },
    rate(account, _, id, details) {
      const ticket = account.desk.tickets.get(id);
      if (ticket === undefined) throw gone('ticket', id);
      rate(account, ticket, details);
      return ticketRow(account, account.desk.tickets.get(id) ?? ticket, base);
    },
  },
};

const groups: Shelf = {
  seed: (account, _, body) => account.desk.putGroup({ name: textOf(body.name) ?? '' }, account.now).id,
  *all(account) {
    for (const group of account.desk.groups.values()) yield groupBody(group, base);
  },
};

export const shelves: Readonly<Record<string, Shelf>> = {
  organization: organizations,
  user: users,
  ticket: tickets,
  group: groups,
  organization_membership: memberships,
  identity: identities,
};

export interface ControlParts {
  readonly account: () => Account;
  readonly settings: Kept<Settings>;
  /** Brings the account to the clock's time. */
  readonly catchUp: () => void;
  /** A person who is not the API user. */
  readonly person: () => Doer;
  readonly reset: () => void;
}

export function createAdapter({ account, settings, catchUp, person, reset }: ControlParts): ControlAdapter {
  const shelf = (object: string): Shelf => {
    const found = Object.hasOwn(shelves, object) ? shelves[object] : undefined;
    if (found === undefined) throw new ControlError(404, `no object ${object}; there are ${objects().join(', ')}`);
    return found;
  };
  const objects = (): readonly string[] => Object.keys(shelves);
  return {
    system: 'zendesk',
    objects,
    seed(object, records) {
      catchUp();
      const { seed } = shelf(object);
      if (seed === undefined) throw new ControlError(400, `${object} cannot be seeded`);
      return records.map((record, index) => asControl(`${object} ${index}`, () => seed(account(), person(), record)));
    },
    schema(object, schema) {
      catchUp();
      return asControl(object, () => changeSchema(account(), object, schema));
    },
    records(object) {
      catchUp();
      return Object.hasOwn(shelves, object) ? shelves[object]?.all(account()) : undefined;
    },
    size(object) {
      catchUp();
      const { size, all } = shelf(object);
      return size === undefined ? [...all(account())].length : size(account());
    },
    edit(object, id, fields) {
      catchUp();
      const { edit, keys } = shelf(object);
      if (edit === undefined) throw new ControlError(400, `${object} cannot be edited here`);
      const unknown = Object.keys(fields).filter((name) => keys?.has(name) === false);
      if (unknown.length > 0) {
        throw new ControlError(400, `${object} has no ${unknown.join(', ')}; it has ${[...(keys ?? [])].join(', ')}`);
      }
      return asControl(`${object} ${id}`, () => edit(account(), person(), Number(id), fields));
    },
    remove(object, id) {
      catchUp();
      const { remove } = shelf(object);
      if (remove === undefined) throw new ControlError(400, `${object} cannot be removed here`);
      asControl(`${object} ${id}`, () => remove(account(), person(), Number(id)));
    },
    act(object, id, action, details) {
      catchUp();
      const acts = shelf(object).acts ?? {};
      const perform = Object.hasOwn(acts, action) ? acts[action] : undefined;
      if (perform === undefined) {
        const known = Object.keys(acts).join(', ') || 'none';
        throw new ControlError(400, `${object} has no action ${action}; there is ${known}`);
      }
      return asControl(`${object} ${id}`, () => perform(account(), person(), Number(id), details));
    },
    settings: () => settings.now,
    configure: (change) => settings.merge(change),
    reset,
  };
}

/** `{"fields":[…]}` in the vendor's shape: known keys are changed, others added. Answers the fields' ids. */
function changeSchema(account: Account, object: string, schema: JsonObject): readonly number[] {
  if (object === 'ticket') return changeTicketSchema(account, schema);
  if (object !== 'organization' && object !== 'user') {
    throw new ControlError(404, `${object} has no fields to be changed; organization, user and ticket have`);
  }
  const book = account.fields[object];
  const given = fieldsIn(schema);
  return given.map((field) => {
    const known = book.byKey(textOf(field.key) ?? '');
    return (known === undefined ? book.create(field, account.now) : book.update(known, field, account.now)).id;
  });
}

/** Fields of tickets have no key: one with a known id or, else, a known title is changed. */
function changeTicketSchema(account: Account, schema: JsonObject): readonly number[] {
  const book = account.desk.fields;
  const given = fieldsIn(schema);
  return given.map((field) => {
    const known = book.all.find((one) => one.id === field.id || one.title === field.title);
    return (known === undefined ? book.create(field, account.now) : book.update(known, field, account.now)).id;
  });
}

function fieldsIn({ fields, ...others }: JsonObject): readonly JsonObject[] {
  if (isList(fields) && fields.every(isObject) && Object.keys(others).length === 0) return fields;
  throw new ControlError(400, 'give {"fields": [a field in the vendor’s shape, …]} and nothing else');
}

function stampsOf(body: JsonObject): { readonly created?: Seconds; readonly updated?: Seconds } {
  const created = stampOf(body, 'created_at');
  const updated = stampOf(body, 'updated_at') ?? created;
  return { ...(created === undefined ? {} : { created }), ...(updated === undefined ? {} : { updated }) };
}

function stampOf(body: JsonObject, name: string): Seconds | undefined {
  const text = textOf(body[name]) ?? '';
  const seconds = parseTime(text);
  if (text !== '' && seconds === undefined) throw new ControlError(400, `${name}: a time such as 2026-11-20T09:00:00Z`);
  return seconds;
}

function gone(object: string, id: number): ControlError {
  return new ControlError(404, `there is no ${object} ${id}`);
}

/** What the vendor would refuse is the caller's mistake here. */
function asControl<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new ControlError(400, `${what}: ${JSON.stringify(error.bodyIn('en-US'))}`);
  }
}
