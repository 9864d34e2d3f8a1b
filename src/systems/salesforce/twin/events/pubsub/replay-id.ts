import { invalid } from './rpc-error.ts';

/**
 * Replay ids on this wire: opaque to clients, in truth eight bytes of the number, the greatest first, and two more of nothing. Clients
 * that compute their own send the eight alone.
 */
export function encodeReplayId(replayId: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeBigUInt64BE(BigInt(replayId));
  return bytes;
}

/** Null where the bytes are no replay id. */
export function decodeReplayId(bytes: Uint8Array): number | null {
  if (bytes.length !== 8 && bytes.length !== 10) return null;
  const number = Number(Buffer.from(bytes).readBigUInt64BE());
  return Number.isSafeInteger(number) ? number : null;
}

export function corruptedReplayId() {
  return invalid(
    'subscription.fetch.replayid.corrupted',
    'The Replay ID validation failed. Ensure that the Replay ID is valid and refers to an event within the retention window.',
  );
}
