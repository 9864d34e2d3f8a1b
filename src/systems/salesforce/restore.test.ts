import { expect, test } from 'vitest';
import type { Operation, Outcome, Sent } from '../../model/operation.ts';
import { accountId, scripted, testStart } from './testing.ts';
import { id18 } from './values.ts';

const far = testStart + 600_000;
const ref = (n: number) => ({ connection: 'sales', object: 'Account', id: id18(accountId(n)) });

async function written(sending: Promise<Sent>): Promise<readonly Outcome[]> {
  const sent = await sending;
  if (!('done' in sent)) throw new Error('Salesforce makes no jobs');
  return sent.done;
}
const xml = (status: number, body: string): Response =>
  new Response(`<?xml version="1.0"?><e:Envelope xmlns:e="x"><e:Body>${body}</e:Body></e:Envelope>`, {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
  });
const restore = (n: number): Operation => ({ do: 'restore', link: String(n), ref: ref(n) });

test('records come out of the recycle bin by SOAP, two hundred to a call, each with its own outcome', async () => {
  const result = '<result><id>0018M000003uKqqQAE</id><success>true</success></result>';
  const notThere =
    '<result><errors><message>Entity is not in the recycle bin &amp; more</message><statusCode>UNDELETE_FAILED</statusCode></errors><id xsi:nil="true"/><success>false</success></result>';
  const { connection, seen } = scripted((_request, n) =>
    xml(200, `<undeleteResponse>${n === 1 ? result.repeat(200) : notThere}</undeleteResponse>`),
  );
  const outcomes = await written(
    connection.write(
      Array.from({ length: 201 }, (_, n) => restore(n)),
      far,
    ),
  );
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(200);
  expect(outcomes[200]).toMatchObject({ ok: false, fault: { kind: 'gone', code: 'UNDELETE_FAILED' } });
  const [request, ...others] = seen();
  expect(others).toHaveLength(1);
  expect([request?.method, request?.path, request?.headers.get('content-type')]).toEqual([
    'POST',
    '/services/Soap/u/62.0',
    'text/xml; charset=UTF-8',
  ]);
});

test('a SOAP call that fails as a whole says why', async () => {
  const fault = (code: string) =>
    xml(500, `<e:Fault><faultcode>sf:${code}</faultcode><faultstring>${code}: why</faultstring></e:Fault>`);
  const kinds: string[] = [];
  for (const code of ['REQUEST_LIMIT_EXCEEDED', 'SERVER_UNAVAILABLE', 'INSUFFICIENT_ACCESS']) {
    const [outcome] = await written(scripted(() => fault(code)).connection.write([restore(1)], far));
    kinds.push(outcome?.ok === false ? outcome.fault.kind : 'ok');
  }
  expect(kinds).toEqual(['limit', 'later', 'refused']);
});
