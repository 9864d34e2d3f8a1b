import type { Limits } from '../kit/pace.ts';

/** Requests under way at once: each takes a worker of the installation's web server, of which small ones have five to ten. */
export const atATime = 4;

/**
 * OroCRM has no rate limit of its own; a proxy in front of it may have one, which only its refusals tell. The window counts what was used.
 */
export const limits: Limits = {
  windows: [{ name: 'requestsPerMinute', perMs: 60_000, calls: null }],
  concurrency: atATime,
};
