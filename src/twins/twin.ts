import type { World } from '../model/world.ts';

/**
 * A twin is a server that speaks one vendor's API, as a function from request to response: tests call it without a socket, `serve` puts
 * it on a port. It knows nothing of the connector that will talk to it. All that happens by itself (jobs that complete, rows that
 * become visible, limits that refill) is derived from the clock when a request comes in, so a twin needs no timers.
 */
export interface Twin {
  readonly system: string;
  /** The vendor's API, and the control surface under `/_twin/`. The URL of the request is the address the client used. */
  fetch(request: Request): Promise<Response>;
  /** How to reach it from outside once it is served at `url`: what `syncline twin --json` prints first. */
  about(url: string): TwinAbout;
  /** What speaks another protocol than HTTP, by the names of `endpoints`: closed until somebody opens it on a port. */
  readonly doors?: Readonly<Record<string, Door>>;
}

/** Opens a further door on a port of this machine; port 0 takes a free one. */
export type Door = (port: number) => Promise<OpenDoor>;

export interface OpenDoor {
  /** Such as `127.0.0.1:7443`. */
  readonly address: string;
  close(): Promise<void>;
}

export interface TwinAbout {
  readonly system: string;
  readonly url: string;
  /** Further doors, by name: `{"pubsub":"127.0.0.1:7443"}`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Exactly what goes under `auth:` of a connection in the config. */
  readonly auth: Readonly<Record<string, string>>;
  /** What else that connection needs. */
  readonly connection: Readonly<Record<string, string>>;
}

export interface TwinOptions {
  /** Ids, lags and failures follow from it: the same seed, the same twin. */
  readonly seed: number;
  readonly world: Pick<World, 'now' | 'sleep' | 'log' | 'fetch'>;
}

export type CreateTwin = (options: TwinOptions) => Twin;
