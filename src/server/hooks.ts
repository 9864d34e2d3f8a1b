import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { HookReceiver, OpenDoor } from '../app/hooks.ts';
import { OutageError } from '../model/fault.ts';
import { RequestError, refusal } from './problem.ts';

/** A call names a record and says no more. */
const largestBytes = 64 * 1024;
/** A vendor tries again by itself after so many seconds; one that waits a minute or more does not try at all. */
const retryAfterS = 5;

/** Why a call is not believed, as its status. */
const statusOf = { forged: 401, stale: 401, malformed: 400, foreign: 403 } as const;

/** Whoever does not know the token learns nothing: not even which connections there are. */
function nothingHere(): RequestError {
  return new RequestError(refusal(404, 'Nothing is here', 'There is no such webhook.'));
}

/** What is at work is waited for before the database is closed. */
type Watch = <Answer>(work: Promise<Answer>) => Promise<Answer>;

interface Known {
  Variables: { open: OpenDoor };
}

/**
 * `POST /hooks/:connection/:token`, the one door that vendors come to: no session, a token in the address and a signature over the body. It
 * answers as soon as what was named is kept; the work is done after.
 */
export function mountHooks(api: Hono, hooks: HookReceiver, watch: Watch): void {
  const limit = bodyLimit({
    maxSize: largestBytes,
    onError: () => {
      throw new RequestError(refusal(413, 'The request is too large', `A call may have ${largestBytes} bytes.`));
    },
  });
  const door = new Hono<Known>();
  door.post(
    '/:connection/:token',
    async (context, next) => {
      const open = await hooks.door(context.req.param('connection'), context.req.param('token'));
      if (!open) throw nothingHere();
      context.set('open', open);
      await next();
    },
    limit,
    async (context) => {
      const body = new Uint8Array(await context.req.arrayBuffer());
      try {
        const verdict = await watch(context.get('open')({ headers: context.req.raw.headers, body }));
        if (verdict.ok) return context.body(null, 202);
        throw new RequestError(refusal(statusOf[verdict.refused], 'The call is not taken', verdict.say));
      } catch (error) {
        if (!(error instanceof OutageError)) throw error;
        const why = 'Syncline has no database at the moment.';
        throw new RequestError(refusal(503, 'Not now', why), { 'retry-after': String(retryAfterS) });
      }
    },
  );
  door.all('*', () => {
    throw nothingHere();
  });
  api.route('/hooks', door);
}
