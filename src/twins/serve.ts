import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { isBrokenConnection } from './faults.ts';
import type { OpenDoor, Twin } from './twin.ts';

export interface Served {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Puts a twin on a port of this machine (loopback only; port 0 takes a free one). Connections are kept alive, answers are gzipped for
 * clients that accept it, and a broken connection is a destroyed socket. A request whose body never arrives whole is not applied.
 */
export async function serveTwin(twin: Pick<Twin, 'fetch'>, options: { readonly port: number }): Promise<Served> {
  const server = createServer(
    { keepAliveTimeout: 65_000, requestTimeout: 0, maxHeaderSize: 32_768 },
    (incoming, outgoing) => {
      answer(twin, incoming, outgoing).catch(() => outgoing.destroy());
    },
  );
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export interface OpenDoors {
  /** What `TwinAbout.endpoints` shows of them. */
  readonly endpoints: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Opens all further doors of a twin; a port that is not given is a free one. Where one cannot be opened, none stays open. */
export async function openDoors(
  twin: Pick<Twin, 'doors'>,
  ports: Readonly<Record<string, number>> = {},
): Promise<OpenDoors> {
  const open: [name: string, door: OpenDoor][] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map(([, door]) => door.close()));
  };
  try {
    for (const [name, door] of Object.entries(twin.doors ?? {})) open.push([name, await door(ports[name] ?? 0)]);
  } catch (error) {
    await close();
    throw error;
  }
  return { endpoints: Object.fromEntries(open.map(([name, { address }]) => [name, address])), close };
}

async function answer(twin: Pick<Twin, 'fetch'>, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const body = await read(incoming);
  let response: Response;
  try {
    response = await twin.fetch(toRequest(incoming, body, gone.signal));
  } catch (error) {
    if (!isBrokenConnection(error)) throw error;
    outgoing.destroy();
    return;
  }
  await send(response, incoming, outgoing);
}

/** The whole body, or a rejection where the client broke off. */
async function read(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return chunks.length === 0 ? null : Buffer.concat(chunks);
}

function toRequest(incoming: IncomingMessage, body: Buffer | null, signal: AbortSignal): Request {
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? '';
    // Hop-by-hop headers belong to the socket, not to the request.
    if (!/^(connection|keep-alive|transfer-encoding|upgrade|expect)$/i.test(name))
      headers.append(name, incoming.rawHeaders[i + 1] ?? '');
  }
  const method = incoming.method ?? 'GET';
  const url = `http://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`;
  // A GET cannot carry a body in the fetch standard; the vendors ignore one.
  const mayHaveBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers,
    signal,
    body: mayHaveBody && body !== null ? new Uint8Array(body) : null,
  });
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  if (response.body === null || incoming.method === 'HEAD') {
    if (response.status !== 204 && response.status !== 304 && !outgoing.hasHeader('content-length'))
      outgoing.setHeader('content-length', 0);
    outgoing.end();
    return;
  }
  const source = Readable.from(response.body);
  const accepts = /\bgzip\b/.test(incoming.headers['accept-encoding']?.toString() ?? '');
  if (!accepts || response.headers.has('content-encoding')) return pipeline(source, outgoing);
  outgoing.setHeader('content-encoding', 'gzip');
  outgoing.removeHeader('content-length');
  // The fastest level: both ends are on this machine, what counts is that clients meet the encoding.
  return pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), outgoing);
}
