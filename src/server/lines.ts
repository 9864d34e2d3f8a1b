export const linesType = 'application/x-ndjson';

/** No line of ours is near this many characters; without a limit, a body that has no line ends would be kept whole. */
const longestLine = 16 * 1024 * 1024;

/** The lines of a stream as they come, without their ends; empty ones are left out. Throws where one is longer than any of ours. */
export async function* readLines(chunks: AsyncIterable<Uint8Array> | null): AsyncGenerator<string> {
  if (chunks === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > longestLine) throw new Error(`a line has more than ${longestLine} characters`);
    for (const part of parts) {
      const line = part.endsWith('\r') ? part.slice(0, -1) : part;
      if (line !== '') yield line;
    }
  }
  if (rest !== '') yield rest;
}

/** Texts that go out together: a call for each line would cost more than the line. */
const chunkLength = 65_536;

/** Lines as a stream of bytes, made as they are asked for. */
export async function* writeLines(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length < chunkLength) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}
