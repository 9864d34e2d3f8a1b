import type { Account } from './account.ts';
import { drawSidebar } from './app-page.ts';
import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { flagOf, idOf, isObject, type JsonObject, textOf } from './json.ts';
import type { User } from './records.ts';
import { badAttribute } from './refusal.ts';
import type { Ticket } from './ticket-records.ts';

/**
 * Side-bar apps with signed pages: the vendor posts a token (RS256) to the app's server, which proves from which account and
 * installation it comes. Source: Zendesk, "Building a server-side app", part 5 ("Secure the app"), "Apps" API.
 */
export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly settings: JsonObject;
  readonly enabled: boolean;
}

export const appRoutes: readonly Route[] = [
  { method: 'GET', path: 'apps/installations', handle: list, role: 'agent' },
  { method: 'POST', path: 'apps/installations', handle: install, role: 'admin' },
  { method: 'GET', path: 'apps/installations/:id', handle: show, role: 'agent' },
  { method: 'PUT', path: 'apps/installations/:id', handle: update, role: 'admin' },
  { method: 'DELETE', path: 'apps/installations/:id', handle: uninstall, role: 'admin' },
  { method: 'GET', path: 'apps/:id/public_key.pem', handle: publicKey, role: 'agent' },
];

function body(one: Installation): JsonObject {
  return {
    id: one.id,
    app_id: one.appId,
    product: 'support',
    enabled: one.enabled,
    settings: one.settings,
    paid: false,
  };
}

function list(call: Call): Answer {
  const installations = [...call.account.desk.installations.values()].map(body);
  return ok({ installations, count: installations.length, next_page: null, previous_page: null });
}

function install(call: Call): Answer {
  const appId = idOf(call.body.app_id) ?? null;
  if (appId === null) throw badAttribute('app_id', 'must be an integer');
  const settings = isObject(call.body.settings) ? call.body.settings : {};
  const enabled = flagOf(call.body.enabled) ?? true;
  const one = { id: call.account.newId(), appId, settings, enabled };
  call.account.desk.installations.set(one.id, one);
  return created(body(one), `${call.base}/api/v2/apps/installations/${one.id}.json`);
}

function installationOf(call: Call): Installation {
  return must(call.account.desk.installations.get(call.id()));
}

function show(call: Call): Answer {
  return ok(body(installationOf(call)));
}

function update(call: Call): Answer {
  const before = installationOf(call);
  const settings = isObject(call.body.settings) ? { ...before.settings, ...call.body.settings } : before.settings;
  const after = { ...before, settings, enabled: flagOf(call.body.enabled) ?? before.enabled };
  call.account.desk.installations.set(after.id, after);
  return ok(body(after));
}

function uninstall(call: Call): Answer {
  call.account.desk.installations.delete(installationOf(call).id);
  return nothing;
}

/** Per account; every app of it is signed with the same key here. */
function publicKey(call: Call): Answer {
  const { publicPem } = call.account.appKey;
  return { status: 200, text: publicPem, headers: { 'content-type': 'application/x-pem-file' } };
}

const tokenLivesSeconds = 300;

/**
 * `GET /apps/sidebar?url=…&installation_id=…&email=…&location=…&ticket_id=…`, outside /api/v2: what the agent's browser does when it opens
 * a ticket. The page posts the token to the app's server and has the app in a frame. undefined where there is no such installation or
 * address.
 */
export function signedPage(account: Account, base: string, query: URLSearchParams): string | undefined {
  const installation = account.desk.installations.get(Number(query.get('installation_id') ?? 0));
  const target = query.get('url') ?? '';
  if (installation === undefined || !URL.canParse(target)) return undefined;
  const { host } = new URL(base);
  const email = query.get('email') ?? '';
  const agent = account.users.withIdentity('email', email);
  const location = query.get('location') ?? 'ticket_sidebar';
  const token = account.appKey.signToken({
    iss: host,
    aud: `${base}/api/v2/apps/installations/${installation.id}.json`,
    iat: account.now,
    nbf: account.now,
    exp: account.now + tokenLivesSeconds,
    jti: account.chance.text(20),
    sub: `${base}/api/v2/users/${agent?.id ?? 0}.json`,
    context: { product: 'support', location },
  });
  const guid = account.chance.text(32, '0123456789abcdef');
  const action = new URL(target);
  action.searchParams.set('origin', base);
  action.searchParams.set('app_guid', guid);
  // What the app's manifest declares secure never reaches a browser; the twin has no manifest and goes by the names.
  const settings = Object.entries(installation.settings).filter(([name]) => !/token|secret|password/i.test(name));
  const metadata = {
    appId: installation.appId,
    installationId: installation.id,
    name: textOf(installation.settings.name) ?? '',
    settings: Object.fromEntries(settings),
  };
  const ticket = account.desk.tickets.get(Number(query.get('ticket_id') ?? 0));
  const context = {
    product: 'support',
    location,
    ticketId: ticket?.id ?? null,
    account: { subdomain: host.split('.')[0] ?? '' },
  };
  const values = { ...agentValues(agent), ...(ticket === undefined ? {} : ticketValues(account, ticket)) };
  return drawSidebar({ location, action: action.href, token, guid, values, metadata, context, email });
}

function agentValues(agent: User | undefined): JsonObject {
  if (agent === undefined) return {};
  const { id, name, email, role, locale } = agent;
  return Object.fromEntries(
    Object.entries({ id, name, email, role, locale }).map(([key, value]) => [`currentUser.${key}`, value]),
  );
}

/** By the names of the framework's ticket, its requester and organization. */
function ticketValues(account: Account, ticket: Ticket): JsonObject {
  const requester = account.users.get(ticket.requesterId);
  const organization = account.organizations.get(ticket.organizationId);
  const fields = Object.entries(ticket.fields).map(([id, value]) => [`ticket.customField:custom_field_${id}`, value]);
  return {
    'ticket.id': ticket.id,
    'ticket.subject': ticket.subject,
    'ticket.description': ticket.description,
    'ticket.status': ticket.status,
    'ticket.priority': ticket.priority,
    'ticket.type': ticket.type,
    'ticket.externalId': ticket.externalId,
    'ticket.tags': ticket.tags,
    'ticket.requester.id': ticket.requesterId,
    'ticket.requester.name': requester?.name ?? null,
    'ticket.requester.email': requester?.email ?? null,
    'ticket.requester.externalId': requester?.externalId ?? null,
    'ticket.organization.id': organization?.id ?? null,
    'ticket.organization.name': organization?.name ?? null,
    'ticket.organization.externalId': organization?.externalId ?? null,
    'ticket.assignee.user.id': ticket.assigneeId,
    ...Object.fromEntries(fields),
  };
}
