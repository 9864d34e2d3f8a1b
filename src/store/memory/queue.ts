/** A link that may be due: `at` in ms. Whether it still is, the row says. */
export interface Entry {
  readonly at: number;
  readonly link: string;
}

/**
 * A binary heap, oldest first, ties by link id. Entries are never taken out of the middle: one that its row has outlived is dropped
 * when it comes up, so marking a link due costs a push and nothing else.
 */
export class Queue {
  readonly #heap: Entry[] = [];

  peek(): Entry | undefined {
    return this.#heap[0];
  }

  push(entry: Entry): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(entry, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const first = heap[left];
      if (first === undefined) break;
      const second = heap[left + 1];
      const [child, entry] = second !== undefined && before(second, first) ? [left + 1, second] : [left, first];
      if (!before(entry, last)) break;
      heap[place] = entry;
      place = child;
    }
    heap[place] = last;
    return top;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.link < b.link);
}
