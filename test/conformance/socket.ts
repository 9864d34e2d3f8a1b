import { connect } from 'node:net';

/** A request written byte by byte to a socket, for what no client of good manners would send. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Announces more than is sent, and then hangs up. */
  readonly breakOff?: boolean;
}

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export async function rawRequest(port: number, request: RawRequest): Promise<RawAnswer> {
  const body = Buffer.from(request.body ?? '');
  const length = body.length + (request.breakOff === true ? 100 : 0);
  const headers = {
    host: `127.0.0.1:${port}`,
    connection: 'close',
    ...(length > 0 ? { 'content-length': String(length) } : {}),
    ...request.headers,
  };
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return readAnswer(
    await exchange(
      port,
      Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]),
      request.breakOff === true,
    ),
  );
}

/** What comes back until the other side closes. */
function exchange(port: number, sent: Buffer, hangUp: boolean): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  const socket = connect(port, '127.0.0.1', () => {
    if (hangUp) socket.end(sent);
    else socket.write(sent);
  });
  socket.on('data', (chunk) => chunks.push(chunk));
  // A connection that breaks is an end like any other: what arrived is the answer.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => resolve(Buffer.concat(chunks)));
  return promise;
}

function readAnswer(received: Buffer): RawAnswer {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return { status: 0, headers: {}, body: received };
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const rest = received.subarray(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? unchunk(rest) : rest;
  return { status: Number(first.split(' ')[1] ?? 0), headers, body };
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  while (from < bytes.length) {
    const end = bytes.indexOf('\r\n', from);
    const size = end < 0 ? 0 : Number.parseInt(bytes.subarray(from, end).toString(), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    from = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
