/**
 * A sorted list that is read by position while rows come and go: blocks of some hundred rows, each sorted, in order. A page far down a
 * list of half a million rows costs as little as the first, which a plain sorted array could not do under writes.
 */
const full = 1_024;

export class Ranked<T> {
  readonly #compare: (one: T, two: T) => number;
  #blocks: T[][] = [];
  #size = 0;

  /** `compare` must tell any two rows apart. */
  constructor(compare: (one: T, two: T) => number, rows: Iterable<T>) {
    this.#compare = compare;
    const sorted = [...rows].sort(compare);
    for (let i = 0; i < sorted.length; i += full / 2) this.#blocks.push(sorted.slice(i, i + full / 2));
    this.#size = sorted.length;
  }

  get size(): number {
    return this.#size;
  }

  add(row: T): void {
    const at = this.#blockOf(row);
    const block = this.#blocks[at] ?? this.#blocks.at(-1);
    this.#size++;
    if (block === undefined) {
      this.#blocks.push([row]);
      return;
    }
    block.splice(
      first(block, (other) => this.#compare(other, row) >= 0),
      0,
      row,
    );
    if (block.length <= full) return;
    this.#blocks.splice(this.#blocks.indexOf(block) + 1, 0, block.splice(full / 2));
  }

  remove(row: T): void {
    const at = this.#blockOf(row);
    const block = this.#blocks[at];
    if (block === undefined) return;
    const place = first(block, (other) => this.#compare(other, row) >= 0);
    const found = block[place];
    if (found === undefined || this.#compare(found, row) !== 0) return;
    block.splice(place, 1);
    this.#size--;
    if (block.length === 0) this.#blocks.splice(at, 1);
  }

  /** The position of the first row for which `holds`, which must hold for all rows after it. */
  rank(holds: (row: T) => boolean): number {
    const at = first(this.#blocks, (block) => {
      const last = block.at(-1);
      return last !== undefined && holds(last);
    });
    let before = 0;
    for (let i = 0; i < at; i++) before += this.#blocks[i]?.length ?? 0;
    return before + first(this.#blocks[at] ?? [], holds);
  }

  slice(from: number, count: number): readonly T[] {
    const rows: T[] = [];
    let skipped = 0;
    for (const block of this.#blocks) {
      if (rows.length >= count) break;
      if (skipped + block.length > from + rows.length) {
        const start = from + rows.length - skipped;
        rows.push(...block.slice(start, start + count - rows.length));
      }
      skipped += block.length;
    }
    return rows;
  }

  *values(): Generator<T> {
    for (const block of this.#blocks) yield* block;
  }

  /** The block whose last row is not before this one. */
  #blockOf(row: T): number {
    return first(this.#blocks, (block) => {
      const last = block.at(-1);
      return last !== undefined && this.#compare(last, row) >= 0;
    });
  }
}

function first<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
