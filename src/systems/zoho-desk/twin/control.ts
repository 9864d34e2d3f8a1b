import type { ControlAdapter } from '../../../twins/control.ts';
import { ControlError } from '../../../twins/control-error.ts';
import type { Settings as Kept } from '../../../twins/settings.ts';
import { kinds } from './all-kinds.ts';
import {
  createRecord,
  hear,
  markSpam,
  mergeRecords,
  purgeRecord,
  restoreRecord,
  touchRecord,
  trashRecord,
  updateRecord,
} from './changes.ts';
import { isJsonList, isJsonObject, type Json, type JsonObject, member, textOf } from './json.ts';
import type { Kind } from './kinds.ts';
import { departmentBody, productBody } from './meta-routes.ts';
import type { Portal } from './portal.ts';
import type { DeskRecord, Doer } from './records.ts';
import { Refusal } from './refusal.ts';
import type { Settings } from './settings.ts';
import { iso, parseTime } from './stamps.ts';
import { commentBody } from './talk-routes.ts';
import { threadBody } from './talks.ts';
import { tickets } from './tickets.ts';

/** The control surface: what stands in the portal, and what a person does there by hand. Objects go by their singular or module name. */
export interface ControlParts {
  readonly portal: () => Portal;
  readonly settings: Kept<Settings>;
  readonly reset: () => void;
}

/** Names of a portal's furniture: seeded by name, never changed. */
const furniture = ['department', 'product', 'agent'] as const;

export function createAdapter({ portal: current, settings, reset }: ControlParts): ControlAdapter {
  /** As whoever works by hand in the portal, with its events sent at once. */
  const byHand = <T>(what: string, work: (portal: Portal, doer: Doer) => T): T => {
    const portal = current();
    portal.emptyBin();
    try {
      const result = work(portal, { agentId: portal.agents[1].id, sourceId: null });
      portal.webhooks.flush();
      return result;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new ControlError(400, `${what}: ${JSON.stringify(error.body)}`);
    }
  };
  return {
    system: 'zoho-desk',
    objects: () => [...Object.values(kinds).map(({ singular }) => singular), ...furniture],
    seed: (object, records) =>
      records.map((record, at) => byHand(`${object} ${at}`, (portal, doer) => seedOne(portal, doer, object, record))),
    schema: (object, schema) => byHand(object, (portal) => changeSchema(portal, kindOf(object), schema)),
    records(object) {
      const portal = current();
      portal.emptyBin();
      const kind = find(object);
      return kind === undefined ? piecesOf(portal, object) : recordsOf(portal, kind);
    },
    edit: (object, id, fields) =>
      byHand(`${object} ${id}`, (portal, doer) => {
        const kind = kindOf(object);
        return shown(portal, kind, updateRecord(portal, doer, kind, living(portal, kind, id), fields));
      }),
    remove: (object, id) =>
      byHand(`${object} ${id}`, (portal, doer) => {
        const kind = kindOf(object);
        trashRecord(portal, doer, kind, living(portal, kind, id));
      }),
    act: (object, id, action, details) =>
      byHand(`${object} ${id}`, (portal, doer) => act(portal, doer, kindOf(object), id, action, details)),
    settings: () => settings.now,
    configure: (change) => settings.merge(change),
    reset,
  };
}

function find(object: string): Kind | undefined {
  return Object.values(kinds).find(({ singular, module }) => object === singular || object === module);
}

function kindOf(object: string): Kind {
  const kind = find(object);
  if (kind === undefined) throw new ControlError(400, `${object} can neither be edited nor removed here`);
  return kind;
}

function living(portal: Portal, kind: Kind, id: string): DeskRecord {
  const found = portal.stores[kind.module].live.get(id);
  if (found === undefined || found.trashedMs !== null)
    throw new ControlError(404, `there is no ${kind.singular} ${id}`);
  return found;
}

/** Whole and with nothing hidden. */
function shown(portal: Portal, kind: Kind, record: DeskRecord): JsonObject {
  const body = kind.detail(portal, record);
  const talk = portal.talks.of(record.id);
  const said = {
    comments: talk.comments.map((comment) => commentBody(portal, comment)),
    threads: talk.threads.map((thread) => threadBody(thread, true)),
  };
  const whole = kind.module === 'tickets' ? { ...body, ...said } : body;
  return record.trashedMs === null ? whole : { ...whole, removed: true };
}

function* recordsOf(portal: Portal, kind: Kind): Generator<JsonObject> {
  for (const record of portal.stores[kind.module].live.all()) yield shown(portal, kind, record);
}

function piecesOf(portal: Portal, object: string): readonly JsonObject[] | undefined {
  if (object === 'department') return portal.departments.map((one) => departmentBody(portal, one));
  if (object === 'product') return portal.products.map(productBody);
  return object === 'agent' ? portal.agents.map((one): JsonObject => ({ ...one })) : undefined;
}

/** In the vendor's write shape, with `createdTime` and `modifiedTime` if wanted, `isEndUser` for contacts; answers the id. */
function seedOne(portal: Portal, doer: Doer, object: string, record: JsonObject): string {
  const kind = find(object);
  if (kind === undefined) return addPiece(portal, object, record);
  const { createdTime = null, modifiedTime = null, isEndUser = false, ...rest } = record;
  const createdMs = timeOf(createdTime);
  const modifiedMs = timeOf(modifiedTime) ?? createdMs;
  const [department] = portal.departments;
  const body = kind.module === 'tickets' && department !== undefined ? { departmentId: department.id, ...rest } : rest;
  const made = createRecord(portal, doer, kind, body, {
    ...(createdMs === null ? {} : { createdMs }),
    ...(modifiedMs === null ? {} : { modifiedMs }),
  });
  if (isEndUser === true) portal.stores[kind.module].put({ ...made, values: { ...made.values, isEndUser } });
  return made.id;
}

function timeOf(given: Json): number | null {
  if (given === null) return null;
  const ms = parseTime(textOf(given) ?? '');
  if (ms === null) throw new ControlError(400, `${JSON.stringify(given)} is no time such as 2026-11-20T09:00:00.000Z`);
  return ms;
}

function addPiece(portal: Portal, object: string, record: JsonObject): string {
  const list = object === 'department' ? portal.departments : object === 'product' ? portal.products : null;
  if (list === null) throw new ControlError(400, `${object} cannot be seeded`);
  const name = textOf(member(record, 'name')) ?? textOf(member(record, 'productName'));
  if (name === null) throw new ControlError(400, `${object} needs a name`);
  const piece = { id: portal.ids.next(), name };
  list.push(piece);
  return piece.id;
}

/** `{"fields":[…]}` in the vendor's shape: known API names are changed, others added. Answers the API names. */
function changeSchema(portal: Portal, kind: Kind, schema: JsonObject): readonly string[] {
  const given = isJsonList(schema.fields) ? schema.fields.filter(isJsonObject) : [];
  return given.map((shape) => portal.fields[kind.module].define(shape).apiName);
}

function act(portal: Portal, doer: Doer, kind: Kind, id: string, action: string, details: JsonObject): Json {
  if (action === 'restore' || action === 'purge') {
    const record = portal.stores[kind.module].live.get(id);
    if (record === undefined || record.trashedMs === null)
      throw new ControlError(404, `no ${kind.singular} ${id} is in the bin`);
    if (action === 'restore') restoreRecord(portal, doer, kind, record);
    else purgeRecord(portal, kind, id);
    return { id, action };
  }
  const record = living(portal, kind, id);
  switch (action) {
    case 'merge': {
      const ids = isJsonList(details.ids) ? details.ids.map(String) : [];
      const source = isJsonObject(details.source) ? details.source : {};
      return shown(portal, kind, mergeRecords(portal, doer, kind, record, ids, source));
    }
    case 'spam':
      markSpam(portal, doer, kind, record, details.isSpam !== false);
      return { id, action };
    default:
      if (kind.module === 'tickets') return actOnTicket(portal, doer, record, action, details);
      throw new ControlError(400, `a person can merge, spam, restore and purge a ${kind.singular}, but not ${action}`);
  }
}

function actOnTicket(portal: Portal, doer: Doer, ticket: DeskRecord, action: string, details: JsonObject): Json {
  if (action === 'reply') return reply(portal, doer, ticket, details);
  if (action !== 'lock')
    throw new ControlError(
      400,
      `a person can merge, spam, restore, purge, reply to and lock a ticket, but not ${action}`,
    );
  portal.stores.tickets.put({ ...ticket, values: { ...ticket.values, lockedTime: iso(portal.stampMs) } });
  return { id: ticket.id, action };
}

/** The customer writes on a ticket: `{"content"}`. */
function reply(portal: Portal, doer: Doer, ticket: DeskRecord, details: JsonObject): JsonObject {
  const said = { channel: 'EMAIL', content: textOf(details.content) ?? '', isDescription: false, atMs: portal.stampMs };
  const body = threadBody(hear(portal, ticket, said), true);
  if (portal.switches.commentTouchesTicket) touchRecord(portal, tickets, ticket.id);
  portal.webhooks.announceThread(ticket, body, 'in', doer);
  return body;
}
