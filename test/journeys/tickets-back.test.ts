import { afterEach, describe, expect, it } from 'vitest';
import type { Journey, Row } from './harness.ts';
import { caseOf, cases, catchUp, holdsOf, ids, messages, newTickets, ticketOf } from './ticketing.ts';

/** What goes from a case to its ticket, where the sync says so, and tickets that are made of cases. */
let journey: Journey;
afterEach(() => journey.close());

/** A ticket that an agent works on, with its case. */
async function pair(options: Row, given: Row = {}): Promise<{ readonly ticket: string; readonly made: Row }> {
  journey = await newTickets(options);
  const [agent] = await journey.seed('support', 'user', [{ name: 'Ada', email: 'ada@desk.example', role: 'agent' }]);
  const [ticket = ''] = await journey.seed('support', 'ticket', [
    { subject: 'Printer on fire', priority: 'urgent', status: 'open', assignee_id: Number(agent), ...given },
  ]);
  await catchUp(journey);
  return { ticket, made: await caseOf(journey, ticket) };
}

const editCase = (row: Row, fields: Row) => journey.edit('sales', 'Case', String(row.Id), fields);
const writes = () => journey.writes('support').filter(({ path }) => /tickets/.test(path));

describe('the status of a case', () => {
  it('goes to its ticket both ways: closing it solves the ticket, reopening it opens the ticket', async () => {
    const { ticket, made } = await pair({ caseToTicket: 'status' });
    await editCase(made, { Status: 'Closed', Subject: 'Printer in flames', Priority: 'Low' });
    await catchUp(journey);
    expect(await ticketOf(journey, ticket)).toMatchObject({
      status: 'solved',
      subject: 'Printer on fire',
      priority: 'urgent',
    });
    await editCase(made, { Status: 'Working' });
    await catchUp(journey);
    expect(await ticketOf(journey, ticket)).toMatchObject({ status: 'open' });
    await journey.edit('support', 'ticket', ticket, { status: 'pending' });
    await catchUp(journey);
    expect(await caseOf(journey, ticket)).toMatchObject({ Status: 'Working', Subject: 'Printer in flames' });
    await editCase(made, { Status: 'Escalated' });
    await catchUp(journey);
    // Working and pending were in step; what a person chose since is another word for open.
    expect(await ticketOf(journey, ticket)).toMatchObject({ status: 'open' });
    expect(await caseOf(journey, ticket)).toMatchObject({ Status: 'Escalated' });
    expect(await holdsOf(journey)).toEqual([]);
    journey.forgetCalls();
    await catchUp(journey);
    expect(writes()).toEqual([]);
  });

  it('that Zendesk refuses keeps nothing of the ticket from its case, and goes once the reason is gone', async () => {
    const { ticket, made } = await pair({ caseToTicket: 'status' }, { assignee_id: null });
    await editCase(made, { Status: 'Closed' });
    await journey.edit('support', 'ticket', ticket, { subject: 'Printer in flames' });
    await catchUp(journey);
    expect(await messages(journey)).toEqual([expect.stringContaining('Assignee: is required when solving a ticket')]);
    expect(await caseOf(journey, ticket)).toMatchObject({ Subject: 'Printer in flames', Status: 'Closed' });
    await journey.edit('support', 'ticket', ticket, { type: 'problem' });
    await catchUp(journey);
    expect(await caseOf(journey, ticket)).toMatchObject({ Type: 'problem', Status: 'Closed' });
    expect(await holdsOf(journey)).toHaveLength(1);
    const agent = (await journey.records('support', 'user')).find(({ name }) => name === 'Ada');
    await journey.edit('support', 'ticket', ticket, { assignee_id: agent?.id });
    await catchUp(journey);
    expect(await ticketOf(journey, ticket)).toMatchObject({ status: 'solved' });
    expect(await holdsOf(journey)).toEqual([]);
  });

  it('goes nowhere unless the sync says so', async () => {
    const { ticket, made } = await pair({});
    await editCase(made, { Status: 'Closed' });
    await catchUp(journey);
    expect(await ticketOf(journey, ticket)).toMatchObject({ status: 'open' });
    expect(writes()).toEqual([]);
    expect(await holdsOf(journey)).toEqual([]);
  });

  it('goes with type, priority and subject where all may flow, and high stays urgent', async () => {
    const { ticket, made } = await pair({ caseToTicket: 'all' });
    await editCase(made, { Subject: 'Printer in flames', Type: 'problem' });
    await catchUp(journey);
    expect(await ticketOf(journey, ticket)).toMatchObject({
      subject: 'Printer in flames',
      type: 'problem',
      priority: 'urgent',
    });
    await editCase(made, { Priority: 'Low', Description: 'another text' });
    await catchUp(journey);
    expect(await ticketOf(journey, ticket)).toMatchObject({ priority: 'low', description: 'Printer on fire' });
    expect(await holdsOf(journey)).toEqual([]);
  });
});

describe('a case that is reopened after its ticket was closed', () => {
  async function closed(options: Row): Promise<{ readonly ticket: string; readonly made: Row }> {
    const both = await pair(options);
    await journey.edit('support', 'ticket', both.ticket, { status: 'closed' });
    await catchUp(journey);
    expect(await caseOf(journey, both.ticket)).toMatchObject({ Status: 'Closed' });
    await editCase(both.made, { Status: 'Working' });
    return both;
  }

  it('waits for a person, and the ticket is left alone', async () => {
    const { ticket, made } = await closed({ caseToTicket: 'status' });
    await catchUp(journey);
    expect(await messages(journey)).toEqual([
      `Ticket "Printer on fire" (${ticket}) is closed, and Syncline never writes such a record: status stays "closed", Salesforce has "Working". Unlink them, or answer "skip" to leave it so.`,
    ]);
    expect(await ticketOf(journey, ticket)).toMatchObject({ status: 'closed' });
    await editCase(made, { Status: 'Closed' });
    await catchUp(journey);
    expect(await messages(journey)).toEqual([]);
  });

  it('gets a ticket that follows the closed one where the sync says so, and is linked with that one from then on', async () => {
    const { ticket, made } = await closed({ caseToTicket: 'status', reopened: 'follow-up' });
    await catchUp(journey);
    const tickets = await journey.records('support', 'ticket');
    const next = tickets.find(({ id }) => String(id) !== ticket);
    expect(await messages(journey)).toEqual([]);
    expect(tickets).toHaveLength(2);
    expect(next).toMatchObject({ subject: 'Printer on fire', status: 'open' });
    expect(await ticketOf(journey, ticket)).toMatchObject({ status: 'closed', followup_ids: [next?.id] });
    await catchUp(journey);
    await catchUp(journey);
    expect(await cases(journey)).toMatchObject([
      {
        Id: made.Id,
        Status: 'Working',
        [ids]: String(next?.id),
        Zendesk_Support_Ticket_URL__c: expect.stringContaining(`/tickets/${String(next?.id)}`),
        Syncline_Key__c: `zendesk:support.localhost:5002:${String(next?.id)}`,
      },
    ]);
    await journey.edit('support', 'ticket', String(next?.id), { subject: 'It burns again' });
    await catchUp(journey);
    expect(await cases(journey)).toMatchObject([{ Id: made.Id, Subject: 'It burns again' }]);
    // A sweep sees the old ticket, and nothing is made of it.
    await journey.open((service) => service.sweep({ syncs: [] }));
    expect(await cases(journey)).toHaveLength(1);
    expect(await journey.records('support', 'ticket')).toHaveLength(2);
    expect(await messages(journey)).toEqual([]);
  });
});

describe('a case that is made in Salesforce', () => {
  it('becomes a ticket for the user of its contact, with its description as the first comment', async () => {
    journey = await newTickets({ createTickets: true });
    const [account] = await journey.seed('sales', 'Account', [{ Name: 'Acme' }]);
    const [contact] = await journey.seed('sales', 'Contact', [
      { LastName: 'Mia', Email: 'mia@acme.example', AccountId: account },
    ]);
    await catchUp(journey);
    const [id] = await journey.seed('sales', 'Case', [
      { Subject: 'No light', Description: 'It is dark.', Priority: 'High', ContactId: contact, AccountId: account },
    ]);
    await catchUp(journey);
    const [ticket] = await journey.records('support', 'ticket');
    const users = await journey.records('support', 'user');
    const mia = users.find(({ email }) => email === 'mia@acme.example');
    expect(ticket).toMatchObject({
      subject: 'No light',
      description: 'It is dark.',
      priority: 'high',
      status: 'open',
      requester_id: mia?.id,
      external_id: id,
    });
    await catchUp(journey);
    expect(await cases(journey)).toMatchObject([
      {
        Id: id,
        [ids]: String(ticket?.id),
        ContactId: contact,
        AccountId: account,
        Description: 'It is dark.',
        Zendesk_Support_Ticket_Requester_Name__c: 'Mia',
      },
    ]);
    // Later edits of the case stay where they are; those of the ticket arrive.
    await journey.edit('sales', 'Case', String(id), { Subject: 'Still no light', Status: 'Escalated' });
    await journey.edit('support', 'ticket', String(ticket?.id), { priority: 'low' });
    await catchUp(journey);
    expect(await ticketOf(journey, ticket?.id)).toMatchObject({ subject: 'No light', status: 'open' });
    expect(await cases(journey)).toMatchObject([{ Subject: 'Still no light', Priority: 'Low', Status: 'Escalated' }]);
    expect(await holdsOf(journey)).toEqual([]);
    expect(await journey.records('support', 'ticket')).toHaveLength(1);
  });

  it('becomes one for the address that it was sent from, where it has no contact', async () => {
    journey = await newTickets({ createTickets: true });
    await journey.seed('sales', 'Case', [
      { Subject: 'Web form', Description: 'Hello', SuppliedName: 'Nora New', SuppliedEmail: 'nora@new.example' },
    ]);
    await catchUp(journey);
    const [ticket] = await journey.records('support', 'ticket');
    const nora = (await journey.records('support', 'user')).find(({ email }) => email === 'nora@new.example');
    expect(nora).toMatchObject({ name: 'Nora New' });
    expect(ticket).toMatchObject({ subject: 'Web form', requester_id: nora?.id });
  });

  it('waits where nobody can be the requester, or nothing is described; closed ones and those of other tickets are none', async () => {
    journey = await newTickets({ createTickets: true });
    const [, contact] = await journey.seed('sales', 'Contact', [
      { LastName: 'First', Email: 'twice@known.example' },
      { LastName: 'Somebody', Email: 'twice@known.example' },
    ]);
    const [without, silent] = await journey.seed('sales', 'Case', [
      { Subject: 'Who', Description: 'asks', ContactId: contact },
      { Subject: 'No words', SuppliedEmail: 'nora@new.example' },
      { Subject: 'Done', Description: 'long ago', Status: 'Closed', SuppliedEmail: 'nora@new.example' },
      { Subject: 'Elsewhere', Description: 'made there', SuppliedEmail: 'nora@new.example', [ids]: '77' },
    ]);
    await catchUp(journey);
    const held = new Map((await holdsOf(journey)).map((hold) => [hold.crm?.id, hold]));
    expect([...held.keys()].sort()).toEqual([without, silent].sort());
    expect(held.get(without)?.message).toMatch(
      /^Case "\d+" \(500\w+\): SuppliedEmail and Zendesk_Support_Ticket_Requester_Email__c are empty and ContactId points to Contact "Somebody" \(003\w+\), which has no twin by the sync "contacts"( yet)?, and Zendesk needs requester_email or requester_id to create the ticket\. Fill one of them in; it is created as soon as one has a value\.$/,
    );
    expect(held.get(silent)?.message).toMatch(
      /has no Description, and Zendesk needs description to create the ticket\. Fill in Description/,
    );
    expect(await journey.records('support', 'ticket')).toEqual([]);
    await journey.edit('sales', 'Contact', String(contact), { Email: 'now@known.example' });
    await journey.edit('sales', 'Case', String(silent), { Description: 'Words' });
    await catchUp(journey);
    await catchUp(journey);
    const tickets = await journey.records('support', 'ticket');
    expect(tickets.map(({ subject }) => subject).sort()).toEqual(['No words', 'Who']);
    expect(await holdsOf(journey)).toEqual([]);
  });
});
