import { z } from 'zod';
import type { Raw } from '../kit/call.ts';
import type { Saved } from './api.ts';
import type { VendorError } from './faults.ts';

/**
 * The little SOAP that there is no REST for: records out of the recycle bin. The session travels inside of the envelope. Source: SOAP API
 * Developer Guide, "undelete()": up to 200 ids, each with its own result.
 */
export function undeleteMessage(ids: readonly string[]): Raw {
  return {
    type: 'text/xml; charset=UTF-8',
    text({ authorization = '' }) {
      const session = escaped(authorization.replace(/^Bearer\s+/i, ''));
      const header = `<SessionHeader><sessionId>${session}</sessionId></SessionHeader><CallOptions><client>syncline</client></CallOptions>`;
      const body = `<undelete>${ids.map((id) => `<ids>${escaped(id)}</ids>`).join('')}</undelete>`;
      return `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`;
    },
  };
}

/** The results of a call, in the order of what was asked. */
export const undeletedAnswer = z
  .string()
  .refine((text) => /<(\w+:)?undeleteResponse/.test(text), 'it is no answer to undelete')
  .transform(
    (text): Saved =>
      allOf(text, 'result').map((result) => ({
        id: firstOf(result, 'id') ?? null,
        success: firstOf(result, 'success') === 'true',
        errors: allOf(result, 'errors').map((error) => ({
          statusCode: firstOf(error, 'statusCode') ?? 'UNKNOWN',
          message: firstOf(error, 'message') ?? '',
          fields: allOf(error, 'fields').filter((field) => field !== ''),
        })),
      })),
  );

/** The error of a SOAP fault (`sf:INVALID_SESSION_ID`); null where the body is none. */
export function soapFault(body: unknown): VendorError | null {
  if (typeof body !== 'string' || !body.includes('faultcode')) return null;
  const code = firstOf(body, 'faultcode')?.replace(/^\w+:/, '');
  return code === undefined ? null : { errorCode: code, message: firstOf(body, 'faultstring') ?? '' };
}

function allOf(xml: string, name: string): readonly string[] {
  const pattern = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?(?:/>|>([\\s\\S]*?)</(?:\\w+:)?${name}>)`, 'g');
  return [...xml.matchAll(pattern)].map(([, inside = '']) => inside);
}

function firstOf(xml: string, name: string): string | undefined {
  const [found] = allOf(xml, name);
  return found === undefined || found === '' ? undefined : plain(found);
}

function plain(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => named[name] ?? '');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
