import { AppError } from '../../../src/app/app.ts';
import { createApi } from '../../../src/server/api.ts';
import type { Company } from '../company.ts';
import type { Life } from '../life.ts';
import type { Post } from './post.ts';

/** Between two deliveries of the post (ms). */
const deliverMs = 2000;

/** Lets so many milliseconds go by while the service works and calls come in. */
export type Pass = (ms: number) => Promise<void>;

/** One life of the service that works by itself, with the door that vendors call at, until `work` is done; answers what it says of it. */
export async function serve(
  company: Company,
  post: Post,
  life: Life,
  work: (pass: Pass) => Promise<void>,
): Promise<string> {
  const { world } = company.journey;
  let isDead = false;
  const death = life.death.then(() => {
    isDead = true;
    return new Response(null, { status: 502 });
  });
  const service = await life.open();
  const stop = new AbortController();
  const api = createApi({
    app: service,
    hooks: service.hooks,
    token: 'token',
    instance: 'simulation',
    version: '0',
    world,
    stopping: stop.signal,
  });
  const working = service.start(stop.signal);
  working.catch(() => stop.abort());
  const pass: Pass = async (ms) => {
    const until = world.now() + ms;
    while (!isDead && world.now() < until) {
      await post.deliver();
      if (!isDead) await world.pass(Math.min(deliverMs, until - world.now()));
    }
  };
  try {
    await Promise.race([life.up, working]);
    post.open((request) => Promise.race([Promise.resolve(api.fetch(request)), death]));
    await work(pass);
    stop.abort();
    await working;
    return 'worked';
  } catch (error) {
    // What a command cannot do it says, and the next one goes on; anything else is a bug.
    if (error instanceof AppError) return `could not: ${error.message}`;
    throw error;
  } finally {
    stop.abort();
    if (!isDead) post.open(null);
    await service.close();
  }
}
