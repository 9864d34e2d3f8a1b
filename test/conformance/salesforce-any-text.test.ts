import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/twins/json.ts';
import { at, expectVendorLike, openOrg } from './bench.ts';

/**
 * Hypothesis: no statement, envelope, message, file or rule that can be made of a vendor's own words, in whatever order, makes its twin
 * fail; and what the twin's language has by itself (constructor, __proto__) is nothing to it.
 */
const seeded = { seed: 20_261_120 };
const own = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
const joined = (words: readonly string[], most: number, glue = ' '): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...words), { maxLength: most }).map((all) => all.join(glue));

describe('Salesforce answers any', () => {
  it('aggregate, search and statement of SOQL', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { off: true }, searchLagMs: 0, sessionMs: 1e12 });
    await org.seed('Account', { Name: 'A', AnnualRevenue: 5 }, { Name: 'B', Site: 's' }, { Name: 'A' });
    const met = new Set<string>();
    const fields = [
      'Name',
      'Site',
      'COUNT(Id)',
      'COUNT_DISTINCT(Name)',
      'MAX(AnnualRevenue)',
      'SUM(Name)',
      'AVG(CreatedDate)',
      'MIN(Id)',
      'CALENDAR_YEAR(CreatedDate)',
      'n',
      'BillingAddress',
      'Owner.Name',
      'toLabel(Type)',
      'FORMAT(AnnualRevenue)',
      'GROUPING(Name)',
      ...own,
    ];
    const list = (most: number) =>
      fc.array(fc.constantFrom(...fields), { minLength: 1, maxLength: most }).map((all) => all.join(', '));
    const tail = fc.constantFrom(
      '',
      ' LIMIT 1',
      ' LIMIT 0',
      ' OFFSET 1',
      ' ALL ROWS',
      ' FOR VIEW',
      ' WITH SECURITY_ENFORCED',
    );
    const aggregate = fc
      .record({
        select: list(3),
        group: list(2),
        order: fc.option(list(2)),
        having: fc.option(
          fc.constantFrom(
            'COUNT(Id) > 1',
            "Name = 'A'",
            'MAX(AnnualRevenue) = null',
            'n > 1',
            "COUNT(Id) = 'x'",
            'NOT COUNT(Id) > 1',
          ),
        ),
        tail,
      })
      .map(
        (q) =>
          `SELECT ${q.select} FROM Account GROUP BY ${q.group}${q.having === null ? '' : ` HAVING ${q.having}`}${q.order === null ? '' : ` ORDER BY ${q.order} DESC`}${q.tail}`,
      );
    const children = fc
      .record({ inner: list(2), tail })
      .map(
        (q) =>
          `SELECT Id, (SELECT ${q.inner} FROM Contacts${q.tail}), TYPEOF Owner WHEN User THEN ${q.inner} END FROM Account${q.tail}`,
      );
    const anySosl = joined(
      [
        'FIND',
        '{A}',
        '{A* OR "B C"}',
        '{',
        '}',
        'IN',
        'ALL',
        'NAME',
        'FIELDS',
        'RETURNING',
        'Account',
        '(Id, Name',
        'WHERE',
        "Name = 'A'",
        'ORDER BY Name',
        'LIMIT 2',
        ')',
        ',',
        'constructor',
        'WITH',
        '\\',
      ],
      10,
    );
    const sosl = fc.oneof(
      anySosl,
      fc
        .record({
          words: fc.constantFrom('A', 'A*', '"A B" OR C', 'A AND NOT B', '*', '\\{', '(A', '?'),
          scope: fc.constantFrom('', ' IN ALL FIELDS', ' IN NAME FIELDS', ' IN constructor FIELDS'),
          returning: fc.constantFrom(
            '',
            ' RETURNING Account',
            ' RETURNING Account(Name), Contact(Id)',
            ' RETURNING Account(Nope)',
            ' RETURNING constructor',
          ),
        })
        .map(({ words, scope, returning }) => `FIND {${words}}${scope}${returning}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(aggregate, children), sosl, async (soql, search) => {
        for (const path of [`/query?q=${encodeURIComponent(soql)}`, `/search?q=${encodeURIComponent(search)}`]) {
          const reply = await org.rest('GET', path);
          expectVendorLike(org, reply);
          met.add(`${path.slice(1, path.indexOf('?'))} ${reply.status}`);
        }
      }),
      { numRuns: 400, ...seeded },
    );
    // Statements that mean something were among them, and such that do not.
    expect([...met].sort()).toEqual(['query 200', 'query 400', 'search 200', 'search 400']);
  });

  it('SOAP envelope and Bayeux message', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { off: true }, sessionMs: 1e12, longPollMs: 10 });
    const [account = ''] = await org.seed('Account', { Name: 'A' });
    const names = [
      'merge',
      'request',
      'masterRecord',
      'recordToMergeIds',
      'undelete',
      'ids',
      'convertLead',
      'leadConverts',
      'leadId',
      'convertedStatus',
      'emptyRecycleBin',
      'getUserInfo',
      'login',
      'username',
      'password',
      'Id',
      'type',
      'sf:Id',
      ...own,
    ];
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          '',
          account,
          'Account',
          'x',
          '&#x110000;',
          '&constructor;',
          '<![CDATA[x]]>',
          '<!-- x -->',
          '<a',
          '</a>',
          '&',
        ),
        fc
          .tuple(fc.constantFrom(...names), fc.array(tie('node'), { maxLength: 3 }))
          .map(([name, inner]) => `<${name} xsi:type="x" constructor='y'>${inner.join('')}</${name}>`),
      ),
    })).node;
    const field = fc.constantFrom<Json>(
      null,
      1,
      '',
      'x',
      [],
      {},
      '/meta/connect',
      '/meta/subscribe',
      '/meta/handshake',
      '/meta/unsubscribe',
      '/meta/disconnect',
      '/data/AccountChangeEvent',
      ['/data/ChangeEvents'],
      { replay: { '/data/AccountChangeEvent': -2 } },
      { replay: { constructor: 'x' } },
      ...own,
    );
    const message = fc.dictionary(
      fc.constantFrom(
        'channel',
        'clientId',
        'subscription',
        'id',
        'ext',
        'advice',
        'connectionType',
        'version',
        'supportedConnectionTypes',
      ),
      field,
    );
    await fc.assert(
      fc.asyncProperty(tree, fc.oneof(fc.array(message, { maxLength: 3 }), message), async (call, messages) => {
        const envelope = `<e:Envelope><e:Header><SessionHeader><sessionId>${org.session}</sessionId></SessionHeader></e:Header><e:Body>${call}</e:Body></e:Envelope>`;
        const soap = await org.send('POST', '/services/Soap/u/62.0', envelope, { 'content-type': 'text/xml' });
        expect([org.bugs, soap.status === 200 || soap.text.includes('<faultcode>')]).toEqual([[], true]);
        expectVendorLike(
          org,
          await org.send('POST', '/cometd/62.0', messages, {
            authorization: `OAuth ${org.session}`,
            'content-type': 'application/json',
          }),
        );
      }),
      { numRuns: 400, ...seeded },
    );
  });

  it('file of a bulk job', async () => {
    const org = await openOrg({ commitDelayMs: 0, limits: { off: true }, jobMs: 0, sessionMs: 1e12 });
    const csv = joined(
      [
        'Name',
        'Id',
        'Site',
        'ParentId',
        'Parent.Name',
        'Parent.Id',
        'Nope',
        '"',
        '""',
        '"a,b"',
        ',',
        ',',
        '\n',
        '\n',
        '\r\n',
        '#N/A',
        'A',
        '\ufeff',
        '0014S000003RYACQA4',
        '\0',
        ...own,
      ],
      30,
      '',
    );
    const operation = fc.constantFrom('insert', 'update', 'upsert', 'delete', 'hardDelete');
    await fc.assert(
      fc.asyncProperty(csv, operation, async (content, what) => {
        const more = what === 'upsert' ? { externalIdFieldName: 'Id' } : {};
        const opened = await org.rest('POST', '/jobs/ingest', { object: 'Account', operation: what, ...more });
        const path = `/jobs/ingest/${String(at(opened.body, 'id'))}`;
        expectVendorLike(org, await org.rest('PUT', `${path}/batches`, content, { 'content-type': 'text/csv' }));
        await org.rest('PATCH', path, { state: 'UploadComplete' });
        org.advance(1_000);
        const state = at((await org.rest('GET', path)).body, 'state');
        expect([org.bugs, ['JobComplete', 'Failed', 'Open'].includes(String(state))]).toEqual([[], true]);
        for (const which of ['successfulResults', 'failedResults', 'unprocessedrecords'])
          expectVendorLike(org, await org.rest('GET', `${path}/${which}`));
      }),
      { numRuns: 250, ...seeded },
    );
  });
});
