import type { Store } from '../../../src/engine/ports.ts';
import type { Connection } from '../../../src/model/connection.ts';

/** A mistake that is planted in Syncline from outside, where it meets its store and its vendors; the simulation has to notice it. */
export interface Mutation {
  readonly name: string;
  /** What Syncline does wrong. */
  readonly says: string;
  /** How many processes it takes to do harm; absent: one. */
  readonly workers?: number;
  /** The configurations in which it can do harm; absent: any. */
  readonly configurations?: readonly string[];
  /** Called once for each life of a process. */
  plant(store: Store): Planted;
}

/** What a process works with instead; absent: what it would have had. */
export interface Planted {
  readonly store?: Partial<Store>;
  readonly connection?: (connection: Connection) => Partial<Connection>;
}
