import type { Fault } from '../../model/fault.ts';
import type { Operation } from '../../model/operation.ts';
import type { Classified } from '../kit/call.ts';
import { retryAfterMs } from '../kit/pace.ts';
import type { Collection } from './collection.ts';
import type { VendorError } from './envelope.ts';
import { vendorError } from './envelope.ts';
import { folded } from './values.ts';

/**
 * What a failed answer means.
 * Source: Zendesk API reference, topics "Rate limits", "Authentication", "Job Statuses"; bodies as recorded.
 */

/** When a refusal names no time: the account's and most endpoints' windows are a minute, and jobs end within seconds. */
const windowMs = 60_000;
const jobsFullMs = 5000;

export const taken = 'DuplicateValue';
/** A safe update of a ticket that somebody else has changed since. */
const changedMeanwhile = 'UpdateConflict';

/** What the codes of the token endpoint mean for whoever set the connection up. Source: RFC 6749 §5.2. */
const loginWords: ReadonlyMap<string, string> = new Map([
  [
    'invalid_grant',
    'Zendesk takes this refresh token no longer: it was used elsewhere, or has expired. Give a new one',
  ],
  ['invalid_client', 'Zendesk does not know this OAuth client, or its secret is another one'],
  ['unauthorized_client', 'Zendesk does not let this OAuth client log in in this way'],
  ['invalid_scope', 'Zendesk gives this OAuth client fewer scopes than were asked for'],
]);

export function classify(
  status: number,
  headers: Headers,
  body: unknown,
  kind: 'read' | 'write' | 'login',
  now: number,
): Classified {
  const error = vendorError(body);
  const words = error.text === '' ? '' : `: ${error.text}`;
  const wait = retryAfterMs(headers, now) ?? resetMs(headers);
  const fault = (of: Fault['kind'], say: string, more: Partial<Fault> = {}): Classified => ({
    fault: { kind: of, say: `${say}${words}`, ...(error.code === null ? {} : { code: error.code }), ...more },
  });

  // The code is documented, the status with it is not.
  if (error.code === 'TooManyJobs') {
    return fault('limit', 'Zendesk has as many jobs under way as it takes', { afterMs: wait ?? jobsFullMs });
  }
  if (status === 429) return fault('limit', 'A limit of Zendesk is reached', { afterMs: wait ?? windowMs });
  if (status === 503) return fault('later', 'Zendesk is not available');
  if (status >= 500 || status === 408) {
    return fault(kind === 'write' ? 'unsure' : 'later', `Zendesk broke off (HTTP ${status})`);
  }
  // Token endpoint: a used code or refresh token is 400 or 401, a wrong client 401.
  if (kind === 'login') return fault('login', loginWords.get(error.code ?? '') ?? 'Zendesk refuses the login');
  if (status >= 300 && status < 400) {
    return fault('login', 'The address sends us elsewhere: give the account its own address, https://….zendesk.com');
  }
  switch (status) {
    case 401:
      return { ...fault('login', 'Zendesk refuses the credentials'), renew: true };
    case 403:
      return isMissingScope(body)
        ? fault('login', 'The token may not do this')
        : fault('refused', 'Zendesk does not allow this to the user that Syncline acts as');
    case 404:
      if (error.code === 'RecordNotFound') return fault('gone', 'Zendesk has no such record');
      if (error.code === 'InvalidEndpoint') return fault('bug', 'Zendesk has no such endpoint');
      // A sub-domain without an account answers 404 with an empty or a plain body.
      return fault('login', 'There is no Zendesk account at this address');
    case 409:
      // A safe update found another version; every other conflict is a race of the vendor's own.
      return error.code === changedMeanwhile
        ? fault('stale', 'The record was changed meanwhile')
        : fault('later', 'Zendesk met a conflict of its own');
    case 422:
      return { fault: invalid(error) };
    default:
      return fault('bug', `Zendesk does not understand the request (HTTP ${status})`);
  }
}

/** A missing scope names its error in words and describes it; a missing role or plan has a title and a message. */
function isMissingScope(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';
}

/** `ratelimit-reset`, in seconds, is told on every answer. */
function resetMs(headers: Headers): number | null {
  const seconds = numberOf(headers.get('ratelimit-reset'));
  return seconds === null ? null : seconds * 1000;
}

export function numberOf(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : null;
}

/** Validation: each detail has a code and stands under the key of its field (`base`: the whole record). */
function invalid(error: VendorError): Fault {
  const fields = [...new Set(error.details.flatMap(fieldsOfDetail))];
  const about = fields.length === 0 ? {} : { fields };
  if (error.details.length > 0 && error.details.every((detail) => detail.code === taken)) {
    return { kind: 'stale', code: taken, ...about, say: error.text };
  }
  const code = error.details.find((detail) => detail.code !== null)?.code ?? error.code;
  const say = error.text === '' ? 'Zendesk refuses the record.' : error.text;
  return { kind: 'refused', say, ...(code === null ? {} : { code }), ...about };
}

/** Under `base`, a detail of a ticket names the field by the id of its definition; one of the ticket's own by its kind. */
function fieldsOfDetail({ field, ticketField }: VendorError['details'][number]): readonly string[] {
  if (field !== 'base') return [field];
  if (ticketField === null) return [];
  return [ownFields.get(ticketField.type) ?? `custom_fields.${ticketField.id}`];
}

const ownFields: ReadonlyMap<string, string> = new Map([
  ['FieldSubject', 'subject'],
  ['FieldDescription', 'description'],
  ['FieldStatus', 'status'],
  ['FieldTicketType', 'type'],
  ['FieldPriority', 'priority'],
  ['FieldGroup', 'group_id'],
  ['FieldAssignee', 'assignee_id'],
]);

/** What a refusal of one record means for what was to be done to it. */
export function recordFault(
  fault: Fault,
  collection: Collection,
  operation: Operation,
  sent: Readonly<Record<string, unknown>>,
): Fault {
  const named = inOurNames(fault, collection, sent);
  // A further address that somebody else has is no reason to look again: the record is known, and a person has to say whose it is.
  const further = operation.do === 'update' && named.fields?.some((field) => collection.beside.has(field)) === true;
  return further && named.kind === 'stale' ? { ...named, kind: 'refused' } : named;
}

/**
 * A fault with the fields in our names. The vendor tells keys (`industry` for `organization_fields.industry`), or nothing but a sentence;
 * then it is the only field that was sent, or the one whose value stands in that sentence, which works in every language, or the one that
 * an English sentence begins with.
 */
export function inOurNames(fault: Fault, collection: Collection, sent: Readonly<Record<string, unknown>>): Fault {
  const told = (fault.fields ?? []).map((field) => {
    const dotted = `${collection.custom}.${field}`;
    return !(field in sent) && dotted in sent ? dotted : field;
  });
  if (told.length > 0) return { ...fault, fields: told };
  if (fault.kind !== 'refused' && fault.kind !== 'stale') return fault;
  const [only, second] = Object.keys(sent);
  const blamed = second === undefined ? only : (quotedField(fault.say, sent) ?? leadingField(fault.say, sent));
  return blamed === undefined || blamed === null ? fault : { ...fault, fields: [blamed] };
}

/** The one sent field whose value the sentence quotes, as words of its own; null for none or several. */
function quotedField(sentence: string, sent: Readonly<Record<string, unknown>>): string | null {
  const text = folded(sentence);
  const found = Object.entries(sent).filter(([, value]) => {
    const needle = folded(value).trim();
    return needle !== '' && new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(needle)}(?![\\p{L}\\p{N}])`, 'u').test(text);
  });
  return found.length === 1 ? (found[0]?.[0] ?? null) : null;
}

/** `Name:  is too short`: the field before the colon, if it was sent. */
function leadingField(sentence: string, sent: Readonly<Record<string, unknown>>): string | null {
  const [, word] = sentence.match(/^(\w+):/) ?? [];
  return Object.keys(sent).find((name) => word !== undefined && folded(word) === name.replace(/_id$/, '')) ?? null;
}

/** What a failed line of a job says: `error` is a code such as `OrganizationUpdateFailed`, `details` a sentence in the caller's language. */
interface FailedLine {
  readonly error?: string | null | undefined;
  readonly details?: unknown;
}

/** `Safe Update prevented the update due to outdated ticket data.` */
const safeUpdateWords = /^safe update\b/i;

/** `Name:  X has already been taken`, `External has already been taken`. */
const takenWords = /\balready (been taken|taken|exists?|in use|being used)\b/i;

/**
 * A failed line as a fault. A line has no code of its own for a taken value, only its sentence. So a value counts as taken when the
 * sentence quotes the name or the key that we sent (true in every language: a blank or too short one is not quoted), when it holds the
 * English words, or when a code does say it.
 */
export function lineFault(line: FailedLine, collection: Collection, sent: Readonly<Record<string, unknown>>): Fault {
  const error = vendorError({ error: line.error ?? 'Failed', details: line.details });
  const sentence = typeof line.details === 'string' ? line.details : error.text;
  const code = line.error ?? error.code;
  const coded = code === null || code === undefined ? {} : { code };
  const say = sentence === '' ? `Zendesk refuses the record (${code ?? 'no reason given'}).` : sentence;
  if (/NotFound/i.test(code ?? '')) return { kind: 'gone', ...coded, say };
  if (code === changedMeanwhile || safeUpdateWords.test(say)) return { kind: 'stale', ...coded, say };
  const structured = invalid(error);
  if (error.details.length > 0 && structured.kind === 'stale') return inOurNames(structured, collection, sent);
  const uniqueSent = Object.fromEntries(
    collection.lookUps.flatMap(({ field }) => (field !== 'id' && field in sent ? [[field, sent[field]] as const] : [])),
  );
  const quoted = quotedField(say, uniqueSent);
  if (quoted !== null || takenWords.test(say) || code === taken) {
    // Not quoted: the sentence about the key says only that it is taken.
    const field = quoted ?? ('external_id' in uniqueSent ? 'external_id' : null);
    return { kind: 'stale', code: taken, say, ...(field === null ? {} : { fields: [field] }) };
  }
  return inOurNames(
    { kind: 'refused', ...coded, say, ...(structured.fields ? { fields: structured.fields } : {}) },
    collection,
    sent,
  );
}
