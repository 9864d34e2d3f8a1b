import { z } from 'zod';
import type { Fault, FaultKind } from '../../model/fault.ts';
import type { Classify } from '../kit/call.ts';
import { tokenWords } from './login-words.ts';
import { soapFault } from './soap.ts';

/** One error of Salesforce: rows say `errorCode`, collections `statusCode` (REST API Developer Guide, "Status Codes and Error Responses"). */
export const vendorError = z.looseObject({
  errorCode: z.string().optional(),
  statusCode: z.string().optional(),
  message: z.string().optional(),
  fields: z.array(z.string()).nullish(),
});
export type VendorError = z.infer<typeof vendorError>;

const errorList = z.array(vendorError).min(1);
/** An OAuth endpoint's error (RFC 6749 §5.2). */
const tokenError = z.looseObject({ error: z.string(), error_description: z.string().optional() });

/** A daily limit frees itself bit by bit over 24 h; the concurrent one as soon as a long request ends. */
const dailyPauseMs = 15 * 60_000;
const concurrentPauseMs = 5000;

/** What a code means for us, in other words than its kind's where those would mislead; every other one is refused. */
const known: Readonly<Record<string, { readonly kind: FaultKind; readonly saying?: string }>> = {
  DUPLICATE_VALUE: { kind: 'stale', saying: 'Salesforce has this value on another record already' },
  // What the lead became is seen when it is looked at again; nobody can write it any more.
  CANNOT_UPDATE_CONVERTED_LEAD: { kind: 'stale', saying: 'The lead was converted meanwhile' },
  UNABLE_TO_LOCK_ROW: { kind: 'later' },
  SERVER_UNAVAILABLE: { kind: 'later' },
  UNKNOWN_EXCEPTION: { kind: 'later' },
  QUERY_TIMEOUT: { kind: 'later' },
  PROCESSING_HALTED: { kind: 'later' },
  ALL_OR_NONE_OPERATION_ROLLED_BACK: { kind: 'later' },
  ENTITY_IS_DELETED: { kind: 'gone' },
  NOT_FOUND: { kind: 'gone' },
  INVALID_CROSS_REFERENCE_KEY: { kind: 'gone' },
  REQUEST_LIMIT_EXCEEDED: { kind: 'limit' },
  API_DISABLED_FOR_ORG: { kind: 'login' },
  API_CURRENTLY_DISABLED: { kind: 'login' },
  DUPLICATES_DETECTED: {
    kind: 'refused',
    saying: 'A duplicate rule of Salesforce found a record like this one: link the two, or change the rule',
  },
  ENTITY_IS_LOCKED: { kind: 'refused', saying: 'The record is locked by an approval process' },
};

export function faultOf(error: VendorError): Fault {
  const code = error.errorCode ?? error.statusCode ?? 'UNKNOWN';
  const message = (error.message ?? '').replace(/\s+/g, ' ').trim();
  const fields = fieldsOf(code, message, error.fields ?? []);
  const meaning = known[code] ?? { kind: 'refused' };
  // A field that points to something that is not there is another matter than a record that is not there.
  const kind = meaning.kind === 'gone' && fields.length > 0 ? 'refused' : meaning.kind;
  return {
    kind,
    say: `${meaning.saying ?? saying[kind]}: ${message === '' ? code : message}`,
    code,
    ...(fields.length > 0 ? { fields } : {}),
    ...(kind === 'limit' ? { afterMs: /concurrent/i.test(message) ? concurrentPauseMs : dailyPauseMs } : {}),
  };
}

const saying: Readonly<Record<FaultKind, string>> = {
  later: 'Salesforce could not do it just now',
  limit: 'Salesforce counts too many calls',
  stale: 'What we know of Salesforce is out of date',
  gone: 'Salesforce does not have this record any more',
  refused: 'Salesforce refused it',
  login: 'Salesforce does not let us in',
  unsure: 'Salesforce may or may not have done it',
  bug: 'Salesforce answered something unexpected',
};

/** The fields that an error complains of; some codes name them only in their message. */
function fieldsOf(code: string, message: string, given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  const missing = /Required fields are missing: \[([^\]]*)\]/.exec(message)?.[1];
  if (missing !== undefined) return missing.split(',').map((name) => name.trim());
  const column = code === 'INVALID_FIELD' ? /No such column '([^']+)'/.exec(message)?.[1] : undefined;
  return column === undefined ? [] : [column];
}

/**
 * A failed answer as a whole. A session that is over is renewed; one that lacks the permission to use the API is not, since the next one
 * would lack it too.
 */
export const classify: Classify = (status, _headers, body, kind) => {
  const token = tokenError.safeParse(body);
  if (token.success) return { fault: tokenFault(token.data.error, token.data.error_description ?? '') };
  if (typeof body === 'string' && body.includes('Bad_OAuth_Token')) return { fault: sessionOver, renew: true };
  const list = errorList.safeParse(body);
  const fault = soapFault(body);
  const error = list.success ? list.data[0] : (fault ?? undefined);
  if (error === undefined) return null;
  if (error.errorCode === 'INVALID_SESSION_ID') {
    const message = error.message ?? '';
    const forbidden = /not valid for use|scopes? (is|are) required/i.test(message);
    return forbidden ? { fault: { ...sessionOver, say: notForApi(message) } } : { fault: sessionOver, renew: true };
  }
  // A failing server is the kit's to judge, except for codes that say what happened.
  if (status >= 500 && fault === null && error.errorCode !== 'UNABLE_TO_LOCK_ROW') return null;
  const found = faultOf(error);
  return { fault: found.kind === 'gone' && kind === 'write' ? { ...found, kind: 'refused' } : found };
};

/** The session has been renewed once before anybody reads this. */
const sessionOver: Fault = {
  kind: 'login',
  say: `${saying.login}: it does not accept the session, a fresh one neither. If sessions are locked to the address that they began at (Setup, Session Settings), our calls must all leave from one address`,
  code: 'INVALID_SESSION_ID',
};

function notForApi(message: string): string {
  return `${saying.login}: ${message.trim()} Grant the user "API Enabled", and the app the scope "Manage user data via APIs (api)"`;
}

function tokenFault(code: string, description: string): Fault {
  const say = `${saying.login}: ${tokenWords(code, description)}`;
  return code === 'rate_limit_exceeded' ? { kind: 'limit', say, code, afterMs: 60_000 } : { kind: 'login', say, code };
}
