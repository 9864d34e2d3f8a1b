import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type App, AppError } from '../app/app.ts';
import { FaultError, OutageError } from '../model/fault.ts';
import { silentLog } from '../model/world.ts';
import { createApi } from './api.ts';
import { fakeApp, someHead, someLines, someRun, textsOf } from './fake-app.ts';
import { problemDetails } from './problem.ts';

const world = { sleep: () => new Promise<void>(() => undefined), log: silentLog };

function ask(
  app: App,
  path: string,
  init: RequestInit & { token?: string | null; host?: string } = {},
): Promise<Response> {
  const { token = 'right', host = '127.0.0.1:4000', ...rest } = init;
  const api = createApi({
    app,
    token: 'right',
    instance: 'me',
    version: '0.1.0',
    world,
    stopping: new AbortController().signal,
  });
  const headers = new Headers(rest.headers);
  headers.set('host', host);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  return Promise.resolve(api.fetch(new Request(`http://${host}${path}`, { ...rest, headers })));
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

async function problemIn(response: Response): Promise<z.infer<typeof problemDetails>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const details = problemDetails.parse(await response.json());
  expect(details.status).toBe(response.status);
  return details;
}

describe('who may ask', () => {
  it('health needs no token and names the instance, so that a client knows whom it found', async () => {
    const live = await ask(fakeApp(), '/health/live', { token: null });
    expect(await live.json()).toEqual({ live: true, instance: 'me' });
    expect((await ask(fakeApp(), '/health/ready', { token: null })).status).toBe(200);
  });

  it.each([null, 'wrong', 'right2'])('the token %s opens nothing', async (token) => {
    const app = fakeApp();
    const response = await ask(app, '/api/status', { token });
    expect((await problemIn(response)).status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(app.asked).toEqual([]);
  });

  it('the description needs the token too', async () => {
    expect((await ask(fakeApp(), '/api/openapi.json', { token: null })).status).toBe(401);
  });

  it.each(['127.0.0.1:4000', 'localhost:4000', '[::1]:4000', 'LOCALHOST'])(
    'the host %s is this machine',
    async (host) => {
      expect((await ask(fakeApp(), '/api/status', { host })).status).toBe(200);
    },
  );

  it.each(['evil.example:4000', '127.0.0.1.evil.example', 'localhost.evil.example:4000', '10.0.0.7:4000'])(
    'the host %s is not, whatever token comes with it',
    async (host) => {
      const app = fakeApp();
      expect((await problemIn(await ask(app, '/api/status', { host }))).status).toBe(421);
      expect((await ask(app, '/health/live', { host })).status).toBe(421);
      expect(app.asked).toEqual([]);
    },
  );
});

describe('what is refused before the app is asked', () => {
  it.each([
    ['/api/history?limit=0', 'limit'],
    ['/api/history?limit=ten', 'limit'],
    ['/api/history?since=yesterday', 'since'],
    ['/api/holds?record=001A', 'record'],
    ['/api/holds?colour=red', 'colour'],
    ['/api/holds?sync=a&sync=b', 'sync'],
    ['/api/check?live=maybe', 'live'],
  ])('GET %s: the parameter is named', async (path, name) => {
    const app = fakeApp();
    const details = await problemIn(await ask(app, path));
    expect(details.status).toBe(400);
    expect(details.parameters?.map((parameter) => parameter.name)).toEqual([name]);
    expect(details.detail).toContain(name);
    expect(app.asked).toEqual([]);
  });

  it.each([
    ['/api/answer', { hold: 'h', answer: { say: 'perhaps' } }, 'answer.say'],
    ['/api/answer', { hold: 'h', answer: { say: 'candidate' } }, 'answer.id'],
    ['/api/pause', { kind: 'planet', name: 'x' }, 'kind'],
    ['/api/retry', {}, 'ids'],
    ['/api/run', { syncs: [], force: true }, 'force'],
    ['/api/preview', { count: 0 }, 'count'],
    ['/api/preview', { ids: [] }, 'ids'],
    ['/api/link', { sync: 'accounts', crm: '001A' }, 'desk'],
    ['/api/unlink', {}, 'link'],
    ['/api/adopt', { sync: 'accounts', from: { side: 'left', field: 'x' } }, 'from.side'],
  ])('POST %s %j: the parameter is named', async (path, body, name) => {
    const details = await problemIn(await ask(fakeApp(), path, post(body)));
    expect(details.status).toBe(400);
    expect(details.parameters?.map((parameter) => parameter.name)).toEqual([name]);
  });

  it('a body that is no JSON, or too large', async () => {
    expect((await problemIn(await ask(fakeApp(), '/api/pause', post('{"kind":')))).detail).toBe(
      'The body is not JSON.',
    );
    expect((await problemIn(await ask(fakeApp(), '/api/retry', post('x'.repeat(1_100_000))))).status).toBe(413);
  });

  it('a path or a method that is not there', async () => {
    expect((await problemIn(await ask(fakeApp(), '/api/nothing'))).status).toBe(404);
    const response = await ask(fakeApp(), '/api/status', post({}));
    expect((await problemIn(response)).status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET');
  });
});

describe('what the app could not do', () => {
  const failing = (error: unknown): App => fakeApp({ status: () => Promise.reject(error) });
  const line = { path: 'syncs.accounts', line: 7, problem: 'no such preset', fix: 'salesforce-zendesk/accounts' };

  it('comes in its own words, with the problems of the config', async () => {
    const details = await problemIn(
      await ask(failing(new AppError('The config has 1 problem.', [line])), '/api/status'),
    );
    expect(details).toMatchObject({ status: 422, detail: 'The config has 1 problem.', problems: [line] });
  });

  it('a vendor that fails is a bad gateway', async () => {
    const fault = new FaultError({ kind: 'login', say: 'Zendesk does not accept the credentials.' });
    expect(await problemIn(await ask(failing(fault), '/api/status'))).toMatchObject({
      status: 502,
      detail: 'Zendesk does not accept the credentials.',
    });
  });

  it('a database that is away says so, and that it is nobody’s bug', async () => {
    const outage = new OutageError('the database db/x cannot be reached: no. Start it.');
    expect(await problemIn(await ask(failing(outage), '/api/status'))).toMatchObject({
      status: 503,
      detail: 'the database db/x cannot be reached: no. Start it.',
    });
  });

  it('a bug shows nothing of itself', async () => {
    const response = await ask(failing(new TypeError('cannot read hunter2 of undefined')), '/api/status');
    const details = await problemIn(response);
    expect(details.status).toBe(500);
    expect(JSON.stringify(details)).not.toContain('hunter2');
  });
});

describe('run', () => {
  it('answers JSON to a client that does not ask for lines', async () => {
    const response = await ask(fakeApp(), '/api/run', post({}));
    expect(await response.json()).toEqual(someRun);
  });

  it('a run that is asked for while another works waits, then makes its own pass', async () => {
    const story: string[] = [];
    const firstMayEnd = Promise.withResolvers<void>();
    const app = fakeApp({
      run: async ({ syncs }) => {
        story.push(`${syncs} begins`);
        if (syncs.includes('first')) await firstMayEnd.promise;
        story.push(`${syncs} ends`);
        return someRun;
      },
    });
    const api = createApi({
      app,
      token: 'right',
      instance: 'me',
      version: '0.1.0',
      world,
      stopping: new AbortController().signal,
    });
    const start = (sync: string): Promise<Response> =>
      Promise.resolve(
        api.fetch(
          new Request('http://localhost/api/run', {
            ...post({ syncs: [sync] }),
            headers: { authorization: 'Bearer right', host: 'localhost' },
          }),
        ),
      );
    const first = start('first');
    const second = start('second');
    await Promise.resolve();
    firstMayEnd.resolve();
    expect((await first).status).toBe(200);
    expect((await second).status).toBe(200);
    expect(story).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });
});

describe('bodies', () => {
  const ids = Array.from({ length: 200_000 }, (_, i) => `001${i}`);

  it('a list of ids may be longer than another request', async () => {
    const app = fakeApp();
    expect((await ask(app, '/api/run', post({ ids }))).status).toBe(200);
    expect(app.asked).toEqual([`run [] ${JSON.stringify({ ids })}`]);
  });

  it('a plan may be as long as it is', async () => {
    const text = `{"name":"${'x'.repeat(1_000)}"}\n`.repeat(20_000);
    let characters = 0;
    const app = fakeApp({
      async apply(_, lines) {
        for await (const line of lines) characters += line.length + 1;
        return { ...someRun, left: [] };
      },
    });
    const response = await ask(app, '/api/apply', post(text));
    expect(await response.json()).toEqual({ ...someRun, left: [] });
    expect(characters).toBe(text.length);
  });

  it('but not one line that never ends', async () => {
    const app = fakeApp();
    const details = await problemIn(await ask(app, '/api/apply', post('x'.repeat(17_000_000))));
    expect(details).toMatchObject({ status: 400, detail: expect.stringContaining('a line has more than') });
  });
});

describe('preview', () => {
  it('answers lines whatever the client asks for: progress, the head, each line as text, and how many they were', async () => {
    const progress = { sync: null, doing: 'planning', read: 0, done: 5, underway: 0, wait: null } as const;
    const app = fakeApp({
      preview: ({ onProgress }, take) => {
        onProgress?.(progress);
        return take(someHead, textsOf(someLines));
      },
    });
    const response = await ask(app, '/api/preview', post({}));
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { progress },
      { head: someHead },
      ...someLines.map((line) => ({ line: JSON.stringify(line) })),
      { report: { lines: someLines.length } },
    ]);
  });

  it('makes no line before there is room for it', async () => {
    let made = 0;
    const app = fakeApp({
      preview: (_, take) =>
        take(
          someHead,
          (async function* () {
            for (; made < 50_000; made += 1) yield 'x'.repeat(1_000);
          })(),
        ),
    });
    const reader = (await ask(app, '/api/preview', post({}))).body?.getReader();
    for (let read = 1; read <= 10; read += 1) await reader?.read();
    expect(made).toBeLessThan(100);
    await reader?.cancel();
  });

  it('of a client that went away ends, and the next one has its turn', async () => {
    const app = fakeApp({
      preview: (_, take) => take(someHead, textsOf(Array.from({ length: 1_000 }, () => someHead))),
    });
    const api = createApi({
      app,
      token: 'right',
      instance: 'me',
      version: '0',
      world,
      stopping: new AbortController().signal,
    });
    const headers = { authorization: 'Bearer right', host: 'localhost' };
    const preview = await api.fetch(new Request('http://localhost/api/preview', { ...post({}), headers }));
    const run = api.fetch(new Request('http://localhost/api/run', { ...post({}), headers }));
    await preview.body?.cancel();
    expect(await (await run).json()).toEqual(someRun);
    await api.idle();
  });
});

describe('stopping', () => {
  it('ends runs cleanly, says so at /health/ready, and is idle only when they have ended', async () => {
    const story: string[] = [];
    const began = Promise.withResolvers<void>();
    const app = fakeApp({
      run: async ({ signal }) => {
        began.resolve();
        await new Promise((done) => signal?.addEventListener('abort', done));
        story.push('run ends');
        return someRun;
      },
    });
    const stop = new AbortController();
    const api = createApi({ app, token: 'right', instance: 'me', version: '0', world, stopping: stop.signal });
    const headers = { authorization: 'Bearer right', host: 'localhost' };
    const run = api.fetch(new Request('http://localhost/api/run', { ...post({}), headers }));
    await began.promise;
    stop.abort();
    await api.idle();
    story.push('idle');
    expect((await run).status).toBe(200);
    expect((await api.fetch(new Request('http://localhost/health/ready', { headers }))).status).toBe(503);
    expect(story).toEqual(['run ends', 'idle']);
  });
});

describe('the description', () => {
  const pathsSchema = z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() })));
  const documentSchema = z.looseObject({
    openapi: z.string(),
    paths: pathsSchema,
    components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
  });
  const described = async () => documentSchema.parse(await (await ask(fakeApp(), '/api/openapi.json')).json());

  it('lists every verb', async () => {
    const { paths } = await described();
    const verbs = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(verbs.sort()).toEqual([
      'get /api/answers',
      'get /api/blame',
      'get /api/check',
      'get /api/failures',
      'get /api/history',
      'get /api/holds',
      'get /api/status',
      'post /api/adopt',
      'post /api/answer',
      'post /api/apply',
      'post /api/doctor',
      'post /api/forget',
      'post /api/link',
      'post /api/login',
      'post /api/login-page',
      'post /api/pause',
      'post /api/preview',
      'post /api/preview-undo',
      'post /api/resume',
      'post /api/retry',
      'post /api/run',
      'post /api/sweep',
      'post /api/undo',
      'post /api/unlink',
    ]);
  });

  it('points nowhere but at schemas that it has', async () => {
    const document = await described();
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, target]) => target);
    expect(pointers.length).toBeGreaterThan(5);
    for (const pointer of pointers) {
      const [, name] = /^#\/components\/schemas\/(.+)$/.exec(pointer ?? '') ?? [];
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  it('says what a query may carry', async () => {
    const { paths } = await described();
    expect(paths['/api/history']?.get).toMatchObject({
      parameters: expect.arrayContaining([
        {
          name: 'limit',
          in: 'query',
          required: false,
          schema: expect.objectContaining({ type: 'integer', maximum: 10_000 }),
        },
      ]),
    });
  });
});
