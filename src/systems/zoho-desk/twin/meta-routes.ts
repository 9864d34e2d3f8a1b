import { kinds } from './all-kinds.ts';
import { type Answer, type Call, listed, ok, paged, type Route } from './call.ts';
import { type Field, fieldBody } from './field-book.ts';
import { type JsonObject, textOf } from './json.ts';
import type { Agent, Named, Portal } from './portal.ts';
import { type Module, modules } from './records.ts';
import { badParameter, flaw, invalidData, notFound } from './refusal.ts';
import { searchEverywhere } from './search.ts';
import { plans } from './settings.ts';

/** Agents, departments, the portal itself, fields and layouts. Source: Zoho Desk's OpenAPI files Agent, Department, Organization, Field, Layout. */
const basic = [['Desk.basic.READ', 'Desk.settings.READ']];
const fieldScopes = [
  ['Desk.basic.READ', 'Desk.settings.READ'],
  ['Desk.fields.READ', 'Desk.settings.READ'],
];
const makeFields = [['Desk.fields.CREATE', 'Desk.settings.CREATE']];
const layoutScopes = [['Desk.layouts.READ', 'Desk.settings.READ', 'Desk.basic.READ']];

export const metaRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'organizations',
    scopes: basic,
    needsNoOrg: true,
    handle: organizations,
  },
  { method: 'GET', path: 'organizations/:id', scopes: basic, needsNoOrg: true, handle: organization },
  {
    method: 'GET',
    path: 'agents',
    scopes: basic,
    query: ['from', 'limit', 'status', 'searchStr'],
    weight: () => 3,
    handle: agents,
  },
  { method: 'GET', path: 'agents/:id', scopes: basic, handle: agent },
  { method: 'GET', path: 'agentsByIds', scopes: basic, query: ['agentIds'], handle: agentsByIds },
  {
    method: 'GET',
    path: 'myinfo',
    scopes: basic,
    handle: (call) => ok(agentBody(call.portal, call.portal.agents[0])),
  },
  {
    method: 'GET',
    path: 'departments',
    scopes: basic,
    query: ['from', 'limit', 'isEnabled'],
    weight: () => 3,
    handle: (call) =>
      upTo200(
        call,
        // All are enabled.
        call.flag('isEnabled') === false ? [] : call.portal.departments.map((one) => departmentBody(call.portal, one)),
      ),
  },
  {
    method: 'GET',
    path: 'departments/:id',
    scopes: basic,
    handle: (call) => ok(departmentBody(call.portal, named(call.portal.departments, call.param()))),
  },
  {
    method: 'GET',
    path: 'products',
    scopes: [['Desk.products.READ', 'Desk.settings.READ']],
    query: ['from', 'limit'],
    weight: () => 3,
    handle: (call) => upTo200(call, call.portal.products.map(productBody)),
  },
  {
    method: 'GET',
    path: 'products/:id',
    scopes: [['Desk.products.READ', 'Desk.settings.READ']],
    handle: (call) => ok(productBody(named(call.portal.products, call.param()))),
  },
  ...['organizationFields', 'fields'].flatMap((path): Route[] => [
    {
      method: 'GET',
      path,
      scopes: fieldScopes,
      query: ['module', 'departmentId', 'apiNames'],
      weight: () => 3,
      handle: fields,
    },
    { method: 'POST', path, scopes: makeFields, query: ['module'], body: 'json', handle: addField },
  ]),
  {
    method: 'GET',
    path: 'layouts',
    scopes: layoutScopes,
    query: ['module', 'departmentId'],
    weight: () => 3,
    handle: layouts,
  },
  {
    method: 'GET',
    path: 'layouts/:id',
    scopes: layoutScopes,
    handle: (call) => ok(layoutBody(call, moduleOfLayout(call, call.param()))),
  },
  { method: 'GET', path: 'myForm', scopes: layoutScopes, query: ['module', 'layoutId'], handle: myForm },
  {
    method: 'GET',
    path: 'search',
    scopes: [['Desk.search.READ'], ['Desk.tickets.READ'], ['Desk.contacts.READ']],
    query: ['searchStr', 'module', 'departmentId', 'from', 'limit'],
    weight: () => 3,
    handle: searchEverywhere,
  },
];

function upTo200(call: Call, rows: readonly JsonObject[]): Answer {
  return paged(call, rows, 10, 200);
}

function organizationBody(portal: Portal): JsonObject {
  return {
    id: portal.orgId,
    companyName: 'Twin',
    portalName: 'twin',
    edition: plans[portal.switches.plan].edition,
    isDefault: true,
    portalURL: `https://${portal.deskHost}/portal/twin/home`,
  };
}

function organizations({ portal }: Call): Answer {
  return ok({ data: [organizationBody(portal)] });
}

function organization(call: Call): Answer {
  if (call.param() !== call.portal.orgId) throw notFound();
  return ok(organizationBody(call.portal));
}

function agentBody(portal: Portal, { id, firstName, lastName, email }: Agent): JsonObject {
  return {
    id,
    zuid: String(BigInt(id) % 1_000_000_000n),
    firstName,
    lastName,
    name: `${firstName} ${lastName}`,
    emailId: email,
    status: 'ACTIVE',
    roleId: null,
    profileId: null,
    rolePermissionType: 'Admin',
    associatedDepartmentIds: portal.departments.map((one) => one.id),
    isConfirmed: true,
    phone: null,
    mobile: null,
    photoURL: null,
  };
}

function agents(call: Call): Answer {
  const status = call.query('status');
  const text = call.query('searchStr')?.toLowerCase() ?? '';
  if (status !== null && status !== 'ACTIVE' && status !== 'DISABLED') throw badParameter('status');
  const found = call.portal.agents.filter(
    ({ firstName, lastName, email }) =>
      status !== 'DISABLED' && `${firstName} ${lastName} ${email}`.toLowerCase().includes(text.replaceAll('*', '')),
  );
  return upTo200(
    call,
    found.map((one) => agentBody(call.portal, one)),
  );
}

function agent(call: Call): Answer {
  const found = call.portal.agents.find(({ id }) => id === call.param());
  if (found === undefined) throw notFound();
  return ok(agentBody(call.portal, found));
}

function agentsByIds(call: Call): Answer {
  const wanted = call.words('agentIds') ?? [];
  const found = call.portal.agents.filter(({ id }) => wanted.includes(id));
  return listed(found.map((one) => agentBody(call.portal, one)));
}

function named(list: readonly Named[], id: string): Named {
  const found = list.find((one) => one.id === id);
  if (found === undefined) throw notFound();
  return found;
}

export function departmentBody(portal: Portal, { id, name }: Named): JsonObject {
  return {
    id,
    name,
    nameInCustomerPortal: name,
    isEnabled: true,
    isDefault: portal.departments[0]?.id === id,
    isVisibleInCustomerPortal: true,
    creatorId: portal.agents[0].id,
    associatedAgentIds: portal.agents.map((one) => one.id),
    chatStatus: 'NOT_CREATED',
    description: null,
  };
}

export function productBody({ id, name }: Named): JsonObject {
  return { id, productName: name, productCode: null, unitPrice: '0.0', departmentIds: [], ownerId: null, cf: {} };
}

function moduleOf(call: Call): Module {
  const found = modules.find((one) => one === call.query('module'));
  if (found === undefined) throw badParameter('module');
  return found;
}

function fields(call: Call): Answer {
  const names = call.words('apiNames');
  const found = call.portal.fields[moduleOf(call)].all.filter(
    ({ apiName, type }) => isListed(type) && (names === null || names.includes(apiName)),
  );
  return listed(found.map(fieldBody));
}

/** Lists of ids and the like are members of the record, but no fields of the vendor's field list. */
function isListed(type: Field['type']): boolean {
  return type !== 'Ids' && type !== 'List';
}

function addField(call: Call): Answer {
  const module = modules.find((one) => one === (textOf(call.body.module) ?? call.query('module')));
  if (module === undefined) throw invalidData([flaw('/module', 'missing')]);
  const { module: _, ...shape } = call.body;
  return { status: 201, body: fieldBody(call.portal.fields[module].define(shape)) };
}

function moduleOfLayout(call: Call, id: string | null): Module {
  const found = modules.find((module) => call.portal.fields[module].layout.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function layoutBody(call: Call, module: Module): JsonObject {
  const book = call.portal.fields[module];
  const shown = book.all.filter(({ type }) => isListed(type));
  return {
    id: book.layout.id,
    layoutName: book.layout.name,
    layoutDisplayName: book.layout.name,
    module,
    isDefaultLayout: true,
    departmentId: module === 'tickets' ? (call.portal.departments[0]?.id ?? null) : null,
    sections: [{ name: `${kinds[module].event} Information`, fields: shown.map(fieldBody) }],
  };
}

function layouts(call: Call): Answer {
  return listed([layoutBody(call, moduleOf(call))]);
}

function myForm(call: Call): Answer {
  const module = moduleOf(call);
  const id = call.query('layoutId');
  if (id !== null && moduleOfLayout(call, id) !== module) throw notFound();
  return ok(layoutBody(call, module));
}
