import type { Connection } from '../model/connection.ts';
import type { Side, Want } from '../model/record.ts';
import { type SyncSetup, sideOf } from '../model/sync.ts';
import type { PerSide, Tally } from '../model/tally.ts';
import type { World } from '../model/world.ts';
import type { Decision } from './decide.ts';
import { parentsFirst } from './parents.ts';
import type { Store, Underway } from './ports.ts';
import type { Undoing } from './undo/decide-undo.ts';

/** All that one pass of the engine works with. It decides and keeps through `store`, reads and writes through `connections`. */
export interface Engine {
  readonly world: World;
  readonly store: Store;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly setups: readonly SyncSetup[];
  /** Names of the syncs that are worked on (absent: all); the others are here because they are pointed to, or read the same feeds. */
  readonly only?: readonly string[] | undefined;
  /** Ids of the links that are worked on (absent: all). */
  readonly links?: ReadonlySet<string> | undefined;
  /** Answers which decisions may be kept and acted on; the other links are left as they are, due as before. Absent: all of them. */
  readonly gate?: ((setup: SyncSetup, decisions: readonly Decision[]) => Promise<readonly Decision[]>) | undefined;
  /** Brakes for which this pass has looked through all that is due (see brake.ts). */
  readonly ahead?: Set<string> | undefined;
  /** Links that this pass has made due because somebody points to them (called/call.ts). */
  readonly called?: Set<string> | undefined;
  /** True where links are worked on although a person has paused their sync: those that another sync's records point to. */
  readonly despitePause?: true | undefined;
  /** Links about which an undo decides, and not the rules (decide-undo.ts). */
  readonly undo?: Undoing | undefined;
  /** The run that history names. */
  readonly run: string;
  readonly tallies: ReadonlyMap<string, Tally>;
  /** Connections that asked us to wait, or that failed to log in, until when (ms) and why. */
  readonly waits: Map<string, Wait>;
  /** Moments (ms) that this process has planned, by name: when to look at a connection's jobs, when a feed is worth reading. */
  readonly moments: Map<string, number>;
  /** Rises with everything that gets further: a run that sees it stand still for long ends. */
  readonly progress: { count: number };
  /** What was under way when this process last looked (ms), for guesses that need no better: see `roughlyUnderway`. */
  readonly glimpse: { at: number; list: readonly Underway[] };
}

/** A glimpse as old as this (ms) is still good enough to choose the cheaper of two ways. */
const glimpseMs = 1000;

/** What is under way at all connections, a second ago or now. */
export async function roughlyUnderway({ store, world, connections, glimpse }: Engine): Promise<readonly Underway[]> {
  const age = world.now() - glimpse.at;
  if (age < 0 || age >= glimpseMs) {
    glimpse.list = await store.underway([...connections.keys()]);
    glimpse.at = world.now();
  }
  return glimpse.list;
}

export interface Wait {
  readonly until: number;
  readonly reason: string;
}

export function connectionOf(engine: Engine, name: string): Connection {
  const connection = engine.connections.get(name);
  if (!connection) throw new Error(`no connection "${name}" is open`);
  return connection;
}

export function setupOf(engine: Engine, sync: string): SyncSetup | undefined {
  return engine.setups.find((setup) => setup.name === sync);
}

export function count(engine: Engine, sync: string, what: 'seen' | 'linked' | 'unchanged', by = 1): void {
  engine.progress.count += by;
  const tally = engine.tallies.get(sync);
  if (tally) tally[what] += by;
}

export function countSide(
  engine: Engine,
  sync: string,
  what: 'created' | 'updated' | 'removed',
  side: keyof PerSide,
): void {
  engine.progress.count += 1;
  const tally = engine.tallies.get(sync);
  if (tally) tally[what][side] += 1;
}

/** One object of one connection, with everybody who reads it. */
export interface FeedReader {
  readonly connection: string;
  readonly object: string;
  readonly want: Want;
  readonly readers: readonly { readonly setup: SyncSetup; readonly side: Side }[];
}

/** The feeds that these syncs need: once per connection and object, with the union of what is read. */
export function feedsOf(setups: readonly SyncSetup[]): readonly FeedReader[] {
  const feeds = new Map<
    string,
    { connection: string; object: string; fields: Set<string>; readers: { setup: SyncSetup; side: Side }[] }
  >();
  // Parents' feeds are read first: whoever points to a record should find it known.
  for (const setup of parentsFirst(setups)) {
    for (const side of ['crm', 'desk'] as const) {
      const { connection, object } = sideOf(setup, side);
      const key = `${connection}/${object}`;
      const feed = feeds.get(key) ?? { connection, object, fields: new Set<string>(), readers: [] };
      for (const field of setup.reads[side]) feed.fields.add(field);
      feed.readers.push({ setup, side });
      feeds.set(key, feed);
    }
  }
  return [...feeds.values()].map(({ connection, object, fields, readers }) => ({
    connection,
    object,
    want: { object, fields: [...fields].sort() },
    readers,
  }));
}

/** The feed of one object of one connection, among those that these syncs need. */
export function feedAt(setups: readonly SyncSetup[], connection: string, object: string): FeedReader | undefined {
  return feedsOf(setups).find((each) => each.connection === connection && each.object === object);
}
