import { idOf, isJsonList, isJsonObject, type Json, type JsonObject } from './json.ts';
import { flaw, invalidData } from './refusal.ts';

/** What a webhook wants to hear of one event. Source: Zoho Desk's OpenAPI file Webhook.json. */
export interface Subscription {
  readonly departmentIds: readonly string[] | null;
  /** Only when one of these has changed; at most five. */
  readonly fields: readonly string[] | null;
  readonly includePrevState: boolean;
  readonly direction: string | null;
}

const verbs = (nouns: readonly string[], ...all: readonly string[]): readonly string[] =>
  nouns.flatMap((noun) => all.map((verb) => `${noun}_${verb}`));

const updates = ['Contact', 'Account', 'Ticket', 'Agent', 'Task', 'Call', 'Event', 'TimeEntry', 'Article'];

/** Every event that can be subscribed to, those included that this twin has no cause to send. */
const events = new Set([
  ...verbs(updates, 'Add', 'Update', 'Delete'),
  ...verbs(['Ticket_Comment', 'Ticket_Approval', 'Department'], 'Add', 'Update'),
  ...verbs(['Ticket_Attachment', 'Article_Translation', 'KBRootCategory', 'KBSection'], 'Add', 'Update', 'Delete'),
  ...['Ticket_Thread_Add', 'Agent_Presence_Update', 'Agent_Channel_Preference_Update', 'Article_Feedback_Add'],
  ...['IM_Message_Add', 'IM_Session_Status', 'IM_Message_Status'],
]);

/** Names of the events whose subscription takes departments. */
const perDepartment = /^(Ticket|Task|Call|Event|IM)_/;

/** Throws Refusal. */
export function readSubscriptions(given: Json | undefined): Readonly<Record<string, Subscription>> {
  if (!isJsonObject(given) || Object.keys(given).length === 0) throw invalidData([flaw('/subscriptions', 'missing')]);
  return Object.fromEntries(
    Object.entries(given).map(([event, wish]) => {
      if (!events.has(event)) throw invalidData([flaw(`/subscriptions/${event}`, 'invalid')]);
      return [event, readSubscription(event, wish)];
    }),
  );
}

function readSubscription(event: string, wish: Json): Subscription {
  const wrong = (name: string) => invalidData([flaw(`/subscriptions/${event}${name}`, 'invalid')]);
  if (wish === null) return { departmentIds: null, fields: null, includePrevState: false, direction: null };
  if (!isJsonObject(wish)) throw wrong('');
  const { departmentIds = null, fields = null, includePrevState = false, direction = null, ...extra } = wish;
  const [unknown] = Object.keys(extra);
  if (unknown !== undefined && unknown !== 'departmentId') throw wrong(`/${unknown}`);
  const isUpdate = event.endsWith('_Update');
  if (departmentIds !== null && !(perDepartment.test(event) && isJsonList(departmentIds)))
    throw wrong('/departmentIds');
  if (fields !== null && !(isUpdate && isJsonList(fields) && fields.length <= 5)) throw wrong('/fields');
  if (typeof includePrevState !== 'boolean' || (includePrevState && !isUpdate)) throw wrong('/includePrevState');
  if (direction !== null && !(event === 'Ticket_Thread_Add' && (direction === 'in' || direction === 'out')))
    throw wrong('/direction');
  const ids = isJsonList(departmentIds) ? departmentIds.map(idOf) : null;
  if (ids?.some((id) => id === null) === true) throw wrong('/departmentIds');
  return {
    departmentIds: ids === null || ids.length === 0 ? null : ids.filter((id) => id !== null),
    fields: isJsonList(fields) && fields.length > 0 ? fields.map(String) : null,
    includePrevState,
    direction: typeof direction === 'string' ? direction : null,
  };
}

export function subscriptionsBody(subscriptions: Readonly<Record<string, Subscription>>): JsonObject {
  return Object.fromEntries(
    Object.entries(subscriptions).map(([event, wish]) => {
      const { departmentIds, fields, includePrevState, direction } = wish;
      const told = {
        ...(departmentIds === null ? {} : { departmentIds }),
        ...(fields === null ? {} : { fields }),
        ...(includePrevState ? { includePrevState } : {}),
        ...(direction === null ? {} : { direction }),
      };
      return [event, Object.keys(told).length === 0 ? null : told];
    }),
  );
}
