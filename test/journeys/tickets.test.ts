import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journey, Row } from './harness.ts';
import { askZendesk, caseOf, cases, catchUp, holdsOf, newTickets, ticketOf } from './ticketing.ts';

/** Tickets become cases: the whole product against both twins, with the preset as it comes. */
let journey: Journey;
beforeEach(async () => {
  journey = await newTickets();
});
afterEach(() => journey.close());

const list = (answer: Row, name: string): readonly Row[] => answer[name] as readonly Row[];
const byId = (rows: readonly Row[]) => new Map(rows.map((row) => [String(row.id), row]));
const named = (rows: ReadonlyMap<string, Row>, id: unknown, field = 'name') =>
  id === null ? null : (rows.get(String(id))?.[field] ?? null);
/** Salesforce writes moments in its own way. */
const moment = (text: unknown) => (typeof text === 'string' ? text.replace('Z', '.000+0000') : null);

const statuses: Row = {
  new: 'New',
  open: 'Working',
  pending: 'Working',
  hold: 'Working',
  solved: 'Closed',
  closed: 'Closed',
};
const priorities: Row = { low: 'Low', normal: 'Medium', high: 'High', urgent: 'High' };

/** The case of a ticket as the vendor's table has it, made of what Zendesk's own API says of the ticket and of who stands beside it. */
async function expectedCases(tickets: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  const expected = new Map<string, Row>();
  const brands = byId(list(await askZendesk(journey, 'brands'), 'brands'));
  const forms = byId(list(await askZendesk(journey, 'ticket_forms'), 'ticket_forms'));
  for (let from = 0; from < tickets.length; from += 100) {
    const some = tickets.slice(from, from + 100).join(',');
    const answer = await askZendesk(
      journey,
      `tickets/show_many?ids=${some}&include=users,groups,organizations,metric_sets`,
    );
    const [users, groups, organizations] = ['users', 'groups', 'organizations'].map((name) => byId(list(answer, name)));
    const sets = new Map(list(answer, 'metric_sets').map((set) => [String(set.ticket_id), set]));
    for (const ticket of list(answer, 'tickets')) {
      const id = String(ticket.id);
      const set = sets.get(id) ?? {};
      const minutes = (name: string, by: string) => (set[`${name}_in_minutes`] as Row | undefined)?.[by] ?? null;
      const both = (field: string, metric: string) => ({
        [`Zendesk_Support_Ticket_${field}_Cal__c`]: minutes(metric, 'calendar'),
        [`Zendesk_Support_Ticket_${field}_Bus__c`]: minutes(metric, 'business'),
      });
      const prefixed: Row = {
        ID: id,
        Requester_Name: named(users ?? new Map(), ticket.requester_id),
        Requester_Email: named(users ?? new Map(), ticket.requester_id, 'email'),
        Organization_Name: named(organizations ?? new Map(), ticket.organization_id),
        Brand_Name: named(brands, ticket.brand_id),
        Assignee_Name: named(users ?? new Map(), ticket.assignee_id),
        Group_Name: named(groups ?? new Map(), ticket.group_id),
        Tags: (ticket.tags as readonly string[]).join(';') || null,
        URL: `http://support.localhost:5002/agent/tickets/${id}`,
        Form_Name: named(forms, ticket.ticket_form_id),
        Created_At: moment(ticket.created_at),
        Updated_At: moment(ticket.updated_at),
        Solved_At: moment(set.solved_at),
        Initial_Assigned: moment(set.initially_assigned_at),
      };
      expected.set(id, {
        Type: ticket.type,
        Priority: ticket.priority === null ? null : priorities[String(ticket.priority)],
        Status: statuses[String(ticket.status)],
        Subject: ticket.subject,
        Description: ticket.description,
        Zendesk_Assignee__c: ticket.assignee_id === null ? null : String(ticket.assignee_id),
        ...Object.fromEntries(
          Object.entries(prefixed).map(([name, value]) => [`Zendesk_Support_Ticket_${name}__c`, value]),
        ),
        ...both('Resolution', 'full_resolution_time'),
        ...both('Req_Wait', 'requester_wait_time'),
        ...both('Agent_Wait', 'agent_wait_time'),
        ...both('On_Hold', 'on_hold_time'),
        ...both('First_Reply', 'reply_time'),
        Syncline_Key__c: `zendesk:support.localhost:5002:${id}`,
      });
    }
  }
  return expected;
}

const day = 86_400_000;
const at = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** Tickets of the last weeks in every state, with people, an organization, tags, answers and waits. */
async function seedTickets(count: number): Promise<readonly string[]> {
  const [acme] = await journey.seed('support', 'organization', [{ name: 'Acme' }]);
  const [mia, ben, agent] = await journey.seed('support', 'user', [
    { name: 'Mia', email: 'mia@acme.example', organization_id: Number(acme) },
    { name: 'Ben', email: 'ben@example.com' },
    { name: 'Ada Agent', email: 'ada@desk.example', role: 'agent' },
  ]);
  const types = ['question', 'incident', 'problem', 'task', null];
  const levels = ['low', 'normal', 'high', 'urgent', null];
  const made = await journey.seed(
    'support',
    'ticket',
    Array.from({ length: count }, (_, i) => ({
      subject: `Ticket number ${i}`,
      description: `What happened:\n\nIt broke ${1 + (i % 4)} times.`,
      type: types[i % 5],
      priority: levels[(i * 3) % 5],
      requester_id: Number(i % 2 ? mia : ben),
      tags: i % 3 ? [`row_${i % 7}`, 'sample'] : [],
      created_at: at(journey.world.now() - 20 * day + i * 60_000),
    })),
  );
  // People work on half of them.
  for (const [i, id] of made.entries()) {
    if (i % 2 === 0) continue;
    await journey.edit('support', 'ticket', id, {
      assignee_id: Number(agent),
      status: 'open',
      comment: { body: 'We look.' },
    });
    const next = ['open', 'pending', 'hold', 'solved', 'closed'][(i >> 1) % 5];
    if (next === 'open') continue;
    await journey.edit('support', 'ticket', id, { status: next });
  }
  return made;
}

describe('a first load', () => {
  it('makes a case of every ticket, closed ones too, with every row of the vendor’s table and all metrics', async () => {
    const made = await seedTickets(300);
    await journey.world.pass(90_000);
    const before = await expectedCases(made);
    const report = await journey.run();
    expect(report.syncs.tickets).toMatchObject({
      created: { crm: 300, desk: 0 },
      updated: { crm: 0, desk: 0 },
      held: 0,
      failed: 0,
    });
    const after = await expectedCases(made);
    const found = new Map((await cases(journey)).map((row) => [String(row.Zendesk_Support_Ticket_ID__c), row]));
    expect(found.size).toBe(300);
    const wrong: string[] = [];
    for (const [id, row] of found)
      for (const [field, value] of Object.entries(before.get(id) ?? { ticket: 'none' })) {
        // A wait that goes on may have got a minute longer while the tickets were read.
        const isThen = [value, after.get(id)?.[field]].includes(row[field] ?? null);
        if (!isThen) wrong.push(`${id} ${field}: ${String(row[field])}, not ${String(value)}`);
      }
    expect(wrong.slice(0, 10)).toEqual([]);
    const statusesFound = new Set([...found.values()].map(({ Status }) => Status));
    expect(statusesFound).toEqual(new Set(['New', 'Working', 'Closed']));
    // Nothing was written to any ticket, and the cases belong to the user who is connected.
    expect(journey.writes('support').filter(({ path }) => path.includes('ticket'))).toEqual([]);
    expect(new Set([...found.values()].map(({ OwnerId, CreatedById }) => OwnerId === CreatedById))).toEqual(
      new Set([true]),
    );
    const quiet = await journey.run();
    expect(quiet.calls).toMatchObject({ sales: { write: 0 }, support: { write: 0 } });
  });

  it('follows what is edited at Zendesk, and leaves tickets and unmapped fields of cases alone', async () => {
    const [id = ''] = await seedTickets(3);
    await catchUp(journey);
    const made = await caseOf(journey, id);
    await journey.edit('sales', 'Case', String(made.Id), { Reason: 'Performance', Subject: 'edited by hand' });
    await journey.edit('support', 'ticket', id, { priority: 'urgent', status: 'pending', tags: ['vip'] });
    await catchUp(journey);
    expect(await caseOf(journey, id)).toMatchObject({
      Id: made.Id,
      Priority: 'High',
      Status: 'Working',
      Zendesk_Support_Ticket_Tags__c: 'vip',
      Reason: 'Performance',
      Subject: 'edited by hand',
    });
    expect(await ticketOf(journey, id)).toMatchObject({ subject: 'Ticket number 0', status: 'pending' });
    expect(await holdsOf(journey)).toEqual([]);
  });

  it('costs pages of tickets and batches of cases, and nothing for a ticket', async () => {
    const count = 2500;
    const [acme] = await journey.seed('support', 'organization', [{ name: 'Acme' }]);
    const people = await journey.seed(
      'support',
      'user',
      Array.from({ length: 50 }, (_, i) => ({
        name: `Person ${i}`,
        email: `person${i}@acme.example`,
        organization_id: Number(acme),
      })),
    );
    await journey.seed(
      'support',
      'ticket',
      Array.from({ length: count }, (_, i) => ({
        subject: `Ticket ${i}`,
        requester_id: Number(people[i % people.length]),
        tags: ['load'],
      })),
    );
    await journey.world.pass(90_000);
    await journey.forgetCalls();
    const report = await journey.run();
    expect(report.syncs.tickets).toMatchObject({ created: { crm: count }, updated: { crm: 0 }, held: 0, failed: 0 });
    const { byRoute: desk } = await journey.calls('support');
    const { byRoute: org } = await journey.calls('sales');
    const about = Object.entries(desk).filter(([route]) => /tickets|metric/.test(route));
    expect(about).toEqual([['GET /api/v2/incremental/tickets/cursor', Math.ceil(count / 1000)]]);
    const written = Object.entries(org).filter(([route]) => /^(POST|PATCH) .*composite/.test(route));
    expect(written.reduce((sum, [, calls]) => sum + calls, 0)).toBeLessThanOrEqual(Math.ceil(count / 200));
    // Nobody is looked up one by one: 50 requesters and their organization come with the feeds of users and organizations.
    expect(Object.values(desk).reduce((sum, calls) => sum + calls, 0)).toBeLessThanOrEqual(15);
    expect(Object.values(org).reduce((sum, calls) => sum + calls, 0)).toBeLessThanOrEqual(20);
    const [contact] = await journey.records('sales', 'Contact');
    expect(await journey.records('sales', 'Contact')).toHaveLength(50);
    expect((await cases(journey)).filter(({ ContactId }) => ContactId === contact?.Id)).toHaveLength(count / 50);
  });
});
