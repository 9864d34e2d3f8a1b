import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { App } from '../app/app.ts';
import type { HookReceiver } from '../app/hooks.ts';
import type { World } from '../model/world.ts';
import { answer, failed } from './answer.ts';
import { needsToken, onlyLoopback } from './guard.ts';
import { mountHooks } from './hooks.ts';
import { type DescribedRoute, describeApi } from './openapi.ts';
import { RequestError, refusal } from './problem.ts';
import type { Mount, Resource } from './resource.ts';
import { blame } from './resources/blame.ts';
import { check } from './resources/check.ts';
import { doctor } from './resources/doctor.ts';
import { history } from './resources/history.ts';
import { holds } from './resources/holds.ts';
import { links } from './resources/links.ts';
import { login } from './resources/login.ts';
import { pause } from './resources/pause.ts';
import { plan } from './resources/plan.ts';
import { run } from './resources/run.ts';
import { status } from './resources/status.ts';
import { sweep } from './resources/sweep.ts';
import { undo } from './resources/undo.ts';
import { createTurns } from './turns.ts';

export interface ApiOptions {
  readonly app: App;
  /** What clients must send. */
  readonly token: string;
  /** Told by `/health/live`, so that a client knows whom it found before it sends the token. */
  readonly instance: string;
  readonly version: string;
  readonly world: Pick<World, 'sleep' | 'log'>;
  /** Aborts when the service is to end: then runs stop cleanly, and `/health/ready` says no. */
  readonly stopping: AbortSignal;
  /** Who takes the calls of vendors; absent: nobody. */
  readonly hooks?: HookReceiver;
}

export interface Api {
  fetch(request: Request): Response | Promise<Response>;
  /** Resolves when no verb of the app is at work any more. */
  idle(): Promise<void>;
}

const resources: readonly Resource[] = [
  check,
  doctor,
  run,
  plan,
  sweep,
  status,
  history,
  holds,
  links,
  login,
  pause,
  undo,
  blame,
];

/** Few requests need more, and those say so. */
const usualBodyBytes = 1_048_576;

/** The HTTP side of an App, as a function from request to response. */
export function createApi(options: ApiOptions): Api {
  const { app, world, stopping } = options;
  const api = new Hono();
  const atWork = new Set<Promise<unknown>>();
  const watch = <Answer>(work: Promise<Answer>): Promise<Answer> => {
    atWork.add(work);
    const done = (): unknown => atWork.delete(work);
    work.then(done, done);
    return work;
  };
  api.onError((error) => failed(error, world));
  api.notFound((context) => {
    throw new RequestError(
      refusal(
        404,
        'Nothing is here',
        `There is no ${context.req.method} ${context.req.path}; /api/openapi.json lists what there is.`,
      ),
    );
  });
  // Vendors come by the public address: what guards this door is its token and their signature.
  if (options.hooks) mountHooks(api, options.hooks, watch);
  api.use(onlyLoopback);
  api.get('/health/live', (context) => context.json({ live: true, instance: options.instance }));
  api.get('/health/ready', (context) => context.json({ ready: !stopping.aborted }, stopping.aborted ? 503 : 200));

  api.use('/api/*', needsToken(options.token));
  const turns = createTurns();
  const routes: DescribedRoute[] = [];
  const mount: Mount = (route, verb) => {
    routes.push(route);
    const watched: typeof verb = (input, call) =>
      watch(verb(input, { ...call, signal: AbortSignal.any([call.signal, stopping]) }));
    const limit = route.body === 'lines' ? unlimited : limited(route.largestBody ?? usualBodyBytes);
    api.on(route.method, route.path, limit, (context) => answer(context, route, watched, world));
    api.all(route.path, () => {
      throw new RequestError(refusal(405, 'Not this method', `${route.path} takes ${route.method}.`), {
        allow: route.method,
      });
    });
  };
  for (const resource of resources) resource(mount, app, turns);
  api.get('/api/openapi.json', (context) => context.json(describeApi(routes, options.version)));
  return {
    fetch: (request) => api.fetch(request),
    async idle() {
      while (atWork.size > 0) await Promise.allSettled(atWork);
    },
  };
}

/** For a body that is never held whole. */
const unlimited: MiddlewareHandler = (_, next) => next();

function limited(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new RequestError(refusal(413, 'The request is too large', `A body may have ${maxSize} bytes.`));
    },
  });
}
