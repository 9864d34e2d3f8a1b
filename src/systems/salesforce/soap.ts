import { z } from 'zod';
import type { Raw } from '../kit/call.ts';
import type { Saved } from './api.ts';
import type { VendorError } from './faults.ts';

/**
 * The little SOAP that there is no REST for: records out of the recycle bin, and custom fields (metadata.ts). The session travels inside
 * of the envelope.
 */
export function soapMessage(namespace: string, body: string): Raw {
  return {
    type: 'text/xml; charset=UTF-8',
    text({ authorization = '' }) {
      const session = escaped(authorization.replace(/^Bearer\s+/i, ''));
      const header = `<SessionHeader><sessionId>${session}</sessionId></SessionHeader><CallOptions><client>syncline</client></CallOptions>`;
      return `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="${namespace}"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`;
    },
  };
}

/** SOAP API Developer Guide, "undelete()": up to 200 ids, each with its own result. */
export function undeleteMessage(ids: readonly string[]): Raw {
  const inside = ids.map((id) => `<ids>${escaped(id)}</ids>`).join('');
  return soapMessage('urn:partner.soap.sforce.com', `<undelete>${inside}</undelete>`);
}

/** The results of a call, in the order of what was asked: `undelete` and the calls that create metadata answer alike. */
export function resultsOf(call: string): z.ZodType<Saved> {
  return z
    .string()
    .refine((text) => new RegExp(`<(\\w+:)?${call}Response`).test(text), `it is no answer to ${call}`)
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
}

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

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
