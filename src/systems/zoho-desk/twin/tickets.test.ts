import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { column, type Desk, idIn, openDesk, rows } from './testing.ts';

interface Portal {
  readonly desk: Desk;
  readonly departmentId: string;
  readonly contactId: string;
  make(more?: JsonObject): Promise<string>;
}

async function portal(settings: JsonObject = {}): Promise<Portal> {
  const desk = await openDesk(settings);
  const departmentId = String(rows(await desk.call('GET', 'departments'))[0]?.id);
  const accountId = idIn(await desk.call('POST', 'accounts', { accountName: 'Acme' }));
  const ada = { lastName: 'Ada', email: 'ada@demo.com', accountId };
  const contactId = idIn(await desk.call('POST', 'contacts', ada));
  const make = async (more: JsonObject = {}) =>
    idIn(await desk.call('POST', 'tickets', { subject: 'Help', departmentId, contactId, ...more }));
  return { desk, departmentId, contactId, make };
}

describe('a ticket', () => {
  it('has a number, the contact’s account and e-mail, and a status with its type', async () => {
    const { desk, contactId, make } = await portal();
    const id = await make({ description: '<b>Broken</b>' });
    const { body } = await desk.call('GET', `tickets/${id}?include=contacts,departments,assignee`);
    expect(body).toMatchObject({
      ticketNumber: '101',
      status: 'Open',
      statusType: 'Open',
      email: 'ada@demo.com',
      contactId,
      threadCount: '1',
      commentCount: '0',
      closedTime: null,
      contact: { id: contactId, account: { accountName: 'Acme' } },
      department: { name: 'Support' },
      assignee: null,
    });
    expect(body.webUrl).toBe(`https://desk.zoho.com/support/twin/ShowHomePage.do#Cases/dv/${id}`);
    await make();
    expect(column(await desk.call('GET', 'tickets'), 'ticketNumber')).toEqual(['101', '102']);
  });

  it('finds or makes its contact by what is told of it', async () => {
    const { desk, departmentId, contactId } = await portal();
    const post = (contact: JsonObject) => desk.call('POST', 'tickets', { subject: 'S', departmentId, contact });
    expect((await post({ lastName: 'X', email: 'ADA@demo.com' })).body.contactId).toBe(contactId);
    const made = (await post({ lastName: 'New', email: 'new@demo.com' })).body.contactId;
    expect((await desk.call('GET', `contacts/${made}`)).body).toMatchObject({ lastName: 'New' });
    expect((await post({ email: 'nobody@demo.com' })).status).toBe(422);
  });

  it.each([
    ['subject', null, 'missing'],
    ['departmentId', '77', 'invalid'],
    ['contactId', '77', 'invalid'],
    ['status', 'Nonsense', 'invalid'],
    ['priority', 'Nonsense', 'invalid'],
    ['dueDate', '2026-11-20T16:00:00+01:00', 'invalid'],
    ['secondaryContacts', Array(21).fill('1'), 'invalid'],
    ['sharedDepartments', 'x', 'invalid'],
  ])('is refused where its %s is %j', async (name, value, errorType) => {
    const { desk, departmentId, contactId } = await portal();
    const body = { subject: 'S', departmentId, contactId, [name]: value };
    const refused = await desk.call('POST', 'tickets', body);
    expect(refused.body.errors).toEqual([{ fieldName: `/${name}`, errorType, errorMessage: '' }]);
  });

  it('is closed, held and opened again by the names of the portal’s statuses', async () => {
    const { desk, make } = await portal();
    const allowedValues = [
      { value: 'New', statusType: 'Open' },
      { value: 'Done', statusType: 'Closed' },
      { value: 'Parked', statusType: 'On Hold' },
    ];
    await desk.control('PUT', 'schema', { ticket: { fields: [{ apiName: 'status', allowedValues }] } });
    const id = await make();
    const turn = async (status: string) => (await desk.call('PATCH', `tickets/${id}`, { status })).body;
    expect(await turn('Done')).toMatchObject({ statusType: 'Closed', closedTime: '2026-11-20T16:00:00.000Z' });
    expect(await turn('Parked')).toMatchObject({ statusType: 'On Hold', closedTime: null });
    expect(await turn('New')).toMatchObject({ statusType: 'Open', onholdTime: null });
    await desk.call('POST', 'closeTickets', { ids: [id] });
    expect((await desk.call('GET', `tickets/${id}`)).body.status).toBe('Done');
    await desk.control('POST', `records/ticket/${id}/lock`, {});
    expect((await desk.call('PATCH', `tickets/${id}`, { status: 'New' })).status).toBe(422);
    expect((await desk.call('PATCH', `tickets/${id}`, { subject: 'Renamed' })).status).toBe(200);
  });

  it('is listed by twenty-five, filtered, never sorted by modified time; the search is', async () => {
    const { desk, make, contactId } = await portal();
    for (let i = 0; i < 26; i++) await make({ priority: i % 2 === 0 ? 'High' : null });
    expect(rows(await desk.call('GET', 'tickets')).length).toBe(25);
    expect((await desk.call('GET', 'tickets?sortBy=modifiedTime')).status).toBe(422);
    expect(rows(await desk.call('GET', 'tickets?priority=High&limit=100')).length).toBe(13);
    expect(rows(await desk.call('GET', 'tickets?assignee=Unassigned&status=Open,Closed&limit=100')).length).toBe(26);
    expect((await desk.call('GET', 'tickets?receivedInDays=7')).status).toBe(422);
    expect((await desk.call('GET', 'ticketsCount?priority=High')).body).toEqual({ count: '13' });
    const range = 'modifiedTimeRange=2026-11-20T00:00:00.000Z,2026-11-21T00:00:00.000Z';
    expect((await desk.call('GET', `tickets/search?${range}&sortBy=modifiedTime`)).body.count).toBe(26);
    expect((await desk.call('GET', 'tickets/search?status=%24%7Bopen%7D&priority=High')).body.count).toBe(13);
    expect(rows(await desk.call('GET', `contacts/${contactId}/tickets?limit=3&sortBy=-createdTime`)).length).toBe(3);
    expect((await desk.call('GET', `contacts/${contactId}/statistics`)).body).toMatchObject({
      overallCount: { totalCount: '26', closedCount: '0' },
    });
  });

  it('moves, merges, splits, is read and marked as spam', async () => {
    const { desk, make } = await portal();
    const [one, two] = [await make({ description: 'first' }), await make({ description: 'second' })];
    const [sales] = await desk.seed('department', { name: 'Sales' });
    expect((await desk.call('POST', `tickets/${one}/move?departmentId=${sales}`)).body.departmentId).toBe(sales);
    await desk.call('POST', `tickets/${two}/comments`, { content: 'noted' });
    expect((await desk.call('POST', `tickets/${one}/merge`, { ids: [two], source: {} })).body).toMatchObject({
      threadCount: '2',
      commentCount: '1',
    });
    expect((await desk.call('GET', `tickets/${two}`)).status).toBe(404);
    await desk.control('POST', `records/ticket/${one}/reply`, { content: 'and another thing' });
    const reply = rows(await desk.call('GET', `tickets/${one}/threads`)).find(
      (row) => row.isDescriptionThread === false,
    );
    const split = await desk.call('POST', `tickets/${one}/threads/${reply?.id}/split`);
    expect(split.body).toMatchObject({ subject: 'Help', threadCount: '1' });
    expect((await desk.call('POST', `tickets/${one}/markAsRead`)).status).toBe(204);
    expect((await desk.call('GET', `tickets/${one}`)).body.isRead).toBe(true);
    const spam = await desk.call('POST', 'tickets/markSpam', { ids: [one], isSpam: true });
    expect([spam.status, spam.text]).toEqual([200, '']);
    expect((await desk.call('POST', 'tickets/emptySpam')).status).toBe(202);
    expect((await desk.call('GET', `tickets/${one}`)).status).toBe(404);
  });

  it('follows up a locked ticket only', async () => {
    const { desk, departmentId, contactId, make } = await portal();
    const id = await make();
    const body = { subject: 'Again', departmentId, contactId, sourceTicket: { id } };
    expect((await desk.call('POST', 'tickets', body)).status).toBe(422);
    await desk.control('POST', `records/ticket/${id}/lock`, {});
    expect((await desk.call('POST', 'tickets', body)).status).toBe(200);
  });
});

describe('what is said on a ticket', () => {
  it('is noted by the token’s agent, changed in its text alone, and moves the ticket’s stamp', async () => {
    const { desk, make } = await portal();
    const id = await make();
    desk.advance(10_000);
    const said = await desk.call('POST', `tickets/${id}/comments`, { content: 'Hello', isPublic: true });
    expect(said.body).toMatchObject({
      content: 'Hello',
      contentType: 'plainText',
      isPublic: true,
      commenter: { email: 'owner@twin.example', type: 'AGENT' },
      commentedTime: '2026-11-20T16:00:10.000Z',
      modifiedTime: null,
    });
    expect((await desk.call('GET', `tickets/${id}`)).body).toMatchObject({
      commentCount: '1',
      modifiedTime: '2026-11-20T16:00:10.000Z',
    });
    const path = `tickets/${id}/comments/${idIn(said)}`;
    expect((await desk.call('PATCH', path, { isPublic: false, content: 'x' })).status).toBe(422);
    expect((await desk.call('PATCH', path, { content: 'Hello again' })).body.content).toBe('Hello again');
    await desk.control('PUT', 'settings', { commentTouchesTicket: false });
    desk.advance(10_000);
    await desk.call('POST', `tickets/${id}/comments`, { content: 'Second' });
    expect(column(await desk.call('GET', `tickets/${id}/comments?sortBy=-commentedTime`), 'content')).toEqual([
      'Second',
      'Hello again',
    ]);
    expect((await desk.call('GET', `tickets/${id}`)).body.modifiedTime).toBe('2026-11-20T16:00:10.000Z');
    expect((await desk.call('GET', `${path}?include=plainText,mentions`)).body).toMatchObject({
      plainText: 'Hello again',
      mention: [],
    });
    expect((await desk.call('GET', `${path}?include=more`)).status).toBe(422);
    const gone = await desk.call('DELETE', path);
    expect([gone.status, gone.text]).toEqual([200, '']);
    expect((await desk.call('GET', path)).status).toBe(404);
  });

  it.each([
    [{}, 'missing'],
    [{ content: '' }, 'missing'],
    [{ content: 5 }, 'invalid'],
    [{ content: 'x'.repeat(32_001) }, 'invalid'],
  ])('is refused as %j', async (body, errorType) => {
    const { desk, make } = await portal();
    const refused = await desk.call('POST', `tickets/${await make()}/comments`, body);
    expect(refused.body.errors).toEqual([{ fieldName: '/content', errorType, errorMessage: '' }]);
  });

  it('begins with the description, once', async () => {
    const { desk, make } = await portal();
    const id = await make({ description: '<p>It broke</p>' });
    const [thread] = rows(await desk.call('GET', `tickets/${id}/threads`));
    expect(thread).toMatchObject({ isDescriptionThread: true, direction: 'in', summary: 'It broke' });
    expect((await desk.call('GET', `tickets/${id}/threads/${thread?.id}`)).body.content).toBe('<p>It broke</p>');
    await desk.call('POST', `tickets/${id}/comments`, { content: 'noted' });
    const types = column(await desk.call('GET', `tickets/${id}/conversations`), 'type');
    expect(types.toSorted()).toEqual(['comment', 'thread']);
    expect((await desk.call('GET', `tickets/${id}/latestThread`)).body.id).toBe(thread?.id);
  });
});

describe('files', () => {
  it('are uploaded, attached and read back with the same credentials', async () => {
    const { desk, make } = await portal();
    const form = new FormData();
    form.set('file', new File(['hello'], 'note.txt', { type: 'text/plain' }));
    const sent = new Response(form);
    const type = { ...desk.login, 'content-type': sent.headers.get('content-type') ?? '' };
    const bytes = new Uint8Array(await sent.arrayBuffer());
    const upload = await desk.send('POST', '/api/v1/uploads', bytes, type);
    const id = await make({ uploads: [idIn(upload)] });
    const [file] = rows(await desk.call('GET', `tickets/${id}/attachments`));
    expect(file).toMatchObject({ name: 'note.txt', size: '5' });
    expect((await desk.send('GET', String(file?.href), null, desk.login)).text).toBe('hello');
    expect((await desk.send('GET', String(file?.href))).status).toBe(401);
    const broken = await desk.send('POST', '/api/v1/uploads', bytes.slice(0, 60), type);
    expect([broken.status, desk.bugs]).toEqual([400, []]);
  });
});
