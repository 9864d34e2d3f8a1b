import { z } from 'zod';
import {
  type HookRequest,
  type HookSecrets,
  type Hooks,
  type HookVerdict,
  hmacBase64,
  sameSecret,
} from '../kit/hook.ts';
import { parseJson } from '../kit/login.ts';

/**
 * The calls that a trigger makes through a webhook. Source: Zendesk, "Verifying webhook authenticity", "Anatomy of a webhook request", and
 * the set-up of its Salesforce integration, whose body this is.
 */

/** A call that is older than this (ms) is not believed, nor one that comes from so far ahead: our clocks differ by less. */
const recentMs = 5 * 60_000;

const told = z.object({
  ticket_id: z.union([z.int().positive().transform(String), z.string().regex(/^[1-9]\d{0,18}$/)]),
  salesforce_org_id: z.string(),
});

export const hooks: Hooks = { objects: ['ticket'], peer: 'salesforce', verify };

function verify({ headers, body }: HookRequest, { signing, peer }: HookSecrets, now: number): HookVerdict {
  const timestamp = headers.get('x-zendesk-webhook-signature-timestamp') ?? '';
  const signature = headers.get('x-zendesk-webhook-signature') ?? '';
  // The secret counts as the text that it is, although it looks like base64.
  if (signing === '' || !sameSecret(signature, hmacBase64(signing, timestamp, body)))
    return refused('forged', 'The signature is missing or wrong.');
  const at = Date.parse(timestamp);
  if (Number.isNaN(at) || Math.abs(now - at) > recentMs)
    return refused('stale', `It was signed at ${timestamp}, which is not within five minutes of now.`);
  const parsed = told.safeParse(parseJson(new TextDecoder().decode(body)));
  if (!parsed.success)
    return refused('malformed', 'The body has to be {"ticket_id": NUMBER, "salesforce_org_id": "ORG ID"}.');
  const { ticket_id: id, salesforce_org_id: org } = parsed.data;
  if (!isOrg(org, peer))
    return refused('foreign', `It is meant for the Salesforce org ${shown(org)}, not for ${peer}.`);
  return { ok: true, due: [{ object: 'ticket', id }] };
}

function refused(why: Exclude<HookVerdict, { ok: true }>['refused'], say: string): HookVerdict {
  return { ok: false, refused: why, say };
}

/** An org id has 15 characters, or 18: three more that repeat the cases of the others, for systems that have none. */
export function isOrg(given: string, org: string): boolean {
  return given === org || (given.length === 15 && org.length === 18 && org.startsWith(given));
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
