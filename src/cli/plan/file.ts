import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../app/app.ts';
import { type PlanHead, planHead } from '../../app/plan/head.ts';
import { writeLines } from '../../server/lines.ts';
import type { Shell } from '../shell.ts';
import { textLines } from '../text-lines.ts';

/** Where a plan may be written: a new file, or in the place of an earlier plan. Throws AppError where something else is there. */
export async function planTarget(shell: Shell, file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  if (found === null) return file;
  if (!found.isFile()) throw new AppError(`${file} is not a file; give --out the name of one`);
  if (found.size > 0 && !(await isPlan(shell, file)))
    throw new AppError(`${file} is there already and is no plan, so it stays as it is. Give --out another name`);
  return realpath(file);
}

async function isPlan(shell: Shell, file: string): Promise<boolean> {
  for await (const first of textLines(shell, file)) return planHead.safeParse(parsed(first)).success;
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes a plan, for this user alone. It has its name only when it is whole; until then an earlier plan keeps it. */
export async function writePlan(file: string, head: PlanHead, lines: AsyncIterable<string>): Promise<void> {
  async function* texts(): AsyncGenerator<string> {
    yield JSON.stringify(head);
    yield* lines;
  }
  const part = `${file}.part`;
  await rm(part, { force: true });
  try {
    await pipeline(writeLines(texts()), createWriteStream(part, { flags: 'wx', mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new AppError(`${file} cannot be written: ${error.message}`, [], { cause: error });
  }
}

/** The lines below the head. */
export async function* planLines(shell: Shell, file: string): AsyncGenerator<string> {
  let isHead = true;
  for await (const line of textLines(shell, file)) {
    if (!isHead) yield line;
    isHead = false;
  }
}
