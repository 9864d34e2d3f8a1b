import { describe, expect, it } from 'vitest';
import { bare, openOrg } from '../testing.ts';
import { child, parseXml, textOf, toXml } from './xml.ts';

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
