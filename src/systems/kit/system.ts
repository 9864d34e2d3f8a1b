import type { ZodType } from 'zod';
import type { Connection } from '../../model/connection.ts';
import type { ObjectType } from '../../model/object-type.ts';
import type { Side } from '../../model/record.ts';
import type { World } from '../../model/world.ts';
import type { Authorization } from './authorize.ts';
import type { HookSetUp, Hooks } from './hook.ts';
import type { Budget } from './pace.ts';

/**
 * What a system's folder declares. A fifth system is one folder that exports one of these, and one line in systems/index.ts.
 * A connector translates: no retry, sleep, clock, log or all-pages loop of its own. The kit has those once.
 */
export interface System {
  /** As in the config: `salesforce`. */
  readonly name: string;
  readonly label: string;
  readonly side: Side;
  /** The ways to log in: the shape of `auth:` in the config, a union discriminated by `type`. */
  readonly auth: ZodType<Auth>;
  /** The host where one is not given: by environment; null where the account's own URL must be given. */
  readonly hosts: { readonly production: string | null; readonly sandbox: string | null };
  /** The objects with their standard fields, as every account has them: what `check` knows offline. */
  readonly standard: readonly ObjectType[];
  /** The fields that `installPackage` makes, which syncs of a preset write; absent where a system needs nothing of the kind. */
  readonly package?: { readonly object: string; readonly fields: readonly string[] };
  /** Things to say about settings that work but should change, such as a way to log in that ends on a date. */
  warnings(auth: Auth): readonly string[];
  /**
   * The record that an address of the vendor's pages or an id leads to, with the id as the vendor's API writes it; `object` null where only
   * the account knows it. null where it is no address of a record.
   */
  recordAt(address: string): { readonly object: string | null; readonly id: string } | null;
  connect(options: ConnectOptions): SystemConnection;
  /** How a person logs a connection in, in the browser; null where its `auth` is not of that type. */
  authorize(options: ConnectOptions): Authorization | null;
  /** Calls that the vendor makes to us when something changes; absent where it makes none that we take. */
  readonly hooks?: Hooks;
}

/** Validated by the system's own schema; the values are secrets and are never logged. */
export type Auth = { readonly type: string } & Readonly<Record<string, string | undefined>>;

export interface ConnectOptions {
  /** The connection's name in the config. */
  readonly name: string;
  readonly world: World;
  readonly url: string;
  readonly environment: 'production' | 'sandbox';
  readonly auth: Auth;
  /** IANA name, such as `Europe/Paris`; for dates that have no zone. */
  readonly timeZone: string;
  readonly secrets: Secrets;
}

/** A small encrypted drawer per connection: rotated refresh tokens, so that a restart still can log in. */
export interface Secrets {
  get(name: string): Promise<string | null>;
  put(name: string, value: string | null): Promise<void>;
}

/** So many records of one object to be written. */
export interface Work {
  readonly object: string;
  readonly create: number;
  readonly update: number;
  readonly remove: number;
  /** True where what is updated is read before and after it (two-way fields). */
  readonly reread: boolean;
}

export interface Forecast {
  /** Calls, polls of jobs and the reading of new ids included. */
  readonly read: number;
  readonly write: number;
  /** How long it takes at least, with the limits as far as they are known. */
  readonly seconds: number;
  /** The limit that decides, in the vendor's words; empty where nothing is to be done. */
  readonly limit: string;
}

export interface SystemConnection extends Connection {
  /** What so much work costs on this connection. Pure: nothing is asked. */
  forecast(work: readonly Work[]): Forecast;
  /** What is used and left of the limit that matters most for the day or the minute. */
  budget(): Budget;
  /**
   * Live checks of requirement C-06 for these objects, each with a fix where something is wrong. `created`: those on which records are
   * created, which is where keys matter. `mapped`: what syncs read and write there, where that is known.
   */
  inspect(objects: readonly string[], created: readonly string[], mapped?: Mapped): Promise<readonly Finding[]>;
  /** Creates what is missing at the vendor; safe to repeat. Answers what is there now. */
  install(what: 'keys', objects: readonly string[]): Promise<readonly Finding[]>;
  /**
   * Creates the fields of requirement T-04 into which another system's records go, with our user's access to them; safe to repeat. Answers the
   * state of each. Absent where a system needs nothing of the kind.
   */
  installPackage?(ask: PackageAsk): Promise<readonly Finding[]>;
  /** What makes the vendor call us; absent where the system declares no hooks. */
  readonly hooks?: HookSetUp;
}

/** The fields that some sync reads or writes, by object. */
export type Mapped = Readonly<Record<string, readonly string[]>>;

export interface PackageAsk {
  /** The name of a record type that is to be there as well; null where none is wanted. */
  readonly recordType: string | null;
  /** Hears how many of the steps are done. */
  readonly told: (done: number, steps: number) => void;
}

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found, with names and values. */
  readonly found: string;
  /** What to do; empty where nothing is to be done. */
  readonly fix: string;
}
