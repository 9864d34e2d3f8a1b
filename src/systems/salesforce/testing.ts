import type { Secrets, SystemConnection } from '../kit/system.ts';
import {
  createTestWorld,
  jsonResponse,
  type SeenRequest,
  scriptedFetch,
  type TestWorld,
  testSecrets,
} from '../kit/testing.ts';
import { salesforce } from './system.ts';
import type { Row } from './values.ts';

/** A connection whose vendor is a script, for tests. */
export interface Scripted {
  readonly connection: SystemConnection;
  readonly world: TestWorld;
  /** Everything that was asked but logins, oldest first. */
  readonly seen: () => readonly SeenRequest[];
  readonly secrets: Secrets & { readonly kept: ReadonlyMap<string, string> };
}

export type Script = (request: SeenRequest, n: number) => Response | Promise<Response> | undefined;

/** Where the script's clock starts: a quiet moment after all rows of the tests. */
export const testStart = Date.UTC(2026, 0, 15, 12, 0, 0);
export const orgId = '00D4S000000oz4eUAA';
export const ourUser = '0054S000000Ih6YQAS';

export interface ScriptOptions {
  readonly auth?: Readonly<Record<string, string>>;
  /** Answers logins and questions about us, which the script does not see, in place of the usual answers. */
  readonly oauth?: Script;
}

/** `n` counts what the script was asked. */
export function scripted(script: Script, options: ScriptOptions = {}): Scripted {
  let n = 0;
  let logins = 0;
  const { fetch, seen } = scriptedFetch((request) => {
    const oauth = request.path.startsWith('/services/oauth2/');
    if (!oauth) n += 1;
    const answer = oauth ? options.oauth?.(request, n) : script(request, n);
    if (answer !== undefined) return answer;
    if (request.path === '/services/oauth2/token') {
      logins += 1;
      return jsonResponse(200, {
        access_token: `token${logins}`,
        instance_url: 'https://acme.my.salesforce.com',
        token_type: 'Bearer',
        issued_at: '1278448832702',
      });
    }
    if (request.path === '/services/oauth2/userinfo') {
      return jsonResponse(200, { user_id: ourUser, organization_id: orgId, preferred_username: 'sync@acme.test' });
    }
    return sfError(404, 'NOT_FOUND', 'The requested resource does not exist');
  });
  const world = createTestWorld({ fetch, start: testStart });
  const secrets = testSecrets();
  const connection = salesforce.connect({
    name: 'sales',
    world,
    url: 'https://acme.my.salesforce.com',
    environment: 'production',
    auth: { type: 'client-credentials', clientId: 'app', clientSecret: 'secret', ...options.auth },
    timeZone: 'UTC',
    secrets,
  });
  return {
    connection,
    world,
    secrets,
    seen: () => seen.filter((request) => request.path !== '/services/oauth2/token'),
  };
}

export function sfError(status: number, errorCode: string, message: string, fields?: readonly string[]): Response {
  return jsonResponse(status, [{ message, errorCode, ...(fields === undefined ? {} : { fields }) }]);
}

export function accountId(n: number): string {
  return `0014S${String(n).padStart(10, '0')}`;
}

/** A row of Account as a query answers it: edited `secondsAgo` before the script's clock starts. */
export function accountRow(n: number, secondsAgo: number, given: Row = {}): Row {
  const stamp = new Date(testStart - secondsAgo * 1000).toISOString().replace('Z', '+0000');
  return {
    attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${accountId(n)}` },
    Id: accountId(n),
    SystemModstamp: stamp,
    LastModifiedDate: stamp,
    LastModifiedById: '0054S000000AAAA',
    MasterRecordId: null,
    Name: `Account ${n}`,
    ...given,
  };
}

export function queryAnswer(records: readonly Row[], next: string | null = null): Row {
  return {
    totalSize: records.length,
    done: next === null,
    ...(next === null ? {} : { nextRecordsUrl: next }),
    records,
  };
}

export function compositeAnswer(...bodies: readonly Row[]): Response {
  const compositeResponse = bodies.map((body, i) => ({
    body,
    httpHeaders: {},
    httpStatusCode: 200,
    referenceId: `q${i}`,
  }));
  return jsonResponse(200, { compositeResponse });
}

/** The statements of a composite request, as SOQL. */
export function statementsOf(request: SeenRequest | undefined): readonly string[] {
  const body = request?.body;
  if (
    typeof body !== 'object' ||
    body === null ||
    !('compositeRequest' in body) ||
    !Array.isArray(body.compositeRequest)
  )
    return [];
  return body.compositeRequest.map((one: unknown) => {
    const url = typeof one === 'object' && one !== null && 'url' in one ? String(one.url) : '';
    return new URL(url, 'https://x.test').searchParams.get('q') ?? '';
  });
}

/** What the Metadata API answers: one result a component, by its name and, where it failed, code and message. */
export function metadataAnswer(
  ...results: readonly { readonly fullName: string; readonly code?: string; readonly message?: string }[]
): Response {
  const inside = results.map(({ fullName, code, message }) => {
    const errors =
      code === undefined ? '' : `<errors><message>${message}</message><statusCode>${code}</statusCode></errors>`;
    return `<result>${errors}<fullName>${fullName}</fullName><success>${code === undefined}</success></result>`;
  });
  return soapResponse(200, `<createMetadataResponse>${inside.join('')}</createMetadataResponse>`);
}

export function metadataFault(code: string, message: string): Response {
  return soapResponse(
    500,
    `<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${message}</faultstring></soapenv:Fault>`,
  );
}

function soapResponse(status: number, body: string): Response {
  const envelope = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:sf="http://soap.sforce.com/2006/04/metadata"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
  return new Response(envelope, { status, headers: { 'content-type': 'text/xml' } });
}
