import { isJsonObject, type Json, type JsonObject } from '../../../../twins/json.ts';
import { isPlatformEvent, type ObjectDefinition } from '../object.ts';
import type { Org } from '../org.ts';
import { placeOf, publishedFields } from './change-event.ts';
import type { ChangeEvent } from './change-log.ts';
import { topicOf } from './channels.ts';

/**
 * What a subscriber may hear: changes of objects of which the user sees all rows, without the fields that field-level security hides
 * (Change Data Capture Developer Guide, "Required Permissions").
 */
export function mayHear(org: Org, user: string, channel: string): boolean {
  const isThere = (object: ObjectDefinition): boolean => !object.tooling && !isPlatformEvent(object);
  const own = org.schema.objects.filter(isThere).find(({ name }) => topicOf(name) === channel);
  const objects = own !== undefined ? [own] : channel.startsWith('/data/') ? org.schema.objects.filter(isThere) : [];
  return objects.every((object) => org.access.rights(object, user).viewAll);
}

export function payloadFor(org: Org, user: string, { object: name, payload }: ChangeEvent): JsonObject {
  const whole = payload();
  const object = org.schema.find(name);
  if (object === undefined) return whole;
  const seen = new Set(org.access.fields(object, user));
  const hidden = publishedFields(object).filter((field) => !seen.has(field));
  if (hidden.length === 0) return whole;
  const places = new Set(hidden.map((field) => pathOf(placeOf(field))));
  const shown: Record<string, Json> = {};
  for (const [top, value] of Object.entries(whole)) {
    if (places.has(top)) continue;
    shown[top] = top === 'ChangeEventHeader' ? withoutNames(value, places) : withoutMembers(top, value, places);
  }
  return shown;
}

function pathOf({ top, member }: ReturnType<typeof placeOf>): string {
  return member === null ? top : `${top}.${member}`;
}

function withoutMembers(top: string, value: Json, places: ReadonlySet<string>): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([member]) => !places.has(`${top}.${member}`)));
}

function withoutNames(header: Json, places: ReadonlySet<string>): Json {
  if (!isJsonObject(header)) return header;
  const keep = (names: Json | undefined): Json =>
    Array.isArray(names) ? names.filter((name) => !places.has(String(name))) : [];
  return { ...header, changedFields: keep(header.changedFields), nulledFields: keep(header.nulledFields) };
}
