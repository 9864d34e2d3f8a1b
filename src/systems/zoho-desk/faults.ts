import { z } from 'zod';
import type { Fault } from '../../model/fault.ts';
import type { Classified } from '../kit/call.ts';
import { retryAfterMs } from '../kit/pace.ts';

/** What a failed answer means. Source: Zoho Desk API document, topics "Errors" and "API limits"; Zoho accounts, "OAuth 2.0". */
const vendorError = z.looseObject({
  errorCode: z.string().optional(),
  message: z.string().optional(),
  errors: z
    .array(
      z.looseObject({
        /** A JSON pointer: `/email`, `/cf/cf_model`. */
        fieldName: z.string().optional(),
        errorType: z.string().optional(),
        errorMessage: z.string().nullish(),
      }),
    )
    .nullish(),
  /** Of the accounts server, which describes some of its errors. */
  error: z.string().optional(),
  error_description: z.string().optional(),
});
type VendorError = z.infer<typeof vendorError>;

/** "Too many requests continuously" of the accounts server names no time; its window is ten minutes. */
const tokenPauseMs = 300_000;
/** The credits of the day are spent; the vendor as a rule says for how long. */
const creditsPauseMs = 900_000;

const tokenWords: ReadonlyMap<string, string> = new Map([
  [
    'invalid_code',
    'Zoho takes this refresh token no longer: it was revoked, pushed out by newer ones, or is of another data centre. Give a new one',
  ],
  ['invalid_client', 'Zoho does not know this client: check clientId and dataCentre'],
  ['invalid_client_secret', 'The client secret is not the one of this client'],
]);

/** What the accounts server has against a login. It says so with HTTP 200 too. */
export function tokenFault(code: string): Fault {
  if (/access denied/i.test(code)) {
    const say = 'Zoho gives out no more access tokens for a while: too many were asked for';
    return { kind: 'limit', say, code, afterMs: tokenPauseMs };
  }
  const known = tokenWords.get(code) ?? 'Zoho refuses the login';
  return { kind: 'login', say: `${known} (${code})`, code };
}

export function classify(
  status: number,
  headers: Headers,
  body: unknown,
  kind: 'read' | 'write' | 'login',
  at: { readonly now: number; readonly random: () => number },
): Classified | null {
  const error: VendorError = vendorError.safeParse(body).data ?? {};
  const code = error.errorCode;
  if (kind === 'login' && error.error !== undefined) return { fault: tokenFault(error.error) };
  const words = error.message === undefined ? '' : `: ${error.message}`;
  const fault = (of: Fault['kind'], say: string, more: Partial<Fault> = {}): Classified => ({
    fault: { kind: of, say: `${say}${words}`, ...(code === undefined ? {} : { code }), ...more },
  });
  switch (status) {
    case 401:
      return { ...fault('login', 'Zoho Desk does not accept the access token'), renew: true };
    case 403:
      if (code === 'SCOPE_MISMATCH')
        return fault('login', 'The refresh token lacks a scope: it has to be given out anew with all of them');
      if (code === 'OAUTH_ORG_MISMATCH') return fault('login', 'The token belongs to another portal than orgId says');
      return fault('refused', 'Zoho Desk does not allow this to the agent that Syncline acts as');
    case 404:
      return fault('gone', 'Zoho Desk has no such record');
    case 413:
      return fault('refused', 'The record is too large for Zoho Desk');
    case 422:
      return { fault: invalid(error, kind) };
    case 429: {
      const afterMs = retryAfterMs(headers, at.now);
      // Too many at once: as soon as one of them ends. Nobody says when, so everybody comes back at another moment.
      if (afterMs === null && code === 'TOO_MANY_REQUESTS')
        return fault('limit', 'Zoho Desk has too many calls at once', {
          afterMs: Math.round(500 + at.random() * 1500),
        });
      return fault('limit', 'The credits of the day are spent', { afterMs: afterMs ?? creditsPauseMs });
    }
    case 500:
      return fault(kind === 'write' ? 'unsure' : 'later', 'Zoho Desk failed');
    case 400:
    case 405:
    case 415:
      return fault('bug', `Zoho Desk does not understand the request (HTTP ${status})`);
    default:
      // Other failures of servers: the kit knows which of them may have been applied.
      return null;
  }
}

/** Every complaint names its field by a pointer, and often nothing else. */
function invalid(error: VendorError, kind: 'read' | 'write' | 'login'): Fault {
  const details = error.errors ?? [];
  const fields = [...new Set(details.flatMap(({ fieldName }) => fieldOf(fieldName)))];
  const told = details.map(({ fieldName, errorType, errorMessage }) => {
    const name = fieldOf(fieldName)[0] ?? 'the record';
    return `${name}: ${errorMessage || errorType || 'not accepted'}`;
  });
  const code = error.errorCode;
  const about = { ...(code === undefined ? {} : { code }), ...(fields.length === 0 ? {} : { fields }) };
  if (details.length > 0 && details.every(({ errorType }) => errorType === 'duplicate'))
    return { kind: 'stale', say: `Zoho Desk has this value on another record already (${told.join('; ')})`, ...about };
  const say = told.length > 0 ? told.join('; ') : (error.message ?? 'no reason given');
  return { kind: kind === 'write' ? 'refused' : 'bug', say: `Zoho Desk refuses it: ${say}`, ...about };
}

/** `/cf/cf_model` is our `cf_model`. */
function fieldOf(pointer: string | undefined): readonly string[] {
  const name = pointer
    ?.split('/')
    .filter((part) => part !== '')
    .at(-1);
  return name === undefined ? [] : [name];
}
