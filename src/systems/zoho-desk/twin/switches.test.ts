import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { column, type Desk, idIn, openDesk, rows } from './testing.ts';

/** What the vendor's pages leave open is a switch: here both of its sides, so that whoever relies on neither can try either. */
async function withCode(settings: JsonObject): Promise<Desk> {
  const desk = await openDesk(settings);
  await desk.control('PUT', 'schema', {
    contact: { fields: [{ apiName: 'cf_code', displayLabel: 'Code', type: 'Text' }] },
  });
  return desk;
}

describe('values', () => {
  it.each([
    ['nested', { cf: { cf_code: 'K' } }],
    ['flat', { cf_code: 'K' }],
    ['null', { cf: null }],
  ])('of custom fields are shown in rows as %s', async (cfInRows, shown) => {
    const desk = await withCode({ cfInRows });
    await desk.call('POST', 'contacts', { lastName: 'A', cf: { cf_code: 'K' } });
    const [row] = rows(await desk.call('GET', 'contacts?fields=lastName,cf_code'));
    expect(row).toEqual({ id: row?.id, lastName: 'A', ...shown });
  });

  it.each([
    ['strings', 422],
    ['scalars', 200],
  ])('of custom fields given as numbers are taken as %s', async (cfValues, status) => {
    const desk = await withCode({ cfValues });
    expect((await desk.call('POST', 'contacts', { lastName: 'A', cf: { cf_code: 12 } })).status).toBe(status);
  });

  it.each([
    [true, null],
    [false, ''],
  ])('that are empty texts become null: %s', async (emptyTextIsNull, phone) => {
    const desk = await openDesk({ emptyTextIsNull });
    expect((await desk.call('POST', 'contacts', { lastName: 'A', phone: '' })).body.phone).toBe(phone);
  });

  it.each([
    ['second', '2026-11-20T16:00:01.000Z'],
    ['millisecond', '2026-11-20T16:00:01.234Z'],
  ])('are stamped to the %s', async (stamps, createdTime) => {
    const desk = await openDesk({ stamps });
    desk.advance(1_234);
    expect((await desk.call('POST', 'contacts', { lastName: 'A' })).body.createdTime).toBe(createdTime);
  });

  it.each([
    [true, '2026-11-20T16:01:00.000Z'],
    [false, '2026-11-20T16:00:00.000Z'],
  ])('written as they were move the stamp: %s', async (touchWithoutChange, modifiedTime) => {
    const desk = await openDesk({ touchWithoutChange });
    const id = idIn(await desk.call('POST', 'contacts', { lastName: 'A' }));
    desk.advance(60_000);
    expect((await desk.call('PATCH', `contacts/${id}`, { lastName: 'A' })).body.modifiedTime).toBe(modifiedTime);
  });
});

describe('lists', () => {
  it.each([
    ['same', 200],
    ['refuse', 422],
  ])('take from=0 as %s', async (listFromZero, status) => {
    const desk = await openDesk({ listFromZero });
    await desk.call('POST', 'contacts', { lastName: 'A' });
    expect((await desk.call('GET', 'contacts?from=0')).status).toBe(status);
  });

  it.each([[5], [10]])('weigh %i from the 2,001st row on', async (listWeightTo10000) => {
    const desk = await openDesk({ listWeightTo10000 });
    const answer = await desk.call('GET', 'contacts?from=2002');
    expect(answer.headers.get('x-rate-limit-request-weight-v3')).toBe(String(listWeightTo10000));
  });
});

describe('the bin', () => {
  it.each([
    ['404', 404, 1],
    ['204', 204, 0],
  ])('meets what is not there with %s', async (trashUnknown, status, left) => {
    const desk = await openDesk({ trashUnknown });
    const id = idIn(await desk.call('POST', 'contacts', { lastName: 'A' }));
    const trashed = await desk.call('POST', 'contacts/moveToTrash', { contactIds: [id, '77'] });
    expect([trashed.status, rows(await desk.call('GET', 'contacts')).length]).toEqual([status, left]);
  });

  it('can be one that gives nothing back', async () => {
    const desk = await openDesk({ restoreRoute: false });
    expect((await desk.call('POST', 'recycleBin/restore', { ids: ['1'] })).body.errorCode).toBe('URL_NOT_FOUND');
  });
});

describe('logins', () => {
  it.each([[true], [false]])('by client credentials exist: %s', async (clientCredentials) => {
    const desk = await openDesk({ clientCredentials });
    const form = { grant_type: 'client_credentials', scope: 'Desk.contacts.READ', soid: `Desk.${desk.login.orgId}` };
    expect('access_token' in (await desk.token(form)).body).toBe(clientCredentials);
    expect((await desk.token({ ...form, soid: 'Desk.1' })).body).not.toHaveProperty('access_token');
  });
});

describe('a locked ticket', () => {
  it.each([
    [true, 200],
    [false, 422],
  ])('can be opened again: %s', async (reopenLocked, status) => {
    const desk = await openDesk({ reopenLocked });
    const [contactId = ''] = await desk.seed('contact', { lastName: 'A' });
    const [id = ''] = await desk.seed('ticket', { subject: 'S', contactId, status: 'Closed' });
    await desk.control('POST', `records/ticket/${id}/lock`, {});
    expect((await desk.call('PATCH', `tickets/${id}`, { status: 'Open' })).status).toBe(status);
  });
});

describe('events', () => {
  async function told(settings: JsonObject, cause: (desk: Desk, ids: readonly string[]) => Promise<unknown>) {
    const events: JsonObject[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      const text = await request.text();
      const body: Json = text === '' ? [] : JSON.parse(text);
      events.push(...(Array.isArray(body) ? body.filter(isJsonObject) : []));
      return new Response();
    };
    const { promise: sleep } = Promise.withResolvers<void>();
    const desk = await openDesk(settings, { fetch, sleep: () => sleep });
    const ids = await desk.seed('contact', { lastName: 'A' }, { lastName: 'B' });
    const subscriptions = { Contact_Add: null, Contact_Update: null, Contact_Delete: null };
    idIn(await desk.call('POST', 'webhooks', { url: 'https://sync.example', subscriptions }));
    await cause(desk, ids);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    return events;
  }
  const names = (events: readonly JsonObject[]) => events.map(({ eventType }) => eventType);
  const merge = (desk: Desk, [winner = '', loser = '']: readonly string[]) =>
    desk.call('POST', `contacts/${winner}/merge`, { ids: [loser] });
  const trash = (desk: Desk, [id = '']: readonly string[]) =>
    desk.call('POST', 'contacts/moveToTrash', { contactIds: [id] });

  it.each([
    ['update-and-delete', ['Contact_Delete', 'Contact_Update']],
    ['delete', ['Contact_Delete']],
    ['none', []],
  ])('of a merge: %s', async (mergeEvents, expected) => {
    expect(names(await told({ mergeEvents }, merge))).toEqual(expected);
  });

  it.each([
    ['none', []],
    ['Add', ['Contact_Add']],
    ['Update', ['Contact_Update']],
  ])('of a restored record: %s', async (restoreEvent, expected) => {
    const events = await told({ restoreEvent }, async (desk, ids) => {
      await trash(desk, ids);
      await desk.call('POST', 'recycleBin/restore', { ids: ids.slice(0, 1) });
    });
    expect(names(events)).toEqual(['Contact_Delete', ...expected]);
  });

  it('of a removal can bring the whole record, and times in ISO 8601', async () => {
    const [event] = await told({ deletePayload: 'record', webhook: { eventTime: 'iso' } }, trash);
    expect(event).toMatchObject({ payload: { lastName: 'A' }, eventTime: '2026-11-20T16:00:00.000Z' });
  });
});

describe('the time an answer takes', () => {
  it('is waited for', async () => {
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    const desk = await openDesk({}, { sleep });
    await desk.control('PUT', 'settings', { answerMs: 250 });
    expect(column(await desk.call('GET', 'departments'), 'name')).toEqual(['Support']);
    expect(waits).toEqual([250]);
  });
});
