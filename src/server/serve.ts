import { type EventEmitter, once } from 'node:events';
import type { Server } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { AppError } from '../app/app.ts';
import type { Api } from './api.ts';

export interface ListeningServer {
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests and ends the open ones. */
  close(): Promise<void>;
}

/** Puts the API on a port of this machine, for this machine only; port 0 takes a free one. Throws AppError where the port is taken. */
export async function serveApi(api: Pick<Api, 'fetch'>, port: number): Promise<ListeningServer> {
  const server = createAdaptorServer({ fetch: api.fetch });
  const taken = await listenHere(server, port);
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    async close() {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** Listens on this machine, for this machine only; port 0 takes a free one. Answers the port; throws AppError where it is taken. */
export async function listenHere(
  server: Pick<Server, 'listen' | 'address'> & EventEmitter,
  port: number,
): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw portError(error, port);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** What to say where a port cannot be had. */
export function portError(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new AppError(`Port ${port} is in use. Choose another with --port, or stop the program that has it`, [], {
      cause: error,
    });
  if (code === 'EACCES')
    return new AppError(`Port ${port} may not be used by this user. Choose one above 1023 with --port`, [], {
      cause: error,
    });
  return error;
}
