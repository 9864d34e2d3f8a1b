import { must } from './bulk.ts';
import { type Answer, type Call, ok, type Route } from './call.ts';
import { recordBody } from './custom-objects.ts';
import type { Json } from './json.ts';
import { organizationBody } from './organizations.ts';
import { cursorPage, idRows, listRows } from './paging.ts';
import type { FieldDefinition } from './records.ts';
import { drawTicket } from './ticket-sideloads.ts';
import { userBody } from './user-body.ts';

/** Who points to a record by a look-up field. Source: Zendesk, "Lookup Relationships". */
export const relationshipRoutes: readonly Route[] = [
  { method: 'GET', path: ':target/:id/relationship_fields/:field/:source', handle: sources, role: 'agent' },
];

const customObject = /^zen:custom_object:(\w+)$/;

function sources(call: Call): Answer {
  const { account, base, params } = call;
  const [target = '', id = '', source = ''] = [params.target, params.id, params.source];
  must(isThere(call, target, id) || undefined);
  const pointing = (fields: readonly FieldDefinition[]): FieldDefinition => {
    const fieldId = call.id('field');
    const field = fields.find((one) => one.id === fieldId && one.type === 'lookup' && one.target === target);
    return must(field);
  };
  const byKey = (field: FieldDefinition, values: Readonly<Record<string, Json>>): boolean =>
    values[field.key ?? ''] === id;
  if (source === 'zen:user') {
    const field = pointing(account.fields.user.all);
    const found = [...account.users.table.values()].filter((user) => user.active && byKey(field, user.fields));
    return ok(cursorPage(call, { name: 'users', rows: idRows(found), draw: (one) => userBody(account, one, base) }));
  }
  if (source === 'zen:organization') {
    const field = pointing(account.fields.organization.all);
    const all = [...account.organizations.table.values()];
    const rows = idRows(all.filter((one) => one.deleted === null && byKey(field, one.fields)));
    return ok(cursorPage(call, { name: 'organizations', rows, draw: (one) => organizationBody(account, one, base) }));
  }
  if (source === 'zen:ticket') {
    const field = pointing(account.desk.fields.all);
    const all = [...account.desk.tickets.table.values()];
    const rows = idRows(all.filter((one) => one.deleted === null && one.fields[field.id] === id));
    return ok(cursorPage(call, { name: 'tickets', rows, draw: drawTicket(call) }));
  }
  const object = must(account.desk.customObjects.get(customObject.exec(source)?.[1] ?? ''));
  const field = pointing(object.fields.all);
  const found = [...object.records.values()].filter((record) => byKey(field, record.fields));
  const rows = listRows(found, 'id', (record) => [record.id]);
  return ok(cursorPage(call, { name: 'custom_object_records', rows, draw: (one) => recordBody(object, one, base) }));
}

function isThere({ account }: Call, target: string, id: string): boolean {
  if (target === 'zen:user') return account.users.getActive(Number(id)) !== undefined;
  if (target === 'zen:organization') return account.organizations.get(Number(id)) !== undefined;
  if (target === 'zen:ticket') return account.desk.tickets.get(Number(id)) !== undefined;
  return account.desk.customObjects.get(customObject.exec(target)?.[1] ?? '')?.records.has(id) === true;
}
