import type { Fault } from './fault.ts';
import type { Ref } from './record.ts';
import type { Delta, Fields, Value } from './value.ts';

/** What is to be done to one record at one vendor. `expect` is the version that we last saw, where the vendor can guard a row by it. */
export type Operation =
  | {
      readonly do: 'create';
      readonly link: string;
      readonly object: string;
      /** Our key, written into the mark field; null where marks are off or the object has none. */
      readonly mark: string | null;
      /** The field that takes the mark, where the config chose one; absent: the object's own (`ObjectType.mark`). */
      readonly markField?: string;
      readonly fields: Fields;
    }
  | {
      readonly do: 'update';
      readonly link: string;
      readonly ref: Ref;
      readonly expect: string | null;
      readonly fields: Readonly<Record<string, Value | Delta>>;
    }
  | {
      readonly do: 'remove';
      readonly link: string;
      readonly ref: Ref;
      readonly expect: string | null;
      readonly how: 'trash' | 'delete';
    }
  | { readonly do: 'restore'; readonly link: string; readonly ref: Ref };

/**
 * `now` is how the record looks after the write, where the vendor says it; null where it does not. `at`: when it was last changed by the
 * vendor's clock (ms), told likewise; absent where it is not.
 */
export type Outcome =
  | {
      readonly ok: true;
      readonly id: string;
      readonly version: string | null;
      readonly now: Fields | null;
      readonly at?: number | null;
    }
  | { readonly ok: false; readonly fault: Fault };

/** The answer to a write: outcomes (same length, same order as the operations), or a job to be collected later. */
export type Sent = { readonly done: readonly Outcome[] } | { readonly job: string; readonly againMs: number };

/**
 * What tracing an unsure operation found: its outcome; `absent` — it was never applied and may be sent again; `wait` — too early to tell;
 * `several` — each of these ids could be it, a person must say.
 */
export type Traced = Outcome | 'absent' | { readonly several: readonly string[] } | { readonly waitMs: number };
