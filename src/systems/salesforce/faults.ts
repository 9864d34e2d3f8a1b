import { z } from 'zod';
import type { Fault, FaultKind } from '../../model/fault.ts';
import type { Classify } from '../kit/call.ts';

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

/** What a code means for us; every other one is refused. The gone ones are told apart by whether a field is named. */
const kinds: Readonly<Record<string, FaultKind>> = {
  DUPLICATE_VALUE: 'stale',
  UNABLE_TO_LOCK_ROW: 'later',
  SERVER_UNAVAILABLE: 'later',
  UNKNOWN_EXCEPTION: 'later',
  PROCESSING_HALTED: 'later',
  ALL_OR_NONE_OPERATION_ROLLED_BACK: 'later',
  ENTITY_IS_DELETED: 'gone',
  NOT_FOUND: 'gone',
  INVALID_CROSS_REFERENCE_KEY: 'gone',
  // The row is there but nobody can write it any more; a look shows what it was converted into.
  CANNOT_UPDATE_CONVERTED_LEAD: 'gone',
  REQUEST_LIMIT_EXCEEDED: 'limit',
  API_DISABLED_FOR_ORG: 'login',
  API_CURRENTLY_DISABLED: 'login',
};

export function faultOf(error: VendorError): Fault {
  const code = error.errorCode ?? error.statusCode ?? 'UNKNOWN';
  const message = (error.message ?? '').replace(/\s+/g, ' ').trim();
  const fields = fieldsOf(code, message, error.fields ?? []);
  const known = kinds[code] ?? 'refused';
  const kind = known === 'gone' && code === 'INVALID_CROSS_REFERENCE_KEY' && fields.length > 0 ? 'refused' : known;
  return {
    kind,
    say: `${saying[kind]}: ${message === '' ? code : message}`,
    code,
    ...(fields.length > 0 ? { fields } : {}),
    ...(kind === 'limit' ? { afterMs: /concurrent/i.test(message) ? concurrentPauseMs : dailyPauseMs } : {}),
  };
}

const saying: Readonly<Record<FaultKind, string>> = {
  later: 'Salesforce could not do it just now',
  limit: 'Salesforce counts too many calls',
  stale: 'Salesforce has this value on another record already',
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
  const error = list.success ? list.data[0] : undefined;
  if (error === undefined) return null;
  if (error.errorCode === 'INVALID_SESSION_ID') {
    const message = error.message ?? '';
    const forbidden = /not valid for use|scopes? (is|are) required/i.test(message);
    return forbidden
      ? { fault: { ...sessionOver, say: `${saying.login}: ${message}` } }
      : { fault: sessionOver, renew: true };
  }
  // A failing server is the kit's to judge, except for codes that say what happened.
  if (status >= 500 && error.errorCode !== 'UNABLE_TO_LOCK_ROW') return null;
  const fault = faultOf(error);
  return { fault: fault.kind === 'gone' && kind === 'write' ? { ...fault, kind: 'refused' } : fault };
};

const sessionOver: Fault = { kind: 'login', say: `${saying.login}: the session is over`, code: 'INVALID_SESSION_ID' };

function tokenFault(code: string, description: string): Fault {
  const say = `${saying.login}: ${description === '' ? code : description}`;
  return code === 'rate_limit_exceeded' ? { kind: 'limit', say, code, afterMs: 60_000 } : { kind: 'login', say, code };
}
