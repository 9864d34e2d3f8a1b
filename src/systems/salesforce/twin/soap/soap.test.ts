import { describe, expect, it } from 'vitest';
import { bare, openOrg } from '../testing.ts';
import { child, parseXml, textOf, toXml } from './xml.ts';

const envelope = (session: string, call: string): string =>
  `<e:Envelope xmlns:e="x"><e:Header><SessionHeader><sessionId>${session}</sessionId></SessionHeader></e:Header><e:Body>${call}</e:Body></e:Envelope>`;

describe('SOAP', () => {
  it('answers a dead session with a fault', async () => {
    const org = await openOrg();
    const envelope =
      '<e:Envelope xmlns:e="x"><e:Header><SessionHeader><sessionId>dead</sessionId></SessionHeader></e:Header><e:Body><undelete><ids>1</ids></undelete></e:Body></e:Envelope>';
    const reply = await org.send('POST', '/services/Soap/u/62.0', envelope, { 'content-type': 'text/xml' });
    expect([reply.status, reply.text]).toEqual([
      500,
      expect.stringContaining('<faultcode>sf:INVALID_SESSION_ID</faultcode>'),
    ]);
  });

  it('answers an operation that is none, also one that JavaScript knows, with a fault', async () => {
    const org = await openOrg();
    const session = await org.send(
      'POST',
      '/services/Soap/u/62.0',
      envelope('', '<login><username>integration@acme.example</username><password>password</password></login>'),
    );
    const id = /<sessionId>([^<]+)</.exec(session.text)?.[1] ?? '';
    for (const operation of ['fly', 'constructor', 'toString', 'hasOwnProperty']) {
      const reply = await org.send('POST', '/services/Soap/u/62.0', envelope(id, `<${operation}/>`));
      expect([reply.status, reply.text]).toEqual([
        500,
        expect.stringContaining(`No operation available for request {urn:partner.soap.sforce.com}${operation},`),
      ]);
    }
    expect(org.failures).toEqual([]);
  });

  it('leaves entities that name no character as they are', () => {
    expect(parseXml('<a>&#x41;&#X42;&#67;&#x110000;&#99999999;&constructor;&amp;</a>')?.text).toBe(
      'ABC&#x110000;&#99999999;&constructor;&',
    );
  });

  it('reads and writes XML', () => {
    const root = parseXml(
      '<?xml version="1.0"?><a:x b="1&amp;2"><!-- no --><y>one &lt; <![CDATA[two & three]]></y><z xsi:nil="true"/></a:x>',
    );
    expect([
      root?.name,
      root?.attributes.b,
      textOf(root ?? undefined, 'y'),
      textOf(root ?? undefined, 'z'),
      child(root ?? undefined, 'w'),
    ]).toEqual(['x', '1&2', 'one < two & three', undefined, undefined]);
    expect(parseXml('<a><b></a>')).toBeNull();
    expect(toXml({ a: [1, 'x & y'], b: null, c: undefined, d: { e: true } })).toBe(
      '<a>1</a><a>x &amp; y</a><b xsi:nil="true"/><d><e>true</e></d>',
    );
  });
});

describe('a person', () => {
  it('merges, restores and converts by hand', async () => {
    const org = await openOrg();
    const [winner, loser] = await org.seed('Account', { Name: 'Winner' }, { Name: 'Loser' });
    await org.seed('Contact', { LastName: 'Child', AccountId: loser ?? '' });
    expect(
      (await org.control('POST', `records/Account/${winner}/merge`, { losers: [loser ?? ''] })).body,
    ).toMatchObject({ id: winner, mergedIds: [loser] });
    expect((await org.query('SELECT Account.Name FROM Contact')).map(bare)).toMatchObject([
      { Account: { Name: 'Winner' } },
    ]);
    await org.control('POST', `records/Account/${loser}/restore`, {});
    expect(await org.query('SELECT Id, MasterRecordId FROM Account')).toHaveLength(2);
    const [lead] = await org.seed('Lead', { LastName: 'Doe', Company: 'Acme' });
    expect(
      (await org.control('POST', `records/Lead/${lead}/convert`, { doNotCreateOpportunity: true })).body,
    ).toMatchObject({ leadId: lead, opportunityId: null });
    expect((await org.control('POST', `records/Lead/${lead}/explode`, {})).status).toBe(400);
  });
});
