import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Fault } from '../../model/fault.ts';
import { attempt } from './attempt.ts';
import type { Call, Classify } from './call.ts';
import { fixedLogin, renewingLogin } from './login.ts';
import type { Limits } from './pace.ts';
import { createTestWorld, jsonResponse, type SeenRequest, scriptedFetch } from './testing.ts';
import { createWire } from './wire.ts';

const hello = z.object({ hello: z.string() });
const read: Call<z.infer<typeof hello>> = {
  kind: 'read',
  method: 'GET',
  path: '/hello',
  answer: hello,
  what: 'saying hello',
};
const write: Call<z.infer<typeof hello>> = { ...read, kind: 'write', method: 'POST', body: { name: 'Ada' } };
const wide: Limits = { windows: [], concurrency: 10 };

function setUp(
  answer: (request: SeenRequest, n: number) => Response | Promise<Response>,
  options: { limits?: Limits; classify?: Classify } = {},
) {
  const script = scriptedFetch(answer);
  const world = createTestWorld({ fetch: script.fetch });
  let logins = 0;
  const wire = createWire({
    world,
    name: 'sales',
    url: 'https://vendor.test',
    login: (send) =>
      renewingLogin(world, async () => {
        logins += 1;
        await send({
          kind: 'login',
          method: 'POST',
          path: '/token',
          form: { grant_type: 'x' },
          answer: z.unknown(),
          what: 'logging in',
        });
        return { headers: { authorization: `Bearer ${logins}` }, url: null, endsAt: null };
      }),
    limits: options.limits ?? wide,
    classify: options.classify ?? (() => null),
  });
  return { script, world, wire };
}

const ok = () => jsonResponse(200, { hello: 'world' });
const token = (request: SeenRequest) => request.path === '/token';
const broken = (code: string, syscall?: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, syscall }) });

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const result = await attempt(() => work);
  if (result.ok) throw new Error('a fault was expected');
  return result.fault;
}

test('an answer comes back in the expected shape, and every request is counted by its kind', async () => {
  const { wire, script } = setUp((request) => (token(request) ? jsonResponse(200, {}) : ok()));
  expect((await wire.request(read)).body).toEqual({ hello: 'world' });
  await wire.request(write);
  expect(wire.calls()).toEqual({ read: 1, write: 1, login: 1 });
  expect(script.seen.map((one) => one.headers.get('authorization'))).toEqual([null, 'Bearer 1', 'Bearer 1']);
  expect(script.seen[2]?.body).toEqual({ name: 'Ada' });
});

test('an expired login is renewed once for many calls, and each of them is sent again', async () => {
  const { wire, script } = setUp((request) => {
    if (token(request)) return jsonResponse(200, {});
    return request.headers.get('authorization') === 'Bearer 1' ? jsonResponse(401, {}) : ok();
  });
  const replies = await Promise.all([1, 2, 3, 4, 5].map(() => wire.request(read)));
  expect(replies.map((reply) => reply.body.hello)).toEqual(['world', 'world', 'world', 'world', 'world']);
  expect(wire.calls()).toEqual({ read: 10, write: 0, login: 2 });
  expect(script.seen.length).toBe(12);
});

test('a login that is refused again after it was renewed is a login fault', async () => {
  const { wire } = setUp((request) => (token(request) ? jsonResponse(200, {}) : jsonResponse(401, { error: 'no' })));
  expect((await faultOf(wire.request(read))).kind).toBe('login');
  expect(wire.calls()).toEqual({ read: 2, write: 0, login: 2 });
});

test('a read is tried again after a failing server, and gives up after three times', async () => {
  const { wire } = setUp((request, n) =>
    token(request) ? jsonResponse(200, {}) : n < 5 ? jsonResponse(502, {}) : ok(),
  );
  expect((await wire.request(read)).body).toEqual({ hello: 'world' });
  expect(wire.calls().read).toBe(4);
  const down = setUp((request) => (token(request) ? jsonResponse(200, {}) : jsonResponse(500, '<html>oops</html>')));
  expect(await faultOf(down.wire.request(read))).toMatchObject({ kind: 'later', code: '500' });
  expect(down.wire.calls().read).toBe(4);
});

test('a login that cannot be had is tried four times in all, whatever needed it', async () => {
  const { wire } = setUp(() => jsonResponse(503, {}));
  expect((await faultOf(wire.request(read))).kind).toBe('later');
  expect(wire.calls()).toEqual({ read: 0, write: 0, login: 4 });
});

test.each([
  { status: 500, kind: 'unsure' },
  { status: 502, kind: 'unsure' },
  { status: 504, kind: 'unsure' },
  { status: 503, kind: 'later' },
  { status: 429, kind: 'limit' },
  { status: 404, kind: 'gone' },
  { status: 409, kind: 'stale' },
  { status: 422, kind: 'refused' },
])('a write answered with $status is $kind and is sent once', async ({ status, kind }) => {
  const { wire } = setUp((request) => (token(request) ? jsonResponse(200, {}) : jsonResponse(status, { error: 'x' })));
  expect((await faultOf(wire.request(write))).kind).toBe(kind);
  expect(wire.calls().write).toBe(1);
});

test('a write on a connection that broke is unsure; where nobody listened it was never sent and is not counted', async () => {
  const lost = setUp((request) => {
    if (token(request)) return jsonResponse(200, {});
    throw broken('ECONNRESET', 'read');
  });
  expect(await faultOf(lost.wire.request(write))).toMatchObject({ kind: 'unsure', code: 'network' });
  expect(lost.wire.calls().write).toBe(1);
  const closed = setUp((request) => {
    if (token(request)) return jsonResponse(200, {});
    throw broken('ECONNREFUSED', 'connect');
  });
  expect(await faultOf(closed.wire.request(write))).toMatchObject({ kind: 'later' });
  expect(closed.wire.calls().write).toBe(0);
});

test('a request without an answer ends after its time-out', async () => {
  const { wire, world } = setUp((request) =>
    token(request) ? jsonResponse(200, {}) : new Promise<Response>(() => {}),
  );
  const began = world.now();
  expect((await faultOf(wire.request({ ...write, timeOutMs: 20_000 }))).kind).toBe('unsure');
  expect(world.now() - began).toBe(20_000);
});

test('a write that could not end in time is not sent', async () => {
  const { wire, world } = setUp((request) => (token(request) ? jsonResponse(200, {}) : ok()));
  expect((await faultOf(wire.request({ ...write, until: world.now() + 29_999 }))).kind).toBe('later');
  expect(wire.calls().write).toBe(0);
  await wire.request({ ...write, until: world.now() + 30_000 });
  expect(wire.calls().write).toBe(1);
});

test.each(['7', 'Thu, 15 Jan 2026 12:00:07 GMT'])(
  'Retry-After %s rests everybody on that route for 7 s',
  async (retryAfter) => {
    const { wire, world, script } = setUp(
      (request, n) => {
        if (token(request)) return jsonResponse(200, {});
        return n === 2 ? jsonResponse(429, {}, { 'retry-after': retryAfter }) : ok();
      },
      { limits: { windows: [{ name: 'perMinute', perMs: 60_000, calls: 100 }], concurrency: 1 } },
    );
    const began = world.now();
    await Promise.all([wire.request(read), wire.request(read)]);
    expect(world.now() - began).toBe(7000);
    expect(script.seen.length).toBe(4);
    expect(world.lines.some((line) => line.level === 'info' && line.details.waitMs === 7000)).toBe(true);
  },
);

test('a limit that lasts longer than a read can wait is handed on at once, with the time', async () => {
  const { wire, world } = setUp((request) =>
    token(request) ? jsonResponse(200, {}) : jsonResponse(429, {}, { 'retry-after': '600' }),
  );
  const began = world.now();
  expect(await faultOf(wire.request(read))).toMatchObject({ kind: 'limit', afterMs: 600_000 });
  expect(world.now()).toBe(began);
});

test('an answer of another shape is a bug for a read and unsure for a write', async () => {
  const { wire } = setUp((request) =>
    token(request) ? jsonResponse(200, {}) : new Response('<html><b>Hi</b></html>'),
  );
  const fault = await faultOf(wire.request(read));
  expect(fault.kind).toBe('bug');
  expect(fault.say).toContain('saying hello');
  expect(fault.say).toContain('begins: Hi');
  expect((await faultOf(wire.request(write))).kind).toBe('unsure');
});

test('the system classifies first, and a redirect is a failure', async () => {
  const classify: Classify = (status) =>
    status === 403 ? { fault: { kind: 'limit', say: 'full', afterMs: 5000 } } : null;
  const { wire, world } = setUp(
    (request, n) => {
      if (token(request)) return jsonResponse(200, {});
      return n === 2
        ? jsonResponse(403, {})
        : n === 3
          ? ok()
          : new Response(null, { status: 302, headers: { location: 'https://x.test' } });
    },
    { classify },
  );
  const began = world.now();
  await wire.request(read);
  expect(world.now() - began).toBe(5000);
  expect((await faultOf(wire.request(read))).kind).toBe('refused');
});

test('a fixed login that is refused stops the connection', async () => {
  const script = scriptedFetch(() => jsonResponse(401, { error: 'Couldn’t authenticate you' }));
  const world = createTestWorld({ fetch: script.fetch });
  const wire = createWire({
    world,
    name: 'support',
    url: 'https://vendor.test',
    login: () => fixedLogin({ authorization: 'Basic xyz' }),
    limits: wide,
    classify: () => null,
  });
  expect((await faultOf(wire.request(read))).kind).toBe('login');
});
