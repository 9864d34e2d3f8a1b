import { resolve } from 'node:path';
import { announceServer, newToken, withdrawServer } from '../app/folder.ts';
import type { Service } from '../app/service.ts';
import type { World } from '../model/world.ts';
import { createApi } from '../server/api.ts';
import { serveApi } from '../server/serve.ts';
import { version } from './version.ts';

export interface Serving {
  readonly service: Service;
  readonly world: World;
  readonly port: number;
  /** The data folder in which other shells find the server. */
  readonly data: string;
  readonly config: string;
}

/**
 * Serves an open service on a port of this machine and makes it known in its data folder, works until `signal` aborts, and takes
 * everything back. `listening` is told the address once commands in other shells find the server.
 */
export async function serve(
  serving: Serving,
  signal: AbortSignal,
  listening: (url: string) => void | Promise<void>,
): Promise<void> {
  const { service, world, data } = serving;
  const stop = new AbortController();
  const stopping = AbortSignal.any([signal, stop.signal]);
  const [token, instance] = [newToken(), newToken()];
  const api = createApi({ app: service, hooks: service.hooks, token, instance, version: version(), world, stopping });
  const server = await serveApi(api, serving.port);
  try {
    await announceServer(data, { url: server.url, token, instance, pid: process.pid, config: resolve(serving.config) });
    await listening(server.url);
    await service.start(signal);
  } finally {
    await withdrawServer(data);
    // Runs that others asked for end before the database is closed under them. Where the loop failed, nobody has told them yet.
    stop.abort();
    await server.close();
    await api.idle();
  }
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
