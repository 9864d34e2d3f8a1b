/** One part of a `multipart/form-data` body. */
export interface Part {
  readonly name: string;
  readonly type: string;
  readonly filename: string | null;
  readonly content: Buffer;
}

/** The parts of a body, or null where it is none of several parts. A body that breaks off has the parts that are whole. */
export function readMultipart(bytes: Uint8Array, contentType: string): readonly Part[] | null {
  const boundary = /^multipart\/form-data\s*;.*boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return null;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mark = `--${boundary}`;
  const parts: Part[] = [];
  for (let at = body.indexOf(mark); at >= 0; ) {
    const end = body.indexOf(mark, at + mark.length);
    const part = end < 0 ? null : readPart(body.subarray(at + mark.length, end));
    if (part !== null) parts.push(part);
    at = end;
  }
  return parts;
}

function readPart(raw: Buffer): Part | null {
  const gap = /\r?\n\r?\n/.exec(raw.toString('latin1'));
  if (gap === null) return null;
  const headers = raw.subarray(0, gap.index).toString();
  const content = raw.subarray(gap.index + gap[0].length);
  const tail = content.at(-1) === 10 ? (content.at(-2) === 13 ? 2 : 1) : 0;
  const name = /\bname="?([^";\r\n]+)/i.exec(headers)?.[1];
  if (name === undefined) return null;
  return {
    name,
    type: /content-type:\s*([^\s;]+)/i.exec(headers)?.[1] ?? 'text/plain',
    filename: /filename="?([^";\r\n]+)/i.exec(headers)?.[1] ?? null,
    content: content.subarray(0, content.length - tail),
  };
}
