import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FaultError } from '../../model/fault.ts';
import { createPace, type Limits, type Place, retryAfterMs } from './pace.ts';
import { createTestWorld } from './testing.ts';

const perMinute: Limits = { windows: [{ name: 'perMinute', perMs: 60_000, calls: 3 }], concurrency: 10 };
const nobody = async () => new Response(null);

async function call(place: Promise<Place>, headers: Headers | null = null): Promise<void> {
  (await place).end(headers);
}

test('the fourth call of a window of three waits until the first has left it', async () => {
  const world = createTestWorld({ fetch: nobody });
  const pace = createPace(world, 'sales', perMinute);
  const began = world.now();
  for (let i = 0; i < 3; i++) await call(pace.take('GET /a'));
  expect(world.now()).toBe(began);
  await call(pace.take('GET /a'));
  expect(world.now() - began).toBe(60_025);
  expect(world.lines.map((line) => line.details.because)).toEqual(['perMinute']);
});

test('property: however calls come and last, no window of the vendor ever holds more than its number', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ afterMs: fc.nat(20_000), lastsMs: fc.nat(5000) }), { minLength: 1, maxLength: 25 }),
      async (plan) => {
        const world = createTestWorld({ fetch: nobody });
        const pace = createPace(world, 'sales', perMinute);
        const seen: number[] = [];
        const all: Promise<void>[] = [];
        for (const one of plan) {
          await world.sleep(one.afterMs);
          all.push(
            pace.take('GET /a').then(async (place) => {
              // The vendor counts it somewhere between its start and its end.
              await world.sleep(one.lastsMs / 2);
              seen.push(world.now());
              await world.sleep(one.lastsMs / 2);
              place.end(null);
            }),
          );
        }
        await Promise.all(all);
        for (const at of seen)
          expect(seen.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(3);
      },
    ),
    { numRuns: 25, seed: 7 },
  );
});

test('what the headers say goes before our own count', async () => {
  const world = createTestWorld({ fetch: nobody });
  const pace = createPace(world, 'support', {
    windows: [
      {
        name: 'perMinute',
        perMs: 60_000,
        calls: 100,
        learn: (headers, now) => ({
          left: Number(headers.get('left')),
          refillsAt: now + Number(headers.get('reset')) * 1000,
        }),
      },
    ],
    concurrency: 10,
  });
  await call(pace.take('GET /a'), new Headers({ left: '1', reset: '20' }));
  expect(pace.budget()).toMatchObject({ used: 99, left: 1, refillsAt: world.now() + 20_000 });
  const began = world.now();
  await call(pace.take('GET /a'));
  expect(world.now()).toBe(began);
  await call(pace.take('GET /a'));
  expect(world.now() - began).toBe(20_000);
});

test('a bucket that rests or is full does not hold up another', async () => {
  const world = createTestWorld({ fetch: nobody });
  const pace = createPace(world, 'support', {
    windows: [
      { name: 'all', perMs: 60_000, calls: 100 },
      { name: 'exports', perMs: 60_000, calls: 10, bucket: (route) => (route.includes('/export') ? 'export' : null) },
    ],
    concurrency: 10,
  });
  pace.pause('GET /export', 30_000);
  const began = world.now();
  const order: string[] = [];
  await Promise.all([
    call(pace.take('GET /export')).then(() => order.push('export')),
    call(pace.take('GET /other')).then(() => order.push('other')),
  ]);
  expect(order).toEqual(['other', 'export']);
  expect(world.now() - began).toBe(30_000);
});

test('a first load leaves the kept places to live work, which also goes first', async () => {
  const world = createTestWorld({ fetch: nobody });
  const pace = createPace(world, 'support', {
    windows: [{ name: 'exports', perMs: 60_000, calls: 3, keep: 1 }],
    concurrency: 1,
  });
  const order: string[] = [];
  const waits = ['load', 'load', 'load', 'live'].map((name, i) =>
    call(pace.take('GET /export', { lane: name === 'live' ? 'live' : 'load' })).then(() => order.push(`${name}${i}`)),
  );
  await Promise.all(waits);
  expect(order.slice(0, 3).toSorted()).toEqual(['live3', 'load0', 'load1']);
  expect(order[3]).toBe('load2');
});

test('who cannot be served in time is told at once, with the time to wait', async () => {
  const world = createTestWorld({ fetch: nobody });
  const pace = createPace(world, 'sales', perMinute);
  for (let i = 0; i < 3; i++) await call(pace.take('GET /a'));
  const began = world.now();
  const failure = await pace.take('GET /a', { by: world.now() + 10_000 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FaultError);
  expect(failure).toMatchObject({ fault: { kind: 'limit', afterMs: 60_025 } });
  expect(world.now()).toBe(began);
});

test('who waits for a request under way is told when its time is over', async () => {
  const world = createTestWorld({ fetch: nobody });
  const pace = createPace(world, 'sales', { windows: [], concurrency: 1 });
  const place = await pace.take('GET /a');
  const began = world.now();
  const failure = await pace.take('GET /a', { by: began + 5000 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ fault: { kind: 'limit' } });
  expect(world.now() - began).toBe(5001);
  place.end(null);
  await call(pace.take('GET /a'));
});

test('Retry-After is read as seconds or as a date', () => {
  const now = Date.UTC(2026, 0, 15, 12, 0, 0);
  const after = (text: string) => retryAfterMs(new Headers({ 'retry-after': text }), now);
  expect([after('3'), after('0.5'), after('Thu, 15 Jan 2026 12:01:00 GMT'), after('soon')]).toEqual([
    3000,
    500,
    60_000,
    null,
  ]);
  expect(retryAfterMs(new Headers(), now)).toBe(null);
});
