import { type Answer, type Call, listed } from './call.ts';
import type { JsonObject } from './json.ts';
import type { Kind } from './kinds.ts';
import type { Portal } from './portal.ts';
import type { DeskRecord } from './records.ts';
import { badParameter, internalError, unprocessable } from './refusal.ts';

/** Records as answers show them: whole, or as the summaries of lists. Hidden fields are left out of both. */
export function recordBody(
  portal: Portal,
  kind: Kind,
  record: DeskRecord,
  include: readonly string[] = [],
): JsonObject {
  const whole: Record<string, JsonObject[string]> = kind.detail(portal, record);
  for (const one of include) Object.assign(whole, kind.join(portal, record, one));
  const hidden = portal.switches.hiddenFields[kind.module];
  if (hidden.length === 0) return whole;
  for (const name of hidden) delete whole[name];
  return { ...whole, ...portal.fields[kind.module].customBody(record.cf, hidden) };
}

/** How a list call wants its rows: with joins, and with its own choice of fields. Throws Refusal. */
export interface RowStyle {
  readonly include: readonly string[];
  readonly fields: readonly string[] | null;
}

export function rowStyle(call: Call, kind: Kind): RowStyle {
  const include = includes(call, kind);
  const fields = call.words('fields');
  if (fields === null) return { include, fields };
  if (fields.length > 30) throw badParameter('fields');
  const book = call.portal.fields[kind.module];
  for (const name of fields) {
    const type = book.get(name)?.type;
    if (type === 'Textarea' || type === 'LargeText')
      throw unprocessable(`The field '${name}' is not supported in the 'fields' query parameter.`);
  }
  return { include, fields };
}

export function includes(call: Call, kind: Kind): readonly string[] {
  const include = call.words('include') ?? [];
  if (!include.every((one) => kind.includes.includes(one))) throw badParameter('include');
  return include;
}

export function rowBody(portal: Portal, kind: Kind, record: DeskRecord, style: RowStyle): JsonObject {
  const whole = recordBody(portal, kind, record);
  const row: Record<string, JsonObject[string]> = {};
  const custom: Record<string, string | null> = {};
  for (const name of style.fields ?? kind.rowFields) {
    if (Object.hasOwn(whole, name)) row[name] = name === 'cf' ? null : (whole[name] ?? null);
    else if (style.fields !== null && !isHidden(portal, kind, name))
      custom[name] = customIn(portal, kind, record, name);
  }
  for (const one of style.include) Object.assign(row, kind.join(portal, record, one));
  if (style.fields === null) return row;
  const shown = { id: record.id, ...row };
  if (Object.keys(custom).length === 0) return shown;
  switch (portal.switches.cfInRows) {
    case 'nested':
      return { ...shown, cf: custom };
    case 'flat':
      return { ...shown, ...custom };
    default:
      return { ...shown, cf: null };
  }
}

function isHidden(portal: Portal, kind: Kind, name: string): boolean {
  return portal.switches.hiddenFields[kind.module].includes(name);
}

/** An unknown field is an error of the vendor's own, without a word about which. */
function customIn(portal: Portal, kind: Kind, record: DeskRecord, name: string): string | null {
  if (portal.fields[kind.module].custom(name) === undefined) throw internalError();
  return record.cf[name] ?? null;
}

export function listedRows(call: Call, kind: Kind, records: readonly DeskRecord[], style: RowStyle): Answer {
  return listed(records.map((record) => rowBody(call.portal, kind, record, style)));
}
