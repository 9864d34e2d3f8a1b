/**
 * What will happen by itself: chunks of running operations. Nothing is scheduled with the machine; when a request comes in, everything
 * that fell due since is lived through in its own order and at its own moment. Few things wait at a time, so a sorted list will do.
 */
export class Agenda {
  readonly #waiting: { readonly atMs: number; readonly run: () => void }[] = [];

  add(atMs: number, run: () => void): void {
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1]?.atMs ?? 0) > atMs) at--;
    this.#waiting.splice(at, 0, { atMs, run });
  }

  /** Takes the first entry that is due at `nowMs`. */
  take(nowMs: number): { readonly atMs: number; readonly run: () => void } | undefined {
    const first = this.#waiting[0];
    return first !== undefined && first.atMs <= nowMs ? this.#waiting.shift() : undefined;
  }
}
