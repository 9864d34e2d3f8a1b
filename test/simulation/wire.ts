import { z } from 'zod';
import type { Connection } from '../../src/model/connection.ts';
import type { Page } from '../../src/model/record.ts';
import { type Removal, removalsIn } from './removals.ts';

/**
 * What happens once on the way between us and a vendor:
 *
 *  lost      the vendor does what it was asked, and its answer never comes
 *  first     a proxy sends the request twice, one right after the other, and hands on the first answer
 *  second    the same, and the second answer
 */
export type Mishap = 'lost' | 'first' | 'second';

/** A ticket that a request of ours changes. */
export interface TicketWrite {
  /** ms */
  readonly at: number;
  readonly id: string;
}

const changing = z.object({ tickets: z.array(z.object({ id: z.coerce.string() })).default([]) });

async function ticketsIn(request: Request, at: number): Promise<readonly TicketWrite[]> {
  const { pathname } = new URL(request.url);
  if (request.method !== 'PUT' || !/\/api\/v2\/tickets/.test(pathname)) return [];
  const named = /\/tickets\/(\d+)/.exec(pathname)?.[1];
  if (named !== undefined) return [{ at, id: named }];
  return changing.parse(await request.clone().json()).tickets.map(({ id }) => ({ at, id }));
}

/** The way between us and the vendors. What is arranged happens to the n-th request from then on that it can happen to. */
export class Wire {
  #arranged: { readonly mishap: Mishap; left: number }[] = [];
  readonly #pages: Pages;
  readonly #now: () => number;
  /** What we have told the vendors to remove, in its order. */
  readonly removals: Removal[] = [];
  /** Tickets that we have told Zendesk to change. */
  readonly ticketWrites: TicketWrite[] = [];
  /** How often it happened. */
  readonly counts = { lost: 0, doubled: 0 };

  constructor(now: () => number) {
    this.#now = now;
    this.#pages = new Pages(() => {
      this.counts.doubled += 1;
    });
  }

  /** From 1. */
  arrange(mishap: Mishap, nth: number): void {
    this.#arranged.push({ mishap, left: nth });
  }

  /** A feed tells once more what it has told before; `age` from 0, the page right before. */
  tellAgain(age: number): void {
    this.#pages.arrange(age);
  }

  /** Nothing more happens. */
  calm(): void {
    this.#arranged = [];
    this.#pages.arrange(null);
  }

  async send(request: Request, deliver: (request: Request) => Promise<Response>): Promise<Response> {
    this.removals.push(...(await removalsIn(request, this.#now())));
    this.ticketWrites.push(...(await ticketsIn(request, this.#now())));
    const mishap = this.#strikes(request);
    if (mishap === null) return deliver(request);
    if (mishap === 'lost') {
      await deliver(request);
      this.counts.lost += 1;
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' }) });
    }
    const again = request.clone();
    const first = await deliver(request);
    const second = await deliver(again);
    this.counts.doubled += 1;
    return mishap === 'first' ? first : second;
  }

  around(connection: Connection): Partial<Connection> {
    return this.#pages.around(connection);
  }

  #strikes(request: Request): Mishap | null {
    let strikes: Mishap | null = null;
    for (const each of this.#arranged) {
      if (!(each.mishap === 'lost' ? isWrite(request) : isRepeatable(request))) continue;
      each.left -= 1;
      if (each.left === 0) strikes ??= each.mishap;
    }
    this.#arranged = this.#arranged.filter(({ left }) => left > 0);
    return strikes;
  }
}

/** Writes records; at Salesforce, a POST to a collection of one object reads. */
function isWrite({ method, url }: Request): boolean {
  const { pathname } = new URL(url);
  if (method === 'GET') return false;
  return /\/composite\/sobjects($|\/.*\/)|\/api\/v2\/(organizations|users|organization_memberships|tickets)/.test(
    pathname,
  );
}

/** Of these, what a vendor tells from its own repetition. Without a key Salesforce does not: it makes a second record, for anybody. */
function isRepeatable(request: Request): boolean {
  return isWrite(request) && !(request.method === 'POST' && /\/composite\//.test(request.url));
}

/** Pages of feeds as they were told, and which of them is told once more: in between, before the feed goes on where it was. */
class Pages {
  readonly #told = new Map<string, Page[]>();
  readonly #count: () => void;
  #age: number | null = null;

  constructor(count: () => void) {
    this.#count = count;
  }

  arrange(age: number | null): void {
    this.#age = age;
  }

  around(connection: Connection): Partial<Connection> {
    return {
      changes: async (want, cursor) => {
        // What was told for other fields would not be told for these.
        const feed = JSON.stringify([connection.name, want]);
        const told = this.#told.get(feed) ?? [];
        const old = this.#age === null || cursor === null ? undefined : told.at(-1 - (this.#age % (told.length || 1)));
        if (old && cursor !== null && old.changes.length > 0) {
          this.#age = null;
          this.#count();
          return { changes: old.changes, cursor, more: true };
        }
        const page = await connection.changes(want, cursor);
        if (page.changes.length > 0) this.#told.set(feed, [...(this.#told.get(feed) ?? []), page]);
        return page;
      },
    };
  }
}
