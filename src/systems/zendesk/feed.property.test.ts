import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordRow } from './answers.ts';
import { follow } from './changes.ts';

/**
 * Hypothesis: whatever people and Zendesk itself change, whenever we poll and however small the pages, the last content of every record is
 * brought; and once nothing changes any more, at most one poll repeats something and all later ones bring nothing.
 */
const lagS = 60;
const start = 1_700_000_000;

type Step =
  | { readonly do: 'edit'; readonly id: number; readonly system: boolean }
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'poll' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('edit'), id: fc.integer({ min: 1, max: 9 }), system: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), seconds: fc.integer({ min: 0, max: 90 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'poll' }) },
);

interface Stored {
  readonly id: number;
  readonly stamp: number;
  readonly updatedAt: number;
  readonly name: string;
}

class Vendor {
  now = start;
  readonly records = new Map<number, Stored>();
  private edits = 0;

  edit(id: number, system: boolean): void {
    const before = this.records.get(id);
    const updatedAt = system && before !== undefined ? before.updatedAt : this.now;
    this.edits += 1;
    this.records.set(id, { id, stamp: this.now, updatedAt, name: `edit ${this.edits}` });
  }

  page(from: number, size: number) {
    const due = [...this.records.values()]
      .filter(({ stamp }) => stamp >= from && stamp <= this.now - lagS)
      .sort((a, b) => a.stamp - b.stamp || a.id - b.id);
    let rows = due.slice(0, size);
    const first = rows.at(0);
    const last = rows.at(-1);
    const oneSecond = first !== undefined && first.stamp === last?.stamp;
    if (oneSecond) rows = due.filter(({ stamp }) => stamp === first.stamp);
    return {
      rows: rows.map(({ id, updatedAt, name }) =>
        recordRow.parse({ id, name, updated_at: new Date(updatedAt * 1000).toISOString() }),
      ),
      end_time: last === undefined ? null : oneSecond ? last.stamp + 1 : last.stamp,
      end_of_stream: rows.length === due.length,
    };
  }
}

function play(steps: readonly Step[], size: number) {
  const vendor = new Vendor();
  const brought = new Map<string, unknown>();
  let cursor: Parameters<typeof follow>[0] = { from: 0, seen: [], load: true };

  /** Answers how many rows it brought. */
  function poll(): number {
    for (let fresh = 0, pages = 1; ; pages++) {
      expect(pages).toBeLessThan(100);
      if (vendor.now - cursor.from < lagS + 2) return fresh;
      const found = follow(cursor, vendor.page(cursor.from, size));
      for (const row of found.fresh) brought.set(row.id, row.name);
      fresh += found.fresh.length;
      cursor = found.next;
      if (!found.more) return fresh;
    }
  }

  for (const one of steps) {
    if (one.do === 'edit') vendor.edit(one.id, one.system);
    else if (one.do === 'pass') vendor.now += one.seconds;
    else poll();
  }
  vendor.now += 1000;
  poll();
  const wanted = [...vendor.records.values()].map(({ id, name }) => [String(id), name]);
  expect(Object.fromEntries(brought)).toEqual(Object.fromEntries(wanted));
  poll();
  expect(poll() + poll()).toBe(0);
}

test('the feed brings the last content of every record, and then falls silent', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), play), {
    seed: 20261120,
    numRuns: 400,
  });
});
