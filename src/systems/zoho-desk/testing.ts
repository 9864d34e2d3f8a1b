import { z } from 'zod';
import type { Operation, Outcome } from '../../model/operation.ts';
import { type Change, isGone, type Want } from '../../model/record.ts';
import type { Fields, Value } from '../../model/value.ts';
import type { Twin } from '../../twins/twin.ts';
import type { Auth, Secrets, SystemConnection } from '../kit/system.ts';
import { createTestWorld, type TestWorld, testSecrets } from '../kit/testing.ts';
import { zohoDesk } from './system.ts';
import { createZohoDeskTwin } from './twin/index.ts';

/** A portal to test against: the twin, on simulated time, and what tests do with it. */

export const twinUrl = 'http://127.0.0.1:4720';

export interface Portal {
  readonly world: TestWorld;
  readonly auth: Auth;
  readonly connection: SystemConnection;
  /** `aheadMs`: how far our clock is ahead of the vendor's. */
  connect(given?: { readonly auth?: Auth; readonly secrets?: Secrets; readonly aheadMs?: number }): SystemConnection;
  /** The twin's own control surface. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  seed(records: Readonly<Record<string, readonly object[]>>): Promise<Readonly<Record<string, readonly string[]>>>;
  records(object: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Calls by route since the last time, the logins left out. */
  calls(): Promise<Readonly<Record<string, number>>>;
}

const seeded = z.record(z.string(), z.array(z.string()));
const stored = z.union([
  z.array(z.record(z.string(), z.unknown())),
  z.object({ records: z.array(z.record(z.string(), z.unknown())) }).transform(({ records }) => records),
]);
const counted = z.looseObject({ byRoute: z.record(z.string(), z.number()) });

/** Answers have a date, as all servers give them; the twin by itself, which no server stands before, has none. */
export async function portal(settings: Readonly<Record<string, unknown>> = {}, dated = true): Promise<Portal> {
  const world: TestWorld = createTestWorld({
    async fetch(request) {
      const answer = await twin.fetch(request);
      const headers = new Headers(answer.headers);
      if (dated) headers.set('date', new Date(world.now()).toUTCString());
      return new Response(answer.body, { status: answer.status, headers });
    },
  });
  const twin: Twin = createZohoDeskTwin({ seed: 1, world });
  // Without the portal and its place: what a connection finds out by itself is tried too.
  const { orgId: _portal, dataCentre: _place, ...told } = twin.about(twinUrl).auth;
  const auth: Auth = z.looseObject({ type: z.string() }).catchall(z.string()).parse(told);
  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json' };
    const response = await twin.fetch(new Request(`${twinUrl}/_twin/${path}`, { method, headers, ...sent }));
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_twin/${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  const connect: Portal['connect'] = (given = {}) =>
    zohoDesk.connect({
      name: 'support',
      world: { ...world, now: () => world.now() + (given.aheadMs ?? 0) },
      url: twinUrl,
      environment: 'production',
      auth: given.auth ?? auth,
      timeZone: 'UTC',
      secrets: given.secrets ?? testSecrets(),
    });
  await control('PUT', 'settings', settings);
  return {
    world,
    auth,
    connection: connect(),
    connect,
    control,
    seed: async (records) => seeded.parse(await control('PUT', 'seed', records)),
    records: async (object) => stored.parse(await control('GET', `records/${object}`)),
    async calls() {
      const { byRoute } = counted.parse(await control('GET', 'calls'));
      await control('DELETE', 'calls');
      return Object.fromEntries(Object.entries(byRoute).filter(([route]) => !route.includes('/oauth/')));
    },
  };
}

/** All pages of a feed from a cursor on. */
export async function poll(
  connection: SystemConnection,
  want: Want,
  from: string | null,
): Promise<{ readonly changes: readonly Change[]; readonly cursor: string }> {
  const changes: Change[] = [];
  let cursor = from;
  for (let pages = 0; pages < 200; pages++) {
    const page = await connection.changes(want, cursor);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.more) return { changes, cursor };
  }
  throw new Error('the feed did not come to rest');
}

export function create(object: string, fields: Fields, mark: string | null = null): Operation {
  return { do: 'create', link: 'l', object, mark, fields };
}

export function update(object: string, id: string, fields: Readonly<Record<string, Value>>): Operation {
  return { do: 'update', link: 'l', ref: { connection: 'support', object, id }, expect: null, fields };
}

export function remove(object: string, id: string): Operation {
  return { do: 'remove', link: 'l', ref: { connection: 'support', object, id }, expect: null, how: 'trash' };
}

export function restore(object: string, id: string): Operation {
  return { do: 'restore', link: 'l', ref: { connection: 'support', object, id } };
}

export async function written(portal: Portal, operations: readonly Operation[]): Promise<readonly Outcome[]> {
  const sent = await portal.connection.write(operations, portal.world.now() + 300_000);
  if ('done' in sent) return sent.done;
  throw new Error('Zoho Desk makes no jobs');
}

/** What each record looks like, by id; how it is gone where it is. */
export function looks(changes: readonly Change[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    changes.map(({ ref, seen }) => [ref.id, seen !== 'look' && isGone(seen) ? seen.gone : seen]),
  );
}
