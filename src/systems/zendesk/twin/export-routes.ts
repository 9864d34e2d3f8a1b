import { type Answer, type Call, ok, type Route } from './call.ts';
import { cursorExport, type Feed, sampleExport, timeExport } from './exports.ts';
import { metricEventRow } from './metric-events.ts';
import { organizationRow } from './organizations.ts';
import { ticketRow } from './ticket-body.ts';
import { ticketEventRow } from './ticket-comments.ts';
import { metricBody } from './ticket-metrics.ts';
import { ticketSideloads } from './ticket-sideloads.ts';
import { userRow } from './user-body.ts';

/** Source: Zendesk, "Incremental Exports". */
const feeds: Readonly<Record<string, { readonly resource: string; readonly make: (call: Call) => Feed }>> = {
  organizations: { resource: 'organizations', make: organizationFeed },
  users: { resource: 'users', make: userFeed },
  tickets: { resource: 'tickets', make: ticketFeed },
  ticket_events: { resource: 'tickets', make: ticketEventFeed },
  ticket_metric_events: { resource: 'tickets', make: metricEventFeed },
};

const counted = { role: 'admin', limit: 'incrementalPerMinute' } as const;
const sampled = { role: 'admin', limit: 'incrementalSamplePer20Minutes' } as const;

export const exportRoutes: readonly Route[] = Object.entries(feeds).flatMap(([path, { resource, make }]): Route[] => [
  {
    method: 'GET',
    path: `incremental/${path}`,
    handle: (call): Answer => ok(timeExport(call, make(call))),
    resource,
    ...counted,
  },
  {
    method: 'GET',
    path: `incremental/${path}/sample`,
    handle: (call): Answer => ok(sampleExport(call, make(call))),
    resource,
    ...sampled,
  },
  ...(path === 'users' || path === 'tickets' ? [cursorRoute(path, resource, make)] : []),
]);

function cursorRoute(path: string, resource: string, make: (call: Call) => Feed): Route {
  const handle = (call: Call): Answer => ok(cursorExport(call, make(call)));
  return { method: 'GET', path: `incremental/${path}/cursor`, handle, resource, ...counted };
}

function organizationFeed(call: Call): Feed {
  const { account, base } = call;
  const { table, timeline } = account.organizations;
  const draw = (id: number) => {
    const record = table.get(id);
    return record && organizationRow(account, record, base);
  };
  return { name: 'organizations', path: 'organizations', timeline, draw };
}

function userFeed(call: Call): Feed {
  const { account, base } = call;
  const { table, timeline } = account.users;
  return {
    name: 'users',
    path: 'users',
    timeline,
    draw: (id) => {
      const record = table.get(id);
      return record && userRow(account, record, base);
    },
    more: (ids) => {
      const include = call.words('include') ?? [];
      if (!include.includes('organizations')) return {};
      const wanted = new Set(ids.map((id) => table.get(id)?.organizationId ?? null));
      const found = [...wanted].map((id) => account.organizations.get(id)).filter((record) => record !== undefined);
      return { organizations: found.map((record) => organizationRow(account, record, base)) };
    },
  };
}

/** Deleted tickets are shown unless `exclude_deleted=true`. */
function ticketFeed(call: Call): Feed {
  const { account, base } = call;
  const { table, timeline } = account.desk.tickets;
  const withMetrics = (call.words('include') ?? []).includes('metric_sets');
  const hidesDeleted = call.query.get('exclude_deleted') === 'true';
  return {
    name: 'tickets',
    path: 'tickets',
    timeline,
    draw: (id) => {
      const ticket = table.get(id);
      if (ticket === undefined || (hidesDeleted && ticket.deleted !== null)) return undefined;
      const row = ticketRow(account, ticket, base);
      return withMetrics ? { ...row, metric_set: metricBody(ticket, base, account.now) } : row;
    },
    more: (ids) =>
      ticketSideloads(call, { inExport: true })(
        ids.map((id) => table.get(id)).filter((ticket) => ticket !== undefined),
      ),
  };
}

function ticketEventFeed(call: Call): Feed {
  const { account, base } = call;
  const { audits, auditLine } = account.desk.tickets;
  const withComments = (call.words('include') ?? []).includes('comment_events');
  const draw = (id: number) => {
    const audit = audits.get(id);
    return audit && ticketEventRow(audit, base, withComments);
  };
  return { name: 'ticket_events', path: 'ticket_events', timeline: auditLine, draw };
}

function metricEventFeed(call: Call): Feed {
  const { timeline } = call.account.desk.metricLog;
  const draw = (id: number) => metricEventRow(call.account, id);
  return { name: 'ticket_metric_events', path: 'ticket_metric_events', timeline, draw };
}
