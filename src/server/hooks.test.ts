import { expect, it } from 'vitest';
import type { HookReceiver, OpenDoor } from '../app/hooks.ts';
import { OutageError } from '../model/fault.ts';
import { silentLog } from '../model/world.ts';
import { createApi } from './api.ts';
import { fakeApp } from './fake-app.ts';

function serverWith(open: OpenDoor) {
  const asked: string[] = [];
  const hooks: HookReceiver = {
    async door(connection, token) {
      asked.push(connection);
      return connection === 'support' && token === 'right' ? open : null;
    },
  };
  const world = { sleep: async () => {}, log: silentLog };
  const stopping = new AbortController().signal;
  const api = createApi({ app: fakeApp(), token: 't', instance: 'i', version: '0', world, stopping, hooks });
  const post = async (path: string, body = '{}', headers: Readonly<Record<string, string>> = {}) =>
    api.fetch(new Request(`https://sync.acme.com${path}`, { method: 'POST', body, headers }));
  return { api, asked, post };
}

const good: OpenDoor = async () => ({ ok: true, due: [] });

it('answers a call at once and with nothing, whatever name the proxy came by', async () => {
  const { post } = serverWith(good);
  const answer = await post('/hooks/support/right');
  expect([answer.status, await answer.text()]).toEqual([202, '']);
});

it('hands on headers and bytes as they came', async () => {
  let seen: unknown;
  const { post } = serverWith(async ({ headers, body }) => {
    seen = [headers.get('x-signature'), [...body]];
    return { ok: true, due: [] };
  });
  await post('/hooks/support/right', '{ "é": 1}\n', { 'x-signature': 's' });
  expect(seen).toEqual(['s', [...new TextEncoder().encode('{ "é": 1}\n')]]);
});

it.each([
  '/hooks',
  '/hooks/',
  '/hooks/support',
  '/hooks/support/wrong',
  '/hooks/sales/right',
  '/hooks/support/right/more',
])('%s is not there, and says no more than that', async (path) => {
  const { post } = serverWith(good);
  const answer = await post(path);
  expect([answer.status, await answer.json()]).toMatchObject([404, { detail: 'There is no such webhook.' }]);
});

it('asks for the right token before it takes a body', async () => {
  const { post } = serverWith(good);
  const large = 'x'.repeat(100_000);
  expect((await post('/hooks/support/wrong', large)).status).toBe(404);
  expect((await post('/hooks/support/right', large)).status).toBe(413);
});

it.each([
  ['forged', 401],
  ['stale', 401],
  ['malformed', 400],
  ['foreign', 403],
] as const)('a call that is %s is refused with %i and why', async (refused, status) => {
  const { post } = serverWith(async () => ({ ok: false, refused, say: 'It is not good.' }));
  const answer = await post('/hooks/support/right');
  expect([answer.status, await answer.json()]).toMatchObject([status, { detail: 'It is not good.' }]);
});

it('asks the vendor to call again where the database is away', async () => {
  const { post } = serverWith(async () => {
    throw new OutageError('no database', { cause: null });
  });
  const answer = await post('/hooks/support/right');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
});

it('is idle when the last call is kept', async () => {
  let kept = false;
  let end = (): void => {};
  const keeping = new Promise<void>((done) => {
    end = done;
  });
  const { api, post } = serverWith(async () => {
    await keeping;
    kept = true;
    return { ok: true, due: [] };
  });
  const answering = post('/hooks/support/right');
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
  const idle = api.idle();
  end();
  await idle;
  expect(kept).toBe(true);
  expect((await answering).status).toBe(202);
});
