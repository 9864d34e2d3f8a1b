import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Intent, LinkChange, Store } from '../../engine/ports.ts';
import { newEnd } from '../../model/link.ts';
import type { Side } from '../../model/record.ts';
import { openMemory } from '../memory.ts';
import {
  change,
  historyRow,
  hold,
  intent,
  keyOf,
  type Opener,
  page,
  pair,
  places,
  sighting,
  updateOf,
} from './samples.ts';

/** One step: what to do, and small numbers to choose records, links and times by. */
interface Step {
  readonly verb: (typeof verbs)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const verbs = [
  'observe',
  'observe',
  'observe',
  'take',
  'take',
  'commit',
  'commit',
  'commit',
  'settle',
  'settle',
  'answer',
  'retry',
  'pause',
  'resume',
  'release',
  'releaseAll',
  'allDue',
  'unsettled',
  'postpone',
  'noteJob',
  'leaseFeed',
] as const;
const small = fc.integer({ min: 0, max: 11 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ verb: fc.constantFrom(...verbs), a: small, b: small, c: small }),
  {
    minLength: 10,
    maxLength: 60,
  },
);

/** What the steps refer back to; the same for both stores, because it is made of the steps alone. */
class Story {
  readonly links: string[] = ['nobody'];
  readonly intents: Intent[] = [];
  readonly turns = new Map<string, number>();
  now = 10;

  link(n: number): string {
    return this.links[n % this.links.length] ?? 'nobody';
  }

  async play(store: Store, step: Step, at: number): Promise<unknown> {
    const { a, b, c } = step;
    const now = this.now + at;
    switch (step.verb) {
      case 'observe':
        return store.observe(this.page(a, b, c, now, at));
      case 'take':
        return store.take({
          syncs: a < 8 ? ['accounts', 'partners'] : ['accounts'],
          now,
          limit: 1 + b,
          lease: `w${c % 3}`,
          until: now + 15,
        });
      case 'commit':
        return store.commit(
          Array.from({ length: 1 + (c % 3) }, (_, i) => this.change(a + i, b + i * c, c, now, `${at}-${i}`)),
          a % 4 === 0 ? null : `w${c % 3}`,
          now,
        );
      case 'settle': {
        const settled = this.intents[a % Math.max(1, this.intents.length)];
        if (settled === undefined) return null;
        const ends = b % 3 === 0 ? {} : { ends: { desk: newEnd(`d${b % 5}`) } };
        const half = b % 4 === 0 ? { absorb: this.link(c) } : {};
        return store.commit(
          [change(settled.link, settled.turn, { close: [settled.id], ...ends, ...half, releaseClaims: c % 2 === 0 })],
          null,
          now,
        );
      }
      case 'answer':
        return store.answer(`hold-${a}`, { say: 'crm' }, now);
      case 'retry':
        return store.retry(a % 4 === 0 ? null : [`hold-${b}`, this.link(c)], now);
      case 'pause':
      case 'resume':
        return store.setPaused(
          {
            kind: (['sync', 'connection', 'link'] as const)[a % 3] ?? 'link',
            name: ['accounts', 'sales', this.link(b)][a % 3] ?? '',
          },
          step.verb === 'pause',
        );
      case 'release':
        return store.release(`w${a % 3}`);
      case 'releaseAll':
        return a === 0 ? store.releaseAll(now) : null;
      case 'allDue':
        return store.allDue(a % 2 === 0 ? 'accounts' : 'partners', now);
      case 'unsettled':
        return store.unsettled({ connections: ['support'], now, limit: 1 + a, lease: `w${b % 3}`, until: now + 10 });
      case 'postpone':
        return store.postpone([`intent-${a}`, `intent-${b}`], 'unsure', now + c);
      case 'noteJob':
        return store.noteJob([`intent-${a}`], `job-${b % 3}`, now + c);
      case 'leaseFeed':
        return store.leaseFeed('sales', 'Account', `w${a % 3}`, now, now + 10);
    }
  }

  page(a: number, b: number, c: number, now: number, at: number) {
    const side: Side = a % 2 === 0 ? 'crm' : 'desk';
    const id = `${side === 'crm' ? 'c' : 'd'}${b % 5}`;
    const field = side === 'crm' ? 'Name' : 'name';
    const keys = Array.from({ length: c % 3 }, (_, i) => ({ field, value: `k${(b + i) % 4}` }));
    const sync = c % 5 === 0 ? 'partners' : 'accounts';
    const open =
      b % 3 === 2 ? [] : [{ sync, pair, side, id, link: `link-${at}`, lane: c % 2 === 0 ? 'live' : 'load' } as const];
    if (open.length > 0) this.links.push(`link-${at}`);
    const seen = c === 7 ? ({ gone: 'trash' } as const) : { [field]: `value ${c % 4}`, Other: a };
    return page(side, now, {
      lease: a === 4 ? 'w1' : '',
      ...(a % 5 === 1 ? { askedAt: now - b } : {}),
      cursor: `${at}`,
      complete: c % 2 === 0,
      sightings: [sighting(side, id, seen)],
      keys: a % 3 === 2 ? {} : { [id]: keys },
      open,
      due: c % 3 === 0 ? [{ link: this.link(a + b), lane: 'live', cause: 'edit' }] : [],
    });
  }

  change(a: number, b: number, c: number, now: number, name: string): LinkChange {
    const link = this.link(a);
    const turn = this.turns.get(link) ?? 1;
    const fault = { kind: 'later', say: 'busy' } as const;
    const opens =
      b % 5 === 1
        ? [
            c % 2 === 0
              ? intent(`intent-${this.intents.length}`, link, { at: now, againAt: now + c })
              : updateOf(`intent-${this.intents.length}`, link, 'd1', { at: now, againAt: now + c }),
          ]
        : [];
    this.intents.push(...opens);
    return change(link, turn, {
      ...(opens.length > 0 ? { open: opens } : {}),
      ...(b % 4 === 2 ? { ends: { desk: newEnd(`d${c % 5}`) } } : {}),
      ...(b % 7 === 3 ? { ends: { crm: c % 2 === 0 ? null : newEnd(`c${a % 5}`) } } : {}),
      ...(b % 4 === 3 ? { absorb: c % 3 === 0 ? null : this.link(b + c) } : {}),
      ...(c % 4 === 1 ? { claims: [{ ...places.desk, field: 'name', value: `k${a % 3}` }] } : {}),
      ...(c % 6 === 2 ? { releaseClaims: true } : {}),
      ...(b % 3 === 0
        ? {
            holds: [
              hold(`hold-${name}`, link, {
                since: now,
                why: c % 2 === 0 ? 'refused' : 'conflict',
                wakes: [keyOf('desk', `k${c % 4}`)],
              }),
              hold(`hold-${a}`, link, { field: null, since: now }),
            ].slice(0, c % 3),
          }
        : {}),
      ...(a % 5 === 0 ? { clearAnswers: true } : {}),
      ...(c % 5 === 4
        ? {
            sightings: [sighting('desk', `d${a % 5}`, { Told: c })],
            keys: { [`d${a % 5}`]: [{ field: 'name', value: `k${b % 4}` }] },
          }
        : {}),
      ...(c === 9 ? { wakes: [keyOf('desk', `k${a % 4}`)] } : {}),
      history: [historyRow(`row-${name}`, now, { link, record: `d${a % 5}` })],
      due:
        b % 6 === 4
          ? 'keep'
          : b % 6 === 5
            ? { at: now + c, tries: c, fault: c % 2 === 0 ? fault : null, askVendor: true }
            : 'clear',
    });
  }
}

/** Everything that the interface tells, in an order of its own where none is promised. */
async function everything(store: Store, story: Story, now: number) {
  const ids = (side: Side) => Array.from({ length: 5 }, (_, i) => `${side === 'crm' ? 'c' : 'd'}${i}`);
  const asks = (['crm', 'desk'] as const).flatMap((side) =>
    Array.from({ length: 4 }, (_, i) => ({
      pair,
      side,
      ...places[side],
      field: side === 'crm' ? 'Name' : 'name',
      value: `k${i}`,
    })),
  );
  return {
    feed: await store.feed('sales', 'Account'),
    crm: await store.known('sales', 'Account', ids('crm')),
    desk: await store.known('support', 'organization', ids('desk')),
    kin: await store.kin(asks, 3),
    links: (await store.links(story.links)).toSorted((x, y) => (x.id < y.id ? -1 : 1)),
    next: [
      (await store.nextDue(['accounts'])).get('accounts') ?? null,
      (await store.nextDue(['partners'])).get('partners') ?? null,
    ],
    underway: await store.underway(['support', 'sales']),
    awaiting: (
      await store.awaiting(
        'support',
        'organization',
        story.intents.map(({ id }) => `mark-${id}`),
      )
    ).toSorted((x, y) => (x.id < y.id ? -1 : 1)),
    paused: await store.paused(),
    holds: await store.holds({ limit: 1_000 }),
    faults: await store.faults({ limit: 1_000 }),
    history: await store.history({ limit: 1_000 }),
    counts: [await store.counts('accounts', now), await store.counts('partners', now)],
  };
}

/**
 * Hypothesis: whatever is done, in whatever order, the memory store and this one answer the same and end up knowing the same.
 * ALIKE_RUNS: how many stories are played.
 */
export function describeAlike(name: string, open: Opener): void {
  test(`the memory store and ${name} cannot be told apart`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const stores = [openMemory(), await open()] as const;
        const stories = [new Story(), new Story()] as const;
        for (const [at, step] of list.entries()) {
          const [memory, other] = [
            await stories[0].play(stores[0], step, at),
            await stories[1].play(stores[1], step, at),
          ];
          expect(other).toEqual(memory);
          remember(stories, memory);
        }
        const now = stories[0].now + list.length;
        expect(await everything(stores[1], stories[1], now)).toEqual(await everything(stores[0], stories[0], now));
      }),
      { seed: 20_261_120, numRuns: Number(process.env.ALIKE_RUNS ?? 60) },
    );
  });
}

/** Turns are known from what was taken. */
function remember(stories: readonly Story[], answer: unknown): void {
  if (!Array.isArray(answer)) return;
  for (const due of answer) {
    if (due === null || typeof due !== 'object' || !('link' in due) || !('turn' in due) || !('lane' in due)) continue;
    for (const story of stories) story.turns.set(String(due.link.id), Number(due.turn));
  }
}
