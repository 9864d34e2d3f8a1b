import { describe, expect, it } from 'vitest';
import { at, errorsOf, type Oro, openOro, type Reply, thing } from './testing.ts';

const emails = (...all: readonly string[]) => all.map((email) => ({ email }));

function shown({ status, body }: Reply) {
  return [status, at(body, 'data.attributes.emails'), at(body, 'data.attributes.primaryEmail')];
}

async function withTwo(settings = {}): Promise<Oro> {
  const oro = await openOro(settings);
  await oro.seed('contacts', { firstName: 'Ada', emails: emails('a@x.y', 'b@x.y'), primaryEmail: 'b@x.y' });
  return oro;
}

async function change(oro: Oro, attributes: Parameters<typeof thing>[1]): Promise<Reply> {
  return oro.call('PATCH', 'contacts/1', { data: thing('contacts', attributes, {}, { id: '1' }) });
}

describe('e-mails and the primary one', () => {
  it('are kept in their order, the primary anywhere among them', async () => {
    const oro = await openOro();
    const made = await oro.call('POST', 'contacts', {
      data: thing('contacts', { emails: emails('a@x.y', 'b@x.y'), primaryEmail: 'b@x.y' }),
    });
    expect(shown(made)).toEqual([201, emails('a@x.y', 'b@x.y'), 'b@x.y']);
    const alone = await oro.call('POST', 'contacts', { data: thing('contacts', { primaryEmail: 'c@x.y' }) });
    expect(shown(alone)).toEqual([201, emails('c@x.y'), 'c@x.y']);
  });

  it('a primary value alone promotes the one that is there, or takes the place of the old primary one', async () => {
    const oro = await withTwo();
    expect(shown(await change(oro, { primaryEmail: 'a@x.y' }))).toEqual([200, emails('a@x.y', 'b@x.y'), 'a@x.y']);
    expect(shown(await change(oro, { primaryEmail: 'c@x.y' }))).toEqual([200, emails('b@x.y', 'c@x.y'), 'c@x.y']);
  });

  it('a set replaces the set; the primary one stays if it is in it', async () => {
    const oro = await withTwo();
    expect(shown(await change(oro, { emails: emails('b@x.y', 'c@x.y') }))).toEqual([
      200,
      emails('b@x.y', 'c@x.y'),
      'b@x.y',
    ]);
    expect(shown(await change(oro, { emails: emails('d@x.y', 'e@x.y'), primaryEmail: 'e@x.y' }))).toEqual([
      200,
      emails('d@x.y', 'e@x.y'),
      'e@x.y',
    ]);
    expect(shown(await change(oro, { emails: [] }))).toEqual([200, [], null]);
  });

  it('a set must have a primary one, and a primary value must be in the set', async () => {
    const oro = await withTwo();
    const missing = {
      status: '400',
      title: 'contains primary constraint',
      detail: 'One of the emails must be set as primary.',
      source: { pointer: '/data/attributes/emails' },
    };
    expect(errorsOf(await change(oro, { emails: emails('a@x.y') }))).toEqual([missing]);
    expect(errorsOf(await change(oro, { primaryEmail: null }))).toEqual([missing]);
    const bare = await oro.call('POST', 'contacts', { data: thing('contacts', { emails: emails('a@x.y') }) });
    expect(errorsOf(bare)).toEqual([missing]);
    const unknown = await change(oro, { emails: emails('a@x.y'), primaryEmail: 'z@x.y' });
    expect(errorsOf(unknown)).toEqual([
      {
        status: '400',
        title: 'primary item constraint',
        detail: 'Unknown primary email address.',
        source: { pointer: '/data/attributes/primaryEmail' },
      },
    ]);
    expect(shown(await oro.call('GET', 'contacts/1'))).toEqual([200, emails('a@x.y', 'b@x.y'), 'b@x.y']);
  });

  it('each of a set is checked at its own place', async () => {
    const oro = await withTwo();
    const answer = await change(oro, { emails: [{ email: 'b@x.y' }, { email: 'x' }, { mail: 'y' }, 'z'] });
    expect(errorsOf(answer).map((error) => [error.title, at(error, 'source.pointer')])).toEqual([
      ['email constraint', '/data/attributes/emails/1/email'],
      ['extra fields constraint', '/data/attributes/emails/2'],
      ['not blank constraint', '/data/attributes/emails/2/email'],
      ['form constraint', '/data/attributes/emails/3'],
    ]);
  });

  it('phones go the same way', async () => {
    const oro = await openOro();
    const made = await oro.call('POST', 'contacts', {
      data: thing('contacts', { phones: [{ phone: '1' }, { phone: '2' }], primaryPhone: '1' }),
    });
    expect([at(made.body, 'data.attributes.phones'), at(made.body, 'data.attributes.primaryPhone')]).toEqual([
      [{ phone: '1' }, { phone: '2' }],
      '1',
    ]);
  });
});
