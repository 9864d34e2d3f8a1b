/**
 * Cursors. Both forms are stateless and were decoded from recorded traffic; to a client they are opaque.
 *  lists:   base64 of {"o":"<order>","v":"<base64 of the typed keys>"}; a key is `i`+int64LE, `d`+epoch int64LE or `s`+uint32LE+UTF-8
 *  exports: base64 of `<generated second>.0||<record id>|`
 */
export type Key = number | string | { readonly seconds: number };
export type Keys = readonly Key[];

export interface ListCursor {
  readonly order: string;
  readonly keys: Keys;
}

export function encodeListCursor(order: string, keys: Keys): string {
  const v = Buffer.concat(keys.map(encodeKey)).toString('base64');
  return Buffer.from(JSON.stringify({ o: order, v })).toString('base64');
}

/** undefined where the text is no cursor of ours. */
export function decodeListCursor(text: string): ListCursor | undefined {
  try {
    const outer: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (typeof outer !== 'object' || outer === null || !('o' in outer) || !('v' in outer)) return undefined;
    if (typeof outer.o !== 'string' || typeof outer.v !== 'string') return undefined;
    return { order: outer.o, keys: decodeKeys(Buffer.from(outer.v, 'base64')) };
  } catch {
    return undefined;
  }
}

function encodeKey(key: Key): Buffer {
  if (typeof key === 'string') {
    const text = Buffer.from(key);
    const head = Buffer.alloc(5);
    head.write('s');
    head.writeUInt32LE(text.length, 1);
    return Buffer.concat([head, text]);
  }
  const number = Buffer.alloc(9);
  number.write(typeof key === 'number' ? 'i' : 'd');
  number.writeBigInt64LE(BigInt(typeof key === 'number' ? key : key.seconds), 1);
  return number;
}

function decodeKeys(bytes: Buffer): Keys {
  const keys: Key[] = [];
  let at = 0;
  while (at < bytes.length) {
    const type = String.fromCharCode(bytes.readUInt8(at));
    if (type === 's') {
      const length = bytes.readUInt32LE(at + 1);
      keys.push(bytes.toString('utf8', at + 5, at + 5 + length));
      at += 5 + length;
    } else {
      const number = Number(bytes.readBigInt64LE(at + 1));
      keys.push(type === 'd' ? { seconds: number } : number);
      at += 9;
    }
  }
  return keys;
}

export function compareKeys(a: Keys, b: Keys): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = compareKey(a[i] ?? 0, b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareKey(a: Key, b: Key): number {
  const left = typeof a === 'object' ? a.seconds : a;
  const right = typeof b === 'object' ? b.seconds : b;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The last row that an export page showed. */
export interface ExportCursor {
  readonly second: number;
  readonly id: number;
}

export function encodeExportCursor(cursor: ExportCursor): string {
  return Buffer.from(`${cursor.second}.0||${cursor.id}|`).toString('base64');
}

export function decodeExportCursor(text: string): ExportCursor | undefined {
  const match = /^(\d+)(?:\.\d+)?\|\|(\d+)\|$/.exec(Buffer.from(text, 'base64').toString('utf8'));
  return match ? { second: Number(match[1]), id: Number(match[2]) } : undefined;
}
