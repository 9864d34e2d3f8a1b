import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Finding } from './system.ts';

/** What a system declares for calls that its vendor makes to us. A call is a hint: it says which records to look at, never how they look. */
export interface Hooks {
  /** The objects whose changes the vendor tells. */
  readonly objects: readonly string[];
  /** The system at the other end for which the vendor's set-up is made: `salesforce`. */
  readonly peer: string;
  /** Whether a call is genuine, recent and meant for us, and what it names. Pure. `now` in ms. */
  verify(request: HookRequest, secrets: HookSecrets, now: number): HookVerdict;
}

export interface HookRequest {
  readonly headers: Headers;
  /** As it came: signatures are made over bytes. */
  readonly body: Uint8Array;
}

export interface HookSecrets {
  /** What the vendor signs with. */
  readonly signing: string;
  /** The account at the other end for which this door was made: a Salesforce org id (18). */
  readonly peer: string;
}

export type HookVerdict =
  | { readonly ok: true; readonly due: readonly { readonly object: string; readonly id: string }[] }
  | { readonly ok: false; readonly refused: 'forged' | 'stale' | 'malformed' | 'foreign'; readonly say: string };

/** What the vendor is asked to call us for. */
export interface HookAsk {
  /** The address that it should call; its last part is a secret of this pair's own. */
  readonly endpoint: string;
  /** Endpoints of ours for other accounts at the other end: those are left alone. */
  readonly others: readonly string[];
  readonly peer: string;
  /** The records that count; what the vendor cannot express is left out, so that it tells more than is asked for. */
  readonly filter: HookFilter;
  /** What was kept of the last set-up; null: there was none. */
  readonly kept: KeptHook | null;
}

/** Every condition of `all` and, where there are any, at least one of `any` has to be met; in the words of a sync's filter. */
export interface HookFilter {
  readonly all: readonly HookCondition[];
  readonly any: readonly HookCondition[];
}

export interface HookCondition {
  readonly field: string;
  readonly op: string;
  readonly values: readonly (string | number | boolean)[];
}

/** Ids at the vendor, and what it signs with; sealed where it is kept. */
export interface KeptHook {
  readonly webhook: string;
  readonly trigger: string | null;
  readonly signing: string;
}

export interface HookSetUp {
  /** Looks at what is there; nothing is changed. */
  inspect(ask: HookAsk): Promise<readonly Finding[]>;
  /**
   * Creates what is missing, and with `repair` mends what was edited; safe to repeat. `keep` is told what has to be kept before the vendor
   * can make its first call. Throws FaultError.
   */
  install(ask: HookAsk, how: { readonly repair: boolean; keep(kept: KeptHook): Promise<void> }): Promise<void>;
}

/** Compares in a time that tells nothing of where two texts differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** base64(HMAC-SHA256(key, parts one after the other)). */
export function hmacBase64(key: string, ...parts: readonly (string | Uint8Array)[]): string {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest('base64');
}
