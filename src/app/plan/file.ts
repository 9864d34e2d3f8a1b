import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../app.ts';
import { type PlanHead, planHash, planHead } from './head.ts';
import { type PlanLine, planLine } from './lines.ts';

/** The lines of a plan on disk, so that a plan of any size needs no memory; the head is made when they are all there. */
export interface LinesFile {
  readonly hash: string;
  lines(): AsyncIterable<PlanLine>;
  /** The lines as text, without line ends. */
  texts(): AsyncIterable<string>;
  remove(): Promise<void>;
}

/** Keeps texts as the lines of a file that nobody else can read, hashed as they go. Where that fails, nothing of it stays. */
export async function keepLines(path: string, texts: AsyncIterable<string>): Promise<LinesFile> {
  const hash = createHash('sha256');
  async function* lines(): AsyncGenerator<string> {
    for await (const text of texts) {
      const line = `${text}\n`;
      hash.update(line);
      yield line;
    }
  }
  try {
    await pipeline(lines, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  // Opened by whoever asks for the first line: once it is open it reads on, and what nobody waits for is lost.
  async function* read(): AsyncGenerator<string> {
    yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  }
  return {
    hash: hash.digest('hex'),
    texts: read,
    async *lines() {
      let number = 1;
      for await (const text of read()) yield parseLine(text, ++number);
    },
    remove: () => rm(path, { force: true }),
  };
}

/** A plan as it comes back: its head, and its lines kept in `path`. Throws AppError where it is no plan, or not the one that was made. */
export async function readPlan(
  path: string,
  texts: AsyncIterable<string>,
): Promise<{ readonly head: PlanHead; readonly file: LinesFile }> {
  const all = texts[Symbol.asyncIterator]();
  const first = await all.next();
  if (first.done) throw new AppError('The plan is empty. `syncline preview --out FILE` makes one');
  const head = parseHead(first.value);
  if (head.undo !== undefined)
    throw new AppError(
      `This is the preview of an undo, which \`apply\` does not do. Do it with \`syncline undo ${head.undo}\``,
    );
  const rest: AsyncIterable<string> = { [Symbol.asyncIterator]: () => all };
  const file = await keepLines(path, rest);
  if (planHash(file.hash, head) !== head.hash) {
    await file.remove();
    throw new AppError(
      'The plan was changed or is cut off: its lines and its first line do not have the hash that it says. A part of a plan is not the plan: make a new preview of just these records with --ids',
    );
  }
  return { head, file };
}

function parseHead(text: string): PlanHead {
  const parsed = planHead.safeParse(parse(text));
  if (!parsed.success)
    throw new AppError('This is no plan: its first line is not the head that `syncline preview --out FILE` writes');
  return parsed.data;
}

function parseLine(text: string, number: number): PlanLine {
  const parsed = planLine.safeParse(parse(text));
  if (!parsed.success) throw new AppError(`Line ${number} of the plan cannot be read`);
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
