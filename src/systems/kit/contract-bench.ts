import { z } from 'zod';
import { FaultError } from '../../model/fault.ts';
import type { Operation, Outcome, Sent, Traced } from '../../model/operation.ts';
import { type Change, type Gone, isGone, type Want } from '../../model/record.ts';
import type { Fields } from '../../model/value.ts';
import type { CreateTwin } from '../../twins/twin.ts';
import type { Auth, System, SystemConnection } from './system.ts';
import { createTestWorld, type TestWorld, testSecrets } from './testing.ts';

/** What a system says of itself, so that the suite of contract.ts can be run on it. */
export interface SystemUnderTest {
  readonly system: System;
  readonly createTwin: CreateTwin;
  /** The address under which the twin is reached. */
  readonly url: string;
  readonly object: string;
  /** A record as the vendor would store it, for the twin's seed; different for every number. */
  readonly sample: (n: number) => Readonly<Record<string, unknown>>;
  /** The field that every record needs, and a free text field; both are read. */
  readonly name: string;
  readonly text: string;
  /** What a new record needs, where that is not its name: the required fields, with values. */
  readonly needs?: Fields;
  /** The field of a sample that the vendor finds it by exactly, where that is not its name. */
  readonly lookUp?: string;
  /** How many calls two creates are, where they are not one: so many answers are lost when both are. */
  readonly callsForTwo?: number;
  /** More records than one page of the feed holds, and a number of pages that surely is enough for them. */
  readonly many: { readonly records: number; readonly pages: number };
  /** After so long a change is visible everywhere: feeds, look-ups, search (ms). */
  readonly visibleMs: number;
  /** An update that the vendor refuses, the code that it gives and the field that it names; null where it names none. */
  readonly refused: { readonly fields: Fields; readonly code: string; readonly field: string | null };
  /** What a removed record may read as: `trash` or `purged` where the vendor gives evidence, `hidden` only where it gives none at all. */
  readonly removedAs: readonly Gone['gone'][];
  /** Paths (regular expressions) of the calls that create records, and of a read by id. */
  readonly createPath: string;
  readonly readPath: string;
  /** How the vendor says: the session is over; too many calls, come back in 7 seconds. */
  readonly expired: { readonly status: number; readonly body: unknown } | null;
  readonly limited: { readonly status: number; readonly body: unknown };
  readonly wrong: (auth: Auth) => Auth;
  /** Whether records may become visible later than others with a newer stamp (`commitDelayMs` of the twin). */
  readonly commitsLate: boolean;
  /** False where the vendor's records cannot be created without a key field (then `natural` or `keyed` is the only rung). */
  readonly traced: boolean;
  /** Settings of the twin for the whole suite. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Bench {
  readonly world: TestWorld;
  readonly connection: SystemConnection;
  connect(auth?: Auth): SystemConnection;
  readonly auth: Auth;
  readonly want: Want;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  seed(...numbers: readonly number[]): Promise<readonly string[]>;
  /** A person edits or removes a record by hand. */
  edit(id: string, fields: Readonly<Record<string, unknown>>): Promise<void>;
  remove(id: string): Promise<void>;
  records(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  visible(): Promise<void>;
}

const ids = z.array(z.union([z.string(), z.number()]).transform(String));
const seeded = z.record(z.string(), ids);
const stored = z.union([
  z.array(z.record(z.string(), z.unknown())),
  z.object({ records: z.array(z.record(z.string(), z.unknown())) }),
]);
export const counted = z.looseObject({ total: z.number() });

export async function open(under: SystemUnderTest): Promise<Bench> {
  let answer: (request: Request) => Promise<Response> = async () => new Response(null, { status: 503 });
  const world = createTestWorld({ fetch: (request) => answer(request) });
  const twin = under.createTwin({ seed: 1, world });
  answer = (request) => twin.fetch(request);
  const about = twin.about(under.url);
  const auth: Auth = z.looseObject({ type: z.string() }).catchall(z.string()).parse(about.auth);
  const connect = (given: Auth = auth) =>
    under.system.connect({
      name: 'under-test',
      world,
      url: about.connection.url ?? under.url,
      environment: about.connection.environment === 'sandbox' ? 'sandbox' : 'production',
      auth: given,
      timeZone: 'UTC',
      secrets: testSecrets(),
    });
  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const init =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await twin.fetch(new Request(`${under.url}/_twin/${path}`, init));
    const text = await response.text();
    if (!response.ok) throw new Error(`_twin/${path} answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  if (under.settings !== undefined) await control('PUT', 'settings', under.settings);
  return {
    world,
    connection: connect(),
    connect,
    auth,
    want: { object: under.object, fields: [under.name, under.text] },
    control,
    async seed(...numbers) {
      const answered = seeded.parse(await control('PUT', 'seed', { [under.object]: numbers.map(under.sample) }));
      return answered[under.object] ?? [];
    },
    async edit(id, fields) {
      await control('PATCH', `records/${under.object}/${id}`, fields);
    },
    async remove(id) {
      await control('DELETE', `records/${under.object}/${id}`);
    },
    async records() {
      const found = stored.parse(await control('GET', `records/${under.object}`));
      return 'records' in found ? found.records : found;
    },
    async fault(fault) {
      await control('POST', 'faults', { times: 1, ...fault });
    },
    visible: () => world.pass(under.visibleMs),
  };
}

/** All pages from a cursor. */
export async function poll(
  bench: Bench,
  from: string | null,
  most: number,
): Promise<{ changes: readonly Change[]; cursor: string }> {
  const changes: Change[] = [];
  let cursor = from;
  for (let pages = 1; ; pages++) {
    const page = await bench.connection.changes(bench.want, cursor);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.more) return { changes, cursor };
    if (pages >= most) throw new Error(`the feed did not come to rest within ${most} pages`);
  }
}

/** Writes and, where the vendor makes a job of it, waits for the job. */
export async function write(bench: Bench, operations: readonly Operation[]): Promise<readonly Outcome[]> {
  let sent: Sent | undefined = await bench.connection.write(operations, bench.world.now() + 300_000);
  for (let tries = 0; tries < 100 && sent !== undefined && 'job' in sent; tries++) {
    await bench.world.sleep(sent.againMs);
    [sent] = await bench.connection.collect([{ job: sent.job, operations, places: [...operations.keys()] }]);
  }
  if (sent === undefined || !('done' in sent)) throw new Error('the job did not end');
  return sent.done;
}

/** Asks until the vendor can tell. */
export async function trace(bench: Bench, operations: readonly Operation[], since: number): Promise<readonly Traced[]> {
  for (let tries = 0; tries < 100; tries++) {
    const traced = await bench.connection.trace(operations, since);
    const waits = traced.flatMap((one) => (typeof one === 'object' && 'waitMs' in one ? [one.waitMs] : []));
    if (waits.length === 0) return traced;
    await bench.world.sleep(Math.max(...waits));
  }
  throw new Error('tracing did not come to an end');
}

export const fields = (change: Change | undefined): Fields =>
  change !== undefined && typeof change.seen === 'object' && !isGone(change.seen) ? change.seen : {};
export const whole = (changes: readonly Change[]) => changes.filter((change) => change.seen !== 'look');

export async function faultOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  throw new Error('a fault was expected');
}
