import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { RequestError, refusal } from './problem.ts';

/**
 * Answers only requests that name this machine. Without it, a web page could point a name of its own at 127.0.0.1 (DNS rebinding) and
 * have the visitor's browser talk to us as if we were that page's server.
 */
export const onlyLoopback: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? '';
  if (!isLoopback(host))
    throw new RequestError(
      refusal(
        421,
        'Not the address of this server',
        'Syncline listens on this machine only: use http://127.0.0.1 or http://localhost.',
      ),
    );
  await next();
};

/** Of a host with or without a port: `127.0.0.1:4000`, `localhost`, `[::1]:4000`. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}

/** A request must carry `Authorization: Bearer TOKEN`. */
export function needsToken(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (context, next) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? [];
    // Digests have one length, so the comparison takes the same time whatever was sent.
    if (given === undefined || !timingSafeEqual(digest(given), expected))
      throw new RequestError(
        refusal(
          401,
          'A token is needed',
          'Send the API token as `Authorization: Bearer TOKEN`; it is in server.json in the data folder.',
        ),
        { 'www-authenticate': 'Bearer' },
      );
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
