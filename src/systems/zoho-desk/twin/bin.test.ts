import { describe, expect, it } from 'vitest';
import { dayMs } from './stamps.ts';
import { column, type Desk, idIn, openDesk, rows } from './testing.ts';

async function contact(desk: Desk, lastName: string, more = {}): Promise<string> {
  return idIn(await desk.call('POST', 'contacts', { lastName, ...more }));
}

function trash(desk: Desk, ...contactIds: readonly string[]) {
  return desk.call('POST', 'contacts/moveToTrash', { contactIds });
}

describe('the recycle bin', () => {
  it('takes records out of lists and searches; by id they are there, marked, and cannot be written', async () => {
    const desk = await openDesk();
    const id = await contact(desk, 'Gone');
    expect((await trash(desk, id)).status).toBe(204);
    expect((await desk.call('GET', 'contacts')).status).toBe(204);
    expect((await desk.call('GET', 'contacts/search?lastName=gone')).status).toBe(204);
    expect((await desk.call('GET', `contacts/${id}`)).body).toMatchObject({ isTrashed: true, isDeleted: true });
    expect((await desk.call('PATCH', `contacts/${id}`, { lastName: 'Back' })).status).toBe(404);
    const bin = await desk.call('GET', 'recycleBin?module=contacts&from=0&limit=100&sortBy=-deletedTime');
    expect(rows(bin)).toMatchObject([{ id, deletedTime: '2026-11-20T16:00:00.000Z' }]);
    await desk.control('PUT', 'settings', { trashedById: '404' });
    expect((await desk.call('GET', `contacts/${id}`)).status).toBe(404);
  });

  it('takes all that are named or none', async () => {
    const desk = await openDesk();
    const id = await contact(desk, 'Here');
    expect((await trash(desk, id, '77')).status).toBe(404);
    expect(column(await desk.call('GET', 'contacts'), 'id')).toEqual([id]);
    expect((await desk.call('POST', 'contacts/moveToTrash', {})).body.errorCode).toBe('INVALID_DATA');
    expect((await desk.call('POST', 'contacts/moveToTrash', { contactIds: ['x'] })).status).toBe(422);
  });

  it('gives back what is restored, deletes what is purged, at six credits a record', async () => {
    const desk = await openDesk();
    const ids = [await contact(desk, 'One'), await contact(desk, 'Two')];
    const trashed = await trash(desk, ...ids);
    expect(trashed.headers.get('x-rate-limit-request-weight-v3')).toBe('12');
    const [first = '', second = ''] = ids;
    expect((await desk.call('POST', 'recycleBin/restore', { ids: [first] })).body).toMatchObject({
      results: [{ success: true, id: first }],
    });
    expect((await desk.call('POST', 'recycleBin/delete', { ids: [first, second] })).body).toMatchObject({
      results: [
        { success: false, id: first },
        { success: true, id: second },
      ],
    });
    expect(column(await desk.call('GET', 'contacts'), 'id')).toEqual([first]);
    expect((await desk.call('GET', `contacts/${second}`)).status).toBe(404);
  });

  it('is emptied of each record after sixty days', async () => {
    const desk = await openDesk();
    const id = await contact(desk, 'Old');
    await trash(desk, id);
    const records = () => desk.control('GET', 'records/contact');
    desk.advance(60 * dayMs - 1);
    expect(await records()).toMatchObject([{ id, removed: true }]);
    desk.advance(1);
    expect(await records()).toEqual([]);
  });

  it('is empty as 204, or as an empty list by a switch, and of one module at a time', async () => {
    const desk = await openDesk();
    expect((await desk.call('GET', 'recycleBin?module=tickets')).status).toBe(204);
    await desk.control('PUT', 'settings', { emptyBin: 'list' });
    expect((await desk.call('GET', 'recycleBin?module=tickets')).body).toEqual({ data: [] });
    expect((await desk.call('GET', 'recycleBin')).status).toBe(422);
  });
});

describe('a merge', () => {
  it('keeps the winner with the values that were chosen; the others are gone and their things move', async () => {
    const desk = await openDesk();
    await desk.control('PUT', 'schema', {
      contact: { fields: [{ apiName: 'cf_code', displayLabel: 'Code', type: 'Text' }] },
    });
    const winner = await contact(desk, 'Winner', { phone: '1' });
    const loser = await contact(desk, 'Loser', { phone: '2', email: 'loser@demo.com', cf: { cf_code: 'L' } });
    const ticket = idIn(
      await desk.call('POST', 'tickets', { subject: 'S', contactId: loser, departmentId: await department(desk) }),
    );
    const merged = await desk.call('POST', `contacts/${winner}/merge`, {
      ids: [loser],
      source: { email: loser, phone: winner, cf: { cf_code: loser } },
    });
    expect([merged.status, merged.body]).toMatchObject([
      200,
      { id: winner, lastName: 'Winner', phone: '1', email: 'loser@demo.com', cf: { cf_code: 'L' } },
    ]);
    expect((await desk.call('GET', `contacts/${loser}`)).status).toBe(404);
    expect((await desk.call('GET', 'recycleBin?module=contacts')).status).toBe(204);
    expect((await desk.call('GET', `tickets/${ticket}`)).body.contactId).toBe(winner);
  });

  it('of accounts moves their contacts', async () => {
    const desk = await openDesk();
    const one = idIn(await desk.call('POST', 'accounts', { accountName: 'One' }));
    const two = idIn(await desk.call('POST', 'accounts', { accountName: 'Two' }));
    const ada = await contact(desk, 'Ada', { accountId: two });
    expect((await desk.call('POST', `accounts/${one}/merge`, { ids: [two] })).body.accountName).toBe('One');
    expect((await desk.call('GET', `contacts/${ada}`)).body.accountId).toBe(one);
  });

  it('is refused with itself, with nobody, for a strange source, and for end users', async () => {
    const desk = await openDesk();
    const id = await contact(desk, 'A');
    const [user = ''] = await desk.seed('contact', { lastName: 'User', isEndUser: true });
    const merge = async (body: { ids: string[]; source?: { email: string } }) =>
      (await desk.call('POST', `contacts/${id}/merge`, body)).status;
    expect(await merge({ ids: [id] })).toBe(422);
    expect(await merge({ ids: ['77'] })).toBe(404);
    expect(await merge({ ids: [] })).toBe(422);
    expect(await merge({ ids: [await contact(desk, 'B')], source: { email: '77' } })).toBe(422);
    expect(await merge({ ids: [user] })).toBe(422);
    expect(rows(await desk.call('GET', 'contacts')).length).toBe(3);
  });
});

async function department(desk: Desk): Promise<string> {
  return String(rows(await desk.call('GET', 'departments'))[0]?.id);
}
