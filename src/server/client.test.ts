import { afterEach, describe, expect, it } from 'vitest';
import { type App, AppError, type Progress, type RunOptions } from '../app/app.ts';
import { silentLog } from '../model/world.ts';
import { createApi } from './api.ts';
import { createClient, whoAnswers } from './client.ts';
import { ambiguous, conflict, fakeApp, limited, someHistory, someRun, someStatus } from './fake-app.ts';
import { type ListeningServer, serveApi } from './serve.ts';

const world = {
  fetch: (request: Request) => fetch(request),
  sleep: () => new Promise<void>(() => undefined),
  log: silentLog,
};
const open: ListeningServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A client whose server, on a real port, serves this app. */
async function through(app: App, token = 'right'): Promise<App & { url: string }> {
  const api = createApi({
    app,
    token: 'right',
    instance: 'me',
    version: '0.1.0',
    world,
    stopping: new AbortController().signal,
  });
  const server = await serveApi(api, 0);
  open.push(server);
  return { ...createClient({ url: server.url, token, world }), url: server.url };
}

const reading: Progress = { sync: 'accounts', doing: 'reading', read: 3, done: 0, underway: 0, wait: null };

describe('every verb means the same through the server', () => {
  it.each<[string, (app: App) => Promise<unknown>, unknown]>([
    ['check {"live":true}', (app) => app.check({ live: true }), []],
    ['check {"live":false}', (app) => app.check({ live: false }), []],
    [
      'doctor {"install":"keys"}',
      (app) => app.doctor({ install: 'keys' }),
      [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
    ],
    [
      'doctor {"install":null}',
      (app) => app.doctor({ install: null }),
      [{ check: 'login', ok: true, found: 'sales answers', fix: '' }],
    ],
    ['run ["accounts"]', (app) => app.run({ syncs: ['accounts'] }), someRun],
    ['status', (app) => app.status(), someStatus],
    [
      'history {"sync":"accounts","since":"24h","record":"crm:001A","limit":5}',
      (app) => app.history({ sync: 'accounts', since: '24h', record: 'crm:001A', limit: 5 }),
      [someHistory],
    ],
    ['holds {}', (app) => app.holds({}), [conflict, ambiguous]],
    ['failures {"status":"limit"}', (app) => app.failures({ status: 'limit' }), [limited]],
    ['retry ["a","b"]', (app) => app.retry(['a', 'b']), { retried: 2 }],
    ['retry null', (app) => app.retry(null), { retried: 7 }],
    ['answer "hold1" {"say":"crm"}', (app) => app.answer('hold1', { say: 'crm' }), { answered: true }],
    [
      'answer "hold1" {"say":"candidate","id":"81"}',
      (app) => app.answer('hold1', { say: 'candidate', id: '81' }),
      { answered: true },
    ],
    [
      'answer "hold1" {"say":"value","value":null}',
      (app) => app.answer('hold1', { say: 'value', value: null }),
      { answered: true },
    ],
    [
      'answer "hold1" {"say":"value","value":""}',
      (app) => app.answer('hold1', { say: 'value', value: '' }),
      { answered: true },
    ],
    ['pause {"kind":"sync","name":"accounts"}', (app) => app.pause({ kind: 'sync', name: 'accounts' }), undefined],
    ['resume {"kind":"link","name":"link1"}', (app) => app.resume({ kind: 'link', name: 'link1' }), undefined],
  ])('%s', async (asked, verb, answer) => {
    const app = fakeApp();
    expect(await verb(await through(app))).toEqual(answer);
    expect(app.asked).toEqual([asked]);
  });

  it('a run tells its progress while it goes on', async () => {
    const told: Progress[] = [];
    const mayEnd = Promise.withResolvers<void>();
    const app = fakeApp({
      run: async ({ onProgress }) => {
        onProgress?.(reading);
        await mayEnd.promise;
        onProgress?.({ ...reading, doing: 'waiting', wait: { reason: 'Zendesk asks to wait', until: 12 } });
        return someRun;
      },
    });
    const client = await through(app);
    const report = await client.run({
      syncs: [],
      onProgress: (progress) => {
        told.push(progress);
        // Only now: the first line has arrived while the run was still under way.
        mayEnd.resolve();
      },
    });
    expect(report).toEqual(someRun);
    expect(told.map(({ doing }) => doing)).toEqual(['reading', 'waiting']);
  });

  it('closing the client leaves the server’s app open', async () => {
    const app = fakeApp();
    await (await through(app)).close();
    expect(app.closed()).toBe(false);
  });
});

describe('what goes wrong', () => {
  const line = { path: 'syncs.accounts', line: 7, problem: 'no such preset', fix: 'salesforce-zendesk/accounts' };

  it.each<[string, (app: App) => Promise<unknown>]>([
    ['an answer', (app) => app.status()],
    ['a stream of lines', (app) => app.run({ syncs: [] })],
  ])('the app’s own words and problems arrive through %s', async (_, verb) => {
    const refuse = () => Promise.reject(new AppError('The config has 1 problem.', [line]));
    const client = await through(fakeApp({ status: refuse, run: refuse }));
    const error = await verb(client).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ message: 'The config has 1 problem.', problems: [line] });
  });

  it('a wrong token is said as that', async () => {
    const client = await through(fakeApp(), 'wrong');
    await expect(client.status()).rejects.toThrow(/does not accept the token. Set SYNCLINE_TOKEN/);
  });

  it('where nothing answers, it says so', async () => {
    const client = await through(fakeApp());
    await open.splice(0)[0]?.close();
    await expect(client.status()).rejects.toThrow(`Nothing answers at ${client.url}`);
    expect(await whoAnswers(client.url, world, 1_000)).toBeNull();
  });

  it('a client that stops ends its run at the server, cleanly', async () => {
    const stopped = Promise.withResolvers<void>();
    const app = fakeApp({
      run: ({ signal, onProgress }: RunOptions) => {
        const ended = Promise.withResolvers<typeof someRun>();
        signal?.addEventListener('abort', () => {
          stopped.resolve();
          ended.resolve(someRun);
        });
        onProgress?.(reading);
        return ended.promise;
      },
    });
    const client = await through(app);
    const stop = new AbortController();
    const run = client.run({ syncs: [], signal: stop.signal, onProgress: () => stop.abort() });
    await expect(run).rejects.toThrow('The run was stopped; the next one goes on from there.');
    await stopped.promise;
  });

  it('a server that ends in the middle of a run is said as that', async () => {
    const app = fakeApp({
      run: ({ onProgress }) => {
        onProgress?.(reading);
        return new Promise(() => undefined);
      },
    });
    const client = await through(app);
    const run = client.run({ syncs: [], onProgress: () => void open.splice(0)[0]?.close() });
    await expect(run).rejects.toThrow(/broke off before the run was over/);
  });

  it('a port that is taken is named', async () => {
    const client = await through(fakeApp());
    const port = Number(new URL(client.url).port);
    const api = createApi({
      app: fakeApp(),
      token: 't',
      instance: 'i',
      version: '0',
      world,
      stopping: new AbortController().signal,
    });
    await expect(serveApi(api, port)).rejects.toThrow(`Port ${port} is in use. Choose another with --port`);
  });
});

it('a server says who it is to whoever asks', async () => {
  const client = await through(fakeApp());
  expect(await whoAnswers(client.url, world, 5_000)).toBe('me');
});
