import { beforeEach, describe, expect, it } from 'vitest';
import { at, openOrg, type SalesforceBench, textAt } from './bench.ts';

/** Attachments and content files: bytes in and out, and what appears beside them. */
let org: SalesforceBench;
beforeEach(async () => {
  org = await openOrg({ commitDelayMs: 0 });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const query = async (soql: string) => (await org.rest('GET', `/query?q=${encodeURIComponent(soql)}`)).body;

describe('an attachment', () => {
  it('hangs on a record, shows where its bytes are, and goes with it', async () => {
    const [parent = ''] = await org.seed('Case', { Subject: 'a' });
    const made = await org.rest('POST', '/sobjects/Attachment', {
      ParentId: parent,
      Name: 'note.txt',
      ContentType: 'text/plain',
      Body: base64('hello'),
    });
    const id = textAt(made.body, 'id');
    expect(id).toMatch(/^00P/);
    const body = `/services/data/v62.0/sobjects/Attachment/${id}/Body`;
    expect((await org.rest('GET', `/sobjects/Attachment/${id}`)).body).toMatchObject({ Body: body, BodyLength: 5 });
    const bytes = await org.rest('GET', body);
    expect([bytes.status, bytes.text, bytes.headers.get('content-type')]).toEqual([200, 'hello', 'text/plain']);
    await org.rest('DELETE', `/sobjects/Case/${parent}`);
    expect((await org.rest('GET', body)).status).toBe(404);
  });
});

describe('a content version', () => {
  it('makes a document with its first version, and another place in it with the next', async () => {
    const [account = ''] = await org.seed('Account', { Name: 'A' });
    const boundary = 'b';
    const part = (headers: string, content: string): string => `--${boundary}\r\n${headers}\r\n\r\n${content}\r\n`;
    const record = JSON.stringify({ PathOnClient: 'plan.pdf', FirstPublishLocationId: account });
    const multipart = `${part('Content-Disposition: form-data; name="entity_content"\r\nContent-Type: application/json', record)}${part('Content-Disposition: form-data; name="VersionData"; filename="plan.pdf"\r\nContent-Type: application/octet-stream', 'v1')}--${boundary}--`;
    const made = await org.rest('POST', '/sobjects/ContentVersion', multipart, {
      'content-type': `multipart/form-data; boundary="${boundary}"`,
    });
    expect(made.status).toBe(201);
    const version = (await org.rest('GET', `/sobjects/ContentVersion/${textAt(made.body, 'id')}`)).body;
    const document = textAt(version, 'ContentDocumentId');
    expect(version).toMatchObject({
      Title: 'plan',
      FileExtension: 'pdf',
      IsLatest: true,
      VersionNumber: '1',
      ContentSize: 2,
    });
    expect((await org.rest('GET', textAt(version, 'VersionData'))).text).toBe('v1');
    const next = { PathOnClient: 'plan.pdf', ContentDocumentId: document, VersionData: base64('v2') };
    const second = textAt((await org.rest('POST', '/sobjects/ContentVersion', next)).body, 'id');
    expect(
      await query(`SELECT IsLatest FROM ContentVersion WHERE ContentDocumentId = '${document}' ORDER BY VersionNumber`),
    ).toMatchObject({
      records: [{ IsLatest: false }, { IsLatest: true }],
    });
    expect((await org.rest('GET', `/sobjects/ContentDocument/${document}`)).body).toMatchObject({
      LatestPublishedVersionId: second,
    });
    const links = await query(
      `SELECT LinkedEntityId, ShareType FROM ContentDocumentLink WHERE ContentDocumentId = '${document}' ORDER BY ShareType`,
    );
    expect(links).toMatchObject({
      totalSize: 2,
      records: [{ ShareType: 'I' }, { LinkedEntityId: account, ShareType: 'V' }],
    });
    expect(await query(`SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId IN ('${account}')`)).toMatchObject({
      totalSize: 1,
    });
  });

  it('needs its bytes and a name, and links are found from their ends alone', async () => {
    expect((await org.rest('POST', '/sobjects/ContentVersion', { Title: 'a' })).body).toMatchObject([
      { errorCode: 'REQUIRED_FIELD_MISSING', fields: ['VersionData', 'PathOnClient'] },
    ]);
    expect(at(await query('SELECT Id FROM ContentDocumentLink'), '0')).toEqual({
      errorCode: 'MALFORMED_QUERY',
      message:
        "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
    });
    const refused = await org.rest('POST', '/sobjects/ContentVersion', '--b\r\nno part\r\n--b--', {
      'content-type': 'multipart/form-data; boundary=b',
    });
    expect([refused.status, at(refused.body, '0.errorCode')]).toEqual([400, 'INVALID_MULTIPART_REQUEST']);
  });
});
