import { isJsonObject } from '../../../../twins/json.ts';
import { ApiError } from '../errors.ts';
import type { Transaction } from '../store.ts';
import { currentVersion, oldestVersion } from '../versions.ts';
import { metadataOperations } from './metadata.ts';
import { type SoapAsk, SoapFault } from './operation.ts';
import { login, partnerOperations } from './partner.ts';
import { child, parseXml, textOf, toXml, type XmlValue } from './xml.ts';

export interface SoapDone {
  readonly response: Response;
  /** What is still to be committed. */
  readonly transaction: Transaction | null;
}

/** The SOAP APIs: envelopes, sessions and faults; what the calls do is in `partner.ts` and `metadata.ts`. */
export function answerSoap(ask: SoapAsk, xml: string): SoapDone {
  const namespace = ask.isMetadata ? metadataNamespace : partnerNamespace;
  const refuse = (code: string, message: string): SoapDone => ({
    response: fault(namespace, code, message),
    transaction: null,
  });
  try {
    return run(ask, xml, namespace);
  } catch (error) {
    if (error instanceof SoapFault) return refuse(error.code, error.message);
    if (error instanceof ApiError) {
      const [{ errorCode, message } = {}] = Array.isArray(error.body) ? error.body.filter(isJsonObject) : [];
      return refuse(String(errorCode), String(message));
    }
    throw error;
  }
}

function run(ask: SoapAsk, xml: string, namespace: Namespace): SoapDone {
  const envelope = parseXml(xml);
  const [call] = child(envelope ?? undefined, 'Body')?.children ?? [];
  if (call === undefined) throw new SoapFault('soapenv:Client', 'The request is no SOAP envelope');
  const version = Number(ask.version);
  if (version < oldestVersion || version > currentVersion)
    throw new SoapFault('UNSUPPORTED_API_VERSION', 'Invalid Api version specified on URL');
  if (call.name === 'login' && !ask.isMetadata)
    return { response: reply(namespace, 'login', login(ask, call)), transaction: null };
  const token = textOf(child(envelope ?? undefined, 'Header', 'SessionHeader'), 'sessionId') ?? '';
  const session = ask.sessions.use(token);
  if (session === null) {
    throw new SoapFault(
      'INVALID_SESSION_ID',
      'Invalid Session ID found in SessionHeader: Illegal Session. Session not found, missing session hash',
    );
  }
  ask.count();
  const operations = ask.isMetadata ? metadataOperations : partnerOperations;
  const operation = Object.hasOwn(operations, call.name) ? operations[call.name] : undefined;
  if (operation === undefined)
    throw new SoapFault(
      'soapenv:Client',
      `No operation available for request {${namespace.calls}}${call.name}, please check the WSDL for the service.`,
    );
  // Set-up publishes no change events.
  const origin = ask.isMetadata ? '' : `com/salesforce/api/soap/${ask.version}`;
  const transaction = ask.api.org.store.begin(session.user, origin);
  try {
    const results = operation({ ...ask, session, transaction }, call);
    return { response: reply(namespace, call.name, results), transaction };
  } catch (error) {
    transaction.rollback(0);
    throw error;
  }
}

interface Namespace {
  /** Of calls and answers. */
  readonly calls: string;
  /** Of the codes of faults. */
  readonly faults: string;
}

const partnerNamespace: Namespace = {
  calls: 'urn:partner.soap.sforce.com',
  faults: 'urn:fault.partner.soap.sforce.com',
};
const metadataNamespace: Namespace = {
  calls: 'http://soap.sforce.com/2006/04/metadata',
  faults: 'http://soap.sforce.com/2006/04/metadata',
};

function envelope(namespace: Namespace, more: string, body: string): string {
  const names = [
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"',
    `xmlns="${namespace.calls}"`,
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  ];
  return `<soapenv:Envelope ${names.join(' ')}${more}><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
}

function reply(namespace: Namespace, name: string, result: XmlValue): Response {
  return xmlResponse(200, envelope(namespace, '', toXml({ [`${name}Response`]: { result } })));
}

function fault(namespace: Namespace, code: string, message: string): Response {
  const isSoapCode = code.startsWith('soapenv:');
  const detail = toXml({
    faultcode: isSoapCode ? code : `sf:${code}`,
    faultstring: isSoapCode ? message : `${code}: ${message}`,
  });
  const body = `<soapenv:Fault>${detail}</soapenv:Fault>`;
  return xmlResponse(500, envelope(namespace, ` xmlns:sf="${namespace.faults}"`, body));
}

function xmlResponse(status: number, xml: string): Response {
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>${xml}`, {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
  });
}
